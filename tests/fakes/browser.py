"""Debian's Chromium for every test and picture that looks at a page, and axe beside it. .ci/run provides both."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.fakes.tools import MODULES

CHROMIUM = Path("/usr/bin/chromium")
AXE = MODULES / "axe-core" / "axe.min.js"
SERIOUS = """
async () => {
    const found = await axe.run({ resultTypes: ["violations"] });
    if (!found.passes.length) return ["axe has seen nothing"];
    const bad = found.violations.filter((each) => ["serious", "critical"].includes(each.impact));
    return bad.map((each) => `${each.id}: ${each.nodes[0].html.slice(0, 160)}`);
}
"""
"""What axe finds on a page that has it: a line for each rule that is broken badly."""

FLAGS = [
    *("--no-sandbox", "--disable-dev-shm-usage", "--disable-background-networking", "--disable-component-update"),
    *("--disable-sync", "--no-first-run", "--disable-gpu", "--disable-features=Translate,OptimizationHints"),
]
needs_chromium = pytest.mark.skipif(not CHROMIUM.exists(), reason="chromium is absent: apt-get install chromium")


@contextmanager
def running_chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()
