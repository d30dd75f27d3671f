"""Looks for new phrases beside the pages: to compare a handful of texts with 23,000 takes seconds of a thread of its own."""

import asyncio
from datetime import datetime

from bot.moderation import releasing
from bot.moderation.retraining import NoWorkshop, Workshop
from broadcaster.web.register import Register


class Finder:
    """One per process. `register` is used by nobody else."""

    def __init__(self, register: Register, workshop: Workshop) -> None:
        self._register = register
        self._workshop = workshop
        self._looking: asyncio.Task[int] | None = None

    @property
    def workshop(self) -> Workshop:
        return self._workshop

    @property
    def has_texts(self) -> bool:
        """Whether the phrases lie here that new ones are compared with: an installed package has none."""
        try:
            self._workshop.check_texts()
        except NoWorkshop:
            return False
        return True

    async def find(self, *, now: datetime) -> int:
        """How many are proposed now; whoever asks meanwhile waits for the same answer. Raises NoWorkshop."""
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._register.ask(releasing.propose, self._workshop, now=now))
        return await asyncio.shield(self._looking)

    async def close(self) -> None:
        if self._looking is not None:
            await asyncio.wait((self._looking,))
        await self._register.close()
