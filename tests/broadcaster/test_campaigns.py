import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from broadcaster import audit, campaign_records, campaigns, database, halt, staff
from broadcaster.campaign_content import Content
from broadcaster.campaign_records import Campaign, UnknownCampaign
from broadcaster.campaign_states import MoveNotAllowed, Role, State
from broadcaster.campaigns import (
    MovedMeanwhile,
    NotAllowed,
    OwnCampaign,
    ReasonMissing,
    SecondApprovalMissing,
    TimeHasPassed,
)
from broadcaster.database import Connection
from broadcaster.staff import Staff
from tests.broadcaster.conftest import KEY, NOW, url_in

LATER = NOW + timedelta(hours=2)


def content(**changes: Any) -> Content:
    return Content.model_validate(
        {
            "name": "Пирамида",
            "scheme": "financial-pyramid",
            "purpose": "warn",
            "legal_basis": "consent",
            "segment": {"followers_of": "@pyramid_kz"},
            "channels": ["telegram", "sms"],
            "text": {"kk": "Абай болыңыз!", "ru": "Будьте осторожны!"},
            **changes,
        }
    )


@dataclass(frozen=True, kw_only=True)
class Office:
    daniyar: Staff
    """Writes."""
    saule: Staff
    """Approves."""
    marat: Staff
    """Approves too."""
    yerzhan: Staff
    """Admin."""
    timur: Staff
    """Volunteer."""


@pytest.fixture
def office(register: Connection) -> Office:
    roles = {
        "daniyar": Role.AUTHOR,
        "saule": Role.APPROVER,
        "marat": Role.APPROVER,
        "yerzhan": Role.ADMIN,
        "timur": Role.MODERATOR,
    }
    return Office(**{name: staff.add(register, name, role, who="setup", now=NOW) for name, role in roles.items()})


@pytest.fixture
def submitted(register: Connection, office: Office) -> Campaign:
    draft = campaigns.create(register, content(), by=office.daniyar, now=NOW)
    return campaigns.submit(register, draft, by=office.daniyar, now=NOW)


@pytest.fixture(autouse=True)
def _trail_is_whole(register: Connection) -> Iterator[None]:
    yield
    assert audit.verify(register) is None


def actions(connection: Connection) -> list[str]:
    rows = connection.execute("SELECT action, who FROM audit WHERE action LIKE 'campaign.%' ORDER BY id")
    return [f"{row['action'].removeprefix('campaign.')} by {row['who']}" for row in rows]


def scheduled(connection: Connection, office: Office, **changes: Any) -> Campaign:
    campaign = campaigns.create(connection, content(**changes), by=office.daniyar, now=NOW)
    campaign = campaigns.submit(connection, campaign, by=office.daniyar, now=NOW)
    campaign = campaigns.approve(connection, campaign, by=office.saule, now=NOW)
    return campaigns.schedule(connection, campaign, by=office.saule, now=NOW)


def begin(connection: Connection, campaign: Campaign, **later: float) -> bool:
    with database.transaction(connection):
        return campaigns.begin(connection, campaign.id, now=NOW + timedelta(**later))


def test_a_campaign_goes_its_way_and_every_step_stands_in_the_trail(register: Connection, office: Office) -> None:
    campaign = scheduled(register, office)
    assert campaign.approved_hash == campaign.content_hash == content().hash
    assert begin(register, campaign)
    assert campaigns.finish(register, campaign.id, now=LATER)
    done = campaign_records.find(register, campaign.id)
    assert (done.state, done.started_at, done.ended_at) == (State.DONE, NOW, LATER)
    assert actions(register) == [
        "create by daniyar",
        "submit by daniyar",
        "approve by saule",
        "schedule by saule",
        "begin by sender",
        "finish by sender",
    ]


def test_what_is_read_is_what_was_written(register: Connection, office: Office) -> None:
    campaign = campaigns.create(register, content(budget=500, control_hours=48, emergency=True), by=office.daniyar, now=NOW)
    assert campaign.content == content(budget=500, control_hours=48, emergency=True)
    assert (campaign.budget, campaign.spent, campaign.state) == (50_000, 0, State.DRAFT)
    assert register.execute("SELECT control_hours, emergency FROM campaign").fetchone()[:] == (48, 1)
    assert campaign_records.every(register) == [campaign]
    with pytest.raises(UnknownCampaign):
        campaign_records.find(register, 99)


