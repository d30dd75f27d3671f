"""/forgetme of whoever first brought a text that others brought too: their wording goes, the case stays."""

from bot.moderation import card_records, cases, decisions, learning, reports, telling
from bot.moderation.cases import Case, Ruling, State
from bot.moderation.decisions import REVIEW
from bot.moderation.places import Place
from bot.moderation.telling import Outcome
from broadcaster import suspects
from broadcaster.suspects import Kind
from content.language import Language
from nlu.phrases import Phrase
from tests.bot.moderation.hall import AIGUL, FINE, HOAX, TIMUR, ZARINA, Hall

HERS = "Апа, қараңызшы, Айгүлге осындай келді! " + FINE
SITE = Place(Kind.LINK, "egov-aiyppul.top")


def forgotten(hall: Hall, sender: str) -> None:
    reports.forget(hall.register, hall.reporter(sender).asker, now=hall.now)


def case(hall: Hall) -> Case:
    (row,) = hall.rows("known_case")
    return cases.with_id(hall.register, row["id"])  # type: ignore[arg-type]


def said_of_her(hall: Hall) -> list[str]:
    """Tables in which her words stand still, her own question aside: that is erased by tickets."""
    tables = [row["name"] for row in hall.register.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
    return [table for table in tables if table != "question" and "Айгүлге" in str(hall.rows(table))]


def decided(hall: Hall, ruling: Ruling, *, named: tuple[Place, ...] = ()) -> None:
    for name in ("Arman", "Bota"):
        hall.votes(name, case(hall).id, ruling, named=named)
    hall.waits(REVIEW)


class TestACaseThatWaits:
    def test_takes_over_the_words_of_another_and_is_found_by_them(self, hall: Hall) -> None:
        hall.asks(AIGUL, HERS)
        hall.asks(TIMUR, FINE)
        id = case(hall).id
        forgotten(hall, AIGUL)
        assert (case(hall).id, case(hall).text, case(hall).sightings) == (id, FINE, 2)
        assert hall.case_of(FINE).id == id
        assert said_of_her(hall) == []
        assert len(hall.rows("sketch")) == 32
        assert [row["verbatim"] for row in hall.rows("report")] == [0, 1]

    def test_the_language_is_that_of_the_words(self, hall: Hall) -> None:
        hall.asks(AIGUL, HERS)
        hall.asks(TIMUR, FINE)
        hall.register.execute("UPDATE question SET language = 'kk' WHERE text = ?", [FINE])
        forgotten(hall, AIGUL)
        assert case(hall).language is Language.KK

    def test_the_nearest_words_are_taken(self, hall: Hall) -> None:
        hall.asks(AIGUL, HERS)
        hall.asks(TIMUR, FINE + " Осылай деп жазыпты, сенбеңіздер, ағайын, таратыңыздар")
        hall.asks(ZARINA, FINE)
        forgotten(hall, AIGUL)
        assert case(hall).text == FINE

    def test_votes_on_other_words_count_no_more(self, hall: Hall) -> None:
        hall.asks(AIGUL, HERS)
        hall.asks(TIMUR, FINE)
        hall.votes("Arman", case(hall).id, Ruling.GENUINE)
        forgotten(hall, AIGUL)
        assert (case(hall).round, case(hall).missing) == (2, 2)
        hall.votes("Bota", case(hall).id, Ruling.GENUINE)
        assert case(hall).state is State.OPEN

    def test_votes_on_the_same_words_do(self, hall: Hall) -> None:
        hall.asks(AIGUL, FINE + " 🔥")
        hall.asks(TIMUR, FINE)
        hall.votes("Arman", case(hall).id)
        forgotten(hall, AIGUL)
        assert (case(hall).text, case(hall).round, case(hall).missing) == (FINE, 1, 1)
        assert [row["verbatim"] for row in hall.rows("report")] == [1, 1]

    def test_what_another_wrote_in_the_very_same_way_stays(self, hall: Hall) -> None:
        hall.asks(AIGUL, FINE)
        hall.asks(TIMUR, FINE)
        hall.votes("Arman", case(hall).id)
        forgotten(hall, AIGUL)
        assert (case(hall).text, case(hall).round, case(hall).missing) == (FINE, 1, 1)

    def test_when_it_was_not_theirs_nothing_changes(self, hall: Hall) -> None:
        hall.asks(AIGUL, HERS)
        hall.asks(TIMUR, FINE)
        forgotten(hall, TIMUR)
        assert case(hall).text == HERS

    def test_one_after_the_other_all_words_go(self, hall: Hall) -> None:
        for sender, text in ((AIGUL, HERS), (TIMUR, FINE), (ZARINA, "🔥 " + FINE)):
            hall.asks(sender, text)
        forgotten(hall, AIGUL)
        forgotten(hall, TIMUR)
        assert case(hall).text == "🔥 " + FINE
        forgotten(hall, ZARINA)
        assert not hall.rows("known_case")
        assert not hall.rows("sketch")

    def test_where_others_only_saw_it_it_is_erased(self, hall: Hall) -> None:
        hall.asks(AIGUL, HERS)
        seen = hall.question(TIMUR, FINE)
        reports.seen(hall.register, hall.reporter(TIMUR), case(hall), FINE, told=None, question=seen, now=hall.now)
        forgotten(hall, AIGUL)
        assert not hall.rows("known_case")
        assert not hall.rows("report")

    def test_also_after_they_sent_another_wording(self, hall: Hall) -> None:
        """Their report then speaks of the later one."""
        hall.asks(AIGUL, HERS)
        hall.asks(AIGUL, FINE)
        hall.asks(TIMUR, "🔥 " + FINE)
        forgotten(hall, AIGUL)
        assert case(hall).text == "🔥 " + FINE

    def test_every_card_drops_the_old_words_and_the_group_gets_a_new_one(self, hall: Hall) -> None:
        hall.asks(AIGUL, HERS)
        hall.asks(TIMUR, FINE)
        for number, chat in enumerate((-7, 42)):
            record = card_records.add(hall.register, case(hall), chat=chat, language=Language.RU, now=hall.now)
            card_records.posted(hall.register, record, number)
        assert card_records.to_post(hall.register, -7) is None
        forgotten(hall, AIGUL)
        stale = hall.register.execute("SELECT known_case FROM card").fetchall()
        assert [row["known_case"] for row in stale] == [None, None], "as of an erased case: their text is edited away"
        assert card_records.to_post(hall.register, -7) == case(hall).id


class TestAJudgedCase:
    def test_of_a_fraud_is_looked_at_again_and_its_decision_stands_meanwhile(self, hall: Hall) -> None:
        hall.asks(AIGUL, HERS)
        hall.asks(TIMUR, FINE)
        decided(hall, Ruling.SCAM, named=(SITE,))
        forgotten(hall, AIGUL)
        assert (case(hall).state, case(hall).ruling, case(hall).version) == (State.OPEN, Ruling.SCAM, 1)
        assert [each.ruling for each in telling.due(hall.register, now=hall.now)] == [Ruling.SCAM]
        said = cases.judgement_of(hall.register, FINE, now=hall.now)
        assert said is not None
        assert said.open_again
        assert suspects.look_up(hall.register, links=[SITE.value])
        assert len(hall.rows("listed")) == 1

    def test_that_was_cleared_clears_no_other_words(self, hall: Hall) -> None:
        hall.asks(AIGUL, HERS)
        hall.asks(TIMUR, FINE)
        decided(hall, Ruling.SCAM)
        for each in telling.due(hall.register, now=hall.now):
            telling.claim(hall.register, each, now=hall.now)
            telling.settle(hall.register, each, Outcome.TOLD, now=hall.now)
        decisions.correct(hall.register, case(hall).id, by=hall.people["Gulnar"], ruling=Ruling.GENUINE, now=hall.now)
        hall.waits(REVIEW)
        forgotten(hall, AIGUL)
        assert not hall.rows("known_case")

    def test_that_was_cleared_stays_with_the_same_words_of_another(self, hall: Hall) -> None:
        hall.asks(AIGUL, HOAX + " 🙏")
        hall.asks(TIMUR, HOAX)
        decided(hall, Ruling.HOAX)
        forgotten(hall, AIGUL)
        assert (case(hall).text, case(hall).state) == (HOAX, State.JUDGED)
        said = cases.judgement_of(hall.register, HOAX, now=hall.now)
        assert said is not None
        assert said.ruling is Ruling.HOAX

    def test_erased_leaves_what_it_put_into_the_register(self, hall: Hall) -> None:
        hall.asks(AIGUL, HERS)
        decided(hall, Ruling.SCAM, named=(SITE,))
        forgotten(hall, AIGUL)
        assert not hall.rows("known_case")
        assert suspects.look_up(hall.register, links=[SITE.value])

    def test_a_phrase_made_of_the_old_words_goes_and_the_new_ones_may_be_learnt(self, hall: Hall) -> None:
        hall.asks(AIGUL, FINE + " 🔥 Айгүлге келді")
        hall.asks(TIMUR, FINE + " Айгүлге келді")
        decided(hall, Ruling.SCAM)
        known = [Phrase("басқа сөз", "phishing-link", "kk", "kk/phishing-link.yml")]
        assert learning.propose(hall.register, known=known, examined=[], now=hall.now) == 1
        learning.accept(hall.register, learning.waiting(hall.register)[0].id, by=hall.people["Dias"], now=hall.now)
        forgotten(hall, AIGUL)
        assert not hall.rows("phrase")
        assert learning.propose(hall.register, known=known, examined=[], now=hall.now) == 1

    def test_a_test_question_is_none_any_more_in_other_words(self, hall: Hall) -> None:
        hall.asks(AIGUL, HERS)
        hall.asks(TIMUR, FINE)
        decided(hall, Ruling.SCAM)
        hall.register.execute("UPDATE known_case SET gold = 'scam'")
        forgotten(hall, AIGUL)
        assert [row["gold"] for row in hall.rows("known_case")] == [None]
