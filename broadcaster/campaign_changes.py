"""What became different between two contents of a campaign: field by field, texts word by word. Pure; shown to the approver."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from broadcaster.campaign_content import Content
from content.language import Language

_WORD = re.compile(r"\s+|[^\W_]+|[\W_]", re.UNICODE)


class Kind(StrEnum):
    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Piece:
    kind: Kind
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """`language` and `pieces` of a text; of every other field the page says its two values itself."""

    field: str
    language: Language | None = None
    pieces: tuple[Piece, ...] = ()


def between(before: Content, after: Content) -> tuple[Change, ...]:
    """In the order of a campaign file; empty where nothing differs."""
    changes: list[Change] = []
    for field in Content.model_fields:
        if field == "text":
            changes.extend(_of_texts(before, after))
        elif getattr(before, field) != getattr(after, field):
            changes.append(Change(field=field))
    return tuple(changes)


def words(before: str, after: str) -> tuple[Piece, ...]:
    """One text with what was taken out and put in, in reading order."""
    old, new = _WORD.findall(before), _WORD.findall(after)
    pieces: list[Piece] = []
    # difflib leaves out what stands everywhere in a long text: without that a text of one letter would take minutes
    for kind, i, j, k, m in SequenceMatcher(None, old, new).get_opcodes():
        if kind == "equal":
            pieces.append(Piece(Kind.SAME, "".join(new[k:m])))
            continue
        if i < j:
            pieces.append(Piece(Kind.REMOVED, "".join(old[i:j])))
        if k < m:
            pieces.append(Piece(Kind.ADDED, "".join(new[k:m])))
    return tuple(pieces)


def _of_texts(before: Content, after: Content) -> list[Change]:
    return [
        Change(field="text", language=language, pieces=words(before.text.get(language, ""), after.text.get(language, "")))
        for language in Language
        if before.text.get(language) != after.text.get(language)
    ]
