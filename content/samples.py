"""Invented messages to practise on, fake and real ones: the drill's pool and the tutorial's three."""

from content.language import Language
from content.reading import Entry


class Telling(Entry):
    """The message and, after the guess, why it is what it is."""

    text: str
    why: str


class Sample(Entry):
    """One message for practice. `scheme` is None exactly when it is genuine."""

    id: str
    scam: bool
    scheme: str | None
    kk: Telling
    ru: Telling
    en: Telling

    def telling(self, language: Language) -> Telling:
        return {Language.KK: self.kk, Language.RU: self.ru, Language.EN: self.en}[language]


class Names(Entry):
    """The name of one thing in three languages."""

    kk: str
    ru: str
    en: str

    def name(self, language: Language) -> str:
        return {Language.KK: self.kk, Language.RU: self.ru, Language.EN: self.en}[language]
