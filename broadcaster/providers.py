"""Which channels are open in this process: a channel without its token is closed, and `why_closed` says how to open it."""

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from broadcaster.addresses import AddressKey
from broadcaster.channels.message import Provider
from broadcaster.channels.paper import Paper
from broadcaster.channels.relay_protocol import Partner
from broadcaster.ledger_codes import SendingChannel
from broadcaster.policy import Policy
from broadcaster.settings import SenderSettings
from content.language import Language
from content.library import Library

if TYPE_CHECKING:
    from broadcaster.channels.twilio import Twilio

_TO_OPEN = {
    SendingChannel.TELEGRAM: "set SAQBOL_TELEGRAM_TOKEN",
    SendingChannel.PUSH: "set SAQBOL_PUBLIC_URL: push services want to know whom to turn to",
    SendingChannel.WHATSAPP: "set SAQBOL_TWILIO_ACCOUNT_SID, SAQBOL_TWILIO_AUTH_TOKEN and SAQBOL_WHATSAPP_FROM",
    SendingChannel.SMS: "set SAQBOL_TWILIO_ACCOUNT_SID, SAQBOL_TWILIO_AUTH_TOKEN and SAQBOL_SMS_FROM",
    SendingChannel.RELAY: "set SAQBOL_PARTNERS",
}


def open_channels(settings: SenderSettings) -> frozenset[SendingChannel]:
    """Those for which everything is set; paper always is."""
    twilio = bool(settings.twilio_account_sid and settings.twilio_auth_token.get_secret_value())
    is_open = {
        SendingChannel.TELEGRAM: bool(settings.telegram_token.get_secret_value()),
        SendingChannel.PUSH: bool(settings.public_url),
        SendingChannel.WHATSAPP: twilio and bool(settings.whatsapp_from),
        SendingChannel.SMS: twilio and bool(settings.sms_from),
        SendingChannel.RELAY: bool(settings.partners),
        SendingChannel.PAPER: True,
    }
    return frozenset(channel for channel, yes in is_open.items() if yes)


def why_closed(channel: SendingChannel) -> str:
    """In one line, how to open it."""
    return f"{channel} is closed: {_TO_OPEN[channel]}"


def open_providers(
    settings: SenderSettings, key: AddressKey, words: Library, *, now: Callable[[], datetime]
) -> Mapping[SendingChannel, Provider]:
    """Inside the running loop. A vendor's library is imported only when its channel is open."""
    channels = open_channels(settings)
    providers: dict[SendingChannel, Provider] = {SendingChannel.PAPER: Paper(Path(settings.paper))}
    if SendingChannel.TELEGRAM in channels:
        from broadcaster.channels.telegram import Telegram

        labels = {language: words.phrase("button_stop", language) for language in Language}
        providers[SendingChannel.TELEGRAM] = Telegram(
            token=settings.telegram_token.get_secret_value(), api=settings.telegram_api, labels=labels
        )
    if channels & {SendingChannel.SMS, SendingChannel.WHATSAPP}:
        twilio = open_twilio(settings)
        providers |= dict.fromkeys(channels & {SendingChannel.SMS, SendingChannel.WHATSAPP}, twilio)
    if SendingChannel.PUSH in channels:
        from broadcaster.channels.webpush import WebPush

        providers[SendingChannel.PUSH] = WebPush(key=key, contact=settings.public_url, clock=now)
    if SendingChannel.RELAY in channels:
        from broadcaster.channels.relay import Relay

        partners = {
            name: Partner(url=each.url, secret=each.secret.get_secret_value()) for name, each in settings.partners.items()
        }
        providers[SendingChannel.RELAY] = Relay(partners, clock=now)
    return providers


def open_twilio(settings: SenderSettings) -> "Twilio":
    """One for SMS and WhatsApp: they share the account."""
    from broadcaster.channels.twilio import Twilio

    return Twilio(
        account_sid=settings.twilio_account_sid,
        auth_token=settings.twilio_auth_token.get_secret_value(),
        api=settings.twilio_api,
        public_url=settings.public_url,
        sms_from=settings.sms_from,
        whatsapp_from=settings.whatsapp_from,
    )


def rates(settings: SenderSettings, policy: Policy) -> Mapping[SendingChannel, float]:
    """Units a second for campaigns, per channel."""
    told = {
        SendingChannel.TELEGRAM: settings.telegram_rate,
        SendingChannel.SMS: settings.sms_rate,
        SendingChannel.WHATSAPP: settings.whatsapp_rate,
    }
    return {channel: each.pace(told.get(channel)) for channel, each in policy.channels.items()}
