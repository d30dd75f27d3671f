"""Topics and a region, press by press; what we keep of a person, and forgetting it."""

from datetime import timedelta
from pathlib import Path

from broadcaster import consent, contacts
from broadcaster.addresses import Channel, normalise
from broadcaster.database import Connection
from broadcaster.ledger_codes import SendingChannel, State, route_of
from content.language import Language
from content.library import Library
from tests.bot.people import NOON, Person
from tests.broadcaster.town import town

AIGULS = normalise(Channel.WHATSAPP, "+77011234567")


def topics(register: Connection) -> frozenset[str]:
    contact = contacts.find(register, AIGULS)
    return contact.topics if contact else frozenset()


class TestSubscribing:
    def test_a_mere_question_makes_no_contact(self, aigul: Person, register: Connection) -> None:
        aigul.writes("это мошенники?")
        aigul.writes("/subscribe")
        assert contacts.find(register, AIGULS) is None

    def test_topics_are_taken_and_dropped_one_by_one(self, aigul: Person, register: Connection, words: Library) -> None:
        aigul.writes("/subscribe")
        aigul.presses(words.phrase("button_topics", Language.RU))
        name = words.card("romance", Language.RU).name
        aigul.presses(name)
        assert topics(register) == {"romance"}
        aigul.presses(words.phrase("button_chosen", Language.RU, name=name))
        assert topics(register) == frozenset()

    def test_all_topics_and_a_region_with_the_events_of_consent(
        self, aigul: Person, register: Connection, words: Library
    ) -> None:
        aigul.writes("жазылу")
        aigul.presses(words.phrase("button_all_topics", Language.KK))
        assert topics(register) == set(words.schemes)
        assert words.phrase("all_topics", Language.KK) in aigul.reply.text
        aigul.presses(words.phrase("button_regions", Language.KK))
        aigul.presses(words.region("almaty", Language.KK))
        aigul.presses(words.phrase("button_done", Language.KK))
        assert words.region("almaty", Language.KK) in aigul.reply.text
        contact = contacts.find(register, AIGULS)
        assert contact is not None
        assert (contact.region, contact.language, contact.language_chosen) == ("almaty", Language.KK, False)
        assert {said.kind for said in contacts.mydata(register, AIGULS).said} == {"subscribe"}

    def test_done_with_nothing_chosen_offers_the_menu_again(self, aigul: Person, words: Library) -> None:
        aigul.writes("/subscribe")
        menu = aigul.reply.text
        assert aigul.presses(words.phrase("button_done", Language.RU)).text == menu

    def test_stop_keeps_the_topics_for_a_start(self, aigul: Person, register: Connection, words: Library) -> None:
        aigul.sends_data("topics:all")
        aigul.presses(words.phrase("button_stop", Language.RU))
        assert consent.is_suppressed(register, AIGULS)
        aigul.presses(words.phrase("button_start_again", Language.RU))
        assert not consent.is_suppressed(register, AIGULS)
        assert topics(register) == set(words.schemes)


class TestOwnData:
    def test_mydata_shows_everything_masked(self, aigul: Person, register: Connection, words: Library) -> None:
        aigul.writes("қазақша")
        aigul.sends_data("topics:romance")
        aigul.sends_data("regions:astana")
        aigul.writes("Банктен хабарласып, кодты айтыңыз дейді")
        aigul.presses(words.phrase("button_disagree", Language.KK))
        aigul.presses(words.phrase("button_ticket_yes", Language.KK))
        given = contacts.find(register, AIGULS)
        assert given is not None
        campaign = town(register).campaign(started_at=NOON - timedelta(days=1))
        route = route_of(SendingChannel.WHATSAPP, Language.KK)
        register.execute("INSERT INTO delivery VALUES (?, ?, ?, ?, 0)", [campaign, given.id, route, State.DELIVERED])
        text = aigul.writes("/mydata").text
        assert "WhatsApp: ескертулер, 21.11.2026 күнінен бастап, алынған жері: WhatsApp" in text
        assert "ескерту саны: 1\n" in text
        assert "+7701***4567" in text
        assert "+77011234567" not in text
        shown = [words.card("romance", Language.KK).name, words.region("astana", Language.KK), "Қазақша"]
        assert all(each in text for each in [*shown, words.phrase("tickets", Language.KK, n=1)])

    def test_mydata_of_a_stranger_is_empty(self, aigul: Person, words: Library) -> None:
        assert words.phrase("none_chosen", Language.RU) in aigul.writes("/mydata").text

    def test_forgetme_asks_first(self, aigul: Person, register: Connection, words: Library) -> None:
        aigul.sends_data("topics:all")
        aigul.writes("/forgetme")
        assert topics(register)
        aigul.presses(words.phrase("button_forget_no", Language.RU))
        assert topics(register)

    def test_forgetme_leaves_the_number_and_the_texts_in_no_file_and_obeys_an_earlier_stop(
        self, aigul: Person, register: Connection, words: Library, tmp_path: Path
    ) -> None:
        """S15: numbers and texts are searched for in the bytes of the database and its log."""
        aigul.sends_data("topics:all")
        aigul.writes("Канарейка просит предоплату, назовите код из смс")
        aigul.presses(words.phrase("button_disagree", Language.RU))
        aigul.presses(words.phrase("button_ticket_yes", Language.RU))
        aigul.writes("СТОП")
        aigul.writes("/forgetme")
        aigul.presses(words.phrase("button_forget_yes", Language.RU))
        assert aigul.reply.text == words.answer("forgotten", Language.RU)
        stored = b"".join(file.read_bytes() for file in tmp_path.iterdir())
        assert b"77011234567" not in stored
        assert "Канарейка".encode() not in stored
        assert contacts.find(register, AIGULS) is None
        assert consent.is_suppressed(register, AIGULS)
