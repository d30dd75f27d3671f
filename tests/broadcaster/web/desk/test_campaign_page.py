"""A campaign's page: how it stands, what may be done with it by whom, and what happened to it."""

import asyncio
import html
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from broadcaster import campaign_records, campaigns
from broadcaster.campaign_records import Campaign
from broadcaster.campaign_states import Action, Role, State
from broadcaster.database import transaction
from broadcaster.web.desk import moving
from content.language import Language
from tests.broadcaster.conftest import NOW
from tests.broadcaster.ledger import Ledger
from tests.broadcaster.test_campaigns import content
from tests.broadcaster.town import Town, town
from tests.broadcaster.web.desk.conftest import SAID, Desk, Person

EVERYBODY = {"segment": {"everybody": True}, "channels": ["telegram"]}


@pytest.fixture
def people(desk: Desk) -> Town:
    made = town(desk.register)
    made.people(3)
    return made


class Cast:
    """Daniyar and Aliya write, Saule and Marat approve, Vera looks on, Yerzhan is an administrator."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.daniyar = desk.signed_in("Daniyar", Role.AUTHOR)
        self.aliya = desk.signed_in("Aliya", Role.AUTHOR)
        self.saule = desk.signed_in("Saule", Role.APPROVER)
        self.marat = desk.signed_in("Marat", Role.APPROVER)
        self.vera = desk.signed_in("Vera", Role.VIEWER)
        self.yerzhan = desk.signed_in("Yerzhan", Role.ADMIN)

    def brought_to(self, state: State, **changes: object) -> Campaign:
        """By Daniyar and Saule; an emergency has Marat's yes too."""
        connection, daniyar, saule = self.desk.register, self.daniyar.staff, self.saule.staff
        made = campaigns.create(connection, content(**{**EVERYBODY, **changes}), by=daniyar, now=NOW)
        if state is State.DRAFT:
            return made
        made = campaigns.submit(connection, made, by=daniyar, now=NOW)
        if state is State.SUBMITTED:
            return made
        made = campaigns.approve(connection, made, by=saule, now=NOW)
        if state is State.APPROVED:
            return made
        if made.needs_second_approval:
            made = campaigns.approve(connection, made, by=self.marat.staff, now=NOW, reason="it spreads")
        made = campaigns.schedule(connection, made, by=daniyar, now=NOW)
        if state is State.SCHEDULED:
            return made
        if state is State.PAUSED:
            return campaigns.pause(connection, made, by=daniyar, now=NOW, reason="a wrong link")
        with transaction(connection):
            assert campaigns.begin(connection, made.id, now=NOW)
        return self.stands(made)

    def stands(self, campaign: Campaign) -> Campaign:
        return campaign_records.find(self.desk.register, campaign.id)


@pytest.fixture
def cast(desk: Desk, people: Town) -> Cast:
    return Cast(desk)


def form(campaign: Campaign, **more: str) -> dict[str, str]:
    """What stands hidden in a form of the page that shows this campaign."""
    return {"state": campaign.state.value, "hash": campaign.content_hash.hex(), **more}


def said(key: str, language: Language = Language.RU, **fields: object) -> str:
    return html.escape(SAID.say(key, language, **fields), quote=True).replace("&#x27;", "&#39;")


async def seen(person: Person, campaign: Campaign) -> str:
    answer = await person.get(f"/campaigns/{campaign.id}")
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.text)


def offered(page: str, campaign: Campaign) -> set[str]:
    """The moves for which there is a form."""
    return set(re.findall(rf'action="/campaigns/{campaign.id}/([a-z-]+)"', page)) - {"test"}


