"""A whole message that is a command: /drill, «тренировка», the label of a button typed out, the name of a language.

Called by the conversation. Returns the data of the button that means the same, so that both go one way. STOP and START are not
here: they come earlier, through broadcaster.stop_words.
"""

import re
from collections.abc import Mapping

from content.language import Language
from content.library import Library

_SLASH: Mapping[str, str] = {
    "start": "start",
    "help": "how_it_works",
    "about": "how_it_works",
    "sos": "emergency",
    "emergency": "emergency",
    "language": "language",
    "lang": "language",
    "drill": "drill",
    "tutorial": "tutorial",
    "schemes": "schemes",
    "subscribe": "subscribe",
    "mydata": "my_data",
    "forgetme": "forget",
    "stopcredit": "stop_credit",
    "privacy": "personal_data",
}
_WORDS: Mapping[str, str] = {
    "language": "язык | тіл | тил | language | сменить язык | тілді ауыстыру | тілді өзгерту | change language",
    "language:kk": "қазақша | казакша | қазақ тілі | қазақ тілінде | по-казахски | на казахском | казахский | казахский язык"
    " | kazakh | in kazakh | qazaqsha | kazaksha | qazaqşa | po kazahski | қазақша сөйле | қазақша жаз | қазақша жауап бер",
    "language:ru": "по-русски | на русском | русский | русский язык | орысша | орыс тілінде | russian | in russian | po russki"
    " | na russkom | говори по-русски | пиши по-русски | отвечай по-русски",
    "language:en": "english | in english | по-английски | на английском | английский | ағылшынша | агылшынша | speak english"
    " | english please | in english please | po angliiski",
    "drill": "тренировка | жаттығу | drill | тест | тренажер | жаттыгу",
    "tutorial": "пример | примеры | мысал | үлгі | example | examples | tutorial",
    "how_it_works": "как это работает | что ты умеешь | қалай жұмыс істейді | how does it work | меню | мәзір | menu",
    "subscribe": "подписаться | подписка | жазылу | subscribe | jazylu | podpisatsya",
    "my_data": "мои данные | менің деректерім | my data",
    "forget": "удалить мои данные | деректерімді өшір | delete my data | forget me | удалите мои данные",
    "schemes": "схемы | виды мошенничества | алаяқтық түрлері | schemes",
    "stop_credit": "стоп-кредит | стоп кредит | stop credit",
}
MEANT: Mapping[str, str] = {
    "greet": "start",
    "thanks": "thanks",
    "how_it_works": "how_it_works",
    "report": "report",
    "subscribe": "subscribe",
    "stop": "subscribe",  # a longer sentence is no opt-out: the menu has the button and names the word
    "talk_to_person": "talk",
    "is_this_yours": "is_this_yours",
    "stop_credit": "stop_credit",
    "personal_data": "personal_data",
}
"""The model's intents of conversation, as the data of the button that means the same."""
_LABELS = (
    ("language", "language"),
    ("how_it_works", "how_it_works"),
    ("schemes", "schemes"),
    ("subscribe", "subscribe"),
    ("my_data", "my_data"),
    ("forget", "forget"),
    ("tutorial", "tutorial"),
    ("drill_start", "drill"),
    ("stop_credit", "stop_credit"),
    ("talk_to_person", "talk"),
    ("language_kk", "language:kk"),
    ("language_ru", "language:ru"),
    ("language_en", "language:en"),
)
_SLASHED = re.compile(r"/(\w{1,32})(?:@\w+)?(?:\s.*)?", re.DOTALL)
_LONGEST = 60


class Commands:
    """Built once: the words above and the labels of the library's buttons."""

    def __init__(self, library: Library) -> None:
        self._meant = {_plain(word): data for data, words in _WORDS.items() for word in words.split("|")}
        for label, data in _LABELS:
            for language in Language:
                self._meant[_plain(library.phrase(f"button_{label}", language))] = data

    def meant_by(self, text: str) -> str | None:
        """Data of the button this text stands for; a slash command we do not know is a call for help."""
        if slashed := _SLASHED.fullmatch(text.strip()):
            return _SLASH.get(slashed[1].lower(), "how_it_works")
        return self._meant.get(_plain(text)) if len(text) <= _LONGEST else None


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[\W_]+", " ", text.lower()).split())
