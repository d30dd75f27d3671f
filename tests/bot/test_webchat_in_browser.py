"""The page as a person meets it in Chromium: with and without JavaScript, by keyboard, read by axe, attacked by pasted texts."""

from collections.abc import Callable, Iterator
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Dialog, Locator, Request, expect
from starlette.applications import Starlette

from bot import app
from bot.webchat import EMERGENCY
from content import library
from content.language import Language
from tests.bot.instances import settings_in
from tests.fakes.browser import AXE, needs_chromium, running_chromium
from tests.fakes.conversation import Echo
from tests.fakes.serving import free_port, running

WORDS = library.load()
PHONE = {"width": 360, "height": 740}

pytestmark = needs_chromium


@pytest.fixture(scope="module")
def echo() -> Echo:
    return Echo()


@pytest.fixture(scope="module")
def application(echo: Echo, tmp_path_factory: pytest.TempPathFactory) -> Starlette:
    return app.build(settings_in(tmp_path_factory.mktemp("ours"), demo=True), opening=lambda settings, words: echo)


@pytest.fixture(scope="module")
def address(application: Starlette) -> Iterator[str]:
    with running(application, free_port()) as url:
        yield url


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with running_chromium() as browser:
        yield browser


class Visit:
    """One person's browser. `complaints` is what the page did wrong: violations of the policy, errors of scripts, dialogs."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.complaints: list[str] = []
        self.page = context.new_page()
        self.page.on("console", self._note_errors)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", self._note_dialog)
        self.page.on("request", self._note_foreign)
        self._address = address
        self.page.goto(address)

    @property
    def said(self) -> Locator:
        return self.page.locator(".said")

    def asks(self, text: str, send: str) -> None:
        before = self.page.locator(".turn.bot").last
        last = before.get_attribute("id") if self.said.count() else ""
        self.page.get_by_role("textbox").fill(text)
        self.page.get_by_role("button", name=send, exact=True).click()
        expect(before).not_to_have_attribute("id", last or "")

    def _note_errors(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.complaints.append(message.text)

    def _note_dialog(self, dialog: Dialog) -> None:
        self.complaints.append(dialog.message)
        dialog.dismiss()

    def _note_foreign(self, request: Request) -> None:
        if not request.url.startswith(self._address):
            self.complaints.append(request.url)


@pytest.fixture
def visits(chromium: Browser, address: str, echo: Echo) -> Iterator[Callable[..., Visit]]:
    contexts: list[BrowserContext] = []

    def visit(language: Language = Language.RU, **options: Any) -> Visit:
        echo.language = language
        echo.heard.clear()
        context = chromium.new_context(**{"locale": language.value, "viewport": PHONE, **options})
        context.set_default_timeout(15_000)
        contexts.append(context)
        return Visit(context, address)

    yield visit
    for context in contexts:
        context.close()


Visits = Callable[..., Visit]
SEND = WORDS.phrase("web_send", Language.RU)


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_question_is_answered_and_a_button_pressed(visits: Visits, echo: Echo, javascript: bool) -> None:
    aigul = visits(java_script_enabled=javascript)
    aigul.asks("Мне звонят из банка", SEND)
    assert aigul.said.all_inner_texts() == ["Мне звонят из банка", "Вы сказали: Мне звонят из банка"]
    aigul.page.get_by_role("button", name="Иә", exact=True).click()
    aigul.said.nth(3).wait_for()
    assert aigul.said.all_inner_texts()[2:] == ["Иә", "Вы сказали: yes"]
    assert aigul.page.url.endswith("/") is javascript, "the script saves the reloading, and nothing else"
    aigul.page.reload()
    assert aigul.said.count() == 4
    assert [heard.text or heard.pressed for heard in echo.heard] == ["Мне звонят из банка", "yes"]
    assert aigul.complaints == []


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_the_answer_is_in_sight_and_emergency_always(visits: Visits, javascript: bool) -> None:
    aigul = visits(java_script_enabled=javascript)
    for number in range(6):
        aigul.asks(f"Вопрос {number} " + "подробности " * 40, SEND)
    for part in (aigul.page.locator(".turn.bot .who").last, aigul.page.locator("button.emergency")):
        box = part.bounding_box()
        assert box
        assert 0 <= box["y"] < PHONE["height"] - box["height"]


def test_emergency_is_one_press_away(visits: Visits, echo: Echo) -> None:
    aigul = visits()
    aigul.page.get_by_role("button", name=WORDS.phrase("button_emergency", Language.RU)).click()
    aigul.said.nth(1).wait_for()
    assert echo.heard[0].pressed == EMERGENCY


WHERE = "[document.activeElement].map((at) => at.value || at.id || at.className)[0]"


def test_everything_is_reached_by_keyboard_in_the_order_of_sight(visits: Visits, echo: Echo) -> None:
    aigul = visits()
    stops = []
    for _ in range(7):
        aigul.page.keyboard.press("Tab")
        stops.append(aigul.page.evaluate(WHERE))
    assert stops == [EMERGENCY, "language:kk", "language:ru", "language:en", "text", "picture", "send"]
    aigul.page.keyboard.press("Shift+Tab")
    aigul.page.keyboard.press("Shift+Tab")
    aigul.page.keyboard.type("Это мошенники?")
    aigul.page.keyboard.press("Control+Enter")
    aigul.said.nth(1).wait_for()
    assert aigul.page.evaluate("document.activeElement.id") == "text"
    assert aigul.page.get_by_role("textbox").input_value() == ""
    aigul.page.get_by_role("button", name="Жоқ", exact=True).focus()
    aigul.page.keyboard.press("Enter")
    aigul.said.nth(3).wait_for()
    assert aigul.page.evaluate("document.activeElement.innerText").endswith("Вы сказали: no"), "the reader goes on at the answer"
    assert len(echo.heard) == 2


def test_a_draft_survives_the_press_of_a_button(visits: Visits) -> None:
    aigul = visits()
    aigul.page.get_by_role("textbox").fill("ещё не дописала")
    aigul.page.get_by_role("button", name="Қазақша").click()
    aigul.said.nth(1).wait_for()
    assert aigul.page.get_by_role("textbox").input_value() == "ещё не дописала"


def test_the_page_changes_its_language_with_the_answer(visits: Visits, echo: Echo) -> None:
    aigul = visits()
    echo.language = Language.KK
    aigul.asks("Сәлем", SEND)
    assert aigul.page.locator("html").get_attribute("lang") == "kk"
    assert aigul.page.get_by_role("button", name=WORDS.phrase("web_send", Language.KK)).is_visible()
    assert aigul.page.title() == WORDS.phrase("web_title", Language.KK)


def test_a_lost_connection_is_said_and_the_text_is_kept(visits: Visits) -> None:
    aigul = visits()
    aigul.page.context.set_offline(True)
    aigul.page.get_by_role("textbox").fill("Это мошенники?")
    aigul.page.get_by_role("button", name=SEND, exact=True).click()
    aigul.page.get_by_text(WORDS.phrase("web_failed", Language.RU)).wait_for()
    assert aigul.page.get_by_role("textbox").input_value() == "Это мошенники?"
    aigul.page.context.set_offline(False)
    aigul.page.get_by_role("button", name=SEND, exact=True).click()
    aigul.said.nth(1).wait_for()


def test_nothing_is_wider_than_a_small_telephone(visits: Visits) -> None:
    aigul = visits(viewport={"width": 320, "height": 640})
    aigul.asks("https://" + "kaspi-bonus." * 60 + "top", SEND)
    assert aigul.page.evaluate("document.documentElement.scrollWidth") <= 320
    for button in aigul.page.get_by_role("button").all():
        box = button.bounding_box()
        assert box
        assert box["height"] >= 44


@pytest.mark.skipif(not AXE.exists(), reason="tests/tools is not installed: npm ci --prefix tests/tools")
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", list(Language))
def test_axe_finds_nothing_serious(visits: Visits, language: Language, scheme: Literal["light", "dark"]) -> None:
    aigul = visits(language, color_scheme=scheme, bypass_csp=True)
    for state in ("empty", "answered"):
        if state == "answered":
            aigul.asks("Сәлем, это мошенники?", WORDS.phrase("web_send", language))
        aigul.page.evaluate(AXE.read_text(encoding="utf-8"))
        found = aigul.page.evaluate("axe.run({resultTypes: ['violations']})")
        assert found["passes"], "axe has looked"
        bad = [(each["id"], each["impact"]) for each in found["violations"] if each["impact"] in ("serious", "critical")]
        assert bad == [], state


def test_axe_sees_what_is_wrong(visits: Visits) -> None:
    """Or the test above would prove nothing."""
    aigul = visits(bypass_csp=True)
    aigul.page.evaluate("document.querySelector('label').remove()")
    aigul.page.evaluate(AXE.read_text(encoding="utf-8"))
    assert "label" in {each["id"] for each in aigul.page.evaluate("axe.run()")["violations"]}


RUN = "document.title='pwned';alert(1)"
PAYLOADS = [
    f"<script>{RUN}</script>",
    f"</p></div><script>{RUN}</script>",
    f"<img src=x onerror={RUN!r}>",
    f"<IMG SRC=x OnErRoR={RUN!r}>",
    f"<svg onload={RUN!r}>",
    f"<svg><script>{RUN}</script></svg>",
    f"<svg><animate onbegin={RUN!r} attributeName=x dur=1s>",
    f"<body onload={RUN!r}>",
    f"<input autofocus onfocus={RUN!r}>",
    f"<details open ontoggle={RUN!r}>",
    f"<video src=x onerror={RUN!r}></video>",
    f"<audio src=x onerror={RUN!r}></audio>",
    f'<iframe src="javascript:{RUN}"></iframe>',
    f'<iframe srcdoc="<script>parent.{RUN}</script>"></iframe>',
    f'<object data="javascript:{RUN}"></object>',
    f'<embed src="javascript:{RUN}">',
    f'<a href="javascript:{RUN}" id=latest>нажмите</a>',
    f'<form action="javascript:{RUN}"><button>Проверить</button></form>',
    f"<math><mtext><table><mglyph><style><img src=x onerror={RUN!r}>",
    f'<noscript><p title="</noscript><img src=x onerror={RUN!r}>">',
    f"<textarea></textarea><script>{RUN}</script>",
    f"--><script>{RUN}</script><!--",
    f"]]><script>{RUN}</script>",
    f"{{{{ self.__init__.__globals__ }}}}{{% print(1) %}}<script>{RUN}</script>",
    f'"><script>{RUN}</script>',
    f"' onmouseover={RUN!r} x='",
    "<base href=https://evil.example/>",
    "<meta http-equiv=refresh content='0;url=https://evil.example/'>",
    "<link rel=stylesheet href=https://evil.example/x.css>",
    "<style>@import 'https://evil.example/x.css';body{display:none}</style>",
    f"\u2028<script>{RUN}</script>\u2029",
    f"&lt;script&gt;{RUN}&lt;/script&gt;",
]


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
@pytest.mark.parametrize("policy", [True, False], ids=["with the policy", "without the policy"])
def test_what_is_pasted_never_runs(visits: Visits, javascript: bool, policy: bool) -> None:
    """Escaping alone must hold (policy off), and the page must stay ours. Without JavaScript: nothing is fetched or covered."""
    aigul = visits(java_script_enabled=javascript, bypass_csp=not policy)
    together = 1 if javascript else 6  # without JavaScript each message is a whole new page, and slow
    for payload in (" ".join(PAYLOADS[i : i + together]) for i in range(0, len(PAYLOADS), together)):
        aigul.asks(payload, SEND)
        assert aigul.said.last.inner_text().split() == f"Вы сказали: {payload}".split()
    assert aigul.page.title() == WORDS.phrase("web_title", Language.RU)
    assert aigul.page.locator(".turn").locator("script, img, svg, iframe, a, form, style, base, meta, link, input").count() == 0
    aigul.page.reload()
    assert aigul.page.title() == WORDS.phrase("web_title", Language.RU)
    assert aigul.complaints == []


def test_the_policy_stops_what_escaping_would_let_through(visits: Visits) -> None:
    """The second wall, tried by opening the first one."""
    aigul = visits()
    aigul.page.evaluate("(html) => document.body.insertAdjacentHTML('beforeend', html)", f"<img src=x onerror={RUN!r}>")
    aigul.page.wait_for_timeout(300)
    assert aigul.page.title() == WORDS.phrase("web_title", Language.RU)
    assert any("Content Security Policy" in complaint for complaint in aigul.complaints)