FIELDS = {
    Action.RETURN: {"return_reason": "слишком длинно"},
    Action.REJECT: {"reject_reason": "не наше"},
    Action.SCHEDULE: {"when": "now"},
    Action.PAUSE: {"pause_reason": "неверная ссылка"},
    Action.CANCEL: {"cancel_reason": "больше не нужно"},
}
WAY: list[tuple[State, Action, State]] = [
    (State.DRAFT, Action.SUBMIT, State.SUBMITTED),
    (State.DRAFT, Action.CANCEL, State.CANCELLED),
    (State.SUBMITTED, Action.APPROVE, State.APPROVED),
    (State.SUBMITTED, Action.RETURN, State.DRAFT),
    (State.SUBMITTED, Action.REJECT, State.CANCELLED),
    (State.APPROVED, Action.RETURN, State.DRAFT),
    (State.APPROVED, Action.SCHEDULE, State.SCHEDULED),
    (State.SCHEDULED, Action.SCHEDULE, State.SCHEDULED),
    (State.SCHEDULED, Action.PAUSE, State.PAUSED),
    (State.SENDING, Action.PAUSE, State.PAUSED),
    (State.SENDING, Action.CANCEL, State.CANCELLED),
    (State.PAUSED, Action.RESUME, State.SCHEDULED),
    (State.PAUSED, Action.CANCEL, State.CANCELLED),
]
MAY = {
    Action.SUBMIT: {"daniyar", "aliya", "yerzhan"},
    Action.APPROVE: {"saule", "marat", "yerzhan"},
    Action.RETURN: {"saule", "marat", "yerzhan"},
    Action.REJECT: {"saule", "marat", "yerzhan"},
    Action.SCHEDULE: {"daniyar", "aliya", "saule", "marat", "yerzhan"},
    Action.PAUSE: {"daniyar", "aliya", "saule", "marat", "yerzhan"},
    Action.RESUME: {"saule", "marat", "yerzhan"},
    Action.CANCEL: {"daniyar", "aliya", "saule", "marat", "yerzhan"},
}
NAMES = ("daniyar", "aliya", "saule", "marat", "vera", "yerzhan")


@pytest.mark.parametrize(("begins", "action", "ends"), WAY)
async def test_each_move_is_made_by_the_right_people_and_refused_to_the_others(
    cast: Cast, begins: State, action: Action, ends: State
) -> None:
    for name in NAMES:
        person: Person = getattr(cast, name)
        campaign = cast.brought_to(begins, text={"kk": f"Абай болыңыз, {name}", "ru": f"Осторожно, {name}"})
        shown = offered(await seen(person, campaign), campaign)
        answer = await person.post(f"/campaigns/{campaign.id}/{action}", form(campaign, **FIELDS.get(action, {})))
        if name in MAY[action]:
            assert action in shown
            assert (answer.status_code, answer.headers.get("location")) == (303, f"/campaigns/{campaign.id}"), name
            assert cast.stands(campaign).state is ends
        else:
            assert action not in shown
            assert answer.status_code == 403, name
            assert cast.stands(campaign).state is begins


@pytest.mark.parametrize("state", [State.DRAFT, State.SUBMITTED, State.APPROVED, State.SCHEDULED, State.SENDING, State.PAUSED])
async def test_a_viewer_sees_everything_and_moves_nothing(cast: Cast, state: State) -> None:
    campaign = cast.brought_to(state)
    page = await seen(cast.vera, campaign)
    assert campaign.code in page
    assert offered(page, campaign) == set()
    assert said("campaign_no_moves") in page
    assert said("campaign_test_send") not in page
    for action in moving.MOVES:
        answer = await cast.vera.post(f"/campaigns/{campaign.id}/{action}", form(campaign, **FIELDS.get(action, {})))
        assert answer.status_code == 403
    assert cast.stands(campaign) == campaign


async def test_a_move_that_this_state_does_not_allow_is_refused_calmly(cast: Cast) -> None:
    campaign = cast.brought_to(State.DRAFT)
    answer = await cast.saule.post(f"/campaigns/{campaign.id}/approve", form(campaign))
    assert answer.status_code == 409
    assert said("refused_move") in answer.text


@pytest.mark.parametrize("action", list(moving.MOVES))
async def test_a_campaign_that_is_not_there_is_a_page_that_says_so(cast: Cast, action: Action) -> None:
    answer = await cast.yerzhan.post(f"/campaigns/404/{action}", {"state": "draft", "hash": "00", **FIELDS.get(action, {})})
    assert answer.status_code == 404
    assert said("refused_unknown_campaign") in answer.text


