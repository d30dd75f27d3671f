import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadcaster.segment_rules import (
    DEEPEST,
    MOST,
    AllOf,
    AnyOf,
    BadSegment,
    Everybody,
    FollowersOf,
    HasChannel,
    HasTopic,
    LivesIn,
    Not,
    ReportersOf,
    Rule,
    Speaks,
    as_mapping,
    canonical,
    parse,
)
from content.language import Language

REGIONS = ("almaty", "astana")
SCHEMES = ("financial-pyramid", "romance")


def rules() -> st.SearchStrategy[Rule]:
    leaves: st.SearchStrategy[Rule] = st.one_of(
        st.just(Everybody()),
        st.sampled_from(Language).map(Speaks),
        st.sampled_from(REGIONS).map(LivesIn),
        st.sampled_from(SCHEMES).map(HasTopic),
        st.sampled_from(SCHEMES).map(ReportersOf),
        st.sampled_from(["telegram", "sms", "relay"]).map(HasChannel),
        st.sampled_from(["@pyramid_kz", "@profit"]).map(FollowersOf),
    )

    def around(inner: st.SearchStrategy[Rule]) -> st.SearchStrategy[Rule]:
        several = st.lists(inner, min_size=1, max_size=3).map(tuple)
        return st.one_of(inner.map(Not), several.map(AllOf), several.map(AnyOf))

    return st.recursive(leaves, around, max_leaves=6)


def problems(raw: object) -> dict[str, str]:
    with pytest.raises(BadSegment) as refused:
        parse(raw, regions=REGIONS, schemes=SCHEMES)
    return dict(refused.value.problems)


@pytest.mark.parametrize(
    ("raw", "rule"),
    [
        ({"everybody": True}, Everybody()),
        ({"language": "kk"}, Speaks(Language.KK)),
        ({"region": " almaty "}, LivesIn("almaty")),
        ({"topic": "romance"}, HasTopic("romance")),
        ({"channel": "telegram"}, HasChannel("telegram")),
        ({"channel": "phone"}, HasChannel("sms")),
        ({"followers_of": "@x"}, FollowersOf("@x")),
        ({"reporters_of": "romance"}, ReportersOf("romance")),
        ({"all": [{"language": "kk"}]}, AllOf((Speaks(Language.KK),))),
        ({"any": [{"language": "kk"}, {"region": "astana"}]}, AnyOf((Speaks(Language.KK), LivesIn("astana")))),
        ({"not": {"language": "kk"}}, Not(Speaks(Language.KK))),
        ({"language": "ru", "followers_of": "@x"}, AllOf((FollowersOf("@x"), Speaks(Language.RU)))),
        (
            {"followers_of": "@x", "exclude": {"any": [{"language": "kk"}, {"region": "astana"}]}},
            AllOf((Not(AnyOf((Speaks(Language.KK), LivesIn("astana")))), FollowersOf("@x"))),
        ),
    ],
)
def test_a_mapping_is_a_rule(raw: object, rule: Rule) -> None:
    assert parse(raw, regions=REGIONS, schemes=SCHEMES) == rule


@pytest.mark.parametrize(
    ("raw", "path", "reason"),
    [
        (None, "segment", "is not a rule"),
        ("everybody", "segment", "is not a rule"),
        ({}, "segment", "is empty"),
        ({"exclude": {"language": "kk"}}, "segment", "stands beside"),
        ({"everybody": False}, "segment.everybody", "is true or"),
        ({"everybody": 1}, "segment.everybody", "is true or"),
        ({"language": "de"}, "segment.language", "is not a language; these are: en, kk, ru"),
        ({"language": ["kk", "ru"]}, "segment.language", "one word; several stand in any"),
        ({"region": True}, "segment.region", "one word"),
        ({"region": "moscow"}, "segment.region", "these are: almaty, astana"),
        ({"topic": "1"}, "segment.topic", "is not a scheme"),
        ({"reporters_of": "1"}, "segment.reporters_of", "is not a scheme"),
        ({"channel": "paper"}, "segment.channel", "is not a channel"),
        ({"channel": "web"}, "segment.channel", "is not a channel"),
        ({"followers_of": "  "}, "segment.followers_of", "one word"),
        ({"followers_of": "@x\n@y"}, "segment.followers_of", "one line"),
        ({"followers_of": "@" + "x" * 200}, "segment.followers_of", "one line"),
        ({"all": []}, "segment.all", "is a list"),
        ({"any": {"language": "kk"}}, "segment.any", "is a list"),
        ({"lang": "kk"}, "segment.lang", "is not the name of a rule"),
        ({1: "kk"}, "segment.1", "is not the name of a rule"),
        ({"all": [{"language": "kk"}, {"region": "moscow"}]}, "segment.all.1.region", "is not a region"),
        ({"not": {"exclude": {"language": "kk"}}}, "segment.not", "stands beside"),
    ],
)
def test_a_mistake_is_named_by_its_path(raw: object, path: str, reason: str) -> None:
    found = problems(raw)
    assert list(found) == [path]
    assert reason in found[path]


def test_all_mistakes_are_told_at_once() -> None:
    raw = {"language": "de", "any": [{"region": "moscow"}, {}], "colour": "red"}
    assert set(problems(raw)) == {"segment.language", "segment.any.0.region", "segment.any.1", "segment.colour"}


def test_a_stored_rule_is_read_without_the_lists() -> None:
    assert parse({"region": "a-region-of-later"}) == LivesIn("a-region-of-later")


def test_a_rule_has_a_greatest_depth_and_size() -> None:
    deep: object = {"language": "kk"}
    for _ in range(DEEPEST - 1):
        deep = {"not": deep}
    parse(deep)
    assert "too much" in next(iter(problems({"not": deep}).values()))
    parse({"any": [{"language": "kk"}] * (MOST - 1)})
    assert "segment.any" in problems({"any": [{"language": "kk"}] * (MOST + 1)})
    wide = {"any": [{"language": "kk"}] * (MOST - 1)}
    assert len(problems({"all": [wide, wide]})) <= MOST
    endless: dict[str, object] = {}
    endless["not"] = endless
    problems(endless)


@given(rules())
def test_a_rule_is_read_back_from_its_canonical_text(rule: Rule) -> None:
    text = canonical(rule)
    again = parse(json.loads(text), regions=REGIONS, schemes=SCHEMES)
    assert again == rule
    assert canonical(again) == text
    assert as_mapping(again) == as_mapping(rule)


def test_the_order_of_keys_does_not_change_the_canonical_text() -> None:
    one = parse({"language": "kk", "region": "almaty"})
    other = parse({"region": "almaty", "language": "kk"})
    assert canonical(one) == canonical(other)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(
                st.sampled_from(["all", "any", "not", "language", "exclude", "everybody", "?"]) | st.integers(), inner
            )
        ),
        max_leaves=20,
    )
)
def test_any_json_is_a_rule_or_a_bad_segment(raw: object) -> None:
    try:
        rule = parse(raw)
    except BadSegment:
        return
    assert parse(as_mapping(rule)) == rule
