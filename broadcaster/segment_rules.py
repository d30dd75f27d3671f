"""A segment: a rule over contacts, as it stands in a campaign file. Pure; `segments` finds the people, `segment_words` says it.

{followers_of: "@pyramid_kz", language: ru, exclude: {region: almaty}}
"""

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from operator import itemgetter
from typing import TypeAlias

from content.language import Language

DEEPEST = 8
"""Rules within rules; nobody can read more, and SQLite refuses a thousand."""

MOST = 200
"""Rules in one segment."""

_LONGEST_WORD = 200
CHANNELS = ("telegram", "push", "whatsapp", "sms", "relay")
"""As campaigns name them; `phone` is understood as sms."""


@dataclass(frozen=True, slots=True)
class Everybody:
    pass


@dataclass(frozen=True, slots=True)
class Speaks:
    language: Language


@dataclass(frozen=True, slots=True)
class LivesIn:
    region: str


@dataclass(frozen=True, slots=True)
class HasTopic:
    """Subscribed to it."""

    topic: str


@dataclass(frozen=True, slots=True)
class HasChannel:
    """Has an address there that is not dead."""

    channel: str


@dataclass(frozen=True, slots=True)
class FollowersOf:
    suspect: str


@dataclass(frozen=True, slots=True)
class ReportersOf:
    scheme: str


@dataclass(frozen=True, slots=True)
class Not:
    rule: "Rule"


@dataclass(frozen=True, slots=True)
class AllOf:
    rules: "tuple[Rule, ...]"


@dataclass(frozen=True, slots=True)
class AnyOf:
    rules: "tuple[Rule, ...]"


Rule: TypeAlias = Everybody | Speaks | LivesIn | HasTopic | HasChannel | FollowersOf | ReportersOf | Not | AllOf | AnyOf
Problem: TypeAlias = tuple[str, str]


class BadSegment(ValueError):
    """The segment cannot be read: `problems` are (path, reason), such as ("segment.all.1.region", "is not a region")."""

    def __init__(self, problems: Collection[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(f"{path}: {reason}" for path, reason in self.problems))


def parse(raw: object, *, regions: Collection[str] | None = None, schemes: Collection[str] | None = None) -> Rule:
    """Raises BadSegment with everything that is wrong. Without the lists any region and scheme goes: they were checked before."""
    return _Reading(regions, schemes).rule(raw, "segment", 1)


def as_mapping(rule: Rule) -> dict[str, object]:
    """What `parse` reads back as the same rule."""
    match rule:
        case Everybody():
            return {"everybody": True}
        case Speaks():
            return {"language": rule.language.value}
        case LivesIn():
            return {"region": rule.region}
        case HasTopic():
            return {"topic": rule.topic}
        case HasChannel():
            return {"channel": rule.channel}
        case FollowersOf():
            return {"followers_of": rule.suspect}
        case ReportersOf():
            return {"reporters_of": rule.scheme}
        case Not():
            return {"not": as_mapping(rule.rule)}
        case AllOf():
            return {"all": [as_mapping(each) for each in rule.rules]}
        case AnyOf():
            return {"any": [as_mapping(each) for each in rule.rules]}


def canonical(rule: Rule) -> str:
    """Two spellings of one rule are one text."""
    return json.dumps(as_mapping(rule), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


class _Reading:
    def __init__(self, regions: Collection[str] | None, schemes: Collection[str] | None) -> None:
        self._regions, self._schemes = regions, schemes
        self._read = 0

    def rule(self, raw: object, path: str, depth: int) -> Rule:
        self._read += 1
        if depth > DEEPEST or self._read > MOST:
            raise _wrong(path, f"is too much: at most {MOST} rules, at most {DEEPEST} deep")
        if not isinstance(raw, Mapping):
            raise _wrong(path, "is not a rule, such as {language: kk}")
        if not raw:
            raise _wrong(path, "is empty; whoever means all people writes {everybody: true}")
        if set(raw) == {"exclude"}:
            raise _wrong(path, "exclude stands beside those it excludes from")
        entries = sorted(((str(key), value) for key, value in raw.items()), key=itemgetter(0))
        rules = _gathered(partial(self._entry, key, value, f"{path}.{key[:40]}", depth) for key, value in entries)
        return rules[0] if len(rules) == 1 else AllOf(rules)

    def _entry(self, key: str, value: object, path: str, depth: int) -> Rule:
        match key:
            case "everybody":
                if value is not True:
                    raise _wrong(path, "is true or is not there")
                return Everybody()
            case "language":
                return Speaks(Language(_word(value, path, "a language", tuple(Language))))
            case "region":
                return LivesIn(_word(value, path, "a region", self._regions))
            case "topic":
                return HasTopic(_word(value, path, "a scheme", self._schemes))
            case "channel":
                return HasChannel(_word("sms" if value == "phone" else value, path, "a channel", CHANNELS))
            case "followers_of":
                return FollowersOf(_word(value, path, "a suspect", None))
            case "reporters_of":
                return ReportersOf(_word(value, path, "a scheme", self._schemes))
            case "not" | "exclude":
                return Not(self.rule(value, path, depth + 1))
            case "all":
                return AllOf(self._list(value, path, depth))
            case "any":
                return AnyOf(self._list(value, path, depth))
            case _:
                raise _wrong(path, "is not the name of a rule")

    def _list(self, value: object, path: str, depth: int) -> tuple[Rule, ...]:
        if not isinstance(value, list | tuple) or not 0 < len(value) <= MOST:
            raise _wrong(path, f"is a list of 1 to {MOST} rules")
        return _gathered(partial(self.rule, each, f"{path}.{place}", depth + 1) for place, each in enumerate(value))


def _gathered(readings: Iterable[Callable[[], Rule]]) -> tuple[Rule, ...]:
    """Staff are told of every mistake at once."""
    rules: list[Rule] = []
    problems: list[Problem] = []
    for reading in readings:
        try:
            rules.append(reading())
        except BadSegment as bad:
            problems.extend(bad.problems)
    if problems:
        raise BadSegment(problems)
    return tuple(rules)


def _word(value: object, path: str, noun: str, known: Collection[str] | None) -> str:
    if not isinstance(value, str) or not value.strip():
        raise _wrong(path, f"is {noun}, one word; several stand in any: [...]")
    word = value.strip()
    if len(word) > _LONGEST_WORD or not word.isprintable():
        raise _wrong(path, f"is one line of at most {_LONGEST_WORD} characters")
    if known is not None and word not in known:
        raise _wrong(path, f"is not {noun}; these are: {', '.join(sorted(known))}")
    return word


def _wrong(path: str, reason: str) -> BadSegment:
    return BadSegment([(path, reason)])
