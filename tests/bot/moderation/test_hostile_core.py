"""What a hostile review of the core found: each test was red once."""

from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from bot.masking import LONGEST
from bot.moderation import abuse, cases, decisions, reports, telling
from bot.moderation.cases import Ruling, State
from bot.moderation.decisions import REVIEW
from bot.moderation.places import Place, places_in
from bot.moderation.quorum import ToSenior, Why
from bot.moderation.sketches import is_verbatim
from bot.moderation.telling import Outcome, What
from broadcaster import consent, database, suspects
from broadcaster.addresses import Channel, normalise
from broadcaster.consent import Origin
from broadcaster.suspects import Kind
from tests.bot.moderation.hall import AIGUL, FINE, HOAX, TIMUR, ZARINA, Hall

APPEAL = "Собираем на операцию маленькой Аружан, помогите кто сколько может, карта мамы {}, распространите"


def told(hall: Hall) -> list[tuple[str, What, Ruling]]:
    sent = []
    for each in telling.due(hall.register, now=hall.now):
        assert telling.claim(hall.register, each, now=hall.now)
        telling.settle(hall.register, each, Outcome.TOLD, now=hall.now)
        assert each.address is not None
        sent.append((each.address.value, each.what, each.ruling))
    return sent


def corrects(hall: Hall, text: str, ruling: Ruling) -> None:
    decisions.correct(hall.register, hall.case_of(text).id, by=hall.people["Gulnar"], ruling=ruling, now=hall.now)


class TestNoDangerIsSaidOfNothingElse:
    def test_not_of_an_appeal_with_another_card(self, hall: Hall) -> None:
        """Hidden digits are all alike, and volunteers could not see whose card it is."""
        hall.judged(APPEAL.format("4400 4302 1234 5604"), Ruling.GENUINE)
        hall.waits(REVIEW)
        assert hall.asks(TIMUR, APPEAL.format("5169 4931 2345 6785")).judgement is None
        assert told(hall) == [(AIGUL, What.PARTLY_SEEN, Ruling.GENUINE)]
        assert len(hall.rows("known_case")) == 2

    def test_not_of_a_text_whose_end_was_cut_off(self, hall: Hall) -> None:
        hall.judged(HOAX, Ruling.HOAX)
        hall.waits(REVIEW)
        text = HOAX + " ." * LONGEST + " Перенесите деньги на резервный счёт, звоните +7 701 555 44 33"
        assert hall.asks(TIMUR, text).judgement is None

    def test_not_of_a_link_that_differs_in_its_capitals(self) -> None:
        assert not is_verbatim("Анкета участника здесь: bit.ly/3AbCd", "Анкета участника здесь: bit.ly/3aBcD")
        assert is_verbatim("Анкета участника здесь: EGOV.kz/pay", "Анкета участника здесь: egov.kz/pay")


class TestAGenuineMessageIsNotBlamed:
    @pytest.mark.parametrize("lure", ["t.me/+AbCdEfGh123", "по телефону +7 701 555 44 33"])
    def test_for_a_fraud_that_leads_to_a_chat_or_a_number(self, hall: Hall, lure: str) -> None:
        hall.judged(FINE.replace("egov-aiyppul.top/pay", lure), Ruling.SCAM)
        hall.waits(REVIEW)
        genuine = FINE.replace("egov-aiyppul.top/pay", "egov.kz/pay")
        assert cases.judgement_of(hall.register, genuine, now=hall.now) is None


class TestASlipThatWasCorrectedInTime:
    def test_is_told_at_no_moment(self, hall: Hall) -> None:
        hall.judged(FINE, Ruling.SCAM)
        hall.waits(timedelta(minutes=10))
        corrects(hall, FINE, Ruling.GENUINE)
        for _ in range(15):
            hall.waits(timedelta(minutes=1))
            said = cases.judgement_of(hall.register, FINE, now=hall.now)
            assert said is None or said.ruling is Ruling.GENUINE
            assert all(ruling is Ruling.GENUINE for _, _, ruling in told(hall))
        assert [row["told_version"] for row in hall.rows("report")] == [2]


class TestPersons:
    @pytest.mark.parametrize("name", ["+7 701 555 44 33", "Ахметова Бибигуль", "счёт KZ86125KZT5004100100"])
    def test_nobody_learns_whether_a_number_or_a_person_was_judged(self, hall: Hall, name: str) -> None:
        hall.judged(name, Ruling.SCAM)
        hall.waits(REVIEW)
        assert cases.judgement_of(hall.register, name, now=hall.now) is None
        assert hall.asks(TIMUR, name).judgement is None
        assert telling.of_asker(hall.register, hall.reporter(TIMUR).asker, now=hall.now) == []
        assert told(hall) == []

    def test_two_cards_are_not_one_case(self, hall: Hall) -> None:
        for card in ("4400 4302 1234 5604", "карта мошенника 5169 4931 2345 6785"):
            assert hall.asks(AIGUL, card).ticket
        assert not hall.rows("known_case")


