"""axe-core on every page of the console: with something of everything on it, with nothing, and forms that came back wrong."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser
from starlette.applications import Starlette

from broadcaster import database, invitations, staff
from broadcaster.campaign_states import Role
from broadcaster.database import Connection
from broadcaster.web import console
from tests.broadcaster.conftest import KEY, NOW, url_in
from tests.broadcaster.web.conftest import WORDS, settings_in
from tests.broadcaster.web.desk.attacked import attack
from tests.broadcaster.web.desk.conftest import SAID
from tests.broadcaster.web.desk.in_browser import Watched, addresses
from tests.fakes.browser import AXE, SERIOUS, needs_chromium, running_chromium
from tests.fakes.serving import free_port, running

pytestmark = [
    needs_chromium,
    pytest.mark.skipif(not AXE.exists(), reason="tests/tools is not installed: npm ci --prefix tests/tools"),
]

PRESSED_EMPTY = """
(action) => {
    const form = [...document.forms].find((each) => each.getAttribute("action") === action);
    for (const field of form.elements) if (!["hidden", "submit", "checkbox"].includes(field.type)) field.value = "";
    HTMLFormElement.prototype.submit.call(form);
}
"""
ERRORS = {
    "/campaigns/new": "/campaigns/new",
    "/people": "/person",
    "/suppression": "/suppression/add",
    "/people/import": "/people/import",
    "/suspects": "/suspects/add",
    "/staff": "/staff/add",
    "/me": "/me/password",
    "/sign-in": "/sign-in",
    "/audit/check": "/audit/check",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    app: Starlette
    url: str
    register: Connection
    ids: dict[str, list[int]]
    invitation: str


@pytest.fixture(scope="module", params=["full", "empty"])
def office(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder: Path = tmp_path_factory.mktemp("axe")
    register = database.open(url_in(folder), KEY)
    database.migrate(register, "broadcaster", database.MIGRATIONS)
    ids: dict[str, list[int]] = {"campaigns": [], "suspects": [], "templates": [], "imports": [], "staff": []}
    if request.param == "full":
        ids = attack(register, folder / "saqbol.db.uploads").ids
        ids = {word: found[:1] if word != "campaigns" else found[1:4:2] for word, found in ids.items()}
    saule = staff.add(register, "Saule", Role.APPROVER, who="test", now=NOW)
    invitation = invitations.invite(register, saule, who="test", now=NOW)
    app = console.build(settings_in(folder), words=WORDS, said=SAID, clock=lambda: NOW)
    with running(app, free_port()) as url:
        yield Office(app=app, url=url, register=register, ids=ids, invitation=invitation)
    register.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with running_chromium() as started:
        yield started


def pages(office: Office) -> list[str]:
    names = {"/unsubscribes/{name}.svg": (), "/campaigns/{id:int}/plots/{name}.svg": (), "{token}": (office.invitation,)}
    found = addresses(office.app, office.ids, names)
    left_out = ["/healthz", "/readyz", "/metrics"]
    if office.ids["staff"]:
        left_out += ["/staff", "/templates"]  # with hundreds of lines axe takes minutes; the empty register has a few
    return [path for path in found if path not in left_out]


def judged(person: Watched, paths: Sequence[str]) -> list[str]:
    axe, bad = AXE.read_text(encoding="utf-8"), []
    for path in paths:
        if path.endswith((".csv", "/errors")):
            continue
        page = person.opens(path)
        if page.locator("h1").count():  # pieces are judged where they stand
            page.evaluate(axe)
            bad += [f"{path}: {each}" for each in page.evaluate(SERIOUS)]
    return bad


@pytest.mark.parametrize(("language", "scheme"), [("kk", "light"), ("ru", "dark")])
def test_axe_finds_nothing_serious_on_any_page(
    office: Office, browser: Browser, language: str, scheme: Literal["light", "dark"]
) -> None:
    aliya = Watched(browser, office.url, color_scheme=scheme, bypass_csp=True)
    aliya.signs_in(office.register, "Aliya", Role.ADMIN, language)
    bad = judged(aliya, pages(office))
    for path, action in ERRORS.items():
        page = aliya.opens(path)
        with page.expect_navigation():
            page.evaluate(PRESSED_EMPTY, action)
        page.evaluate(AXE.read_text(encoding="utf-8"))
        bad += [f"{action} in error: {each}" for each in page.evaluate(SERIOUS)]
    assert bad == []
    aliya.context.close()


@pytest.mark.parametrize("role", [Role.AUTHOR, Role.APPROVER, Role.VIEWER])
def test_axe_finds_nothing_serious_where_a_role_sees_something_else(office: Office, browser: Browser, role: Role) -> None:
    person = Watched(browser, office.url, bypass_csp=True)
    person.signs_in(office.register, f"One {role}", role, "kk")
    one_each = [path for path in pages(office) if path.count("/") < 3]
    assert judged(person, one_each) == []
    person.context.close()


def test_axe_sees_what_is_wrong(office: Office, browser: Browser) -> None:
    """Or the tests above would prove nothing."""
    aliya = Watched(browser, office.url, bypass_csp=True)
    aliya.signs_in(office.register, "Aliya", Role.ADMIN)
    page = aliya.opens("/people")
    page.evaluate("document.querySelector('main label').remove()")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    assert any(each.startswith("label: ") for each in page.evaluate(SERIOUS))
    aliya.context.close()
