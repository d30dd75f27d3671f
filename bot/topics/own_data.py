"""What we keep of a person: shown with /mydata, erased with /forgetme. Called by the conversation."""

from collections.abc import Sequence

from bot import tickets
from bot.buttons import Labels
from bot.dialogue import Dialogues
from bot.message import Reply
from bot.turn import Turn
from broadcaster import contacts
from broadcaster.database import Connection
from content.library import Library


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
            stopped=known.stopped,
            tickets=tickets.kept(self._register, turn.asker),
        )
        label = Labels(self._library, turn.language)
        return Reply(text=text, language=turn.language, buttons=((label("forget"),),))

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
            tickets.forget(self._register, asker)
        contacts.forget(self._register, turn.address)
        self._dialogues.forget(turn.incoming)
