"""The demo's invented people and the account that half of them follow, through the very files and imports that staff use.

Nobody of them can be written to: their Telegram ids are larger than Telegram hands out, and there are no other addresses.
"""

import csv
import random
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from broadcaster import contact_imports, effect, followers, leaving, segments, suspects
from broadcaster.database import Connection
from broadcaster.suspects import Kind, Source
from content.library import Library

COUNT = 2_000
SUSPECT = "@demo_pyramid"
_FIRST_ID = 4_000_000_000_000_000

Rows = Sequence[tuple[str, ...]]


def load(connection: Connection, words: Library, chance: random.Random, *, now: datetime) -> Sequence[str]:
    """Everybody, and the suspect with its first snapshot; who follows it."""
    people = [str(_FIRST_ID + number) for number in range(COUNT)]
    rows = [_invented(each, words, chance) for each in people]

    def contacts(file: Path) -> None:
        contact_imports.load(connection, file, schemes=words.schemes, regions=words.regions, who="demo", now=now)

    _through_a_file(("telegram", "language", "region", "consent"), rows, contacts)
    suspects.add(
        connection,
        Kind.HANDLE,
        SUSPECT,
        scheme="financial-pyramid",
        source=Source.STAFF,
        first_seen=now - timedelta(days=30),
        now=now,
    )
    following = chance.sample(people, COUNT // 2)
    follow(connection, following, taken_at=now)
    return following


def follow(connection: Connection, people: Sequence[str], *, taken_at: datetime) -> None:
    """A snapshot of the suspect's followers."""
    suspect = segments.suspect_of(connection, SUSPECT)

    def snapshot(file: Path) -> None:
        followers.load(connection, file, suspect, taken_at=taken_at, who="demo", now=taken_at)

    _through_a_file(("telegram",), [(each,) for each in people], snapshot)
    effect.keep(connection)
    leaving.keep(connection)


def _invented(telegram: str, words: Library, chance: random.Random) -> tuple[str, ...]:
    """One in ten agreed to nothing."""
    language = chance.choices(("kk", "ru", "en"), (55, 40, 5))[0]
    return telegram, language, chance.choice(sorted(words.regions)), "yes" if chance.random() < 0.9 else ""


def _through_a_file(header: tuple[str, ...], rows: Rows, load: Callable[[Path], None]) -> None:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "demo.csv"
        with file.open("w", encoding="utf-8", newline="") as out:
            table = csv.writer(out)
            table.writerow(header)
            table.writerows(rows)
        load(file)
