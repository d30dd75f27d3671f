"""Messages whose answer was lost: shown masked, decided one by one by an approver."""

from pathlib import Path

import pytest

from broadcaster import campaign_records, campaigns, report
from broadcaster.campaign_states import Role
from broadcaster.channels.outcome import Unknown
from broadcaster.contacts import ContactId
from broadcaster.ledger_codes import SendingChannel, State
from broadcaster.web.desk import unknown_messages
from tests.broadcaster.ledger import LATER, Ledger
from tests.broadcaster.town import Town, town
from tests.broadcaster.web.desk.conftest import Desk
from tests.broadcaster.web.desk.reading import read


@pytest.fixture
def people(desk: Desk) -> Town:
    return town(desk.register)


def lost(desk: Desk, people: Town, folder: Path, n: int = 2) -> Ledger:
    people.people(n, channels=("phone",))
    ledger = Ledger(desk.register, folder / "flight", people, channels=("sms",))
    ledger.run(Unknown(reason="twilio: ServerTimeoutError"), channel=SendingChannel.SMS)
    return ledger


async def test_they_are_shown_masked_with_the_warning(desk: Desk, people: Town, tmp_path: Path) -> None:
    ledger = lost(desk, people, tmp_path)
    page = await desk.signed_in("Saule", Role.APPROVER).get(f"/campaigns/{ledger.campaign}/unknown")
    said = read(page)
    assert "+7701***0001" in said
    assert "0000001" not in page.text
    assert "человек может получить предупреждение дважды" in said
    assert "Ответ провайдера потерялся. Сообщение могло дойти." in said
    assert "2 из 2 сообщений" in said


async def test_an_approver_sends_one_again(desk: Desk, people: Town, tmp_path: Path) -> None:
    ledger = lost(desk, people, tmp_path)
    path = f"/campaigns/{ledger.campaign}/unknown"
    saule = desk.signed_in("Saule", Role.APPROVER)
    answer = await saule.post(path, {"contact": "1", "choice": "requeue"})
    assert (answer.status_code, answer.headers["location"]) == (303, path)
    assert ledger.states() == {"waiting": 1, "unknown": 1}
    row = desk.register.execute("SELECT who, action FROM audit ORDER BY id DESC LIMIT 1").fetchone()
    assert tuple(row) == ("Saule", "delivery.requeue")


async def test_an_approver_closes_one_and_what_is_decided_is_gone(desk: Desk, people: Town, tmp_path: Path) -> None:
    ledger = lost(desk, people, tmp_path, n=1)
    path = f"/campaigns/{ledger.campaign}/unknown"
    saule = desk.signed_in("Saule", Role.APPROVER)
    await saule.post(path, {"contact": "1", "choice": "close"})
    assert ledger.states() == {"closed": 1}
    assert "Таких нет" in read(await saule.get(path))
    again = await saule.post(path, {"contact": "1", "choice": "requeue"})
    assert again.status_code == 409
    assert ledger.states() == {"closed": 1}


@pytest.mark.parametrize("role", [Role.AUTHOR, Role.VIEWER])
async def test_who_may_not_decide_sees_them_without_the_buttons(desk: Desk, people: Town, tmp_path: Path, role: Role) -> None:
    ledger = lost(desk, people, tmp_path)
    path = f"/campaigns/{ledger.campaign}/unknown"
    person = desk.signed_in("Daniyar", role)
    page = await person.get(path)
    assert "О них решает утверждающий." in read(page)
    assert 'name="choice"' not in page.text
    assert (await person.post(path, {"contact": "1", "choice": "requeue"})).status_code == 403
    assert ledger.states() == {"unknown": 2}


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"contact": "1"},
        {"contact": "1", "choice": "delete"},
        {"contact": "1; DROP TABLE delivery", "choice": "close"},
        {"contact": "-1", "choice": "close"},
        {"contact": "9" * 400, "choice": "close"},
        {"contact": "١", "choice": "close"},
    ],
)
async def test_a_forged_form_changes_nothing(desk: Desk, people: Town, tmp_path: Path, fields: dict[str, str]) -> None:
    ledger = lost(desk, people, tmp_path)
    answer = await desk.signed_in("Saule", Role.APPROVER).post(f"/campaigns/{ledger.campaign}/unknown", fields)
    assert answer.status_code == 422
    assert ledger.states() == {"unknown": 2}


async def test_a_person_who_is_not_among_them_is_refused(desk: Desk, people: Town, tmp_path: Path) -> None:
    ledger = lost(desk, people, tmp_path)
    fields = {"contact": "999", "choice": "close"}
    assert (await desk.signed_in("Saule", Role.APPROVER).post(f"/campaigns/{ledger.campaign}/unknown", fields)).status_code == 409


async def test_nothing_of_a_cancelled_campaign_is_sent_again(desk: Desk, people: Town, tmp_path: Path) -> None:
    ledger = lost(desk, people, tmp_path)
    saule = desk.signed_in("Saule", Role.APPROVER)
    campaigns.cancel(desk.register, campaign_records.find(desk.register, ledger.campaign), by=saule.staff, reason="x", now=LATER)
    path = f"/campaigns/{ledger.campaign}/unknown"
    page = await saule.get(path)
    assert "Рассылка отменена" in read(page)
    assert 'value="requeue"' not in page.text
    assert (await saule.post(path, {"contact": "1", "choice": "requeue"})).status_code == 409
    assert ledger.state(ContactId(1)) is State.UNKNOWN


async def test_of_many_the_first_are_shown_and_all_are_counted(desk: Desk, people: Town, tmp_path: Path) -> None:
    ledger = lost(desk, people, tmp_path, n=unknown_messages.SHOWN + 3)
    assert report.report_of(desk.register, ledger.campaign).unknown == 53
    page = await desk.signed_in("Saule", Role.APPROVER).get(f"/campaigns/{ledger.campaign}/unknown")
    assert "50 из 53 сообщений" in read(page)
    assert page.text.count('value="close"') == 50
