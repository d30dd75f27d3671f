"""A segment that is kept, as rows of a form again: the way back of `segment_form`. Pure."""

from collections.abc import Iterable, Sequence

from broadcaster import segment_rules
from broadcaster.segment_rules import AllOf, AnyOf, Everybody, FollowersOf, Not, Rule
from broadcaster.web.desk.segment_form import ALL, ANY, EVERYBODY, FOLLOWERS, MOST_GROUPS, MOST_ROWS, Group, Row, Rows


def of(rule: Rule) -> Rows | None:
    """None for a rule that rows cannot say: groups within groups, or a «not» inside one."""
    parts = rule.rules if isinstance(rule, AllOf) else (rule,)
    meant: list[Rule] = [part for part in parts if not isinstance(part, Not)]
    excluded: list[Row] = []
    for part in parts:
        if isinstance(part, Not):
            inner = _plain_rows(part.rule.rules if isinstance(part.rule, AnyOf) else (part.rule,))
            if inner is None:
                return None
            excluded += inner
    join = ALL
    if not meant:
        meant = [Everybody()]
    elif len(meant) == 1 and isinstance(meant[0], AnyOf):
        join, meant = ANY, list(meant[0].rules)
    groups = _groups(meant, join)
    if groups is None:
        return None
    found = Rows(join=join, groups=groups, excluded=tuple(excluded) or (Row(),))
    return found if found.count <= MOST_ROWS and len(groups) <= MOST_GROUPS else None


def _groups(rules: Sequence[Rule], join: str) -> tuple[Group, ...] | None:
    """The loose ones are the first group; each list of the other kind is one of its own."""
    other = AnyOf if join == ALL else AllOf
    loose: list[Row] = []
    groups: list[Group] = []
    for rule in rules:
        inner = _plain_rows(rule.rules if isinstance(rule, AllOf | AnyOf) else (rule,))
        if inner is None:
            return None
        if isinstance(rule, other):
            groups.append(Group(join=ANY if join == ALL else ALL, rows=inner))
        else:
            loose += inner
    return (*([Group(join=join, rows=tuple(loose))] if loose else []), *groups)


def _plain_rows(rules: Iterable[Rule]) -> tuple[Row, ...] | None:
    rows = [_row(rule) for rule in rules]
    return tuple(row for row in rows if row) if all(rows) else None


def _row(rule: Rule) -> Row | None:
    match rule:
        case Not() | AllOf() | AnyOf():
            return None
        case Everybody():
            return Row(choice=EVERYBODY)
        case FollowersOf():
            return Row(choice=FOLLOWERS, account=rule.suspect)
        case _:
            ((kind, value),) = segment_rules.as_mapping(rule).items()
            return Row(choice=f"{kind}:{value}")
