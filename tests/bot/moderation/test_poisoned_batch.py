"""A batch with five wrong labels in a hundred is stopped before any training; the same batch with right ones is not.

`nlu/tests/test_poisoning.py` trains with wrong labels and shows that the figures stop what would come through.
"""

import json
import random
from collections.abc import Sequence

from bot.moderation import examining, gate
from bot.moderation.retraining import Workshop
from bot.understanding import ArchiveEar
from nlu import model

BATCH, WRONG = 300, 15
EAR = ArchiveEar(model.load(Workshop().archive))
RULE = gate.batch_in(Workshop().evaluation / "gate.yaml")


def development() -> Sequence[tuple[str, str]]:
    """Texts that the archive was not taught, with their right intents."""
    rows = [
        json.loads(line)
        for file in sorted((Workshop().evaluation / "development").glob("*.jsonl"))
        for line in file.read_text(encoding="utf-8").splitlines()
    ]
    return [(row["text"], row["intent"]) for row in rows if row["label"] in ("scam", "genuine")]


def stopped(batch: Sequence[tuple[str, str]]) -> bool:
    contradicted = sum(examining.contradicts(EAR, text, intent, sure=RULE.sure) for text, intent in batch)
    return RULE.stops(contradicted, len(batch))


def test_of_ten_poisoned_batches_most_are_stopped_and_of_ten_clean_ones_hardly_any() -> None:
    texts = development()
    genuine = [text for text, intent in texts if intent == "genuine_message"]
    draws = [random.Random(seed) for seed in range(10)]
    clean = [draw.sample(texts, BATCH) for draw in draws]
    poisoned = [
        batch[WRONG:] + [(text, "phishing-link") for text in draw.sample(genuine, WRONG)]
        for draw, batch in zip(draws, clean, strict=True)
    ]
    assert sum(map(stopped, clean)) <= 1
    assert sum(map(stopped, poisoned)) >= 8, [stopped(batch) for batch in poisoned]
