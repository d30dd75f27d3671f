import asyncio
import html
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.routing import Route

from bot import app
from bot.headers import POLICY
from bot.message import Button, Door
from bot.pictures.reading import Reader
from bot.reception import Reception
from bot.talks import KEEP, TURNS, Badge
from bot.webchat import CHOOSE_LANGUAGE, COOKIE, EMERGENCY, LONGEST_BODY, LONGEST_TEXT, PAGES, Page
from broadcaster.web.html import environment
from content import library
from content.language import Language
from tests.bot.instances import SECRET, settings_in
from tests.fakes.conversation import Echo

WORDS = library.load()
OURS = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def echo() -> Echo:
    return Echo()


@pytest.fixture
async def aigul(echo: Echo, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """Her browser, on the page of a demo instance."""
    async with visitor(tmp_path, echo, demo=True) as client:
        yield client


@asynccontextmanager
async def visitor(folder: Path, echo: Echo, **given: Any) -> AsyncIterator[httpx.AsyncClient]:
    application = app.build(settings_in(folder, **given), opening=lambda settings, words: echo)
    transport = httpx.ASGITransport(application)
    async with (
        application.router.lifespan_context(application),
        httpx.AsyncClient(transport=transport, base_url="http://bot.example.kz", headers=OURS) as client,
    ):
        yield client


def turns_on(page: httpx.Response) -> list[str]:
    """What stands in the conversation, as a reader sees it."""
    assert page.status_code == 200
    return [html.unescape(said) for said in re.findall(r'<p class="said"[^>]*>(.*?)</p>', page.text, flags=re.DOTALL)]


def turn_of(page: httpx.Response) -> str:
    found = re.search(r'name="turn" value="([^"]+)"', page.text)
    assert found
    return found[1]


async def says(client: httpx.AsyncClient, text: str) -> httpx.Response:
    return await client.post("/chat", data={"turn": turn_of(await client.get("/")), "text": text})


async def test_the_first_page_holds_the_chat_and_says_that_it_is_a_demo(aigul: httpx.AsyncClient) -> None:
    page = await aigul.get("/", headers={"Accept-Language": "ru-RU,ru;q=0.9"})
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert WORDS.phrase("web_demo", Language.RU) in page.text
    assert '<form id="part-compose"' in page.text
    for language in Language:
        assert f'<p lang="{language}">{WORDS.phrase("web_explanation", language)}</p>' in page.text


async def test_an_instance_that_is_no_demo_does_not_say_so(echo: Echo, tmp_path: Path) -> None:
    async with visitor(tmp_path, echo) as client:
        assert WORDS.phrase("web_demo", Language.KK) not in (await client.get("/")).text


async def test_what_is_asked_and_answered_stays_on_the_page(aigul: httpx.AsyncClient, echo: Echo) -> None:
    first = await says(aigul, "Вам одобрен кредит, назовите код")
    second = await says(aigul, "Рақмет")
    question, answer = turns_on(first)
    assert (question, answer) == ("Вам одобрен кредит, назовите код", "Вы сказали: Вам одобрен кредит, назовите код")
    assert turns_on(second)[:2] == [question, answer]
    assert turns_on(await aigul.get("/")) == turns_on(second)
    assert {heard.door for heard in echo.heard} == {Door.WEB}
    assert len({heard.sender for heard in echo.heard}) == 1


async def test_two_people_do_not_see_each_other(echo: Echo, tmp_path: Path) -> None:
    async with visitor(tmp_path, echo) as aigul:
        await says(aigul, "Мой вопрос")
        async with httpx.AsyncClient(transport=aigul._transport, base_url="http://bot.example.kz", headers=OURS) as timur:
            assert turns_on(await timur.get("/")) == []
            await says(timur, "Сәлем")
    assert len({heard.sender for heard in echo.heard}) == 2


async def test_a_button_is_pressed_and_its_label_is_shown(aigul: httpx.AsyncClient, echo: Echo) -> None:
    page = await says(aigul, "Сәлем")
    assert '<button name="pressed" value="no">Жоқ</button>' in page.text
    page = await aigul.post("/chat", data={"turn": turn_of(page), "pressed": "no"})
    assert (echo.heard[-1].pressed, echo.heard[-1].text) == ("no", "")
    assert turns_on(page)[2:] == ["Жоқ", "Вы сказали: no"]


async def test_emergency_and_languages_stand_on_every_page(aigul: httpx.AsyncClient, echo: Echo) -> None:
    for page in (await aigul.get("/"), await says(aigul, "Сәлем")):
        for pressed in (EMERGENCY, *(CHOOSE_LANGUAGE + language for language in Language)):
            assert f'name="pressed" value="{pressed}"' in page.text
            assert len(pressed.encode()) <= 64


async def test_the_page_speaks_the_language_of_the_last_answer(aigul: httpx.AsyncClient, echo: Echo) -> None:
    echo.language = Language.EN
    page = await says(aigul, "hello")
    assert '<html lang="en">' in page.text
    assert WORDS.phrase("button_emergency", Language.EN) in page.text
    assert re.search(r'class="turn bot"[^>]*lang="en"', page.text)
    await says(aigul, "more")
    assert echo.heard[-1].language_hint is Language.EN


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("kk-KZ,ru;q=0.8", "kk"),
        ("ru", "ru"),
        ("de-DE,en-US;q=0.7,ru;q=0.3", "en"),
        ("de", "kk"),
        ("", "kk"),
        (",;q=,*" * 50, "kk"),
    ],
)
async def test_a_new_visitor_is_met_in_the_language_of_the_browser(aigul: httpx.AsyncClient, header: str, language: str) -> None:
    page = await aigul.get("/", headers={"Accept-Language": header})
    assert f'<html lang="{language}">' in page.text


