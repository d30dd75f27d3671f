import random
import re
from collections.abc import Sequence

import httpx
import pytest

from broadcaster import addresses, consent, contacts, database, links, merging
from broadcaster.addresses import Channel
from broadcaster.consent import Origin
from broadcaster.contacts import ContactId
from broadcaster.database import Connection
from broadcaster.ledger_codes import SendingChannel, route_of
from content.language import Language
from tests.broadcaster.conftest import KEY, NOW
from tests.broadcaster.town import SCHEME, Town, town
from tests.broadcaster.web.conftest import WORDS
from tests.broadcaster.web.sent import dump, form_of, warned

AIGUL = "+77011234567"
CHAT = "700000001"
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


@pytest.fixture
def people(register: Connection) -> Town:
    return town(register)


@pytest.fixture
def aigul(people: Town) -> ContactId:
    """Reached by telephone and in Telegram."""
    return people.person(telegram=CHAT, phone=AIGUL, language="kk", consent=("warn",), topics=(SCHEME,))


@pytest.fixture
def link(register: Connection, people: Town, aigul: ContactId) -> str:
    return warned(register, people, aigul, by=SendingChannel.SMS)


def buttons(page: httpx.Response) -> Sequence[str]:
    """Of the first language."""
    return re.findall(r'value="([a-z-]+)">', page.text.split("</section>")[0])


def is_silent(register: Connection, channel: Channel, value: str) -> bool:
    return consent.is_suppressed(register, addresses.normalise(channel, value))


async def press(world: httpx.AsyncClient, link: str, action: str, *, form: str = "") -> httpx.Response:
    page = await world.post(link, data={"form": form or form_of(await world.get(link)), "action": action})
    assert page.status_code == 200
    return page


async def test_the_page_says_in_all_languages_what_will_stop_and_the_readers_own_comes_first(
    world: httpx.AsyncClient, link: str
) -> None:
    page = await world.get(link)
    assert page.status_code == 200
    assert re.findall(r'<section lang="(..)">', page.text) == ["kk", "ru", "en"]
    for language in Language:
        name = WORDS.card(SCHEME, language).name
        assert WORDS.phrase("unsubscribe_written_to", language, name=name) in page.text
    assert buttons(page) == ["topic", "everything"]


async def test_a_text_in_russian_leads_to_a_page_that_begins_in_russian(
    world: httpx.AsyncClient, register: Connection, people: Town, aigul: ContactId
) -> None:
    link = warned(register, people, aigul, by=SendingChannel.SMS, language=Language.RU)
    page = await world.get(link)
    assert '<html lang="ru">' in page.text
    assert re.findall(r'<section lang="(..)">', page.text) == ["ru", "kk", "en"]


async def test_looking_changes_nothing(world: httpx.AsyncClient, register: Connection, link: str) -> None:
    before = dump(register)
    for _ in range(3):
        assert (await world.get(link)).status_code == 200
        assert (await world.head(link)).status_code == 200
        assert (await world.get(f"{link}?action=everything&form=x")).status_code == 200
    assert dump(register) == before
    for method in ("PUT", "DELETE", "PATCH", "OPTIONS"):
        assert (await world.request(method, link)).status_code == 405
    assert dump(register) == before


async def test_one_button_silences_every_address_of_the_person(world: httpx.AsyncClient, register: Connection, link: str) -> None:
    page = await press(world, link, "everything")
    assert WORDS.phrase("unsubscribe_stopped", Language.KK) in page.text
    assert buttons(page) == ["start"]
    assert is_silent(register, Channel.PHONE, AIGUL)
    assert is_silent(register, Channel.TELEGRAM, CHAT)


async def test_a_stop_by_link_is_held_against_its_campaign(world: httpx.AsyncClient, register: Connection, link: str) -> None:
    await press(world, link, "everything")
    (left,) = register.execute("SELECT route, second FROM opt_out").fetchall()
    assert tuple(left) == (route_of(SendingChannel.SMS, Language.KK), 3_540)
    (event,) = register.execute("SELECT door, kind FROM consent_event").fetchall()
    assert tuple(event) == ("link", "stop")


async def test_a_form_sent_twice_acts_once_and_is_answered_calmly(
    world: httpx.AsyncClient, register: Connection, link: str
) -> None:
    form = form_of(await world.get(link))
    first = await press(world, link, "everything", form=form)
    before = dump(register)
    again = await press(world, link, "everything", form=form)
    assert dump(register) == before
    assert buttons(again) == buttons(first) == ["start"]


