"""Whatever anybody has written anywhere: no page of ours runs it, loads it or lets it change the page. In Chromium, every page.

Twice: as the pages are, and without their content security policy, for escaping alone must hold.
"""

import csv
import io
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, Error
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from broadcaster import database, invitations, sessions, staff
from broadcaster.campaign_states import Role
from broadcaster.database import Connection
from broadcaster.web import console, public
from tests.broadcaster.conftest import KEY, NOW, url_in
from tests.broadcaster.web.conftest import PUBLIC_URL, WORDS, settings_in
from tests.broadcaster.web.desk.attacked import ADDRESS, Attacked, attack
from tests.broadcaster.web.desk.conftest import SAID
from tests.broadcaster.web.desk.hostile_texts import DETECTED, HOME, PRINTABLE, TEXTS, all_in_one
from tests.broadcaster.web.desk.in_browser import RAN, Watched, WithoutPolicy, addresses
from tests.fakes.browser import needs_chromium, running_chromium
from tests.fakes.serving import free_port, running

pytestmark = needs_chromium

PLOTS = ("unsubscribes", "effect-next", "effect-month")
TABLES = ("day", "hour", "campaign", "channel", "language", quote("<svg onload=alert(1)>", safe=""))

CHANGED = """
() => {
    const ours = new Set(["/static/desk.js", "/static/desk.css", "/static/icon.svg"]);
    const ourOwn = (path) => ours.has(path) || path.startsWith("/public/") || path === "/push-worker.js";
    const bad = [];
    const meant = ["%s/code/", "otpauth://totp/Saqbol:"];
    const isMeant = (at) => at.localName === "a" && meant.some((start) => at.href.startsWith(start));
    const isPlot = document.documentElement.localName === "svg";
    const foreign = "iframe, object, embed, base, math, template, video, audio, source, track, frame, frameset, marquee, " +
        "portal, foreignObject, image, animate, set, use, handler, x, meta[http-equiv]" + (isPlot ? "" : ", style");
    for (const each of document.querySelectorAll(foreign)) bad.push(each.outerHTML.slice(0, 200));
    for (const each of document.querySelectorAll("script[src], link[href], img[src]")) {
        const at = new URL(each.src || each.href);
        const isPlotOfOurs = each.localName === "img" && at.pathname.endsWith(".svg");
        if (at.origin !== location.origin || !(ourOwn(at.pathname) || isPlotOfOurs)) bad.push(each.outerHTML.slice(0, 200));
    }
    for (const each of document.querySelectorAll("script:not([src])")) bad.push(each.outerHTML.slice(0, 200));
    for (const each of document.querySelectorAll("*")) for (const said of each.attributes) {
        const leads = /^(href|src|action|formaction|data-from|data-live|ping|srcset|xlink:href|poster|background)$/;
        const away = leads.test(said.name) && new URL(said.value || "/", location.href).origin !== location.origin;
        if (/^on|^srcdoc$/i.test(said.name) || (away && !isMeant(each))) bad.push(each.cloneNode(false).outerHTML.slice(0, 200));
    }
    return bad;
}
""".replace("%s", PUBLIC_URL)


