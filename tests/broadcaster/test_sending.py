import json
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import pytest

from broadcaster import campaign_records, database
from broadcaster.database import Connection
from tests.broadcaster.conftest import KEY, url_in
from tests.broadcaster.shell import CAMPAIGN, Shell, shell_in

ROOT = Path(__file__).parents[2]


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Shell]:
    yield from shell_in(tmp_path, monkeypatch, capsys)


def process(shell: Shell, *more: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "broadcaster", "send", *more]
    environment = {"PYTHONPATH": str(ROOT), "SAQBOL_ADDRESS_KEY": bytes(range(32)).hex()}
    return subprocess.Popen(command, cwd=shell.folder, env=environment, stderr=subprocess.DEVNULL)


def counted(register: Connection, campaign: int) -> dict[int, int]:
    rows = register.execute("SELECT state, count(*) AS n FROM delivery WHERE campaign = ? GROUP BY state", [campaign])
    return {row["state"]: row["n"] for row in rows}


def test_what_was_sent_is_in_the_report(shell: Shell) -> None:
    shell.staff()
    shell.people.people(30)
    id = shell.scheduled()
    shell.does("send", "--until-idle")
    assert len({line["address"] for line in shell.paper()}) == len(shell.paper()) == 30
    told = shell.says("report", id)
    assert (told["state"], told["audience"], told["counts"]) == ("done", 30, {"accepted": 30})
    shown = shell.does("report", id)
    assert "accepted       30" in shown
    assert "channel paper: accepted 30" in shown


def test_the_kill_switch_stops_and_releases_everything(shell: Shell) -> None:
    """R16."""
    shell.staff()
    shell.people.people(5)
    id = shell.scheduled()
    assert shell.does("stop-everything", "--as", "Saule") == "nothing is sent any more\n"
    assert shell.does("stop-everything").startswith("as before")
    assert "STOPPED" in shell.does("doctor")
    shell.does("send", "--until-idle")
    assert shell.paper() == []
    assert "sending is allowed" in shell.does("resume-everything", "--as", "Saule")
    shell.does("send", "--until-idle")
    assert len(shell.paper()) == 5
    assert shell.says("report", id)["state"] == "done"
    assert "staff" in shell.refuses("stop-everything", "--as", "Somebody")


def test_a_campaign_nobody_knows_has_no_report(shell: Shell) -> None:
    assert shell.refuses("report", 404) == "No campaign has this id."


def test_two_processes_at_once_write_to_nobody_twice(shell: Shell) -> None:
    """R8."""
    shell.staff()
    shell.people.people(1_500)
    id = shell.scheduled()
    both = [process(shell, "--until-idle") for _ in range(2)]
    assert [sender.wait(timeout=60) for sender in both] == [0, 0]
    assert max(Counter(line["address"] for line in shell.paper()).values()) == 1
    assert len(shell.paper()) == 1_500
    assert shell.says("report", id)["state"] == "done"


def test_a_deploy_in_mid_campaign_costs_nobody_anything(shell: Shell) -> None:
    """R18: SIGTERM while it writes."""
    shell.staff()
    shell.people.people(3_000)
    id = shell.scheduled()
    file = shell.folder / "paper.jsonl"
    sender = process(shell)
    try:
        until = time.monotonic() + 30
        while not (file.exists() and file.stat().st_size > 30_000) and time.monotonic() < until:
            time.sleep(0.01)
        sender.send_signal(signal.SIGTERM)
        assert sender.wait(timeout=30) == 0
    finally:
        sender.kill()
        sender.wait()
    with_process = len(shell.paper())
    states = counted(shell.register, id)
    assert 0 < with_process < 3_000
    assert states.get(2, 0) == with_process
    assert 7 not in states
    assert shell.register.execute("SELECT count(*) FROM lease").fetchone()[0] == 0
    shell.does("send", "--until-idle")
    assert Counter(Counter(line["address"] for line in shell.paper()).values()) == {1: 3_000}
    assert campaign_records.find(shell.register, id).state == "done"


def test_before_the_first_migration_send_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from broadcaster.__main__ import main

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SAQBOL_ADDRESS_KEY", bytes(range(32)).hex())
    database.open(url_in(tmp_path), KEY).close()
    assert main(["send", "--until-idle"]) == 2
    assert "python -m broadcaster migrate" in capsys.readouterr().err


@pytest.mark.parametrize("up_to_date", [False, True])
def test_with_time_zones_from_before_2024_nothing_is_sent(shell: Shell, up_to_date: bool) -> None:
    """R11: a machine whose tables still tell UTC+6 would begin at 8 in the morning."""
    zones = shell.folder / "zones"
    (zones / "Asia").mkdir(parents=True)
    old = resources.files("tzdata") / "zoneinfo" / "Asia" / ("Almaty" if up_to_date else "Bishkek")
    (zones / "Asia" / "Almaty").write_bytes(old.read_bytes())
    command = [sys.executable, "-m", "broadcaster", "send", "--until-idle"]
    environment = {"SAQBOL_ADDRESS_KEY": KEY.secret.hex(), "PYTHONPATH": str(ROOT), "PYTHONTZPATH": str(zones)}
    ended = subprocess.run(command, cwd=shell.folder, env=environment, capture_output=True, text=True, check=False)
    assert (ended.returncode, "older than March 2024" in ended.stderr) == ((0, False) if up_to_date else (2, True))


def test_a_report_for_people_names_what_went_wrong(shell: Shell) -> None:
    shell.staff()
    shell.people.people(2)
    id = shell.draft(f"{CAMPAIGN}budget: 100\n")
    shell.does("campaign", "cancel", id, "--as", "Daniyar", "--reason", "not needed")
    assert shell.does("report", id).splitlines()[0].endswith("Rehearsal: cancelled (not needed)")
    assert json.loads(shell.does("report", id, "--json"))["budget"] == 10_000


def test_a_report_tells_whom_the_campaign_cannot_reach_and_what_it_waits_for(shell: Shell) -> None:
    shell.people.people(3)
    shell.people.people(2, consent=())
    shell.people.people(1, channels=("relay",))
    id = shell.people.campaign(channels=("sms", "telegram"), state="scheduled")
    told = shell.says("report", id)
    found = told["reach"]
    assert (found["known"], found["reachable"], found["no_consent"], found["only_through_a_partner"]) == (6, 3, 2, 1)
    assert set(told["waits_until"]) <= {"sms", "telegram"}
    assert told["unfollowed"] == []
    assert "3 by their own address, 1 by a partner only" in shell.does("report", id)
