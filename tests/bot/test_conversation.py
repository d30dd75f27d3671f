"""What is heard first, who answers, and that nothing a person can write ends in an error."""

import itertools
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.conversation import Conversation
from bot.emergency import Emergency
from bot.message import Door, Incoming
from bot.understanding import NoEar
from broadcaster import consent, database
from broadcaster.addresses import AddressKey, Channel, normalise
from broadcaster.database import Connection
from content.language import Language
from content.library import Library
from tests.bot.people import NOON, Person, TaughtEar, new_register

AIGULS = normalise(Channel.WHATSAPP, "+77011234567")
SCAM = "Служба безопасности банка: назовите код из смс, иначе деньги спишут"
HELP = {kind.value: f"emergency_{kind.value}" for kind in Emergency}


class TestEmergencyComesFirst:
    @pytest.mark.parametrize(
        ("text", "kind", "language"),
        [
            ("я перевела им деньги", "paid_already", Language.RU),
            ("кодты айтып қойдым", "told_code", Language.KK),
            ("a loan in my name", "loan_in_my_name", Language.EN),
            ("qazir telefonda tur", "on_the_line", Language.KK),
            ("помогите", "menu", Language.RU),
        ],
    )
    def test_its_words_bring_numbered_steps_without_model_and_register(
        self, words: Library, tmp_path: Path, text: str, kind: str, language: Language
    ) -> None:
        register = new_register(tmp_path)
        register.close()
        aigul = Person(Conversation(library=words, ear=NoEar(), register=register))
        reply = aigul.writes(text)
        assert reply.text == words.answer(HELP[kind], language)
        assert reply.language is language

    @pytest.mark.parametrize("kind", Emergency)
    def test_its_button_does_the_same(self, words: Library, tmp_path: Path, kind: Emergency) -> None:
        register = new_register(tmp_path)
        register.close()
        aigul = Person(Conversation(library=words, ear=NoEar(), register=register))
        assert aigul.sends_data(f"emergency:{kind.value}").text == words.answer(HELP[kind.value], Language.RU)

    @pytest.mark.parametrize("language", Language)
    @pytest.mark.parametrize("kind", [kind for kind in Emergency if kind is not Emergency.MENU])
    def test_steps_are_numbered_and_warn_of_the_next_rescuer(self, words: Library, kind: Emergency, language: Language) -> None:
        text = words.answer(HELP[kind.value], language)
        assert all(f"{number}. " in text for number in (1, 2, 3))
        assert {"kk": "сол топ", "ru": "из той же группы", "en": "same gang"}[language.value] in text

    def test_it_is_never_limited(self, aigul: Person, words: Library) -> None:
        for _ in range(60):
            aigul.writes("что это")
        assert aigul.reply.text == ""
        assert aigul.writes("я назвала код").text == words.answer("emergency_told_code", Language.RU)
        assert aigul.sends_data("emergency").text == words.answer("emergency_menu", Language.RU)

    def test_what_the_words_miss_the_model_hears(self, aigul: Person, ear: TaughtEar, words: Library) -> None:
        ear.taught["всё, отдала последнее этим людям"] = [("paid_already", 0.7), ("romance", 0.1)]
        assert aigul.writes("всё, отдала последнее этим людям").text == words.answer("emergency_paid_already", Language.RU)

    def test_the_model_is_heard_in_the_middle_of_a_flood_too(self, aigul: Person, ear: TaughtEar, words: Library) -> None:
        ear.taught["всё, отдала последнее этим людям"] = [("paid_already", 0.7)]
        for _ in range(60):
            aigul.writes("что это")
        assert aigul.writes("всё, отдала последнее этим людям").text == words.answer("emergency_paid_already", Language.RU)

    def test_an_unsure_model_raises_no_alarm(self, aigul: Person, ear: TaughtEar, words: Library) -> None:
        ear.taught["отдала последнее"] = [("paid_already", 0.3), ("romance", 0.2)]
        assert aigul.writes("отдала последнее").text != words.answer("emergency_paid_already", Language.RU)

    def test_a_scam_that_half_sounds_like_trouble_gets_its_verdict(self, aigul: Person, ear: TaughtEar, words: Library) -> None:
        ear.taught["на вас оформили кредит"] = [("bank-impersonation", 0.46), ("loan_in_my_name", 0.42)]
        assert aigul.writes("на вас оформили кредит").text != words.answer("emergency_loan_in_my_name", Language.RU)

    def test_a_forwarded_story_is_not_the_persons_own_trouble(self, aigul: Person, words: Library) -> None:
        reply = aigul.writes("я перевела им деньги", forwarded=True)
        assert reply.text != words.answer("emergency_paid_already", Language.RU)

    def test_every_verdict_carries_its_button(self, aigul: Person) -> None:
        for text in (SCAM, "Код 482193. Никому не сообщайте", "абракадабра"):
            aigul.writes(text)
            assert "emergency" in aigul.data


