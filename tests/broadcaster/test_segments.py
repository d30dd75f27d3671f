from collections.abc import Iterator
from datetime import timedelta

import pytest
from hypothesis import given, settings

from broadcaster import database, segments
from broadcaster.database import Connection
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
    parse,
)
from broadcaster.suspects import UnknownSuspect
from content.language import Language
from tests.broadcaster.conftest import KEY, NOW, url_in
from tests.broadcaster.test_segment_rules import rules
from tests.broadcaster.town import town

PEOPLE: dict[int, set[Rule]] = {}
"""Who is what, told apart from any SQL."""


@pytest.fixture(scope="module")
def small_town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    connection = database.open(url_in(tmp_path_factory.mktemp("town")), KEY)
    database.migrate(connection, "broadcaster", database.MIGRATIONS)
    made = town(connection)
    made.suspect("@profit")
    for number in range(96):
        language = ("kk", "ru", "en", None)[number % 4]
        region = (None, "almaty", "astana")[number % 3]
        topics = [topic for topic, every in (("financial-pyramid", 2), ("romance", 5)) if number % every == 0]
        follows = [handle for handle, every in (("@pyramid_kz", 3), ("@profit", 7)) if number % every == 1]
        own = {"telegram": number % 2 == 0, "phone": number % 3 == 0, "relay": number % 5 == 0}
        person = made.person(
            telegram=str(700_000_000 + number) if own["telegram"] else None,
            phone=f"+7701{number:07d}" if own["phone"] else None,
            relay=f"bank/{number}" if own["relay"] else None,
            dead=("telegram",) if number % 8 == 0 else (),
            language=language,
            region=region,
            topics=topics,
            follows=follows,
        )
        truth: set[Rule] = {Everybody(), *map(HasTopic, topics), *map(FollowersOf, follows)}
        truth |= {Speaks(Language(language))} if language else set()
        truth |= {LivesIn(region)} if region else set()
        truth |= {HasChannel("telegram")} if own["telegram"] and number % 8 else set()
        truth |= {HasChannel("sms")} if own["phone"] else set()
        truth |= {HasChannel("relay")} if own["relay"] else set()
        PEOPLE[person] = truth
    yield connection
    connection.close()


def holds(rule: Rule, truth: set[Rule]) -> bool:
    match rule:
        case Not():
            return not holds(rule.rule, truth)
        case AllOf():
            return all(holds(each, truth) for each in rule.rules)
        case AnyOf():
            return any(holds(each, truth) for each in rule.rules)
        case _:
            return rule in truth


def people(connection: Connection, rule: Rule) -> list[int]:
    segment = segments.select(connection, rule)
    rows = connection.execute(f"SELECT contact.id FROM contact WHERE {segment.sql} ORDER BY contact.id", segment.parameters)
    return [row["id"] for row in rows]


@settings(deadline=None)
@given(rules())
def test_a_segment_holds_whom_the_rule_names_and_nobody_else(small_town: Connection, rule: Rule) -> None:
    expected = [person for person, truth in PEOPLE.items() if holds(rule, truth)]
    assert people(small_town, rule) == expected
    assert segments.count(small_town, rule) == len(expected)


def test_every_kind_of_rule_names_some_and_not_all(small_town: Connection) -> None:
    for rule in (
        Speaks(Language.KK),
        LivesIn("almaty"),
        HasTopic("romance"),
        HasChannel("telegram"),
        FollowersOf("@profit"),
        Not(Speaks(Language.KK)),
    ):
        assert 0 < segments.count(small_town, rule) < len(PEOPLE), rule


@pytest.mark.parametrize("written", ["@Pyramid_KZ", "https://t.me/pyramid_kz", "pyramid_kz"])
def test_followers_are_found_by_any_spelling_of_the_suspect(small_town: Connection, written: str) -> None:
    assert people(small_town, FollowersOf(written)) == people(small_town, FollowersOf("@pyramid_kz"))


@pytest.mark.parametrize(
    ("kind", "kept", "written"),
    [
        ("link", "kaspi-bonus.top", "https://www.kaspi-bonus.top/a"),
        ("phone", "+77015550000", "8 701 555 00 00"),
        ("organisation", "золотая пирамида", "«Золотая Пирамида»"),
    ],
)
def test_not_only_handles_have_followers(register: Connection, kind: str, kept: str, written: str) -> None:
    suspect = town(register).suspect(kept, kind=kind)
    aigul = town(register).person(telegram="700000001")
    town(register).snapshot(suspect, NOW + timedelta(days=1), [aigul])
    assert people(register, FollowersOf(written)) == [aigul]


