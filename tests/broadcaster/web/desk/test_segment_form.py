"""Whatever rows a form can make is one rule, and comes back as rows that mean the same."""

from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import ImmutableMultiDict

from broadcaster import segment_rules
from broadcaster.segment_rules import AllOf, AnyOf, Everybody, FollowersOf, HasChannel, LivesIn, Not, Rule, Speaks
from broadcaster.web.desk import segment_form, segment_rows
from broadcaster.web.desk.segment_form import Group, Row, Rows
from content.language import Language
from tests.broadcaster.web.conftest import WORDS

CHOICES = (
    *("everybody", "language:kk", "language:ru", "region:almaty", "region:abai", "topic:romance"),
    *("channel:sms", "channel:relay", "reporters_of:phishing-link"),
)
LEAVES: tuple[Rule, ...] = (Speaks(Language.KK), LivesIn("almaty"), HasChannel("sms"), FollowersOf("@x"), Everybody())

full_rows = st.sampled_from(CHOICES).map(lambda choice: Row(choice=choice)) | st.sampled_from(["@pyramid_kz", "ТОО «Қаржы»"]).map(
    lambda account: Row(choice="followers_of", account=account)
)
rows = full_rows | st.just(Row())
joins = st.sampled_from(["all", "any"])
groups = st.builds(Group, join=joins, rows=st.lists(rows, min_size=1, max_size=4).map(tuple))
forms = st.builds(
    Rows,
    join=joins,
    groups=st.lists(groups, min_size=1, max_size=4).map(tuple),
    excluded=st.lists(rows, min_size=1, max_size=3).map(tuple),
)
leaves = st.sampled_from(LEAVES)
rules = st.recursive(
    leaves,
    lambda inner: (
        inner.map(Not)
        | st.lists(inner, min_size=1, max_size=3).map(lambda each: AllOf(tuple(each)))
        | st.lists(inner, min_size=1, max_size=3).map(lambda each: AnyOf(tuple(each)))
    ),
    max_leaves=8,
)


def holds(rule: Rule, true: frozenset[Rule]) -> bool:
    """Of a person for whom just these leaves are true."""
    match rule:
        case Not():
            return not holds(rule.rule, true)
        case AllOf():
            return all(holds(each, true) for each in rule.rules)
        case AnyOf():
            return any(holds(each, true) for each in rule.rules)
        case Everybody():
            return True
        case _:
            return rule in true


def sent(form: Rows) -> ImmutableMultiDict[str, str]:
    """As a browser sends it."""
    fields = [("groups-join", form.join)]
    for place, group in enumerate(form.groups):
        fields.append((f"group-{place}-join", group.join))
        for row in group.rows:
            fields += [(f"group-{place}-rule", row.choice), (f"group-{place}-account", row.account)]
    for row in form.excluded:
        fields += [("exclude-rule", row.choice), ("exclude-account", row.account)]
    return ImmutableMultiDict(fields)


def rule_of(form: Rows) -> Rule | None:
    mapping, mistakes = segment_form.read(form, WORDS)
    assert (mapping is None) is bool(mistakes)
    return segment_rules.parse(mapping, regions=WORDS.regions, schemes=WORDS.schemes) if mapping else None


@given(forms)
def test_what_was_typed_comes_back_as_it_was(form: Rows) -> None:
    assert segment_form.typed(sent(form)) == form


@given(forms, st.sets(st.sampled_from(CHOICES)))
def test_every_form_means_what_its_words_say(form: Rows, true: set[str]) -> None:
    """The rule against the sentence of the page: groups joined, none of the exclusions."""

    def fits(row: Row) -> bool:
        return row.choice == "everybody" or row.choice in true

    filled = [(group.join, [row for row in group.rows if not row.is_empty]) for group in form.groups]
    groups = [(any if join == "any" else all)(fits(row) for row in each) for join, each in filled if each]
    rule = rule_of(form)
    if not groups:
        assert rule is None
        return
    expected = (any if form.join == "any" else all)(groups) and not any(fits(row) for row in form.excluded if row.choice)
    known = frozenset(segment_rules.parse(dict([choice.split(":")])) for choice in true if ":" in choice)
    assert rule
    assert holds(rule, known) is expected


@given(forms)
def test_every_rule_of_the_form_is_shown_as_rows_again(form: Rows) -> None:
    rule = rule_of(form)
    if rule is None:
        return
    again = segment_rows.of(rule)
    assert again
    meant = rule_of(again)
    assert meant
    assert segment_rows.of(meant) == again


@given(rules, st.frozensets(leaves))
def test_rows_mean_what_any_rule_means_or_say_that_they_cannot(rule: Rule, true: frozenset[Rule]) -> None:
    shown = segment_rows.of(rule)
    if shown is None:
        return
    mapping, mistakes = segment_form.read(shown, WORDS)
    assert mapping, mistakes
    assert holds(segment_rules.parse(mapping), true) is holds(rule, true)


def test_a_rule_that_rows_cannot_say_is_not_bent() -> None:
    deep = AnyOf((AllOf((LEAVES[0], AnyOf((LEAVES[1], LEAVES[2])))), LEAVES[3]))
    assert segment_rows.of(deep) is None
    assert segment_rows.of(AnyOf((LEAVES[0], Not(LEAVES[1])))) is None
    assert segment_rows.of(Not(AllOf((LEAVES[0], LEAVES[1])))) is None


def test_rows_end_where_a_form_of_ours_would_grow_too_long() -> None:
    form = Rows()
    for _ in range(100):
        form = segment_form.with_row(form, "0")
    assert form.count == segment_form.MOST_ROWS
    many = Rows()
    for _ in range(100):
        many = segment_form.with_row(many, "group")
    assert len(many.groups) == segment_form.MOST_GROUPS


def test_more_rows_than_the_page_makes_are_refused() -> None:
    form = Rows(groups=(Group(rows=(Row(choice="language:kk"),) * 70),))
    assert segment_form.read(form, WORDS)[1]["group-0-0"].kind == "too_many_rows"
