"""Guessed stop links and links to a person's choices against the real application: 0 may be taken, and nothing may change.

    .venv/bin/python -m benchmarks.guesses [--guesses 100000]

A third is random, a third keeps the ids of somebody real and guesses the signature, a third changes one character of a real link.
Half are opened and half are pressed, half on /u/… and half on /u/…/choices. The seed is fixed.
"""

import argparse
import asyncio
import hashlib
import random
import sys
import tempfile
import time
from pathlib import Path

import httpx
from pydantic import SecretStr

from broadcaster import database, links
from broadcaster.addresses import AddressKey
from broadcaster.database import Connection
from broadcaster.settings import SenderSettings
from broadcaster.web import public
from tests.broadcaster.town import town

KEY = AddressKey(bytes(range(32)))
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
PRESSED = {"": {"action": "everything"}, "/choices": {"topics": "all", "language": "kk"}}
"""What a form sends, by the page of a link."""
NAMED = 9
"""Characters that hold campaign and contact."""


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--guesses", type=int, default=100_000, help="default 100000")
    guesses = arguments.parse_args().guesses
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'saqbol.db'}"
        register = database.open(url, KEY)
        database.migrate(register, "broadcaster", database.MIGRATIONS)
        people = town(register)
        campaign = people.campaign(state="sending")
        real = [links.stop_token(KEY, campaign, contact) for contact in people.people(1_000)]
        before = _digest(register)
        started = time.process_time()
        taken = asyncio.run(_guess(url, real, guesses))
        took = time.process_time() - started
        changed = _digest(register) != before
        register.close()
    print(f"{guesses:,} guesses: {taken} taken, database {'CHANGED' if changed else 'unchanged'}; ", end="")
    print(f"{took / guesses * 1e6:.0f} µs of CPU a guess")
    return 1 if taken or changed else 0


async def _guess(url: str, real: list[str], guesses: int) -> int:
    settings = SenderSettings(database=url, address_key=SecretStr(KEY.secret.hex()), secret=SecretStr("5" * 64))
    app = public.build(settings)
    chance = random.Random(8)
    known = frozenset(real)
    taken = 0
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://saqbol.example") as client:
            for page in PRESSED:
                assert (await client.get(f"/u/{real[0]}{page}")).status_code == 200
            for number in range(guesses):
                token = _token(chance, chance.choice(real), number % 3)
                if token in known:
                    continue
                page = chance.choice(list(PRESSED))
                path = f"/u/{token}{page}"
                answer = await (client.get(path) if number % 2 else client.post(path, data=PRESSED[page]))
                taken += answer.status_code != 404
    return taken


def _token(chance: random.Random, real: str, kind: int) -> str:
    if kind == 2:
        place = chance.randrange(len(real))
        return real[:place] + chance.choice(ALPHABET) + real[place + 1 :]
    kept = NAMED if kind else 0
    return real[:kept] + "".join(chance.choices(ALPHABET, k=links.TOKEN_LENGTH - kept))


def _digest(register: Connection) -> str:
    return hashlib.sha256("\n".join(register.iterdump()).encode()).hexdigest()


if __name__ == "__main__":
    sys.exit(main())
