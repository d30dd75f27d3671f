"""A released archive is taken over by the running bot between two texts; a broken one changes nothing."""

import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.fresh_ear import FreshEar
from bot.understanding import ARCHIVE, ArchiveEar
from bot.verdict.evidence import Guess
from nlu import model
from tests.bot.archives import leaning

TEXTS = ("Сәлем", "Назовите код из СМС", "Ваш заказ готов", "Кредитіңіз мақұлданды")


def answers(archive: Path) -> dict[str, Guess]:
    ear = ArchiveEar(model.load(archive))
    return {text: ear.hear(text) for text in TEXTS}


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return leaning(tmp_path_factory.mktemp("other") / "model.tar.gz", "romance", 0.3)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return Path(shutil.copyfile(ARCHIVE, tmp_path / "model.tar.gz"))


def put(source: Path, archive: Path) -> None:
    beside = archive.with_suffix(".new")
    shutil.copyfile(source, beside)
    beside.replace(archive)


def until(done: Callable[[], bool]) -> None:
    for _ in range(1_500):
        if done():
            return
        time.sleep(0.02)
    pytest.fail("it did not happen within half a minute")


def test_many_threads_are_answered_by_one_whole_archive_each_while_the_file_is_replaced(archive: Path, other: Path) -> None:
    old, new = answers(archive), answers(other)
    assert all(old[text] != new[text] for text in TEXTS)
    ear = FreshEar(archive, every=0)
    heard: list[tuple[str, Guess]] = []
    stop = threading.Event()

    def ask(text: str) -> None:
        while not stop.is_set():
            heard.append((text, ear.hear(text)))

    threads = [threading.Thread(target=ask, args=(text,)) for text in TEXTS]
    for thread in threads:
        thread.start()
    try:
        for source, expected in ((other, new), (ARCHIVE, old), (other, new)):
            put(source, archive)
            until(lambda expected=expected: ear.hear(TEXTS[0]) == expected[TEXTS[0]])  # type: ignore[misc]
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert {text for text, _ in heard} == set(TEXTS)
    assert all(guess in (old[text], new[text]) for text, guess in heard)
    assert any(guess == new[text] for text, guess in heard)


def test_the_file_is_looked_at_only_so_often(archive: Path, other: Path) -> None:
    now = 100.0
    ear = FreshEar(archive, every=30, clock=lambda: now)
    before = ear.hear(TEXTS[0])
    put(other, archive)
    now = 129.0
    assert ear.hear(TEXTS[0]) == before
    now = 130.0
    until(lambda: ear.hear(TEXTS[0]) != before)


WHOLE = ARCHIVE.read_bytes()
BROKEN = {
    "empty": b"",
    "no archive": b"no archive",
    "half": WHOLE[:100_000],
    "its end not written": WHOLE[:3_000_000] + bytes(len(WHOLE) - 3_000_000),
    "a byte changed": WHOLE[:3_000_000] + bytes([WHOLE[3_000_000] ^ 1]) + WHOLE[3_000_001:],
}


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN)
def test_a_bot_that_finds_a_broken_file_starts_all_the_same(archive: Path, content: bytes) -> None:
    archive.write_bytes(content)
    with capture_logs() as logs:
        assert FreshEar(archive).hear(TEXTS[0]).intents == ()
    assert [line["event"] for line in logs] == ["model.refused"]


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN)
def test_a_broken_file_leaves_the_old_archive_in_use_and_is_told_once(archive: Path, other: Path, content: bytes) -> None:
    with capture_logs() as logs:
        ear = FreshEar(archive, every=0)
        before = ear.hear(TEXTS[0])
        archive.write_bytes(content)
        until(lambda: bool(ear.hear(TEXTS[0]) and logs))
        assert all(ear.hear(text) == answer for text, answer in answers(ARCHIVE).items())
        assert [(line["event"], line["effect"]) for line in logs] == [("model.refused", "the archive before stays in use")]
        put(other, archive)
        until(lambda: ear.hear(TEXTS[0]) != before)
    assert [line["event"] for line in logs] == ["model.refused", "model.taken_over"]


def test_a_whole_archive_that_does_not_understand_a_plain_sentence_does_not_take_over(archive: Path, tmp_path: Path) -> None:
    deaf = leaning(tmp_path / "deaf.tar.gz", "greet", 50.0)
    with capture_logs() as logs:
        ear = FreshEar(archive, every=0)
        before = ear.hear(TEXTS[1])
        put(deaf, archive)
        until(lambda: bool(ear.hear(TEXTS[1]) and logs))
    assert ear.hear(TEXTS[1]) == before
    assert [line["reason"] for line in logs] == ["it does not understand a plain sentence"]


def test_a_file_that_is_taken_away_changes_nothing(archive: Path) -> None:
    ear = FreshEar(archive, every=0)
    before = ear.hear(TEXTS[0])
    with capture_logs() as logs:
        archive.unlink()
        until(lambda: bool(ear.hear(TEXTS[0]) and logs))
    assert ear.hear(TEXTS[0]) == before


def test_a_bot_that_began_without_an_archive_takes_the_first_whole_one(tmp_path: Path) -> None:
    archive = tmp_path / "model.tar.gz"
    ear = FreshEar(archive, every=0)
    assert ear.hear(TEXTS[0]).intents == ()
    put(ARCHIVE, archive)
    until(lambda: ear.hear(TEXTS[0]).intents != ())