def test_nobody_approves_their_own_not_even_an_admin(register: Connection, office: Office, submitted: Campaign) -> None:
    with pytest.raises(NotAllowed):
        campaigns.approve(register, submitted, by=office.daniyar, now=NOW)
    own = campaigns.create(register, content(name="x"), by=office.yerzhan, now=NOW)
    own = campaigns.submit(register, own, by=office.yerzhan, now=NOW)
    with pytest.raises(OwnCampaign):
        campaigns.approve(register, own, by=office.yerzhan, now=NOW)
    others = campaigns.create(register, content(name="y"), by=office.daniyar, now=NOW)
    others = campaigns.submit(register, others, by=office.yerzhan, now=NOW)
    with pytest.raises(OwnCampaign):
        campaigns.approve(register, others, by=office.yerzhan, now=NOW)
    written = campaigns.create(register, content(name="z"), by=office.yerzhan, now=NOW)
    written = campaigns.submit(register, written, by=office.daniyar, now=NOW)
    with pytest.raises(OwnCampaign):
        campaigns.approve(register, written, by=office.yerzhan, now=NOW)
    assert campaign_records.find(register, own.id).state is State.SUBMITTED


def test_bystanders_change_nothing(register: Connection, office: Office, submitted: Campaign) -> None:
    moves: list[Callable[[], object]] = [
        lambda: campaigns.create(register, content(), by=office.timur, now=NOW),
        lambda: campaigns.edit(register, submitted, content(), by=office.timur, now=NOW),
        lambda: campaigns.approve(register, submitted, by=office.timur, now=NOW),
        lambda: campaigns.return_(register, submitted, by=office.timur, now=NOW, reason="x"),
        lambda: campaigns.reject(register, submitted, by=office.timur, now=NOW, reason="x"),
        lambda: campaigns.cancel(register, submitted, by=office.timur, now=NOW, reason="x"),
    ]
    before = audit.head(register)
    for move in moves:
        with pytest.raises(NotAllowed):
            move()
    assert audit.head(register) == before
    assert campaign_records.find(register, submitted.id) == submitted


def test_an_edit_voids_the_approval(register: Connection, office: Office, submitted: Campaign) -> None:
    approved = campaigns.approve(register, submitted, by=office.saule, now=NOW)
    edited = campaigns.edit(register, approved, content(text={"kk": "Басқа", "ru": "Другое"}), by=office.daniyar, now=NOW)
    assert edited.state is State.DRAFT
    assert (edited.approved_by, edited.approved_hash, edited.submitted_by) == (None, None, None)
    assert edited.code == approved.code
    with pytest.raises(MovedMeanwhile):
        campaigns.schedule(register, approved, by=office.saule, now=NOW)


def test_an_approval_of_what_was_edited_meanwhile_is_refused(register: Connection, office: Office, submitted: Campaign) -> None:
    """S7: the approver looks at one text while the author submits another."""
    edited = campaigns.edit(register, submitted, content(name="другое"), by=office.daniyar, now=NOW)
    again = campaigns.submit(register, edited, by=office.daniyar, now=NOW)
    with pytest.raises(MovedMeanwhile):
        campaigns.approve(register, submitted, by=office.saule, now=NOW)
    assert campaigns.approve(register, again, by=office.saule, now=NOW).state is State.APPROVED


def test_an_edit_by_a_second_author_makes_it_theirs(register: Connection, office: Office, submitted: Campaign) -> None:
    edited = campaigns.edit(register, submitted, content(name="x"), by=office.yerzhan, now=NOW)
    again = campaigns.submit(register, edited, by=office.daniyar, now=NOW)
    with pytest.raises(OwnCampaign):
        campaigns.approve(register, again, by=office.yerzhan, now=NOW)


def test_what_is_edited_behind_our_back_never_begins(register: Connection, office: Office) -> None:
    campaign = scheduled(register, office)
    register.execute("UPDATE campaign SET content_hash = randomblob(32)")
    assert not begin(register, campaign)


