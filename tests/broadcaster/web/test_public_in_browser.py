"""The public pages as people meet them in Chromium: by keyboard, read by axe, without JavaScript; and the scripts of web push.

A push service is asked for nothing here: what the browser would get from it is put in its place, what our server gets is real.
"""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from broadcaster import consent, contacts, database
from broadcaster.channels.push_subscription import Subscription
from broadcaster.database import Connection
from broadcaster.ledger_codes import SendingChannel
from broadcaster.web import public
from content.language import Language
from tests.broadcaster.channels.browsers import Browser as Subscriber
from tests.broadcaster.conftest import KEY, NOW, url_in
from tests.broadcaster.town import town
from tests.broadcaster.web.conftest import WORDS, settings_in
from tests.broadcaster.web.sent import warned
from tests.fakes.browser import AXE, needs_chromium, running_chromium
from tests.fakes.serving import free_port, running

PHONE = {"width": 360, "height": 740}

pytestmark = needs_chromium


class Site:
    """The running application, the register behind it, and the link of somebody who was warned."""

    def __init__(self, url: str, register: Connection, link: str) -> None:
        self.url, self.register, self.link = url, register, link


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    register = database.open(url_in(tmp_path), KEY)
    database.migrate(register, "broadcaster", database.MIGRATIONS)
    people = town(register)
    aigul = people.person(phone="+77011234567", language="kk", consent=("warn",), topics=("romance",))
    link = warned(register, people, aigul, by=SendingChannel.SMS)
    sent = people.campaign(state="done", started_at=NOW - timedelta(days=1))
    register.execute("UPDATE campaign SET code = 'K7M2' WHERE id = ?", [sent])
    port = free_port()
    settings = settings_in(tmp_path).model_copy(update={"public_url": f"http://127.0.0.1:{port}", "sms_from": "+77000000000"})
    with running(public.build(settings, words=WORDS), port) as url:
        yield Site(url, register, link)
    register.close()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with running_chromium() as browser:
        yield browser


class Visit:
    """One person's browser. `complaints`: violations of the policy, errors of scripts, dialogs, requests to strangers."""

    def __init__(self, context: BrowserContext, site: Site) -> None:
        self.complaints: list[str] = []
        self.page = context.new_page()
        self.page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda asked: None if asked.url.startswith(site.url) else self.complaints.append(asked.url))
        self._site = site

    def opens(self, path: str) -> Page:
        self.page.goto(f"{self._site.url}{path}")
        return self.page


Visits = Callable[..., Visit]


@pytest.fixture
def visits(chromium: Browser, site: Site) -> Iterator[Visits]:
    contexts: list[BrowserContext] = []

    def visit(language: Language = Language.RU, *, script: str = "", **options: Any) -> Visit:
        context = chromium.new_context(**{"locale": language.value, "viewport": PHONE, **options})
        context.set_default_timeout(15_000)
        if script:
            context.add_init_script(script)
        contexts.append(context)
        return Visit(context, site)

    yield visit
    for context in contexts:
        context.close()


def said(key: str, language: Language = Language.RU) -> str:
    return WORDS.phrase(key, language)


AIGULS = Subscriber().subscription("https://push.example/aigul")
STANDS_IN = """
    Notification.requestPermission = async () => "%(permission)s";
    const answer = %(subscription)s;
    let made = null;
    const subscription = {
        toJSON: () => answer,
        unsubscribe: async () => { made = null; document.title = "let go"; return true; },
    };
    PushManager.prototype.subscribe = async (options) => { window.asked = options; return (made = subscription); };
    PushManager.prototype.getSubscription = async () => made;
"""


def stands_in(permission: str = "granted") -> str:
    return STANDS_IN % {"permission": permission, "subscription": json.dumps(AIGULS)}


def address() -> Any:
    return Subscription.model_validate(AIGULS).address