class TestGoodNames:
    @pytest.mark.parametrize(
        "place", [Place(Kind.HANDLE, "@kaspi.kz"), Place(Kind.HANDLE, "@kaspibank"), Place(Kind.HANDLE, "@egov")]
    )
    def test_a_banks_own_handle_waits_for_a_senior(self, hall: Hall, place: Place) -> None:
        text = f"Вам одобрен бонус за отзыв, подпишитесь и напишите сюда прямо сейчас: {place.value}"
        hall.asks(AIGUL, text)
        case = hall.case_of(text)
        hall.votes("Arman", case.id, named=[place])
        assert hall.votes("Bota", case.id, named=[place]) == ToSenior(Why.PROTECTED)

    @pytest.mark.parametrize("link", ["bit.ly/3AbCd", "https://clck.ru/abc", "https://tinyurl.com/x"])
    def test_a_shortener_is_everybodys(self, link: str) -> None:
        assert places_in(f"Заполните анкету по ссылке: {link}") == ()

    @pytest.mark.parametrize("site", ["akorda.kz", "office.sud.kz", "www.mod.mil.kz", "gov.kz", "www.gov.kz", "forms.gle/x"])
    def test_a_state_site_or_a_host_of_everybodys_pages_waits_for_a_senior(self, hall: Hall, site: str) -> None:
        text = f"Мошенники открыли этот сайт, закройте его немедленно, обманули всю семью: {site}"
        hall.asks(AIGUL, text)
        case = hall.case_of(text)
        hall.votes("Arman", case.id)
        assert hall.votes("Bota", case.id) == ToSenior(Why.PROTECTED)


class TestTheRegisterOfSuspects:
    def test_a_confirmation_that_names_nothing_takes_nothing_back(self, hall: Hall) -> None:
        site = Place(Kind.LINK, "egov-aiyppul.top")
        case = hall.judged(FINE, Ruling.SCAM, named=[site])
        hall.waits(REVIEW)
        hall.disagrees(TIMUR, FINE)
        for name in ("Dias", "Erlan"):
            hall.votes(name, case.id)
        assert suspects.look_up(hall.register, links=["egov-aiyppul.top"])
        assert [row["version"] for row in hall.rows("listed")] == [1, 2]


class TestReporters:
    def test_blocked_twice_breaks_no_count(self, hall: Hall) -> None:
        hall.reports(TIMUR, FINE)
        for _ in range(2):
            abuse.block(hall.register, 1, by=hall.people["Gulnar"], reason="спам", now=hall.now)
            abuse.unblock(hall.register, 1, by=hall.people["Gulnar"], now=hall.now)
            hall.reports(TIMUR, FINE)
            assert hall.case_of(FINE).sightings == 1
        hall.reports(ZARINA, FINE)
        assert hall.case_of(FINE).sightings == 2

    def test_who_is_forgotten_and_comes_back_does_not_contradict_twice(self, hall: Hall) -> None:
        case = hall.judged(FINE, Ruling.SCAM)
        hall.waits(REVIEW)
        hall.disagrees(TIMUR, FINE)
        for name in ("Arman", "Bota"):
            hall.votes(name, case.id)
        hall.waits(REVIEW)
        for _ in range(3):
            hall.disagrees(TIMUR, FINE)
            reports.forget(hall.register, hall.reporter(TIMUR).asker, now=hall.now)
        assert cases.with_id(hall.register, case.id).state is State.JUDGED

    def test_who_disagrees_with_the_program_hears_the_volunteers_and_opens_nothing(self, hall: Hall) -> None:
        before = hall.question(TIMUR, HOAX)
        case = hall.judged(HOAX, Ruling.HOAX)
        hall.waits(REVIEW)
        receipt = reports.disagree(hall.register, hall.reporter(TIMUR), before, now=hall.now)
        assert receipt.judgement is not None
        assert receipt.judgement.ruling is Ruling.HOAX
        assert cases.with_id(hall.register, case.id).state is State.JUDGED

    def test_who_disagrees_with_the_volunteers_is_not_told_the_same_again(self, hall: Hall) -> None:
        hall.judged(HOAX, Ruling.HOAX)
        hall.waits(REVIEW)
        assert hall.disagrees(TIMUR, HOAX).judgement is None

    def test_who_disagrees_with_what_was_corrected_a_minute_ago_hears_the_correction_and_opens_nothing(self, hall: Hall) -> None:
        case = hall.judged(HOAX, Ruling.SCAM)
        hall.waits(REVIEW)
        hall.asks(TIMUR, HOAX)
        corrects(hall, HOAX, Ruling.HOAX)
        hall.waits(timedelta(minutes=1))
        hall.disagrees(TIMUR, HOAX)
        assert cases.with_id(hall.register, case.id).state is State.JUDGED
        hall.waits(REVIEW)
        assert (TIMUR, What.CORRECTION, Ruling.HOAX) in told(hall)


