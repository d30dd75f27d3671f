"""Whoever was promised an answer gets an honest one, also where the volunteers could not see all of their message."""

from dataclasses import replace

import pytest

from bot.masking import LONGEST
from bot.moderation import decisions, telling
from bot.moderation.cases import Ruling, State
from bot.moderation.decisions import REVIEW
from bot.moderation.telling import Outcome, Telling, What
from bot.moderation.told_words import reply_of
from content.language import Language
from content.library import Library
from tests.bot.moderation.hall import AIGUL, FINE, HOAX, TIMUR, ZARINA, Hall

APPEAL = "Собираем на операцию маленькой Аружан, помогите кто сколько может, карта мамы {}, распространите"
HIDDEN = APPEAL.format("4400 4302 1234 5604")
OTHERS = APPEAL.format("5169 4931 2345 6785")
LONG = HOAX + " Подробности ниже." * (LONGEST // 18) + " Перенесите деньги на резервный счёт"


def decided(hall: Hall, text: str, ruling: Ruling) -> None:
    case = hall.case_of(text)
    for name in ("Arman", "Bota"):
        hall.votes(name, case.id, ruling)
    hall.waits(REVIEW)


def corrected(hall: Hall, ruling: Ruling) -> None:
    decisions.correct(hall.register, hall.rows("known_case")[0]["id"], by=hall.people["Gulnar"], ruling=ruling, now=hall.now)  # type: ignore[arg-type]
    hall.waits(REVIEW)


def told(hall: Hall) -> list[Telling]:
    sent = list(telling.due(hall.register, now=hall.now))
    for each in sent:
        assert telling.claim(hall.register, each, now=hall.now)
        telling.settle(hall.register, each, Outcome.TOLD, now=hall.now)
    return sent


def heard(hall: Hall) -> list[tuple[str, What, Ruling]]:
    return [(each.address.value if each.address else "", each.what, each.ruling) for each in told(hall)]


class TestOfAMessageThatWasNotSeenWhole:
    @pytest.mark.parametrize("text", [HIDDEN, LONG], ids=["a hidden card", "a lost end"])
    @pytest.mark.parametrize("ruling", [Ruling.GENUINE, Ruling.HOAX])
    def test_the_seen_words_are_cleared_once_and_no_more_than_them(self, hall: Hall, text: str, ruling: Ruling) -> None:
        hall.asks(AIGUL, text)
        decided(hall, text, ruling)
        assert heard(hall) == [(AIGUL, What.PARTLY_SEEN, ruling)]
        assert heard(hall) == []

    def test_everybody_with_the_same_words_hears_it_whatever_their_card(self, hall: Hall) -> None:
        hall.asks(AIGUL, HIDDEN)
        hall.asks(TIMUR, OTHERS + " 🙏")
        decided(hall, HIDDEN, Ruling.GENUINE)
        assert [(to, what) for to, what, _ in heard(hall)] == [(AIGUL, What.PARTLY_SEEN), (TIMUR, What.PARTLY_SEEN)]
        assert len(hall.rows("known_case")) == 1

    def test_other_words_are_judged_for_themselves(self, hall: Hall) -> None:
        """Also where they hide a card themselves: nobody has read them."""
        other = HIDDEN + " Пишите лично её тёте"
        hall.asks(AIGUL, HIDDEN)
        hall.asks(TIMUR, other)
        decided(hall, HIDDEN, Ruling.GENUINE)
        assert [to for to, _, _ in heard(hall)] == [AIGUL]
        decided(hall, other, Ruling.GENUINE)
        assert heard(hall) == [(TIMUR, What.PARTLY_SEEN, Ruling.GENUINE)]

    def test_a_fraud_found_later_corrects_it(self, hall: Hall) -> None:
        hall.asks(AIGUL, HIDDEN)
        decided(hall, HIDDEN, Ruling.GENUINE)
        told(hall)
        corrected(hall, Ruling.SCAM)
        assert heard(hall) == [(AIGUL, What.CORRECTION, Ruling.SCAM)]

    def test_it_corrects_what_was_called_a_fraud(self, hall: Hall, words: Library) -> None:
        hall.asks(AIGUL, HIDDEN)
        decided(hall, HIDDEN, Ruling.SCAM)
        told(hall)
        corrected(hall, Ruling.HOAX)
        (only,) = told(hall)
        assert only.what is What.PARTLY_SEEN
        assert reply_of(only, words).text.startswith("Поправка к нашему ответу, номер 2026-000001")

    def test_it_is_not_said_at_once_of_the_next_copy(self, hall: Hall) -> None:
        hall.asks(AIGUL, HIDDEN)
        decided(hall, HIDDEN, Ruling.GENUINE)
        assert hall.asks(TIMUR, OTHERS).judgement is None
        assert hall.case_of(OTHERS).state is State.OPEN

    @pytest.mark.parametrize("language", list(Language))
    def test_the_words_say_that_it_is_no_all_clear(self, hall: Hall, words: Library, language: Language) -> None:
        hall.asks(AIGUL, HIDDEN)
        decided(hall, HIDDEN, Ruling.HOAX)
        (only,) = told(hall)
        said = reply_of(replace(only, language=language), words).text
        assert "2026-000001" in said
        assert "«Собираем на операцию маленькой Аружан" in said
        assert "21.11.2026" in said
        assert {"kk": "бәрін көрген жоқ", "ru": "видели они не всё", "en": "did not see all of it"}[language] in said


class TestOfANearCopy:
    def test_what_was_cleared_for_another_is_judged_for_them_and_told(self, hall: Hall) -> None:
        copy = HOAX + " Подвоз воды: vodokanal-zakaz.top"
        hall.asks(AIGUL, HOAX)
        hall.asks(ZARINA, copy)
        decided(hall, HOAX, Ruling.HOAX)
        assert [to for to, _, _ in heard(hall)] == [AIGUL]
        decided(hall, copy, Ruling.SCAM)
        assert heard(hall) == [(ZARINA, What.DECISION, Ruling.SCAM)]

    def test_also_where_they_have_asked_about_a_third_copy_before(self, hall: Hall) -> None:
        """Two tickets of theirs would be of one case then: the one would never be answered."""
        copy = HOAX + " Подвоз воды: vodokanal-zakaz.top"
        hall.asks(AIGUL, HOAX)
        hall.asks(ZARINA, copy)
        hall.register.execute("UPDATE sketch SET known_case = -known_case")  # as if they had been too unlike then
        hall.asks(ZARINA, "Жителям! " + copy)
        hall.register.execute("UPDATE sketch SET known_case = abs(known_case)")
        decided(hall, HOAX, Ruling.HOAX)
        told(hall)
        waiting = [row["id"] for row in hall.rows("known_case") if row["state"] == "open"]
        assert len(waiting) == 2
        for case in waiting:
            for name in ("Arman", "Bota"):
                hall.votes(name, case, Ruling.SCAM)  # type: ignore[arg-type]
        hall.waits(REVIEW)
        assert {each.ticket for each in told(hall)} == {"2026-000002", "2026-000003"}

    @pytest.mark.parametrize("arrives", [True, False])
    def test_also_where_an_earlier_answer_was_on_its_way_when_they_were_parted(self, hall: Hall, arrives: bool) -> None:
        copy = FINE.replace("egov-aiyppul.top", "aiyppul-kz.shop")
        hall.asks(AIGUL, FINE)
        hall.asks(TIMUR, copy)
        decided(hall, FINE, Ruling.SCAM)
        on_their_way = telling.due(hall.register, now=hall.now)
        for each in on_their_way:
            assert telling.claim(hall.register, each, now=hall.now)
        corrected(hall, Ruling.GENUINE)
        for each in on_their_way if arrives else ():
            telling.settle(hall.register, each, Outcome.TOLD, now=hall.now)
        told(hall)
        decided(hall, copy, Ruling.SCAM)
        assert heard(hall) == [(TIMUR, What.DECISION, Ruling.SCAM)]
