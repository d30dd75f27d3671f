"""Takes the pictures of the README: the real application, a new register in a temporary folder, Chromium as a telephone.

    .venv/bin/python -m docs.screenshots

Wants Debian's chromium (.ci/run installs it). Look at docs/images/ before committing: a picture shows what no test sees.
"""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from bot import app
from bot.webchat import EMERGENCY
from tests.bot.instances import settings_in
from tests.fakes.serving import free_port, running

IMAGES = Path(__file__).parent / "images"
CHROMIUM = "/usr/bin/chromium"
TELEPHONE = ViewportSize(width=420, height=900)
SHARPNESS = 1.25
LARGEST = 150_000
"""Bytes of one picture: three of them stand on the first page that a person opens over a mobile network."""

QUESTIONS = {
    "kk": "Сәлеметсіз бе, банктің қауіпсіздік қызметінен хабарласып тұрмын. Шотыңыз бұғатталмас үшін SMS-пен келген кодты "
    "маған айтыңыз, тез болыңыз.",
    "ru": "Вам одобрен бонус 35 000 тенге от Kaspi. Заберите сегодня: kaspi-bonus.top",
}


def main() -> int:
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, _address(Path(folder)) as address, _chromium() as chromium:
        for language, question in QUESTIONS.items():
            with _visit(chromium, address, language) as page:
                page.get_by_role("textbox").fill(question)
                page.locator("button.send").click()
                _take(page, f"chat-{language}.png")
        with _visit(chromium, address, "ru") as page:
            page.locator(f"button[value={EMERGENCY}]").click()
            page.locator("button[value='emergency:told_code']").click()
            page.locator(".turn.bot").nth(1).wait_for()
            _take(page, "emergency.png")
    return 0


@contextmanager
def _address(folder: Path) -> Iterator[str]:
    with running(app.build(settings_in(folder, demo=True)), free_port()) as address:
        yield address


@contextmanager
def _chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"])
        yield chromium
        chromium.close()


@contextmanager
def _visit(chromium: Browser, address: str, language: str) -> Iterator[Page]:
    context = chromium.new_context(
        locale=language, viewport=TELEPHONE, device_scale_factor=SHARPNESS, color_scheme="light", reduced_motion="reduce"
    )
    page = context.new_page()
    page.goto(address)
    yield page
    context.close()


def _take(page: Page, name: str) -> None:
    """What was asked last, and its answer, under the bar."""
    page.locator(".turn.bot").last.wait_for()
    page.locator(".turn.person").last.evaluate("(turn) => turn.scrollIntoView()")
    page.mouse.move(0, 0)
    picture = page.screenshot()
    if len(picture) > LARGEST:
        raise SystemExit(f"{name} has {len(picture)} bytes, more than {LARGEST}")
    (IMAGES / name).write_bytes(picture)


if __name__ == "__main__":
    sys.exit(main())
