import asyncio
import json
import multiprocessing
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from broadcaster.addresses import Channel
from broadcaster.channels.outcome import Accepted, TryLater
from broadcaster.channels.paper import Paper
from tests.broadcaster.channels.letters import TEXT, address, message

AIGUL = address(Channel.WHATSAPP, "+7 701 123 45 67")


def lines_of(file: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in file.read_bytes().split(b"\n")[:-1]]


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """A disk on which no file grows beyond so many bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def test_a_message_becomes_one_line_that_names_the_person_in_clear(tmp_path: Path) -> None:
    file = tmp_path / "paper.jsonl"
    assert await Paper(file).send(message(AIGUL)) == Accepted()
    assert lines_of(file) == [{"address": "+77011234567", "channel": "whatsapp", "language": "kk", "text": TEXT}]


async def test_only_the_owner_may_read_it(tmp_path: Path) -> None:
    file = tmp_path / "paper.jsonl"
    await Paper(file).send(message(AIGUL))
    assert file.stat().st_mode & 0o777 == 0o600


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=300))
async def test_whatever_the_text_is_it_stays_one_line(tmp_path: Path, text: str) -> None:
    file = tmp_path / "any.jsonl"
    file.unlink(missing_ok=True)
    await Paper(file).send(message(AIGUL, text=text))
    await Paper(file).send(message(AIGUL))
    assert [line["text"] for line in lines_of(file)] == [text, TEXT]


async def test_r10_a_full_disk_leaves_no_half_line_and_the_whole_rehearsal_waits(tmp_path: Path) -> None:
    file = tmp_path / "paper.jsonl"
    paper = Paper(file)
    await paper.send(message(AIGUL))
    with room_for(file.stat().st_size + 10):
        outcome = await paper.send(message(AIGUL))
    assert isinstance(outcome, TryLater)
    assert outcome.whole_bucket
    assert len(lines_of(file)) == 1
    assert file.read_bytes().endswith(b"\n")
    assert await paper.send(message(AIGUL)) == Accepted()
    assert len(lines_of(file)) == 2


async def test_a_folder_that_is_not_there_is_no_crash(tmp_path: Path) -> None:
    outcome = await Paper(tmp_path / "nowhere" / "paper.jsonl").send(message(AIGUL))
    assert outcome == TryLater(reason="paper: No such file or directory", seconds=60, whole_bucket=True)


def _write_many(file: Path, name: str) -> None:
    async def write() -> None:
        for number in range(200):
            await Paper(file).send(message(AIGUL, text=f"{name} {number} " + "ұзақ " * 2_000))

    asyncio.run(write())


def test_two_processes_write_whole_lines_into_one_file(tmp_path: Path) -> None:
    file = tmp_path / "paper.jsonl"
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_write_many, args=(file, name)) for name in ("a", "b")]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    written = [tuple(line["text"].split()[:2]) for line in lines_of(file)]
    assert sorted(written) == sorted((name, str(number)) for name in "ab" for number in range(200))
