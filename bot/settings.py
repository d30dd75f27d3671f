"""The knobs of the bot's process, beside those every process has. Read once by `python -m bot`, passed on as values.

A door whose knobs are empty is closed; `bot.app` says so and how to open it.
"""

from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator

from broadcaster import settings


class Settings(settings.Settings):
    """Everything has a default: a fresh machine answers in the web chat without being told anything."""

    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65_535)
    public_url: str = Field(default="", description="how the world reaches us, https://bot.example.kz: opens the webhooks")
    demo: bool = Field(default=False, description="the first page says that the data of this instance is a demo")

    telegram_token: SecretStr = SecretStr("")
    telegram_api: str = "https://api.telegram.org"
    twilio_account_sid: str = Field(default="", description="when set, messages of any other account are refused")
    twilio_auth_token: SecretStr = SecretStr("")
    whatsapp_from: str = Field(default="", description="our WhatsApp number, shown on the page")
    sms_from: str = Field(default="", description="our SMS number, shown on the page")

    nlu_url: str = Field(default="", description="a running Rasa server to ask instead of the committed model")
    nlu_token: SecretStr = SecretStr("")

    @field_validator("public_url")
    @classmethod
    def _is_a_base(cls, url: str) -> str:
        parts = urlsplit(url)
        if url and (parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment):
            raise ValueError("SAQBOL_PUBLIC_URL looks like https://bot.example.kz")
        return url.rstrip("/")