async def test_nobody_approves_what_they_wrote_or_submitted(cast: Cast) -> None:
    """S7."""
    connection = cast.desk.register
    own = campaigns.create(connection, content(**EVERYBODY), by=cast.yerzhan.staff, now=NOW)
    own = campaigns.submit(connection, own, by=cast.yerzhan.staff, now=NOW)
    handed = campaigns.create(connection, content(**EVERYBODY, name="Вторая"), by=cast.daniyar.staff, now=NOW)
    handed = campaigns.submit(connection, handed, by=cast.yerzhan.staff, now=NOW)
    for campaign in (own, handed):
        page = await seen(cast.yerzhan, campaign)
        assert "approve" not in offered(page, campaign)
        assert said("campaign_waits_for_colleague") in page
        answer = await cast.yerzhan.post(f"/campaigns/{campaign.id}/approve", form(campaign))
        assert answer.status_code == 403
        assert said("refused_own_campaign") in answer.text
        assert cast.stands(campaign).state is State.SUBMITTED


async def test_an_approval_of_what_was_edited_meanwhile_approves_nothing(cast: Cast) -> None:
    """S7: submitted again too, so that only the hash in the form tells that it is another text."""
    shown = cast.brought_to(State.SUBMITTED)
    other = content(**EVERYBODY, text={"kk": "Сақ болыңыз!", "ru": "Переведите деньги!"})
    edited = campaigns.edit(cast.desk.register, shown, other, by=cast.daniyar.staff, now=NOW)
    edited = campaigns.submit(cast.desk.register, edited, by=cast.daniyar.staff, now=NOW)
    answer = await cast.saule.post(f"/campaigns/{shown.id}/approve", form(shown))
    assert answer.status_code == 409
    assert said("refused_moved_meanwhile") in answer.text
    assert cast.stands(shown) == edited


@pytest.mark.parametrize("fields", [{}, {"state": "submitted"}, {"state": "submitted", "hash": "Ж"}, {"hash": "00" * 32}])
async def test_a_form_that_does_not_say_what_it_showed_approves_nothing(cast: Cast, fields: dict[str, str]) -> None:
    campaign = cast.brought_to(State.SUBMITTED)
    answer = await cast.saule.post(f"/campaigns/{campaign.id}/approve", fields)
    assert answer.status_code == 409
    assert cast.stands(campaign) == campaign


async def test_a_drill_goes_all_its_way_by_its_author_alone(cast: Cast) -> None:
    campaign = cast.brought_to(State.DRAFT, drill=True, channels=["paper"])
    assert said("campaign_drill") in await seen(cast.daniyar, campaign)
    for action in (Action.SUBMIT, Action.APPROVE, Action.SCHEDULE, Action.PAUSE, Action.RESUME):
        assert action in offered(await seen(cast.daniyar, campaign), campaign)
        answer = await cast.daniyar.post(f"/campaigns/{campaign.id}/{action}", form(campaign, **FIELDS.get(action, {})))
        assert answer.status_code == 303, action
        campaign = cast.stands(campaign)
    assert campaign.state is State.SCHEDULED


async def test_an_emergency_needs_two_different_approvers_and_a_reason(cast: Cast) -> None:
    campaign = cast.brought_to(State.SUBMITTED, emergency=True)
    assert (await cast.saule.post(f"/campaigns/{campaign.id}/approve", form(campaign))).status_code == 303
    campaign = cast.stands(campaign)
    assert offered(await seen(cast.daniyar, campaign), campaign) == {"cancel"}
    scheduled = await cast.daniyar.post(f"/campaigns/{campaign.id}/schedule", form(campaign, when="now"))
    assert scheduled.status_code == 409
    assert said("refused_second_approval") in scheduled.text
    again = await cast.saule.post(f"/campaigns/{campaign.id}/approve", form(campaign, approve_reason="срочно"))
    assert again.status_code == 403
    assert "approve" not in offered(await seen(cast.saule, campaign), campaign)
    without = await cast.marat.post(f"/campaigns/{campaign.id}/approve", form(campaign, approve_reason="  "))
    assert without.status_code == 422
    assert said("refused_reason_missing") in without.text
    assert (
        await cast.marat.post(f"/campaigns/{campaign.id}/approve", form(campaign, approve_reason="сегодня"))
    ).status_code == 303
    campaign = cast.stands(campaign)
    assert (campaign.approved_by, campaign.second_approval_by) == (cast.saule.staff.id, cast.marat.staff.id)
    assert "schedule" in offered(await seen(cast.daniyar, campaign), campaign)
    assert "сегодня" in await seen(cast.vera, campaign)


