"""The language a person is answered in, and their changing of it. Called by the conversation.

A chosen language is kept. Without one, each message is answered in its own; what has no words in the language spoken before.
"""

import sqlite3
from collections.abc import Sequence

from bot.buttons import Labels, OldButton, Row
from bot.dialogue import Dialogues
from bot.language import language_of
from bot.message import Incoming, Reply
from bot.turn import Turn, address_of
from broadcaster import contacts, stop_words
from broadcaster.contacts import Contact
from broadcaster.database import Connection, DatabaseUnavailable
from content.language import Language
from content.library import Library


class Speaking:
    def __init__(self, library: Library, register: Connection, dialogues: Dialogues) -> None:
        self._library = library
        self._register = register
        self._dialogues = dialogues

    def language_for(self, incoming: Incoming) -> Language:
        """Never raises: a register that cannot be read has no say."""
        contact = self._contact(incoming)
        if contact and contact.language and contact.language_chosen:
            return contact.language
        spoken = self._dialogues.of(incoming).language or (contact and contact.language) or incoming.language_hint
        if incoming.pressed or incoming.text.startswith("/"):
            return spoken or Language.RU
        if spoken and stop_words.command(incoming.text):
            return spoken  # STOP is written in all languages
        if incoming.in_picture and not incoming.text.strip():
            return spoken or language_of(incoming.in_picture)
        return language_of(incoming.text, spoken or Language.RU)

    def reply(self, turn: Turn, arguments: Sequence[str]) -> Reply:
        """`language` asks, `language:kk` chooses and answers in it at once."""
        if not arguments:
            return Reply(
                text=self._library.answer("language_ask", turn.language), language=turn.language, buttons=(self.row(turn),)
            )
        if arguments[0] not in set(Language):
            raise OldButton
        chosen = Language(arguments[0])
        self._dialogues.change(turn.incoming, language=chosen)
        contacts.choose_language(self._register, turn.address, chosen, now=turn.incoming.received_at)
        return Reply(text=self._library.answer("language_chosen", chosen), language=chosen)

    def row(self, turn: Turn) -> Row:
        label = Labels(self._library, turn.language)
        return tuple(label(f"language_{language.value}", f"language:{language.value}") for language in Language)

    def _contact(self, incoming: Incoming) -> Contact | None:
        try:
            return contacts.find(self._register, address_of(incoming))
        except (DatabaseUnavailable, sqlite3.Error):
            return None
