"""A segment in words, for the person who approves it: «Подписчики @x, которые пишут по-русски, кроме тех, кто доступен по SMS».

The words stand in segment_words.yaml beside this file; this file only puts them in order.
"""

from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path

from pydantic import Field, TypeAdapter

from broadcaster.segment_rules import (
    AllOf,
    AnyOf,
    Everybody,
    FollowersOf,
    HasChannel,
    HasTopic,
    LivesIn,
    Not,
    ReportersOf,
    Rule,
    Speaks,
)
from broadcaster.segments import name_of_suspect
from content.language import Language
from content.library import Library
from content.reading import Entry, read


class Forms(Entry):
    who: str
    who_not: str
    those: str
    those_not: str


class Words(Entry):
    """Of one language, as segment_words.yaml explains them."""

    everybody: str
    people: str
    followers: str
    followers_who: str
    but: str
    quoted: str
    both: str = Field(alias="and")
    either: str = Field(alias="or")
    only_the_last_has_an_ending: bool
    languages: Mapping[Language, str]
    channels: Mapping[str, str]
    rules: Mapping[str, Forms]


_WORDS = read(Path(str(resources.files("broadcaster"))) / "segment_words.yaml", TypeAdapter(dict[Language, Words]))


def explain(rule: Rule, language: Language, library: Library) -> str:
    """One phrase that begins with a capital; numbers in it are masked."""
    said = _Telling(language, library).whole(rule)
    return said[0].upper() + said[1:]


class _Telling:
    def __init__(self, language: Language, library: Library) -> None:
        self._language, self._library, self._words = language, library, _WORDS[language]

    def whole(self, rule: Rule) -> str:
        meant, left_out = meant_and_left_out(rule)
        followed = next((each for each in meant if isinstance(each, FollowersOf)), None)
        meant = [each for each in meant if each not in (followed, Everybody())]
        who = self._joined(meant, self._words.both, ending=False) if meant else ""
        if followed:
            form = self._words.followers_who if who else self._words.followers
            said = form.format(suspect=self._name(followed), who=who)
        else:
            said = self._words.people.format(who=who) if who else self._words.everybody
        if left_out:
            said = self._words.but.format(people=said, those=self._joined(left_out, self._words.either, ending=True))
        return said

    def _joined(self, rules: Sequence[Rule], word: str, *, ending: bool) -> str:
        if len(rules) == 1:
            return self._compound(rules[0], ending=ending, brackets=False)
        inner_ending = ending and not self._words.only_the_last_has_an_ending
        *first, last = sorted(rules, key=lambda rule: isinstance(rule, AllOf | AnyOf))
        said = [self._compound(each, ending=inner_ending, brackets=True) for each in first]
        return f"{', '.join(said)} {word} {self._compound(last, ending=ending, brackets=True)}"

    def _compound(self, rule: Rule, *, ending: bool, brackets: bool) -> str:
        match rule:
            case AllOf() | AnyOf():
                word = self._words.both if isinstance(rule, AllOf) else self._words.either
                said = self._joined(rule.rules, word, ending=ending)
                return f"({said})" if brackets else said
            case Not():
                return self._one(rule.rule, ending=ending, negated=True)
            case _:
                return self._one(rule, ending=ending, negated=False)

    def _one(self, rule: Rule, *, ending: bool, negated: bool) -> str:
        forms = self._words.rules[_FORMS[type(rule)]]
        plain, opposite = (forms.those, forms.those_not) if ending else (forms.who, forms.who_not)
        return (opposite if negated else plain).format(it=self._name(rule))

    def _name(self, rule: Rule) -> str:
        match rule:
            case Speaks():
                return self._words.languages[rule.language]
            case LivesIn():
                known = rule.region in self._library.regions
                return self._library.region(rule.region, self._language) if known else rule.region
            case HasTopic(topic=scheme) | ReportersOf(scheme=scheme):
                return self._library.card(scheme, self._language).name if scheme in self._library.schemes else scheme
            case HasChannel():
                return self._words.channels[rule.channel]
            case FollowersOf():
                name = name_of_suspect(rule.suspect)
                return name if name.startswith(("@", "+")) else self._words.quoted.format(it=name)
            case _:
                return ""


_FORMS: Mapping[type, str] = {
    Everybody: "known",
    Speaks: "speaks",
    LivesIn: "lives_in",
    HasTopic: "has_topic",
    HasChannel: "has_channel",
    FollowersOf: "follows",
    ReportersOf: "reported",
}


def meant_and_left_out(rule: Rule) -> tuple[list[Rule], list[Rule]]:
    """Whom the rule means: all of the first and none of the second. An exclusion further inside becomes a «не»."""
    match rule:
        case AllOf():
            parts = [meant_and_left_out(each) for each in rule.rules]
            return [each for meant, _ in parts for each in meant], [each for _, out in parts for each in out]
        case Not(rule=Not(rule=inner)):
            return meant_and_left_out(inner)
        case Not():
            out = _plain(rule.rule)
            return [], list(out.rules) if isinstance(out, AnyOf) else [out]
        case _:
            return [_plain(rule)], []


def _plain(rule: Rule, *, negated: bool = False) -> Rule:
    """The same rule with every Not at a leaf, and no list in a list of its kind."""
    match rule:
        case Not():
            return _plain(rule.rule, negated=not negated)
        case AllOf() | AnyOf():
            made = AllOf if isinstance(rule, AllOf) is not negated else AnyOf
            rules: list[Rule] = []
            for each in rule.rules:
                part = _plain(each, negated=negated)
                rules += part.rules if isinstance(part, made) else [part]
            return rules[0] if len(rules) == 1 else made(tuple(rules))
        case _:
            return Not(rule) if negated else rule
