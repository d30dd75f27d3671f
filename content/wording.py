"""Templates, plurals and quotes: how a sentence of ours is filled in. Plain text for chats; it must never become HTML.

Called by content.library; the one place where a Jinja environment is made.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from babel import Locale
from jinja2 import BaseLoader, ChoiceLoader, DictLoader, FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from pydantic import StringConstraints

from content.language import Language

QUOTE_LENGTH = 80

Form = Literal["one", "few", "many", "other"]  # all that our three languages need
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Phrase = Text | dict[Form, Text]  # plural forms of the field `n`; «other» is always there


def environment(phrases: Mapping[str, str], answers: Path) -> ImmutableSandboxedEnvironment:
    """The sandbox of all our words: `phrases` by name, answers as files. Comms staff write templates, so none may reach code."""
    loader: BaseLoader = ChoiceLoader([DictLoader(phrases), FileSystemLoader(answers)])
    return ImmutableSandboxedEnvironment(  # plain text for chats: escaping would show as &amp;
        loader=loader,
        autoescape=False,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
    )


@cache
def locale(language: Language) -> Locale:
    return Locale.parse(language.value)


def plural_form(forms: Mapping[Form, str], language: Language, n: int) -> Form:
    """The form for `n` things; a language that needs fewer forms (Kazakh: one) writes only «other»."""
    needed = locale(language).plural_form(n)
    return next((form for form in forms if form == needed), "other")


def short(quote: str, length: int = QUOTE_LENGTH) -> str:
    """A person's own words on one line, cut at a word, without invisible characters that could turn our sentence around."""
    start = quote[: 20 * length]
    if not start.isprintable():
        start = "".join(c if c.isprintable() else " " if c.isspace() else "" for c in start)
    line = " ".join(start.split())
    if len(line) <= length:
        return line
    cut = line[: length - 1]
    at_word = cut.rsplit(" ", 1)[0]
    return (at_word if len(at_word) > length // 2 else cut).rstrip(" ,.;:—-«(") + "…"


def territory(code: str, language: Language) -> str:
    """Name of a country in that language; what is no two-letter code stays as it is."""
    name = locale(language).territories.get(code.upper())
    return name or code
