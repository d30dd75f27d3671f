"""People at the desk: one person by their address, a STOP by phone or letter, erasure; and no address on any page, URL or log."""

import io
import json
import re
from pathlib import Path

import pytest

from broadcaster import addresses, consent, contacts, database, telemetry
from broadcaster.addresses import Address, Channel
from broadcaster.campaign_states import Role
from broadcaster.consent import Origin
from broadcaster.ledger_codes import SendingChannel, State, route_of
from content.language import Language
from tests.broadcaster.conftest import NOW
from tests.broadcaster.town import Town, town
from tests.broadcaster.web.desk.conftest import Desk, Person

AIGUL = "+77015550101"
CANARIES = ("77015550101", "7015550101", "5550101", "55501")


@pytest.fixture
def people(desk: Desk) -> Town:
    return town(desk.register)


@pytest.fixture
def saule(desk: Desk) -> Person:
    return desk.signed_in("Saule", Role.APPROVER)


def aigul() -> Address:
    return addresses.normalise(Channel.WHATSAPP, AIGUL)


def hidden(page: str, action: str) -> dict[str, str]:
    """What a form of this action carries unseen."""
    form = page[page.index(f'action="{action}"') :]
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form[: form.index("</form>")]))


def trail(desk: Desk) -> list[tuple[str, str, str, dict[str, object]]]:
    rows = desk.register.execute("SELECT who, action, subject, detail FROM audit ORDER BY id")
    return [(row["who"], row["action"], row["subject"], json.loads(row["detail"])) for row in rows]


async def test_the_numbers_are_those_that_are_kept(desk: Desk, people: Town, saule: Person) -> None:
    people.people(3)
    people.person(telegram="5", stopped=("telegram",))
    page = (await saule.get("/people")).text
    assert 'data-count="known">4<' in page
    assert 'data-count="stopped">1<' in page


async def test_a_person_is_shown_with_consents_and_history_and_without_the_address(
    desk: Desk, people: Town, saule: Person
) -> None:
    person = contacts.ContactId(people.person(whatsapp=AIGUL, language="kk", region="almaty", consent=("educate",)))
    origin = Origin(door="whatsapp", message_id="m1", at=NOW)
    consent.subscribe(desk.register, aigul(), origin, topics=["financial-pyramid"])
    consent.stop(desk.register, aigul(), Origin(door="link", message_id="m2", at=NOW))
    campaign = people.campaign(state="done", channels=("whatsapp",), started_at=NOW)
    delivered = (campaign, person, route_of(SendingChannel.WHATSAPP, Language.KK), State.DELIVERED, 0)
    desk.register.execute("INSERT INTO delivery VALUES (?, ?, ?, ?, ?)", delivered)
    answer = await saule.post("/person", {"address": "8 701 555 01 01"})
    page = re.sub(r"\s+", " ", answer.text)
    assert answer.status_code == 200
    for said in ("+7701***0101", "казахский", "Алматы", "полезные советы", "отписка от всего (СТОП)", "ссылка в сообщении"):
        assert said in page, said
    assert page.index("отписка от всего (СТОП)") < page.index(">подписка<")
    assert f'href="/campaigns/{campaign}"' in page
    assert not [canary for canary in CANARIES if canary in page]


@pytest.mark.parametrize("typed", ["", "Айгуль", "1" * 5_000, "\0", "'; DROP TABLE contact; --", "http://evil.example"])
async def test_what_is_no_address_gets_a_calm_answer(desk: Desk, saule: Person, typed: str) -> None:
    for path in ("/person", "/suppression", "/suppression/add"):
        answer = await saule.post(path, {"address": typed, "reason": "letter"})
        assert (answer.status_code, "error" in answer.text) == (422, True), path


async def test_a_stop_by_phone_silences_every_address_and_stands_in_the_trail_without_it(
    desk: Desk, people: Town, saule: Person
) -> None:
    people.person(whatsapp=AIGUL, telegram="700000001", consent=("warn",))
    page = (await saule.post("/person", {"address": AIGUL})).text
    form = hidden(page, "/person/stop")
    fields = {**form, "reason": f"called from {AIGUL} at noon"}
    for _ in range(2):  # the browser sends it again
        answer = await saule.client.post("/person/stop", data=fields)
        assert (answer.status_code, answer.headers["location"]) == (303, "/people?done=stop")
    assert consent.is_suppressed(desk.register, aigul())
    assert consent.is_suppressed(desk.register, addresses.normalise(Channel.TELEGRAM, "700000001"))
    assert "Отписка записана" in (await saule.get("/people?done=stop")).text
    said = desk.register.execute("SELECT door, kind FROM consent_event").fetchall()
    assert [tuple(row) for row in said] == [("staff:Saule", "stop")]
    assert [row for row in trail(desk) if row[1] == "person.stop"] == [
        ("Saule", "person.stop", "contact 1", {"reason": "called from +7701***0101 at noon"})
    ]


@pytest.mark.parametrize("reason", ["", " ", "x" * 501, "two\nlines"])
async def test_without_a_reason_nothing_is_done_and_the_page_says_so(
    desk: Desk, people: Town, saule: Person, reason: str
) -> None:
    people.person(whatsapp=AIGUL)
    page = (await saule.post("/person", {"address": AIGUL})).text
    for action in ("/person/stop", "/person/erase"):
        answer = await saule.client.post(action, data={**hidden(page, action), "reason": reason})
        assert answer.status_code == 422
        assert 'aria-invalid="true"' in answer.text
    assert contacts.find(desk.register, aigul()) is not None
    assert not consent.is_suppressed(desk.register, aigul())


