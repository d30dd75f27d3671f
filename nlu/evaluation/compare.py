"""Our component against Rasa's default DIET and its LogisticRegression: trained by Rasa on the same phrases, asked through
Rasa's own agent, on the held-out set. Prints the table of comparison.md; DIET takes long.

    nlu/.venv/bin/python -m nlu.evaluation.compare [PIPELINE …]
"""

import asyncio
import logging
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Sequence

import rasa.model_training
import structlog
from rasa.core.agent import load_agent

from nlu.evaluation.texts import held_out
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


def main(wanted: Sequence[str]) -> int:
    os.chdir(HERE.parents[1])
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    examined = list(held_out())
    print(f"{len(list(phrases()))} phrases, {len(examined)} held-out texts")
    print(
        "| pipeline | intent right | scams and emergencies: intent right | honest texts heard as anything else | trained in | texts/s |"
    )
    print("|---|---|---|---|---|---|")
    for name in wanted or PIPELINES:
        started = time.perf_counter()
        with tempfile.TemporaryDirectory() as folder:
            archive = rasa.model_training.train_nlu(
                config=str(PIPELINES[name]), nlu_data="nlu/data", output=folder, domain="nlu/domain.yml"
            )
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
    sys.exit(main(sys.argv[1:]))