FILL = """
([form, texts, chosen]) => {
    let turn = 0;
    const next = () => texts[turn++ % texts.length];
    for (const field of form.elements) {
        if (field.name === "csrf" || !field.name || field.localName === "button") continue;
        if (field.type === "file") {
            const files = new DataTransfer();
            files.items.add(new File([chosen ? "telegram,language\\n" + next() : next()], next() + ".csv", { type: "text/csv" }));
            field.files = files.files;
        } else if (field.localName === "select") {
            if (!chosen) field.add(new Option(next(), next(), true, true));
            else if (field.options.length > 1 && !field.value) field.selectedIndex = 1;
        } else if (field.type === "checkbox" || field.type === "radio") {
            field.checked = true;
            if (!chosen) field.value = next();
        } else if (field.type === "hidden") {
            if (!chosen) field.value = next();
        } else {
            field.value = next();
        }
    }
    const button = form.querySelector("button[name]");
    if (button) {
        const pressed = document.createElement("input");
        pressed.type = "hidden";
        pressed.name = button.name;
        pressed.value = button.value;
        form.append(pressed);
    }
    HTMLFormElement.prototype.submit.call(form);
}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """The same register behind the console and the public pages, each with and without its policy."""

    register: Connection
    attacked: Attacked
    desk: Starlette
    site: Starlette
    urls: dict[tuple[str, bool], str]
    invitation: str


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder: Path = tmp_path_factory.mktemp("attacked")
    register = database.open(url_in(folder), KEY)
    database.migrate(register, "broadcaster", database.MIGRATIONS)
    settings = settings_in(folder)
    attacked = attack(register, folder / "saqbol.db.uploads")
    hostile = staff.with_id(register, staff.StaffId(attacked.ids["staff"][-1]))
    invitation = invitations.invite(register, hostile, who=hostile.name, now=NOW)
    clock = lambda: NOW  # noqa: E731
    desks = [console.build(settings, words=WORDS, said=SAID, clock=clock) for _ in range(2)]
    sites = [public.build(settings.model_copy(update={"public_url": ""}), words=WORDS, clock=clock) for _ in range(2)]
    with (
        running(desks[0], free_port()) as strict,
        running(WithoutPolicy(desks[1]), free_port()) as bare,
        running(sites[0], free_port()) as strict_site,
        running(WithoutPolicy(sites[1]), free_port()) as bare_site,
    ):
        urls = {("desk", True): strict, ("desk", False): bare, ("site", True): strict_site, ("site", False): bare_site}
        yield World(register=register, attacked=attacked, desk=desks[0], site=sites[0], urls=urls, invitation=invitation)
    register.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with running_chromium() as started:
        yield started


@pytest.fixture(params=[True, False], ids=["with the policy", "without the policy"])
def policy(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


def pages_of_the_desk(world: World) -> list[str]:
    names = {"/unsubscribes/{name}.svg": TABLES, "/campaigns/{id:int}/plots/{name}.svg": PLOTS, "{token}": (world.invitation,)}
    found = addresses(world.desk, world.attacked.ids, names)
    days = [f"{day:%Y-%m-%d}" for day in world.attacked.days]
    found += [f"/unsubscribes/campaign.svg?first={day}&last={day}" for day in days]
    return [*found, f"/unsubscribes?first={days[3]}&last={days[3]}", *(f"/{each}?x={quote(text)}" for each, text in _REFLECTED)]


_REFLECTED = [
    (page, all_in_one(1_200, start=40 * place)) for place, page in enumerate(("", "people", "audit", "imports", "suspects"))
]
_REFLECTED += [
    ("sign-in", all_in_one(1_200, start=7)),
    ("campaigns/new", all_in_one(1_200, start=200)),
    ("nothing", "<svg onload=alert(1)>"),
]


def look_at_all(watched: Watched, paths: list[str]) -> dict[str, str]:
    """Opens them and every further page of a list that they lead to; the text of each. What is only downloaded stands without."""
    told: dict[str, str] = {}
    waiting = list(paths)
    while waiting:
        path = waiting.pop(0)
        if path in told:
            continue
        told[path] = ""
        try:
            page = watched.opens(path)
        except Error as error:
            if "Download is starting" not in str(error):
                raise
            continue
        watched.found += [f"{path}: {each}" for each in page.evaluate(CHANGED)]
        told[path] = page.evaluate("document.documentElement.textContent")
        further = page.evaluate("[...document.querySelectorAll('main a[href*=\"?\"]')].map((each) => each.getAttribute('href'))")
        waiting += [each for each in further if each.startswith(f"{urlsplit(path).path}?")]
    return told


def squeezed(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def test_no_page_of_the_desk_runs_what_is_stored_and_all_of_it_is_there_to_read(
    world: World, browser: Browser, policy: bool
) -> None:
    aliya = Watched(browser, world.urls["desk", policy], bypass_csp=not policy)
    aliya.signs_in(world.register, "Aliya", Role.ADMIN)
    told = look_at_all(aliya, pages_of_the_desk(world))
    aliya.page.wait_for_timeout(300)
    assert aliya.found == []
    aliya.context.close()
    for first in ("/campaigns", "/audit", "/staff", "/imports", "/suspects", "/templates"):
        text = squeezed(" ".join(said for path, said in told.items() if urlsplit(path).path == first))
        missing = [each for each in PRINTABLE if len(each) <= 60 and squeezed(each).strip() not in text]
        as_it_stands = [each for each in missing if first != "/suspects" or "." not in each]
        assert as_it_stands == [], first


def test_no_public_page_runs_what_is_stored(world: World, browser: Browser, policy: bool) -> None:
    link = world.attacked.link.removeprefix("/u/")
    codes = ["H0003", *(quote(text, safe="") for text in PRINTABLE[::12])]
    paths = addresses(world.site, {}, {"{token}": (link, "forged"), "{code}": codes})
    paths += [f"/code?code={quote(all_in_one(190, start=start))}" for start in range(0, len(PRINTABLE), 20)]
    aigul = Watched(browser, world.urls["site", policy], bypass_csp=not policy)
    look_at_all(aigul, paths)
    assert aigul.found == []
    aigul.context.close()


def test_pieces_that_come_by_themselves_run_nothing(world: World, browser: Browser) -> None:
    """What desk.js fetches and puts into the page, and what a form shows while it is filled in."""
    aliya = Watched(browser, world.urls["desk", False], bypass_csp=True)
    aliya.signs_in(world.register, "Aliya", Role.ADMIN)
    sending = world.attacked.ids["campaigns"][3]
    with aliya.page.expect_response(lambda answer: "/progress" in answer.url and answer.request.resource_type == "fetch"):
        aliya.opens(f"/campaigns/{sending}")
    for start in range(0, len(PRINTABLE), 60):
        page = aliya.opens("/campaigns/new")
        page.locator("#scheme").select_option(index=1)
        page.locator("#group-0-0").select_option("everybody")
        page.locator("#name").fill(all_in_one(110, start=start))
        page.locator("#text-kk").fill(all_in_one(3_000, start=start))
        with page.expect_response("**/campaigns/live"):
            page.locator("#text-ru").fill(all_in_one(3_000, start=start + 30))
        page.wait_for_function("document.querySelector('#live [data-text]')")
        aliya.found += page.evaluate(CHANGED)
    aliya.page.wait_for_timeout(400)
    assert aliya.found == []
    aliya.context.close()


def test_one_person_and_one_suspect_are_found_and_shown_without_running_anything(world: World, browser: Browser) -> None:
    aliya = Watched(browser, world.urls["desk", False], bypass_csp=True)
    aliya.signs_in(world.register, "Aliya", Role.ADMIN)
    page = aliya.opens("/people")
    page.locator("main input[name=address]").first.fill(f"push:{ADDRESS}")
    with page.expect_navigation():
        page.locator("main form button").first.click()
    shown = squeezed(page.locator("main").text_content() or "")
    aliya.found += page.evaluate(CHANGED)
    assert aliya.found == []
    assert [each for each in PRINTABLE if len(each) <= 60 and squeezed(each).strip() not in shown] == []
    aliya.context.close()


def test_no_form_runs_what_was_typed_into_it(world: World, browser: Browser) -> None:
    """Every form of every page, once with everything in it hostile and once with what its lists offer."""
    aliya = Watched(browser, world.urls["desk", False], bypass_csp=True)
    aliya.signs_in(world.register, "Aliya", Role.ADMIN)
    seen: dict[str, tuple[str, str]] = {}
    with httpx.Client(base_url=aliya.url, cookies={"desk": aliya.token}) as quickly:
        for path in pages_of_the_desk(world):
            if path.endswith((".svg", ".csv", "/errors")) or "?" in path:
                continue
            for action in re.findall(r'<form method="post" action="([^"]+)"', quickly.get(path).text):
                seen.setdefault(re.sub(r"\d+", "#", action), (path, action))
    assert len(seen) > 20, "forms were found"
    for place, (path, action) in enumerate(sorted(seen.values(), key=lambda each: each[1])):
        for chosen in (False, True):
            aliya.signs_in(world.register, f"Aliya {place} {chosen}", Role.ADMIN)
            page = aliya.opens(path)
            form = page.evaluate_handle(
                "(action) => [...document.forms].find((each) => each.getAttribute('action') === action)", action
            )
            if form.evaluate("(form) => !form"):
                continue  # the first try has done what the form was for
            start = (place * 23) % 200
            texts = (
                [PRINTABLE[(start + step) % len(PRINTABLE)] for step in range(90)]
                if not chosen
                else list(PRINTABLE[start : start + 40])
            )
            with page.expect_navigation():
                page.evaluate(FILL, [form, texts, chosen])
            aliya.at = f"{action} from {path}"
            aliya.found += [f"{aliya.at}: {each}" for each in page.evaluate(CHANGED)]
            assert "refused_mistake" not in page.content()
    assert aliya.found == []
    aliya.context.close()


def test_no_table_that_is_downloaded_computes_anything(world: World) -> None:
    with httpx.Client(base_url=world.urls["desk", True], headers={"accept-language": "ru"}) as aliya:
        member = staff.add(world.register, "Aliya of the tables", Role.ADMIN, who="test", now=NOW)
        with database.transaction(world.register):
            aliya.cookies.set("desk", sessions.begin(world.register, member.id, now=NOW))
        tables = [path for path in pages_of_the_desk(world) if path.endswith((".csv", "/errors"))]
        cells = 0
        for path in tables:
            answer = aliya.get(path)
            assert answer.headers["content-type"] == "text/csv; charset=utf-8"
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert answer.headers["content-disposition"].startswith("attachment;")
            for row in csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"), newline="")):
                cells += len(row)
                assert not [cell for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))], path
    assert cells > 2_000


def raw(request: Request) -> HTMLResponse:
    return HTMLResponse(TEXTS[request.path_params["place"]])


def frames(request: Request) -> HTMLResponse:
    return HTMLResponse("".join(f"<iframe name={place} src=/{place}></iframe>" for place in range(len(TEXTS))))


def test_the_detector_hears_what_runs(browser: Browser) -> None:
    """Or everything above would prove nothing: the same texts on pages that do not escape them."""
    app = Starlette(routes=[Route("/{place:int}", raw), Route("/", frames)])
    with running(app, free_port()) as url:
        watched = Watched(browser, url)
        watched.opens("/")
        until = time.monotonic() + 5
        while time.monotonic() < until and len(_which_ran(watched)) < 120:
            watched.page.wait_for_timeout(200)
        assert len(_which_ran(watched)) >= 120
        for run in DETECTED:
            assert str(TEXTS.index(f"<script>{run}</script>")) in _which_ran(watched) or run.startswith("top.")
        assert any(HOME in each for each in watched.found)
        assert watched.opens(f"/{TEXTS.index('<img src=x onerror=print()>')}").evaluate(CHANGED)
        watched.context.close()


def _which_ran(watched: Watched) -> set[str]:
    return {each.rpartition(" in ")[2] for each in watched.found if RAN in each}


def test_there_are_enough_of_them_and_none_twice() -> None:
    assert len(TEXTS) == len(set(TEXTS)) >= 200
