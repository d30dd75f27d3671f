"""What a warning did, told to somebody who reads no statistics."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from broadcaster import database
from broadcaster.campaign_states import Role
from broadcaster.contacts import ContactId
from broadcaster.ledger_codes import State
from tests.broadcaster.conftest import NOW
from tests.broadcaster.ledger import Ledger
from tests.broadcaster.town import Town, town
from tests.broadcaster.web.desk.conftest import Desk, Person
from tests.broadcaster.web.desk.reading import read

PYRAMID = "@pyramid_kz"
STARTED = NOW + timedelta(hours=1)
NEXT_LOOK = STARTED + timedelta(hours=20)


@pytest.fixture
def people(desk: Desk) -> Town:
    return town(desk.register)


def viewer(desk: Desk, language: str = "ru") -> Person:
    return desk.signed_in("Timur", Role.VIEWER, language)


def drawn(desk: Desk, people: Town, *, n: int = 200) -> tuple[int, list[ContactId]]:
    """A campaign to `n` followers of whom the first fifth waits a day."""
    frozen = people.people(n, follows=(PYRAMID,))
    campaign = people.campaign(state="sending", segment={"followers_of": PYRAMID}, started_at=STARTED)
    with database.transaction(desk.register, durable=False):
        desk.register.execute("UPDATE campaign SET control_hours = 24, audience = ? WHERE id = ?", [n, campaign])
        for contact in frozen:
            state = State.WAITING if contact in frozen[: n // 5] else State.ACCEPTED
            desk.register.execute("INSERT INTO delivery VALUES (?, ?, 1, ?, 60)", [campaign, contact, state])
        for contact in frozen[: n // 5]:
            desk.register.execute("INSERT INTO waiting VALUES (?, ?)", [campaign, contact])
    return campaign, frozen


def looked_at(people: Town, still_there: Sequence[ContactId]) -> None:
    people.snapshot(people.suspect(PYRAMID), NEXT_LOOK, still_there)


async def test_a_warning_that_worked_is_said_to_have_worked(desk: Desk, people: Town) -> None:
    campaign, frozen = drawn(desk, people)
    looked_at(people, [*frozen[:36], *frozen[100:]])
    page = await viewer(desk).get(f"/campaigns/{campaign}/effect")
    said = read(page)
    assert "Предупреждение подействовало" in said
    assert "Предупреждённые 160 60 37,5 %" in said
    assert "Группа ожидания 40 4 10 %" in said
    assert "Разница 27,5 %" in said
    assert "Каждый считается в той группе, куда его определил жребий" in said
    assert f'src="/campaigns/{campaign}/plots/effect-next.svg"' in page.text


async def test_what_may_be_chance_is_said_to_prove_nothing(desk: Desk, people: Town) -> None:
    campaign, frozen = drawn(desk, people, n=20)
    looked_at(people, frozen[1:19])
    said = read(await viewer(desk).get(f"/campaigns/{campaign}/effect"))
    assert "Вывода сделать нельзя" in said
    assert "подействовало" not in said


async def test_a_warning_that_made_people_stay_is_said_to_have(desk: Desk, people: Town) -> None:
    campaign, frozen = drawn(desk, people)
    looked_at(people, frozen[30:])
    said = read(await viewer(desk).get(f"/campaigns/{campaign}/effect"))
    assert "Предупреждённые уходили реже, чем те, кто ещё ждал." in said


async def test_before_the_next_snapshot_it_says_when_one_is_needed(desk: Desk, people: Town) -> None:
    campaign, _ = drawn(desk, people)
    page = await viewer(desk).get(f"/campaigns/{campaign}/effect")
    said = read(page)
    assert "Пока ничего сказать нельзя" in said
    assert "снятый между 21.11.2025 13:15 и 22.11.2025 13:15" in said
    assert "<img" not in page.text
    plot = await viewer(desk).get(f"/campaigns/{campaign}/plots/effect-next.svg")
    assert "Ничего не измерено." in plot.text


async def test_who_unfollowed_is_counted_apart_from_the_effect(desk: Desk, people: Town) -> None:
    campaign, frozen = drawn(desk, people)
    looked_at(people, frozen[100:])
    said = read(await viewer(desk).get(f"/campaigns/{campaign}/effect"))
    assert "@pyramid_kz 22.11.2025 09:15 160 60" in said
    assert "часть людей ушла бы и без нас" in said


async def test_the_interval_is_drawn(desk: Desk, people: Town) -> None:
    campaign, frozen = drawn(desk, people)
    looked_at(people, [*frozen[:36], *frozen[100:]])
    plot = await viewer(desk, "en").get(f"/campaigns/{campaign}/plots/effect-next.svg")
    assert "Warned: 37.5" in plot.text
    assert "Difference: 27.5" in plot.text
    assert plot.text.count('class="ci"') == 3


async def test_a_campaign_to_everybody_is_not_measured(desk: Desk, people: Town, tmp_path: Path) -> None:
    people.people(3)
    ledger = Ledger(desk.register, tmp_path / "flight", people)
    said = read(await viewer(desk).get(f"/campaigns/{ledger.campaign}/effect"))
    assert "Эффект этой рассылки не измеряется." in said


async def test_a_draft_has_no_effect_yet(desk: Desk, people: Town) -> None:
    said = read(await viewer(desk).get(f"/campaigns/{people.campaign(state='draft')}/effect"))
    assert "Рассылка ещё не началась." in said


async def test_the_list_holds_campaigns_to_followers_with_their_findings(desk: Desk, people: Town, tmp_path: Path) -> None:
    first, frozen = drawn(desk, people)
    looked_at(people, [*frozen[:36], *frozen[100:]])
    Ledger(desk.register, tmp_path / "flight", people, name="to everybody")
    hostile = people.campaign(
        state="done", segment={"followers_of": PYRAMID}, started_at=STARTED, name="<script>alert(1)</script>"
    )
    page = await viewer(desk).get("/effects")
    said = read(page)
    assert f'href="/campaigns/{first}/effect"' in page.text
    assert "27,5 %" in said
    assert "Предупреждение подействовало" in said
    assert f'href="/campaigns/{hostile}/effect"' in page.text
    assert "<script>alert" not in page.text
    assert "to everybody" not in said


async def test_without_any_the_list_says_so(desk: Desk) -> None:
    assert "ещё не было" in read(await viewer(desk).get("/effects"))


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
async def test_the_pages_speak_three_languages(desk: Desk, people: Town, language: str) -> None:
    campaign, frozen = drawn(desk, people)
    looked_at(people, [*frozen[:36], *frozen[100:]])
    said = read(await viewer(desk, language).get(f"/campaigns/{campaign}/effect"))
    assert {"kk": "Ескерту әсер етті", "ru": "подействовало", "en": "The warning worked"}[language] in said
    assert (await viewer(desk, language).get("/effects")).status_code == 200
