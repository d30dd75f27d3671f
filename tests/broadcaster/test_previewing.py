import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from broadcaster import addresses, consent
from broadcaster.addresses import Channel
from broadcaster.consent import Origin
from tests.broadcaster.conftest import NOW
from tests.broadcaster.shell import CAMPAIGN, Shell, shell_in


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Shell]:
    yield from shell_in(tmp_path, monkeypatch, capsys)


def test_a_person_sees_the_text_the_people_the_price_and_the_finish(shell: Shell) -> None:
    shell.staff()
    shell.people.people(4)
    shown = shell.does("preview", shell.draft())
    for part in ("Осторожно, финансовая пирамида!", "reached 4", "price: 0 tenge", "finish: 20", "4 people", "sample: "):
        assert part in shown


def test_a_program_gets_the_same_as_one_object(shell: Shell) -> None:
    shell.staff()
    shell.people.people(4)
    shell.people.people(2, language="kk")
    shell.people.people(3, consent=())
    seen = shell.says("preview", shell.draft())
    assert seen["audience"] == 6
    assert (seen["reach"]["known"], seen["reach"]["no_consent"]) == (9, 3)
    assert {(each["channel"], each["language"], each["people"]) for each in seen["reach"]["by_route"]} == {
        ("paper", "kk", 2),
        ("paper", "ru", 4),
    }
    assert {each["language"]: each["people"] for each in seen["texts"]} == {"kk": 2, "ru": 4}
    assert (seen["price_tenge"], seen["problems"], seen["overlaps"]) == (0, [], [])


def test_overlaps_and_problems_are_shown(shell: Shell) -> None:
    shell.people.people(4)
    shell.already_sent()
    same = shell.draft()
    assert "THE SAME TEXT went to 4 of them" in shell.does("preview", same)
    assert shell.says("preview", same)["overlaps"][0]["people"] == 4
    mixed_up = shell.draft(CAMPAIGN.replace("Абай болыңыз, қаржы пирамидасы!", "Осторожно, финансовая пирамида!"))
    assert "look: text.kk: is the same as the Russian" in shell.does("preview", mixed_up)


def test_a_test_goes_to_one_address_with_the_campaign_s_words_and_outside_the_ledger(shell: Shell) -> None:
    shell.staff()
    id = shell.draft()
    told = shell.does("test-send", id, "--to", "+7 701 123 45 67", "--language", "kk")
    assert told.startswith("+7701***4567: ")
    line = shell.paper()[0]
    assert (line["address"], line["channel"], line["language"]) == ("+77011234567", "phone", "kk")
    code = shell.says("report", id)["code"]
    assert "Абай болыңыз" in line["text"]
    assert code in line["text"]
    shell.does("test-send", id, "--to", "700000001")
    assert shell.paper()[1]["channel"] == "telegram"
    assert shell.register.execute("SELECT count(*) FROM delivery").fetchone()[0] == 0
    assert shell.register.execute("SELECT count(*) FROM contact").fetchone()[0] == 0


def test_whoever_said_stop_gets_no_test_either(shell: Shell) -> None:
    shell.staff()
    phone = addresses.normalise(Channel.PHONE, "+77011234567")
    consent.stop(shell.register, phone, Origin(door="test", message_id="1", at=NOW))
    assert "said STOP" in shell.refuses("test-send", shell.draft(), "--to", "+77011234567")
    assert shell.paper() == []


def test_a_closed_channel_tells_how_it_is_opened(shell: Shell) -> None:
    shell.staff()
    told = shell.refuses("test-send", shell.draft(), "--to", "700000001", "--channel", "telegram")
    assert told == "telegram is closed: set SAQBOL_TELEGRAM_TOKEN"


def test_an_address_that_cannot_be_one_is_refused_and_not_repeated(shell: Shell) -> None:
    shell.staff()
    told = shell.refuses("test-send", shell.draft(), "--to", "+7 701 99")
    assert "701 99" not in told


def test_a_test_is_no_way_around_an_approval_nor_around_the_kill_switch(shell: Shell) -> None:
    shell.staff()
    id = shell.draft()
    crowd = [f"--to={700_000_000 + number}" for number in range(21)]
    assert "20 addresses at most" in shell.refuses("test-send", id, *crowd)
    shell.does("test-send", id, *crowd[:20])
    trail = shell.register.execute("SELECT who, subject, detail FROM audit WHERE action = 'campaign.test-send'").fetchall()
    assert [(row["who"], row["subject"], json.loads(row["detail"])["messages"]) for row in trail] == [
        ("shell", f"campaign {id}", 20)
    ]
    shell.does("stop-everything")
    assert "everything is stopped" in shell.refuses("test-send", id, crowd[0])
    assert len(shell.paper()) == 20
