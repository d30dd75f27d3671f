"""The first page: what waits for this person, what runs, the switch for everything."""

from broadcaster import halt
from broadcaster.campaign_states import Role
from broadcaster.database import transaction
from broadcaster.ledger_codes import State
from broadcaster.web.desk import reasons
from content.language import Language
from tests.broadcaster.conftest import NOW
from tests.broadcaster.town import town
from tests.broadcaster.web.desk.conftest import SAID, Desk

FOR_YOU = "Ждут вашего утверждения"
FOR_OTHERS = "Ждут утверждения коллег"


async def test_what_waits_for_an_approval_waits_for_whoever_may_give_it(desk: Desk) -> None:
    town(desk.register).campaign(state="submitted", name="Пирамида")
    saule = (await desk.signed_in("Saule", Role.APPROVER).get("/")).text
    daniyar = (await desk.signed_in("Daniyar", Role.AUTHOR).get("/")).text
    assert FOR_OTHERS in daniyar
    assert FOR_YOU not in daniyar
    assert FOR_OTHERS in saule  # she stands as its approver in this town: it is her own
    another = (await desk.signed_in("Serik", Role.APPROVER).get("/")).text
    assert FOR_YOU in another
    assert FOR_OTHERS not in another


async def test_a_running_campaign_shows_how_far_it_is_and_a_paused_one_why(desk: Desk) -> None:
    people = town(desk.register)
    running = people.campaign(state="sending", started_at=NOW)
    paused = people.campaign(state="paused", started_at=NOW)
    with transaction(desk.register):
        desk.register.execute("UPDATE campaign SET audience = 1200 WHERE id = ?", [running])
        desk.register.execute("UPDATE campaign SET reason = 'провайдер не отвечает' WHERE id = ?", [paused])
        desk.register.executemany(
            "INSERT INTO tally (campaign, route, state, n) VALUES (?, 0, ?, ?)",
            [(running, State.ACCEPTED, 300), (running, State.DELIVERED, 45), (running, State.QUEUED, 855)],
        )
    page = (await desk.signed_in("Asel", Role.VIEWER).get("/")).text
    assert "345 из 1 200" in page
    assert "провайдер не отвечает" in page


async def test_a_pause_of_the_senders_own_is_told_in_the_readers_language(desk: Desk) -> None:
    paused = town(desk.register).campaign(state="paused", started_at=NOW)
    with transaction(desk.register):
        desk.register.execute("UPDATE campaign SET reason = 'the budget is spent' WHERE id = ?", [paused])
    page = (await desk.signed_in("Asel", Role.VIEWER).get("/")).text
    assert SAID.say(reasons.pause_of("the budget is spent").key, Language.RU) in page


async def test_messages_of_unknown_fate_are_shown_to_a_person(desk: Desk) -> None:
    lost = town(desk.register).campaign(state="done", started_at=NOW)
    with transaction(desk.register):
        desk.register.execute("INSERT INTO tally (campaign, route, state, n) VALUES (?, 0, ?, 3)", [lost, State.UNKNOWN])
    page = (await desk.signed_in("Saule", Role.APPROVER).get("/")).text
    assert "3 сообщения" in page
    assert f'href="/campaigns/{lost}/unknown"' in page


async def test_an_author_stops_everything_and_an_approver_switches_it_on(desk: Desk) -> None:
    daniyar, saule = desk.signed_in("Daniyar", Role.AUTHOR), desk.signed_in("Saule", Role.APPROVER)
    assert (await daniyar.post("/stop-everything", {})).status_code == 303
    assert halt.is_stopped(desk.register)
    assert "Все рассылки остановлены" in (await saule.get("/")).text
    assert (await daniyar.post("/resume-everything", {})).status_code == 403
    assert halt.is_stopped(desk.register)
    assert (await saule.post("/resume-everything", {})).status_code == 303
    assert not halt.is_stopped(desk.register)


async def test_a_viewer_stops_nothing(desk: Desk) -> None:
    asel = desk.signed_in("Asel", Role.VIEWER)
    page = (await asel.get("/")).text
    assert 'action="/stop-everything"' not in page
    assert (await asel.post("/stop-everything", {})).status_code == 403
    assert not halt.is_stopped(desk.register)
