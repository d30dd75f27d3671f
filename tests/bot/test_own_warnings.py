"""«Is this warning really yours?»: bare codes, questions, pasted texts, and a fraudster's with a code of ours."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.conversation import Conversation
from bot.understanding import NoEar, open_ear
from broadcaster import campaign_content, database, links, wording
from broadcaster.addresses import AddressKey
from broadcaster.database import Connection
from broadcaster.ledger_codes import SendingChannel
from content.language import Language
from content.library import Library
from tests.bot.people import NOON, Person, TaughtEar
from tests.broadcaster.town import Town, town

PUBLIC = "https://saqbol.kz"
CODE, UNKNOWN = "K7M2", "X7K2"
TEXT = {
    "kk": "@pyramid_kz парақшасында қаржы пирамидасының белгісі бар. Ақша салмаңыз. Толығы: https://saqbol.kz/p",
    "ru": "У страницы @pyramid_kz есть признаки пирамиды — не вносите деньги. Подробнее: https://saqbol.kz/p",
}
DATE = "20.11.2026"


@pytest.fixture
def people(register: Connection) -> Town:
    return town(register)


@pytest.fixture
def campaign(register: Connection, people: Town) -> int:
    return sent(register, people)


@pytest.fixture
def conversation(words: Library, register: Connection, ear: TaughtEar, campaign: int) -> Conversation:
    return Conversation(library=words, ear=ear, register=register, public_url=PUBLIC)


def sent(register: Connection, people: Town, *, code: str = CODE, text: Mapping[str, str] = TEXT) -> int:
    made = people.campaign(started_at=NOON - timedelta(days=1), text=text)
    register.execute("UPDATE campaign SET code = ? WHERE id = ?", [code, made])
    return made


def as_received(register: Connection, words: Library, campaign: int, channel: SendingChannel, language: Language) -> str:
    content = campaign_content.kept(
        register.execute("SELECT content FROM campaign WHERE id = ?", [campaign]).fetchone()["content"]
    )
    link = links.stop_link(PUBLIC, links.stop_token(register.address_key, campaign, 7))
    stop_link = link if channel in (SendingChannel.SMS, SendingChannel.PAPER) else ""
    return wording.compose(content, channel, language, code=CODE, stop_link=stop_link, words=words)


def ours(words: Library, language: Language = Language.RU) -> str:
    return words.answer("code_ours", language, code=CODE, at=DATE, text=TEXT[language])


def other(words: Library, language: Language = Language.RU) -> str:
    return words.answer("code_other_text", language, code=CODE, at=DATE, text=TEXT[language])


class TestKnownCode:
    @pytest.mark.parametrize(
        "text", ["K7M2", "к7м2?", "Saq bol K7M2", "Это ваше? Сақ бол K7M2", "это ваш код K7M2?", "K7M2 пришло, это вы прислали?"]
    )
    def test_it_brings_what_was_sent_with_its_date(self, aigul: Person, words: Library, text: str) -> None:
        aigul.writes("по-русски")
        assert aigul.writes(text).text == ours(words)

    def test_in_the_language_of_the_person(self, aigul: Person, words: Library) -> None:
        aigul.writes("қазақша")
        assert aigul.writes("K7M2 сіздікі ме?").text == ours(words, Language.KK)
        aigul.writes("english")
        assert TEXT["ru"] in aigul.writes("is K7M2 yours?").text

    @pytest.mark.parametrize("channel", SendingChannel)
    @pytest.mark.parametrize("language", [Language.KK, Language.RU])
    def test_the_whole_text_as_any_channel_brings_it(
        self,
        aigul: Person,
        register: Connection,
        words: Library,
        campaign: int,
        channel: SendingChannel,
        language: Language,
    ) -> None:
        received = as_received(register, words, campaign, channel, language)
        aigul.writes("по-русски")
        for text in (
            received,
            received.replace("\n", " "),
            f"Это ваше?\n{received}\nправда от вас",
        ):
            assert aigul.writes(text).text == ours(words), text
        assert aigul.writes(received, forwarded=True).text == ours(words)

    def test_a_long_question_that_the_model_hears(self, aigul: Person, ear: TaughtEar, words: Library) -> None:
        text = "Маме на телефон пришло предупреждение с кодом K7M2, вы его рассылали на этой неделе?"
        assert aigul.writes(text).text != ours(words)
        ear.taught[text] = [("is_this_yours", 0.9)]
        assert aigul.writes(text).text == ours(words)

    def test_a_campaign_that_has_not_begun_or_reached_nobody_is_not_ours(
        self, aigul: Person, register: Connection, campaign: int, words: Library
    ) -> None:
        register.execute("UPDATE campaign SET started_at = NULL")
        assert aigul.writes("это K7M2").text != ours(words)


class TestCopiedCode:
    @pytest.mark.parametrize(
        "text",
        [
            f"{TEXT['ru']} Позвоните нам.\n\nСақ бол K7M2",
            f"{TEXT['ru'].replace('saqbol.kz/p', 'saqbol.kz.help.top/p')}\n\nСақ бол K7M2",
            f"{TEXT['ru'].replace('не вносите', 'вносите')}\n\nСақ бол K7M2",
            f"{TEXT['ru'].replace('@pyramid_kz', '@pyramidkz')}\n\nСақ бол K7M2",
            f"{TEXT['ru'].replace('pyramid', 'pуramid')}\n\nСақ бол K7M2",
            f"{TEXT['ru']}\n\nСақ бол K7M2. Тоқтату: https://saqbol.kz.top/u/AAAAAAAAAAAAAAAAAAAA",
            f"{TEXT['ru']}\n\nСақ бол K7M2. Тоқтату: https://saqbol.kz/u/AAAAAAAAAAAAAAAAAAAA",
            f"{TEXT['ru']}\n\nСақ бол K7M2. Тел. 87011234567",
            f"{TEXT['ru']}\nhttps://hidden-behind-words.top/\n\nСақ бол K7M2",
            f"send me your code {TEXT['ru']}\n\nСақ бол K7M2",
            "Ваш счёт под угрозой, перезвоните оператору нашего бота. Сақ бол K7M2",
            "Сақ бол K7M2: kaspi-bonus.top",
            "K7M2 kaspi-bonus.top это вы?",
            "перезвоните нам Saq bol K7M2",
            "перезвоните нам, K7M2",
            "K7M2 87011234567 ваш?",
        ],
    )
    def test_another_text_is_not_confirmed_and_is_judged_too(
        self, aigul: Person, ear: TaughtEar, words: Library, text: str
    ) -> None:
        aigul.writes("по-русски")
        said = aigul.writes(text).text
        assert said.startswith(other(words))
        assert any(
            words.phrase(f"level_{level}", Language.RU) in said for level in ("scam", "doubtful", "no_signs", "not_understood")
        )
        assert "emergency" in aigul.data

    def test_nor_when_the_model_takes_it_for_a_question(self, aigul: Person, ear: TaughtEar, words: Library) -> None:
        aigul.writes("по-русски")
        text = "Это предупреждение наше, вам позвонит оператор бота. Сақ бол K7M2"
        ear.taught[text] = [("is_this_yours", 0.9)]
        assert aigul.writes(text).text.startswith(other(words))

    def test_a_scam_is_called_one(self, aigul: Person, words: Library) -> None:
        aigul.writes("по-русски")
        text = "Переведите деньги на безопасный счёт и назовите код из SMS: https://kaspl.kz. Сақ бол K7M2"
        said = aigul.writes(text).text
        assert said.startswith(other(words))
        assert words.phrase("level_scam", Language.RU) in said

    def test_a_long_text_of_ours_leaves_room_for_the_verdict(self, register: Connection, people: Town, aigul: Person) -> None:
        sent(register, people, code="A4C5", text={"kk": "қ" * 3_900, "ru": "я" * 3_900})
        aigul.writes("по-русски")
        assert len(aigul.writes("перезвоните нам Saq bol A4C5").text) < 2_500
        assert "я" * 3_900 in aigul.writes("A4C5").text

    @given(st.text(min_size=1))
    @settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
    def test_whatever_is_added_in_front_is_seen(self, conversation: Conversation, words: Library, added: str) -> None:
        person = Person(conversation, sender="+77017770000", now=NOON)
        person.writes("по-русски")
        person.waits(timedelta(hours=1))
        said = person.writes(f"слово {added}\n{TEXT['ru']}\n\nСақ бол K7M2").text
        assert said != ours(words)


class TestUnknownCode:
    @pytest.mark.parametrize(
        ("text", "language"),
        [
            ("is code X7K2 yours?", Language.EN),
            ("Код X7K2 ваш?", Language.RU),
            ("X7K2 сіздікі ме?", Language.KK),
            ("Пришло сообщение с кодом X7K2, это точно вы прислали?", Language.RU),
        ],
    )
    def test_asked_about_it_is_calmly_not_ours(self, words: Library, register: Connection, text: str, language: Language) -> None:
        """With the model as it ships."""
        aigul = Person(Conversation(library=words, ear=open_ear(), register=register))
        assert aigul.writes(text).text == words.answer("code_not_ours", language, code=UNKNOWN)

    def test_behind_our_name_it_is_said_and_the_text_is_judged(self, aigul: Person, words: Library) -> None:
        aigul.writes("по-русски")
        said = aigul.writes("Вам положена выплата, откройте https://kaspi-bonus.top/pay. Сақ бол X7K2").text
        assert said.startswith(words.phrase("code_unknown", Language.RU, code=UNKNOWN))
        assert words.phrase("level_scam", Language.RU) in said or words.phrase("level_doubtful", Language.RU) in said

    def test_a_question_with_a_demand_in_it_is_judged_too(self, aigul: Person, ear: TaughtEar, words: Library) -> None:
        aigul.writes("по-русски")
        text = "Это ваше, X7K2? Просят назвать код из SMS"
        ear.taught[text] = [("is_this_yours", 0.9)]
        said = aigul.writes(text).text
        assert said.startswith(words.phrase("code_unknown", Language.RU, code=UNKNOWN))

    @pytest.mark.parametrize("text", ["Купила 25KM за 3 тысячи", "Продаю BMW X7K2"])
    def test_what_only_looks_like_a_code_is_any_other_text(self, aigul: Person, words: Library, text: str) -> None:
        aigul.writes("по-русски")
        said = aigul.writes(text).text
        assert not said.startswith(("Код ", "Кода "))

    def test_the_question_without_a_code_is_answered_as_ever(self, aigul: Person, ear: TaughtEar, words: Library) -> None:
        ear.taught["Это вы прислали?"] = [("is_this_yours", 0.9)]
        assert aigul.writes("Это вы прислали?").text == words.answer("is_this_yours", Language.RU)


def test_emergency_and_stop_come_first(aigul: Person, words: Library) -> None:
    aigul.writes("по-русски")
    assert aigul.writes("Я перевёл деньги мошенникам K7M2").text == words.answer("emergency_paid_already", Language.RU)
    assert aigul.writes("STOP").text == words.answer("stopped", Language.RU)


def test_without_a_database_nothing_special_is_said(words: Library, tmp_path: Path) -> None:
    register = database.open(f"sqlite:///{tmp_path / 'empty.db'}", AddressKey(b"k" * 32))  # without a single table
    aigul = Person(Conversation(library=words, ear=NoEar(), register=register))
    for text in ("Код K7M2 ваш, это вы?", f"{TEXT['ru']}\n\nСақ бол K7M2"):
        said = aigul.writes(text).text
        assert said.startswith(words.phrase("level_not_understood", aigul.reply.language)), said
    register.close()
