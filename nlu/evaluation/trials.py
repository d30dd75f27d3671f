"""How often the gate of `python -m bot learn` lets a clean batch of judged phrases pass, and one with wrong labels.

    nlu/.venv/bin/python -m nlu.evaluation.trials [--trials 6] [--every 1]

A batch is 300 texts of the development set; in a poisoned one 15 of them are genuine messages sold as phishing. Each is added to the
phrases, trained, and answers the gate's texts in the bot's own environment. What stops a batch before any training is left out.
"""

import argparse
import json
import random
import subprocess
import tempfile
from pathlib import Path
from typing import List, Tuple

import yaml

from nlu.evaluation.texts import DEVELOPMENT, held_out
from nlu.phrases import phrases
from nlu.tests.archives import archive

ROOT = Path(__file__).resolve().parents[2]
BOT = ROOT / ".venv" / "bin" / "python"
BATCH, WRONG = 300, 15
NOISES = (0.0, 1.0, 1.64)

_WEIGH = """
import json, sys
from pathlib import Path
from bot.moderation import examining
from bot.understanding import ArchiveEar
from nlu import model
print(json.dumps(examining.outcomes(ArchiveEar(model.load(Path(sys.argv[1]))), Path("nlu/evaluation"))))
"""


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--trials", type=int, default=6, help="clean batches, and as many poisoned ones (default 6)")
    arguments.add_argument("--every", type=int, default=1, help="thin the phrases to each so-manieth (default 1: all)")
    given = arguments.parse_args()
    taught = [(phrase.text, phrase.intent) for phrase in phrases()][:: given.every]
    settings = yaml.safe_load((ROOT / "nlu" / "config.yml").read_text(encoding="utf-8"))["pipeline"][0]
    with tempfile.TemporaryDirectory() as folder:

        def examined(name: str, pairs: List[Tuple[str, str]]) -> "dict[str, list[bool]]":
            made = archive(Path(folder) / name, taught + pairs, settings)
            done = subprocess.run([str(BOT), "-c", _WEIGH, str(made)], cwd=ROOT, capture_output=True, text=True, check=True)
            return json.loads(done.stdout)

        old = examined("old", [])
        print("| batch | figure | before | won | lost | passes at noise " + " | ".join(map(str, NOISES)) + " |")
        print("|---|---|---|---|---|" + "---|" * len(NOISES), flush=True)
        for kind in ("clean", "poisoned"):
            for seed in range(given.trials):
                _tell(f"{kind} {seed + 1}", old, examined(kind, _batch(seed, poisoned=kind == "poisoned")))
    return 0


def _batch(seed: int, *, poisoned: bool) -> List[Tuple[str, str]]:
    texts = [(text.text, text.intent) for text in held_out(DEVELOPMENT) if text.label in ("scam", "genuine")]
    draw = random.Random(seed)
    batch = draw.sample(texts, BATCH)
    if not poisoned:
        return batch
    genuine = [text for text, intent in texts if intent == "genuine_message"]
    return batch[WRONG:] + [(text, "phishing-link") for text in draw.sample(genuine, WRONG)]


def _tell(name: str, old: "dict[str, list[bool]]", new: "dict[str, list[bool]]") -> None:
    for figure, before in old.items():
        pairs = list(zip(before, new[figure]))
        won, lost = sum(not a and b for a, b in pairs), sum(a and not b for a, b in pairs)
        passes = ["yes" if lost - won <= int(noise * (won + lost) ** 0.5) else "no" for noise in NOISES]
        print(f"| {name} | {figure} | {sum(before)} of {len(before)} | {won} | {lost} | " + " | ".join(passes) + " |", flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
