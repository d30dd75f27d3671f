"""A campaign that repeats, as its author and its approver see it: typed, shown, and its next one found again."""

from datetime import timedelta

import pytest

from broadcaster import campaign_records, campaigns, database
from broadcaster.campaign_content import Content
from broadcaster.campaign_records import Campaign
from broadcaster.campaign_states import Role, State
from broadcaster.database import Connection
from broadcaster.staff import Staff
from content.language import Language
from tests.broadcaster.conftest import NOW
from tests.broadcaster.test_campaigns import content
from tests.broadcaster.town import town
from tests.broadcaster.web.desk.conftest import SAID, Desk, Person

LATER = NOW + timedelta(hours=2)
EVERY = "раз в 2 недели до 30.06.2026"


def repeating(**changes: object) -> Content:
    return content(
        segment={"everybody": True},
        channels=["telegram"],
        schedule="2025-11-21 12:15",
        repeat={"every_weeks": 2, "until": "2026-06-30"},
        **changes,
    )


@pytest.fixture
def daniyar(desk: Desk) -> Person:
    return desk.signed_in("Daniyar", Role.AUTHOR)


@pytest.fixture
def saule(desk: Desk) -> Person:
    return desk.signed_in("Saule", Role.APPROVER)


def done(register: Connection, author: Staff, approver: Staff) -> Campaign:
    made = campaigns.create(register, repeating(), by=author, now=NOW)
    made = campaigns.submit(register, made, by=author, now=NOW)
    made = campaigns.approve(register, made, by=approver, now=NOW)
    made = campaigns.schedule(register, made, by=approver, now=NOW)
    with database.transaction(register):
        assert campaigns.begin(register, made.id, now=NOW)
    assert campaigns.finish(register, made.id, now=LATER)
    return made


def said(key: str, **fields: object) -> str:
    return SAID.say(key, Language.RU, **fields)


async def test_it_is_typed_in_the_form_and_shown_on_the_page_and_in_the_preview(desk: Desk, daniyar: Person) -> None:
    fields = {
        "name": "Пирамида",
        "scheme": "financial-pyramid",
        "purpose": "warn",
        "legal_basis": "consent",
        "groups-join": "all",
        "group-0-join": "all",
        "group-0-rule": "everybody",
        "group-0-account": "",
        "text-kk": "Абай болыңыз",
        "text-ru": "Будьте осторожны",
        "channel-1": "telegram",
        "repeat_weeks": "2",
        "repeat_until": "2026-06-30",
        "save": "1",
    }
    answer = await daniyar.post("/campaigns/new", fields, sent_from="/campaigns/new")
    assert answer.status_code == 303, answer.text
    page = (await daniyar.get(answer.headers["location"])).text
    assert page.count(EVERY) == 2
    form = (await daniyar.get(f"{answer.headers['location']}/edit")).text
    assert 'name="repeat_weeks" type="text" value="2"' in form
    assert 'name="repeat_until" type="date" value="2026-06-30"' in form
    wrong = await daniyar.post("/campaigns/new", {**fields, "repeat_until": "нет"}, sent_from="/campaigns/new")
    assert wrong.status_code == 422
    assert said("mistake_repeat_until") in wrong.text


async def test_an_approver_reads_how_the_repetition_was_changed(desk: Desk, daniyar: Person, saule: Person) -> None:
    made = campaigns.create(desk.register, content(), by=daniyar.staff, now=NOW)
    made = campaigns.submit(desk.register, made, by=daniyar.staff, now=NOW)
    made = campaigns.approve(desk.register, made, by=saule.staff, now=NOW)
    changed = content(repeat={"every_weeks": 2, "until": "2026-06-30"})
    made = campaigns.edit(desk.register, made, changed, by=daniyar.staff, now=NOW)
    changes = (await saule.get(f"/campaigns/{made.id}")).text
    changes = changes[changes.index('id="changes"') : changes.index('id="preview"')]
    assert said("campaign_field_repeat") in changes
    assert EVERY in changes


async def test_the_next_one_lies_among_its_authors_drafts_and_waits_for_a_second_person(
    desk: Desk, daniyar: Person, saule: Person
) -> None:
    ended = done(desk.register, daniyar.staff, saule.staff)
    made = campaign_records.next_of(desk.register, ended.id)
    assert made is not None
    today = (await daniyar.get("/")).text
    assert f'<a href="/campaigns/{made.id}">' in today
    assert said("today_draft_follows", code=ended.code) in today
    assert said("today_drafts") not in (await saule.get("/")).text
    page = (await daniyar.get(f"/campaigns/{made.id}")).text
    assert said("campaign_follows") in page
    assert f'<a href="/campaigns/{ended.id}">{ended.code}</a>' in page
    assert said("campaign_did_repeat") in page
    assert "05.12.2025 12:15" in page
    before = (await daniyar.get(f"/campaigns/{ended.id}")).text
    assert said("campaign_next") in before
    assert f'<a href="/campaigns/{made.id}">{made.code}</a>' in before


async def test_submitting_it_asks_about_the_same_text_as_of_every_campaign(desk: Desk, daniyar: Person, saule: Person) -> None:
    person = town(desk.register).person(telegram="700000001", language="ru", consent=("warn",))
    ended = done(desk.register, daniyar.staff, saule.staff)
    with database.transaction(desk.register):
        desk.register.execute(
            "INSERT INTO delivery (campaign, contact, route, state, second) VALUES (?, ?, 1, 2, 0)", [ended.id, person]
        )
    made = campaign_records.next_of(desk.register, ended.id)
    assert made is not None
    form = {"state": "draft", "hash": made.content_hash.hex()}
    asked = await daniyar.post(f"/campaigns/{made.id}/submit", form)
    assert asked.status_code == 409
    assert said("refused_said_already") in asked.text
    assert campaign_records.find(desk.register, made.id).state is State.DRAFT
    assert (await daniyar.post(f"/campaigns/{made.id}/submit", {**form, "again": "yes"})).status_code == 303
    assert campaign_records.find(desk.register, made.id).state is State.SUBMITTED


async def test_the_newest_ten_drafts_are_shown(desk: Desk, daniyar: Person) -> None:
    for number in range(12):
        campaigns.create(desk.register, content(name=f"черновик-{number}."), by=daniyar.staff, now=NOW)
    today = (await daniyar.get("/")).text
    assert [number for number in range(12) if f"черновик-{number}." in today] == list(range(2, 12))
