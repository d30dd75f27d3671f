from pathlib import Path

from benchmarks import kills


async def test_a_sender_that_is_killed_again_and_again_loses_nobody_and_doubles_nobody(tmp_path: Path) -> None:
    """R1, R13: the long run is `python -m benchmarks.kills`."""
    verdict = await kills.kill_test(tmp_path, kills=3, people=400, rate=200, seed=7)
    assert verdict.kills >= 2
    assert (verdict.lost, verdict.doubled, verdict.late) == (0, 0, 0)
    assert verdict.unknown <= verdict.in_the_air_at_most
    assert verdict.stopped > 0
