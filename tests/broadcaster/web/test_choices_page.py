"""Topics, language and region of the person of a stop link: the link is the proof, looking changes nothing."""

import random
import re
from collections.abc import Sequence

import httpx
import pytest

from broadcaster import addresses, consent, contacts, database, links
from broadcaster.addresses import Channel
from broadcaster.consent import Origin
from broadcaster.contacts import Contact, ContactId
from broadcaster.database import Connection
from broadcaster.ledger_codes import SendingChannel
from content.language import Language
from tests.broadcaster.conftest import KEY, NOW
from tests.broadcaster.town import Town, town
from tests.broadcaster.web.conftest import WORDS
from tests.broadcaster.web.sent import dump, form_of, warned

AIGUL = "+77011234567"
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


@pytest.fixture
def people(register: Connection) -> Town:
    return town(register)


@pytest.fixture
def aigul(people: Town) -> ContactId:
    return people.person(phone=AIGUL, language="ru", region="almaty", consent=("warn",), topics=("romance", "extortion"))


@pytest.fixture
def link(register: Connection, people: Town, aigul: ContactId) -> str:
    return f"{warned(register, people, aigul, by=SendingChannel.SMS)}/choices"


def known(register: Connection) -> Contact:
    contact = contacts.find(register, addresses.normalise(Channel.PHONE, AIGUL))
    assert contact
    return contact


def ticked(page: httpx.Response) -> Sequence[str]:
    return re.findall(r'value="([a-z-]+)" (?:checked|selected)', page.text)


async def save(
    world: httpx.AsyncClient, link: str, *topics: str, region: str = "", language: str = "ru", form: str = ""
) -> httpx.Response:
    name = form or form_of(await world.get(link))
    page = await world.post(link, data={"form": name, "topics": topics, "region": region, "language": language})
    assert page.status_code == 200
    return page


async def test_the_page_shows_what_was_chosen_and_changes_nothing(
    world: httpx.AsyncClient, register: Connection, link: str
) -> None:
    before = dump(register)
    for _ in range(3):
        page = await world.get(link)
        assert (await world.head(link)).status_code == 200
        assert (await world.get(f"{link}?topics=all&form=x&language=kk")).status_code == 200
    assert '<html lang="ru">' in page.text
    assert set(ticked(page)) == {"romance", "extortion", "almaty", "ru"}
    assert AIGUL not in page.text
    for method in ("PUT", "DELETE", "PATCH", "OPTIONS"):
        assert (await world.request(method, link)).status_code == 405
    assert dump(register) == before


async def test_the_stop_page_leads_here_and_back(world: httpx.AsyncClient, link: str) -> None:
    stop = link.removesuffix("/choices")
    page = await world.get(stop)
    assert f'href="{link}?language=kk"' in page.text
    assert f'href="{stop}"' in (await world.get(link)).text


async def test_boxes_that_were_changed_are_obeyed_and_no_others(
    world: httpx.AsyncClient, register: Connection, link: str
) -> None:
    page = await save(world, link, "romance", "task-job", region="astana", language="kk")
    assert WORDS.phrase("public_choices_saved", Language.KK) in page.text, "in the language that was chosen"
    contact = known(register)
    assert (contact.topics, contact.region, contact.language) == (frozenset({"romance", "task-job"}), "astana", Language.KK)
    said = [tuple(row) for row in register.execute("SELECT kind, topic, door FROM consent_event ORDER BY id")]
    assert said == [("subscribe", "task-job", "link"), ("unsubscribe", "extortion", "link")]


async def test_a_change_of_language_alone_consents_to_nothing(world: httpx.AsyncClient, register: Connection, link: str) -> None:
    register.execute("DELETE FROM consent")
    await save(world, link, "romance", "extortion", region="almaty", language="en")
    assert known(register).language is Language.EN
    assert register.execute("SELECT count(*) FROM consent").fetchone()[0] == 0


async def test_every_topic_may_be_left_and_all_taken(world: httpx.AsyncClient, register: Connection, link: str) -> None:
    await save(world, link)
    assert known(register).topics == frozenset()
    assert (known(register).region, len(register.execute("SELECT * FROM topic_refusal").fetchall())) == (None, 2)
    await save(world, link, "all")
    assert known(register).topics == set(WORDS.schemes)
    assert register.execute("SELECT count(*) FROM topic_refusal").fetchone()[0] == 0


async def test_a_form_sent_twice_acts_once_whatever_came_between(
    world: httpx.AsyncClient, register: Connection, link: str
) -> None:
    form = form_of(await world.get(link))
    await save(world, link, "task-job", region="astana", language="kk", form=form)
    await save(world, link, "romance")
    before = dump(register)
    await save(world, link, "task-job", region="astana", language="kk", form=form)
    assert dump(register) == before


async def test_whoever_said_stop_is_not_asked_and_not_opened_again(
    world: httpx.AsyncClient, register: Connection, link: str
) -> None:
    form = form_of(await world.get(link))
    phone = addresses.normalise(Channel.PHONE, AIGUL)
    consent.stop(register, phone, Origin(door="sms", message_id="1", at=NOW))
    before = dump(register)
    for page in (await world.get(link), await save(world, link, "all", form=form)):
        assert WORDS.phrase("public_choices_stopped", Language.RU) in page.text
        assert "<form" not in page.text
        assert WORDS.phrase("public_choices_saved", Language.RU) not in page.text
    assert dump(register) == before


