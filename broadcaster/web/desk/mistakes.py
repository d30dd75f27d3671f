"""What is wrong with a field of the campaign form: a kind (mistake_… in content/desk) and what its sentence is filled in with."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Mistake:
    kind: str
    fields: Mapping[str, str | int] = field(default_factory=dict)


Mistakes: TypeAlias = dict[str, Mistake]
"""By the name of the field."""
