"""Writes golden.json: what the committed archive says of forty texts through Rasa's own agent. Run by ./train.

The bot's environment is held to this file, so that both environments are held to one truth.
"""

import asyncio
import json
import logging
from pathlib import Path

import structlog
from rasa.core.agent import load_agent

from nlu.phrases import phrases

HERE = Path(__file__).parent


def main() -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    agent = asyncio.run(load_agent(model_path=str(HERE.parent / "model.tar.gz")))
    rows = []
    for text in [phrase.text for phrase in phrases()][:: max(1, len(list(phrases())) // 40)]:
        answer = asyncio.run(agent.parse_message(text))
        rows.append({"text": text, "ranking": {row["name"]: row["confidence"] for row in answer["intent_ranking"][:5]}})
    (HERE / "golden.json").write_text(json.dumps({"texts": rows}, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
