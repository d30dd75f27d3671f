"""Who must be told what, once, and anew when it was wrong."""

from datetime import timedelta

import pytest

from bot.message import Door
from bot.moderation import cases, decisions, reports, telling
from bot.moderation.cases import Ruling
from bot.moderation.decisions import REVIEW
from bot.moderation.telling import Outcome, Telling, What
from broadcaster import consent, contacts
from broadcaster.addresses import Channel, normalise
from broadcaster.consent import Origin
from tests.bot.moderation.hall import AIGUL, FINE, HOAX, SAFE, TIMUR, ZARINA, Hall


def due(hall: Hall) -> list[Telling]:
    return list(telling.due(hall.register, now=hall.now))


def told(hall: Hall, outcome: Outcome = Outcome.TOLD, *, after: timedelta = timedelta()) -> list[tuple[str, What]]:
    """Everything due, sent."""
    sent = []
    for each in due(hall):
        assert telling.claim(hall.register, each, now=hall.now)
        telling.settle(hall.register, each, outcome, after=after, now=hall.now)
        assert each.address is not None
        sent.append((each.address.value, each.what))
    return sent


def corrected(hall: Hall, text: str, ruling: Ruling) -> None:
    case = hall.case_of(text)
    decisions.correct(hall.register, case.id, by=hall.people["Gulnar"], ruling=ruling, now=hall.now)
    hall.waits(REVIEW)


class TestADecision:
    def test_is_told_to_everybody_who_asked_once_its_review_is_over(self, hall: Hall) -> None:
        hall.asks(TIMUR, "🔥 " + FINE)
        hall.judged(FINE, Ruling.SCAM)
        hall.waits(REVIEW - timedelta(seconds=1))
        assert due(hall) == []
        hall.waits(timedelta(seconds=1))
        (first, second) = due(hall)
        assert (first.ticket, first.ruling, first.what, first.door) == ("2026-000001", Ruling.SCAM, What.DECISION, Door.WHATSAPP)
        assert first.address == normalise(Channel.WHATSAPP, TIMUR)
        assert second.ticket == "2026-000002"
        assert told(hall) == [(TIMUR, What.DECISION), (AIGUL, What.DECISION)]
        assert due(hall) == []

    def test_of_high_harm_is_told_at_once(self, hall: Hall) -> None:
        hall.asks(AIGUL, SAFE, scheme="authority-impersonation")
        case = hall.case_of(SAFE)
        for name in ("Arman", "Bota"):
            hall.votes(name, case.id)
        decisions.settle(hall.register, case.id, by=hall.people["Gulnar"], ruling=Ruling.SCAM, now=hall.now)
        assert told(hall) == [(AIGUL, What.DECISION)]

    def test_corrected_while_it_was_reviewed_is_never_told(self, hall: Hall) -> None:
        hall.judged(FINE, Ruling.SCAM)
        hall.waits(timedelta(minutes=10))
        corrected(hall, FINE, Ruling.GENUINE)
        (only,) = due(hall)
        assert (only.version, only.ruling, only.what) == (2, Ruling.GENUINE, What.DECISION)

    def test_is_not_pushed_to_who_only_met_the_message(self, hall: Hall) -> None:
        hall.asks(AIGUL, FINE)
        reports.seen(hall.register, hall.reporter(TIMUR), hall.case_of(FINE), FINE, told=None, question=None, now=hall.now)
        hall.judged(FINE, Ruling.SCAM)
        hall.waits(REVIEW)
        assert told(hall) == [(AIGUL, What.DECISION)]

    def test_is_not_told_to_who_asked_to_be_forgotten(self, hall: Hall) -> None:
        hall.judged(FINE, Ruling.SCAM)
        reports.forget(hall.register, hall.reporter(AIGUL).asker, now=hall.now)
        hall.waits(REVIEW)
        assert due(hall) == []

    def test_waits_behind_a_stop_until_they_write(self, hall: Hall) -> None:
        hall.judged(FINE, Ruling.SCAM)
        address = normalise(Channel.WHATSAPP, AIGUL)
        consent.stop(hall.register, address, Origin(door="whatsapp", message_id="s", at=hall.now))
        hall.waits(REVIEW)
        assert due(hall) == []
        (waiting,) = telling.of_asker(hall.register, hall.reporter(AIGUL).asker, now=hall.now)
        assert (waiting.ruling, waiting.address) == (Ruling.SCAM, None)

    def test_in_a_browser_waits_until_they_come_back(self, hall: Hall) -> None:
        hall.asks("session-1", FINE, door=Door.WEB)
        for name in ("Arman", "Bota"):
            hall.votes(name, hall.case_of(FINE).id)
        hall.waits(REVIEW)
        assert due(hall) == []
        asker = hall.reporter("session-1", Door.WEB).asker
        (waiting,) = telling.of_asker(hall.register, asker, now=hall.now)
        assert telling.claim(hall.register, waiting, now=hall.now)
        telling.settle(hall.register, waiting, Outcome.TOLD, now=hall.now)
        assert telling.of_asker(hall.register, asker, now=hall.now) == []


