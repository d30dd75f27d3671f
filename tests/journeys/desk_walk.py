"""A whole Saqbol on loopback (console, public pages, the real sender over one register) and people who walk through its pages.

For the walk of a warning and for the pictures of the README. Hands are a mouse or a keyboard; what is done is the same.
"""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from playwright.sync_api import Browser, Locator, Page
from pydantic import SecretStr

from broadcaster import database, policy, providers
from broadcaster.database import Connection
from broadcaster.envelopes import Envelopes
from broadcaster.sender import Outfit, Sender
from broadcaster.settings import SenderSettings
from broadcaster.web import console, public
from content import desk_words, library
from content.language import Language
from tests.broadcaster.conftest import KEY, url_in
from tests.broadcaster.signing import Enrolled
from tests.fakes.serving import free_port, running

WORDS = library.load()
SAID = desk_words.load()
TELEPHONE = {"width": 390, "height": 780}

_WATCH = """
    for (const kind of ["pointerdown", "pointermove", "mousedown", "mousemove", "wheel", "touchstart"])
        addEventListener(kind, (event) => console.error("a mouse: " + kind), { capture: true });
"""
_FURTHEST = 250
"""Presses of Tab after which something cannot be reached by them."""


class House:
    """`now` is the clock of all of it, and stands still until it is moved."""

    def __init__(self, folder: Path, *, now: datetime, **settings: Any) -> None:
        self.now = now
        self.console_port, self.public_port = free_port(), free_port()
        self.settings = SenderSettings(
            **{
                "_env_file": None,
                "database": url_in(folder),
                "address_key": SecretStr(KEY.secret.hex()),
                "secret": SecretStr("5" * 64),
                "public_url": f"http://127.0.0.1:{self.public_port}",
                "paper": str(folder / "paper.jsonl"),
                **settings,
            }
        )
        self.register: Connection = database.open(self.settings.database, KEY)
        database.migrate(self.register, "broadcaster", database.MIGRATIONS)

    @property
    def console(self) -> str:
        return f"http://127.0.0.1:{self.console_port}"

    @property
    def public(self) -> str:
        return f"http://127.0.0.1:{self.public_port}"

    def clock(self) -> datetime:
        return self.now

    def later(self, **time: float) -> None:
        self.now += timedelta(**time)

    @contextmanager
    def open(self) -> Iterator["House"]:
        desk = console.build(self.settings, words=WORDS, said=SAID, clock=self.clock)
        pages = public.build(self.settings, words=WORDS, clock=self.clock)
        with running(desk, self.console_port), running(pages, self.public_port):
            yield self
        self.register.close()

    def send(self) -> None:
        """The real sender, until nothing is left that may leave at this time of day."""
        with ThreadPoolExecutor(1) as thread:  # a loop runs in this one: Playwright's
            thread.submit(lambda: asyncio.run(self._sent())).result()

    async def _sent(self) -> None:
        rules = policy.load()
        sender = Sender(
            Outfit(
                url=self.settings.database,
                key=KEY,
                policy=rules,
                providers=providers.open_providers(self.settings, KEY, WORDS, now=self.clock),
                rates=providers.rates(self.settings, rules),
                envelopes=Envelopes(key=KEY, public_url=self.settings.public_url, words=WORDS),
                now=self.clock,
                monotonic=asyncio.get_running_loop().time,
            )
        )
        await sender.run(until_idle=True)


class Hands(Protocol):
    def press(self, what: Locator) -> None: ...
    def write(self, where: Locator, text: str) -> None: ...
    def choose(self, where: Locator, value: str) -> None: ...


class Mouse:
    def press(self, what: Locator) -> None:
        what.click()

    def write(self, where: Locator, text: str) -> None:
        where.fill(text)

    def choose(self, where: Locator, value: str) -> None:
        where.select_option(value)


