"""The knobs of the bot's process, beside those every process has. Read once by `python -m bot`, passed on as values.

A door whose knobs are empty is closed; `bot.app` says so and how to open it.
"""

from pydantic import Field, SecretStr

from broadcaster import settings


class Settings(settings.ProviderSettings):
    """Everything has a default: a fresh machine answers in the web chat without being told anything."""

    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65_535)
    demo: bool = Field(default=False, description="the first page says that the data of this instance is a demo")

    cyberbot_token: SecretStr = SecretStr("")
    cyberbot_group: int = Field(default=0, le=0, description="the volunteers' group in Telegram; 0: private chats alone")

    nlu_url: str = Field(default="", description="a running Rasa server to ask instead of the committed model")
    nlu_token: SecretStr = SecretStr("")
