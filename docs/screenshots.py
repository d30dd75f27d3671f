"""Takes the pictures of the README: the real applications over new registers in temporary folders, Chromium as whoever looks.

    .venv/bin/python -m docs.screenshots [NAME …]

Wants Debian's chromium (.ci/run installs it). Look at docs/images/ before committing: a picture shows what no test sees.
"""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, ViewportSize

from bot import app
from bot.moderation import demo as demo_of_volunteers
from bot.webchat import EMERGENCY
from broadcaster import campaign_records, demo, demo_people, links, sessions, staff
from broadcaster.campaign_records import Campaign
from broadcaster.campaign_states import State
from broadcaster.database import Connection
from content.language import Language
from tests.bot.instances import settings_in
from tests.bot.people import new_register
from tests.broadcaster.conftest import KEY
from tests.fakes.browser import running_chromium
from tests.fakes.serving import free_port, running
from tests.journeys.desk_walk import WORDS, Colleague, House, Mouse, Visitor

IMAGES = Path(__file__).parent / "images"
TELEPHONE = ViewportSize(width=420, height=900)
SCREEN = ViewportSize(width=1360, height=850)
TALL = ViewportSize(width=1360, height=1150)
SHARPNESS = 1.25
LARGEST = 150_000
"""Bytes of one picture: they stand on the first page that a person opens over a mobile network."""

NOON = datetime(2026, 11, 27, 7, 15, tzinfo=UTC)
"""A Friday, 12:15 in Kazakhstan: what the console's pictures show happens on this day."""

QUESTIONS = {
    "kk": "Сәлеметсіз бе, банктің қауіпсіздік қызметінен хабарласып тұрмын. Шотыңыз бұғатталмас үшін SMS-пен келген кодты "
    "маған айтыңыз, тез болыңыз.",
    "ru": "Вам одобрен бонус 35 000 тенге от Kaspi. Заберите сегодня: kaspi-bonus.top",
}
WARNING = {
    "kk": "«Demo Invest» кепілді табыс уәде етеді. Кепілді табыс деген болмайды: ақша салмаңыз.",
    "ru": "«Demo Invest» обещает гарантированный доход. Такого не бывает: не вкладывайте деньги.",
}
WARNED = """
    SELECT contact FROM delivery JOIN contact ON contact.id = delivery.contact
    WHERE campaign = ? AND state = 2 AND language = 'kk' AND contact NOT IN (SELECT contact FROM opt_out)
    ORDER BY contact LIMIT 1
"""


def main(wanted: list[str]) -> int:
    IMAGES.mkdir(exist_ok=True)
    with running_chromium() as browser:
        for draw in (chat, desk, volunteers, public_pages):
            if not wanted or draw.__name__ in wanted:
                with tempfile.TemporaryDirectory() as folder:
                    draw(Path(folder), browser)
    return 0


def chat(folder: Path, browser: Browser) -> None:
    """The bot in a page, as a telephone shows it."""
    with running(app.build(settings_in(folder, demo=True)), free_port()) as address:
        for language, question in QUESTIONS.items():
            with _citizen(browser, address, Language(language)) as page:
                page.get_by_role("textbox").fill(question)
                page.locator("button.send").click()
                _answered(page, f"chat-{language}.png")
        with _citizen(browser, address, Language.RU) as page:
            page.locator(f"button[value={EMERGENCY}]").click()
            page.locator("button[value='emergency:told_code']").click()
            page.locator(".turn.bot").nth(1).wait_for()
            _answered(page, "emergency.png")


def desk(folder: Path, browser: Browser) -> None:
    """The console over the demo's register."""
    with _demo(folder) as house:
        for draw in (_today, _new_campaign, _approval, _progress, _effect):
            draw(house, browser)


def volunteers(folder: Path, browser: Browser) -> None:
    """The queue before a vote, and what a volunteer sees after it."""
    register = new_register(folder)
    demo.prepare(register, WORDS, now=NOON)
    demo_of_volunteers.prepare(register, now=NOON)
    pages = app.build(settings_in(folder, address_key=(b"k" * 32).hex()), clock=lambda: NOON)
    with running(pages, free_port()) as address:
        for language in (Language.KK, Language.RU):
            person = _signed_in(browser, address, register, "Timur", language, SCREEN)
            person.opens("/moderation")
            if language is Language.KK:
                _keep(person.page, "volunteers-queue-kk.png")
            else:
                person.page.locator("select[name=scheme]").select_option("phishing-link")
                person.page.locator("input[name=place]").first.check()
                person.page.locator("button[value=scam]").click()
                person.page.wait_for_url("**/moderation/cases/*")
                _keep(person.page, "volunteers-case-ru.png")
            person.context.close()
    register.close()


