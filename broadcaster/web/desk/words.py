"""Moments, numbers and money as people of Kazakhstan read them, and the sentences of the console in one language."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import partial
from typing import Any

from babel.numbers import format_decimal, format_percent

from broadcaster.lawful_hours import KAZAKHSTAN
from content.desk_words import DeskWords
from content.language import Language
from content.wording import locale


def in_language(words: DeskWords, language: Language) -> Mapping[str, Callable[..., Any]]:
    """What every template may call: say(key, …), knows(key), when(moment), day(date), number(n), share(x), money(tiyn)."""
    return {
        "say": partial(_say, words, language),
        "knows": partial(words.knows, language=language),
        "when": when,
        "day": day,
        "number": partial(number, language=language),
        "share": partial(share, language=language),
        "money": partial(money, language=language),
    }


def when(moment: datetime | None) -> str:
    """29.11.2026 10:00 in Kazakhstan; a dash for what has not happened."""
    return f"{moment.astimezone(KAZAKHSTAN):%d.%m.%Y %H:%M}" if moment else "—"


def day(day: date) -> str:
    return f"{day:%d.%m.%Y}"


def number(n: int | float, *, language: Language) -> str:
    return format_decimal(n, locale=locale(language))


def share(part: float, *, language: Language) -> str:
    """0.124 → 12,4 %."""
    return format_percent(part, format="#,##0.#\u00a0%", locale=locale(language))


def money(tiyn: int | None, *, language: Language) -> str:
    """Tenge, without the tiyn where there are none; a dash where no price is known."""
    if tiyn is None:
        return "—"
    pattern = "#,##0\u00a0₸" if tiyn % 100 == 0 else "#,##0.00\u00a0₸"
    return format_decimal(tiyn / 100, format=pattern, locale=locale(language))


def _say(words: DeskWords, language: Language, key: str, **fields: object) -> str:
    return words.say(key, language, **fields)
