from datetime import date
from pathlib import Path

import pytest

from broadcaster import policy
from broadcaster.ledger_codes import SendingChannel
from content.reading import ContentError

POLICY = policy.load()


def edited(folder: Path, old: str, new: str) -> Path:
    """The product's file with one thing changed."""
    text = policy.FILE.read_text(encoding="utf-8")
    assert old in text
    file = folder / "policy.yaml"
    file.write_text(text.replace(old, new), encoding="utf-8")
    return file


def test_the_defaults_are_what_was_promised() -> None:
    assert (POLICY.frequency_cap.messages, POLICY.frequency_cap.days) == (3, 7)
    assert (POLICY.pause.errors, POLICY.pause.opt_outs, POLICY.pause.after_sends) == (0.05, 0.01, 200)
    assert POLICY.canary.share == 0.01
    assert (POLICY.control.share, POLICY.control.followers_over) == (0.05, 1_000)
    assert POLICY.channels[SendingChannel.SMS].price_tiyn is None
    assert POLICY.channels[SendingChannel.PAPER].hours is None


def test_a_rate_that_nobody_shares_is_used_to_97_percent_and_the_number_of_the_bot_by_half() -> None:
    assert POLICY.channels[SendingChannel.SMS].pace(10) == pytest.approx(9.7)
    assert POLICY.channels[SendingChannel.TELEGRAM].pace(20) == 20
    assert POLICY.channels[SendingChannel.WHATSAPP].pace(80) == 40


def test_a_rate_stands_in_the_settings_or_in_the_file() -> None:
    assert POLICY.channels[SendingChannel.PAPER].pace() == 1_000
    with pytest.raises(ValueError, match="rate"):
        POLICY.channels[SendingChannel.SMS].pace()


def test_waits_double_up_to_the_longest_and_end_after_the_last_try() -> None:
    assert [POLICY.tries.wait(tries) for tries in range(1, 8)] == [30, 60, 120, 240, 480, None, None]
    patient = POLICY.tries.model_copy(update={"most": 10_000})
    assert patient.wait(9_999) == 3_600


def test_holidays_are_in_order_sourced_and_moved_ones_fall_on_weekdays() -> None:
    days = [holiday.day for holiday in POLICY.holidays]
    assert days == sorted(days)
    assert all(holiday.source for holiday in POLICY.holidays)
    assert all(holiday.day.weekday() < 5 for holiday in POLICY.holidays if holiday.name.endswith("moved"))
    assert POLICY.calendar_ends == date(2027, 12, 31)


@pytest.mark.parametrize("year", [2026, 2027])
def test_a_holiday_on_a_weekend_is_followed_by_a_day_off(year: int) -> None:
    never_moved = {"Orthodox Christmas", "Kurban Ait"}
    ours = [holiday for holiday in POLICY.holidays if holiday.day.year == year]
    on_weekends = [day for day in ours if day.day.weekday() >= 5 and day.name not in never_moved]
    moved = [day for day in ours if day.name.endswith("moved")]
    assert sorted(f"{day.name} moved" for day in on_weekends) == sorted(day.name for day in moved)


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("errors: 0.05", "errors: 5", "pause.errors"),
        ("errors: 0.05", "eroors: 0.05", "pause.errors"),
        ("share: 0.05", "share: 0.6", "control.share"),
        ("rate: 10,", "rate: 0,", "channels.relay.rate"),
        ("use: 0.97", "use: 97", "channels.sms.use"),
        ("price_tiyn: null", "price_tiyn: 12.5", "price_tiyn"),
        ("opens: 9", "opens: 21", "hours"),
        ("opens: 9", 'opens: "9:30"', "opens"),
        ("days: [mon, tue, wed, thu, fri]", "days: []", "days"),
        ("days: [mon, tue, wed, thu, fri]", "days: [monday]", "days"),
        ("  paper:", "  papyrus:", "papyrus"),
        ("2027-12-16", "2026-12-16", "a holiday stands twice"),
        ("longest_sms_segments: 3", "longest_sms_segments: 3\nlongest_sms_segments: 4", "stands twice"),
    ],
)
def test_a_mistake_is_named_by_its_key(tmp_path: Path, old: str, new: str, named: str) -> None:
    with pytest.raises(ContentError, match=named):
        policy.load(edited(tmp_path, old, new))


def test_a_channel_that_is_left_out_is_missed(tmp_path: Path) -> None:
    line = "  paper: {rate: 1000, use: 1, price_tiyn: 0}\n"
    with pytest.raises(ContentError, match="nothing is said about paper"):
        policy.load(edited(tmp_path, line, ""))
