from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from broadcaster import reach, segments
from broadcaster.database import Connection
from broadcaster.ledger_codes import SendingChannel, State, route_of
from broadcaster.reach import NobodyToReach, Overlap, Reach
from broadcaster.reach_routes import first_route, routed
from broadcaster.segment_rules import Everybody, FollowersOf, Rule, Speaks
from broadcaster.suspects import UnknownSuspect
from content.language import Language
from tests.broadcaster.conftest import NOW
from tests.broadcaster.town import SCHEME, Town, town

TELEGRAM, PUSH, WHATSAPP, SMS, RELAY, PAPER = SendingChannel
FOLLOWERS = FollowersOf("@pyramid_kz")
TEXT = {"kk": "Абай болыңыз!", "ru": "Будьте осторожны!"}


def measured(
    register: Connection, channels: Sequence[SendingChannel], *, rule: Rule = FOLLOWERS, legal_basis: str = "public-task"
) -> Reach:
    return reach.measure(register, rule, channels, purpose="warn", scheme=SCHEME, legal_basis=legal_basis)


@pytest.fixture
def followers(register: Connection) -> Town:
    """Fifteen followers of one suspect, each known in another way, and one person who follows nobody."""
    made = town(register)
    everybody = ("@pyramid_kz",)
    made.people(4, channels=("telegram", "phone"), language="kk", follows=everybody)
    made.people(2, channels=("phone", "relay"), language="ru", follows=everybody)
    made.people(3, channels=("relay",), consent=(), follows=everybody)
    made.person(relay="bank/dead", dead=("relay",), follows=everybody)
    made.person(telegram="700000001", consent=("warn",), stopped=("telegram",), follows=everybody)
    made.person(telegram="700000002", consent=("warn",), refused=(SCHEME,), follows=everybody)
    made.person(telegram="700000003", follows=everybody)
    made.person(push="https://push.example/x", consent=("warn",), follows=everybody)
    made.person(follows=everybody)
    made.person(telegram="700000004", consent=("warn",))
    return made


def test_reach_is_told_by_channel_language_and_reason(register: Connection, followers: Town) -> None:
    found = measured(register, (TELEGRAM, SMS, RELAY))
    assert found == Reach(
        by_route={(TELEGRAM, Language.KK): 4, (SMS, Language.RU): 2, (RELAY, Language.RU): 3},
        known=15,
        own=6,
        partner_only=3,
        stopped=1,
        left_topic=1,
        no_consent=1,
        no_address=3,
    )
    assert found.audience == 9
    assert found.by_channel() == {TELEGRAM: 4, SMS: 2, RELAY: 3}


def test_people_of_a_partner_are_told_even_where_the_campaign_has_no_partner(register: Connection, followers: Town) -> None:
    for channels, legal_basis in (((TELEGRAM, SMS), "public-task"), ((TELEGRAM, SMS, RELAY), "consent")):
        found = measured(register, channels, legal_basis=legal_basis)
        assert (found.audience, found.own, found.partner_only) == (6, 6, 3)


def test_whoever_could_be_reached_directly_is_not_only_a_partners(register: Connection, followers: Town) -> None:
    found = measured(register, (RELAY, SMS))
    assert found.by_channel() == {RELAY: 5, SMS: 4}
    assert (found.own, found.partner_only) == (6, 3)


@pytest.mark.parametrize("channels", [(TELEGRAM, SMS, RELAY), (RELAY, PUSH), (PAPER,), (WHATSAPP,), ()])
@pytest.mark.parametrize("legal_basis", ["consent", "public-task"])
def test_the_freeze_takes_exactly_whom_the_preview_counted(
    register: Connection, followers: Town, channels: tuple[SendingChannel, ...], legal_basis: str
) -> None:
    found = measured(register, channels, legal_basis=legal_basis)
    asked = routed(
        segments.select(register, FOLLOWERS), first_route(channels, purpose="warn", scheme=SCHEME, legal_basis=legal_basis)
    )
    frozen = register.execute(
        f"SELECT route, count(*) FROM ({asked.sql}) WHERE route IS NOT NULL GROUP BY route", asked.parameters
    )
    assert {route_of(*key): n for key, n in found.by_route.items()} == dict(tuple(row) for row in frozen)
    reasons = found.stopped + found.left_topic + found.no_consent + found.no_address
    assert found.known == found.own + found.partner_only + reasons == 15


