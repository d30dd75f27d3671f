"""Evidence and the model's guess become a level, a scheme and a confidence. Called by bot.judging.

All weights stand here, in log-odds of «this is a scam»; `python -m benchmarks.weights` fits them on the training phrases.
It must never say «safe»: the best it knows is that no signs were found.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.verdict import demands, links, phones
from bot.verdict.evidence import Evidence, Guess, Kind, Known, Level, Verdict

EMERGENCIES = frozenset({"paid_already", "told_code", "loan_in_my_name", "on_the_line"})
TALK = frozenset(
    {"greet", "thanks", "how_it_works", "ask_scheme", "talk_to_person", "disagree", "is_this_yours", "personal_data"}
)
WISHES = frozenset({"report", "subscribe", "stop", "stop_credit"})
CONVERSATION = TALK | WISHES
NOT_SCHEMES = EMERGENCIES | CONVERSATION | {"genuine_message", "out_of_scope"}

BASE = -1.2
"""Log-odds of a text of which nothing at all is known."""

OF_THE_MODEL = 0.9
"""What one unit of the model's own log-odds for «some scheme» counts."""

WEIGHTS: Mapping[Kind, float] = {
    Kind.KNOWN_SUSPECT: 6.0,
    Kind.LOOKALIKE_LINK: 6.0,
    Kind.DISGUISED_LINK: 6.0,
    Kind.BRAND_IN_FOREIGN_NAME: 5.0,
    Kind.SWAPPED_ENDING: 5.0,
    Kind.APP_FILE: 3.5,
    Kind.RAW_ADDRESS_LINK: 3.0,
    Kind.LOOKALIKE_HANDLE: 2.5,
    Kind.SHORTENED_LINK: 0.8,
    Kind.FOREIGN_CALLER: 1.5,
    Kind.MALFORMED_CALLER: 1.0,
    Kind.IMITATES_SHORT_CODE: 2.5,
    Kind.ASKS_FOR_CODE: 3.0,
    Kind.ASKS_FOR_CARD_SECRET: 3.0,
    Kind.ASKS_FOR_ID_PHOTO: 1.5,
    Kind.SAFE_ACCOUNT: 3.8,
    Kind.PREPAYMENT: 1.5,
    Kind.REMOTE_ACCESS: 2.5,
    Kind.SECRECY: 2.0,
    Kind.HURRY: 0.8,
    Kind.GUARANTEED_RETURN: 1.8,
    Kind.RECRUITING_REWARD: 1.5,
    Kind.HANDS_OVER_ACCOUNT: 2.5,
    Kind.THREAT: 1.5,
    Kind.OWN_CODE: -2.8,
    Kind.WARNS_OF_FRAUD: -3.2,
}

SCAM = 0.90
DOUBTFUL = 0.69
UNSURE = 0.45
"""Probabilities from which a text is called a scam, doubtful, and no longer free of signs: between the last two we ask for more.
Chosen on the development set and on how often real news and reviews are flagged: nlu/evaluation/report.md."""

PROOFS = frozenset(
    {
        Kind.KNOWN_SUSPECT,
        Kind.LOOKALIKE_LINK,
        Kind.DISGUISED_LINK,
        Kind.BRAND_IN_FOREIGN_NAME,
        Kind.SWAPPED_ENDING,
        Kind.RAW_ADDRESS_LINK,
        Kind.APP_FILE,
    }
)
"""What no wording outweighs: beside one of these we never say that no signs were found, however genuine the message sounds."""

SCHEME_OF: Mapping[Kind, str] = {
    Kind.LOOKALIKE_LINK: "phishing-link",
    Kind.DISGUISED_LINK: "phishing-link",
    Kind.BRAND_IN_FOREIGN_NAME: "phishing-link",
    Kind.SWAPPED_ENDING: "phishing-link",
    Kind.RAW_ADDRESS_LINK: "phishing-link",
    Kind.APP_FILE: "remote-access",
    Kind.REMOTE_ACCESS: "remote-access",
    Kind.SAFE_ACCOUNT: "bank-impersonation",
    Kind.ASKS_FOR_CARD_SECRET: "bank-impersonation",
    Kind.HANDS_OVER_ACCOUNT: "drop-recruitment",
    Kind.GUARANTEED_RETURN: "investment-fraud",
    Kind.RECRUITING_REWARD: "financial-pyramid",
    Kind.IMITATES_SHORT_CODE: "authority-impersonation",
}
"""The scheme a piece of evidence speaks for when the model has no opinion."""