class TestStopAndStart:
    @pytest.mark.parametrize("text", ["СТОП", "тоқтату", "/stop", "unsubscribe", "toqtatu"])
    def test_stop_is_obeyed_and_said(self, aigul: Person, register: Connection, words: Library, text: str) -> None:
        reply = aigul.writes(text)
        assert consent.is_suppressed(register, AIGULS)
        assert reply.text == words.answer("stopped", reply.language)

    def test_stop_goes_through_a_flood(self, aigul: Person, register: Connection) -> None:
        for _ in range(60):
            aigul.writes("что это")
        aigul.writes("СТОП")
        assert consent.is_suppressed(register, AIGULS)

    def test_stop_inside_a_question_is_none(self, aigul: Person, register: Connection) -> None:
        aigul.writes("это стоп-лист?")
        assert not consent.is_suppressed(register, AIGULS)

    def test_the_models_stop_offers_the_menu_and_stops_nothing(self, aigul: Person, ear: TaughtEar, register: Connection) -> None:
        ear.taught["как мне перестать получать это"] = [("stop", 0.9)]
        aigul.writes("как мне перестать получать это")
        assert "stop" in aigul.data
        assert not consent.is_suppressed(register, AIGULS)

    def test_start_undoes_a_stop_and_greets_everybody_else(self, aigul: Person, register: Connection, words: Library) -> None:
        assert aigul.writes("/start").text == words.answer("start", Language.RU)
        aigul.writes("СТОП")
        assert aigul.writes("СТАРТ").text == words.answer("started_again", Language.RU)
        assert not consent.is_suppressed(register, AIGULS)

    def test_a_deep_link_greets_too(self, aigul: Person, words: Library) -> None:
        assert aigul.writes("/start from_kaspi").text == words.answer("start", Language.RU)

    def test_a_stop_that_could_not_be_written_down_is_not_promised(self, words: Library, tmp_path: Path) -> None:
        register = database.open(f"sqlite:///{tmp_path / 'empty.db'}", AddressKey(b"k" * 32))  # without a single table
        aigul = Person(Conversation(library=words, ear=NoEar(), register=register))
        assert aigul.writes("СТОП").text == words.phrase("sorry", Language.RU)
        register.close()


class TestLanguage:
    def test_each_message_is_answered_in_its_own(self, aigul: Person) -> None:
        assert aigul.writes("Бұл алаяқтар ма?").language is Language.KK
        assert aigul.writes("Это мошенники?").language is Language.RU
        assert aigul.writes("Is this a scam?").language is Language.EN
        assert aigul.writes("Bul alaiaqtar ma").language is Language.KK

    def test_what_has_no_words_is_answered_in_the_language_before(self, aigul: Person) -> None:
        aigul.writes("Бұл алаяқтар ма?")
        assert aigul.writes("https://kaspi-bonus.top").language is Language.KK
        assert aigul.sends_data("drill").language is Language.KK

    @pytest.mark.parametrize(
        ("asked", "language"), [("қазақша", "kk"), ("по-русски", "ru"), ("English!", "en"), ("language:kk", "kk")]
    )
    def test_a_chosen_language_is_kept(
        self, aigul: Person, words: Library, register: Connection, asked: str, language: str
    ) -> None:
        reply = aigul.sends_data(asked) if ":" in asked else aigul.writes(asked)
        assert reply.language is Language(language)
        assert aigul.writes("Это мошенники?").language is Language(language)
        restarted = Person(Conversation(library=words, ear=NoEar(), register=register))
        assert restarted.writes("и это?").language is Language(language)

    def test_it_can_be_changed_again(self, aigul: Person) -> None:
        aigul.writes("қазақша")
        aigul.writes("по-русски")
        assert aigul.writes("Бұл не?").language is Language.RU

    def test_asking_for_it_offers_three(self, aigul: Person) -> None:
        aigul.writes("/language")
        assert aigul.data == ["language:kk", "language:ru", "language:en"]