async def test_a_form_sent_twice_is_answered_once(aigul: httpx.AsyncClient, echo: Echo) -> None:
    form = {"turn": turn_of(await aigul.get("/")), "text": "Это мошенники?"}
    pages = await asyncio.gather(*(aigul.post("/chat", data=form) for _ in range(5)))
    assert len(echo.heard) == 1
    assert [turns_on(page) for page in pages] == [["Это мошенники?", "Вы сказали: Это мошенники?"]] * 5


async def test_a_page_without_cookies_still_gets_its_answer(echo: Echo, tmp_path: Path) -> None:
    async with visitor(tmp_path, echo) as client:
        for number in range(2):
            client.cookies.clear()
            page = await client.post("/chat", data={"turn": "t", "text": f"Вопрос {number}"})
            assert turns_on(page) == [f"Вопрос {number}", f"Вы сказали: Вопрос {number}"]


async def test_reloading_or_bookmarking_the_answer_leads_home(aigul: httpx.AsyncClient) -> None:
    response = await aigul.get("/chat")
    assert (response.status_code, response.headers["location"]) == (303, "/")


async def test_card_numbers_and_codes_are_not_kept_on_the_page(aigul: httpx.AsyncClient) -> None:
    page = await says(aigul, "Моя карта 4111 1111 1111 1111, что делать?")
    assert "4111" not in turns_on(page)[0]
    assert "Моя карта" in turns_on(page)[0]


async def test_a_conversation_is_bounded_and_forgotten(echo: Echo, tmp_path: Path) -> None:
    now = datetime(2025, 11, 21, 7, 15, tzinfo=UTC)
    clock = [now]
    echo.says = lambda incoming: "Қысқа жауап"
    reception = Reception(lambda: echo, WORDS)
    await reception.open()
    page = Page(settings_in(tmp_path), reception, Reader(), WORDS, clock=lambda: clock[0])
    routes = [Route("/", page.show), Route("/chat", page.say, methods=["POST"])]
    transport = httpx.ASGITransport(Starlette(routes=routes))
    async with httpx.AsyncClient(transport=transport, base_url="http://bot.example.kz", headers=OURS) as client:
        for number in range(TURNS):
            shown = await says(client, f"{number} " + "ж" * 5_000)
        assert len(turns_on(shown)) == TURNS
        assert len(shown.text) < 30_000
        clock[0] += KEEP
        assert turns_on(await client.get("/")) == []
    reception.close()


async def test_a_failure_inside_becomes_the_calm_sentence(aigul: httpx.AsyncClient, echo: Echo) -> None:
    echo.raises = RuntimeError("мой пин 4321")
    page = await says(aigul, "Что это?")
    assert turns_on(page)[1] == WORDS.phrase("sorry", Language.KK)


# What a stranger may send.


async def test_a_very_long_text_is_cut_and_one_past_all_sense_is_refused(aigul: httpx.AsyncClient, echo: Echo) -> None:
    await says(aigul, "ж" * 120_000)
    assert len(echo.heard[0].text) == LONGEST_TEXT
    assert (await aigul.post("/chat", data={"text": "ж" * LONGEST_BODY})).status_code == 413
    assert len(echo.heard) == 1


@pytest.mark.parametrize(
    ("site", "origin", "status"),
    [
        ("same-origin", None, 200),
        ("none", None, 200),
        ("cross-site", None, 403),
        ("same-site", "https://bot.example.kz", 403),
        (None, "https://bot.example.kz", 200),
        (None, "http://bot.example.kz", 200),
        (None, None, 200),
        (None, "https://evil.top", 403),
        (None, "https://bot.example.kz.evil.top", 403),
        (None, "null", 403),
        (None, "http://[", 403),
    ],
)
async def test_only_our_own_page_may_send_the_form(
    echo: Echo, tmp_path: Path, site: str | None, origin: str | None, status: int
) -> None:
    async with visitor(tmp_path, echo, public_url="https://bot.example.kz") as client:
        del client.headers["Sec-Fetch-Site"]
        headers = {"Sec-Fetch-Site": site, "Origin": origin}
        given = {name: value for name, value in headers.items() if value is not None}
        response = await client.post("/chat", data={"text": "Сәлем"}, headers=given)
    assert response.status_code == status
    assert bool(echo.heard) is (status == 200)


