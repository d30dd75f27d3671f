"""Wrong labels really trained are stopped by the gate, right ones pass: every fourth phrase stands in for the whole data.

Trained here, judged in the bot's own environment, as `python -m bot learn` does.
"""

import json
import subprocess
from pathlib import Path

import pytest
import yaml

from nlu.evaluation.texts import DEVELOPMENT, held_out
from nlu.phrases import phrases
from nlu.tests.archives import archive

ROOT = Path(__file__).resolve().parents[2]
BOT = ROOT / ".venv" / "bin" / "python"
SETTINGS = yaml.safe_load((ROOT / "nlu" / "config.yml").read_text(encoding="utf-8"))["pipeline"][0]
BATCH = 290
"""Five in a hundred of the phrases trained with."""

WEIGH = """
import json, sys
from dataclasses import replace
from pathlib import Path
from bot.moderation import examining, gate
from bot.understanding import ArchiveEar
from nlu import model

evaluation = Path("nlu/evaluation")
limits = {name: replace(limit, least=0) for name, limit in gate.limits_in(evaluation / "gate.yaml").items()}
old, *others = (examining.outcomes(ArchiveEar(model.load(Path(name))), evaluation) for name in sys.argv[1:])
print(json.dumps([[each.figure for each in gate.compare(old, new, limits) if not each.passes] for new in others]))
"""
"""A model of a quarter of the phrases stands below the floors, so only falls are looked at."""


@pytest.fixture(scope="module")
def fallen(tmp_path_factory):
    """What the gate says of the clean and of the poisoned archive."""
    if not BOT.exists():
        pytest.skip(".venv, the bot's environment, is absent: ./run makes it")
    folder = tmp_path_factory.mktemp("archives")
    every = [(phrase.text, phrase.intent) for phrase in phrases()]
    trained, rest = every[::4], [pair for at, pair in enumerate(every) if at % 4]
    right = rest[:: len(rest) // BATCH][:BATCH]
    genuine = [text.text for text in held_out(DEVELOPMENT) if text.label == "genuine"]
    wrong = [(text, "phishing-link") for text in genuine[:BATCH]]
    made = [
        archive(folder / name, trained + batch, SETTINGS) for name, batch in (("old", []), ("clean", right), ("poisoned", wrong))
    ]
    done = subprocess.run([BOT, "-c", WEIGH, *made], cwd=ROOT, capture_output=True, text=True, check=True)
    return dict(zip(("clean", "poisoned"), json.loads(done.stdout)))


def test_five_wrong_labels_in_a_hundred_are_stopped(fallen):
    assert set(fallen["poisoned"]) >= {"held_out.spared", "canary.spared"}


def test_as_many_right_ones_pass(fallen):
    assert fallen["clean"] == []
