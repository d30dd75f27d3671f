"""Why a message was refused or lost, and why a campaign paused, as keys of sentences in content/desk/*/reasons.yaml. Pure.

The register keeps what the channels, the ledger and the sender said, in English; a page shows the sentence with that beside it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from broadcaster.ledger_codes import SendingChannel

GIVEN_UP = "given up: "
UNSAID = "reason_other"
PAUSED_OTHERWISE = "paused_other"

_OF_TWILIO: Mapping[str, str] = {
    "opted out": "reason_opted_out",
    "blocked by the person": "reason_blocked",
    "no such number": "reason_no_such_number",
    "no mobile number": "reason_no_mobile_number",
    "not on WhatsApp": "reason_not_on_whatsapp",
    "country not enabled": "reason_no_way_there",
    "no route": "reason_no_way_there",
    "text is too long": "reason_too_long",
    "telephone not reached": "reason_telephone_off",
    "blocked by the operator": "reason_operator_filter",
    "filtered by the operator": "reason_operator_filter",
    "no reason given": "reason_refused",
    "against the channel's rules": "reason_against_rules",
    "outside the 24-hour window without a template": "reason_no_template",
    "template is not there": "reason_no_template",
    "template's variables do not fit": "reason_no_template",
    "held back by WhatsApp": "reason_held_back",
    "too fast": "reason_too_fast",
    "too many requests": "reason_too_fast",
    "queue is full": "reason_too_fast",
    "credentials refused": "reason_account",
    "account is suspended": "reason_account",
    "account not found": "reason_account",
    "our sender is not allowed": "reason_account",
    "our sender is missing": "reason_account",
    "channel is not set up": "reason_account",
    "refused": "reason_refused",
}
_WHOLE: Mapping[str, str] = {
    "stopped": "reason_stopped",
    "left the topic": "reason_left_topic",
    "not reachable any more": "reason_no_address",
    "frequency cap": "reason_cap",
    "the sender died while it was in the air": "reason_sender_died",
    "the machine went down, or the flight record is lost": "reason_sender_died",
    "telegram 403: blocked": "reason_blocked",
    "telegram 403: account is gone": "reason_account_gone",
    "telegram 403: never started": "reason_never_started",
    "telegram 403": "reason_refused",
    "telegram 400: chat not found": "reason_account_gone",
    "telegram 400": "reason_refused",
    "telegram: a group, not a person": "reason_group",
    "telegram: token refused": "reason_account",
    "whatsapp: no approved template": "reason_no_template",
    "push: no usable subscription": "reason_push_gone",
    "push: text is too long": "reason_too_long",
    "relay: no such partner": "reason_no_partner",
    "relay: not known": "reason_no_answer",
    "relay: opted out": "reason_opted_out",
    "relay: gone": "reason_partner_gone",
    "relay: refused": "reason_partner_refused",
}
_FAMILIES: Sequence[tuple[re.Pattern[str], str]] = [
    (re.compile(pattern), key)
    for pattern, key in (
        (r"push \d{3}: unsubscribed", "reason_push_gone"),
        (r"\w+ 429", "reason_too_fast"),
        (r"\w+ 5\d\d", "reason_server_error"),
        (r"(push|relay|twilio) \d{3}", "reason_refused"),
        (r"\w+: (not reached|turned away on the way there)", "reason_not_reached"),
        (r"paper: .+", "reason_paper"),
        (r"(telegram|push|relay|twilio): \w+", "reason_no_answer"),
        (r"(broke|no message): \w+", "reason_our_mistake"),
    )
]
_TWILIO = re.compile(r"twilio \d+: (.+)")
_PAUSES: Sequence[tuple[re.Pattern[str], str]] = [
    (re.compile(pattern.replace("CHANNEL", "|".join(SendingChannel))), key)
    for pattern, key in (
        (r"the budget is spent", "paused_budget"),
        (r"canary: (?P<failed>\d+) of (?P<answered>\d+) messages failed on (?P<channel>CHANNEL)", "paused_canary"),
        (r"errors: (?P<share>[\d.]+)% of (?P<answered>\d+) messages, more than (?P<limit>\d+)%", "paused_errors"),
        (r"opt-outs: (?P<share>[\d.]+)% of (?P<answered>\d+) people, more than (?P<limit>\d+)%", "paused_opt_outs"),
        (r"(?P<lost>\d+) answers in a row were lost on (?P<channel>CHANNEL)", "paused_lost"),
        (r"(?P<channel>CHANNEL) is closed: .+", "paused_closed"),
    )
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """`fields` are those of the sentence; a channel stands there by its id."""

    key: str
    fields: Mapping[str, str]


def key_of(reason: str) -> str:
    """`reason_other` for what nobody has foreseen."""
    said = reason.removeprefix(GIVEN_UP)
    if said in _WHOLE:
        return _WHOLE[said]
    if of_twilio := _TWILIO.fullmatch(said):
        return _OF_TWILIO.get(of_twilio[1], UNSAID)
    return next((key for family, key in _FAMILIES if family.fullmatch(said)), UNSAID)


def was_tried_again(reason: str) -> bool:
    """It was put off several times before it was given up."""
    return reason.startswith(GIVEN_UP)


def pause_of(reason: str) -> Pause:
    """`paused_other` for what a colleague wrote."""
    for pattern, key in _PAUSES:
        if found := pattern.fullmatch(reason):
            return Pause(key=key, fields=found.groupdict())
    return Pause(key=PAUSED_OTHERWISE, fields={})
