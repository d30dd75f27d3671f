"""A release that breaks off anywhere (a kill, a full disk) leaves an archive that is whole, and is done again the next time."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.moderation import learning, releasing
from bot.moderation.releasing import End
from bot.moderation.retraining import Workshop
from nlu import model
from tests.bot.moderation.hall import Hall
from tests.bot.moderation.test_releasing import Trainer, accepted, workshop

__all__ = ["workshop"]


class Killed(BaseException):
    """Nothing catches it, as nothing catches a kill."""


class Writes:
    """Counts what is written into the project; the one of number `last` is never done."""

    def __init__(self, root: Path, last: int) -> None:
        self.root, self.last, self.done = root, last, 0

    def watched(self, act: Callable[..., Any]) -> Callable[..., Any]:
        def acting(*given: Any, **also: Any) -> Any:
            if any(isinstance(each, Path) and each.is_relative_to(self.root) for each in given):
                if self.done == self.last:
                    raise Killed
                self.done += 1
            return act(*given, **also)

        return acting


def release_until(hall: Hall, workshop: Workshop, trainer: Trainer, last: int) -> bool:
    """Whether it came to its end."""
    writes = Writes(workshop.root, last)
    with pytest.MonkeyPatch.context() as patch:
        for of, name in ((Path, "replace"), (Path, "write_text"), (Path, "unlink"), (shutil, "copyfile")):
            patch.setattr(of, name, writes.watched(getattr(of, name)))
        try:
            releasing.learn(hall.register, workshop, train=trainer, now=hall.now)
        except Killed:
            return False
    return True


@pytest.mark.parametrize("last", range(6))
def test_wherever_it_breaks_off_the_next_one_learns_the_same_phrases(hall: Hall, workshop: Workshop, last: int) -> None:
    accepted(hall, workshop)
    before = workshop.archive.read_bytes()
    assert not release_until(hall, workshop, Trainer(), last)
    model.load(workshop.archive)
    was_released = workshop.archive.read_bytes() != before
    again = releasing.learn(hall.register, workshop, train=Trainer(), now=hall.now)
    assert again.end is End.RELEASED
    assert workshop.archive.read_bytes() != before
    assert workshop.golden.read_text(encoding="utf-8") == "new"
    assert [each.id for each in learning.accepted(hall.register)] == [1]
    assert (workshop.data / "ru" / "phishing-link.learned.yml").exists()
    assert hall.audited("model.learn") == 1 or was_released


def test_a_full_disk_changes_nothing(hall: Hall, workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    accepted(hall, workshop)
    before = {file: file.read_bytes() for file in (workshop.archive, workshop.golden)}

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        releasing.learn(hall.register, workshop, train=Trainer(), now=hall.now)
    assert {file: file.read_bytes() for file in before} == before
    assert not list(workshop.data.rglob("*.learned.yml"))
