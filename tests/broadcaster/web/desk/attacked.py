"""A register in which whatever a person may write is hostile, straight in its tables where our own doors would refuse it.

Lists hold all of the texts, a line each; single pages hold as many as fit into a field.
"""

import csv
import json
import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from broadcaster import audit, database, links
from broadcaster.campaign_content import Content
from broadcaster.database import Connection
from broadcaster.ledger_codes import SendingChannel, State, route_of
from content.language import Language
from tests.broadcaster.conftest import NOW
from tests.broadcaster.web.desk.hostile_texts import PRINTABLE, TEXTS, all_in_one

AT = database.instant(NOW - timedelta(days=2))
STATES = ("draft", "submitted", "scheduled", "sending", "paused")
ADDRESS = "https://push.example/a?<script>alert(1)</script>\"'>"
"""Of a person about whom everything is hostile."""

_ROUTE = route_of(SendingChannel.TELEGRAM, Language.RU)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attacked:
    """What pages are about: ids by the first word of their address. `link`: a stop link; `days`: those that have opt-outs."""

    ids: dict[str, list[int]]
    link: str
    days: list[datetime]


def attack(register: Connection, uploads: Path) -> Attacked:
    with database.transaction(register):
        staff = _staff(register)
        people = _people(register)
        suspects = _suspects(register)
        _campaigns_with_hostile_names(register, staff)
        days = _opt_outs(register, people)
        shown = [_campaign(register, staff, state, place, people) for place, state in enumerate(STATES)]
        _audit(register, shown)
        templates = _templates(register, staff)
        imports = _imports(register, staff, uploads)
        register.execute("UPDATE halt SET stopped = 1, who = ?, at = ?", [all_in_one(2_000), AT])
    link = f"/u/{links.stop_token(register.address_key, shown[3], people[0])}"
    ids = {"campaigns": shown, "suspects": suspects, "templates": templates, "imports": imports, "staff": staff[:1] + staff[-1:]}
    return Attacked(ids=ids, link=link, days=days)


def _staff(register: Connection) -> list[int]:
    rows = [[text[:80], "viewer", AT] for text in TEXTS]
    for row in rows:
        try:
            register.execute("INSERT OR IGNORE INTO staff (name, role, added_at) VALUES (?, ?, ?)", row)
        except sqlite3.IntegrityError:  # SQLite counts no letters after a NUL
            continue
    made = [row["id"] for row in register.execute("SELECT id FROM staff ORDER BY id")]
    for id in made:
        register.execute(
            "INSERT OR IGNORE INTO staff_address (staff, channel, value) VALUES (?, 'telegram', ?)", [id, all_in_one(300)]
        )
    return made


def _people(register: Connection) -> list[int]:
    """As many as there are texts; the first one is hostile all over."""
    made = []
    for place, text in enumerate(TEXTS):
        sql = "INSERT INTO contact (language, region, created_at) VALUES ('ru', ?, ?)"
        made.append(register.execute(sql, [text, AT]).lastrowid or 0)
        row = [made[-1], register.address_key.digest("web", f"{place}{text}"), text]
        register.execute("INSERT INTO address (contact, channel, hash, value) VALUES (?, 'web', ?, ?)", row)
    first = made[0]
    register.execute("INSERT INTO consent VALUES (?, 'warn', 'push', 'staff-name', ?)", [first, AT])
    register.execute("INSERT INTO consent VALUES (?, 'educate', 'push', ?, ?)", [first, all_in_one(2_000), AT])
    hashed = register.address_key.digest("push", ADDRESS)
    register.execute("INSERT INTO address (contact, channel, hash, value) VALUES (?, 'push', ?, ?)", [first, hashed, ADDRESS])
    for text in TEXTS:
        if not text.startswith("\0"):
            register.execute("INSERT OR IGNORE INTO topic VALUES (?, ?)", [first, text[:60]])
        register.execute("INSERT OR IGNORE INTO topic_refusal VALUES (?, ?)", [first, text])
        event = "INSERT INTO consent_event (contact, address, channel, topic, door, at, kind) VALUES (?, ?, ?, ?, ?, ?, 'start')"
        register.execute(event, [first, hashed, "push", text, text, AT])
        stop = "INSERT INTO suppression (address, state, door, at) VALUES (?, 'stopped', ?, ?)"
        register.execute(stop, [hashed, text, AT])
    return made