def test_returned_is_draft_with_the_reason_and_rejected_is_over(
    register: Connection, office: Office, submitted: Campaign
) -> None:
    returned = campaigns.return_(register, submitted, by=office.saule, now=NOW, reason="қазақшасы түсініксіз")
    assert (returned.state, returned.reason) == (State.DRAFT, "қазақшасы түсініксіз")
    again = campaigns.submit(register, returned, by=office.daniyar, now=NOW)
    assert again.reason == ""
    rejected = campaigns.reject(register, again, by=office.saule, now=NOW, reason="мұндай алаяқтық жоқ")
    assert (rejected.state, rejected.reason) == (State.CANCELLED, "мұндай алаяқтық жоқ")
    with pytest.raises(MoveNotAllowed):
        campaigns.submit(register, rejected, by=office.daniyar, now=NOW)


@pytest.mark.parametrize("reason", ["", "  ", "x" * 501, "a\nb"])
def test_a_step_back_needs_a_reason(register: Connection, office: Office, submitted: Campaign, reason: str) -> None:
    for move in (campaigns.return_, campaigns.reject, campaigns.cancel, campaigns.pause):
        with pytest.raises(ReasonMissing):
            move(register, submitted, by=office.saule, now=NOW, reason=reason)


def test_an_emergency_takes_two_approvers_and_a_reason(register: Connection, office: Office) -> None:
    campaign = campaigns.create(register, content(emergency=True), by=office.daniyar, now=NOW)
    campaign = campaigns.submit(register, campaign, by=office.daniyar, now=NOW)
    campaign = campaigns.approve(register, campaign, by=office.saule, now=NOW)
    with pytest.raises(SecondApprovalMissing):
        campaigns.schedule(register, campaign, by=office.saule, now=NOW)
    with pytest.raises(ReasonMissing):
        campaigns.approve(register, campaign, by=office.marat, now=NOW)
    with pytest.raises(OwnCampaign):
        campaigns.approve(register, campaign, by=office.saule, now=NOW, reason="бір сағатта мың адам алданды")
    campaign = campaigns.approve(register, campaign, by=office.marat, now=NOW, reason="бір сағатта мың адам алданды")
    assert (campaign.approved_by, campaign.second_approval_by) == (office.saule.id, office.marat.id)
    assert campaign.reason == "бір сағатта мың адам алданды"
    assert campaigns.schedule(register, campaign, by=office.saule, now=NOW).state is State.SCHEDULED


def test_a_second_approval_falls_with_the_first(register: Connection, office: Office) -> None:
    campaign = campaigns.create(register, content(emergency=True), by=office.daniyar, now=NOW)
    campaign = campaigns.submit(register, campaign, by=office.daniyar, now=NOW)
    campaign = campaigns.approve(register, campaign, by=office.saule, now=NOW)
    campaign = campaigns.approve(register, campaign, by=office.marat, now=NOW, reason="шұғыл")
    campaign = campaigns.edit(register, campaign, content(emergency=True, name="x"), by=office.daniyar, now=NOW)
    assert campaign.second_approval_by is None
    campaign = campaigns.submit(register, campaign, by=office.daniyar, now=NOW)
    campaign = campaigns.approve(register, campaign, by=office.saule, now=NOW)
    assert campaign.needs_second_approval


def test_a_second_approval_of_an_earlier_round_is_none(register: Connection, office: Office) -> None:
    """Whoever still looks at the campaign as it was cannot schedule what one person has approved since."""
    campaign = campaigns.create(register, content(emergency=True), by=office.daniyar, now=NOW)
    campaign = campaigns.submit(register, campaign, by=office.daniyar, now=NOW)
    campaign = campaigns.approve(register, campaign, by=office.saule, now=NOW)
    seen = campaigns.approve(register, campaign, by=office.marat, now=NOW, reason="шұғыл")
    campaign = campaigns.return_(register, seen, by=office.saule, now=NOW, reason="тексеріңіз")
    campaign = campaigns.submit(register, campaign, by=office.daniyar, now=NOW)
    campaigns.approve(register, campaign, by=office.saule, now=NOW)
    with pytest.raises(SecondApprovalMissing):
        campaigns.schedule(register, seen, by=office.daniyar, now=NOW)