@pytest.mark.parametrize("also_stop", [True, False])
async def test_erasing_takes_the_person_away_and_stops_only_where_that_was_ticked(
    desk: Desk, people: Town, saule: Person, also_stop: bool
) -> None:
    people.person(whatsapp=AIGUL, language="kk", consent=("warn",))
    desk.register.execute("CREATE TABLE question (asker BLOB, text TEXT)")
    desk.register.execute("INSERT INTO question VALUES (?, 'Is it you?')", [desk.register.address_key.hash(aigul())])
    page = (await saule.post("/person", {"address": AIGUL})).text
    fields = {**hidden(page, "/person/erase"), "reason": "letter of 21 November", **({"also_stop": "yes"} if also_stop else {})}
    answer = await saule.client.post("/person/erase", data=fields)
    assert answer.headers["location"] == "/people?done=erase"
    assert contacts.find(desk.register, aigul()) is None
    assert desk.register.execute("SELECT count(*) FROM question").fetchone()[0] == 0
    assert consent.is_suppressed(desk.register, aigul()) is also_stop
    assert trail(desk)[-1] == ("Saule", "person.erase", "contact 1", {"reason": "letter of 21 November", "stop": also_stop})
    assert (await saule.client.post("/person/erase", data=fields)).status_code == 404, "they are gone"
    found = (await saule.post("/suppression", {"address": AIGUL})).text
    assert ("<strong>писать нельзя" in found) is also_stop


async def test_the_number_of_whoever_was_erased_is_in_no_file_afterwards(desk: Desk, people: Town, saule: Person) -> None:
    people.person(whatsapp=AIGUL)
    page = (await saule.post("/person", {"address": AIGUL})).text
    await saule.client.post("/person/erase", data={**hidden(page, "/person/erase"), "reason": "letter"})
    database.scrub(desk.register)
    file = Path(desk.register.execute("PRAGMA database_list").fetchone()["file"])
    for each in (file, file.with_name(f"{file.name}-wal")):
        assert AIGUL.encode() not in each.read_bytes(), each.name


async def test_an_address_nobody_has_met_can_be_silenced_and_looked_up(desk: Desk, saule: Person) -> None:
    never = (await saule.post("/suppression", {"address": AIGUL})).text
    assert "отписки не было" in never
    added = await saule.post("/suppression/add", {"address": AIGUL, "reason": "phone call", "form": "f1"})
    assert added.headers["location"] == "/suppression?done=stop"
    page = (await saule.post("/suppression", {"address": AIGUL})).text
    assert "<strong>писать нельзя" in page
    assert "сотрудник Saule" in page
    assert "21.11.2025 12:15" in page
    assert trail(desk)[-1][2] == "address of nobody we know"


async def test_a_reason_that_is_missing_does_not_bring_the_address_back_to_the_page(desk: Desk, saule: Person) -> None:
    page = (await saule.post("/suppression/add", {"address": AIGUL, "reason": ""})).text
    assert "Введите адрес ещё раз" in page
    assert not [canary for canary in CANARIES if canary in page]


@pytest.mark.parametrize(
    ("role", "path", "status"),
    [
        (Role.VIEWER, "/person", 403),
        (Role.VIEWER, "/suppression/add", 403),
        (Role.MODERATOR, "/person/stop", 403),
        (Role.AUTHOR, "/person/erase", 403),
        (Role.AUTHOR, "/suppression/add", 422),
        (Role.ADMIN, "/person/erase", 404),
    ],
)
async def test_who_may_do_what(desk: Desk, role: Role, path: str, status: int) -> None:
    assert (await desk.signed_in("Aliya", role).post(path, {"address": "", "reason": "x"}, sent_from="/me")).status_code == status


async def test_nobody_who_may_only_look_sees_the_form(desk: Desk) -> None:
    page = (await desk.signed_in("Marat", Role.VIEWER).get("/people")).text
    assert 'action="/person"' not in page


async def test_no_log_holds_the_address(desk: Desk, people: Town, saule: Person) -> None:
    log = io.StringIO()
    telemetry.configure(json=True, stream=log)
    people.person(whatsapp=AIGUL)
    for path in ("/person", "/suppression", "/suppression/add"):
        await saule.post(path, {"address": AIGUL, "reason": AIGUL})
    desk.register.execute("DROP TABLE topic_refusal")
    await saule.post("/person", {"address": AIGUL})
    assert not [canary for canary in CANARIES if canary in log.getvalue()]
    kept = desk.register.execute("SELECT group_concat(detail || subject) FROM audit").fetchone()[0]
    assert not [canary for canary in CANARIES if canary in kept]


async def test_what_a_colleague_or_an_import_wrote_is_text_on_the_page(desk: Desk, people: Town, saule: Person) -> None:
    hostile = "<script>alert(1)</script>"
    person = people.person(whatsapp=AIGUL)
    desk.register.execute("INSERT INTO consent VALUES (?, 'warn', 'whatsapp', ?, '2025-11-21')", [person, hostile])
    page = (await saule.post("/person", {"address": AIGUL})).text
    assert hostile not in page
    assert "&lt;script&gt;" in page
