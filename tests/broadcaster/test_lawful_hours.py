from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadcaster import lawful_hours, policy
from broadcaster.lawful_hours import KAZAKHSTAN
from broadcaster.ledger_codes import SendingChannel
from tests.broadcaster.ledger import evenings_off

POLICY = policy.load()
SMS, TELEGRAM, PAPER = SendingChannel.SMS, SendingChannel.TELEGRAM, SendingChannel.PAPER
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 — zone beside


def here(text: str) -> datetime:
    """Kazakhstan time."""
    return datetime.fromisoformat(text).replace(tzinfo=KAZAKHSTAN)


@pytest.mark.parametrize(
    ("moment", "allowed"),
    [
        ("2026-11-30 08:59:59.999", False),  # Monday
        ("2026-11-30 09:00", True),
        ("2026-11-30 20:59:59.999", True),
        ("2026-11-30 21:00", False),
        ("2026-12-05 12:00", False),  # Saturday
        ("2026-12-06 12:00", False),
        ("2026-12-16 12:00", False),  # Independence Day, a Wednesday
        ("2027-01-04 12:00", False),  # after a New Year on a Saturday
        ("2026-10-26 12:00", False),
    ],
)
def test_an_sms_goes_out_on_working_days_from_nine_until_nine(moment: str, allowed: bool) -> None:
    assert lawful_hours.is_allowed(here(moment), SMS, POLICY) is allowed


@pytest.mark.parametrize(
    ("moment", "next_one"),
    [
        ("2026-11-30 12:34:56", "2026-11-30 12:34:56"),
        ("2026-11-30 03:00", "2026-11-30 09:00"),
        ("2026-11-30 21:00", "2026-12-01 09:00"),
        ("2026-12-04 21:30", "2026-12-07 09:00"),  # Friday evening
        ("2026-12-15 22:00", "2026-12-17 09:00"),  # the eve of Independence Day
        ("2026-12-31 21:00", "2027-01-05 09:00"),
        ("2026-03-20 21:00", "2026-03-26 09:00"),  # Nauryz and its moved days
    ],
)
def test_what_comes_too_late_waits_for_the_next_working_morning(moment: str, next_one: str) -> None:
    assert lawful_hours.next_allowed(here(moment), SMS, POLICY) == here(next_one)


def test_people_who_asked_for_it_in_a_messenger_are_written_to_at_any_hour_unless_the_policy_says_otherwise() -> None:
    assert lawful_hours.is_allowed(here("2026-12-16 12:00"), TELEGRAM, POLICY)
    assert lawful_hours.next_allowed(here("2026-12-05 23:00"), TELEGRAM, POLICY) == here("2026-12-05 23:00")
    assert lawful_hours.next_allowed(here("2026-12-05 23:00"), TELEGRAM, evenings_off()) == here("2026-12-06 09:00")
    assert lawful_hours.is_allowed(here("2026-12-16 12:00"), TELEGRAM, evenings_off()), "also on a holiday"


def test_a_rehearsal_and_an_approved_emergency_know_no_hours() -> None:
    night = here("2026-12-16 03:00")
    assert lawful_hours.is_allowed(night, PAPER, POLICY)
    assert lawful_hours.allowed_until(night, PAPER, POLICY) is None
    assert lawful_hours.is_allowed(night, SMS, POLICY, emergency=True)
    assert lawful_hours.next_allowed(night, SMS, POLICY, emergency=True) == night


def test_a_running_batch_is_told_when_to_stop() -> None:
    assert lawful_hours.allowed_until(here("2026-11-30 20:59"), SMS, POLICY) == here("2026-11-30 21:00")
    assert lawful_hours.allowed_until(here("2026-11-30 21:00"), SMS, POLICY) == here("2026-11-30 21:00")


def test_hours_until_midnight_end_at_midnight() -> None:
    sms = POLICY.channels[SMS]
    assert sms.hours is not None
    late = sms.model_copy(update={"hours": sms.hours.model_copy(update={"closes": 24})})
    changed = POLICY.model_copy(update={"channels": {**POLICY.channels, SMS: late}})
    assert lawful_hours.allowed_until(here("2026-11-30 23:59"), SMS, changed) == here("2026-12-01 00:00")
    assert lawful_hours.next_allowed(here("2026-12-01 00:00"), SMS, changed) == here("2026-12-01 09:00")


@given(MOMENTS, st.sampled_from(SendingChannel))
def test_the_next_moment_is_allowed_and_none_before_it_is(now: datetime, channel: SendingChannel) -> None:
    moment = lawful_hours.next_allowed(now, channel, POLICY)
    assert moment.tzinfo is UTC
    assert moment >= now
    assert lawful_hours.is_allowed(moment, channel, POLICY)
    assert (moment == now) is lawful_hours.is_allowed(now, channel, POLICY)
    assert moment == now or not lawful_hours.is_allowed(moment - timedelta(microseconds=1), channel, POLICY)


@given(MOMENTS, st.integers(0, 400_000))
def test_a_forecast_uses_lawful_seconds_only_and_all_of_them(now: datetime, units: int) -> None:
    end = lawful_hours.finish(units, per_second=10, now=now, channel=SMS, policy=POLICY)
    used, moment = timedelta(0), now
    while moment < end:
        until = lawful_hours.allowed_until(moment, SMS, POLICY)
        assert until is not None
        if until > moment:
            used += min(until, end) - moment
            moment = until
        else:
            moment = lawful_hours.next_allowed(moment, SMS, POLICY)
    assert abs(used.total_seconds() - units / 10) < 0.001


@pytest.mark.parametrize(
    ("units", "start", "end"),
    [
        (0, "2026-11-30 12:00", "2026-11-30 12:00"),
        (36_000, "2026-11-30 12:00", "2026-11-30 13:00"),
        (432_000, "2026-11-30 09:00", "2026-11-30 21:00"),
        (432_000, "2026-12-04 15:00", "2026-12-07 15:00"),
        (864_000, "2026-12-15 09:00", "2026-12-17 21:00"),
    ],
)
def test_a_forecast_crosses_nights_weekends_and_holidays(units: int, start: str, end: str) -> None:
    assert lawful_hours.finish(units, per_second=10, now=here(start), channel=SMS, policy=POLICY) == here(end)


def test_a_forecast_without_a_rate_is_refused() -> None:
    with pytest.raises(ValueError, match="rate"):
        lawful_hours.finish(1, per_second=0, now=here("2026-11-30 12:00"), channel=SMS, policy=POLICY)


def test_the_zone_is_five_hours_ahead_all_year() -> None:
    assert {here(f"2026-{month:02}-01").utcoffset() for month in range(1, 13)} == {timedelta(hours=5)}
