"""The segment of a campaign as rows of a form: groups of conditions, and exclusions. Pure; read by `campaign_form`.

A row is one choice, such as `language:kk`; followers_of alone has an account beside it. What rows make is a rule, never SQL.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import zip_longest

from starlette.datastructures import ImmutableMultiDict

from broadcaster import segment_rules
from broadcaster.segment_rules import BadSegment
from broadcaster.web.desk.mistakes import Mistake, Mistakes
from content.library import Library

MOST_ROWS = 60
"""A form of ours has 200 fields at most, and a row takes two."""

MOST_GROUPS = 8
FOLLOWERS = "followers_of"
EVERYBODY = "everybody"
EXCLUDE = "exclude"
ALL, ANY = "all", "any"
_KINDS = ("language", "region", "topic", "channel", "reporters_of")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """As it was typed; an empty choice is an empty row, which says nothing."""

    choice: str = ""
    account: str = ""

    @property
    def is_empty(self) -> bool:
        return not self.choice and not self.account.strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    join: str = ALL
    rows: tuple[Row, ...] = (Row(),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """`join`: all of the groups, or any of them."""

    join: str = ALL
    groups: tuple[Group, ...] = field(default=(Group(),))
    excluded: tuple[Row, ...] = (Row(),)

    @property
    def count(self) -> int:
        return len(self.excluded) + sum(len(group.rows) for group in self.groups)


def typed(form: ImmutableMultiDict[str, str]) -> Rows:
    groups = [
        Group(join=_join(form.get(f"group-{place}-join")), rows=_rows(form, f"group-{place}"))
        for place in range(MOST_GROUPS)
        if f"group-{place}-rule" in form
    ]
    return Rows(join=_join(form.get("groups-join")), groups=tuple(groups) or (Group(),), excluded=_rows(form, EXCLUDE))


def with_row(rows: Rows, where: str) -> Rows:
    """One more: in the group of that number, among the exclusions, or a new group. Unchanged where there is no room."""
    if rows.count >= MOST_ROWS:
        return rows
    if where == EXCLUDE:
        return replace(rows, excluded=(*rows.excluded, Row()))
    if where == "group":
        return replace(rows, groups=(*rows.groups, Group())) if len(rows.groups) < MOST_GROUPS else rows
    groups = tuple(
        replace(group, rows=(*group.rows, Row())) if str(place) == where else group for place, group in enumerate(rows.groups)
    )
    return replace(rows, groups=groups)


def read(rows: Rows, words: Library) -> tuple[dict[str, object] | None, Mistakes]:
    """The rule as a campaign file has it, None where something is wrong; mistakes by the row, such as group-0-2 or exclude-1."""
    mistakes: Mistakes = {}
    groups: list[tuple[str, list[dict[str, object]]]] = []
    for place, group in enumerate(rows.groups):
        leaves = _leaves(group.rows, f"group-{place}", words, mistakes)
        if leaves:
            groups.append((group.join, leaves))
    excluded = _leaves(rows.excluded, EXCLUDE, words, mistakes)
    if rows.count > MOST_ROWS:
        mistakes["group-0-0"] = Mistake("too_many_rows", {"most": MOST_ROWS})
    if not mistakes and not groups:
        mistakes["group-0-0"] = Mistake("segment_empty")
    return (None if mistakes else _joined(rows.join, groups, excluded)), mistakes


def _join(word: str | None) -> str:
    return ANY if word == ANY else ALL


def _rows(form: ImmutableMultiDict[str, str], name: str) -> tuple[Row, ...]:
    pairs = zip_longest(form.getlist(f"{name}-rule"), form.getlist(f"{name}-account"), fillvalue="")
    return tuple(Row(choice=choice, account=account) for choice, account in pairs) or (Row(),)


def _leaves(rows: Iterable[Row], name: str, words: Library, mistakes: Mistakes) -> list[dict[str, object]]:
    leaves = []
    for place, row in enumerate(rows):
        if row.is_empty:
            continue
        leaf, mistake = _leaf(row, words)
        if leaf:
            leaves.append(leaf)
        elif mistake:
            mistakes[f"{name}-{place}"] = mistake
    return leaves


def _leaf(row: Row, words: Library) -> tuple[dict[str, object] | None, Mistake | None]:
    kind, _, value = row.choice.partition(":")
    account = row.account.strip()
    if account and row.choice != FOLLOWERS:
        return None, Mistake("account_unexpected")
    if row.choice == FOLLOWERS and not account:
        return None, Mistake("account_missing")
    leaf: dict[str, object]
    if row.choice == EVERYBODY:
        leaf = {EVERYBODY: True}
    elif row.choice == FOLLOWERS:
        leaf = {FOLLOWERS: account}
    elif kind in _KINDS:
        leaf = {kind: value}
    else:
        return None, Mistake("choice")
    try:
        segment_rules.parse(leaf, regions=words.regions, schemes=words.schemes)
    except BadSegment:
        return None, Mistake("account" if row.choice == FOLLOWERS else "choice")
    return leaf, None


def _joined(
    join: str, groups: Sequence[tuple[str, list[dict[str, object]]]], excluded: list[dict[str, object]]
) -> dict[str, object]:
    parts: list[dict[str, object]] = []
    for inner, leaves in groups:
        parts += leaves if inner == join or len(leaves) == 1 else [{inner: leaves}]
    main: dict[str, object] = parts[0] if len(parts) == 1 else {join: parts}
    if not excluded:
        return main
    left_out = {"not": excluded[0] if len(excluded) == 1 else {ANY: excluded}}
    kept = parts if join == ALL else [main]
    return {ALL: [*kept, left_out]}


def accounts(rows: Rows) -> Iterator[tuple[str, str]]:
    """Each account that is named, with its row: whether the register knows it is asked elsewhere."""
    named: Mapping[str, tuple[Row, ...]] = {
        **{f"group-{place}": group.rows for place, group in enumerate(rows.groups)},
        EXCLUDE: rows.excluded,
    }
    for name, each in named.items():
        for place, row in enumerate(each):
            if row.choice == FOLLOWERS and row.account.strip():
                yield f"{name}-{place}", row.account.strip()
