"""The form in Chromium: the count follows what is typed, a row is added without losing anything, nothing is left to a mouse."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from broadcaster import campaign_records, database, sessions, staff
from broadcaster.campaign_states import Role
from broadcaster.database import Connection
from broadcaster.web import console
from content.language import Language
from tests.broadcaster.conftest import KEY, NOW, url_in
from tests.broadcaster.town import town
from tests.broadcaster.web.conftest import WORDS, settings_in
from tests.broadcaster.web.desk.conftest import SAID
from tests.fakes.browser import AXE, needs_chromium, running_chromium
from tests.fakes.serving import free_port, running

pytestmark = needs_chromium


@pytest.fixture
def register(tmp_path: Path) -> Iterator[Connection]:
    connection = database.open(url_in(tmp_path), KEY)
    database.migrate(connection, "broadcaster", database.MIGRATIONS)
    yield connection
    connection.close()


@pytest.fixture
def page(register: Connection, tmp_path: Path) -> Iterator[Page]:
    """Daniyar's browser, in Kazakh, in a town of nine: five write Russian, four Kazakh."""
    people = town(register)
    people.people(5)
    people.people(4, language="kk")
    daniyar = staff.add(register, "Daniyar", Role.AUTHOR, who="test", now=NOW)
    token = sessions.begin(register, daniyar.id, now=NOW)
    port = free_port()
    app = console.build(settings_in(tmp_path), words=WORDS, said=SAID, clock=lambda: NOW)
    with running(app, port) as url, running_chromium() as browser:
        context = browser.new_context(base_url=url, locale="kk")
        context.add_cookies([{"name": "desk", "value": token, "url": url}, {"name": "language", "value": "kk", "url": url}])
        page = context.new_page()
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text) if message.type in ("error", "warning") else None)
        yield page
        assert [each for each in complaints if "status of 4" not in each] == []


def fill(page: Page) -> None:
    page.get_by_label("Атауы", exact=True).fill("Пирамида")
    page.get_by_label("Алаяқтық тәсілі").select_option("financial-pyramid")
    page.get_by_label("Қазақша мәтін").fill("Абай болыңыз!")
    page.get_by_label("Орысша мәтін").fill("Будьте осторожны!")


def test_the_count_follows_the_form_while_it_is_written(page: Page, register: Connection) -> None:
    page.goto("/campaigns/new")
    condition = page.locator("#group-0-0")
    condition.select_option("everybody")
    expect(page.locator("#live")).to_contain_text("Әзірге сегментте 9 адам бар.")
    fill(page)
    audience = page.locator('[data-count="audience"]')
    expect(audience).to_have_text("9")
    condition.select_option("language:kk")
    expect(audience).to_have_text("4")
    expect(page.locator('[data-text="telegram-kk"] .phone')).to_contain_text("Абай болыңыз!")
    page.get_by_role("button", name="Шығарып тастау шартын қосу").click()
    expect(page.locator("#exclude-1")).to_be_visible()
    expect(page.get_by_label("Қазақша мәтін")).to_have_value("Абай болыңыз!")
    expect(condition).to_have_value("language:kk")
    page.get_by_role("button", name="Жобаны сақтау").press("Enter")
    page.wait_for_url("**/campaigns/1")
    (campaign,) = campaign_records.every(register)
    assert campaign.content.segment == {"language": "kk"}
    assert campaign.content.text[Language.KK] == "Абай болыңыз!"


def test_enter_in_a_field_shows_the_preview_and_saves_nothing(page: Page, register: Connection) -> None:
    page.goto("/campaigns/new")
    page.locator("#group-0-0").select_option("everybody")
    fill(page)
    with page.expect_navigation():
        page.get_by_label("Атауы", exact=True).press("Enter")
    expect(page.locator('[data-count="audience"]')).to_have_text("9")
    assert campaign_records.every(register) == []


@pytest.mark.skipif(not AXE.exists(), reason="axe is absent: npm ci in tests/tools")
@pytest.mark.parametrize("width", [360, 1280])
def test_the_form_is_for_everybody(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto("/campaigns/new")
    page.locator("#group-0-0").select_option("everybody")
    fill(page)
    expect(page.locator('[data-count="audience"]')).to_have_text("9")
    page.get_by_label("Бюджет, теңге").fill("көп")
    page.get_by_role("button", name="Жобаны сақтау").click()
    expect(page.locator("#budget-error")).to_be_visible()
    page.get_by_label("Бюджет, теңге").fill("5000")
    expect(page.locator('[data-count="audience"]')).to_have_text("9")
    found = page.evaluate(f"async () => {{ {AXE.read_text()}; return (await axe.run()).violations; }}")
    serious = [(each["id"], each["nodes"][0]["html"][:200]) for each in found if each["impact"] in ("serious", "critical")]
    assert serious == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
