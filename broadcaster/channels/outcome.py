"""What a provider made of one message. Pure; the ledger settles by it.

Reasons are short, stand in `attempt` and in reports, and never quote an address or a text.
"""

from dataclasses import dataclass

LONGEST_WAIT = 86_400.0
"""Seconds. Whoever asks for more has made a mistake, and would hold the channel for as long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """The provider took it. `reference` is its own name of the message, at most 64 bytes; `segments` are what it will charge."""

    reference: str = ""
    segments: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """It certainly did not go out. `suppress`: the person wants nothing from us, on no channel; `dead`: nobody is there any more.

    `next_channel`: another address of theirs may be tried; never together with `suppress`.
    """

    reason: str
    suppress: bool = False
    dead: bool = False
    next_channel: bool = False

    def __post_init__(self) -> None:
        if self.suppress and self.next_channel:
            raise ValueError("whoever wants nothing from us is not tried elsewhere")


@dataclass(frozen=True, slots=True, kw_only=True)
class TryLater:
    """It certainly did not go out now. `seconds` to wait, 0 where nobody said how long; never more than LONGEST_WAIT.

    `whole_bucket`: the provider's trouble, not this message's, so everybody waits; `too_fast`: it said that we send too fast.
    """

    reason: str
    seconds: float = 0
    whole_bucket: bool = False
    too_fast: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "seconds", min(self.seconds, LONGEST_WAIT))


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """It may have gone out: never sent again by itself."""

    reason: str


Outcome = Accepted | Refused | TryLater | Unknown
