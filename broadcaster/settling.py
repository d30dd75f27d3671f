"""What the outcomes of a batch do to the ledger, in one transaction and by sets: a statement a person would cost ten times more.

A message moves from queued or waiting only. Where a receipt overtook us the row stands further on already and stays there.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from math import ceil

from broadcaster import attempts, batches, database, opt_outs, tallies
from broadcaster.batches import ADDRESS_BITS, USABLE, Batch, Result, Unsent, listed
from broadcaster.channels.outcome import Accepted, Refused, TryLater, Unknown
from broadcaster.contacts import ContactId
from broadcaster.database import Connection
from broadcaster.ledger_codes import SendingChannel, State, channel_of
from broadcaster.policy import Policy

_SQL = database.queries_beside(__file__)
_NEXT_ROUTES = _SQL["next_routes"].replace("/*usable*/", USABLE)


def settle(connection: Connection, batch: Batch, results: Mapping[ContactId, Result], *, now: datetime, policy: Policy) -> None:
    """Inside the caller's transaction. Every row of the batch has its result."""
    if results.keys() != batch.rows.keys():
        raise ValueError("a batch is settled whole")
    _Settling(connection, batch, now, policy).run(results)


def set_aside(
    connection: Connection, batch: Batch, reasons: Mapping[ContactId, str], *, elsewhere: bool, now: datetime, policy: Policy
) -> None:
    """People who are not leased after all, and why; `elsewhere`: unless a later channel can reach them.

    Inside the caller's transaction.
    """
    setting = _Settling(connection, batch, now, policy)
    setting.fall_out(reasons, passed_on=setting.pass_on(reasons) if elsewhere else frozenset())