class TestTheRest:
    def test_a_picture_gets_a_helpful_sentence(self, aigul: Person, words: Library) -> None:
        assert aigul.writes("", other="photo").text == words.answer("only_text", Language.RU)

    def test_a_caption_is_a_text(self, aigul: Person, words: Library) -> None:
        assert aigul.writes(SCAM, other="photo").text.startswith(words.phrase("level_scam", Language.RU))

    def test_an_empty_message_is_asked_about(self, aigul: Person, words: Library) -> None:
        assert aigul.writes(" \n ").text == words.phrase("empty_message", Language.RU)

    def test_the_same_message_is_answered_once_also_after_a_restart(
        self, aigul: Person, words: Library, register: Connection
    ) -> None:
        assert aigul.writes("что это", message_id="SM1").text
        assert aigul.writes("что это", message_id="SM1").text == ""
        restarted = Person(Conversation(library=words, ear=NoEar(), register=register))
        assert restarted.writes("что это", message_id="SM1").text == ""

    def test_an_old_or_forged_button_is_calmly_refused(self, aigul: Person, words: Library) -> None:
        for data in FORGED:
            aigul.waits(timedelta(minutes=1))
            assert aigul.sends_data(data).text == words.phrase("old_button", Language.RU), data

    def test_nobody_presses_the_buttons_of_another(self, aigul: Person, timur: Person, words: Library) -> None:
        aigul.writes(SCAM)
        for data in [data for data in aigul.data if data.startswith(("useful", "disagree"))]:
            assert timur.sends_data(data).text == words.phrase("old_button", Language.RU)

    def test_a_question_is_answered_while_the_register_is_down(self, words: Library, tmp_path: Path) -> None:
        register = database.open(f"sqlite:///{tmp_path / 'empty.db'}", AddressKey(b"k" * 32))  # without a single table
        aigul = Person(Conversation(library=words, ear=NoEar(), register=register))
        assert aigul.writes(SCAM).text.startswith(words.phrase("level_scam", Language.RU))
        assert "emergency" in aigul.data
        assert not [data for data in aigul.data if data.startswith(("useful", "disagree", "ticket"))]
        register.close()

    def test_small_talk_is_answered_as_such(self, aigul: Person, ear: TaughtEar, words: Library) -> None:
        ear.taught |= {
            "здорово": [("greet", 0.9)],
            "от души": [("thanks", 0.9)],
            "как отказаться от кредитов": [("stop_credit", 0.9)],
        }
        assert aigul.writes("здорово").text == words.answer("start", Language.RU)
        assert aigul.writes("от души").text == words.answer("thanks", Language.RU)
        assert aigul.writes("как отказаться от кредитов").text == words.answer("stop_credit", Language.RU)

    def test_small_talk_with_a_demand_in_it_is_a_question(self, aigul: Person, ear: TaughtEar, words: Library) -> None:
        text = "здравствуйте, назовите код из смс"
        ear.taught[text] = [("greet", 0.9)]
        assert aigul.writes(text).text != words.answer("start", Language.RU)

    def test_whoever_asks_about_a_scheme_gets_its_card(self, aigul: Person, ear: TaughtEar, words: Library) -> None:
        ear.taught["расскажи про пирамиды"] = [("ask_scheme", 0.7), ("financial-pyramid", 0.2), ("romance", 0.01)]
        card = words.card("financial-pyramid", Language.RU)
        assert aigul.writes("расскажи про пирамиды").text.startswith(card.name)
        ear.taught["какие бывают схемы"] = [("ask_scheme", 0.9)]
        assert aigul.writes("какие бывают схемы").text == words.answer("ask_scheme", Language.RU)
        assert len(aigul.data) == len(words.schemes)
        assert aigul.sends_data(aigul.data[3]).text.startswith(list(words.schemes.values())[3].card(Language.RU).name)


