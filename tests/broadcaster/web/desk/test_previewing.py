"""The preview as staff see it on a page: the people, the phone, the price, the hours, and what keeps it from being sent."""

import re
from datetime import UTC, datetime

import pytest

from broadcaster.campaign_states import Role
from broadcaster.wording import Kind
from content.language import Language
from tests.broadcaster.town import Town, town
from tests.broadcaster.web.desk.conftest import SAID, Desk


@pytest.fixture
def people(desk: Desk) -> Town:
    return town(desk.register)


async def seen(desk: Desk, campaign: int, language: str = "ru") -> str:
    answer = await desk.signed_in("Saule", Role.APPROVER, language).get(f"/campaigns/{campaign}/preview")
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.text)


def count(page: str, name: str) -> str:
    found = re.search(rf'data-count="{name}">([^<]*)<', page)
    assert found
    return found[1]


async def test_every_person_of_the_segment_is_accounted_for(desk: Desk, people: Town) -> None:
    people.people(3, language="kk")
    people.people(2, consent=())
    people.person(telegram="5", consent=("warn",), stopped=("telegram",))
    people.person(relay="bank/77")
    people.person(telegram="6", consent=("warn",), refused=("financial-pyramid",))
    people.person(phone="+77019999999", consent=("warn",))
    page = await seen(desk, people.campaign())
    names = ("known", "audience", "partner_only", "stopped", "left_topic", "no_consent", "no_address")
    assert {name: count(page, name) for name in names} == {
        "known": "9",
        "audience": "3",
        "partner_only": "1",
        "stopped": "1",
        "left_topic": "1",
        "no_consent": "2",
        "no_address": "1",
    }
    assert "Что мешает отправить" not in page


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
async def test_zero_reachable_is_an_error_in_every_language(desk: Desk, people: Town, language: str) -> None:
    people.people(2, consent=())
    page = await seen(desk, people.campaign(), language)
    assert SAID.say("preview_nobody", Language(language)) in page
    assert "error-summary" in page


async def test_the_character_that_made_an_sms_dear_is_named_with_its_place(desk: Desk, people: Town) -> None:
    people.people(1, channels=("phone",), language="en")
    text = {"kk": "Абай болыңыз!", "ru": "Осторожно", "en": "Beware — fraud"}
    page = await seen(desk, people.campaign(channels=("sms",), text=text))
    assert "UCS-2 из-за символа «—» (U+2014), место 8" in page
    assert "цена не задана" in page


async def test_texts_stand_side_by_side_in_their_own_languages(desk: Desk, people: Town) -> None:
    people.people(1)
    page = await seen(desk, people.campaign(channels=("telegram", "push")))
    places = [page.index(f'data-text="{channel}-{spoken}"') for channel in ("telegram", "push") for spoken in ("kk", "ru")]
    assert places == sorted(places)
    assert '<p class="phone" lang="kk">Абай болыңыз!' in page


async def test_a_wish_for_the_night_names_the_next_lawful_moment(desk: Desk, people: Town) -> None:
    people.people(1, channels=("phone",))
    campaign = people.campaign(channels=("sms",))
    desk.register.execute(
        "UPDATE campaign SET send_at = ? WHERE id = ?", [datetime(2026, 12, 1, 20, tzinfo=UTC).isoformat(), campaign]
    )
    page = await seen(desk, campaign)
    assert "02.12.2026 09:00" in page
    assert "ждёт разрешённых часов" in page


async def test_a_waiting_group_says_what_it_could_show(desk: Desk, people: Town) -> None:
    people.people(40)
    page = await seen(desk, people.campaign(control=0.25))
    assert "Примерно 10 человек (25 %) получат сообщение позже" in page.replace("\u00a0", " ")
    assert "не сможет показать разницу меньше" in page or "измерить результат не удастся" in page
    assert "Сначала сообщение получат примерно 20 человек" in page


async def test_a_budget_without_a_price_holds_nothing_and_is_said(desk: Desk, people: Town) -> None:
    people.people(1, channels=("phone",))
    page = await seen(desk, people.campaign(channels=("sms",), budget=1_000))
    assert "Бюджет не удержать, пока не задана цена канала SMS" in page


@pytest.mark.parametrize(("language", "said"), [("kk", "Жіберуге болмайды:"), ("ru", "Нельзя отправить:")])
async def test_a_problem_stands_at_its_text_and_says_whether_it_blocks(
    desk: Desk, people: Town, language: str, said: str
) -> None:
    people.people(1, channels=("phone",))
    text = {"kk": "Абай болыңыз! " * 20, "ru": "Смотрите bit.ly/abc"}
    page = await seen(desk, people.campaign(channels=("sms",), text=text), language)
    kazakh = page[page.index('data-text="sms-kk"') : page.index('data-text="sms-ru"')]
    assert said in kazakh
    assert "bit.ly" in page[: page.index('data-text="sms-kk"')]


async def test_a_campaign_that_was_said_already_shows_it(desk: Desk, people: Town) -> None:
    person = people.people(1)[0]
    earlier = people.campaign(state="done", started_at=desk.now)
    desk.register.execute(
        "INSERT INTO delivery (campaign, contact, route, state, second) VALUES (?, ?, 1, 3, 0)", [earlier, person]
    )
    page = await seen(desk, people.campaign())
    assert "Этот же самый текст" in page


async def test_followers_of_an_account_nobody_entered_are_a_calm_sentence(desk: Desk, people: Town) -> None:
    page = await seen(desk, people.campaign(segment={"followers_of": "@nobody_knows"}))
    assert "Сначала внесите его туда." in page


async def test_addresses_are_masked_and_texts_escaped(desk: Desk, people: Town) -> None:
    people.person(phone="+77011234567", consent=("warn",))
    page = await seen(desk, people.campaign(channels=("sms",), text={"kk": "<script>x</script>", "ru": "{{ 7*7 }}"}))
    assert "1234567" not in page
    assert "<script>" not in page
    assert "{{ 7*7 }}" in page


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("kind", list(Kind))
def test_every_problem_has_a_sentence_in_every_language(kind: Kind, language: Language) -> None:
    fields = {"host": "kaspl.kz", "defanged": "kaspl[.]kz", "n": 5, "most": 3}
    assert SAID.say(f"problem_{kind.replace('-', '_')}", language, **fields).endswith((".", "?"))