async def test_a_reason_that_cannot_be_kept_is_asked_for_again_and_stays_in_the_field(cast: Cast) -> None:
    campaign = cast.brought_to(State.SUBMITTED)
    long = "и ещё " * 100
    answer = await cast.saule.post(f"/campaigns/{campaign.id}/return", form(campaign, return_reason=long))
    assert answer.status_code == 422
    assert said("refused_reason_missing") in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert long in answer.text
    assert cast.stands(campaign) == campaign


async def test_a_returned_campaign_tells_its_author_why(cast: Cast) -> None:
    campaign = cast.brought_to(State.SUBMITTED)
    reason = "<script>alert(1)</script> короче"
    await cast.saule.post(f"/campaigns/{campaign.id}/return", form(campaign, return_reason=reason))
    page = await seen(cast.daniyar, campaign)
    assert said("campaign_returned") in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; короче" in page
    assert "<script>alert" not in page


@pytest.mark.parametrize(
    ("at", "status"),
    [
        ("2025-12-01T10:30", 303),
        ("2025-12-01 10:30", 303),
        ("2020-01-01T10:00", 422),
        ("", 422),
        ("завтра", 422),
        ("0001-01-01T00:00", 422),
        ("9999-12-31T23:59", 303),
        ("2025-12-01T10:30+00:00", 303),
    ],
)
async def test_a_campaign_is_scheduled_in_kazakhstan_time(cast: Cast, at: str, status: int) -> None:
    campaign = cast.brought_to(State.APPROVED)
    answer = await cast.daniyar.post(f"/campaigns/{campaign.id}/schedule", form(campaign, when="at", at=at))
    assert answer.status_code == status
    assert cast.stands(campaign).state is (State.SCHEDULED if status == 303 else State.APPROVED)
    if at.startswith("2025"):
        hour = 10 if "+00:00" in at else 5
        assert cast.stands(campaign).send_at == datetime(2025, 12, 1, hour, 30, tzinfo=UTC)


async def test_sent_now_is_scheduled_for_now_and_shows_when_the_law_allows_it(cast: Cast) -> None:
    """On a Saturday evening an SMS waits for Monday."""
    campaign = cast.brought_to(State.APPROVED, channels=["sms", "telegram"])
    cast.desk.now = NOW.replace(day=22, hour=17)
    daniyar = cast.desk.signed_in("Daniyar", Role.AUTHOR)
    page = await seen(daniyar, campaign)
    assert "SMS: 24.11.2025 09:00" in page
    assert "Telegram: 22.11.2025 22:15" in page
    await daniyar.post(f"/campaigns/{campaign.id}/schedule", form(campaign, when="now"))
    assert cast.stands(campaign).send_at == cast.desk.now


async def test_the_same_text_to_the_same_people_is_asked_about_once_more(cast: Cast, people: Town, tmp_path: Path) -> None:
    """B6."""
    text = {"kk": "Абай болыңыз!", "ru": "Будьте осторожны!"}
    campaign = cast.brought_to(State.DRAFT, text=text)
    Ledger(cast.desk.register, tmp_path / "flight", people, text=text).run()
    asked = await cast.daniyar.post(f"/campaigns/{campaign.id}/submit", form(campaign))
    assert asked.status_code == 409
    assert said("refused_said_already") in asked.text
    assert 'name="again"' in asked.text
    assert cast.stands(campaign).state is State.DRAFT
    assert (await cast.daniyar.post(f"/campaigns/{campaign.id}/submit", form(campaign, again="yes"))).status_code == 303
    assert cast.stands(campaign).state is State.SUBMITTED