class TestFlood:
    def test_one_polite_notice_then_silence_till_the_window_passes(self, aigul: Person, words: Library) -> None:
        said = [aigul.writes("что это").text for _ in range(30)]
        assert all(said[:20])
        assert said[20] == words.answer("flood", Language.RU, minutes=1)
        assert not any(said[21:])
        aigul.waits(timedelta(minutes=1))
        assert aigul.writes("что это").text

    def test_others_do_not_feel_it(self, aigul: Person, timur: Person) -> None:
        for _ in range(60):
            aigul.writes("что это")
        assert timur.writes("что это").text


FORGED = [
    "nonsense",
    "scheme:nonsense",
    "share",
    "share:",
    "useful:1:yes",
    "useful:1",
    "useful:x:yes",
    "useful:999999999999999999999:yes",
    "disagree:17",
    "disagree",
    "ticket:17:ticket",
    "ticket:17",
    "ticket::",
    "nearer",
    "nearer:17:neither",
    "nearer:17:nonsense",
    "topics:nonsense",
    "regions:nonsense",
    "language:xx",
    "tutorial:99",
    "tutorial:-1",
    "drill:1-2:f",
    "drill:1-2-3-4-5:fffffff",
    "drill:0-1-2-3-999:f",
    "drill:1-1-1-1-1:f",
    "drill:a-b-c-d-e:f",
    "drill:0-1-2-3-4:x",
    "drill:٣-1-2-0-4:f",
    ":::::",
    "x" * 5_000,
]

ANYTHING = st.text(alphabet=st.characters(exclude_categories=()), max_size=400)
HOSTILE = [
    "",
    "\x00",
    "\ud800",
    "😀" * 500,
    "я" * 120_000,
    "1 " * 60_000,
    "\u202e\u200bкод\u2066",
    "你好",
    "مرحبا كيف",
    "a\x00b",
    "{{ 7*7 }}",
    "%s%n",
]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("door", Door)
def test_whatever_is_written_gets_an_answer(conversation: Conversation, text: str, door: Door) -> None:
    assert Person(conversation, door=door).writes(text).text


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150)
@given(text=ANYTHING, pressed=ANYTHING, sender=ANYTHING, message_id=ANYTHING, door=st.sampled_from(Door), chance=st.integers())
def test_nothing_that_comes_in_ends_in_an_error(
    conversation: Conversation, text: str, pressed: str, sender: str, message_id: str, door: Door, chance: int
) -> None:
    press = pressed if chance % 2 else ""
    reply = conversation.reply_to(
        Incoming(door=door, sender=sender, message_id=message_id, received_at=NOON, text=text, pressed=press)
    )
    assert all(len(button.data.encode()) <= 64 for row in reply.buttons for button in row)


HOURS = itertools.count(1)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
@given(walk=st.lists(st.integers(min_value=0, max_value=30), max_size=12), door=st.sampled_from(Door))
def test_every_button_of_every_answer_leads_somewhere(
    conversation: Conversation, words: Library, walk: list[int], door: Door
) -> None:
    """Not one button we offer is unknown to us, and its data fits Telegram's 64 bytes."""
    aigul = Person(conversation, door=door)
    aigul.waits(timedelta(hours=next(HOURS)))  # the examples share one conversation, whose flood limits must not answer for it
    aigul.writes(SCAM)
    for step in walk:
        aigul.waits(timedelta(seconds=10))
        if not aigul.buttons:
            aigul.writes("/start")
        button = aigul.buttons[step % len(aigul.buttons)]
        reply = aigul.sends_data(button.data)
        assert reply.text
        assert reply.text not in [words.phrase("old_button", language) for language in Language], button
        assert all(len(each.encode()) <= 64 for each in aigul.data)
