"""The measured effect in a few sentences for somebody who reads no statistics; the sentences stand in content."""

from datetime import datetime
from zoneinfo import ZoneInfo

from babel.numbers import format_decimal

from broadcaster.effect import MONTH, Effect, Look, Measure, Missing
from content.language import Language
from content.library import Library
from content.wording import locale

_ALMATY = ZoneInfo("Asia/Almaty")


def say(effect: Effect, library: Library, language: Language) -> tuple[str, ...]:
    """The first measure, then the one after a month; one sentence when both are missing for the same reason."""
    said = [_look(Look.NEXT, effect.next, effect, library, language)]
    if effect.month is not effect.next or effect.month is Missing.NO_SNAPSHOT_AFTER:
        said.append(_look(Look.MONTH, effect.month, effect, library, language))
    return tuple(said)


def say_detectable(share: float | None, library: Library, language: Language) -> str:
    """For the preview: `effect.smallest_detectable`."""
    if share is None:
        return library.phrase("effect_never_detectable", language)
    return library.phrase("effect_detectable", language, points=_points(share, language))


def _look(look: Look, seen: Measure | Missing, effect: Effect, library: Library, language: Language) -> str:
    match seen:
        case Missing.NO_SNAPSHOT_AFTER if effect.window is not None:
            opens, closes = effect.window
            if look is Look.MONTH:
                return library.phrase("effect_month_no_snapshot_after", language, opens=_moment(opens + MONTH))
            return library.phrase("effect_next_no_snapshot_after", language, opens=_moment(opens), closes=_moment(closes))
        case Missing():
            return library.phrase(f"effect_{seen.replace('-', '_')}", language)
        case Measure():
            return " ".join(_measured(look, seen, library, language))


def _measured(look: Look, seen: Measure, library: Library, language: Language) -> tuple[str, ...]:
    found = seen.difference
    shares = library.phrase(
        f"effect_{look}",
        language,
        at=_moment(seen.taken_at),
        warned=_points(seen.warned.value, language),
        waited=_points(seen.waited.value, language),
    )
    between = {
        name: _points(value, language) for name, value in (("difference", found.value), ("low", found.low), ("high", found.high))
    }
    if look is Look.MONTH:
        return shares, library.phrase("effect_month_difference", language, **between)
    key = "effect_inconclusive" if found.inconclusive else "effect_more_left" if found.value > 0 else "effect_fewer_left"
    sent, of = (format_decimal(each, locale=locale(language)) for each in (seen.reached, seen.warned.of))
    return shares, library.phrase(key, language, **between), library.phrase("effect_reached", language, reached=sent, of=of)


def _points(share: float, language: Language) -> str:
    """12,4 of a share 0.124."""
    return format_decimal(100 * share, format="0.0", locale=locale(language)).replace("-", "−")


def _moment(moment: datetime) -> str:
    return moment.astimezone(_ALMATY).strftime("%d.%m.%Y %H:%M")