class _Settling:
    def __init__(self, connection: Connection, batch: Batch, now: datetime, policy: Policy) -> None:
        self._connection, self._batch, self._policy = connection, batch, policy
        self._now = now
        self._second = batch.terms.second(now)
        self._campaign = batch.terms.campaign

    def run(self, results: Mapping[ContactId, Result]) -> None:
        accepted: dict[ContactId, Accepted] = {}
        unknown: dict[ContactId, str] = {}
        refused: dict[ContactId, Refused] = {}
        later: dict[ContactId, TryLater] = {}
        unsent: dict[Unsent, list[ContactId]] = defaultdict(list)
        for contact, result in results.items():
            match result:
                case Accepted():
                    accepted[contact] = result
                case Refused():
                    refused[contact] = result
                case TryLater():
                    later[contact] = result
                case Unknown():
                    unknown[contact] = result.reason
                case Unsent():
                    unsent[result].append(contact)
        self._move(accepted, State.ACCEPTED)
        self._attempts({contact: (result.reference, "") for contact, result in accepted.items() if result.reference})
        self._wants_a_person(self._move(unknown, State.UNKNOWN))
        self._attempts({contact: ("", reason) for contact, reason in unknown.items()})
        self._refuse(refused)
        self._put_off(later)
        self._wait(unsent[Unsent.RELEASED])
        self.fall_out(dict.fromkeys(unsent[Unsent.STOPPED], "stopped"), passed_on=frozenset())
        if len(accepted) + len(unknown) < len(results):
            self._give_back(results.keys() - accepted.keys() - unknown.keys())
        self._charge(accepted, kept=len(unknown))
        self._attribute([*accepted, *unknown])

    def fall_out(self, reasons: Mapping[ContactId, str], *, passed_on: Collection[ContactId]) -> None:
        out = {contact: reason for contact, reason in reasons.items() if contact not in passed_on}
        self._move(out, State.SUPPRESSED)
        self._attempts({contact: ("", reason) for contact, reason in out.items()})

    def pass_on(self, contacts: Collection[ContactId]) -> frozenset[ContactId]:
        """Those whom a later channel of the campaign can still reach wait for it now; the others are not touched."""
        content = self._batch.terms.content
        left = self._batch.terms.after(self._batch.channel)
        if not left or not contacts:
            return frozenset()
        asked = {**batches.usable(left, content), "campaign": self._campaign, "contacts": listed(contacts)}
        by_route: dict[int, list[ContactId]] = defaultdict(list)
        for row in self._connection.execute(_NEXT_ROUTES, asked).fetchall():
            if row["usable"] is not None:
                by_route[(row["usable"] >> ADDRESS_BITS) % 8 * 4 + row["language"]].append(ContactId(row["contact"]))
        for next_route, people in by_route.items():
            moved = self._move(people, State.WAITING, next_route)
            self._due(dict.fromkeys(moved, (int(self._now.timestamp()), 0)), channel_of(next_route))
        return frozenset(contact for people in by_route.values() for contact in people)

    def _refuse(self, refused: Mapping[ContactId, Refused]) -> None:
        if not refused:
            return
        self._mark_addresses(refused)
        self._attempts({contact: ("", result.reason) for contact, result in refused.items()})
        passed_on = self.pass_on([contact for contact, result in refused.items() if result.next_channel])
        left = refused.keys() - passed_on
        self._move([contact for contact in left if refused[contact].suppress], State.SUPPRESSED)
        self._move([contact for contact in left if not refused[contact].suppress], State.REFUSED)

    def _mark_addresses(self, refused: Mapping[ContactId, Refused]) -> None:
        at = database.instant(self._now)
        door = f"provider:{self._batch.channel}"
        for contact, result in refused.items():
            row = self._batch.rows[contact]
            if row.hash is None:
                continue
            if result.suppress:
                self._connection.execute(_SQL["suppress"], {"address": row.hash, "door": door, "at": at})
            if result.dead:
                self._connection.execute(_SQL["bury"], {"hash": row.hash, "kind": row.kind, "at": at})

    def _put_off(self, later: Mapping[ContactId, TryLater]) -> None:
        """A trouble of the provider's costs the message none of its tries."""
        again: dict[ContactId, tuple[int, int]] = {}
        given_up: dict[ContactId, str] = {}
        for contact, result in later.items():
            tries = self._batch.rows[contact].tries + (not result.whole_bucket)
            wait = self._policy.tries.wait(tries)
            if wait is None:
                given_up[contact] = result.reason
            else:
                again[contact] = (ceil(self._now.timestamp() + max(wait, result.seconds)), tries)
        self._move(given_up, State.REFUSED)
        self._attempts({contact: ("", f"given up: {reason}") for contact, reason in given_up.items()})
        moved = self._move(again, State.WAITING)
        self._due({contact: again[contact] for contact in moved}, self._batch.channel)

    def _wait(self, contacts: Collection[ContactId]) -> None:
        at = int(self._now.timestamp())
        moved = self._move(contacts, State.WAITING)
        self._due({contact: (at, self._batch.rows[contact].tries) for contact in moved}, self._batch.channel)

    def _move(self, contacts: Collection[ContactId], to: State, route: int | None = None) -> Collection[ContactId]:
        """Those that stood where the batch left them; a receipt may have moved the others on."""
        if not contacts:
            return ()
        asked = {"campaign": self._campaign, "contacts": listed(contacts), "state": to, "second": self._second, "route": route}
        moved = contacts
        done = self._connection.execute(_SQL["move" if route is None else "move_over"], asked)
        if done.rowcount < len(contacts):
            stand_there = {row["contact"] for row in self._connection.execute(_SQL["moved"], asked)}
            moved = [contact for contact in contacts if contact in stand_there]
        rows = self._batch.rows
        changes: Counter[tuple[int, State]] = Counter()
        for old, n in Counter([rows[contact].route for contact in moved]).items():
            changes[old, self._batch.state] -= n
            changes[old if route is None else route, to] += n
        tallies.shift(self._connection, self._campaign, changes)
        return moved

    def _wants_a_person(self, contacts: Collection[ContactId]) -> None:
        if contacts:
            self._connection.execute(_SQL["list_unknown"], {"campaign": self._campaign, "contacts": listed(contacts)})

    def _attempts(self, said: Mapping[ContactId, tuple[str, str]]) -> None:
        attempts.note(self._connection, self._campaign, self._batch.channel.code, self._second, said)

    def _due(self, when: Mapping[ContactId, tuple[int, int]], channel: SendingChannel) -> None:
        rows = [(self._campaign, channel.code, at, contact, tries) for contact, (at, tries) in when.items()]
        self._connection.executemany(_SQL["add_due"], rows)

    def _attribute(self, contacts: Collection[ContactId]) -> None:
        """A STOP that came while the message was in the air could not be put down to it then."""
        if contacts and batches.last_suppression(self._connection) > self._batch.stops_seen:
            asked = {"since": self._batch.stops_seen, "contacts": batches.listed(contacts)}
            for row in self._connection.execute(_SQL["stopped_meanwhile"], asked).fetchall():
                opt_outs.attribute(self._connection, row["contact"], at=self._now)

    def _give_back(self, contacts: Collection[ContactId]) -> None:
        """Whoever got nothing has not been written to; a rehearsal on paper never counted."""
        if self._batch.channel is SendingChannel.PAPER:
            return
        asked = {"contacts": listed(contacts), "day": batches.day_of(self._batch.taken_at)}
        self._connection.execute(_SQL["give_back"], asked)

    def _charge(self, accepted: Mapping[ContactId, Accepted], *, kept: int) -> None:
        """Exactly what will be paid for what was accepted; for the unknown what was set aside."""
        if not self._batch.reserve:
            return
        price = self._policy.channels[self._batch.channel].price_tiyn or 0
        spent = price * sum(result.segments for result in accepted.values())
        change = spent - self._batch.reserve * (len(self._batch.rows) - kept)
        self._connection.execute(_SQL["charge"], {"campaign": self._campaign, "change": change})
