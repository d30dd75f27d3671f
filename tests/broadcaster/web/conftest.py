"""The public application over a real register in a file, as a person or a provider reaches it."""

import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from broadcaster.database import Connection
from broadcaster.settings import PartnerSettings, SenderSettings
from broadcaster.web import public
from content import library
from tests.broadcaster.conftest import KEY, NOW, url_in

WORDS = library.load()
PUBLIC_URL = "https://saqbol.example"
ACCOUNT = "AC0123456789abcdef0123456789abcdef"
TOKEN = "twilio-auth-token"
PARTNER_SECRET = f"whsec_{base64.b64encode(bytes(range(32))).decode()}"


def settings_in(folder: Path) -> SenderSettings:
    return SenderSettings(
        _env_file=None,  # type: ignore[call-arg]
        database=url_in(folder),
        address_key=SecretStr(KEY.secret.hex()),
        secret=SecretStr("5" * 64),
        public_url=PUBLIC_URL,
        twilio_account_sid=ACCOUNT,
        twilio_auth_token=SecretStr(TOKEN),
        partners={"bank": PartnerSettings(url="https://bank.example/warnings", secret=SecretStr(PARTNER_SECRET))},
    )


@asynccontextmanager
async def reached(settings: SenderSettings) -> AsyncIterator[httpx.AsyncClient]:
    """The application as it stands behind a proxy that calls it by another name."""
    app = public.build(settings, words=WORDS, clock=lambda: NOW)
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://10.0.0.7:8001") as client:
            yield client


@pytest.fixture
async def world(register: Connection, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with reached(settings_in(tmp_path)) as client:
        yield client
