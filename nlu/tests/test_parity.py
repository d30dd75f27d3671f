"""Rasa's own parsing and the bot's numpy reading give the same numbers."""

import asyncio
import json
from pathlib import Path

import pytest

from nlu.model import load
from nlu.phrases import phrases

ROOT = Path(__file__).resolve().parents[2]


def _texts():
    return [phrase.text for phrase in phrases()][::7][:1_200]


def test_rasas_agent_and_the_bots_reader_agree_to_1e_9_on_a_thousand_texts(agent, archive):
    model = load(archive)
    texts = _texts()
    assert len(texts) >= 1_000

    async def parsed():
        return [await agent.parse_message(text) for text in texts]

    worst = 0.0
    for text, answer in zip(texts, asyncio.run(parsed())):
        ours = dict(model.rank(text).intents)
        theirs = {row["name"]: row["confidence"] for row in answer["intent_ranking"]}
        assert ours.keys() == theirs.keys()
        worst = max(worst, max(abs(ours[name] - theirs[name]) for name in ours))
    assert worst <= 1e-9


def test_the_golden_file_holds_what_rasa_says_today(agent):
    golden = json.loads((ROOT / "nlu" / "tests" / "golden.json").read_text(encoding="utf-8"))
    for row in golden["texts"]:
        answer = asyncio.run(agent.parse_message(row["text"]))
        theirs = {each["name"]: each["confidence"] for each in answer["intent_ranking"]}
        for name, chance in row["ranking"].items():
            assert theirs[name] == pytest.approx(chance, abs=1e-9)
