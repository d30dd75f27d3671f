"""SMS parts against independent counts, 100,000 random texts each: 0 may differ.

    .venv/bin/python -m benchmarks.segments [--texts 100000]

The first count is the suite's slow one over texts made of awkward pieces; the second is Node's own segmenter over all of Unicode
(left out without Node). The seed is fixed.
"""

import argparse
import json
import random
import shutil
import subprocess
import sys
import time
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path

from broadcaster.sms import compose
from tests.broadcaster.test_sms import PIECES, counted_slowly

NODE_COUNT = Path(__file__).with_name("segments.mjs")
GSM = tuple("abcXYZ 019@Δ\n{}[]~|€\\^")
ASSIGNED = tuple(chr(point) for point in range(0x110000) if unicodedata.category(chr(point)) not in ("Cn", "Cs"))


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--texts", type=int, default=100_000, help="texts for each count (default 100000)")
    n = arguments.parse_args().texts
    wrong = _compared("slow count", list(_texts(n, _piece)), lambda texts: map(counted_slowly, texts))
    if shutil.which("node"):
        wrong += _compared("Node's Intl.Segmenter", list(_texts(n, _any_character)), _counted_by_node)
    return 1 if wrong else 0


def _compared(name: str, texts: list[str], count: Callable[[list[str]], Iterator[list[str]]]) -> int:
    started = time.process_time()
    ours = [list(compose(text).parts) for text in texts]
    took = time.process_time() - started
    wrong = sum(parts != theirs for parts, theirs in zip(ours, count(texts), strict=True))
    parts = sum(map(len, ours))
    print(f"{name}: {len(texts):,} texts, {parts:,} parts, {wrong} differ; {took / len(texts) * 1e6:.0f} µs of CPU a text")
    return wrong


def _texts(n: int, character: Callable[[random.Random], str]) -> Iterator[str]:
    """Every third is GSM-7; lengths are drawn up to five parts, half of them close to the limits."""
    chance = random.Random(22)
    for i in range(n):
        length = chance.choice([chance.randrange(400), chance.choice([67, 70, 134, 153, 160, 306]) + chance.randrange(-3, 4)])
        yield "".join(chance.choice(GSM) if i % 3 == 0 else character(chance) for _ in range(length))


def _piece(chance: random.Random) -> str:
    return chance.choice(PIECES)


def _any_character(chance: random.Random) -> str:
    """Half awkward pieces, half any character that Python's older Unicode knows: newer ones are no marks to Node yet."""
    return chance.choice(PIECES if chance.random() < 0.5 else ASSIGNED)


def _counted_by_node(texts: list[str]) -> Iterator[list[str]]:
    lines = "".join(json.dumps(text) + "\n" for text in texts)
    counted = subprocess.run(["node", str(NODE_COUNT)], input=lines, capture_output=True, text=True, check=True)
    return map(json.loads, counted.stdout.rstrip("\n").split("\n"))


if __name__ == "__main__":
    sys.exit(main())
