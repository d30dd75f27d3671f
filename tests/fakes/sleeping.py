"""A clock that moves only when somebody sleeps."""

import asyncio


class Time:
    """Runs only when somebody sleeps: nobody waits in a test, and whoever does not wait is caught."""

    def __init__(self) -> None:
        self.now = 1_000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds
        await asyncio.sleep(0.001)
