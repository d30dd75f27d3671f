"""Freeze and lease ask the same question in two SQLs, one for millions and one for a batch: they may never answer differently."""

import tempfile
from collections.abc import Sequence
from itertools import count
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from broadcaster import database
from broadcaster.ledger_codes import SendingChannel
from broadcaster.reach import NobodyToReach
from tests.broadcaster.conftest import KEY, url_in
from tests.broadcaster.ledger import LATER, Ledger
from tests.broadcaster.town import Town, town

KINDS = ("telegram", "push", "whatsapp", "phone", "relay")
SUBSETS = st.sets(st.sampled_from(KINDS))
CONSENT = st.sets(st.sampled_from(["warn", "educate", "warn@telegram", "warn@phone", "warn@push"]))
PERSON = st.tuples(SUBSETS, CONSENT, SUBSETS, SUBSETS, SUBSETS, st.booleans())
ORDERS = st.permutations(["telegram", "push", "whatsapp", "sms", "relay"]).flatmap(
    lambda order: st.integers(1, 5).map(lambda n: order[:n])
) | st.just(["paper"])


def _arrive(people: Town, number: int, person: tuple[set[str], set[str], set[str], set[str], set[str], bool]) -> None:
    kinds, consent, stopped, started, dead, left = person
    own = {
        "telegram": f"70000{number:04d}",
        "push": f"https://push.example/{number}",
        "whatsapp": f"+7701111{number:04d}",
        "phone": f"+7702222{number:04d}",
        "relay": f"bank/{number}",
    }
    consent = {word for word in consent if "@" in word and word.partition("@")[2] in kinds} or consent & {"warn", "educate"}
    contact = people.person(
        **{kind: own[kind] for kind in kinds},
        consent=consent,
        dead=dead & kinds,
        refused=("financial-pyramid",) if left else (),
    )
    people.stop(contact, *sorted(stopped & kinds))
    people.start(contact, *sorted(started & kinds))


@given(
    crowd=st.lists(PERSON, min_size=1, max_size=12),
    order=ORDERS,
    legal_basis=st.sampled_from(["consent", "public-task"]),
    purpose=st.sampled_from(["warn", "educate", "recall"]),
)
@settings(max_examples=60, deadline=None)
def test_whoever_was_frozen_is_leased_on_that_very_channel(
    crowd: Sequence[tuple[set[str], set[str], set[str], set[str], set[str], bool]],
    order: list[str],
    legal_basis: str,
    purpose: str,
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        connection = database.open(url_in(Path(folder)), KEY)
        database.migrate(connection, "broadcaster", database.MIGRATIONS)
        people = town(connection)
        if legal_basis == "consent":
            order = [channel for channel in order if channel != "relay"] or ["telegram"]
        for number, person in zip(count(1), crowd, strict=False):
            _arrive(people, number, person)
        try:
            ledger = Ledger(connection, Path(folder) / "flight", people, channels=order, legal_basis=legal_basis, purpose=purpose)
        except NobodyToReach:
            connection.close()
            return
        for channel in order:
            ledger.run(channel=SendingChannel(channel), now=LATER)
        assert ledger.states() == {"accepted": ledger.audience}
        connection.close()
