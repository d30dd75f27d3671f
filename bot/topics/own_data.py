"""What we keep of a person: shown with /mydata, erased with /forgetme. Called by the conversation."""

from collections.abc import Sequence
from datetime import timedelta

from bot import tickets
from bot.buttons import Labels
from bot.dialogue import Dialogues
from bot.message import Reply
from bot.moderation import reports
from bot.turn import Turn
from broadcaster import contacts
from broadcaster.contacts import Agreed, Contact
from broadcaster.database import Connection
from broadcaster.lawful_hours import KAZAKHSTAN
from content.library import Library

LATELY = timedelta(days=30)
_NAMES = {"telegram": "Telegram", "whatsapp": "WhatsApp", "phone": "SMS", "sms": "SMS", "push": "push", "web-push": "push"}
"""Of channels and doors, the same in all languages."""
_ORIGINS = ("import", "link", "web")
"""Those with a phrase; any other is named as an import named it."""


class OwnData:
    def __init__(self, library: Library, register: Connection, dialogues: Dialogues) -> None:
        self._library = library
        self._register = register
        self._dialogues = dialogues

    def show(self, turn: Turn, arguments: Sequence[str]) -> Reply:
        known = contacts.mydata(self._register, turn.address)
        contact = known.contact
        language = (contact.language if contact else None) or turn.language
        text = self._library.answer(
            "my_data",
            turn.language,
            address=known.address,
            language_name=self._library.phrase(f"button_language_{language.value}", turn.language),
            topics=[
                self._library.card(id, turn.language).name for id in self._library.schemes if contact and id in contact.topics
            ],
            regions=[
                name.name(turn.language) for slug, name in self._library.regions.items() if contact and slug == contact.region
            ],
            consents=[self._agreed(turn, each) for each in known.agreed],
            warnings=self._warnings(turn, contact),
            stopped=known.stopped,
            tickets=tickets.kept(self._register, turn.asker),
        )
        label = Labels(self._library, turn.language)
        return Reply(text=text, language=turn.language, buttons=((label("forget"),),))

    def _agreed(self, turn: Turn, agreed: Agreed) -> str:
        origin = _NAMES.get(agreed.origin, agreed.origin)
        if agreed.origin in _ORIGINS:
            origin = self._library.phrase(f"origin_{agreed.origin}", turn.language)
        return self._library.phrase(
            "consent_given",
            turn.language,
            channel=_NAMES.get(agreed.channel, agreed.channel.value),
            kind=self._library.phrase(f"consent_{agreed.kind}", turn.language),
            since=agreed.since.astimezone(KAZAKHSTAN).strftime("%d.%m.%Y"),
            origin=origin,
        )

    def _warnings(self, turn: Turn, contact: Contact | None) -> int:
        since = turn.incoming.received_at - LATELY
        return contacts.warnings_since(self._register, contact.id, since) if contact else 0

    def forget(self, turn: Turn, arguments: Sequence[str]) -> Reply:
        """`forget` asks first, `forget:yes` does it; a STOP is still obeyed afterwards."""
        label = Labels(self._library, turn.language)
        if list(arguments) == ["yes"]:
            self._erase(turn)
            return Reply(text=self._library.answer("forgotten", turn.language), language=turn.language)
        if list(arguments) == ["no"]:
            return Reply(text=self._library.phrase("forget_declined", turn.language), language=turn.language)
        row = (label("forget_yes", "forget:yes"), label("forget_no", "forget:no"))
        return Reply(text=self._library.answer("forget_ask", turn.language), language=turn.language, buttons=(row,))

    def _erase(self, turn: Turn) -> None:
        """Our own tables first: the register's erasure ends with emptying the log that all pages pass through."""
        contact = contacts.find(self._register, turn.address)
        others = contacts.hashes(self._register, contact.id) if contact else ()
        for asker in {turn.asker, *others}:
            reports.forget(self._register, asker, now=turn.incoming.received_at)
            tickets.forget(self._register, asker)
        contacts.forget(self._register, turn.address)
        self._dialogues.forget(turn.incoming)