class Keyboard:
    """Tab, Enter, arrows and letters; nothing is focused for them."""

    def press(self, what: Locator) -> None:
        self._reach(what)
        what.page.keyboard.press("Enter")

    def write(self, where: Locator, text: str) -> None:
        self._reach(where)
        where.page.keyboard.press("Control+A")
        where.page.keyboard.insert_text(text)

    def choose(self, where: Locator, value: str) -> None:
        self._reach(where)
        keys = where.page.keyboard
        keys.press("Home")
        while (shown := where.input_value()) != value:
            keys.press("ArrowDown")
            assert where.input_value() != shown, f"{value} is not among the choices"

    def _reach(self, what: Locator) -> None:
        what.wait_for()
        for _ in range(_FURTHEST):
            if what.evaluate("(element) => element === document.activeElement"):
                return
            what.page.keyboard.press("Tab")
        raise AssertionError(f"no Tab leads to {what}")


class Visitor:
    """Somebody's browser at one of our sites. `complaints`: errors of scripts, violations of the policy, foreign requests."""

    def __init__(self, browser: Browser, url: str, language: Language, hands: Hands, **options: Any) -> None:
        self.language, self.hands = language, hands
        self.complaints: list[str] = []
        self.context = browser.new_context(**{"base_url": url, "locale": language.value, "reduced_motion": "reduce", **options})
        self.context.set_default_timeout(15_000)
        if isinstance(hands, Keyboard):
            self.context.add_init_script(_WATCH)
        self.page: Page = self.context.new_page()
        self.page.on("console", lambda told: self._note(told.text) if told.type == "error" else None)
        self.page.on("pageerror", lambda error: self._note(str(error)))
        self.page.on("request", lambda asked: None if asked.url.startswith(url) else self._note(asked.url))

    def _note(self, what: str) -> None:
        if "the server responded with a status of 4" not in what:  # a refusal that the walk asks for
            self.complaints.append(what)

    def opens(self, path: str) -> Page:
        self.page.goto(path)
        return self.page

    def button(self, label: str) -> Locator:
        return self.page.get_by_role("button", name=label, exact=True)

    def presses(self, label: str) -> None:
        """A button, and waits for the page that comes."""
        with self.page.expect_navigation():
            self.hands.press(self.button(label))

    def follows(self, label: str, *, within: Locator | None = None) -> None:
        """A link, of the page itself where nothing else is said, and waits for the page that comes."""
        with self.page.expect_navigation():
            self.hands.press((within or self.page.get_by_role("main")).get_by_role("link", name=label, exact=True).first)


class Colleague(Visitor):
    """One of the staff at the console. Labels are keys of content/desk."""

    def say(self, key: str, **fields: object) -> str:
        return SAID.say(key, self.language, **fields)

    def signs_in(self, name: str, password: str, code: str) -> None:
        """Through the page itself, as everybody does."""
        self.opens("/")
        self.fills("sign_in_name", name)
        self.fills("sign_in_password", password)
        self.fills("sign_in_code", code)
        self.does("sign_in_button")

    def fills(self, key: str, text: str) -> None:
        self.hands.write(self.page.get_by_label(self.say(key), exact=True), text)

    def picks(self, key: str, value: str, **fields: object) -> None:
        self.hands.choose(self.page.get_by_label(self.say(key, **fields), exact=True), value)

    def does(self, key: str) -> None:
        self.presses(self.say(key))

    def goes_to(self, key: str) -> None:
        """By the menu at the top."""
        self.follows(self.say(key), within=self.page.get_by_role("navigation"))

    def writes_to_followers(self, account: str) -> None:
        """On the form: to whoever follows it."""
        self.hands.choose(self.page.locator("#group-0-0"), "followers_of")
        self.hands.write(self.page.locator("#group-0-0-account"), account)


def colleague(house: House, browser: Browser, of: Enrolled, language: Language, hands: Hands, **options: Any) -> Colleague:
    """Signed in with the code that their telephone shows now."""
    person = Colleague(browser, house.console, language, hands, **options)
    person.signs_in(of.staff.name, of.password, of.code(house.now))
    return person


telephone = partial(Visitor, viewport=TELEPHONE)