async def test_an_old_form_that_is_sent_again_does_not_undo_a_start(
    world: httpx.AsyncClient, register: Connection, link: str
) -> None:
    form = form_of(await world.get(link))
    await press(world, link, "everything", form=form)
    await press(world, link, "start")
    page = await press(world, link, "everything", form=form)
    assert not is_silent(register, Channel.PHONE, AIGUL)
    assert buttons(page) == ["topic", "everything"]


async def test_a_second_stop_after_a_start_acts_again(world: httpx.AsyncClient, register: Connection, link: str) -> None:
    for action, silent in [("everything", True), ("start", False), ("everything", True)]:
        await press(world, link, action)
        assert is_silent(register, Channel.PHONE, AIGUL) is silent


async def test_start_opens_the_address_the_link_came_to_and_no_other(
    world: httpx.AsyncClient, register: Connection, link: str
) -> None:
    await press(world, link, "everything")
    page = await press(world, link, "start")
    assert WORDS.phrase("unsubscribe_started", Language.KK) in page.text
    assert not is_silent(register, Channel.PHONE, AIGUL)
    assert is_silent(register, Channel.TELEGRAM, CHAT)


async def test_a_form_without_its_name_still_stops(world: httpx.AsyncClient, register: Connection, link: str) -> None:
    assert (await world.post(link, data={"action": "everything"})).status_code == 200
    assert is_silent(register, Channel.PHONE, AIGUL)


def refused(register: Connection, contact: ContactId) -> Sequence[str]:
    return [row["topic"] for row in register.execute("SELECT topic FROM topic_refusal WHERE contact = ?", [contact])]


async def test_one_topic_may_be_left_and_taken_up_again(
    world: httpx.AsyncClient, register: Connection, link: str, aigul: ContactId
) -> None:
    page = await press(world, link, "topic")
    assert buttons(page) == ["topic-again", "everything"]
    assert refused(register, aigul) == [SCHEME]
    assert not is_silent(register, Channel.PHONE, AIGUL)
    page = await press(world, link, "topic-again")
    assert refused(register, aigul) == []
    assert WORDS.phrase("unsubscribe_started", Language.KK) in page.text


async def test_nobody_but_the_person_of_the_link_is_touched(
    world: httpx.AsyncClient, register: Connection, people: Town, link: str
) -> None:
    people.person(phone="+77017654321", consent=("warn",), topics=(SCHEME,))
    await press(world, link, "topic")
    await press(world, link, "everything")
    assert not is_silent(register, Channel.PHONE, "+77017654321")
    assert [row["contact"] for row in register.execute("SELECT contact FROM topic_refusal")] == [1]


async def test_whoever_was_forgotten_is_told_that_nothing_is_kept(
    world: httpx.AsyncClient, register: Connection, link: str
) -> None:
    contacts.forget(register, addresses.normalise(Channel.PHONE, AIGUL))
    before = dump(register)
    for page in (await world.get(link), await world.post(link, data={"action": "everything", "form": "x"})):
        assert page.status_code == 200
        assert WORDS.phrase("unsubscribe_nobody", Language.RU) in page.text
        assert buttons(page) == []
    assert dump(register) == before


async def test_a_link_is_worth_something_even_when_its_delivery_is_gone(
    world: httpx.AsyncClient, register: Connection, link: str
) -> None:
    with database.transaction(register):
        register.execute("DELETE FROM delivery")
    await press(world, link, "everything")
    assert is_silent(register, Channel.PHONE, AIGUL)


async def test_guessed_links_hit_nobody_and_get_one_calm_page(world: httpx.AsyncClient, register: Connection, link: str) -> None:
    chance = random.Random(8)
    known = link.removeprefix("/u/")
    before = dump(register)
    answers = set()
    for number in range(2_000):
        kept = chance.choice([0, 9, 19])  # nine characters hold the ids of somebody real
        guess = known[:kept] + "".join(chance.choices(ALPHABET, k=links.TOKEN_LENGTH - kept))
        if guess == known:
            continue
        if number % 2:
            page = await world.get(f"/u/{guess}")
        else:
            page = await world.post(f"/u/{guess}", data={"action": "everything", "form": "x"})
        answers.add((page.status_code, page.text))
    ((status, text),) = answers
    assert status == 404
    assert WORDS.phrase("unsubscribe_bad_link", Language.KK) in text
    assert dump(register) == before


