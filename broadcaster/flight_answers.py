"""An outcome as 88 bytes of a flight record, and back. Pure."""

import struct
from mmap import mmap

from broadcaster.channels.outcome import Accepted, Outcome, Refused, TryLater, Unknown

_ANSWER = struct.Struct("<BBHfH78s")
"""Kind, flags, segments, seconds, length of the text, the text: a reference or a reason."""
SIZE = _ANSWER.size
_LONGEST = 78
_MOST_SEGMENTS = 0xFFFF
_SUPPRESS, _DEAD, _NEXT_CHANNEL, _WHOLE_BUCKET, _TOO_FAST = 1, 2, 4, 8, 16


def pack(outcome: Outcome, buffer: mmap, offset: int) -> None:
    """A text longer than 78 bytes is cut. Raises nothing, whatever a provider said: the message has left."""
    segments, seconds, flags = 0, 0.0, 0
    match outcome:
        case Accepted():
            kind, text, segments = 0, outcome.reference, outcome.segments
        case Refused():
            kind, text = 1, outcome.reason
            flags = _SUPPRESS * outcome.suppress | _DEAD * outcome.dead | _NEXT_CHANNEL * outcome.next_channel
        case TryLater():
            kind, text, seconds = 2, outcome.reason, outcome.seconds
            flags = _WHOLE_BUCKET * outcome.whole_bucket | _TOO_FAST * outcome.too_fast
        case Unknown():
            kind, text = 3, outcome.reason
    cut = text.encode(errors="replace")[:_LONGEST]
    _ANSWER.pack_into(buffer, offset, kind, flags, min(segments, _MOST_SEGMENTS), seconds, len(cut), cut)


def unpack(buffer: mmap, offset: int) -> Outcome:
    """Raises ValueError for what `pack` never wrote."""
    kind, flags, segments, seconds, length, cut = _ANSWER.unpack_from(buffer, offset)
    text = cut[:length].decode(errors="ignore")
    match kind:
        case 0:
            return Accepted(reference=text, segments=segments)
        case 1:
            return Refused(
                reason=text,
                suppress=bool(flags & _SUPPRESS),
                dead=bool(flags & _DEAD),
                next_channel=bool(flags & _NEXT_CHANNEL),
            )
        case 2:
            held, fast = bool(flags & _WHOLE_BUCKET), bool(flags & _TOO_FAST)
            return TryLater(reason=text, seconds=seconds, whole_bucket=held, too_fast=fast)
        case _:
            return Unknown(reason=text)