def test_a_second_approval_where_none_is_asked_is_no_move(register: Connection, office: Office, submitted: Campaign) -> None:
    approved = campaigns.approve(register, submitted, by=office.saule, now=NOW)
    with pytest.raises(MoveNotAllowed):
        campaigns.approve(register, approved, by=office.marat, now=NOW, reason="x")


def test_a_drill_is_one_persons_work(register: Connection, office: Office) -> None:
    campaign = campaigns.create(register, content(channels=["paper"], emergency=True, drill=True), by=office.daniyar, now=NOW)
    campaign = campaigns.submit(register, campaign, by=office.daniyar, now=NOW)
    campaign = campaigns.approve(register, campaign, by=office.daniyar, now=NOW)
    campaign = campaigns.schedule(register, campaign, by=office.daniyar, now=NOW)
    assert begin(register, campaign)


def test_a_rehearsal_that_is_no_drill_needs_four_eyes(register: Connection, office: Office) -> None:
    campaign = campaigns.create(register, content(channels=["paper"]), by=office.daniyar, now=NOW)
    campaign = campaigns.submit(register, campaign, by=office.daniyar, now=NOW)
    with pytest.raises(NotAllowed):
        campaigns.approve(register, campaign, by=office.daniyar, now=NOW)


def test_a_drill_that_becomes_a_real_campaign_is_approved_anew(register: Connection, office: Office) -> None:
    drill = campaigns.create(register, content(channels=["paper"], drill=True), by=office.daniyar, now=NOW)
    drill = campaigns.submit(register, drill, by=office.daniyar, now=NOW)
    drill = campaigns.approve(register, drill, by=office.daniyar, now=NOW)
    real = campaigns.edit(register, drill, content(), by=office.daniyar, now=NOW)
    real = campaigns.submit(register, real, by=office.daniyar, now=NOW)
    with pytest.raises(NotAllowed):
        campaigns.approve(register, real, by=office.daniyar, now=NOW)


def test_the_moment_is_the_one_given_else_that_of_the_file_else_now(register: Connection, office: Office) -> None:
    file_time = content(schedule="2025-11-22 10:30")
    campaign = campaigns.create(register, file_time, by=office.daniyar, now=NOW)
    campaign = campaigns.submit(register, campaign, by=office.daniyar, now=NOW)
    campaign = campaigns.approve(register, campaign, by=office.saule, now=NOW)
    campaign = campaigns.schedule(register, campaign, by=office.saule, now=NOW)
    assert campaign.send_at == file_time.send_at
    campaign = campaigns.schedule(register, campaign, by=office.saule, now=NOW, at=LATER)
    assert campaign.send_at == LATER
    with pytest.raises(TimeHasPassed):
        campaigns.schedule(register, campaign, by=office.saule, now=NOW, at=NOW - timedelta(seconds=1))
    assert scheduled(register, office).send_at == NOW


def test_it_begins_once_when_it_is_due_and_nothing_is_stopped(register: Connection, office: Office) -> None:
    campaign = scheduled(register, office)
    campaigns.schedule(register, campaign, by=office.saule, now=NOW, at=LATER)
    assert not begin(register, campaign, hours=1)
    assert campaign_records.due(register, now=NOW + timedelta(hours=1)) == []
    halt.stop_everything(register, who="saule", now=NOW)
    assert not begin(register, campaign, hours=2)
    halt.resume_everything(register, who="saule", now=NOW)
    assert [each.id for each in campaign_records.due(register, now=LATER)] == [campaign.id]
    assert [begin(register, campaign, hours=2) for _ in range(3)] == [True, False, False]


def test_emergencies_are_due_first(register: Connection, office: Office) -> None:
    first = scheduled(register, office)
    urgent = scheduled(register, office, channels=["paper"], emergency=True, drill=True)
    assert [each.id for each in campaign_records.due(register, now=NOW)] == [urgent.id, first.id]


