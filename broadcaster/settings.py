"""The knobs every process needs: where the database is and the two secrets made once beside it.

`bot.settings` and later processes inherit from Settings. Built once in the composition root and passed as values.
"""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

_SQLITE = "sqlite:///"


class MissingAddressKey(ValueError):
    """The database is there but the key beside it is not: put the file back, or set SAQBOL_ADDRESS_KEY."""


def file_of(url: str) -> Path:
    """`sqlite:///saqbol.db` is relative to the working directory, `sqlite:////var/lib/saqbol.db` is absolute."""
    if not url.startswith(_SQLITE) or url == _SQLITE:
        raise ValueError("SAQBOL_DATABASE looks like sqlite:///saqbol.db or sqlite:////var/lib/saqbol.db")
    return Path(url.removeprefix(_SQLITE))


def address_key_file(database: Path) -> Path:
    """saqbol.db.key. Back it up apart from the database: without it no suppression can be matched any more."""
    return database.with_name(f"{database.name}.key")


def secret_file(database: Path) -> Path:
    """saqbol.secret.db.key. May be thrown away: sessions and links signed with it end, nothing else."""
    return database.with_name(f"{database.stem}.secret{database.suffix}.key")


class Settings(BaseSettings):
    """Read from the environment, then `.env`, then the files beside the database."""

    model_config = SettingsConfigDict(
        env_prefix="SAQBOL_", env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True, hide_input_in_errors=True
    )

    database: str = "sqlite:///saqbol.db"
    address_key: SecretStr = Field(default=..., description="64 hexadecimal digits; never changes during the life of a database")
    secret: SecretStr = Field(default=..., description="signs sessions and links; may be rotated")

    @field_validator("database")
    @classmethod
    def _is_a_file(cls, url: str) -> str:
        file_of(url)
        return url

    @field_validator("address_key")
    @classmethod
    def _is_a_key(cls, key: SecretStr) -> SecretStr:
        try:
            long_enough = len(bytes.fromhex(key.get_secret_value())) >= 32
        except ValueError:
            long_enough = False
        if not long_enough:
            raise ValueError('at least 64 hexadecimal digits: python -c "import secrets; print(secrets.token_hex(32))"')
        return key

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, dotenv_settings, _BesideDatabase(settings_cls)


class ProviderSettings(Settings):
    """Beside those: who carries the messages, and how the world reaches us."""

    public_url: str = Field(default="", description="how the world reaches us, https://bot.example.kz: opens the webhooks")

    telegram_token: SecretStr = SecretStr("")
    telegram_api: str = "https://api.telegram.org"
    twilio_account_sid: str = Field(default="", description="when set, messages of any other account are refused")
    twilio_auth_token: SecretStr = SecretStr("")
    twilio_api: str = Field(default="https://api.twilio.com", description="an emulator stands in here")
    whatsapp_from: str = Field(default="", description="our WhatsApp number")
    sms_from: str = Field(default="", description="our SMS number or sender name")
    appeals: str = Field(default="", max_length=80, description="an e-mail address for appeals, printed on the page /removals")

    @field_validator("public_url")
    @classmethod
    def _is_a_base(cls, url: str) -> str:
        return _base(url, looks_like="SAQBOL_PUBLIC_URL looks like https://bot.example.kz")


class PartnerSettings(BaseModel):
    """A bank or an operator that passes warnings on to people only it can name."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    url: str
    secret: SecretStr


class SenderSettings(ProviderSettings):
    """What `python -m broadcaster` needs to send: rates per provider account, and where a rehearsal goes."""

    telegram_rate: float = Field(default=20, gt=0, description="messages a second in bulk; the bot's answers need the rest of 30")
    sms_rate: float = Field(default=1, gt=0, description="SMS segments a second that the operator allows our sender")
    whatsapp_rate: float = Field(default=80, gt=0, description="WhatsApp messages a second that Meta allows our number")
    partners: dict[str, PartnerSettings] = Field(
        default={}, description='JSON: {"bank": {"url": "https://…", "secret": "whsec_…"}}'
    )
    paper: str = Field(default="paper.jsonl", description="the file a rehearsal is written to")
    receiving_port: int = Field(default=8001, ge=0, le=65_535, description="the port of the unsubscribe page and the receipts")
    console_port: int = Field(default=8002, ge=0, le=65_535, description="the port of the staff console")
    console_url: str = Field(default="", description="how staff reach the console, https://desk.example.kz: behind your VPN")

    @field_validator("console_url")
    @classmethod
    def _is_where_staff_come(cls, url: str) -> str:
        return _base(url, looks_like="SAQBOL_CONSOLE_URL looks like https://desk.example.kz")


def _base(url: str, *, looks_like: str) -> str:
    parts = urlsplit(url)
    if url and (parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment):
        raise ValueError(looks_like)
    return url.rstrip("/")


class _BesideDatabase(PydanticBaseSettingsSource):
    """Makes what no other source gave, so that `./run` on a fresh machine asks nobody for a secret."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        return None, field_name, False

    def __call__(self) -> dict[str, Any]:
        given = self.current_state
        try:
            database = file_of(str(given.get("database") or self.settings_cls.model_fields["database"].default))
        except ValueError:
            return {}
        kept = {}
        if "address_key" not in given:
            key_file = address_key_file(database)
            if database.exists() and not key_file.exists():
                raise MissingAddressKey(f"{database} is there but {key_file} is not: put it back, or set SAQBOL_ADDRESS_KEY")
            kept["address_key"] = _kept(key_file)
        if "secret" not in given:
            kept["secret"] = _kept(secret_file(database))
        return kept


def _kept(file: Path) -> str:
    """Two processes that start together get the same secret: the file appears whole, and only the first one's stays."""
    if not file.exists():
        draft = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "w") as out:
                out.write(secrets.token_hex(32) + "\n")
                out.flush()
                os.fsync(out.fileno())
            file.hardlink_to(draft)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return file.read_text().strip()


def where_from(settings: Settings) -> Mapping[str, str]:
    """For `doctor`: variable name → the source its value came from."""
    dotenv = dotenv_values(".env")
    beside = {
        "address_key": str(address_key_file(file_of(settings.database))),
        "secret": str(secret_file(file_of(settings.database))),
    }
    sources = {}
    for name in type(settings).model_fields:
        variable = f"SAQBOL_{name.upper()}"
        if os.environ.get(variable):
            sources[variable] = "environment"
        elif dotenv.get(variable):
            sources[variable] = ".env"
        else:
            sources[variable] = beside.get(name, "default")
    return sources