def _suspects(register: Connection) -> list[int]:
    made = []
    kinds = ("handle", "link", "organisation", "phone")
    for place, text in enumerate(TEXTS):
        kind = kinds[place % len(kinds)]
        row = [kind, text, text, AT, AT]
        sql = (
            "INSERT INTO suspect (kind, value, scheme, source, organisation, first_seen, added_at) "
            "VALUES (?, ?, ?, 'staff', 1, ?, ?)"
        )
        made.append(register.execute(sql, row).lastrowid or 0)
    for kind, start in zip(kinds, range(0, len(PRINTABLE), 80), strict=False):
        made.insert(0, register.execute(sql, [kind, all_in_one(3_000, start=start), text, AT, AT]).lastrowid or 0)
        snapshot = "INSERT INTO snapshot (suspect, taken_at, imported_at, followers, whole) VALUES (?, ?, ?, 7, 1)"
        register.execute(snapshot, [made[0], AT, AT])
    return made[:4]


def _content(place: int, **more: object) -> Content:
    start = place * 37 % len(PRINTABLE)
    hostile = {"all": [{"followers_of": text[:190]} for text in (PRINTABLE + PRINTABLE)[start : start + 90]]}
    return Content.model_validate(
        {
            "name": all_in_one(118, start=start + 3),
            "scheme": all_in_one(118, start=start + 9),
            "purpose": "warn",
            "legal_basis": "consent",
            "segment": {"everybody": True} if place % 2 else hostile,
            "channels": ["telegram"],
            "text": {each.value: all_in_one(3_900, start=start + 40 * shift) for shift, each in enumerate(Language)},
            **more,
        }
    )


