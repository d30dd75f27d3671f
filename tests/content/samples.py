"""What each answer and phrase is filled with in tests: the longest that real life brings."""

from collections.abc import Mapping
from pathlib import Path

from jinja2 import meta

from bot.verdict.evidence import Kind
from content.cards import Card
from content.language import Language
from content.library import Library

GIVEN = frozenset({"fact", "value", "phrase", "name_of", "country_name"})
LONG = "«Здравствуйте, вас беспокоит служба безопасности банка, срочно назовите код\nиз SMS». " * 60
KINDS = [kind.value for kind in Kind]
FACTS_OF_REASONS = ("quote", "is", "looks_like", "number", "country", "name", "scheme", "percent")

# No card may be longer than what its author was asked to keep to.
LONGEST_CARD = Card(
    name="н" * 45,
    how="к" * 260,
    signs=("з" * 110,) * 5,
    they_say=("г" * 110,) * 4,
    do_now=("д" * 130,) * 3,
    never=("ж" * 100,) * 3,
)


def longest_reasons(words: Library, language: Language) -> list[str]:
    """The three longest sentences that any evidence could make, out of a very long message."""
    fields = dict.fromkeys(FACTS_OF_REASONS, LONG)
    return sorted((words.phrase(kind, language, **fields) for kind in KINDS), key=len)[-3:]


def fields(
    words: Library, language: Language, scheme_name: str = LONGEST_CARD.name, card: Card = LONGEST_CARD
) -> Mapping[str, object]:
    """Something for every field of every answer."""
    kinds = [words.phrase(key, language) for key in ("masked_card", "masked_iin", "masked_code")]
    return {
        "scheme_name": scheme_name,
        "card": card,
        "law": [],
        "steps": card.do_now,
        "reasons": longest_reasons(words, language),
        "confidence": words.phrase("confidence_middle", language),
        "how_we_know": words.phrase("how_automatic", language),
        "notes": [words.answer("masked_notice", language, kinds=kinds), words.phrase("too_long_cut", language)],
        "kinds": kinds,
        "first": scheme_name,
        "second": scheme_name,
        "ticket": "2026-000123",
        "quote": LONG[:80],
        "cleared": False,
        "rumour": False,
        "corrects": True,
        "wait": words.phrase("wait_hours", language, n=36),
        "topics": [each.card(language).name for each in words.schemes.values()],
        "regions": [names.name(language) for names in words.regions.values()],
        "address": "+7701***4567",
        "language_name": words.phrase(f"button_language_{language.value}", language),
        "consents": [
            words.phrase(
                "consent_given",
                language,
                channel=channel,
                kind=words.phrase("consent_educate", language),
                since="21.11.2026",
                origin=words.phrase("origin_link", language),
            )
            for channel in ("Telegram", "WhatsApp", "SMS", "push")
        ],
        "warnings": 12,
        "code": "K7M2",
        "at": "21.11.2026",
        "stopped": True,
        "tickets": 3,
        "days": 30,
        "minutes": 1,
        "number": 1,
        "total": 5,
        "text": max((sample.telling(language).text for sample in (*words.drill, *words.tutorial)), key=len),
        "why": max((sample.telling(language).why for sample in (*words.drill, *words.tutorial)), key=len),
        "scam": True,
        "right": 3,
        "fakes_found": 1,
        "fakes": 3,
        "real_kept": 2,
        "real": 2,
    }


def answers(words: Library, language: Language) -> list[str]:
    return sorted(path.stem for path in (words.folder / "answers" / language.value).glob("*.j2"))


def placeholders(words: Library, source: str) -> frozenset[str]:
    """Names a template needs from its caller."""
    return frozenset(meta.find_undeclared_variables(words.templates.parse(source))) - GIVEN


def sources(words: Library) -> Mapping[str, str]:
    """Every template there is, by a name to print: answers and phrases (each plural form on its own)."""
    found = {
        str(path.relative_to(words.folder)): path.read_text(encoding="utf-8")
        for path in sorted(words.folder.glob("answers/*/*.j2"))
    }
    for language, phrases in words.phrases.items():
        for key, phrase in phrases.items():
            forms: Mapping[str, str] = (
                {"": phrase} if isinstance(phrase, str) else {f":{form}": text for form, text in phrase.items()}
            )
            found.update({f"phrases/{language.value}.yaml:{key}{form}": text for form, text in forms.items()})
    return found


def word_files(words: Library) -> list[Path]:
    """All files whose text may reach a citizen, facts.yaml aside."""
    return [path for path in sorted(words.folder.rglob("*")) if path.suffix in {".j2", ".yaml"} and path.name != "facts.yaml"]
