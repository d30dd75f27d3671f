"""Evidence and guess weighed: what outweighs what."""

import pytest

from bot.verdict.evidence import Evidence, Guess, Kind, Level
from bot.verdict.weighing import PROOFS, weigh

SURELY_GENUINE = Guess(intents=(("genuine_message", 0.9999), ("phishing-link", 0.0001)), understood=True)


def found(kind: Kind) -> Evidence:
    return Evidence(kind=kind, fired=True, quote="kaspi-bonus.top", facts={"name": "kaspi-bonus.top", "scheme": "phishing-link"})


@pytest.mark.parametrize("kind", sorted(PROOFS))
@pytest.mark.parametrize("beside", [(), (Kind.OWN_CODE,), (Kind.WARNS_OF_FRAUD,)])
def test_beside_a_proof_we_never_say_that_there_are_no_signs(kind: Kind, beside: tuple[Kind, ...]) -> None:
    verdict = weigh([found(each) for each in (kind, *beside)], SURELY_GENUINE)
    assert verdict.level in (Level.SCAM, Level.DOUBTFUL)
    assert kind in {reason.kind for reason in verdict.reasons}


def test_a_weak_sign_alone_does_not_accuse_a_genuine_message() -> None:
    assert weigh([found(Kind.HURRY)], SURELY_GENUINE).level is Level.NO_SIGNS


def test_a_check_that_did_not_fire_proves_nothing() -> None:
    silent = [Evidence(kind=kind, fired=False) for kind in Kind]
    assert weigh(silent, SURELY_GENUINE).level is Level.NO_SIGNS
