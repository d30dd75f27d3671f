"""«Is this warning yours?» on a page: our text for a code of ours, calm words for any other, and nothing about people."""

import re
from datetime import timedelta

import httpx
import pytest

from broadcaster.database import Connection
from content.language import Language
from tests.broadcaster.conftest import NOW
from tests.broadcaster.town import town
from tests.broadcaster.web.conftest import WORDS
from tests.broadcaster.web.sent import dump

KK, RU = "Қаржы пирамидасынан сақ болыңыз!", "Остерегайтесь финансовой пирамиды!"


def sent(register: Connection, code: str, *, begun: bool = True, **campaign: object) -> int:
    started_at = NOW - timedelta(days=1, hours=12) if begun else None
    made = town(register).campaign(**{"state": "done", "text": {"kk": KK, "ru": RU}, **campaign}, started_at=started_at)  # type: ignore[arg-type]
    register.execute("UPDATE campaign SET code = ?, audience = 21000 WHERE id = ?", [code, made])
    return made


async def heading(world: httpx.AsyncClient, path: str, language: str = "ru") -> str:
    page = await world.get(path, headers={"Accept-Language": language})
    assert page.status_code == 200
    found = re.search(r'<h2 id="answer">([^<]*)</h2>', page.text)
    return found[1] if found else ""


def ours(code: str, language: Language = Language.RU) -> str:
    return WORDS.phrase("code_page_heading_ours", language, code=code)


@pytest.mark.parametrize(("language", "first", "second"), [("kk", KK, RU), ("ru", RU, KK), ("en", KK, RU)])
async def test_a_code_of_ours_brings_every_text_in_full_the_readers_own_first(
    world: httpx.AsyncClient, register: Connection, language: str, first: str, second: str
) -> None:
    sent(register, "K7M2")
    page = await world.get("/code/K7M2", headers={"Accept-Language": language})
    assert f'<html lang="{language}">' in page.text
    assert 0 < page.text.index(first) < page.text.index(second)
    assert "19.11.2025" not in page.text
    assert WORDS.phrase("code_page_ours", Language(language), at="20.11.2025") in page.text, "00:15 of the next day in Almaty"
    assert "21000" not in page.text
    assert "Daniyar" not in page.text


@pytest.mark.parametrize(
    "path",
    ["/code/k7m2", "/code/К7М2", "/code/к7м2", "/code/%20K7M2%20", "/code?code=K7M2", "/code?code=+k7m2+", "/code?code=K7+M2",
     "/code?code=K+7+M+2", "/code?code=код+K7M2,+это+от+вас%3F+я+не+уверена+и+хочу+спросить"],
)  # fmt: skip
async def test_a_code_is_read_however_it_is_typed(world: httpx.AsyncClient, register: Connection, path: str) -> None:
    sent(register, "K7M2")
    assert await heading(world, path) == ours("K7M2")


async def test_the_language_is_chosen_in_the_address_and_the_code_stays(world: httpx.AsyncClient, register: Connection) -> None:
    sent(register, "K7M2")
    page = await world.get("/code?code=К7М2&language=en", headers={"Accept-Language": "ru"})
    assert ours("K7M2", Language.EN) in page.text
    assert 'href="?code=K7M2&amp;language=kk"' in page.text
    assert await heading(world, "/code?code=K7M2&language=<script>") == ours("K7M2")


async def test_a_code_of_nobody_is_said_calmly_with_what_to_do(world: httpx.AsyncClient, register: Connection) -> None:
    sent(register, "K7M2")
    page = await world.get("/code/K7M4", headers={"Accept-Language": "kk"})
    assert WORDS.phrase("code_page_heading_not_ours", Language.KK, code="K7M4") in page.text
    assert WORDS.phrase("code_page_what_now", Language.KK) in page.text
    assert KK not in page.text


async def test_a_rehearsal_and_what_has_not_begun_are_not_shown(world: httpx.AsyncClient, register: Connection) -> None:
    sent(register, "K7M2", channels=("paper",))
    sent(register, "A4C5", begun=False, state="scheduled")
    for code in ("K7M2", "A4C5"):
        assert await heading(world, f"/code/{code}") == WORDS.phrase("code_page_heading_not_ours", Language.RU, code=code)


async def test_the_bare_page_asks_for_a_code_and_answers_nothing(world: httpx.AsyncClient) -> None:
    for path in ("/code", "/code?code=", "/code?code=+++"):
        assert await heading(world, path) == ""
    assert '<label for="code">' in (await world.get("/code")).text


@pytest.mark.parametrize("typed", ["Позвоните нам: +7 701 123 45 67", "<script>alert(1)</script>", "%ff%fe", "%00", "ж" * 3_000])
async def test_no_link_can_put_foreign_words_on_our_page(world: httpx.AsyncClient, typed: str) -> None:
    for page in (await world.get(f"/code?code={typed}"), await world.get(f"/code/{typed.replace('/', '')}")):
        assert page.status_code == 200
        assert WORDS.phrase("code_page_heading_no_code", Language.KK) in page.text
        assert typed not in page.text


async def test_our_own_text_is_text_whatever_stands_in_it(world: httpx.AsyncClient, register: Connection) -> None:
    hostile = "<script>alert(1)</script> {{ 7*7 }} \" onmouseover='alert(1)' <img src=x onerror=alert(1)>"
    sent(register, "K7M2", text={"kk": hostile, "ru": hostile})
    page = await world.get("/code/K7M2")
    assert page.text.count("&lt;script&gt;alert(1)&lt;/script&gt; {{ 7*7 }} &#34; onmouseover=&#39;alert(1)&#39;") == 2
    assert "<script" not in page.text
    assert "<img" not in page.text


async def test_asking_changes_nothing_and_sets_no_cookie(world: httpx.AsyncClient, register: Connection) -> None:
    sent(register, "K7M2")
    before = dump(register)
    for path in ("/", "/code", "/code/K7M2", "/code/XXXX", "/code?code=K7M2", "/subscribe"):
        for page in (await world.get(path), await world.head(path)):
            assert page.status_code == 200
            assert "set-cookie" not in page.headers
        assert (await world.post(path)).status_code == 405
    assert dump(register) == before


async def test_the_host_of_a_request_leads_nowhere(world: httpx.AsyncClient, register: Connection) -> None:
    sent(register, "K7M2")
    for path in ("/", "/code/K7M2", "/subscribe", "/push-worker.js"):
        headers = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"}
        page = await world.get(path, headers=headers)
        assert (page.status_code, "evil.example" in page.text) == (200, False)
        assert "location" not in page.headers