@pytest.mark.parametrize(
    ("public_url", "secure"), [("https://bot.example.kz", True), ("http://127.0.0.1:8000", False), ("", False)]
)
async def test_the_cookie_is_ours_alone(echo: Echo, tmp_path: Path, public_url: str, secure: bool) -> None:
    async with visitor(tmp_path, echo, public_url=public_url) as client:
        cookie = (await client.get("/")).headers["set-cookie"]
    flags = {flag.strip() for flag in cookie.split(";")[1:]}
    assert {"HttpOnly", "SameSite=strict", "Path=/"} <= flags
    assert ("Secure" in flags) is secure


async def test_a_planted_cookie_is_not_believed(echo: Echo, tmp_path: Path) -> None:
    foreign = Badge("f" * 64).cookie_of("planted")
    async with visitor(tmp_path, echo) as client:
        for cookie in (foreign, "planted", Badge(SECRET).cookie_of("planted")[:-2], "", "ж"):
            client.cookies.clear()
            header = [(b"Cookie", f"{COOKIE}={cookie}".encode())]
            await client.post("/chat", data={"text": "Сәлем"}, headers=header)
    assert len({heard.sender for heard in echo.heard}) == 5
    assert "planted" not in {heard.sender for heard in echo.heard}


async def test_every_answer_carries_the_headers_that_keep_foreign_things_out(echo: Echo, tmp_path: Path) -> None:
    async with visitor(tmp_path, echo, public_url="https://bot.example.kz") as client:
        answers = [await client.get(path) for path in ("/", "/static/chat.css", "/static/chat.js", "/healthz", "/nowhere")]
        answers.append(await client.post("/chat", content=b"x", headers={"Content-Type": "text/plain"}))
    for answer in answers:
        assert answer.headers["content-security-policy"] == POLICY
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert answer.headers["strict-transport-security"].startswith("max-age=")
    assert answers[0].headers["cache-control"] == "no-store"
    for forbidden in ("unsafe", "http", "*", "data:"):
        assert forbidden not in POLICY


PIECES = st.sampled_from(["text", "pressed", "turn", "x", "", "ж"])


@given(
    body=st.one_of(
        st.binary(max_size=300),
        st.lists(st.tuples(PIECES, st.text(max_size=60))).map(
            lambda fields: "&".join(f"{name}={value}" for name, value in fields).encode("utf-8", "surrogatepass")
        ),
    ),
    kind=st.sampled_from(["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json", ""]),
)
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_body_makes_the_page_fail(tmp_path: Path, body: bytes, kind: str) -> None:
    async def send() -> httpx.Response:
        async with visitor(tmp_path, Echo()) as client:
            return await client.post("/chat", content=body, headers={"Content-Type": kind})

    assert asyncio.run(send()).status_code in {200, 400, 415}


def test_html_is_made_in_one_place_and_escaped_there() -> None:
    """The content sandbox makes plain text, everything else goes through `environment`; nothing is marked safe."""
    packages = [Path(__file__).parents[2] / name for name in ("bot", "broadcaster", "content")]
    paths = [path for package in packages for path in package.rglob("*") if path.suffix in (".py", ".html")]
    sources = {path: path.read_text(encoding="utf-8") for path in paths}
    makers = [path.name for path, source in sources.items() if re.search(r"\bEnvironment\(|Jinja2Templates\(", source)]
    assert makers == ["html.py"]
    assert [name for name, source in sources.items() if re.search(r"\|\s*safe\b|autoescape\s+false|\bMarkup\(", source)] == []
    assert environment(PAGES).from_string("{{ word }}").render(word="<script>") == "&lt;script&gt;"
    assert list((packages[0] / "pages").glob("*.html"))


def test_no_markup_of_ours_needs_what_the_policy_forbids() -> None:
    page = (Path(app.__file__).parent / "pages" / "chat.html").read_text(encoding="utf-8")
    assert not re.search(r"\son\w+=|style=|<style|javascript:|https?://", page)
    assert re.findall(r"<script[^>]*>", page) == ['<script src="static/chat.js" defer>']


def test_a_hostile_label_stays_a_label(tmp_path: Path) -> None:
    button = Button(label='"><img src=x onerror=alert(1)>', data='"><script>alert(1)</script>')

    async def page() -> httpx.Response:
        async with visitor(tmp_path, Echo(buttons=((button,),))) as client:
            return await says(client, "Сәлем")

    text = asyncio.run(page()).text
    assert "<img" not in text
    assert "<script>" not in text
