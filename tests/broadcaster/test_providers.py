import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from broadcaster import policy, providers
from broadcaster.channels.paper import Paper
from broadcaster.ledger_codes import SendingChannel
from broadcaster.settings import SenderSettings
from tests.broadcaster.conftest import KEY
from tests.broadcaster.post import WORDS

ROOT = Path(__file__).parents[2]
ALL = {
    "SAQBOL_TELEGRAM_TOKEN": "7000000001:AAFakeTokenOfTheTestTelegram00000-x",
    "SAQBOL_PUBLIC_URL": "https://saqbol.example",
    "SAQBOL_TWILIO_ACCOUNT_SID": f"AC{'0' * 32}",
    "SAQBOL_TWILIO_AUTH_TOKEN": "0" * 32,
    "SAQBOL_WHATSAPP_FROM": "+77000000001",
    "SAQBOL_SMS_FROM": "Saqbol",
    "SAQBOL_PARTNERS": '{"bank": {"url": "https://bank.example/hook", "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}}',
}
SWITCHES = {
    SendingChannel.TELEGRAM: ["SAQBOL_TELEGRAM_TOKEN"],
    SendingChannel.PUSH: ["SAQBOL_PUBLIC_URL"],
    SendingChannel.WHATSAPP: ["SAQBOL_TWILIO_ACCOUNT_SID", "SAQBOL_TWILIO_AUTH_TOKEN", "SAQBOL_WHATSAPP_FROM"],
    SendingChannel.SMS: ["SAQBOL_TWILIO_ACCOUNT_SID", "SAQBOL_TWILIO_AUTH_TOKEN", "SAQBOL_SMS_FROM"],
    SendingChannel.RELAY: ["SAQBOL_PARTNERS"],
}


@pytest.fixture(autouse=True)
def _empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in SenderSettings.model_fields:
        monkeypatch.delenv(f"SAQBOL_{name.upper()}", raising=False)
    monkeypatch.chdir(tmp_path)


def settings(monkeypatch: pytest.MonkeyPatch, **variables: str) -> SenderSettings:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return SenderSettings()


def test_without_any_token_only_paper_is_open(monkeypatch: pytest.MonkeyPatch) -> None:
    assert providers.open_channels(settings(monkeypatch)) == {SendingChannel.PAPER}


@pytest.mark.parametrize("channel", list(SWITCHES))
def test_a_channel_is_open_when_all_of_its_settings_are_there(monkeypatch: pytest.MonkeyPatch, channel: SendingChannel) -> None:
    needed = {name: ALL[name] for name in SWITCHES[channel]}
    assert providers.open_channels(settings(monkeypatch, **needed)) == {channel, SendingChannel.PAPER}
    for missing in needed:
        monkeypatch.delenv(missing)
        assert channel not in providers.open_channels(SenderSettings())
        monkeypatch.setenv(missing, needed[missing])


@pytest.mark.parametrize("channel", list(SWITCHES))
def test_a_closed_channel_names_every_setting_that_opens_it(channel: SendingChannel) -> None:
    told = providers.why_closed(channel)
    assert all(name in told for name in SWITCHES[channel])
    assert told.startswith(f"{channel} is closed: ")
    assert "\n" not in told


async def test_every_open_channel_gets_its_provider_and_twilio_one_for_both(monkeypatch: pytest.MonkeyPatch) -> None:
    found = providers.open_providers(settings(monkeypatch, **ALL), KEY, WORDS, now=lambda: datetime.now(UTC))
    try:
        assert set(found) == set(SendingChannel)
        assert found[SendingChannel.SMS] is found[SendingChannel.WHATSAPP]
        assert isinstance(found[SendingChannel.PAPER], Paper)
    finally:
        for provider in set(found.values()):
            await provider.close()


def test_no_vendor_s_library_is_loaded_for_a_closed_channel(tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "from broadcaster import providers, sender\n"
        "loaded = {'telegram', 'twilio', 'pywebpush', 'aiogram'} & set(sys.modules)\n"
        "assert not loaded, loaded\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=tmp_path, env={"PYTHONPATH": str(ROOT)})


def test_the_pace_is_the_account_s_rate_and_the_part_that_campaigns_may_take(monkeypatch: pytest.MonkeyPatch) -> None:
    told = settings(monkeypatch, SAQBOL_TELEGRAM_RATE="25", SAQBOL_SMS_RATE="10", SAQBOL_WHATSAPP_RATE="40")
    rates = providers.rates(told, policy.load())
    assert set(rates) == set(SendingChannel)
    assert rates[SendingChannel.TELEGRAM] == 25
    assert rates[SendingChannel.SMS] == pytest.approx(9.7)
    assert rates[SendingChannel.WHATSAPP] == pytest.approx(20)
    assert rates[SendingChannel.PAPER] == 1_000