async def test_what_cannot_be_sent_is_not_submitted_and_the_page_says_why(cast: Cast) -> None:
    nobody = cast.brought_to(State.DRAFT, segment={"language": "en"})
    unpriced = cast.brought_to(State.DRAFT, budget=1_000, channels=["whatsapp", "telegram"])
    link = cast.brought_to(State.DRAFT, text={"kk": "Абай болыңыз: https://bit.ly/x", "ru": "Осторожно: https://bit.ly/x"})
    unheard = cast.brought_to(State.DRAFT, segment={"followers_of": "@nobody_knows"})
    for campaign, status, key in (
        (nobody, 422, "refused_nobody_to_reach"),
        (unpriced, 422, "refused_budget_without_price"),
        (link, 422, "refused_text_problems"),
        (unheard, 404, "refused_unknown_suspect"),
    ):
        answer = await cast.daniyar.post(f"/campaigns/{campaign.id}/submit", form(campaign))
        assert (answer.status_code, said(key) in answer.text) == (status, True), key
        assert campaign.code in answer.text
        assert cast.stands(campaign).state is State.DRAFT


async def test_whoever_pauses_is_not_held_up_by_an_old_page(cast: Cast) -> None:
    """The page showed it scheduled; it has begun since."""
    shown = cast.brought_to(State.SCHEDULED)
    with transaction(cast.desk.register):
        assert campaigns.begin(cast.desk.register, shown.id, now=NOW)
    answer = await cast.daniyar.post(f"/campaigns/{shown.id}/pause", form(shown, pause_reason="неверная ссылка"))
    assert answer.status_code == 303
    stands = cast.stands(shown)
    assert (stands.state, stands.paused_from) == (State.PAUSED, State.SENDING)


async def test_a_campaign_that_was_never_approved_says_so(cast: Cast) -> None:
    assert said("campaign_never_approved") in await seen(cast.saule, cast.brought_to(State.SUBMITTED))


async def test_the_approver_sees_what_changed_since_the_last_approval(cast: Cast) -> None:
    approved = cast.brought_to(State.APPROVED)
    other = content(
        segment={"language": "kk"},
        channels=["telegram"],
        budget=5_000,
        text={"kk": "Абай болыңыз!", "ru": "Будьте очень осторожны!"},
    )
    edited = campaigns.edit(cast.desk.register, approved, other, by=cast.daniyar.staff, now=NOW)
    edited = campaigns.submit(cast.desk.register, edited, by=cast.daniyar.staff, now=NOW)
    page = await seen(cast.saule, edited)
    assert said("campaign_compared", at="21.11.2025 12:15") in page
    heard = f'<ins><span class="heard" lang="ru">{said("campaign_added")} </span>'
    assert f"Будьте{heard} очень</ins> осторожны!" in page
    assert f"{heard}5 000 ₸</ins>" in page
    assert said("campaign_field_segment") in page
    changed = page[page.index('id="changes"') : page.index('id="preview"')]
    assert said("campaign_field_name") not in changed
    assert said("campaign_field_text", spoken="казахский") not in changed


async def test_the_second_approver_compares_with_what_was_approved_before_the_first(cast: Cast) -> None:
    first = cast.brought_to(State.APPROVED, emergency=True)
    assert said("campaign_never_approved") in await seen(cast.marat, first)
    edited = campaigns.edit(cast.desk.register, first, first.content, by=cast.daniyar.staff, now=NOW)
    edited = campaigns.submit(cast.desk.register, edited, by=cast.daniyar.staff, now=NOW)
    edited = campaigns.approve(cast.desk.register, edited, by=cast.saule.staff, now=NOW + timedelta(hours=1))
    assert said("campaign_no_changes", at="21.11.2025 12:15") in await seen(cast.marat, edited)