@pytest.mark.parametrize("language", [Language.KK, Language.RU])
def test_topics_are_chosen_by_keyboard_and_this_browser_is_subscribed_and_stopped(
    visits: Visits, site: Site, language: Language
) -> None:
    aigul = visits(language, script=stands_in())
    page = aigul.opens("/subscribe")
    keys = page.keyboard
    page.locator("nav a").last.focus()
    keys.press("Tab")  # «all topics»
    keys.press("Tab")
    keys.press("Space")
    first = page.locator(":focus").input_value()
    for _ in range(len(WORDS.schemes) - 1):
        keys.press("Tab")
    keys.press("Space")
    last = page.locator(":focus").input_value()
    keys.press("Tab")
    assert page.evaluate("document.activeElement.id") == "region"
    keys.press("ArrowDown")
    region = page.locator("#region").input_value()
    assert region in WORDS.regions
    keys.press("Tab")
    assert page.evaluate("document.activeElement.value") == language.value
    keys.press("Tab")
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert (page.evaluate("document.activeElement.id"), outline) == ("start", "solid")
    keys.press("Enter")
    expect(page.get_by_role("status")).to_have_text(said("subscribe_page_done", language))
    assert page.evaluate("document.activeElement.id") == "start"
    contact = contacts.find(site.register, address())
    assert contact
    assert (contact.topics, contact.region, contact.language) == (frozenset({first, last}), region, language)
    assert page.evaluate("window.asked.userVisibleOnly")
    keys.press("Tab")
    assert page.evaluate("document.activeElement.id") == "stop"
    keys.press("Enter")
    expect(page.get_by_role("status")).to_have_text(said("subscribe_page_stopped", language))
    assert consent.is_suppressed(site.register, address())
    assert page.title() == "let go"
    expect(page.locator("#stop")).to_be_hidden()
    assert page.evaluate("document.activeElement.id") == "start", "the reader is not left on a button that is gone"
    assert aigul.complaints == []


def test_without_a_topic_nothing_is_asked_of_the_browser(visits: Visits, site: Site) -> None:
    aigul = visits(script=stands_in())
    page = aigul.opens("/subscribe")
    page.get_by_role("button", name=said("subscribe_page_push_button")).click()
    expect(page.get_by_role("status")).to_have_text(said("subscribe_page_no_topic"))
    assert page.evaluate("window.asked") is None
    assert contacts.find(site.register, address()) is None


def test_a_browser_that_says_no_is_told_what_to_do(visits: Visits, site: Site) -> None:
    page = visits(script=stands_in("denied")).opens("/subscribe")
    page.get_by_label(said("button_all_topics")).check()
    page.get_by_role("button", name=said("subscribe_page_push_button")).click()
    expect(page.get_by_role("status")).to_have_text(said("subscribe_page_denied"))
    assert contacts.find(site.register, address()) is None


def test_a_lost_connection_is_said_and_the_next_press_works(visits: Visits, site: Site) -> None:
    aigul = visits(script=stands_in())
    page = aigul.opens("/subscribe")
    page.get_by_label(said("button_all_topics")).check()
    page.get_by_role("button", name=said("subscribe_page_push_button")).click()
    expect(page.get_by_role("status")).to_have_text(said("subscribe_page_done"))
    page.context.set_offline(True)
    page.get_by_role("button", name=said("subscribe_page_stop_button")).click()
    expect(page.get_by_role("status")).to_have_text(said("subscribe_page_failed"))
    assert not consent.is_suppressed(site.register, address())
    page.context.set_offline(False)
    page.get_by_role("button", name=said("subscribe_page_stop_button")).click()
    expect(page.get_by_role("status")).to_have_text(said("subscribe_page_stopped"))


def test_a_browser_without_push_is_told_so(visits: Visits) -> None:
    page = visits(script="delete window.PushManager").opens("/subscribe")
    expect(page.get_by_role("status")).to_have_text(said("subscribe_page_unsupported"))
    expect(page.locator("#push")).to_be_hidden()
    expect(page.get_by_text("+77000000000")).to_be_visible()


