"""«Is this a scam?» from the text to the answer: masked, looked up, remembered, answered; what comes after the answer."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot import tickets
from broadcaster import suspects
from broadcaster.database import Connection
from content.language import Language
from content.library import Library
from tests.bot.people import NOON, Person, TaughtEar

CARD = "4400430212345604"
SPACED = "4400 4302 1234 5604"
SCAM = "Служба безопасности банка: назовите код из смс, иначе деньги спишут"


def question(register: Connection) -> dict[str, object]:
    return dict(register.execute("SELECT * FROM question ORDER BY id DESC LIMIT 1").fetchone())


def waits_for_the_disk(statements: list[str]) -> list[bool]:
    return [statement.endswith("FULL") for statement in statements if statement.startswith("PRAGMA synchronous")]


def test_a_question_does_not_wait_for_the_disk_and_a_stop_does(aigul: Person, register: Connection) -> None:
    aigul.writes("рахмет")
    said: list[str] = []
    register.set_trace_callback(said.append)
    aigul.writes(SCAM)
    assert waits_for_the_disk(said) == [False, False]
    said.clear()
    aigul.writes("СТОП")
    assert waits_for_the_disk(said) == [True, False]
    register.set_trace_callback(None)


class TestTheAnswer:
    def test_a_scam_is_named_with_reasons_in_the_persons_own_words(self, aigul: Person, words: Library) -> None:
        reply = aigul.writes(SCAM)
        assert reply.text.startswith(words.phrase("level_scam", Language.RU))
        assert "азовите код" in reply.text
        assert 0 < reply.text.count("\n– ") <= 3
        assert words.phrase("how_automatic", Language.RU) in reply.text

    def test_a_genuine_code_goes_no_further(self, aigul: Person, words: Library) -> None:
        reply = aigul.writes("Код 482193. Никому не сообщайте")
        assert reply.text.startswith(words.phrase("level_no_signs", Language.RU))
        assert "482193" not in reply.text
        assert words.phrase("masked_code", Language.RU) in reply.text

    def test_nothing_is_said_about_hidden_digits_where_none_were(self, aigul: Person) -> None:
        assert "скрыл" not in aigul.writes(SCAM).text

    def test_an_unsure_answer_says_what_to_add(self, aigul: Person, words: Library) -> None:
        assert aigul.writes("абракадабра").text.startswith(words.phrase("level_not_understood", Language.RU))

    def test_a_foreign_topic_is_no_verdict(self, aigul: Person, ear: TaughtEar, words: Library) -> None:
        ear.taught["какая завтра погода"] = [("out_of_scope", 0.9)]
        assert aigul.writes("какая завтра погода").text == words.answer("out_of_scope", Language.RU)

    def test_a_very_long_text_says_that_its_beginning_was_read(self, aigul: Person, words: Library) -> None:
        assert words.phrase("too_long_cut", Language.RU) in aigul.writes(SCAM + " и так далее" * 1_000).text

    def test_every_answer_fits_whatsapp(self, aigul: Person) -> None:
        monster = f"{SCAM}. Переведите на резервный счёт, карта {SPACED}, никому не говорите, kaspi-bonus.top/pay " * 40
        assert len(aigul.writes(monster).text) <= 1_600


class TestSecrets:
    def test_a_card_is_stored_and_printed_nowhere(
        self, aigul: Person, register: Connection, words: Library, tmp_path: Path, capfd: pytest.CaptureFixture[str]
    ) -> None:
        """S14: one number through all flows, then every file and every output is searched for it."""
        answers = [aigul.writes(f"Скиньте предоплату на карту {SPACED}, код {CARD[:6]} и назовите код из смс").text]
        answers += [aigul.presses(words.phrase("button_disagree", Language.RU)).text]
        answers += [aigul.writes(f"это моя карта {CARD}").text]
        answers += [aigul.presses(words.phrase("button_ticket_yes", Language.RU)).text]
        register.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        printed = capfd.readouterr()
        stored = b"".join(file.read_bytes() for file in tmp_path.iterdir())
        for number in (CARD, SPACED, CARD[:6]):
            assert number not in "".join(answers) + printed.out + printed.err
            assert number.encode() not in stored
        assert "•••• •••• •••• ••••".encode() in stored

    def test_the_person_is_told_why(self, aigul: Person, words: Library) -> None:
        kinds = [words.phrase("masked_card", Language.RU)]
        assert words.answer("masked_notice", Language.RU, kinds=kinds) in aigul.writes(f"карта {CARD}, кому она?").text

    @pytest.mark.parametrize(
        ("kind", "value", "text"),
        [
            (suspects.Kind.CARD, CARD, f"просят перевести на {SPACED}"),
            (suspects.Kind.LINK, "big-profit.xyz", "зайдите на https://www.big-profit.xyz/join"),
            (suspects.Kind.HANDLE, "@richlife_kz", "пишите @richlife_kz"),
            (suspects.Kind.IBAN, "KZ86125KZT5004100100", "счёт KZ86 125K ZT50 0410 0100"),
        ],
    )
    def test_what_the_register_knows_is_said(
        self, aigul: Person, register: Connection, words: Library, kind: suspects.Kind, value: str, text: str
    ) -> None:
        known = {"scheme": "financial-pyramid", "source": suspects.Source.PUBLIC_BODY, "first_seen": NOON, "now": NOON}
        suspects.add(register, kind, value, **known)  # type: ignore[arg-type]
        reply = aigul.writes(text)
        assert reply.text.startswith(words.phrase("level_scam", Language.RU))
        assert "реестре подозрительных" in reply.text
        assert CARD not in reply.text


class TestAfterwards:
    def test_useful_or_not_is_noted_and_may_change(self, aigul: Person, register: Connection, words: Library) -> None:
        aigul.writes(SCAM)
        yes, no = [data for data in aigul.data if data.startswith("useful")]
        assert aigul.sends_data(yes).text == words.phrase("useful_thanks", Language.RU)
        assert question(register)["useful"] == 1
        assert aigul.sends_data(no).text == words.phrase("useful_sorry", Language.RU)
        assert question(register)["useful"] == 0

    def test_more_and_share_show_the_card(self, aigul: Person, ear: TaughtEar, words: Library) -> None:
        ear.taught[SCAM] = [("bank-impersonation", 0.9)]
        aigul.writes(SCAM)
        scheme = next(data for data in aigul.data if data.startswith("share:")).removeprefix("share:")
        assert aigul.presses(words.phrase("button_share", Language.RU)).text == words.answer(
            "share_card", Language.RU, card=words.card(scheme, Language.RU)
        )
        assert aigul.sends_data(f"scheme:{scheme}").text.startswith(words.card(scheme, Language.RU).name)

    def test_a_disagreement_is_kept_with_consent_and_opinion(self, aigul: Person, register: Connection, words: Library) -> None:
        aigul.writes(SCAM)
        assert aigul.presses(words.phrase("button_disagree", Language.RU)).text == words.answer("disagree_ask", Language.RU)
        assert aigul.writes("это правда мой банк").text == words.phrase("opinion_heard", Language.RU)
        assert question(register)["kept_as"] is None
        reply = aigul.presses(words.phrase("button_ticket_yes", Language.RU))
        kept = question(register)
        assert (kept["kept_as"], kept["opinion"]) == ("disagreement", "это правда мой банк")
        assert "2026-000001" in reply.text

    def test_a_disagreement_is_not_kept_without_consent(self, aigul: Person, register: Connection, words: Library) -> None:
        aigul.writes(SCAM)
        aigul.presses(words.phrase("button_disagree", Language.RU))
        aigul.writes("это правда мой банк")
        assert aigul.presses(words.phrase("button_ticket_no", Language.RU)).text == words.phrase("ticket_declined", Language.RU)
        assert (question(register)["kept_as"], question(register)["opinion"]) == (None, None)

    def test_a_new_scam_after_i_disagree_is_a_question(self, aigul: Person, words: Library) -> None:
        aigul.writes(SCAM)
        aigul.presses(words.phrase("button_disagree", Language.RU))
        assert aigul.writes("назовите пин-код карты").text != words.phrase("opinion_heard", Language.RU)


class TestTwoStages:
    def test_two_plausible_schemes_are_asked_about(self, aigul: Person, ear: TaughtEar, words: Library) -> None:
        ear.taught["дали странное предложение"] = [("out_of_scope", 0.5), ("task-job", 0.15), ("drop-recruitment", 0.14)]
        aigul.writes("дали странное предложение")
        first, second = (words.card(id, Language.RU).name for id in ("task-job", "drop-recruitment"))
        assert aigul.reply.text == words.answer("nearer", Language.RU, first=first, second=second)
        assert "emergency" in aigul.data
        assert aigul.presses(second).text.startswith(second)

    def test_neither_leads_to_a_ticket_and_promises_nobody(
        self, aigul: Person, ear: TaughtEar, words: Library, register: Connection
    ) -> None:
        ear.taught["мне дали странное предложение"] = [("out_of_scope", 0.5), ("task-job", 0.15), ("drop-recruitment", 0.14)]
        aigul.writes("мне дали странное предложение")
        second = aigul.presses(words.phrase("button_nearer_neither", Language.RU))
        assert second.text == words.answer("no_volunteers_yet", Language.RU)
        assert "102" in second.text
        assert "банк" in second.text
        kept = aigul.presses(words.phrase("button_ticket_yes", Language.RU))
        assert kept.text == words.answer(
            "ticket_kept", Language.RU, ticket="2026-000001", wait=words.phrase("wait_unknown", Language.RU)
        )
        assert question(register)["kept_as"] == "ticket"

    def test_one_plausible_scheme_is_not_asked_about(self, aigul: Person, ear: TaughtEar, words: Library) -> None:
        ear.taught["дали странное предложение"] = [("out_of_scope", 0.4), ("task-job", 0.15), ("drop-recruitment", 0.02)]
        assert aigul.writes("дали странное предложение").text.startswith(words.phrase("level_not_understood", Language.RU))

    def test_whoever_wants_a_person_is_told_the_truth(self, aigul: Person, words: Library) -> None:
        assert aigul.sends_data("talk").text == words.answer("talk_to_person", Language.RU)
        aigul.writes("абракадабра")
        assert aigul.presses(words.phrase("button_talk_to_person", Language.RU)).text == words.answer(
            "no_volunteers_yet", Language.RU
        )

    def test_a_report_is_judged_first_and_kept_with_consent(
        self, aigul: Person, ear: TaughtEar, words: Library, register: Connection
    ) -> None:
        ear.taught["хочу пожаловаться на мошенников"] = [("report", 0.9)]
        assert aigul.writes("хочу пожаловаться на мошенников").text == words.answer("report", Language.RU)
        assert words.phrase("keep_ask", Language.RU) in aigul.writes(SCAM).text
        aigul.presses(words.phrase("button_ticket_yes", Language.RU))
        assert question(register)["kept_as"] == "report"
        assert words.phrase("keep_ask", Language.RU) not in aigul.writes("назовите код из смс").text


def test_a_text_nobody_agreed_to_keep_is_gone_after_30_days(aigul: Person, register: Connection, words: Library) -> None:
    aigul.writes(SCAM)
    aigul.writes("назовите код из смс, говорят")
    aigul.presses(words.phrase("button_disagree", Language.RU))
    aigul.presses(words.phrase("button_ticket_yes", Language.RU))
    aigul.waits(tickets.KEPT_FOR - timedelta(hours=1))
    aigul.writes("/start")
    assert register.execute("SELECT count(*) FROM question").fetchone()[0] == 2
    aigul.waits(timedelta(hours=2))
    aigul.writes("/start")
    assert [row["text"] for row in register.execute("SELECT text FROM question")] == ["назовите код из смс, говорят"]


def test_schemes_of_a_foreign_model_that_have_no_card_are_not_asked_about(aigul: Person, ear: TaughtEar, words: Library) -> None:
    text = "Написали странное, не пойму"
    ear.taught[text] = (("weather", 0.2), ("romance", 0.15), ("out_of_scope", 0.1))
    assert words.card("romance", Language.RU).name not in aigul.writes(text).text
