"""When votes are a decision."""

import pytest

from bot.moderation.cases import Harm, Ruling
from bot.moderation.places import Place
from bot.moderation.quorum import HARM_OF, Decided, MoreVotes, ToSenior, Vote, Why, count, harm_of, votes_for
from broadcaster.staff import StaffId
from broadcaster.suspects import Kind
from content.library import Library

SITE, NAME = Place(Kind.LINK, "egov-aiyppul.top"), Place(Kind.HANDLE, "@egov_help")


def says(by: int, ruling: Ruling, scheme: str | None = None, *, sure: bool = True, named: frozenset[Place] = frozenset()) -> Vote:
    return Vote(by=StaffId(by), ruling=ruling, scheme=scheme, sure=sure, named=named)


def test_two_who_are_sure_and_agree_decide() -> None:
    assert count([says(1, Ruling.SCAM)], Harm.MEDIUM) == MoreVotes(1)
    votes = [says(1, Ruling.SCAM, "romance"), says(2, Ruling.SCAM, "romance")]
    assert count(votes, Harm.MEDIUM) == Decided(ruling=Ruling.SCAM, scheme="romance", named=frozenset())


def test_who_is_unsure_counts_half() -> None:
    unsure = [says(by, Ruling.GENUINE, sure=False) for by in range(4)]
    assert count(unsure[:1], Harm.LOW) == MoreVotes(2)
    assert count(unsure[:3], Harm.LOW) == MoreVotes(1)
    assert isinstance(count(unsure, Harm.LOW), Decided)


@pytest.mark.parametrize("cleared", [Ruling.GENUINE, Ruling.HOAX])
def test_who_contradict_each_other_are_never_outvoted(cleared: Ruling) -> None:
    votes = [says(1, Ruling.SCAM), says(2, cleared)]
    assert count(votes, Harm.LOW) == ToSenior(Why.DISAGREEMENT)
    assert count([*votes, says(3, Ruling.SCAM)], Harm.LOW) == ToSenior(Why.DISAGREEMENT)


def test_a_doubt_beside_a_sure_vote_is_no_contradiction() -> None:
    assert count([says(1, Ruling.SCAM), says(2, Ruling.GENUINE, sure=False)], Harm.LOW) == MoreVotes(1)


def test_so_many_votes_without_agreement_are_a_seniors() -> None:
    votes = [says(by, Ruling.SCAM if by % 2 else Ruling.DOUBTFUL, sure=False) for by in range(5)]
    assert count(votes, Harm.LOW) == ToSenior(Why.UNDECIDED)


def test_high_harm_is_prepared_by_volunteers_and_decided_by_a_senior() -> None:
    assert count([says(1, Ruling.SCAM)], Harm.HIGH) == MoreVotes(1)
    assert count([says(1, Ruling.SCAM), says(2, Ruling.SCAM)], Harm.HIGH) == ToSenior(Why.HARM)


def test_only_what_two_have_named_is_named() -> None:
    votes = [says(1, Ruling.SCAM, named=frozenset({SITE, NAME})), says(2, Ruling.SCAM, named=frozenset({SITE}))]
    decided = count(votes, Harm.MEDIUM)
    assert isinstance(decided, Decided)
    assert decided.named == {SITE}


def test_the_scheme_is_what_most_of_them_chose_and_at_a_tie_the_first() -> None:
    votes = [says(1, Ruling.SCAM), says(2, Ruling.SCAM, "romance"), says(3, Ruling.SCAM, "extortion")]
    decided = count(votes, Harm.MEDIUM)
    assert isinstance(decided, Decided)
    assert decided.scheme == "romance"


def test_no_votes_are_no_decision() -> None:
    for harm in Harm:
        assert count([], harm) == MoreVotes(votes_for(harm))


def test_harm_is_named_for_schemes_that_exist(words: Library) -> None:
    assert set(HARM_OF) <= set(words.schemes)
    assert (harm_of("remote-access"), harm_of("romance"), harm_of(None)) == (Harm.HIGH, Harm.MEDIUM, Harm.MEDIUM)