_EDGE = 1e-4


@dataclass(frozen=True, slots=True)
class Opinion:
    """The guess summed up: probability of any scheme (an emergency counts: somebody has been cheated), the likeliest."""

    scheming: float
    scheme: str | None
    share: float
    top: str | None

    @classmethod
    def of(cls, guess: Guess) -> "Opinion":
        schemes = [(name, chance) for name, chance in guess.intents if name not in NOT_SCHEMES]
        troubled = sum(chance for name, chance in guess.intents if name in EMERGENCIES)
        best, share = max(schemes, key=lambda named: named[1], default=(None, 0.0))
        top = guess.intents[0][0] if guess.intents else None
        return cls(scheming=min(1.0, sum(chance for _, chance in schemes) + troubled), scheme=best, share=share, top=top)

    @property
    def log_odds(self) -> float:
        chance = min(1 - _EDGE, max(_EDGE, self.scheming))
        return math.log(chance / (1 - chance))


def judge(text: str, guess: Guess, known: Known) -> Verdict:
    """Run every check over the text as it came (not yet masked) and weigh them with the guess and the register."""
    checks = [*_from_register(known), *links.check(text), *phones.check(text), *demands.check(text)]
    return weigh(checks, guess)


def weigh(checks: Sequence[Evidence], guess: Guess) -> Verdict:
    """The arithmetic alone: log-odds of the model and of each fired check add up."""
    checks = [replace(check, weight=WEIGHTS[check.kind]) if check.fired else check for check in checks]
    fired = [check for check in checks if check.fired]
    opinion = Opinion.of(guess)
    chance = _chance(fired, opinion)
    accusing = sorted((check for check in fired if check.weight > 0), key=lambda check: -check.weight)
    own_code = any(check.kind is Kind.OWN_CODE for check in fired)
    level = _level(chance, accusing, own_code, opinion)
    blamed = level in (Level.SCAM, Level.DOUBTFUL)
    scheme = _scheme(accusing, opinion) if blamed else None
    return Verdict(
        level=level,
        scheme=scheme,
        confidence=chance if blamed else 1 - chance,
        reasons=tuple([*accusing, *_words_of_scheme(scheme, opinion)] if blamed else []),
        checks=tuple(checks),
        own_code=own_code,
    )


def _chance(fired: Sequence[Evidence], opinion: Opinion) -> float:
    """Without a model nothing speaks against the evidence, so it starts from the base alone."""
    total = sum(check.weight for check in fired)
    total += BASE if opinion.top is None else OF_THE_MODEL * opinion.log_odds
    return 1 / (1 + math.exp(-total))


def _level(chance: float, accusing: Sequence[Evidence], own_code: bool, opinion: Opinion) -> Level:
    if chance >= SCAM:
        return Level.SCAM
    if chance >= DOUBTFUL:
        return Level.DOUBTFUL
    if any(check.kind in PROOFS for check in accusing):
        return Level.DOUBTFUL
    if own_code or (opinion.top == "genuine_message" and chance < UNSURE):
        return Level.NO_SIGNS
    return Level.NOT_UNDERSTOOD


def _scheme(accusing: Sequence[Evidence], opinion: Opinion) -> str | None:
    for check in accusing:
        if check.kind is Kind.KNOWN_SUSPECT:
            return check.facts["scheme"]
    if opinion.scheme is not None and opinion.share >= 0.1:
        return opinion.scheme
    return next((SCHEME_OF[check.kind] for check in accusing if check.kind in SCHEME_OF), opinion.scheme)


def _words_of_scheme(scheme: str | None, opinion: Opinion) -> list[Evidence]:
    if scheme is None or scheme != opinion.scheme or opinion.scheming < DOUBTFUL:
        return []
    facts = {"scheme": scheme, "percent": str(round(100 * opinion.scheming))}
    return [Evidence(kind=Kind.WORDS_OF_SCHEME, fired=True, facts=facts, weight=OF_THE_MODEL * opinion.log_odds)]


def _from_register(known: Known) -> list[Evidence]:
    found = [
        Evidence(kind=Kind.KNOWN_SUSPECT, fired=True, quote=name, facts={"name": name, "scheme": scheme})
        for scheme, name in known.suspects
    ]
    return found or [Evidence(kind=Kind.KNOWN_SUSPECT, fired=False)]