_CAMPAIGN = (
    "INSERT INTO campaign (code, name, scheme, purpose, legal_basis, content, content_hash, state, emergency, author, "
    "submitted_by, approved_by, approved_hash, reason, send_at, started_at, audience, created_at) "
    "VALUES (?, ?, ?, 'warn', 'consent', ?, ?, ?, 0, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


def _campaign(register: Connection, staff: list[int], state: str, place: int, people: list[int]) -> int:
    now = _content(place)
    begun = state in ("sending", "paused")
    author = staff[place % len(staff)]
    approved = now.hash if state in ("scheduled", "sending", "paused") else None
    reason = all_in_one(2_000, start=place * 30)
    row = [f"H{place:04d}", now.name, now.scheme, now.canonical(), now.hash, state, author, author, staff[-1], approved, reason]
    row += [AT, AT if begun else None, len(people) if begun else 0, AT]
    made = register.execute(_CAMPAIGN, row).lastrowid or 0
    words = {text[:60]: {"kk": text[:80], "ru": text[:80]} for text in PRINTABLE[place * 30 : place * 30 + 60]}
    before = _content(place + 3, template={"name": all_in_one(118, start=place * 20), "variables": words})
    if state == "paused":
        register.execute("UPDATE campaign SET paused_from = 'sending' WHERE id = ?", [made])
    version = "INSERT INTO campaign_version (campaign, content_hash, content, author, at, approved_at) VALUES (?, ?, ?, ?, ?, ?)"
    register.execute(version, [made, before.hash, before.canonical(), author, AT, AT])
    register.execute(version, [made, now.hash, now.canonical(), author, AT, None])
    test = (
        "INSERT INTO test_message (campaign, staff, channel, language, text, state, reason, at) "
        "VALUES (?, ?, 'telegram', 'ru', ?, ?, ?, ?)"
    )
    for n in range(20):
        told = ("refused", "unknown", "accepted", "sending", "asked")[n % 5]
        register.execute(test, [made, author, all_in_one(900), told, all_in_one(300, start=20 * n), AT])
    if begun:
        _ledger(register, made, people)
    return made


def _ledger(register: Connection, campaign: int, people: list[int]) -> None:
    """Everybody's message was refused or lost, and the provider's words are hostile."""
    for place, (contact, text) in enumerate(zip(people, TEXTS, strict=False)):
        state = State.UNKNOWN if place % 2 else State.REFUSED
        register.execute("INSERT INTO delivery VALUES (?, ?, ?, ?, 60)", [campaign, contact, _ROUTE, state])
        attempt = "INSERT INTO attempt (campaign, contact, channel, second, reference, reason) VALUES (?, ?, ?, 60, ?, ?)"
        register.execute(attempt, [campaign, contact, _ROUTE // 4, text, text])
        register.execute("INSERT OR IGNORE INTO reason_tally VALUES (?, ?, 3)", [campaign, text])
        if state is State.UNKNOWN:
            register.execute("INSERT INTO unknown_delivery VALUES (?, ?)", [campaign, contact])
        register.execute("INSERT OR IGNORE INTO leaving VALUES (?, ?, ?, 9, 4)", [campaign, text, AT])
    for state, n in ((State.UNKNOWN, len(people) // 2), (State.REFUSED, len(people) // 2), (State.QUEUED, 7)):
        register.execute("INSERT INTO tally VALUES (?, ?, ?, ?)", [campaign, _ROUTE, state, n])


def _campaigns_with_hostile_names(register: Connection, staff: list[int]) -> None:
    for place, text in enumerate(PRINTABLE):
        content = _content(1, name=text[:120], text={"kk": "x", "ru": "x"})
        row = [f"N{place:04d}", content.name, text, content.canonical(), content.hash, "cancelled", staff[place % len(staff)]]
        register.execute(_CAMPAIGN, [*row, None, None, None, text, AT, AT, 9, AT])


def _opt_outs(register: Connection, people: list[int]) -> list[datetime]:
    """After each of those campaigns, a few a day: a plot has room for fifteen."""
    days = []
    ids = [row["id"] for row in register.execute("SELECT id FROM campaign ORDER BY id")]
    for ago, first in enumerate(range(0, len(ids), 15)):
        days.append(NOW - timedelta(days=ago))
        for campaign in ids[first : first + 15]:
            row = [campaign, people[0], _ROUTE, database.instant(days[-1])]
            register.execute("INSERT INTO opt_out (campaign, contact, route, second, at) VALUES (?, ?, ?, 60, ?)", row)
    return days


def _audit(register: Connection, campaigns: list[int]) -> None:
    for place, text in enumerate(TEXTS):
        detail = {"reason": text, text: text, "list": [text]}
        audit.append(register, at=NOW, who=text, action=text, subject=text, detail=detail)
        action, of = ("campaign.pause", "campaign.return", "campaign.cancel")[place % 3], campaigns[place % len(campaigns)]
        audit.append(register, at=NOW, who=text, action=action, subject=f"campaign {of}", detail={"reason": text})


def _templates(register: Connection, staff: list[int]) -> list[int]:
    made = []
    for place, text in enumerate(TEXTS):
        if text.startswith("\0"):
            continue
        content = _content(place % 8 + 1 if place % 40 else 1)
        row = [text[:80], place, content.canonical(), staff[place % len(staff)], AT]
        sql = "INSERT OR IGNORE INTO saved_template (name, version, content, author, at) VALUES (?, ?, ?, ?, ?)"
        made.append(register.execute(sql, row).lastrowid or 0)
    return made[:3]


def _imports(register: Connection, staff: list[int], uploads: Path) -> list[int]:
    uploads.mkdir(exist_ok=True)
    for place, text in enumerate(TEXTS):
        state = ("refused", "done", "failed", "interrupted")[place % 4]
        row = [text, staff[place % len(staff)], AT, state, text, json.dumps({text: 1, "made": 2})]
        sql = (
            "INSERT INTO import_job (kind, name, staff, asked_at, state, reason, size, rows, refused, counts) "
            "VALUES ('contacts', ?, ?, ?, ?, ?, 9, 60, 50, ?)"
        )
        register.execute(sql, row)
    ids = [row["id"] for row in register.execute("SELECT id FROM import_job WHERE state <> 'refused' ORDER BY id DESC LIMIT 2")]
    refused = register.execute("SELECT max(id) AS id FROM import_job WHERE state = 'refused'").fetchone()["id"]
    for id, first in zip(ids, range(0, len(TEXTS), 168), strict=True):
        with (uploads / f"{id}.csv.errors.csv").open("w", encoding="utf-8", newline="") as out:
            rows = csv.writer(out)
            told = [TEXTS[place : place + 4] for place in range(first, first + 168, 4)]
            rows.writerows([("line", "reason"), *((some[0][:20], " ".join(some).replace("\0", "")) for some in told if some)])
            rows.writerow(["7", f"{all_in_one(60)}.top is shared by everybody: add the handle or the organisation instead"])
    return [*ids, refused]
