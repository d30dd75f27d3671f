"""The nouns of a verdict: what a check says, what the model guesses, what the register knows, what we conclude.

Every check of links, phones and demands returns Evidence also when it did not fire: the explanation is the log.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

NOTHING: Mapping[str, str] = MappingProxyType({})


class Level(StrEnum):
    """How sure we are, in the words that stand in SQL, logs and file names. There is no «safe»."""

    SCAM = "scam"
    DOUBTFUL = "doubtful"
    NO_SIGNS = "no_signs"
    NOT_UNDERSTOOD = "not_understood"


class Kind(StrEnum):
    """One reason a citizen can be told in one sentence; the value is the key of that sentence in content/phrases."""

    # links
    LOOKALIKE_LINK = "lookalike_link"  # kaspl.kz, каspi.kz, xn--…: facts looks_like, is
    BRAND_IN_FOREIGN_NAME = "brand_in_foreign_name"  # kaspi-bonus.top: facts looks_like, is
    SWAPPED_ENDING = "swapped_ending"  # egov.com: facts looks_like, is
    SHORTENED_LINK = "shortened_link"  # facts is
    RAW_ADDRESS_LINK = "raw_address_link"  # http://45.1.2.3/: facts is
    DISGUISED_LINK = "disguised_link"  # https://kaspi.kz@evil.top: facts looks_like, is
    APP_FILE = "app_file"  # …/update.apk: facts is
    LOOKALIKE_HANDLE = "lookalike_handle"  # @kaspi_support_kz: facts looks_like, is
    # callers
    FOREIGN_CALLER = "foreign_caller"  # facts number, country
    MALFORMED_CALLER = "malformed_caller"  # facts number
    IMITATES_SHORT_CODE = "imitates_short_code"  # +7 1414 …: facts number, looks_like
    # demands
    ASKS_FOR_CODE = "asks_for_code"
    ASKS_FOR_CARD_SECRET = "asks_for_card_secret"  # noqa: S105 - PIN, CVV, full card number
    ASKS_FOR_ID_PHOTO = "asks_for_id_photo"
    SAFE_ACCOUNT = "safe_account"  # move the money to a «safe», «reserve», «special» account
    PREPAYMENT = "prepayment"  # pay first: deposit, commission, insurance, tax, delivery
    REMOTE_ACCESS = "remote_access"  # AnyDesk, screen sharing, install our app
    SECRECY = "secrecy"  # tell nobody, not even the bank
    HURRY = "hurry"
    GUARANTEED_RETURN = "guaranteed_return"
    RECRUITING_REWARD = "recruiting_reward"
    HANDS_OVER_ACCOUNT = "hands_over_account"  # card, SIM, sole-trader cabinet given to strangers
    THREAT = "threat"  # we publish, we come, you will be jailed
    # what we know
    KNOWN_SUSPECT = "known_suspect"  # facts name
    KNOWN_CASE = "known_case"
    WORDS_OF_SCHEME = "words_of_scheme"  # the model: facts scheme, percent
    # what speaks for the message
    OWN_CODE = "own_code"  # a one-time code with «tell nobody»: the code must go no further
    WARNS_OF_FRAUD = "warns_of_fraud"  # a warning or news about fraud, asks for nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One check's word on one message; `quote` is the very words that triggered it (empty when it did not fire)."""

    kind: Kind
    fired: bool
    quote: str = ""
    facts: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    weight: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """What the model says: (intent, probability) likeliest first, empty without a model. `understood`: above its threshold."""

    intents: Sequence[tuple[str, float]] = ()
    understood: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the register knows of a message's links, numbers and accounts: (scheme, the quoted name) of each suspect found."""

    suspects: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Level, scheme and why. `reasons` are the checks that fired and count, strongest first; `checks` is all of them.

    `confidence` (0–1) is that of the level. `own_code`: the message carries a one-time code, «tell it to nobody» must be said.
    """

    level: Level
    scheme: str | None
    confidence: float
    reasons: Sequence[Evidence]
    checks: Sequence[Evidence]
    own_code: bool = False