def test_nobody_to_reach_is_an_error_that_says_why(register: Connection, followers: Town) -> None:
    reach.require_somebody(measured(register, (TELEGRAM,)))
    with pytest.raises(
        NobodyToReach, match=r"nobody of 15 people .* 1 said STOP, 1 left the topic, .* 5 can be reached through a partner"
    ):
        reach.require_somebody(measured(register, (WHATSAPP,)))
    followers.suspect("@quiet")
    with pytest.raises(NobodyToReach, match="the segment is empty"):
        reach.require_somebody(measured(register, (TELEGRAM,), rule=FollowersOf("@quiet")))
    with pytest.raises(UnknownSuspect):
        measured(register, (TELEGRAM,), rule=FollowersOf("@nobody"))


def sent(register: Connection, campaign: int, people: Sequence[int], *, state: State, channel: SendingChannel = TELEGRAM) -> None:
    route = route_of(channel, Language.RU)
    register.executemany("INSERT INTO delivery VALUES (?, ?, ?, ?, 0)", [(campaign, each, route, state) for each in people])


def overlaps(
    register: Connection, campaign: int, *, text: dict[str, str] | None = None, now: datetime = NOW
) -> tuple[Overlap, ...]:
    return reach.overlap(register, Everybody(), campaign=campaign, content={"text": text or TEXT}, now=now)


def test_what_the_same_people_got_lately_is_told_and_the_same_text_flagged(register: Connection) -> None:
    made = town(register)
    people = made.people(5)
    other = made.campaign(text={"kk": "Басқа", "ru": "Другое"}, started_at=NOW - timedelta(days=2))
    same = made.campaign(text=TEXT, started_at=NOW - timedelta(days=1))
    new = made.campaign(text=TEXT)
    sent(register, other, people[:3], state=State.DELIVERED)
    sent(register, same, people[3:], state=State.ACCEPTED)
    found = overlaps(register, new)
    assert [(each.campaign, each.people, each.same_text) for each in found] == [(same, 2, True), (other, 3, False)]
    assert found[0].started_at == NOW - timedelta(days=1)
    assert found[0].code == register.execute("SELECT code FROM campaign WHERE id = ?", [same]).fetchone()["code"]


def test_only_the_same_text_is_remembered_for_longer_than_a_week(register: Connection) -> None:
    made = town(register)
    people = made.people(2)
    other = made.campaign(text={"kk": "Басқа", "ru": "Другое"}, started_at=NOW)
    same = made.campaign(text=TEXT, started_at=NOW)
    for campaign in (other, same):
        sent(register, campaign, people, state=State.DELIVERED)
    week = NOW + timedelta(days=7)
    new = made.campaign()
    assert {each.campaign for each in overlaps(register, new, now=week)} == {other, same}
    assert {each.campaign for each in overlaps(register, new, now=week + timedelta(seconds=1))} == {same}


@pytest.mark.parametrize(
    ("state", "counts"),
    [(state, state not in (State.REFUSED, State.UNDELIVERED, State.SUPPRESSED, State.CLOSED)) for state in State],
)
def test_only_who_got_it_or_may_get_it_counts(register: Connection, state: State, counts: bool) -> None:
    made = town(register)
    earlier = made.campaign(text=TEXT, started_at=NOW)
    sent(register, earlier, made.people(2), state=state)
    assert bool(overlaps(register, made.campaign())) is counts


def test_a_rehearsal_the_campaign_itself_and_other_people_do_not_count(register: Connection) -> None:
    made = town(register)
    russian, kazakh = made.people(2, language="ru"), made.people(2, language="kk")
    rehearsal = made.campaign(text=TEXT, started_at=NOW)
    sent(register, rehearsal, russian, state=State.ACCEPTED, channel=PAPER)
    itself = made.campaign(text=TEXT, started_at=NOW)
    sent(register, itself, russian, state=State.ACCEPTED)
    assert overlaps(register, itself) == ()
    content = {"text": TEXT}
    assert reach.overlap(register, Speaks(Language.KK), campaign=0, content=content, now=NOW) == ()
    sent(register, itself, kazakh[:1], state=State.ACCEPTED)
    (found,) = reach.overlap(register, Speaks(Language.KK), campaign=0, content=content, now=NOW)
    assert found.people == 1


def test_the_same_words_are_one_text_however_they_are_spaced() -> None:
    one = reach.text_hash({"text": TEXT, "name": "a", "channels": ["sms"]})
    assert one == reach.text_hash({"text": {"ru": "Будьте \n осторожны! ", "kk": "Абай болыңыз!"}, "name": "b"})
    assert one != reach.text_hash({"text": {"ru": "Будьте осторожны", "kk": "Абай болыңыз!"}})
    assert one != reach.text_hash({"text": {"kk": TEXT["kk"]}})
    card = {"template": {"name": "pyramid", "variables": {"who": "@a"}}}
    assert reach.text_hash(card) == reach.text_hash({**card, "text": None})
    assert reach.text_hash(card) != reach.text_hash({"template": {"name": "pyramid", "variables": {"who": "@b"}}})
