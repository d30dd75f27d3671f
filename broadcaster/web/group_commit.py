"""One transaction for all who wait at that moment: a thousand receipts a second find the register free once for each group.

Called by the doors for receipts. Whoever is answered is committed; whoever fails has changed nothing and costs no neighbour
anything. A word about consent waits for the disk, and whoever shares its transaction with it.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from broadcaster import database
from broadcaster.database import Connection, DatabaseUnavailable
from broadcaster.web.register import Register

LARGEST = 200
"""Works in one transaction: others who write wait some 20 ms for it."""

Work = Callable[[Connection], None]


@dataclass(frozen=True, slots=True)
class _Waiting:
    work: Work
    durable: bool
    done: "asyncio.Future[None]"


class GroupCommit:
    """Lives in one event loop, like the requests that use it."""

    def __init__(self, register: Register) -> None:
        self._register = register
        self._waiting: list[_Waiting] = []
        self._turns: asyncio.Task[None] | None = None

    async def join(self, work: Work, *, durable: bool) -> None:
        """Until it is committed. `work` runs inside the group's transaction; raises what it raises, or DatabaseUnavailable.

        `durable` as in `database.transaction`.
        """
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(work, durable, done))
        if self._turns is None:
            self._turns = asyncio.create_task(self._take_turns())
        await done

    async def _take_turns(self) -> None:
        while self._waiting:
            group, self._waiting = self._waiting[:LARGEST], self._waiting[LARGEST:]
            durable = any(each.durable for each in group)
            try:
                failures = await self._register.ask(_commit, [each.work for each in group], durable=durable)
            except Exception as error:
                failures = [error] * len(group)
            for each, failure in zip(group, failures, strict=True):
                _tell(each.done, failure)
        self._turns = None


def _tell(done: "asyncio.Future[None]", failure: Exception | None) -> None:
    if done.done():  # whoever asked has gone
        return
    if failure is None:
        done.set_result(None)
    else:
        done.set_exception(failure)


def _commit(connection: Connection, works: Sequence[Work], *, durable: bool) -> Sequence[Exception | None]:
    with database.transaction(connection, durable=durable):
        return [_failure(connection, work) for work in works]


def _failure(connection: Connection, work: Work) -> Exception | None:
    """Raises DatabaseUnavailable: then nothing of the group is kept."""
    connection.execute("SAVEPOINT one")
    try:
        work(connection)
    except DatabaseUnavailable:
        raise
    except Exception as error:
        connection.execute("ROLLBACK TO one")
        return error
    finally:
        if connection.in_transaction:  # a full disk may have ended it
            connection.execute("RELEASE one")
    return None
