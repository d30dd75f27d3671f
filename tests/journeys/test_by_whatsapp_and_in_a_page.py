"""A citizen's walk through the two web doors with the real conversation, model, words and database: nothing is stubbed."""

import asyncio
import html
import re
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlencode
from xml.etree import ElementTree

import httpx
import pytest
from starlette.applications import Starlette
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]

from bot import app
from content import library
from content.language import Language
from tests.bot.instances import settings_in

TOKEN = "0123456789abcdef0123456789abcdef"
PUBLIC = "https://bot.example.kz"
WORDS = library.load()
SCAM = "Здравствуйте, служба безопасности банка. На вас оформляют кредит, срочно назовите код из SMS и никому не говорите"
SCAM_IN_KAZAKH = "Сәлеметсіз бе, банктің қауіпсіздік қызметіненбіз. Атыңызға несие рәсімделіп жатыр, SMS-тен келген кодты айтыңыз"


@pytest.fixture
async def instance(tmp_path: Path) -> AsyncIterator[Starlette]:
    application = app.build(settings_in(tmp_path, public_url=PUBLIC, twilio_auth_token=TOKEN))
    async with application.router.lifespan_context(application):
        yield application


class Aigul:
    """A citizen with a telephone and a browser. `writes` and `asks` return the answer she sees."""

    def __init__(self, instance: Starlette) -> None:
        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(instance), base_url="https://bot.example.kz")
        self.messages = 0

    async def writes(self, text: str, sender: str = "whatsapp:+77011234567") -> str:
        self.messages += 1
        form = {"MessageSid": f"SM{self.messages:032x}", "From": sender, "Body": text, "NumMedia": "0"}
        headers = {
            "X-Twilio-Signature": RequestValidator(TOKEN).compute_signature(f"{PUBLIC}/webhooks/twilio", form),
            "Content-Type": "application/x-www-form-urlencoded",
        }
        answer = await self.client.post("/webhooks/twilio", content=urlencode(form), headers=headers)
        assert answer.status_code == 200
        return "\n".join(message.text or "" for message in ElementTree.fromstring(answer.content))

    async def asks(self, text: str = "", pressed: str = "") -> str:
        """In the page; the last answer on it."""
        self.messages += 1
        form = {"turn": str(self.messages), "text": text, "pressed": pressed}
        page = await self.client.post("/chat", data=form)
        assert page.status_code == 200
        return html.unescape(
            re.findall(r'lang="\w\w"><p class="who".*?<p class="said">(.*?)</p>', page.text, flags=re.DOTALL)[-1]
        )


@pytest.fixture
async def aigul(instance: Starlette) -> AsyncIterator[Aigul]:
    aigul = Aigul(instance)
    yield aigul
    await aigul.client.aclose()


@pytest.mark.parametrize(("text", "language"), [(SCAM, Language.RU), (SCAM_IN_KAZAKH, Language.KK)])
@pytest.mark.parametrize("door", ["page", "whatsapp"])
async def test_a_scam_is_named_with_reasons_steps_and_help(aigul: Aigul, text: str, language: Language, door: str) -> None:
    answer = await (aigul.asks(text) if door == "page" else aigul.writes(text))
    assert WORDS.phrase("level_scam", language) in answer
    assert "кодты айтыңыз" in answer or "назовите код" in answer, "her own words are quoted"
    if door == "whatsapp":
        assert WORDS.phrase("button_emergency", language) in answer
        assert len(answer.encode("utf-16-le")) // 2 <= 1_600


async def test_whoever_has_paid_is_helped_first(aigul: Aigul) -> None:
    steps = WORDS.answer("emergency_paid_already", Language.RU)
    assert (await aigul.asks("Я перевела им деньги")).startswith(steps[:60])
    assert (await aigul.writes("Я перевела им деньги")).startswith(steps[:60])
    assert await aigul.asks(pressed="emergency") == WORDS.answer("emergency_menu", Language.RU)


async def test_the_language_is_chosen_on_the_page_and_kept(aigul: Aigul) -> None:
    await aigul.asks(pressed="language:en")
    assert WORDS.phrase("level_scam", Language.EN) in await aigul.asks(SCAM)
    page = await aigul.client.get("/")
    assert '<html lang="en">' in page.text


async def test_a_number_presses_the_button_it_stands_before(aigul: Aigul) -> None:
    answer = await aigul.writes(SCAM)
    label = WORDS.phrase("button_emergency", Language.RU)
    number = next(line.partition(".")[0] for line in answer.splitlines() if line.endswith(label))
    assert (await aigul.writes(number)).startswith(WORDS.answer("emergency_menu", Language.RU)[:60])


async def test_stop_by_whatsapp_is_one_suppression_however_often_it_is_repeated(aigul: Aigul, tmp_path: Path) -> None:
    await aigul.writes("СТОП")
    aigul.messages -= 1
    await aigul.writes("СТОП")
    with sqlite3.connect(tmp_path / "saqbol.db") as register:
        events = register.execute("SELECT count(*) FROM consent_event WHERE kind = 'stop'").fetchone()
    register.close()
    assert events == (1,)


async def test_nothing_she_wrote_stands_on_disk_unmasked(aigul: Aigul, tmp_path: Path) -> None:
    for say in (aigul.asks, aigul.writes):
        await say("Мне написали: переведите на карту 4111 1111 1111 1111, срочно, это безопасный счёт")
    kept = await asyncio.to_thread(lambda: b"".join(file.read_bytes() for file in tmp_path.iterdir()))
    assert b"4111 1111" not in kept
    assert b"4111111111111111" not in kept
