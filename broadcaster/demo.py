"""What `./run` shows on a fresh machine: invented people, a suspect with followers, one approved campaign that goes to paper.

Nobody in it can be written to: the Telegram ids are larger than Telegram hands out, and there are no other addresses.
"""

import csv
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from broadcaster import (
    campaign_files,
    campaign_records,
    campaigns,
    contact_imports,
    contacts,
    demo_sign_in,
    followers,
    segments,
    staff,
    suspects,
)
from broadcaster.campaign_records import Campaign
from broadcaster.database import Connection
from broadcaster.suspects import Kind, Source
from content.library import Library

PEOPLE = 2_000
SUSPECT = "@demo_pyramid"
_FIRST_ID = 4_000_000_000_000_000
_SEED = 20261129

CAMPAIGN = f"""
name: Demo warning
scheme: financial-pyramid
purpose: warn
legal_basis: consent
segment: {{followers_of: "{SUSPECT}"}}
channels: [paper]
template: {{name: financial-pyramid, variables: {{account: "{SUSPECT}"}}}}
"""


def prepare(connection: Connection, words: Library, *, now: datetime) -> Campaign | None:
    """Only into a register that knows nobody: None where it was done before, and where real people or staff stand in it."""
    if contacts.last_id(connection) or staff.every(connection, now=now):
        return None
    invented = {name: staff.add(connection, name, role, who="demo", now=now) for name, role in demo_sign_in.PEOPLE.items()}
    for each in invented.values():
        demo_sign_in.enrol(connection, each, who="demo", now=now)
    daniyar, saule = invented["Daniyar"], invented["Saule"]
    suspects.add(
        connection,
        Kind.HANDLE,
        SUSPECT,
        scheme="financial-pyramid",
        source=Source.STAFF,
        first_seen=now - timedelta(days=30),
        now=now,
    )
    _import(connection, words, now=now)
    draft = campaigns.create(connection, campaign_files.read(CAMPAIGN.encode(), words), by=daniyar, now=now)
    submitted = campaigns.submit(connection, draft, by=daniyar, now=now)
    approved = campaigns.approve(connection, submitted, by=saule, now=now)
    campaigns.schedule(connection, approved, by=daniyar, now=now)
    return campaign_records.find(connection, draft.id)


def _import(connection: Connection, words: Library, *, now: datetime) -> None:
    """Through the very files and imports that staff use."""
    chance = random.Random(_SEED)  # noqa: S311 — nobody has to be unable to guess it
    people = [str(_FIRST_ID + number) for number in range(PEOPLE)]
    with TemporaryDirectory() as folder:
        known = Path(folder) / "contacts.csv"
        _write(known, ("telegram", "language", "region", "consent"), people, lambda one: _invented(one, words, chance))
        contact_imports.load(connection, known, schemes=words.schemes, regions=words.regions, who="demo", now=now)
        following = Path(folder) / "followers.csv"
        _write(following, ("telegram",), chance.sample(people, PEOPLE // 4), lambda one: (one,))
        suspect = segments.suspect_of(connection, SUSPECT)
        followers.load(connection, following, suspect, taken_at=now - timedelta(days=1), who="demo", now=now)


def _invented(telegram: str, words: Library, chance: random.Random) -> tuple[str, ...]:
    """One in ten agreed to nothing."""
    language = chance.choices(("kk", "ru", "en"), (55, 40, 5))[0]
    return telegram, language, chance.choice(sorted(words.regions)), "yes" if chance.random() < 0.9 else ""


def _write(file: Path, header: tuple[str, ...], people: list[str], row: Callable[[str], tuple[str, ...]]) -> None:
    with file.open("w", encoding="utf-8", newline="") as out:
        table = csv.writer(out)
        table.writerow(header)
        table.writerows(row(one) for one in people)
