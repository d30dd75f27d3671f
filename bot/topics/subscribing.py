"""Subscribing to warnings by topic and region, topic by topic, and leaving them. Called by the conversation.

Every press takes effect at once and leaves its event of consent; a subscription without a topic does not exist.
"""

from collections.abc import Sequence

from bot.buttons import Labels, OldButton, Row, scheme_in
from bot.message import Button, Reply
from bot.turn import Turn
from broadcaster import consent, contacts, database
from broadcaster.database import Connection
from content.library import Library


class Subscribing:
    def __init__(self, library: Library, register: Connection) -> None:
        self._library = library
        self._register = register

    def menu(self, turn: Turn, arguments: Sequence[str] = ()) -> Reply:
        """What is chosen so far, and what can be changed."""
        label = Labels(self._library, turn.language)
        rows = [(label("all_topics", "topics:all"),), (label("topics"), label("regions")), (label("done", "subscribed"),)]
        return self._said(turn, "subscribe_menu", (*rows, (label("stop"),)))

    def topics(self, turn: Turn, arguments: Sequence[str]) -> Reply:
        """`topics` lists them, `topics:all` takes all, `topics:romance` takes or drops one."""
        if arguments == ["all"]:
            self._take(turn, list(self._library.schemes))
            return self.done(turn)
        if arguments:
            topic = scheme_in(arguments[0], self._library)
            if topic in self._chosen(turn)[0]:
                consent.unsubscribe(self._register, turn.address, turn.origin, topic=topic)
            else:
                self._take(turn, [topic])
        chosen, _ = self._chosen(turn)
        names = {id: scheme.card(turn.language).name for id, scheme in self._library.schemes.items()}
        return self._list(turn, "subscribe_topics", "topics", names, chosen)

    def regions(self, turn: Turn, arguments: Sequence[str]) -> Reply:
        """`regions` lists them, `regions:almaty` chooses one: a person lives in one place."""
        if arguments:
            if arguments[0] not in self._library.regions:
                raise OldButton
            with database.transaction(self._register):
                contact = contacts.record(self._register, turn.address, now=turn.incoming.received_at)
                contacts.set_region(self._register, contact, arguments[0])
        _, region = self._chosen(turn)
        names = {slug: name.name(turn.language) for slug, name in self._library.regions.items()}
        return self._list(turn, "subscribe_regions", "regions", names, {region} if region else set())

    def done(self, turn: Turn, arguments: Sequence[str] = ()) -> Reply:
        """Says what is subscribed to; with nothing chosen, offers the menu again."""
        chosen, _ = self._chosen(turn)
        if not chosen:
            return self.menu(turn)
        label = Labels(self._library, turn.language)
        return self._said(turn, "subscribe_done", ((label("topics"), label("regions")), (label("stop"),)))

    def _take(self, turn: Turn, topics: Sequence[str]) -> None:
        consent.subscribe(self._register, turn.address, turn.origin, topics=topics)
        contact = contacts.find(self._register, turn.address)
        if contact is not None:
            contacts.notice_language(self._register, contact.id, turn.language)

    def _chosen(self, turn: Turn) -> tuple[set[str], str | None]:
        contact = contacts.find(self._register, turn.address)
        if contact is None:
            return set(), None
        region = contact.region if contact.region in self._library.regions else None
        return set(contact.topics) & set(self._library.schemes), region

    def _said(self, turn: Turn, answer: str, rows: Sequence[Row]) -> Reply:
        """An empty list of topics means all of them in `subscribe_done`."""
        chosen, region = self._chosen(turn)
        every = answer == "subscribe_done" and chosen == set(self._library.schemes)
        topics = [] if every else [self._library.card(id, turn.language).name for id in self._library.schemes if id in chosen]
        regions = [self._library.region(region, turn.language)] if region else []
        text = self._library.answer(answer, turn.language, topics=topics, regions=regions)
        return Reply(text=text, language=turn.language, buttons=rows)

    def _list(self, turn: Turn, answer: str, verb: str, names: dict[str, str], chosen: set[str]) -> Reply:
        label = Labels(self._library, turn.language)

        def one(id: str, name: str) -> Button:
            return label("chosen" if id in chosen else "not_chosen", f"{verb}:{id}", name=name)

        rows = [(one(id, name),) for id, name in names.items()]
        last = (label("back", "subscribe"), label("done", "subscribed"))
        return Reply(text=self._library.answer(answer, turn.language), language=turn.language, buttons=(*rows, last))