async def test_what_was_returned_is_compared_with_where_nothing_was_approved(cast: Cast) -> None:
    """Saule sees whether it was mended as she asked; the other campaign's return is none of this one's."""
    other = cast.brought_to(State.SUBMITTED)
    submitted = cast.brought_to(State.SUBMITTED)
    campaigns.return_(cast.desk.register, other, by=cast.saule.staff, now=NOW - timedelta(hours=1), reason="too long")
    draft = campaigns.return_(cast.desk.register, submitted, by=cast.saule.staff, now=NOW, reason="name the scheme")
    assert said("campaign_no_changes_returned", at="21.11.2025 12:15") in await seen(cast.saule, draft)
    mended = draft.content.model_copy(update={"text": {Language.KK: "Абай болыңыз!", Language.RU: "Не платите!"}})
    edited = campaigns.edit(cast.desk.register, draft, mended, by=cast.daniyar.staff, now=NOW)
    edited = campaigns.submit(cast.desk.register, edited, by=cast.daniyar.staff, now=NOW)
    page = await seen(cast.saule, edited)
    assert said("campaign_compared_returned", at="21.11.2025 12:15") in page
    assert "платите</ins>!" in page


async def test_a_returned_approval_is_something_to_compare_with(cast: Cast) -> None:
    approved = cast.brought_to(State.APPROVED)
    draft = campaigns.return_(cast.desk.register, approved, by=cast.saule.staff, now=NOW, reason="a doubt")
    assert said("campaign_no_changes", at="21.11.2025 12:15") in await seen(cast.marat, draft)


@pytest.mark.parametrize("language", [Language.KK, Language.RU])
async def test_the_history_is_told_in_the_language_of_the_page(cast: Cast, language: Language) -> None:
    campaign = cast.brought_to(State.SENDING)
    campaigns.pause_itself(cast.desk.register, campaign.id, reason="20 answers in a row were lost on sms", now=NOW)
    reader = cast.desk.signed_in("Vera", Role.VIEWER, language=language.value)
    page = await seen(reader, campaign)
    history = page[page.index('id="history-title"') :]
    did = [said(f"campaign_did_{each}", language) for each in ("pause", "begin", "schedule", "approve", "submit", "create")]
    places = [history.index(f"<td>{each}") for each in did]
    assert places == sorted(places)
    assert said("campaign_history_sender", language) in history
    assert said("paused_lost", language, lost="20", channel=SAID.say("channel_sms", language)) in history
    assert "answers in a row" not in history
    assert "Daniyar" in history
    assert "Saule" in history


async def test_the_page_tells_who_wrote_submitted_and_approved_and_when(cast: Cast) -> None:
    page = await seen(cast.vera, cast.brought_to(State.SCHEDULED))
    for key, who in (("campaign_author", "Daniyar"), ("campaign_submitted_by", "Daniyar"), ("campaign_approved_by", "Saule")):
        assert f"<dt>{said(key)}</dt><dd>{who}, 21.11.2025 12:15</dd>" in page


async def test_before_the_start_the_preview_is_there_and_afterwards_the_progress(cast: Cast) -> None:
    coming, going = cast.brought_to(State.APPROVED), cast.brought_to(State.SENDING)
    before, after = await seen(cast.vera, coming), await seen(cast.vera, going)
    assert ('id="preview"' in before, 'id="progress"' in before) == (True, False)
    assert ('id="preview"' in after, 'id="progress"' in after) == (False, True)


async def test_two_approvers_who_press_at_once_are_one_approval(cast: Cast) -> None:
    """S7, through the pages."""
    for _ in range(20):
        campaign = cast.brought_to(State.SUBMITTED)
        path = f"/campaigns/{campaign.id}/approve"
        answers = await asyncio.gather(*(each.post(path, form(campaign)) for each in (cast.saule, cast.marat)))
        assert sorted(answer.status_code for answer in answers) == [303, 409]
        winner = cast.saule if answers[0].status_code == 303 else cast.marat
        assert cast.stands(campaign).approved_by == winner.staff.id


@pytest.mark.parametrize("piece", ["", "/test", "/preview"])
async def test_a_number_that_no_database_knows_is_a_page_that_is_not_there(cast: Cast, piece: str) -> None:
    assert (await cast.saule.get(f"/campaigns/{10**20}{piece}")).status_code == 404
    if not piece:
        assert (await cast.saule.post(f"/campaigns/{10**20}/approve", {})).status_code == 404
