from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broadcaster import addresses, consent, database
from broadcaster.addresses import Channel
from broadcaster.consent import Origin
from broadcaster.contacts import ContactId
from broadcaster.database import Connection
from broadcaster.ledger_codes import SendingChannel, channel_of, language_of, route_of
from broadcaster.reach_routes import Expression, first_route, routed
from content.language import Language
from tests.broadcaster.conftest import KEY, NOW, url_in
from tests.broadcaster.town import SCHEME, town

TELEGRAM, PUSH, WHATSAPP, SMS, RELAY, PAPER = SendingChannel
EVERYBODY = Expression(sql="1 = 1", parameters={})


def route(
    register: Connection,
    contact: ContactId,
    channels: Sequence[SendingChannel] = (TELEGRAM, PUSH, WHATSAPP, SMS),
    *,
    purpose: str = "warn",
    legal_basis: str = "consent",
) -> int | None:
    asked = first_route(channels, purpose=purpose, scheme=SCHEME, legal_basis=legal_basis)
    row = register.execute(
        f"SELECT {asked.sql} AS route FROM contact WHERE contact.id = :id", {**asked.parameters, "id": contact}
    ).fetchone()
    found: int | None = row["route"]
    return found


def test_the_campaigns_order_decides_and_not_the_persons(register: Connection) -> None:
    aigul = town(register).person(telegram="700000001", phone="87011234567", language="kk", consent=("warn",))
    assert route(register, aigul, (TELEGRAM, SMS)) == route_of(TELEGRAM, Language.KK)
    assert route(register, aigul, (SMS, TELEGRAM)) == route_of(SMS, Language.KK)
    assert route(register, aigul, (PUSH, SMS)) == route_of(SMS, Language.KK)
    assert route(register, aigul, (PUSH, WHATSAPP)) is None
    assert route(register, aigul, ()) is None


@pytest.mark.parametrize(
    ("language", "written"), [("kk", Language.KK), ("ru", Language.RU), ("en", Language.EN), (None, Language.RU)]
)
def test_a_person_is_written_to_in_their_language(register: Connection, language: str | None, written: Language) -> None:
    person = town(register).person(telegram="700000001", language=language, consent=("warn",))
    found = route(register, person)
    assert found is not None
    assert (channel_of(found), language_of(found)) == (TELEGRAM, written)


def test_following_is_no_consent_and_consent_holds_for_its_channel_and_purpose(register: Connection) -> None:
    made = town(register)
    follower = made.person(telegram="700000001", follows=("@pyramid_kz",))
    by_phone = made.person(telegram="700000002", phone="87011234567", consent=("warn@phone",))
    learner = made.person(telegram="700000003", consent=("educate",))
    warned = made.person(telegram="700000004", consent=("warn",))
    assert route(register, follower) is None
    assert route(register, by_phone) == route_of(SMS, Language.RU)
    assert [route(register, learner, purpose=purpose) for purpose in ("warn", "recall", "educate")] == [None, None, 1]
    assert [route(register, warned, purpose=purpose) for purpose in ("warn", "recall", "educate")] == [1, 1, None]


def test_a_dead_address_gives_way_to_the_next(register: Connection) -> None:
    aigul = town(register).person(telegram="700000001", phone="87011234567", consent=("warn",), dead=("telegram",))
    assert route(register, aigul) == route_of(SMS, Language.RU)


def test_a_left_topic_is_left_on_every_channel(register: Connection) -> None:
    aigul = town(register).person(telegram="700000001", relay="bank/1", consent=("warn",), refused=(SCHEME,))
    timur = town(register).person(telegram="700000002", consent=("warn",), refused=("romance",))
    assert route(register, aigul, (TELEGRAM, RELAY), legal_basis="public-task") is None
    assert route(register, timur) == route_of(TELEGRAM, Language.RU)


def test_a_partner_is_taken_without_consent_but_not_on_the_ground_of_consent(register: Connection) -> None:
    stranger = town(register).person(relay="bank/1", language="kk", follows=("@pyramid_kz",))
    assert route(register, stranger, (TELEGRAM, RELAY), legal_basis="public-task") == route_of(RELAY, Language.KK)
    assert route(register, stranger, (TELEGRAM, RELAY), legal_basis="partner-contract") == route_of(RELAY, Language.KK)
    assert route(register, stranger, (TELEGRAM, RELAY), legal_basis="consent") is None


def test_paper_takes_any_address_a_person_agreed_to(register: Connection) -> None:
    made = town(register)
    aigul = made.person(phone="87011234567", language="kk", consent=("warn",))
    timur = made.person(phone="87011234568")
    bank_only = made.person(relay="bank/1")
    assert route(register, aigul, (PAPER,)) == route_of(PAPER, Language.KK)
    assert route(register, timur, (PAPER,)) is None
    assert route(register, bank_only, (PAPER,), legal_basis="public-task") is None
    assert route(register, aigul, (SMS, PAPER)) == route_of(SMS, Language.KK)


def test_one_stopped_address_silences_the_person(register: Connection) -> None:
    aigul = town(register).person(
        telegram="700000001", phone="87011234567", relay="bank/1", consent=("warn",), stopped=("phone",)
    )
    assert route(register, aigul, (TELEGRAM, SMS, RELAY), legal_basis="public-task") is None