class TestACorrection:
    def test_reaches_everybody_who_was_told(self, hall: Hall) -> None:
        """The ticket, and whoever heard it in the conversation and can be written to."""
        hall.judged(FINE, Ruling.SCAM)
        hall.waits(REVIEW)
        told(hall)
        said = cases.judgement_of(hall.register, FINE, now=hall.now)
        contacts.choose_language(hall.register, normalise(Channel.WHATSAPP, TIMUR), hall.reporter(TIMUR).language, now=hall.now)
        reports.seen(hall.register, hall.reporter(TIMUR), hall.case_of(FINE), FINE, told=said, question=None, now=hall.now)
        corrected(hall, FINE, Ruling.GENUINE)
        assert told(hall) == [(AIGUL, What.CORRECTION), (TIMUR, What.CORRECTION)]
        assert due(hall) == []

    def test_that_clears_the_text_withdraws_what_was_said_of_other_words(self, hall: Hall) -> None:
        hall.asks(TIMUR, FINE.replace("egov-aiyppul.top", "aiyppul-kz.shop"))
        hall.asks(AIGUL, FINE)
        case = hall.case_of(FINE)
        for name in ("Arman", "Bota"):
            hall.votes(name, case.id)
        hall.waits(REVIEW)
        told(hall)
        corrected(hall, case.text, Ruling.GENUINE)
        assert dict(told(hall)) == {TIMUR: What.CORRECTION, AIGUL: What.WITHDRAWN}

    def test_that_says_the_same_is_told_to_who_disagreed_alone(self, hall: Hall) -> None:
        case = hall.judged(FINE, Ruling.SCAM)
        hall.asks(TIMUR, FINE)
        hall.waits(REVIEW)
        told(hall)
        hall.disagrees(TIMUR, FINE)
        for name in ("Arman", "Bota"):
            hall.votes(name, case.id)
        hall.waits(REVIEW)
        assert told(hall) == [(TIMUR, What.DECISION)]


class TestOnce:
    def test_two_senders_tell_a_person_once(self, hall: Hall) -> None:
        hall.judged(FINE, Ruling.SCAM)
        hall.waits(REVIEW)
        (one,), (other,) = due(hall), due(hall)
        assert telling.claim(hall.register, one, now=hall.now)
        assert not telling.claim(hall.register, other, now=hall.now)

    def test_a_claim_that_never_ended_is_not_repeated_and_is_counted(self, hall: Hall) -> None:
        hall.judged(FINE, Ruling.SCAM)
        hall.waits(REVIEW)
        telling.claim(hall.register, due(hall)[0], now=hall.now)
        hall.waits(timedelta(days=3))
        assert due(hall) == []
        assert telling.unknown(hall.register, before=hall.now - timedelta(hours=1)) == 1

    def test_what_is_put_off_is_due_again_then(self, hall: Hall) -> None:
        hall.judged(FINE, Ruling.SCAM)
        hall.waits(REVIEW)
        told(hall, Outcome.LATER, after=timedelta(minutes=5))
        assert due(hall) == []
        hall.waits(timedelta(minutes=5))
        assert told(hall) == [(AIGUL, What.DECISION)]

    def test_decisions_that_are_told_are_not_looked_through_again(self, hall: Hall) -> None:
        hall.judged(FINE, Ruling.SCAM)
        hall.waits(REVIEW)
        assert [row["owed"] for row in hall.rows("decision")] == [1]
        told(hall)
        assert due(hall) == []
        assert [row["owed"] for row in hall.rows("decision")] == [0]

    def test_who_cannot_be_reached_is_told_when_they_write(self, hall: Hall) -> None:
        hall.judged(FINE, Ruling.SCAM)
        hall.waits(REVIEW)
        told(hall, Outcome.REFUSED)
        assert due(hall) == []
        (waiting,) = telling.of_asker(hall.register, hall.reporter(AIGUL).asker, now=hall.now)
        assert telling.claim(hall.register, waiting, now=hall.now)

    def test_a_decision_overtaken_by_a_later_one_is_not_claimed(self, hall: Hall) -> None:
        hall.judged(FINE, Ruling.SCAM)
        hall.waits(REVIEW)
        (old,) = due(hall)
        corrected(hall, FINE, Ruling.GENUINE)
        assert not telling.claim(hall.register, old, now=hall.now)


@pytest.mark.parametrize("ruling", [Ruling.GENUINE, Ruling.HOAX])
def test_who_asked_about_other_words_is_not_told_that_theirs_were_cleared(hall: Hall, ruling: Ruling) -> None:
    hall.asks(AIGUL, HOAX)
    hall.asks(ZARINA, HOAX + " Подвоз воды: vodokanal-zakaz.top")
    for name in ("Arman", "Bota"):
        hall.votes(name, hall.case_of(HOAX).id, ruling)
    hall.waits(REVIEW)
    assert told(hall) == [(AIGUL, What.DECISION)]
