"""The texts the ear is examined on: the held-out set, the canary set that a new archive must not call scams, and the development
set that may be looked at."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Iterator

HELD_OUT = Path(__file__).parent / "held_out"
DEVELOPMENT = Path(__file__).parent / "development"
CANARY = Path(__file__).parent / "canary"


@dataclass(frozen=True)
class HeldOut:
    """One examined text; `label` is scam, genuine, out_of_scope or emergency, `voice` scammer, citizen or forward."""

    id: str
    text: str
    label: str
    intent: str
    language: str
    voice: str


def held_out(folder: Path = HELD_OUT) -> Iterator[HeldOut]:
    """All held-out texts, file by file."""
    for file in sorted(folder.glob("*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            if line.strip():
                yield HeldOut(**json.loads(line))
