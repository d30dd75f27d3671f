"""One text that people ask about, and all its copies, in the real register."""

from datetime import timedelta

import pytest

from bot.moderation import cases
from bot.moderation.cases import Case, Harm, NothingToJudge, Ruling, State, UnknownCase
from broadcaster import database
from broadcaster.database import Connection
from content.language import Language
from tests.bot.people import NOON

FINE = "Сізде төленбеген айыппұл бар, бүгін төлесеңіз 50% жеңілдік, сілтемеден төлеңіз: egov-aiyppul.top/pay"
GENUINE = "Сізде төленбеген айыппұл бар, бүгін төлесеңіз 50% жеңілдік, сілтемеден төлеңіз: egov.kz/pay"
HOAX = "Завтра во всём городе на три дня отключат воду, наберите воды и передайте всем соседям, сын работает в водоканале"


def opened(register: Connection, text: str, *, harm: Harm = Harm.MEDIUM) -> Case:
    with database.transaction(register):
        return cases.open_or_add(register, text, language=Language.KK, scheme_said="phishing-link", harm=harm, votes=3, now=NOON)


def decided(register: Connection, case: Case, ruling: Ruling, *, tell_after: timedelta = timedelta()) -> None:
    version = cases.with_id(register, case.id).version + 1
    row = {"id": case.id, "version": version, "verdict": ruling, "at": database.instant(NOON)}
    row["tell_at"] = database.instant(NOON + tell_after)
    with database.transaction(register):
        register.execute("UPDATE known_case SET state = 'judged', verdict = :verdict, version = :version WHERE id = :id", row)
        register.execute(
            "INSERT INTO decision (known_case, version, verdict, how, at, tell_at)"
            " VALUES (:id, :version, :verdict, 'quorum', :at, :tell_at)",
            row,
        )


def test_a_copy_with_another_link_and_emoji_is_the_same_case(register: Connection) -> None:
    case = opened(register, FINE)
    copy = "⚠️ " + FINE.replace("egov-aiyppul.top/pay", "aiyppul-egov.shop/x1") + " ‼️"
    assert cases.find(register, copy) == case
    assert opened(register, copy) == case


def test_the_genuine_message_that_a_fraud_imitates_is_a_case_of_its_own(register: Connection) -> None:
    assert opened(register, FINE).id != opened(register, GENUINE).id
    assert (found := cases.find(register, GENUINE)) is not None
    assert found.text == GENUINE


def test_a_text_without_a_word_is_no_case(register: Connection) -> None:
    assert cases.find(register, "🙏") is None
    with pytest.raises(NothingToJudge):
        opened(register, "🙏")
    assert register.execute("SELECT count(*) FROM known_case").fetchone()[0] == 0


def test_a_case_that_is_not_there_is_said_to_be_unknown(register: Connection) -> None:
    with pytest.raises(UnknownCase):
        cases.with_id(register, cases.CaseId(7))


class TestTheQueueBehindIt:
    def test_a_sighting_moves_it_up_and_the_worst_harm_counts(self, register: Connection) -> None:
        case = opened(register, FINE, harm=Harm.LOW)
        turns = []
        for harm in (Harm.LOW, Harm.LOW, Harm.HIGH, Harm.LOW):
            with database.transaction(register):
                cases.sighted(register, case.id, harm=harm, now=NOON + timedelta(hours=1))
            turns.append(register.execute("SELECT turn FROM known_case").fetchone()["turn"])
        assert turns[0] > turns[1] > turns[2] > turns[3]
        seen = cases.with_id(register, case.id)
        assert (seen.sightings, seen.harm, seen.last_seen) == (4, Harm.HIGH, NOON + timedelta(hours=1))

    def test_opened_again_it_stands_behind_those_that_wait_and_votes_begin_anew(self, register: Connection) -> None:
        case = opened(register, FINE)
        decided(register, case, Ruling.SCAM)
        with database.transaction(register):
            cases.open_again(register, cases.with_id(register, case.id), votes=3, now=NOON + timedelta(days=9))
        again = cases.with_id(register, case.id)
        assert (again.state, again.round, again.ruling) == (State.OPEN, 2, Ruling.SCAM)


class TestWhatIsSaidOfIt:
    def test_nothing_before_it_is_judged(self, register: Connection) -> None:
        opened(register, FINE)
        assert cases.judgement_of(register, FINE, now=NOON) is None

    def test_a_scam_is_one_for_its_copies_too(self, register: Connection) -> None:
        decided(register, opened(register, FINE), Ruling.SCAM)
        said = cases.judgement_of(register, "Мынау келді: " + FINE.replace("50%", "70%"), now=NOON)
        assert said is not None
        assert (said.ruling, said.version, said.decided_at, said.verbatim) == (Ruling.SCAM, 1, NOON, False)

    def test_nothing_while_the_decision_is_still_reviewed(self, register: Connection) -> None:
        decided(register, opened(register, FINE), Ruling.SCAM, tell_after=timedelta(minutes=15))
        assert cases.judgement_of(register, FINE, now=NOON + timedelta(minutes=14)) is None
        assert cases.judgement_of(register, FINE, now=NOON + timedelta(minutes=15)) is not None

    def test_while_a_correction_is_reviewed_the_decision_before_it_stands(self, register: Connection) -> None:
        case = opened(register, HOAX)
        decided(register, case, Ruling.SCAM)
        decided(register, case, Ruling.HOAX, tell_after=timedelta(minutes=15))
        before = cases.judgement_of(register, HOAX, now=NOON)
        after = cases.judgement_of(register, HOAX, now=NOON + timedelta(minutes=15))
        assert before is not None
        assert after is not None
        assert (before.ruling, after.ruling) == (Ruling.SCAM, Ruling.HOAX)

    @pytest.mark.parametrize("ruling", [Ruling.GENUINE, Ruling.HOAX])
    def test_what_was_cleared_clears_no_other_words(self, register: Connection, ruling: Ruling) -> None:
        decided(register, opened(register, HOAX), ruling)
        assert cases.judgement_of(register, HOAX.upper() + " 🙏", now=NOON) is not None
        for other in (HOAX + " Воду развезём: vodokanal-zakaz.top", HOAX[:80], HOAX.replace("три", "два")):
            assert cases.judgement_of(register, other, now=NOON) is None
            assert cases.find(register, other) is None

    def test_a_link_to_the_bank_is_not_blamed_for_its_imitation(self, register: Connection) -> None:
        decided(register, opened(register, FINE), Ruling.SCAM)
        assert cases.judgement_of(register, GENUINE, now=NOON) is None
