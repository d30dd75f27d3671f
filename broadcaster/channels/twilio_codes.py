"""What Twilio's error codes and statuses mean to us: for a refusal at once and for one that comes later in a receipt. Pure.

From https://www.twilio.com/docs/api/errors. Any other code refuses this one message; the next channel is taken.
"""

from collections.abc import Mapping

from broadcaster.channels.outcome import Refused, TryLater

RECEIPT_PATH = "/receipts/twilio"
"""Under the public URL; the signed id of the delivery follows."""

DELIVERED = frozenset({"delivered", "read"})
UNDELIVERED = frozenset({"undelivered", "failed", "canceled"})
"""Every other status says that the message is still on its way."""

_WAIT_SECONDS = 300
_BREATH_SECONDS = 1
_QUEUE_SECONDS = 30
_QUEUE_IS_FULL = (21611, 30001)

_OPTED_OUT = {
    21610: "opted out",
    63014: "blocked by the person",
    63033: "blocked by the person",
}
_NOBODY_THERE = {
    21211: "no such number",
    21217: "no such number",
    21614: "no mobile number",
    30005: "no such number",
    30006: "no mobile number",
    63003: "not on WhatsApp",
    63024: "not on WhatsApp",
}
_NOT_THIS_ONE = {
    21408: "country not enabled",
    21612: "no route",
    21617: "text is too long",
    30003: "telephone not reached",
    30004: "blocked by the operator",
    30007: "filtered by the operator",
    30008: "no reason given",
    63013: "against the channel's rules",
    63016: "outside the 24-hour window without a template",
    63027: "template is not there",
    63028: "template's variables do not fit",
    63032: "held back by WhatsApp",
    63049: "held back by WhatsApp",
}
_TOO_FAST = {
    14107: "too fast",
    20429: "too many requests",
    21611: "queue is full",
    30001: "queue is full",
    30022: "too fast",
    63017: "too fast",
    63018: "too fast",
}
_OURS_TO_MEND = {
    20003: "credentials refused",
    20005: "account is suspended",
    20404: "account not found",
    21212: "our sender is not allowed",
    21603: "our sender is missing",
    21606: "our sender is not allowed",
    21659: "our sender is not allowed",
    21660: "our sender is not allowed",
    30002: "account is suspended",
    63002: "our sender is not allowed",
    63007: "our sender is not allowed",
    63008: "channel is not set up",
}
_UNSAID = "refused"


def meaning(code: int) -> Refused | TryLater:
    """What is ours to mend waits, so that a wrong password costs nobody their warning."""
    known: Mapping[int, str] = _OPTED_OUT | _NOBODY_THERE | _NOT_THIS_ONE | _TOO_FAST | _OURS_TO_MEND
    reason = f"twilio {code}: {known.get(code, _UNSAID)}"
    if code in _OPTED_OUT:
        return Refused(reason=reason, suppress=True)
    if code in _TOO_FAST:
        seconds = _QUEUE_SECONDS if code in _QUEUE_IS_FULL else _BREATH_SECONDS
        return TryLater(reason=reason, seconds=seconds, whole_bucket=True, too_fast=True)
    if code in _OURS_TO_MEND:
        return TryLater(reason=reason, seconds=_WAIT_SECONDS, whole_bucket=True)
    return Refused(reason=reason, dead=code in _NOBODY_THERE, next_channel=True)
