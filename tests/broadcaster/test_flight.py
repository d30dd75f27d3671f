import dataclasses
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadcaster import flight
from broadcaster.channels.outcome import Accepted, Outcome, Refused, TryLater, Unknown
from broadcaster.contacts import ContactId
from broadcaster.flight import BadRecord, Mark

AIGUL, TIMUR, SAULE = ContactId(7), ContactId(2**40), ContactId(9)

LETTERS = st.text(st.characters(codec="utf-8"), max_size=30)
OUTCOMES = st.one_of(
    st.builds(Accepted, reference=st.text("0123456789abcdefSM", max_size=64), segments=st.integers(0, 60_000)),
    st.builds(Refused, reason=LETTERS, suppress=st.booleans(), dead=st.booleans()),
    st.builds(Refused, reason=LETTERS, dead=st.booleans(), next_channel=st.booleans()),
    st.builds(TryLater, reason=LETTERS, seconds=st.integers(0, 100_000), whole_bucket=st.booleans(), too_fast=st.booleans()),
    st.builds(Unknown, reason=LETTERS),
)

CHILD = """
import sys, time
from pathlib import Path
from broadcaster import flight
from broadcaster.channels.outcome import Accepted
record = flight.begin(Path(sys.argv[1]), [7, 2**40, 9])
record.call(7)
record.answer(7, Accepted(reference="SM1"))
record.call(2**40)
print(record.name, flush=True)
time.sleep(60)
"""


def test_a_killed_sender_leaves_what_it_knew(tmp_path: Path) -> None:
    """R1: kill -9 takes nothing that was marked."""
    child = subprocess.Popen([sys.executable, "-c", CHILD, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    with child, child.stdout:
        name = child.stdout.readline().strip()
        assert flight.orphan(tmp_path, name) is None, "its holder is alive"
        child.send_signal(signal.SIGKILL)
        child.wait()
    record = flight.orphan(tmp_path, name)
    assert record is not None
    assert list(record.entries()) == [
        (AIGUL, Mark.ANSWERED, Accepted(reference="SM1")),
        (TIMUR, Mark.CALLED, None),
        (SAULE, Mark.ON_THE_GROUND, None),
    ]
    assert flight.orphan(tmp_path, name) is None, "one adopts it"
    record.land()
    assert not list(tmp_path.iterdir())


@given(outcome=OUTCOMES)
def test_an_answer_comes_back_as_it_was(outcome: Outcome, tmp_path_factory: pytest.TempPathFactory) -> None:
    record = flight.begin(tmp_path_factory.mktemp("flight"), [AIGUL])
    record.answer(AIGUL, outcome)
    ((_, _, read),) = record.entries()
    record.land()
    if not isinstance(outcome, Accepted | None) and not isinstance(read, Accepted | None):
        assert outcome.reason.startswith(read.reason)
        outcome = dataclasses.replace(outcome, reason=read.reason)
    assert read == outcome


@pytest.mark.parametrize(
    "outcome",
    [
        Accepted(reference="\ud800", segments=10**9),
        TryLater(reason="Retry-After", seconds=10**400, whole_bucket=True),
        TryLater(reason="Retry-After", seconds=float("inf")),
    ],
)
def test_no_answer_breaks_the_record_it_is_written_in(outcome: Outcome, tmp_path: Path) -> None:
    """An exception here would take down the sender with all that is in the air."""
    record = flight.begin(tmp_path, [AIGUL])
    record.answer(AIGUL, outcome)
    ((_, mark, read),) = record.entries()
    assert (mark, type(read)) == (Mark.ANSWERED, type(outcome))
    record.land()


def test_a_record_lies_on_the_disk_to_its_last_byte(tmp_path: Path) -> None:
    """R10: a hole in it that finds the disk full when it is marked kills the process."""
    record = flight.begin(tmp_path, [ContactId(id) for id in range(500)])
    told = (tmp_path / record.name).stat()
    assert told.st_blocks * 512 >= told.st_size
    record.land()


def test_a_call_that_was_called_off_never_happened(tmp_path: Path) -> None:
    record = flight.begin(tmp_path, [AIGUL])
    record.call(AIGUL)
    record.call_off(AIGUL)
    assert [mark for _, mark, _ in record.entries()] == [Mark.ON_THE_GROUND]
    record.land()


@pytest.mark.parametrize("bytes_", [b"", b"SAQBOL1\n", b"x" * 300, b"SAQBOL1\n" + b"\xff" * 8])
def test_a_damaged_record_tells_nothing(tmp_path: Path, bytes_: bytes) -> None:
    (tmp_path / "damaged").write_bytes(bytes_)
    for name in ("damaged", "missing"):
        with pytest.raises(BadRecord):
            flight.orphan(tmp_path, name)


def test_only_records_without_lease_and_holder_are_swept(tmp_path: Path) -> None:
    flying, leased, left = (flight.begin(tmp_path, [AIGUL]) for _ in range(3))
    leased.let_go()
    left.let_go()
    flight.sweep(tmp_path, [leased.name])
    assert {file.name for file in tmp_path.iterdir()} == {flying.name, leased.name}
    flying.land()


def test_the_boot_id_stays_while_the_machine_runs() -> None:
    assert flight.boot_id() == flight.boot_id() != ""


def test_records_lie_beside_the_database_for_their_owner_only(tmp_path: Path) -> None:
    folder = flight.folder_of(f"sqlite:///{tmp_path}/saqbol.db")
    assert folder == flight.folder_of(f"sqlite:///{tmp_path}/saqbol.db") == tmp_path / "saqbol.db.flight"
    record = flight.begin(folder, [AIGUL])
    assert folder.stat().st_mode & 0o077 == 0
    assert (folder / record.name).stat().st_mode & 0o077 == 0
    record.land()
