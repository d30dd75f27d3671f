"""What a campaign says, to whom and how: a value whose hash an approval names. Written by `campaign_files`, kept as JSON.

Whatever a template or a default would have filled in stands in it: the text that was approved is the text that is sent.
Each of its own rules has a code: the command line prints the English sentence, the console says it in its reader's language.
"""

import hashlib
import json
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Annotated, Any, Self

from pydantic import AfterValidator, Field, StrictBool, StrictInt, StringConstraints, field_validator, model_validator
from pydantic_core import PydanticCustomError

from broadcaster import segment_rules
from broadcaster.campaign_repeat import Repeat
from broadcaster.lawful_hours import KAZAKHSTAN
from broadcaster.ledger_codes import SendingChannel
from content.language import Language
from content.reading import Entry

LONGEST_TEXT = 4_000
REQUIRED = (Language.KK, Language.RU)
_JOINER = "\u200d"  # inside emoji
_MOMENT = "%Y-%m-%d %H:%M"


class Purpose(StrEnum):
    WARN = "warn"
    EDUCATE = "educate"
    RECALL = "recall"

    @property
    def consent(self) -> str:
        """The kind of consent it needs: whoever was warned wrongly is told so under the same word."""
        return Purpose.EDUCATE.value if self is Purpose.EDUCATE else Purpose.WARN.value


class LegalBasis(StrEnum):
    CONSENT = "consent"
    PUBLIC_TASK = "public-task"
    PARTNER_CONTRACT = "partner-contract"


def _one_line(text: str) -> str:
    if not text.isprintable():
        raise PydanticCustomError("one_line", "is one line of printable characters")
    return text


def _clean(text: str) -> str:
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n"))
    for position, character in enumerate(text):
        if not (character.isprintable() or character in ("\n", _JOINER)):
            found = {"codepoint": f"U+{ord(character):04X}", "place": position + 1}
            raise PydanticCustomError("invisible_character", "has an invisible character, {codepoint}, at place {place}", found)
    return text


Line = Annotated[str, StringConstraints(max_length=120), AfterValidator(_one_line)]
Body = Annotated[str, StringConstraints(max_length=LONGEST_TEXT), AfterValidator(_clean)]
Word = Annotated[str, StringConstraints(max_length=80), AfterValidator(_one_line)]
Sid = Annotated[str, StringConstraints(pattern=r"^HX[0-9a-f]{32}$")]


def _both(found: Mapping[Language, object]) -> None:
    if missing := [language.value for language in REQUIRED if language not in found]:
        raise PydanticCustomError("languages", "{missing} must stand here too", {"missing": " and ".join(missing)})


class Template(Entry):
    """A variable is one word for all languages or one for each."""

    name: Line
    variables: dict[str, Word | dict[Language, Word]] = Field(default_factory=dict)

    def words(self, language: Language) -> dict[str, str]:
        """What is there to fill in with in this language."""
        given = {name: value if isinstance(value, str) else value.get(language) for name, value in self.variables.items()}
        return {name: value for name, value in given.items() if value is not None}


class Content(Entry):
    """`budget` is in tenge; `control` is None where the policy's default holds; `schedule` is Kazakhstan time."""

    name: Line
    scheme: Line
    purpose: Purpose
    legal_basis: LegalBasis
    segment: dict[str, Any]
    channels: Annotated[tuple[SendingChannel, ...], Field(min_length=1)]
    text: dict[Language, Body]
    template: Template | None = None
    emergency: StrictBool = False
    drill: StrictBool = False
    budget: Annotated[StrictInt, Field(gt=0, le=10**10)] | None = None
    control: Annotated[float, Field(ge=0, le=0.5, allow_inf_nan=False)] | None = None
    control_hours: Annotated[StrictInt, Field(ge=1, le=720)] = 24
    whatsapp_template: dict[Language, Sid] | None = None
    schedule: str | None = None
    repeat: Repeat | None = None

    @field_validator("segment")
    @classmethod
    def _is_a_rule(cls, raw: dict[str, Any]) -> dict[str, Any]:
        return segment_rules.as_mapping(segment_rules.parse(raw))

    @field_validator("channels")
    @classmethod
    def _make_an_order(cls, channels: tuple[SendingChannel, ...]) -> tuple[SendingChannel, ...]:
        if len(set(channels)) < len(channels):
            raise PydanticCustomError("channel_twice", "a channel stands twice")
        if SendingChannel.PAPER in channels and len(channels) > 1:
            raise PydanticCustomError("paper_alone", "paper is a rehearsal: it stands alone")
        return channels

    @field_validator("text", "whatsapp_template")
    @classmethod
    def _in_both_languages(cls, found: dict[Language, str] | None) -> dict[Language, str] | None:
        if found is not None:
            _both(found)
        return found

    @field_validator("schedule")
    @classmethod
    def _is_a_moment(cls, text: str | None) -> str | None:
        return None if text is None else _moment(text).strftime(_MOMENT)

    @model_validator(mode="after")
    def _may_be_done(self) -> Self:
        if SendingChannel.RELAY in self.channels and self.legal_basis is LegalBasis.CONSENT:
            raise PydanticCustomError(
                "relay_basis", "relay reaches people who agreed to nothing: its legal_basis is public-task or partner-contract"
            )
        if self.drill and not self.rehearsal:
            raise PydanticCustomError("drill_paper", "a drill reaches nobody: its only channel is paper")
        if self.emergency and self.control:
            raise PydanticCustomError("emergency_control", "nobody waits in an emergency: no control group")
        if self.repeat and (self.drill or self.emergency):
            raise PydanticCustomError("repeat_alone", "a drill or an emergency does not repeat: each is decided on anew")
        if self.repeat and self.schedule and self.repeat.until < _moment(self.schedule).date():
            raise PydanticCustomError("repeat_over", "repeat.until is before the schedule: it would be over before it begins")
        return self

    @property
    def rehearsal(self) -> bool:
        """Reaches nobody. Only one marked as a drill needs no second pair of eyes."""
        return self.channels == (SendingChannel.PAPER,)

    @property
    def rule(self) -> segment_rules.Rule:
        return segment_rules.parse(self.segment)

    @property
    def send_at(self) -> datetime | None:
        """In UTC."""
        return None if self.schedule is None else _moment(self.schedule).astimezone(UTC)

    def at(self, moment: datetime) -> "Content":
        """The same, scheduled for another time."""
        return self.model_copy(update={"schedule": moment.astimezone(KAZAKHSTAN).strftime(_MOMENT)})

    def canonical(self) -> str:
        """Equal content is equal text, whatever the order of the file."""
        return json.dumps(
            self.model_dump(mode="json", exclude_none=True), ensure_ascii=False, sort_keys=True, separators=(",", ":")
        )

    @property
    def hash(self) -> bytes:
        return hashlib.sha256(self.canonical().encode()).digest()


@lru_cache(maxsize=1_000)
def kept(text: str) -> Content:
    """What `canonical` gave. Remembered: a list of five hundred campaigns took a page 12 to 30 ms to read."""
    return Content.model_validate_json(text)


def _moment(text: str) -> datetime:
    try:
        moment = datetime.strptime(text, _MOMENT).replace(tzinfo=KAZAKHSTAN)
        moment.astimezone(UTC)  # the year 1 has none
    except (ValueError, OverflowError):
        raise PydanticCustomError("moment", "looks like 2026-11-21 10:30, Kazakhstan time") from None
    return moment