async def test_whoever_was_forgotten_is_not_made_anew(world: httpx.AsyncClient, register: Connection, link: str) -> None:
    contacts.forget(register, addresses.normalise(Channel.PHONE, AIGUL))
    before = dump(register)
    for page in (await world.get(link), await save(world, link, "all", form="x")):
        assert WORDS.phrase("unsubscribe_nobody", Language.KK) in page.text
        assert "<form" not in page.text
    assert dump(register) == before


async def test_nobody_but_the_person_of_the_link_is_touched(
    world: httpx.AsyncClient, register: Connection, people: Town, link: str
) -> None:
    other = people.person(phone="+77017654321", language="kk", consent=("warn",), topics=("romance",))
    await save(world, link, "task-job", region="astana")
    row = register.execute("SELECT language, region FROM contact WHERE id = ?", [other]).fetchone()
    assert tuple(row) == ("kk", None)
    assert [each["topic"] for each in register.execute("SELECT topic FROM topic WHERE contact = ?", [other])] == ["romance"]


async def test_guessed_links_hit_nobody_and_get_one_calm_page(world: httpx.AsyncClient, register: Connection, link: str) -> None:
    chance = random.Random(8)
    token = link.removeprefix("/u/").removesuffix("/choices")
    before = dump(register)
    answers = set()
    for number in range(2_000):
        kept = chance.choice([0, 9, 19])  # nine characters hold the ids of somebody real
        guess = token[:kept] + "".join(chance.choices(ALPHABET, k=links.TOKEN_LENGTH - kept))
        if guess == token:
            continue
        if number % 2:
            page = await world.get(f"/u/{guess}/choices")
        else:
            page = await world.post(f"/u/{guess}/choices", data={"topics": "all", "language": "kk", "form": "x"})
        answers.add((page.status_code, page.text))
    ((status, text),) = answers
    assert status == 404
    assert text == (await world.get("/u/x")).text, "the page that a forged stop link gets"
    assert dump(register) == before


@pytest.mark.parametrize(
    "token", ["short", "%00" * 20, "%ff%fe" * 10, "ж" * 20, "A" * 5_000, "..%2f..", "<script>alert(1)</script>"]
)
async def test_a_hostile_link_gets_404_and_is_not_repeated(world: httpx.AsyncClient, token: str) -> None:
    page = await world.get(f"/u/{token}/choices")
    assert page.status_code == 404
    assert token not in page.text


async def test_a_receipts_name_opens_no_page(world: httpx.AsyncClient, link: str, aigul: ContactId) -> None:
    assert (await world.get(f"/u/{links.receipt_token(KEY, 1, aigul)}/choices")).status_code == 404


FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"", FORM, 400),
        (b"topics=all", FORM, 400),
        (b"topics=nothing&language=kk", FORM, 400),
        (b"topics=%3Cscript%3E&language=kk", FORM, 400),
        (b"topics=all&language=xx", FORM, 400),
        (b"topics=all&language=kk&region=mars", FORM, 400),
        (b"topics=all&language=kk&region=%ff", FORM, 400),
        (b"\xff\xfe\x00", FORM, 400),
        (b"language=kk" + b"&topics=all" * 500, FORM, 413),
        (b"language=kk" + b"&a=b" * 500, FORM, 400),
        (b'{"topics": ["all"], "language": "kk"}', "application/json", 415),
        (b"topics=all&language=kk", "text/plain", 415),
        (b"a=" + b"x" * 5_000, FORM, 413),
    ],
)
async def test_a_hostile_form_changes_nothing(
    world: httpx.AsyncClient, register: Connection, link: str, body: bytes, kind: str, status: int
) -> None:
    before = dump(register)
    answer = await world.post(link, content=body, headers={"content-type": kind})
    assert answer.status_code == status
    assert dump(register) == before


async def test_a_form_of_the_page_itself_works_whatever_the_browser_says_of_its_origin(
    world: httpx.AsyncClient, register: Connection, link: str
) -> None:
    """Our referrer policy makes browsers say `Origin: null` of our own forms; the token is the proof."""
    data = {"form": form_of(await world.get(link)), "topics": "task-job", "language": "ru"}
    headers = {"Origin": "null", "Host": "evil.example"}
    page = await world.post(link, data=data, headers=headers)
    assert (page.status_code, "evil.example" in page.text) == (200, False)
    assert known(register).topics == {"task-job"}
    stopped = await world.post(link.removesuffix("/choices"), data={"action": "everything", "form": "x"}, headers=headers)
    assert stopped.status_code == 200
    assert consent.is_suppressed(register, addresses.normalise(Channel.PHONE, AIGUL))


async def test_when_the_database_is_held_the_page_says_to_come_back(
    world: httpx.AsyncClient, register: Connection, link: str
) -> None:
    data = {"form": "first-form", "topics": "task-job", "language": "ru"}
    with database.transaction(register):
        page = await world.post(link, data=data, headers={"Accept-Language": "ru"})
    assert page.status_code == 503
    assert WORDS.phrase("unsubscribe_not_now", Language.RU) in page.text
    await world.post(link, data=data)
    assert known(register).topics == {"task-job"}