def test_a_pause_remembers_where_it_came_from(register: Connection, office: Office) -> None:
    campaign = scheduled(register, office)
    paused = campaigns.pause(register, campaign, by=office.daniyar, now=NOW, reason="тексереміз")
    assert (paused.state, paused.paused_from, paused.reason) == (State.PAUSED, State.SCHEDULED, "тексереміз")
    assert not begin(register, campaign)
    with pytest.raises(NotAllowed):
        campaigns.resume(register, paused, by=office.daniyar, now=NOW)
    assert campaigns.resume(register, paused, by=office.saule, now=NOW).state is State.SCHEDULED
    assert begin(register, campaign)
    assert campaigns.pause_itself(register, campaign.id, reason="errors: 6.0%", now=NOW)
    assert not campaigns.pause_itself(register, campaign.id, reason="errors: 6.0%", now=NOW)
    assert not campaigns.finish(register, campaign.id, now=NOW)
    paused = campaign_records.find(register, campaign.id)
    assert (paused.paused_from, paused.reason) == (State.SENDING, "errors: 6.0%")
    running = campaigns.resume(register, paused, by=office.saule, now=NOW)
    assert (running.state, running.paused_from) == (State.SENDING, None)


def test_a_cancelled_campaign_never_goes_on(register: Connection, office: Office) -> None:
    campaign = scheduled(register, office)
    assert begin(register, campaign)
    running = campaign_records.find(register, campaign.id)
    cancelled = campaigns.cancel(register, running, by=office.daniyar, now=LATER, reason="қате")
    assert (cancelled.state, cancelled.ended_at) == (State.CANCELLED, LATER)
    with pytest.raises(MoveNotAllowed):
        campaigns.resume(register, cancelled, by=office.saule, now=LATER)
    assert not campaigns.finish(register, campaign.id, now=LATER)


def test_of_racing_approvals_exactly_one_wins(register: Connection, office: Office, tmp_path: Path) -> None:
    """S7: each round two approvers press at once, on connections of their own."""
    rounds = 50
    pending = []
    for number in range(rounds):
        draft = campaigns.create(register, content(name=f"n{number}"), by=office.daniyar, now=NOW)
        pending.append(campaigns.submit(register, draft, by=office.daniyar, now=NOW))
    gate = threading.Barrier(2)
    wins: list[tuple[int, int]] = []
    losses: list[Exception] = []

    def press(by: Staff) -> None:
        own = database.open(url_in(tmp_path), KEY)
        for campaign in pending:
            gate.wait()
            try:
                campaigns.approve(own, campaign, by=by, now=NOW)
                wins.append((campaign.id, by.id))
            except MovedMeanwhile as lost:
                losses.append(lost)
        own.close()

    threads = [threading.Thread(target=press, args=[by]) for by in (office.saule, office.marat)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(id for id, _ in wins) == [campaign.id for campaign in pending]
    assert len(losses) == rounds
    kept = {each.id: each.approved_by for each in campaign_records.every(register)}
    assert kept == dict(wins)
    assert actions(register).count("approve by saule") + actions(register).count("approve by marat") == rounds


def test_the_code_of_a_sent_campaign_is_answered_with_its_text(register: Connection, office: Office) -> None:
    campaign = scheduled(register, office)
    assert campaign_records.by_code(register, campaign.code) is None, "nothing has gone out yet"
    assert begin(register, campaign)
    for question in (campaign.code, f"это ваше? {campaign.code.lower()}", f"{'Ақша салмаңыз. ' * 9}\nСақ бол {campaign.code}."):
        shown = campaign_records.by_code(register, question)
        assert shown is not None
        assert (shown.code, shown.texts, shown.since) == (campaign.code, content().text, NOW)
    assert campaign_records.by_code(register, "K2K2") is None


def test_a_rehearsal_is_never_confirmed_as_a_warning(register: Connection, office: Office) -> None:
    campaign = scheduled(register, office, channels=["paper"])
    assert begin(register, campaign)
    assert campaign_records.by_code(register, campaign.code) is None


def test_a_code_that_is_taken_is_not_given_twice(register: Connection, office: Office) -> None:
    codes = {campaigns.create(register, content(), by=office.daniyar, now=NOW).code for _ in range(10)}
    assert len(codes) == 10
    following = campaigns.create(register, content(), by=office.daniyar, now=NOW)
    register.execute("DELETE FROM campaign_version WHERE campaign = ?", [following.id])
    register.execute("DELETE FROM campaign WHERE id = ?", [following.id])
    register.execute("UPDATE campaign SET code = ? WHERE id = 1", [following.code])
    assert campaigns.create(register, content(), by=office.daniyar, now=NOW).code != following.code
