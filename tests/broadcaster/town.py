"""People, suspects and campaigns made in a line each, straight in the tables: tests of the sending side begin with a town.

people = town(register)
aigul = people.person(telegram="700000001", language="kk", consent=("warn",), follows=("@pyramid_kz",))
"""

import hashlib
import json
from collections.abc import Collection, Mapping
from datetime import datetime
from itertools import count

from broadcaster import database
from broadcaster.addresses import Channel, normalise
from broadcaster.contacts import ContactId
from broadcaster.database import Connection
from tests.broadcaster.conftest import NOW

SCHEME = "financial-pyramid"
_VOICES = ("telegram", "push", "whatsapp", "phone")


def town(connection: Connection) -> "Town":
    return Town(connection)


class Town:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._numbers = count(1)

    def person(
        self,
        *,
        telegram: str | None = None,
        whatsapp: str | None = None,
        phone: str | None = None,
        push: str | None = None,
        relay: str | None = None,
        language: str | None = None,
        region: str | None = None,
        topics: Collection[str] = (),
        refused: Collection[str] = (),
        consent: Collection[str] = (),
        follows: Collection[str] = (),
        stopped: Collection[str] = (),
        dead: Collection[str] = (),
    ) -> ContactId:
        """`consent` holds for every own address (`warn`) or for one (`warn@telegram`); `stopped` and `dead` name channels.

        `follows`: in the latest snapshot of that handle, which is made when it is the first follower.
        """
        with database.transaction(self._connection, durable=False):
            made = self._write("INSERT INTO contact (language, region, created_at) VALUES (?, ?, ?)", language, region, _AT)
            contact = ContactId(made)
            given = {"telegram": telegram, "whatsapp": whatsapp, "phone": phone, "push": push, "relay": relay}
            own = {channel: value for channel, value in given.items() if value is not None}
            for channel, value in own.items():
                self._address(contact, channel, value, dead=channel in dead, stopped=channel in stopped)
            for topic in topics:
                self._write("INSERT INTO topic VALUES (?, ?)", contact, topic)
            for topic in refused:
                self._write("INSERT INTO topic_refusal VALUES (?, ?)", contact, topic)
            for word in consent:
                kind, _, only = word.partition("@")
                for channel in [only] if only else [each for each in own if each != "relay"]:
                    self._write("INSERT INTO consent VALUES (?, ?, ?, 'test', ?)", contact, kind, channel, _AT)
            for handle in follows:
                suspect = self._suspect(handle)
                self._write("INSERT INTO edge VALUES (?, ?, ?, ?)", suspect, contact, _SECOND, _SECOND)
                self._write("UPDATE snapshot SET followers = followers + 1 WHERE suspect = ?", suspect)
        return contact

    def people(
        self,
        n: int,
        *,
        channels: Collection[str] = ("telegram",),
        language: str = "ru",
        consent: Collection[str] = ("warn",),
        follows: Collection[str] = (),
    ) -> list[ContactId]:
        """N who differ only in their addresses."""
        made = []
        for _ in range(n):
            number = next(self._numbers)
            values = {
                "telegram": str(900_000_000 + number),
                "whatsapp": f"+7702{number:07d}",
                "phone": f"+7701{number:07d}",
                "push": f"https://push.example/{number}",
                "relay": f"bank/{number}",
            }
            own = {channel: values[channel] for channel in channels}
            made.append(self.person(**own, language=language, consent=consent, follows=follows))
        return made

    def suspect(self, value: str, *, kind: str = "handle", scheme: str = SCHEME, status: str = "active") -> int:
        """`value` as the register spells it; its id."""
        with database.transaction(self._connection, durable=False):
            return self._suspect(value, kind, scheme, status)

    def snapshot(self, suspect: int, at: datetime, followers: Collection[ContactId], *, whole: bool = True) -> None:
        """A later look at the suspect: whoever is not in it has unfollowed, if it is whole."""
        second = int(at.timestamp())
        with database.transaction(self._connection, durable=False):
            self._write(
                "INSERT INTO snapshot (suspect, taken_at, imported_at, followers, whole) VALUES (?, ?, ?, ?, ?)",
                *(suspect, database.instant(at), database.instant(at), len(followers), int(whole)),
            )
            for contact in followers:
                self._write(
                    "INSERT INTO edge VALUES (?, ?, ?, ?) "
                    "ON CONFLICT DO UPDATE SET last_seen = max(last_seen, excluded.last_seen)",
                    *(suspect, contact, second, second),
                )

    def stop(self, contact: ContactId, *channels: str) -> None:
        """STOP of the addresses on these channels alone, in this order (`consent.stop` takes all of them)."""
        self._suppress(contact, channels, "stopped")

    def start(self, contact: ContactId, *channels: str) -> None:
        self._suppress(contact, channels, "lifted")

    def staff(self, name: str, role: str) -> int:
        with database.transaction(self._connection, durable=False):
            return self._write("INSERT INTO staff (name, role, added_at) VALUES (?, ?, ?)", name, role, _AT)

    def campaign(
        self,
        *,
        state: str = "scheduled",
        purpose: str = "warn",
        scheme: str = SCHEME,
        legal_basis: str = "consent",
        channels: Collection[str] = ("telegram",),
        segment: Mapping[str, object] | None = None,
        text: Mapping[str, str] | None = None,
        started_at: datetime | None = None,
        emergency: bool = False,
        budget: int | None = None,
        **more: object,
    ) -> int:
        """Approved as it stands. `more` are further keys of the campaign file; `budget` is tenge there, tiyn in the row."""
        number = next(self._numbers)
        file = {
            "name": f"warning {number}",
            "scheme": scheme,
            "purpose": purpose,
            "legal_basis": legal_basis,
            "segment": dict(segment or {"everybody": True}),
            "channels": list(channels),
            "text": dict(text or {"kk": "Абай болыңыз!", "ru": "Будьте осторожны!"}),
            "emergency": emergency,
            **({"budget": budget} if budget is not None else {}),
            **more,
        }
        content = json.dumps(file, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        hashed = hashlib.sha256(content.encode()).digest()
        author, approver = self._staff("Daniyar", "author"), self._staff("Saule", "approver")
        row = {
            "code": f"T{number:04d}",
            "name": file["name"],
            "scheme": scheme,
            "purpose": purpose,
            "legal_basis": legal_basis,
            "content": content,
            "content_hash": hashed,
            "state": state,
            "emergency": int(emergency),
            "author": author,
            "submitted_by": author,
            "approved_by": approver,
            "approved_hash": hashed,
            "send_at": _AT,
            "started_at": database.instant(started_at) if started_at else None,
            "budget": budget * 100 if budget is not None else None,
            "created_at": _AT,
        }
        with database.transaction(self._connection, durable=False):
            names, marks = ", ".join(row), ", ".join("?" * len(row))
            return self._write(f"INSERT INTO campaign ({names}) VALUES ({marks})", *row.values())

    def _write(self, sql: str, *values: object) -> int:
        return self._connection.execute(sql, values).lastrowid or 0

    def _address(self, contact: ContactId, channel: str, value: str, *, dead: bool, stopped: bool) -> None:
        key = self._connection.address_key
        if channel in _VOICES:
            address = normalise(Channel(channel), value)
            value, hashed = address.value, key.hash(address)
        else:
            hashed = key.digest(channel, value)
        self._write(
            "INSERT INTO address (contact, channel, hash, value, dead_at) VALUES (?, ?, ?, ?, ?)",
            *(contact, channel, hashed, value, _AT if dead else None),
        )
        if stopped:
            self._write("INSERT INTO suppression (address, state, door, at) VALUES (?, 'stopped', 'test', ?)", hashed, _AT)

    def _suppress(self, contact: ContactId, channels: Collection[str], state: str) -> None:
        with database.transaction(self._connection, durable=False):
            for channel in channels:
                self._write(
                    "INSERT INTO suppression (address, state, door, at) "
                    "SELECT hash, ?, 'test', ? FROM address WHERE contact = ? AND channel = ?",
                    *(state, _AT, contact, channel),
                )

    def _suspect(self, value: str, kind: str = "handle", scheme: str = SCHEME, status: str = "active") -> int:
        known = self._connection.execute("SELECT min(id) FROM suspect WHERE kind = ? AND value = ?", [kind, value]).fetchone()[0]
        if known is not None:
            return int(known)
        made = self._write(
            "INSERT INTO suspect (kind, value, scheme, source, organisation, first_seen, added_at, status) "
            "VALUES (?, ?, ?, 'staff', 0, ?, ?, ?)",
            *(kind, value, scheme, _AT, _AT, status),
        )
        self._write("INSERT INTO snapshot (suspect, taken_at, imported_at, whole) VALUES (?, ?, ?, 1)", made, _AT, _AT)
        return made

    def _staff(self, name: str, role: str) -> int:
        known = self._connection.execute("SELECT id FROM staff WHERE name = ?", [name]).fetchone()
        return int(known["id"]) if known else self.staff(name, role)


_AT = database.instant(NOW)
_SECOND = int(NOW.timestamp())
