"""The training phrases as records, read from the Rasa files: for tests, near-repeat counts and baselines."""

from dataclasses import dataclass
from pathlib import Path
from typing import Iterator

import yaml

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Phrase:
    """One training text; `language` is the folder: kk, ru, en or mixed (code-mixed, Latin letters)."""

    text: str
    intent: str
    language: str
    file: str


def phrases(data: Path = DATA) -> Iterator[Phrase]:
    """All phrases, file by file."""
    for file in sorted(data.glob("*/*.yml")):
        for block in yaml.safe_load(file.read_text(encoding="utf-8"))["nlu"]:
            for line in block["examples"].splitlines():
                if line.startswith("- "):
                    yield Phrase(line[2:].strip(), block["intent"], file.parent.name, f"{file.parent.name}/{file.name}")
