"""Our component against Rasa's default DIET and its LogisticRegression: trained by Rasa on the same phrases, asked through
Rasa's own agent, on the development set. Prints the table of comparison.md.

    nlu/.venv/bin/python -m nlu.evaluation.compare [EVERY]

EVERY thins the phrases to each EVERYth: DIET takes two minutes an epoch for all of them on two cores.
"""

import asyncio
import logging
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Dict, List, Sequence

import rasa.model_training
import structlog
import yaml
from rasa.core.agent import load_agent

from nlu.evaluation.texts import DEVELOPMENT, held_out
from nlu.phrases import phrases

HERE = Path(__file__).parent
PIPELINES = {
    "linear (ours)": HERE.parent / "config.yml",
    "logistic regression": HERE / "pipelines" / "logistic_regression.yml",
    "DIET": HERE / "pipelines" / "diet.yml",
}
NOT_SUSPICIOUS = {"genuine_message", "out_of_scope"}


async def _asked(archive: str, texts: Sequence[str]) -> "tuple[list[str], float]":
    agent = await load_agent(model_path=archive)
    started = time.perf_counter()
    heard = [(await agent.parse_message(text))["intent"]["name"] or "" for text in texts]
    return heard, len(texts) / (time.perf_counter() - started)


def _thinned(every: int, folder: Path) -> str:
    """Every EVERYth phrase as a Rasa file of its own."""
    by_intent: Dict[str, List[str]] = {}
    for phrase in list(phrases())[::every]:
        by_intent.setdefault(phrase.intent, []).append(phrase.text)
    blocks = [{"intent": intent, "examples": "".join(f"- {text}\n" for text in texts)} for intent, texts in by_intent.items()]
    (folder / "nlu.yml").write_text(yaml.safe_dump({"version": "3.1", "nlu": blocks}, allow_unicode=True), encoding="utf-8")
    return str(folder / "nlu.yml")


def main(every: int) -> int:
    os.chdir(HERE.parents[1])
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    examined = list(held_out(DEVELOPMENT))
    print(f"{len(list(phrases())[::every])} phrases (each {every}th), {len(examined)} texts of the development set")
    print(
        "| pipeline | intent right | scams and emergencies: intent right | honest texts heard as anything else | trained in | texts/s |"
    )
    print("|---|---|---|---|---|---|")
    for name, pipeline in PIPELINES.items():
        started = time.perf_counter()
        with tempfile.TemporaryDirectory() as folder:
            data = _thinned(every, Path(folder))
            archive = rasa.model_training.train_nlu(config=str(pipeline), nlu_data=data, output=folder, domain="nlu/domain.yml")
            took = time.perf_counter() - started
            heard, speed = asyncio.run(_asked(str(archive), [text.text for text in examined]))
        pairs = list(zip(heard, examined))
        guilty = [h == t.intent for h, t in pairs if t.label in ("scam", "emergency")]
        honest = [h not in NOT_SUSPICIOUS for h, t in pairs if t.label in ("genuine", "out_of_scope")]
        right = [h == t.intent for h, t in pairs]
        shares = " | ".join(f"{100 * sum(each) / len(each):.1f} %" for each in (right, guilty, honest))
        print(f"| {name} | {shares} | {took:.0f} s | {speed:.0f} |", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1))