def test_without_javascript_the_page_says_what_works(visits: Visits) -> None:
    page = visits(java_script_enabled=False).opens("/subscribe")
    expect(page.get_by_text(said("subscribe_page_no_script"))).to_be_visible()
    expect(page.locator("#push")).to_be_hidden()
    expect(page.get_by_text("+77000000000")).to_be_visible()


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_code_is_asked_by_keyboard(visits: Visits, javascript: bool) -> None:
    aigul = visits(java_script_enabled=javascript)
    page = aigul.opens("/code")
    page.get_by_label(said("code_page_label")).focus()
    page.keyboard.type("к7м2")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=WORDS.phrase("code_page_heading_ours", Language.RU, code="K7M2"))).to_be_visible()
    expect(page.get_by_text("Будьте осторожны!")).to_be_visible()
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("heading", name=WORDS.phrase("code_page_heading_ours", Language.EN, code="K7M2"))).to_be_visible()
    assert aigul.complaints == []


def test_choices_behind_a_link_are_saved_by_keyboard(visits: Visits, site: Site) -> None:
    aigul = visits(Language.KK)
    page = aigul.opens(site.link)
    page.locator("section[lang=kk]").get_by_role("link").focus()
    page.keyboard.press("Enter")
    box = page.get_by_label(WORDS.card("romance", Language.KK).name)
    expect(box).to_be_checked()
    box.focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name=said("public_choices_button", Language.KK)).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text(said("public_choices_saved", Language.KK))
    expect(box).not_to_be_checked()
    assert [row["topic"] for row in site.register.execute("SELECT topic FROM topic_refusal")] == ["romance"]
    assert aigul.complaints == []


PATHS = ("/", "/subscribe", "/code", "/code/K7M2", "/code/K7M4", "/removals")


@pytest.mark.skipif(not AXE.exists(), reason="tests/tools is not installed: npm ci --prefix tests/tools")
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", [Language.KK, Language.RU])
def test_axe_finds_nothing_serious(visits: Visits, site: Site, language: Language, scheme: Literal["light", "dark"]) -> None:
    aigul = visits(language, color_scheme=scheme, bypass_csp=True)
    for path in (*PATHS, site.link, f"{site.link}/choices?language={language}", "/u/forged"):
        page = aigul.opens(path)
        page.evaluate(AXE.read_text(encoding="utf-8"))
        found = page.evaluate("axe.run({resultTypes: ['violations']})")
        assert found["passes"], "axe has looked"
        bad = [(each["id"], each["impact"]) for each in found["violations"] if each["impact"] in ("serious", "critical")]
        assert bad == [], path