def test_several_sources_name_one_suspect(register: Connection) -> None:
    aigul = town(register).person(telegram="700000001", follows=("@profit",))
    register.execute(
        "INSERT INTO suspect (kind, value, scheme, source, organisation, first_seen, added_at) "
        "SELECT kind, value, scheme, 'public-body', organisation, first_seen, added_at FROM suspect"
    )
    assert people(register, FollowersOf("@profit")) == [aigul]


def test_whoever_is_not_in_the_latest_whole_snapshot_follows_no_more(register: Connection) -> None:
    made = town(register)
    aigul = made.person(telegram="700000001", follows=("@profit",))
    timur = made.person(telegram="700000002", follows=("@profit",))
    suspect = made.suspect("@profit")
    made.snapshot(suspect, NOW + timedelta(days=7), [timur], whole=False)
    assert people(register, FollowersOf("@profit")) == [aigul, timur], "half a snapshot says of nobody that they left"
    made.snapshot(suspect, NOW + timedelta(days=8), [timur])
    assert people(register, FollowersOf("@profit")) == [timur]


@pytest.mark.parametrize("written", ["87011234567", "+7 701 123 45 67", "4400 4300 0000 0007"])
def test_an_unknown_suspect_is_an_error_that_quotes_no_number(register: Connection, written: str) -> None:
    with pytest.raises(UnknownSuspect) as refused:
        segments.count(register, FollowersOf(written))
    assert "123" not in str(refused.value)
    assert "0007" not in str(refused.value)
    with pytest.raises(UnknownSuspect, match="@nobody"):
        segments.count(register, FollowersOf("@nobody"))


def test_reporters_are_nobody_until_reports_are_kept(register: Connection) -> None:
    aigul = town(register).person(telegram="700000001")
    town(register).person(telegram="700000002")
    assert segments.count(register, ReportersOf("romance")) == 0
    assert segments.count(register, Not(ReportersOf("romance"))) == 2
    register.execute("CREATE TABLE report (id INTEGER PRIMARY KEY, contact INTEGER, scheme TEXT)")
    register.execute("INSERT INTO report (contact, scheme) VALUES (?, 'romance'), (NULL, 'romance'), (?, 'drop')", [aigul, aigul])
    assert people(register, ReportersOf("romance")) == [aigul]
    assert segments.count(register, Not(ReportersOf("romance"))) == 1


INJECTIONS = [
    "' OR 1=1 --",
    '"; DROP TABLE contact; --',
    ":segment_0",
    "?",
    "%' UNION SELECT 1 --",
    "x') OR ('1'='1",
    "/*segment*/",
]


@pytest.mark.parametrize("hostile", INJECTIONS)
def test_words_of_a_rule_are_never_sql(small_town: Connection, hostile: str) -> None:
    for name in ("region", "topic", "reporters_of"):
        rule = parse({name: hostile})
        assert segments.select(small_town, rule).sql == segments.select(small_town, parse({name: "almaty"})).sql
        assert segments.count(small_town, rule) == 0
    with pytest.raises(UnknownSuspect):
        segments.count(small_town, parse({"followers_of": hostile}))
    assert segments.count(small_town, Everybody()) == len(PEOPLE)


def test_a_sample_is_masked_and_the_same_at_every_look(small_town: Connection) -> None:
    rule = AnyOf((HasChannel("sms"), HasChannel("telegram")))
    shown = segments.sample(small_town, rule, 5)
    assert len(shown) == 5
    assert all("***" in each for each in shown)
    assert shown == segments.sample(small_town, rule, 5)
    assert segments.sample(small_town, AllOf((HasChannel("relay"), Not(HasChannel("telegram")), Not(HasChannel("sms")))), 1) == (
        "relay:***",
    )


def test_people_without_an_address_are_counted_and_not_shown(register: Connection) -> None:
    town(register).person(language="kk")
    town(register).person(telegram="700000001", dead=("telegram",))
    assert segments.count(register, Everybody()) == 2
    assert segments.sample(register, Everybody(), 5) == ()


def test_followers_are_searched_by_key_and_not_by_a_scan(small_town: Connection) -> None:
    segment = segments.select(small_town, AllOf((FollowersOf("@profit"), Speaks(Language.KK), HasChannel("telegram"))))
    plan = small_town.execute(f"EXPLAIN QUERY PLAN SELECT contact.id FROM contact WHERE {segment.sql}", segment.parameters)
    steps = [row["detail"] for row in plan]
    assert not [step for step in steps if step.startswith("SCAN")], steps