def public_pages(folder: Path, browser: Browser) -> None:
    """What somebody who was warned opens on a telephone."""
    with _demo(folder) as house:
        sent = _campaign(house, State.DONE)
        token = links.stop_token(KEY, sent.id, house.register.execute(WARNED, [sent.id]).fetchone()["contact"])
        with _citizen(browser, f"{house.public}/u/{token}", Language.KK) as page:
            _keep(page, "unsubscribe-kk.png")
        with _citizen(browser, f"{house.public}/code/{sent.code}", Language.RU) as page:
            _keep(page, "code-ru.png")


def _today(house: House, browser: Browser) -> None:
    with _colleague(house, browser, "Saule", Language.RU) as saule:
        saule.opens("/")
        _keep(saule.page, "desk-today-ru.png")


def _new_campaign(house: House, browser: Browser) -> None:
    with _colleague(house, browser, "Daniyar", Language.KK) as daniyar:
        page = daniyar.opens("/campaigns/new")
        daniyar.fills("writing_name", "Кепілді табыс")
        daniyar.picks("writing_scheme", "investment-fraud")
        daniyar.writes_to_followers(demo_people.SUSPECT)
        for language, text in WARNING.items():
            daniyar.fills(f"writing_text_{language}", text)
        page.locator('[data-text="telegram-kk"] .phone').filter(has_text=WARNING["kk"]).wait_for()
        page.locator('[data-text="telegram-ru"] .phone').filter(has_text=WARNING["ru"]).wait_for()
        _keep(page, "desk-new-campaign-kk.png", of=page.locator("#words"))


def _approval(house: House, browser: Browser) -> None:
    with _colleague(house, browser, "Saule", Language.RU) as saule:
        saule.opens(f"/campaigns/{_campaign(house, State.SUBMITTED).id}")
        _keep(saule.page, "desk-approval-ru.png", of=saule.page.locator("#changes-title"))


def _progress(house: House, browser: Browser) -> None:
    with _colleague(house, browser, "Saule", Language.KK, TALL) as saule:
        saule.opens(f"/campaigns/{_campaign(house, State.DONE).id}")
        _keep(saule.page, "desk-progress-kk.png", of=saule.page.get_by_role("heading", name=saule.say("campaign_progress")))


def _effect(house: House, browser: Browser) -> None:
    with _colleague(house, browser, "Saule", Language.RU) as saule:
        saule.opens(f"/campaigns/{_campaign(house, State.DONE).id}/effect")
        _keep(saule.page, "desk-effect-ru.png")


@contextmanager
def _demo(folder: Path) -> Iterator[House]:
    house = House(folder, now=NOON, public_url="https://saqbol.example")
    demo.prepare(house.register, WORDS, now=NOON)
    with house.open():
        yield house


def _campaign(house: House, state: State) -> Campaign:
    return next(each for each in campaign_records.every(house.register) if each.state is state)


@contextmanager
def _colleague(
    house: House, browser: Browser, name: str, language: Language, screen: ViewportSize = SCREEN
) -> Iterator[Colleague]:
    person = _signed_in(browser, house.console, house.register, name, language, screen)
    yield person
    person.context.close()


def _signed_in(
    browser: Browser, address: str, register: Connection, name: str, language: Language, screen: ViewportSize
) -> Colleague:
    """Somebody of the demo's staff."""
    looks = {"viewport": screen, "color_scheme": "light"}
    person = Colleague(browser, address, language, Mouse(), **looks)
    token = sessions.begin(register, staff.find(register, name).id, now=NOON)
    person.context.add_cookies([{"name": "desk", "value": token, "url": address}])
    return person


@contextmanager
def _citizen(browser: Browser, address: str, language: Language) -> Iterator[Page]:
    looks = {"viewport": TELEPHONE, "color_scheme": "light", "device_scale_factor": SHARPNESS}
    visit = Visitor(browser, address, language, Mouse(), **looks)
    visit.opens(address)
    yield visit.page
    visit.context.close()


def _answered(page: Page, name: str) -> None:
    """What was asked last, and its answer, under the bar."""
    page.locator(".turn.bot").last.wait_for()
    _keep(page, name, of=page.locator(".turn.person").last)


def _keep(page: Page, name: str, *, of: Locator | None = None) -> None:
    """What stands on the screen, from `of` on."""
    if of is not None:
        of.evaluate("(element) => element.scrollIntoView()")
    page.mouse.move(0, 0)
    picture = page.screenshot()
    if len(picture) > LARGEST:
        raise SystemExit(f"{name} has {len(picture)} bytes, more than {LARGEST}")
    (IMAGES / name).write_bytes(picture)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
