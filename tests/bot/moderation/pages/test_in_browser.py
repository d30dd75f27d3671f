"""The volunteers' pages in Chromium: whatever is sent to them runs nothing and leads nowhere; axe; a vote without a mouse."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from bot import app
from bot.masking import mask
from bot.moderation import telling
from bot.moderation.cases import Ruling
from bot.moderation.decisions import REVIEW
from bot.moderation.unended import AT_WORK
from broadcaster import database, invitations, sessions, staff
from broadcaster.database import Connection
from tests.bot.instances import settings_in
from tests.bot.moderation.hall import AIGUL, FINE, HOAX, SAFE, TIMUR, Hall
from tests.bot.moderation.pages.conftest import KEY
from tests.bot.moderation.phrases import phrase
from tests.bot.people import NOON, new_register
from tests.broadcaster.web.desk.hostile_texts import PRINTABLE, TEXTS, all_in_one
from tests.broadcaster.web.desk.in_browser import Watched, WithoutPolicy
from tests.fakes.browser import AXE, SERIOUS, needs_chromium, running_chromium
from tests.fakes.conversation import Echo
from tests.fakes.serving import free_port, running

pytestmark = needs_chromium

LINKED = """
() => {
    const bad = [];
    for (const each of document.querySelectorAll("main a[href], main area, main form")) {
        const to = new URL(each.getAttribute("href") || each.getAttribute("action"), location.href);
        if (to.origin !== location.origin || !to.pathname.startsWith("/moderation")) bad.push(each.outerHTML.slice(0, 200));
    }
    const foreign = "iframe, object, embed, base, math, svg, img, template, video, audio, style, meta[http-equiv], [srcdoc]";
    for (const each of document.querySelectorAll(foreign)) bad.push(each.outerHTML.slice(0, 200));
    for (const each of document.querySelectorAll("*")) for (const said of each.attributes) {
        if (/^on/i.test(said.name)) bad.push(each.cloneNode(false).outerHTML.slice(0, 200));
    }
    for (const each of document.querySelectorAll(".quoted")) if (each.children.length) bad.push(each.outerHTML.slice(0, 200));
    return bad;
}
"""
FOCUSED = """
() => { const at = document.activeElement; return `${at.localName} ${at.name || ""} ${at.value || at.textContent.trim()}` }
"""
MORE = ("/phrases", "/phrases?found=3", "/tellings", "/me")
PRESSABLE = re.compile(r"https?://[\w-]+\.\w|(?<![\w.])www\.\w", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """The same hall with its second wall and without."""

    hall: Hall
    urls: dict[bool, str]

    @property
    def register(self) -> Connection:
        return self.hall.register


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    register = new_register(tmp_path)
    hall = Hall(register)
    settings = settings_in(tmp_path, address_key=KEY)
    apps = [app.build(settings, opening=lambda settings, words: Echo(), clock=lambda: hall.now) for _ in range(2)]
    with running(apps[0], free_port()) as strict, running(WithoutPolicy(apps[1]), free_port()) as bare:
        yield House(hall=hall, urls={True: strict, False: bare})
    register.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with running_chromium() as started:
        yield started


def watched(house: House, browser: Browser, name: str, *, policy: bool = True, language: str = "ru", **more: Any) -> Watched:
    person = Watched(browser, house.urls[policy], bypass_csp=not policy, **more)
    with database.transaction(house.register):
        token = sessions.begin(house.register, house.hall.people[name].id, now=house.hall.now)
    for cookie, value in (("desk", token), ("language", language)):
        person.context.add_cookies([{"name": cookie, "value": value, "url": person.url}])
    return person


CASE = (
    "INSERT INTO known_case (text, language, scheme_said, harm, state, why, missing, verdict, scheme, version, sightings, turn, "
    "first_seen, last_seen, opened_at, decided_at) VALUES (?1, 'ru', ?1, 'low', ?2, ?3, 2, ?4, ?1, ?5, 3, 0, ?6, ?6, ?6, ?6)"
)


def attack(hall: Hall) -> int:
    """All of them judged, all of them before seniors, all of them waiting; the id of a judged one with everything on it."""
    at = database.instant(NOON)
    for text in TEXTS:
        phrase(hall, text, intent=text)
    phrase(hall, all_in_one(3_500), accepted=True)
    with database.transaction(hall.register):
        for text in TEXTS:
            hall.register.execute(CASE, [text, "judged", None, "scam", 1, at])
            hall.register.execute(CASE, [text, "senior", "asked", None, 0, at])
        for start in range(0, len(PRINTABLE), 60):
            hall.register.execute(CASE, [all_in_one(3_500, start=start), "open", None, None, 0, at])
        told = all_in_one(3_500)
        id = hall.register.execute(CASE, [told, "judged", None, "doubtful", 1, at]).lastrowid or 0
        hostile = hall.people["Gulnar"].id
        hall.register.execute("UPDATE staff SET name = ? WHERE id = ?", [all_in_one(78), hostile])
        for name in ("Arman", "Bota"):
            vote = "INSERT INTO vote (known_case, round, staff, verdict, scheme, sure, at) VALUES (?, 1, ?, 'scam', ?, 1, ?)"
            hall.register.execute(vote, [id, hall.people[name].id, told, at])
        decision = (
            "INSERT INTO decision (known_case, version, verdict, scheme, how, by, at, tell_at) "
            "VALUES (?, 1, 'scam', ?, 'senior', ?, ?, ?)"
        )
        hall.register.execute(decision, [id, told, hostile, at, at])
        report = (
            "INSERT INTO report (known_case, asker, door, language, kind, scheme, verbatim, wants_answer, at) "
            "VALUES (?, ?, 'web', 'ru', 'ask', ?, 1, 1, ?)"
        )
        hall.register.execute(report, [id, b"x" * 32, told, at])
    return id


def looked_at(person: Watched, path: str) -> Page:
    page = person.opens(path)
    person.found += [f"{path}: {each}" for each in page.evaluate(LINKED)]
    said = " ".join(page.locator(".quoted").all_inner_texts())
    person.found += [f"{path}: can be pressed: {each}" for each in PRESSABLE.findall(said)]
    return page


@pytest.mark.parametrize("policy", [True, False], ids=["with the policy", "without the policy"])
def test_no_message_runs_anything_or_leads_anywhere(house: House, browser: Browser, policy: bool) -> None:
    everything = attack(house.hall)
    gulnar = watched(house, browser, "Gulnar", policy=policy)
    pages = [f"/moderation/judged?after={after}" for after in range(0, len(TEXTS) + 1, 50)]
    pages += [f"/moderation/seniors?after={after}" for after in range(0, len(TEXTS) + 1, 50)]
    pages += [f"/moderation/cases/{id}" for id in (1, 2, 3, 4, 101, 102)]
    pages += [f"/moderation/phrases?after={after}" for after in range(0, len(TEXTS) + 1, 50)]
    for path in [*pages, "/moderation/accuracy", "/moderation/sign-in?next=<svg onload=alert(1)>"]:
        looked_at(gulnar, path)
    arman = watched(house, browser, "Arman", policy=policy)
    looked_at(arman, f"/moderation/cases/{everything}")
    for _ in range(0, len(PRINTABLE), 60):
        page = looked_at(arman, "/moderation")
        shown = page.locator("blockquote").inner_text()
        assert "alert" in shown or "evil" in shown
        with page.expect_navigation():
            page.locator('form[action$="/pass"] button').click()
    page = looked_at(arman, "/moderation/judged")
    for start in range(0, len(PRINTABLE), 80):
        page.locator("#words").fill(all_in_one(2_000, start=start))
        with page.expect_navigation():
            page.locator("main form button").first.click()
        arman.found += page.evaluate(LINKED)
    page.wait_for_timeout(300)
    assert gulnar.found == []
    assert arman.found == []
    gulnar.context.close()
    arman.context.close()


def test_the_detector_sees_what_leads_away(house: House, browser: Browser) -> None:
    """Or the test above would prove nothing."""
    house.hall.asks(AIGUL, FINE)
    arman = watched(house, browser, "Arman", policy=False)
    page = arman.opens("/moderation")
    page.evaluate("document.querySelector('blockquote').innerHTML = '<a href=https://evil.example onclick=alert(1)>x</a>'")
    assert len(page.evaluate(LINKED)) == 3
    arman.context.close()


@pytest.mark.skipif(not AXE.exists(), reason="tests/tools is not installed: npm ci --prefix tests/tools")
@pytest.mark.parametrize(("language", "scheme"), [("kk", "light"), ("ru", "dark")])
@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_nothing_serious(
    house: House, browser: Browser, language: str, scheme: Literal["light", "dark"], width: int
) -> None:
    hall = house.hall
    hall.judged(FINE, Ruling.SCAM)
    hall.reports(TIMUR, FINE)
    hall.waits(REVIEW)
    for owed in telling.due(house.register, now=hall.now):
        telling.claim(house.register, owed, now=hall.now)
    hall.waits(AT_WORK * 2)
    for accepted in (False, True):
        phrase(hall, FINE, accepted=accepted)
    hall.asks(AIGUL, HOAX, scheme=None)
    waiting = hall.case_of(HOAX).id
    hall.votes("Arman", waiting, Ruling.SCAM)
    hall.votes("Bota", waiting, Ruling.HOAX)
    hall.asks(AIGUL, SAFE, scheme="authority-impersonation")
    invitation = invitations.invite(house.register, staff.find(house.register, "Erlan"), who="setup", now=hall.now)
    axe, bad = AXE.read_text(encoding="utf-8"), []
    for name, paths in (
        ("Gulnar", ["", "/seniors", "/cases/1", f"/cases/{waiting}", "/judged", "/judged?ruling=genuine", "/accuracy", *MORE]),
        ("Arman", ["", "/cases/1", f"/cases/{waiting}", "/accuracy", "/seniors", *MORE, "/sign-in", f"/invitation/{invitation}"]),
    ):
        person = watched(house, browser, name, policy=False, language=language, color_scheme=scheme)
        person.page.set_viewport_size({"width": width, "height": 800})
        for path in paths:
            page = person.opens(f"/moderation{path}")
            page.evaluate(axe)
            bad += [f"{path}: {each}" for each in page.evaluate(SERIOUS)]
            if page.evaluate("document.documentElement.scrollWidth") > width:
                bad.append(f"{path}: wider than the screen")
        person.context.close()
    assert bad == []


def test_a_vote_is_given_by_keyboard_and_enter_in_a_tick_box_gives_none(house: House, browser: Browser) -> None:
    house.hall.asks(AIGUL, FINE)
    arman = watched(house, browser, "Arman", language="kk")
    page = arman.opens("/moderation")
    page.locator("[name=place]").focus()
    page.keyboard.press("Space")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_text("Төрт шешімнің бірін басыңыз.")
    expect(page.locator("[name=place]")).to_be_checked()
    assert not house.hall.rows("vote"), "Enter in a tick box judges nothing"
    page.goto("/moderation")
    walked: list[str] = []
    for _ in range(40):
        page.keyboard.press("Tab")
        walked.append(page.evaluate(FOCUSED))
        if walked[-1].startswith("input place"):
            page.keyboard.press("Space")
        if walked[-1] == "button ruling scam":
            break
    for met in ("blockquote", "select scheme", "input place", "input unsure"):
        assert any(each.startswith(met) for each in walked), met
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    page.keyboard.press("Enter")
    page.wait_for_url("**/moderation/cases/1")
    expect(page.locator("main")).to_contain_text("сіз")
    assert [(each["verdict"], each["sure"]) for each in house.hall.rows("vote")] == [("scam", 1)]
    assert [each["value"] for each in house.hall.rows("named")] == ["egov-aiyppul.top"]
    assert arman.found == []
    arman.context.close()


def test_what_nobody_sees_is_made_visible(house: House, browser: Browser) -> None:
    text = f"{FINE} төлем\u200bақы\u202e тақырыбы \u2066жасырын\u2069 сөз"
    house.hall.asks(AIGUL, text)
    assert "\u200b" in mask(text).text
    arman = watched(house, browser, "Arman")
    shown = arman.opens("/moderation").locator("blockquote").inner_text()
    assert "⟨U+200B⟩" in shown
    assert "⟨U+202E⟩" in shown
    assert "\u202e" not in shown
    assert "egov-aiyppul[.]top" in shown
    arman.context.close()
