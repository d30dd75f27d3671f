"""Passwords are tried a few at a time, and whoever waits does not wait without end."""

import asyncio
import threading

import pytest

from broadcaster.web.desk.hashing import AT_ONCE, WAITING, Hashing, TooManyAtOnce


async def test_a_few_run_some_wait_and_the_next_is_refused() -> None:
    hashing, go_on = Hashing(), threading.Event()
    running = 0
    most = 0
    counting = threading.Lock()

    def work(n: int) -> int:
        nonlocal running, most
        with counting:
            running += 1
            most = max(most, running)
        go_on.wait()
        with counting:
            running -= 1
        return n

    asked = [asyncio.create_task(hashing.ask(work, n)) for n in range(AT_ONCE + WAITING)]
    await asyncio.sleep(0)
    with pytest.raises(TooManyAtOnce):
        await hashing.ask(work, 99)
    assert not any(each.done() for each in asked)
    go_on.set()
    assert await asyncio.gather(*asked) == list(range(AT_ONCE + WAITING))
    assert most <= AT_ONCE
    assert await hashing.ask(work, 99) == 99, "there is room again"
    hashing.close()


async def test_whoever_went_away_or_failed_leaves_their_place() -> None:
    hashing = Hashing()

    def fail() -> None:
        raise ValueError

    for _ in range(AT_ONCE + WAITING + 1):
        with pytest.raises(ValueError, match=r"^$"):
            await hashing.ask(fail)
    gone = asyncio.create_task(hashing.ask(threading.Event().wait, 0.01))
    await asyncio.sleep(0)
    gone.cancel()
    with pytest.raises(asyncio.CancelledError):
        await gone
    assert await hashing.ask(int, "7") == 7
    hashing.close()
