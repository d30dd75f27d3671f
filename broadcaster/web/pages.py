"""The unsubscribe page as it stands in three languages."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from broadcaster.web.html import environment
from broadcaster.web.unsubscribing import Action, Shown, Standing
from content.language import Language
from content.library import Library

TEMPLATES = Path(__file__).parent / "templates"

_BUTTONS: Mapping[Standing, tuple[Action, ...]] = {
    Standing.WRITTEN_TO: (Action.TOPIC, Action.EVERYTHING),
    Standing.TOPIC_REFUSED: (Action.TOPIC_AGAIN, Action.EVERYTHING),
    Standing.STOPPED: (Action.START,),
    Standing.NOBODY: (),
}
_OF_A_TOPIC = frozenset({Action.TOPIC, Action.TOPIC_AGAIN})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    language: Language
    title: str
    sentence: str
    note: str
    buttons: Mapping[Action, str]
    choices: str


class Pages:
    """One per process. `base`: what our addresses begin with, as in `public_pages.base_of`."""

    def __init__(self, library: Library, *, base: str = "") -> None:
        self._library = library
        self._base = base
        self._unsubscribe = environment(TEMPLATES).get_template("unsubscribe.html")

    def standing(self, shown: Shown, *, token: str, form: str, done: Action | None = None) -> str:
        """`done` is what was pressed just now; `form` is unguessable and new for each showing."""
        return self._page([self._part(shown, done, language) for language in _order(shown.language)], form, token)

    def plain(self, phrase: str) -> str:
        """One sentence and no button: for a link that is none of ours, and when nothing can be done now."""
        parts = [self._in(language, self._library.phrase(phrase, language), {}) for language in Language]
        return self._page(parts, form="", token="")

    def _part(self, shown: Shown, done: Action | None, language: Language) -> _Part:
        known = shown.scheme in self._library.schemes
        name = self._library.card(shown.scheme, language).name if known else shown.scheme
        buttons = {
            action: self._library.phrase(f"unsubscribe_button_{action.replace('-', '_')}", language)
            for action in _BUTTONS[shown.standing]
            if known or action not in _OF_A_TOPIC
        }
        started = shown.standing is Standing.WRITTEN_TO and done in (Action.START, Action.TOPIC_AGAIN)
        key = "unsubscribe_started" if started else f"unsubscribe_{shown.standing.replace('-', '_')}"
        may_choose = shown.standing in (Standing.WRITTEN_TO, Standing.TOPIC_REFUSED)
        choices = self._library.phrase("public_choices_title", language) if may_choose else ""
        return self._in(language, self._library.phrase(key, language, name=name), buttons, choices)

    def _in(self, language: Language, sentence: str, buttons: Mapping[Action, str], choices: str = "") -> _Part:
        return _Part(
            language=language,
            title=self._library.phrase("unsubscribe_title", language),
            sentence=sentence,
            note=self._library.phrase("unsubscribe_note", language),
            buttons=buttons,
            choices=choices,
        )

    def _page(self, parts: list[_Part], form: str, token: str) -> str:
        return self._unsubscribe.render(parts=parts, form=form, token=token, base=self._base)


def _order(first: Language) -> tuple[Language, ...]:
    return (first, *(language for language in Language if language is not first))
