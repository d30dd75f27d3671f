"""The console in Chromium for the tests that look at all of its pages: who is signed in, which pages there are, what went wrong.

A page's address is made from its route, so that a page nobody has thought of here is looked at as well.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Dialog, Page, Request
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from broadcaster import sessions, staff
from broadcaster.campaign_states import Role
from broadcaster.database import Connection, transaction
from broadcaster.staff import UnknownStaff
from tests.broadcaster.conftest import NOW

RAN = "a script of theirs ran: "
DETECTOR = """
(() => {
    const ran = (what) => console.error("%s" + what + " in " + (window.name || "the page"));
    for (const name of ["alert", "confirm", "prompt", "print"]) {
        Object.defineProperty(window, name, { value: () => ran(name), writable: false });
    }
    Object.defineProperty(window, "__xss", { set: () => ran("__xss") });
    const lasts = setTimeout;
    window.setTimeout = (what, after, ...more) => lasts(what, Math.min(after || 0, 300), ...more);
})();
"""  # the last two lines: what refreshes itself every few seconds does so while we look
_STATUS = "the server responded with a status of"


class Watched:
    """A browser of somebody; `found` is what went wrong in it: scripts, violations of the policy, dialogs, foreign requests."""

    def __init__(self, browser: Browser, url: str, **options: Any) -> None:
        self.url = url
        self.found: list[str] = []
        self.at = self.token = ""
        self.context: BrowserContext = browser.new_context(**{"locale": "ru", "base_url": url, **options})
        self.context.set_default_timeout(15_000)
        self.context.add_init_script(DETECTOR % RAN)
        self.page: Page = self.context.new_page()
        self.page.on("console", lambda said: self._note(said.text) if said.type == "error" and _STATUS not in said.text else None)
        self.page.on("pageerror", lambda error: self._note(str(error)))
        self.page.on("dialog", self._note_dialog)
        self.context.on("request", self._note_foreign)

    def signs_in(self, register: Connection, name: str, role: Role, language: str = "ru") -> None:
        try:
            member = staff.find(register, name)
        except UnknownStaff:
            member = staff.add(register, name, role, who="test", now=NOW)
        with transaction(register):
            self.token = sessions.begin(register, member.id, now=NOW)
        self.context.add_cookies([{"name": "desk", "value": self.token, "url": self.url}])
        self.context.add_cookies([{"name": "language", "value": language, "url": self.url}])

    def opens(self, path: str) -> Page:
        self.at = path
        self.page.goto(path)
        return self.page

    def _note(self, what: str) -> None:
        self.found.append(f"{self.at}: {what[:300]}")

    def _note_dialog(self, dialog: Dialog) -> None:
        self._note(f"a dialog: {dialog.message}")
        dialog.dismiss()

    def _note_foreign(self, request: Request) -> None:
        if not request.url.startswith((f"{self.url}/", "data:", "about:", "blob:")):
            self._note(f"a request to {request.url}")


class WithoutPolicy:
    """The application with its second wall away: escaping alone must hold."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def without(message: Message) -> None:
            if message["type"] == "http.response.start":
                kept = [pair for pair in message["headers"] if pair[0].lower() != b"content-security-policy"]
                message = {**message, "headers": kept}
            await send(message)

        await self._app(scope, receive, without)


def addresses(app: Starlette, ids: Mapping[str, Sequence[int]], names: Mapping[str, Sequence[str]]) -> list[str]:
    """Of every page that can be opened: `ids` by the first word of the path, `names` by the placeholder or the path itself."""
    found = []
    for route in app.routes:
        if not isinstance(route, Route) or "GET" not in (route.methods or set()):
            continue
        path = route.path
        made = [path]
        if "{id:int}" in path:
            made = [path.replace("{id:int}", str(id)) for id in ids[path.split("/")[1]]]
        if path.count("{") > path.count("{id:int}"):
            placeholder = path[path.rindex("{") : path.rindex("}") + 1]
            values = names[path] if path in names else names[placeholder]
            made = [each.replace(placeholder, value) for each in made for value in values]
        assert "{" not in "".join(made), f"no example for {path}"
        found += made
    return found
