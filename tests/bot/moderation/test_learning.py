"""Judged texts become training phrases only scrubbed, with consent, and past the eyes of somebody who did not judge them."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from bot.moderation import decisions, learning, reports
from bot.moderation.cases import Ruling
from bot.moderation.learning import AlreadyReviewed, OwnJudgement, Proposal, UnknownPhrase
from bot.moderation.scrubbing import scrubbed
from bot.moderation.volunteers import NotAVolunteer
from broadcaster import staff
from broadcaster.campaign_states import Role
from nlu.phrases import Phrase
from tests.bot.moderation.hall import AIGUL, FINE, TIMUR, Hall

RECEIPT = "Kaspi Gold: покупка 4 250 тенге, магазин «Береке», остаток на счёте 18 300 тенге, спасибо за покупку"
KNOWN = [
    Phrase("мне прислали сообщение что я выиграл приз", "illegal-lottery", "ru", "ru/illegal-lottery.yml"),
    Phrase("штраф оплатите по ссылке сейчас", "phishing-link", "ru", "ru/phishing-link.yml"),
    Phrase("ваш заказ приедет завтра, курьер позвонит", "genuine_message", "ru", "ru/genuine_message.yml"),
]


def proposed(hall: Hall, known: Sequence[Phrase] = KNOWN, examined: Sequence[str] = ()) -> Sequence[Proposal]:
    hall.waits(decisions.REVIEW + timedelta(seconds=1))
    learning.propose(hall.register, known=known, examined=examined, now=hall.now)
    return learning.waiting(hall.register)


def test_a_text_judged_a_fraud_is_proposed_for_its_scheme_without_its_link(hall: Hall) -> None:
    case = hall.judged(FINE, Ruling.SCAM)
    (only,) = proposed(hall)
    assert (only.intent, only.language, only.case, only.version) == ("phishing-link", "ru", case.id, 1)
    assert "egov-aiyppul" not in only.text
    assert "silteme.example" in only.text
    assert "00%" in only.text


def test_a_text_judged_genuine_teaches_the_genuine_intent(hall: Hall) -> None:
    hall.judged(RECEIPT, Ruling.GENUINE)
    assert [each.intent for each in proposed(hall)] == ["genuine_message"]


@pytest.mark.parametrize("ruling", [Ruling.DOUBTFUL, Ruling.HOAX])
def test_what_is_neither_teaches_nothing(hall: Hall, ruling: Ruling) -> None:
    hall.judged(FINE, ruling)
    assert not proposed(hall)


def test_nothing_is_proposed_while_the_decision_may_still_be_corrected(hall: Hall) -> None:
    hall.judged(RECEIPT, Ruling.GENUINE)
    assert learning.propose(hall.register, known=KNOWN, examined=(), now=hall.now) == 0


def test_each_judgement_is_looked_at_once(hall: Hall) -> None:
    hall.judged(FINE, Ruling.SCAM)
    proposed(hall)
    assert learning.propose(hall.register, known=KNOWN, examined=(), now=hall.now) == 0
    assert len(learning.waiting(hall.register)) == 1


def test_what_the_model_was_taught_already_and_what_it_is_examined_with_are_left_out(hall: Hall) -> None:
    hall.judged(FINE, Ruling.SCAM)
    hall.judged(RECEIPT, Ruling.GENUINE)
    taught = [*KNOWN, Phrase(FINE.replace("50%", "30%"), "phishing-link", "ru", "ru/phishing-link.yml")]
    assert not proposed(hall, known=taught, examined=[RECEIPT])
    assert {row["state"] for row in hall.rows("phrase")} == {"left_out"}
    assert {row["text"] for row in hall.rows("phrase")} == {""}


def test_two_judged_texts_that_say_nearly_the_same_are_one_phrase(hall: Hall) -> None:
    hall.judged(RECEIPT, Ruling.GENUINE)
    hall.asks(TIMUR, RECEIPT + " ещё раз")
    again = hall.case_of(RECEIPT + " ещё раз")
    for name in ("Arman", "Bota"):
        hall.votes(name, again.id, Ruling.GENUINE)
    assert len(proposed(hall)) == 1


@pytest.mark.parametrize("text", ["Код: оплата", "Мы получили ваш заказ и везём его. " * 20])
def test_a_text_too_short_or_too_long_is_left_out(hall: Hall, text: str) -> None:
    hall.judged(text, Ruling.GENUINE)
    assert not proposed(hall)


def test_a_scheme_the_model_does_not_know_is_left_out(hall: Hall) -> None:
    hall.judged(FINE, Ruling.SCAM)
    assert not proposed(hall, known=[phrase for phrase in KNOWN if phrase.intent != "phishing-link"])


def test_nothing_is_learnt_of_a_text_nobody_let_us_keep(hall: Hall) -> None:
    hall.judged(FINE, Ruling.SCAM)
    with_consent = hall.register.execute("UPDATE report SET kind = 'seen'")
    assert with_consent.rowcount == 1
    assert not proposed(hall)


def test_whoever_is_forgotten_takes_the_phrase_along_even_after_it_was_accepted(hall: Hall) -> None:
    hall.judged(FINE, Ruling.SCAM)
    (only,) = proposed(hall)
    learning.accept(hall.register, only.id, by=hall.people["Dias"], now=hall.now)
    assert [each.id for each in learning.accepted(hall.register)] == [only.id]
    reports.forget(hall.register, hall.reporter(AIGUL).asker, now=hall.now)
    assert not learning.accepted(hall.register)
    assert not hall.rows("phrase")


def test_a_text_that_only_others_saw_is_taught_no_more_once_its_owner_is_forgotten(hall: Hall) -> None:
    case = hall.judged(FINE, Ruling.SCAM)
    hall.asks(TIMUR, "Слушайте! " + FINE + " Так и написали")
    (only,) = proposed(hall)
    learning.accept(hall.register, only.id, by=hall.people["Dias"], now=hall.now)
    reports.forget(hall.register, hall.reporter(AIGUL).asker, now=hall.now)
    assert [row["id"] for row in hall.rows("known_case")] == [case.id]
    assert not learning.accepted(hall.register)


def test_who_judged_the_case_cannot_accept_what_is_learnt_of_it(hall: Hall) -> None:
    hall.judged(FINE, Ruling.SCAM)
    (only,) = proposed(hall)
    for name in ("Arman", "Bota"):
        with pytest.raises(OwnJudgement):
            learning.accept(hall.register, only.id, by=hall.people[name], now=hall.now)
    assert not learning.accepted(hall.register)


def test_the_senior_who_corrected_it_cannot_either(hall: Hall) -> None:
    case = hall.judged(FINE, Ruling.GENUINE)
    decisions.correct(hall.register, case.id, by=hall.people["Gulnar"], ruling=Ruling.SCAM, scheme="phishing-link", now=hall.now)
    (only,) = proposed(hall)
    assert only.version == 2
    with pytest.raises(OwnJudgement):
        learning.accept(hall.register, only.id, by=hall.people["Gulnar"], now=hall.now)


def test_a_correction_takes_the_accepted_phrase_back_and_proposes_it_anew(hall: Hall) -> None:
    case = hall.judged(FINE, Ruling.GENUINE)
    (wrong,) = proposed(hall)
    learning.accept(hall.register, wrong.id, by=hall.people["Dias"], now=hall.now)
    decisions.correct(hall.register, case.id, by=hall.people["Gulnar"], ruling=Ruling.SCAM, scheme="phishing-link", now=hall.now)
    assert not learning.accepted(hall.register)
    (right,) = proposed(hall)
    assert (right.intent, right.version) == ("phishing-link", 2)


def test_an_accepted_phrase_can_be_rejected_on_second_thoughts_but_a_rejected_one_stays_out(hall: Hall) -> None:
    hall.judged(FINE, Ruling.SCAM)
    (only,) = proposed(hall)
    learning.accept(hall.register, only.id, by=hall.people["Dias"], now=hall.now)
    with pytest.raises(AlreadyReviewed):
        learning.accept(hall.register, only.id, by=hall.people["Erlan"], now=hall.now)
    learning.reject(hall.register, only.id, by=hall.people["Erlan"], now=hall.now)
    assert not learning.accepted(hall.register)
    with pytest.raises(AlreadyReviewed):
        learning.reject(hall.register, only.id, by=hall.people["Dias"], now=hall.now)


def test_a_phrase_is_reviewed_once_by_a_volunteer_and_the_trail_says_so(hall: Hall) -> None:
    hall.judged(FINE, Ruling.SCAM)
    (only,) = proposed(hall)
    saule = staff.add(hall.register, "Saule", Role.APPROVER, who="setup", now=hall.now)
    with pytest.raises(NotAVolunteer):
        learning.accept(hall.register, only.id, by=saule, now=hall.now)
    learning.reject(hall.register, only.id, by=hall.people["Dias"], now=hall.now)
    with pytest.raises(AlreadyReviewed):
        learning.accept(hall.register, only.id, by=hall.people["Erlan"], now=hall.now)
    with pytest.raises(UnknownPhrase):
        learning.accept(hall.register, learning.PhraseId(99), by=hall.people["Erlan"], now=hall.now)
    assert hall.audited("phrase.review") == 1
    assert not learning.accepted(hall.register)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Карта •••• •••• •••• 1234, код 55-12", "Карта 0000 0000 0000 0000, код 00-00"),
        ("Пишите на aigul.s@mail.kz или @aigul_77", "Пишите на poshta@silteme.example или @username"),
        ("Оплатите: https://egov-pay.top/u/880101?iin=1", "Оплатите: silteme.example"),
        ("Смотрите egov.kz/cms/ru?id=77", "Смотрите egov.kz"),
        ("Перевод 5 000 тг от Бауыржан К.", "Перевод 0 000 тг от Асан"),
        ("Здравствуйте, Сейдахмет Нурланович! Вам письмо", "Здравствуйте, Асан! Вам письмо"),
        ("Деньги получила Айгерим Сапарова вчера", "Деньги получила Асан вчера"),
        ("Қайрат Серікұлы, ақша жіберіңіз", "Асан, ақша жіберіңіз"),
        ("Письмо для Жанибек пришло", "Письмо для Асан пришло"),
        ("Вам письмо. Ваш код готов", "Вам письмо. Ваш код готов"),
        ("Возьмите [код](http://a.top)\nи\u202e ждите", "Возьмите (код)(silteme.example) и ждите"),
    ],
)
def test_no_person_number_link_or_account_is_left_in_a_phrase(text: str, left: str) -> None:
    assert scrubbed(text, is_word={"вам", "письмо", "ваш", "деньги", "перевод", "здравствуйте"}.__contains__) == left