@pytest.mark.parametrize(
    "token", ["short", "%00" * 20, "%ff%fe" * 10, "ж" * 20, "A" * 5_000, "..%2f..", "<script>alert(1)</script>"]
)
async def test_a_hostile_link_gets_404_and_is_not_repeated(world: httpx.AsyncClient, token: str) -> None:
    page = await world.get(f"/u/{token}")
    assert page.status_code == 404
    assert token not in page.text


async def test_a_link_of_a_campaign_the_database_has_not_is_none_of_ours(world: httpx.AsyncClient, aigul: ContactId) -> None:
    assert (await world.get(f"/u/{links.stop_token(KEY, 99, aigul)}")).status_code == 404


async def test_a_receipts_name_opens_no_page(world: httpx.AsyncClient, link: str, aigul: ContactId) -> None:
    assert (await world.get(f"/u/{links.receipt_token(KEY, 1, aigul)}")).status_code == 404


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"action=nothing", "application/x-www-form-urlencoded", 400),
        (b"", "application/x-www-form-urlencoded", 400),
        (b"action=%ff", "application/x-www-form-urlencoded", 400),
        (b"action=everything" + b"&a=b" * 500, "application/x-www-form-urlencoded", 400),
        (b'{"action": "everything"}', "application/json", 415),
        (b"action=everything", "text/plain", 415),
        (b"a=" + b"x" * 5_000, "application/x-www-form-urlencoded", 413),
    ],
)
async def test_a_hostile_form_stops_nobody(
    world: httpx.AsyncClient, register: Connection, link: str, body: bytes, kind: str, status: int
) -> None:
    before = dump(register)
    answer = await world.post(link, content=body, headers={"content-type": kind})
    assert answer.status_code == status
    assert dump(register) == before


async def test_the_page_loads_its_look_alone_sets_no_cookie_and_is_kept_nowhere(world: httpx.AsyncClient, link: str) -> None:
    page = await press(world, link, "everything")
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["cache-control"] == "no-store"
    assert "strict-transport-security" in page.headers
    assert "set-cookie" not in page.headers
    assert re.findall(r'<link[^>]* href="([^"]*)"', page.text) == ["/public/icon.svg", "/public/public.css"]
    assert not re.search(r"<script|<img|style=|https?://", page.text)


async def test_no_address_stands_in_the_page_or_in_the_log(
    world: httpx.AsyncClient, link: str, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    page = await press(world, link, "everything")
    printed = capsys.readouterr()
    for place in (page.text, caplog.text, printed.out, printed.err):
        assert "7011234567" not in place
        assert CHAT not in place
        assert link.removeprefix("/u/") not in place


async def test_when_the_database_is_held_the_page_says_to_come_back(
    world: httpx.AsyncClient, register: Connection, link: str
) -> None:
    with database.transaction(register):
        page = await world.post(link, data={"action": "everything", "form": "x"})
    assert page.status_code == 503
    assert WORDS.phrase("unsubscribe_not_now", Language.KK) in page.text
    assert not is_silent(register, Channel.PHONE, AIGUL)
    await press(world, link, "everything", form="x")
    assert is_silent(register, Channel.PHONE, AIGUL), "the very form that failed works when it is sent again"


async def test_a_stop_by_link_and_one_in_the_chat_do_not_quarrel(
    world: httpx.AsyncClient, register: Connection, link: str
) -> None:
    chat = addresses.normalise(Channel.TELEGRAM, CHAT)
    assert consent.stop(register, chat, Origin(door="telegram", message_id="1", at=NOW))
    page = await world.get(link)
    assert buttons(page) == ["start"]
    await press(world, link, "everything")
    assert register.execute("SELECT count(*) FROM suppression").fetchone()[0] == 2


async def test_the_link_of_somebody_who_is_one_with_another_now_stops_that_person(
    world: httpx.AsyncClient, register: Connection, people: Town
) -> None:
    """Their addresses are those of the contact that stayed: nothing else of the old one is left."""
    phone, chat = addresses.normalise(Channel.PHONE, AIGUL), addresses.normalise(Channel.TELEGRAM, CHAT)
    link = warned(register, people, people.person(phone=AIGUL, consent=("warn",)), by=SendingChannel.SMS)
    people.person(telegram=CHAT, consent=("warn",))
    with database.transaction(register):
        merging.unite(register, [phone, chat], who="Daniyar", now=NOW)
    page = await world.get(link)
    assert buttons(page) == ["topic", "everything"]
    await world.post(link, data={"action": "everything", "form": form_of(page)})
    assert consent.is_suppressed(register, phone)
    assert consent.is_suppressed(register, chat)