def test_nothing_is_wider_than_a_small_telephone_and_all_is_large_enough_for_a_thumb(visits: Visits, site: Site) -> None:
    aigul = visits(Language.KK, viewport={"width": 320, "height": 640})
    for path in (*PATHS, site.link, f"{site.link}/choices"):
        page = aigul.opens(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
        for part in page.locator("button, a, select, .choice, input:not([type])").all():
            box = part.bounding_box()
            assert box is None or box["height"] >= 44, (path, part.inner_text())
    assert aigul.complaints == [] or all("404" in each for each in aigul.complaints)


WORKER = """
    async (events) => {
        const shown = [], opened = [], heard = {};
        const self = {
            location: { origin: "https://saqbol.example" },
            addEventListener: (name, does) => { heard[name] = does; },
            clients: { openWindow: async (url) => opened.push(url) },
            registration: { showNotification: async (title, options) => shown.push({ title, ...options }) },
        };
        const source = await (await fetch("/push-worker.js")).text();
        new Function("self", source)(self);
        for (const payload of events.pushes) {
            const waits = [];
            const data = payload === null ? null : { json: () => JSON.parse(payload) };
            heard.push({ data, waitUntil: (work) => waits.push(work) });
            await Promise.all(waits);
        }
        for (const { action, data } of events.clicks) {
            const waits = [];
            const notification = { data, close: () => {} };
            heard.notificationclick({ action, notification, waitUntil: (work) => waits.push(work) });
            await Promise.all(waits);
        }
        for (const { old, fresh } of events.changes) {
            const waits = [], as = (said) => said && { toJSON: () => said };
            const changed = { oldSubscription: as(old), newSubscription: as(fresh) };
            heard.pushsubscriptionchange({ ...changed, waitUntil: (work) => waits.push(work) });
            await Promise.all(waits);
        }
        return { shown, opened };
    }
"""


def worked(page: Page, **events: list[Any]) -> Any:
    return page.evaluate(WORKER, {"pushes": [], "clicks": [], "changes": [], **events})


def test_the_worker_shows_the_text_in_its_language_and_leads_to_our_own_pages_alone(visits: Visits) -> None:
    page = visits(bypass_csp=True).opens("/")
    ours, foreign = "https://saqbol.example/u/abc", "https://evil.example/u/abc"
    pushed = {"text": "Сақ болыңыз! K7M2", "language": "kk", "code": "K7M2", "stop": ours}
    hostile = {"text": 7, "language": "constructor", "code": "../../x", "stop": foreign}
    shown = worked(page, pushes=[json.dumps(pushed), json.dumps(hostile), "no JSON", "null", None])["shown"]
    assert len(shown) == 5, "a push that shows nothing costs us the permission"
    first, second, *broken = shown
    assert (first["title"], first["body"], first["lang"]) == (
        said("subscribe_page_push_title", Language.KK), "Сақ болыңыз! K7M2", "kk",
    )  # fmt: skip
    assert (first["data"], len(first["actions"])) == ({"code": "K7M2", "stop": ours}, 1)
    assert (second["data"], second["actions"]) == ({"code": "", "stop": ""}, [])
    assert {each["body"] for each in (second, *broken)} == {said("subscribe_page_push_empty", Language.KK)}
    opened = worked(
        page,
        clicks=[
            {"action": "", "data": first["data"]},
            {"action": "stop", "data": first["data"]},
            {"action": "stop", "data": {"code": "K7M2", "stop": foreign}},
            {"action": "stop", "data": {"code": "K7M2", "stop": "javascript:alert(1)"}},
            {"action": "", "data": None},
        ],
    )["opened"]
    assert opened == ["/code/K7M2", ours, "/code/K7M2", "/code/K7M2", "/code"]


@pytest.mark.parametrize("tells_the_old_one", [True, False], ids=["the browser names the old address", "only we have kept it"])
def test_the_worker_follows_a_new_address(visits: Visits, site: Site, tells_the_old_one: bool) -> None:
    page = visits(script=stands_in(), bypass_csp=True).opens("/subscribe")
    page.get_by_label(said("button_all_topics")).check()
    page.get_by_role("button", name=said("subscribe_page_push_button")).click()
    expect(page.get_by_role("status")).to_have_text(said("subscribe_page_done"))
    fresh = Subscriber().subscription("https://push.example/fresh")
    worked(page, changes=[{"old": AIGULS if tells_the_old_one else None, "fresh": fresh}])
    moved = contacts.find(site.register, Subscription.model_validate(fresh).address)
    assert moved
    assert moved.topics == set(WORDS.schemes)
    dead = site.register.execute("SELECT count(*) FROM address WHERE channel = 'push' AND dead_at IS NOT NULL")
    assert dead.fetchone()[0] == 1


def test_the_worker_lets_a_change_pass_of_which_nobody_knows_the_old_address(visits: Visits, site: Site) -> None:
    page = visits(bypass_csp=True).opens("/")
    fresh = Subscriber().subscription("https://push.example/fresh")
    worked(page, changes=[{"old": None, "fresh": fresh}])
    assert contacts.find(site.register, Subscription.model_validate(fresh).address) is None