def test_a_start_after_the_stop_opens_the_address_it_came_from_and_no_other(register: Connection) -> None:
    aigul = town(register).person(telegram="700000001", phone="87011234567", consent=("warn",))
    telegram = addresses.normalise(Channel.TELEGRAM, "700000001")
    phone = addresses.normalise(Channel.PHONE, "87011234567")
    consent.stop(register, phone, Origin(door="sms", message_id="1", at=NOW))
    assert route(register, aigul) is None
    consent.start(register, telegram, Origin(door="telegram", message_id="2", at=NOW))
    assert route(register, aigul) == route_of(TELEGRAM, Language.RU)
    assert route(register, aigul, (SMS,)) is None
    consent.stop(register, phone, Origin(door="sms", message_id="3", at=NOW))
    assert route(register, aigul) is None, "they said it again"


@dataclass(frozen=True)
class Known:
    living: frozenset[str]
    agreed: frozenset[str]
    language: str | None
    stopped: bool
    refused: bool


CHANNELS = ("telegram", "push", "whatsapp", "phone", "relay")
SENT_TO = {
    TELEGRAM: ("telegram",),
    PUSH: ("push",),
    WHATSAPP: ("whatsapp",),
    SMS: ("phone",),
    RELAY: ("relay",),
    PAPER: CHANNELS[:4],
}
PEOPLE: dict[int, Known] = {}


@pytest.fixture(scope="module")
def big_town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    """Every way of having, or not having, each kind of address."""
    connection = database.open(url_in(tmp_path_factory.mktemp("town")), KEY)
    database.migrate(connection, "broadcaster", database.MIGRATIONS)
    made = town(connection)
    for n in range(243):
        ways = {channel: n // 3**place % 3 for place, channel in enumerate(CHANNELS)}  # not there, there, agreed (relay: dead)
        own: dict[str, str] = {
            channel: {"telegram": f"{7 * 10**8 + n}", "push": f"https://push.example/{n}", "relay": f"bank/{n}"}.get(
                channel, f"+770{1 + (channel == 'phone')}{n:07d}"
            )
            for channel, way in ways.items()
            if way
        }
        agreed = frozenset(channel for channel, way in ways.items() if way == 2 and channel != "relay")
        dead = {"relay"} if ways["relay"] == 2 else set()
        if n % 7 == 0 and "push" in own:
            dead.add("push")
        stopped = tuple(own)[-1:] if n % 11 == 0 else ()
        known = Known(
            living=frozenset(own) - dead,
            agreed=agreed,
            language=("kk", "ru", "en", None)[n % 4],
            stopped=bool(stopped),
            refused=n % 13 == 0,
        )
        person = made.person(
            **own,
            language=known.language,
            consent=[f"warn@{channel}" for channel in agreed],
            dead=dead,
            stopped=stopped,
            refused=(SCHEME,) if known.refused else (),
        )
        PEOPLE[person] = known
    yield connection
    connection.close()


def expected(known: Known, channels: Sequence[SendingChannel], legal_basis: str) -> int | None:
    if known.stopped or known.refused:
        return None
    usable = (known.living & known.agreed) | ((known.living & {"relay"}) if legal_basis != "consent" else set())
    first = next((channel for channel in channels if usable & set(SENT_TO[channel])), None)
    return None if first is None else route_of(first, Language(known.language or "ru"))


@settings(deadline=None, max_examples=60)
@given(st.lists(st.sampled_from(SendingChannel), unique=True), st.sampled_from(["consent", "public-task"]))
def test_the_first_usable_channel_is_the_one_an_honest_clerk_would_find(
    big_town: Connection, channels: list[SendingChannel], legal_basis: str
) -> None:
    asked = routed(EVERYBODY, first_route(channels, purpose="warn", scheme=SCHEME, legal_basis=legal_basis))
    found = {
        row["contact"]: row["route"] for row in big_town.execute(f"SELECT contact, route FROM ({asked.sql})", asked.parameters)
    }
    assert found == {person: expected(known, channels, legal_basis) for person, known in PEOPLE.items()}


def test_the_freeze_computes_each_route_once_and_by_keys(register: Connection) -> None:
    segment = Expression(sql="contact.id IN (SELECT edge.contact FROM edge WHERE edge.suspect = 1)", parameters={})
    asked = routed(segment, first_route((TELEGRAM, SMS), purpose="warn", scheme=SCHEME, legal_basis="consent"))
    plan = register.execute(
        f"EXPLAIN QUERY PLAN SELECT contact, route FROM ({asked.sql}) WHERE route IS NOT NULL ORDER BY contact", asked.parameters
    )
    steps = [row["detail"] for row in plan]
    assert sum(step.startswith("SEARCH edge") for step in steps) == 1, steps
    assert sum(step.startswith("SEARCH own") for step in steps) == 2, "for everybody, and more closely for a few"
    scans = [step for step in steps if step.startswith("SCAN")]
    assert scans == ["SCAN suppression", "SCAN topic_refusal", "SCAN suppression", "SCAN routed"], (
        "of STOP and of START, once each"
    )