class TestTelling:
    def test_whose_message_was_parted_into_a_judged_case_is_told_of_it(self, hall: Hall) -> None:
        """That case owed nobody anything any more."""
        fraud = HOAX + " Подвоз воды заказывайте заранее на странице vodokanal-zakaz.top"
        hall.asks(AIGUL, HOAX)
        hall.asks(ZARINA, fraud)
        mine = hall.case_of(HOAX)
        hall.register.execute("UPDATE sketch SET known_case = -known_case")  # as if their case had been met first
        other = hall.judged("Жителям! " + fraud, Ruling.SCAM)
        hall.register.execute("UPDATE sketch SET known_case = abs(known_case)")
        hall.waits(REVIEW)
        assert [sent[0] for sent in told(hall)] == [AIGUL]
        assert told(hall) == []
        for name in ("Dias", "Erlan"):
            hall.votes(name, mine.id, Ruling.HOAX)
        assert hall.rows("report")[1]["known_case"] == other.id
        assert (ZARINA, What.DECISION, Ruling.SCAM) in told(hall)

    def test_a_stop_said_after_the_look_is_obeyed(self, hall: Hall) -> None:
        hall.judged(FINE, Ruling.SCAM)
        hall.waits(REVIEW)
        (each,) = telling.due(hall.register, now=hall.now)
        consent.stop(hall.register, normalise(Channel.WHATSAPP, AIGUL), Origin(door="whatsapp", message_id="s", at=hall.now))
        assert not telling.claim(hall.register, each, now=hall.now)
        (waiting,) = telling.of_asker(hall.register, hall.reporter(AIGUL).asker, now=hall.now)
        assert telling.claim(hall.register, waiting, now=hall.now)

    def test_who_is_moved_in_while_the_rest_is_counted_as_told_is_not_lost(self, hall: Hall) -> None:
        case = hall.judged(FINE, Ruling.SCAM)
        hall.waits(REVIEW)
        hall.asks(TIMUR, FINE)
        told(hall)
        file = hall.register.execute("PRAGMA database_list").fetchone()["file"]
        other = database.open(f"sqlite:///{file}", hall.register.address_key)
        moves = ["UPDATE report SET told_version = 0 WHERE id = 2", f"UPDATE decision SET owed = 1 WHERE known_case = {case.id}"]

        def moved(said: str) -> None:
            if said.startswith("BEGIN"):
                while moves:
                    other.execute(moves.pop())

        hall.register.set_trace_callback(moved)
        telling.due(hall.register, now=hall.now)
        hall.register.set_trace_callback(None)
        other.close()
        assert not moves
        assert told(hall) == [(TIMUR, What.DECISION, Ruling.SCAM)]

    def test_who_disagreed_once_hears_one_confirmation(self, hall: Hall) -> None:
        case = hall.judged(FINE, Ruling.SCAM)
        hall.waits(REVIEW)
        told(hall)
        hall.disagrees(AIGUL, FINE)
        hall.waits(timedelta(minutes=1))
        for name in ("Dias", "Erlan"):
            hall.votes(name, case.id)
        hall.waits(REVIEW)
        assert len(told(hall)) == 1
        corrects(hall, FINE, Ruling.SCAM)
        hall.waits(REVIEW)
        assert told(hall) == []


class TestErasure:
    def test_when_both_are_forgotten_the_text_goes_in_any_order(self, hall: Hall) -> None:
        hall.asks(AIGUL, FINE)
        reports.seen(hall.register, hall.reporter(TIMUR), hall.case_of(FINE), FINE, told=None, question=None, now=hall.now)
        for sender in (TIMUR, AIGUL):
            reports.forget(hall.register, hall.reporter(sender).asker, now=hall.now)
        assert not hall.rows("known_case")


class TestABurst:
    def test_of_near_duplicates_slower_than_an_hour_about_a_shop_decides_nothing_and_is_one_alarm(self, hall: Hall) -> None:
        """A2 in another shape: an unprotected good site, two names in each text, 300 strangers in 75 minutes."""
        with capture_logs() as logs:
            for number in range(300):
                text = f"Обманули {number} раз, вода {number % 7}, деньги не вернули: magazin-aina.kz, пишет @aina_shop"
                hall.reports(f"+7705{number:07d}", text + " и сосед" * (number % 5))
                hall.waits(timedelta(seconds=15))
        assert [entry["event"] for entry in logs].count("reports.burst") == 1
        assert hall.audited("reports.burst") == 1
        assert not hall.rows("decision")
        assert not hall.rows("suspect")
        assert {row["state"] for row in hall.rows("known_case")} == {"senior"}

    @pytest.mark.parametrize("parted", [True, False])
    def test_keeps_for_seniors_what_is_parted_or_opened_again_while_it_lasts(self, hall: Hall, parted: bool) -> None:
        text = "Обманули нас, вода в бутылках испорчена, деньги не вернули: magazin-aina.kz"
        for number in range(35):
            hall.reports(f"+7705{number:07d}", text + (" не берите там ничего" if parted and number else ""))
        case = hall.case_of(text)
        assert case.state is State.SENIOR
        ruling = Ruling.GENUINE if parted else Ruling.SCAM
        decisions.settle(hall.register, case.id, by=hall.people["Gulnar"], ruling=ruling, now=hall.now)
        hall.waits(REVIEW)
        if not parted:
            hall.disagrees("+77059999999", text)
        assert [row["state"] for row in hall.rows("known_case")] == (["judged", "senior"] if parted else ["senior"])
