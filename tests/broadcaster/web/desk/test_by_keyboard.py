"""What must be done in a hurry, and what is done every week, by keyboard alone; a mouse is never touched.

Writing, approving and scheduling by keyboard are the walk of tests/journeys/test_at_the_desk.py.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from broadcaster import halt
from broadcaster.campaign_states import Role
from broadcaster.database import Connection
from broadcaster.web import console
from content.language import Language
from tests.broadcaster.conftest import NOW
from tests.broadcaster.web.conftest import WORDS, settings_in
from tests.broadcaster.web.desk.conftest import SAID
from tests.broadcaster.web.desk.in_browser import Watched
from tests.fakes.browser import needs_chromium, running_chromium
from tests.fakes.serving import free_port, running

pytestmark = needs_chromium
FURTHEST = 60
FOCUSED = """() => {
    const at = document.activeElement, box = at.getBoundingClientRect(), style = getComputedStyle(at);
    return {
        text: (at.innerText || at.value || at.name || "").trim(), id: at.id, name: at.name || "", tag: at.tagName,
        seen: box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight,
        outlined: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    };
}"""


DESCRIBED = """() => document.activeElement.getAttribute("aria-describedby").split(" ")
    .map((id) => document.getElementById(id).innerText).join(" ")"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with running_chromium() as started:
        yield started


@pytest.fixture
def saule(browser: Browser, register: Connection, tmp_path: Path) -> Iterator[Watched]:
    app = console.build(settings_in(tmp_path), words=WORDS, said=SAID, clock=lambda: NOW)
    with running(app, free_port()) as url:
        watched = Watched(browser, url)
        watched.signs_in(register, "Saule", Role.ADMIN)
        yield watched
        watched.context.close()


def reach(page: Page, *, text: str = "", name: str = "") -> None:
    """Tab after Tab; whatever has the focus on the way is seen and outlined, once its stylesheet is there."""
    page.wait_for_load_state("load")
    for _ in range(FURTHEST):
        page.keyboard.press("Tab")
        at = page.evaluate(FOCUSED)
        if at["tag"] == "BODY":
            continue
        assert at["seen"], at
        assert at["outlined"], at
        if (text and at["text"] == text) or (name and at["name"] == name):
            return
    raise AssertionError(f"{text or name} is not reached by Tab")


def test_the_first_tab_leads_past_the_menu(saule: Watched) -> None:
    page = saule.opens("/")
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED)["text"] == "К содержанию"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


def test_everything_is_stopped_and_switched_on_again(saule: Watched, register: Connection) -> None:
    page = saule.opens("/")
    reach(page, text="Остановить все рассылки")
    page.keyboard.press("Enter")
    page.get_by_text("Все рассылки остановлены").wait_for()
    assert halt.is_stopped(register)
    reach(page, text="Снова включить рассылки")
    page.keyboard.press("Space")
    page.get_by_text("Кнопка сразу останавливает все рассылки").wait_for()
    assert not halt.is_stopped(register)


def test_a_list_is_imported(saule: Watched, register: Connection, tmp_path: Path) -> None:
    """The system's own window for choosing a file is the browser's: the test puts the file where the keyboard has arrived."""
    (tmp_path / "people.csv").write_text("phone,consent\n87015550101,yes\n", encoding="utf-8")
    page = saule.opens("/people/import")
    reach(page, name="file")
    page.locator("input[name=file]").set_input_files(tmp_path / "people.csv")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/imports/*")
    page.locator("[data-count=accepted]").wait_for()
    assert page.evaluate("document.activeElement") is not None
    assert register.execute("SELECT count(*) FROM contact").fetchone()[0] == 1


def test_after_a_mistake_the_field_says_what_is_wrong_to_whoever_arrives_there(saule: Watched) -> None:
    page = saule.opens("/staff")
    reach(page, name="name")
    page.keyboard.type(" ")
    page.keyboard.press("Enter")
    wrong = page.locator("[name=name][aria-invalid=true]")
    wrong.wait_for()
    reach(page, name="name")
    assert SAID.say("staff_name_wrong", Language.RU) in page.evaluate(DESCRIBED)
