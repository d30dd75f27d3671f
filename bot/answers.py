"""A verdict in words a citizen reads, through content. Pure; called by the conversation and by bot.judging.

It must never show a raw key, an unmasked secret, a reported link that can be pressed, or «safe». The words are content's.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.masking import Masked, mask
from bot.verdict.evidence import Evidence, Kind, Level, Verdict
from content.language import Language
from content.library import Library
from content.wording import short

REASONS = 3
STEPS = 3

HIGH, MIDDLE = 0.9, 0.7
"""Probabilities of the level from which confidence is called high, or middle."""

_STEPS_UNNAMED: dict[Level, tuple[str, ...]] = {
    Level.SCAM: ("step_do_not_answer", "step_call_yourself", "step_keep_proofs"),
    Level.DOUBTFUL: ("step_wait", "step_open_yourself", "step_tell_nobody_codes"),
    Level.NO_SIGNS: ("step_ask_known_way", "step_open_yourself", "step_tell_nobody_codes"),
}
"""What to do when no scheme was recognised, and so no card says it better."""


_SCHEME = re.compile(r"[a-z][a-z0-9+.-]{0,30}:/+", re.IGNORECASE)
_NUMERIC_HOST = re.compile(r"(?<!\d)\d{1,3}(?:\.\d{1,3}){3}(?!\d)")
_DOT_IN_NAME = re.compile(r"[.\u3002\uff0e\uff61](?=[^\W\d_])")
_AT_NAME = re.compile(r"[@\uff20](?=\w)")


def defanged(quote: str) -> str:
    """`kaspi-bonus[.]top/pay`, `[@]kaspi_help`: what messengers turn into a link is still readable, and cannot be pressed."""
    return unlinked(short(quote, len(quote)))  # invisible letters go first: they would hide a dot from us


def unlinked(line: str) -> str:
    """What messengers would turn into a link, spelled so that they do not."""
    line = _SCHEME.sub("", line)
    line = _NUMERIC_HOST.sub(lambda host: host[0].replace(".", "[.]"), line)
    return _AT_NAME.sub("[@]", _DOT_IN_NAME.sub("[.]", line))


def sentence(reason: Evidence, language: Language, library: Library) -> str:
    """One reason as one sentence, quoting the person's own words with card numbers, IINs and codes masked, and links defanged."""
    facts = {name: defanged(mask(fact).text) for name, fact in reason.facts.items()}
    if "looks_like" in facts and reason.kind is not Kind.DISGUISED_LINK:
        facts["looks_like"] = reason.facts["looks_like"]  # the real site of a brand, out of our own list
    return library.phrase(reason.kind.value, language, **{"quote": defanged(mask(reason.quote).text), **facts})


def veiled(verdict: Verdict, masked: Masked) -> Verdict:
    """The verdict on a text as it came, with every quote as it stands in the masked text."""

    def veil(evidence: Evidence) -> Evidence:
        return replace(evidence, quote=masked.veil(evidence.quote)) if evidence.quote else evidence

    return replace(verdict, reasons=tuple(map(veil, verdict.reasons)), checks=tuple(map(veil, verdict.checks)))


def say(verdict: Verdict, language: Language, library: Library, notes: Sequence[str] = (), *, how: str = "") -> str:
    """The whole answer: level, scheme, at most three reasons and steps, how we know. `notes` come last (what was masked, cut).

    `how` says which people have looked; without it nobody has, and saying otherwise would be a lie told to a frightened person.
    """
    how = how or library.phrase("how_automatic", language)
    if verdict.level is Level.NO_SIGNS and verdict.own_code:
        return library.answer("verdict_own_code", language, how_we_know=how, notes=notes)
    scheme = library.schemes.get(verdict.scheme or "")
    return library.answer(
        f"verdict_{verdict.level.value}",
        language,
        scheme_name=scheme.card(language).name if scheme else "",
        confidence=library.phrase(f"confidence_{_confidence(verdict.confidence)}", language),
        reasons=[sentence(reason, language, library) for reason in _told(verdict)],
        steps=steps_after(verdict.level, verdict.scheme, language, library),
        how_we_know=how,
        notes=notes,
    )


def _told(verdict: Verdict) -> list[Evidence]:
    """The strongest reasons, each kind once; of a message that warns of fraud, that it does so."""
    if verdict.level is Level.NO_SIGNS:
        return [check for check in verdict.checks if check.fired and check.kind is Kind.WARNS_OF_FRAUD][:1]
    kinds: dict[Kind, Evidence] = {}
    for reason in verdict.reasons:
        kinds.setdefault(reason.kind, reason)
    return list(kinds.values())[:REASONS]


def steps_after(level: Level, scheme: str | None, language: Language, library: Library) -> list[str]:
    """What to do now: by the scheme's card, where it is a fraud of a scheme we know."""
    known = library.schemes.get(scheme or "")
    if level is Level.SCAM and known:
        return list(known.card(language).do_now[:STEPS])
    return [library.phrase(step, language) for step in _STEPS_UNNAMED.get(level, ())]


def _confidence(chance: float) -> str:
    return "high" if chance >= HIGH else "middle" if chance >= MIDDLE else "low"
