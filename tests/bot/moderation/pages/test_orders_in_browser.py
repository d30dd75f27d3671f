"""Orders in every wrapping, on every page of /moderation that shows a citizen's text, with the policy and without: text alone."""

import pytest
from playwright.sync_api import Browser, Page

from bot.masking import mask
from broadcaster import database
from tests.bot.moderation.hall import Hall
from tests.bot.moderation.hostile_texts import CARRIERS, Hostile, corpus
from tests.bot.moderation.pages import test_in_browser
from tests.bot.moderation.pages.test_in_browser import CASE, LINKED, House, browser, house, looked_at, watched  # noqa: F401
from tests.bot.moderation.test_hostile_texts import unseen
from tests.bot.people import NOON
from tests.broadcaster.web.desk.in_browser import RAN, Watched

pytestmark = test_in_browser.pytestmark

MARK = "қарлығаш"
"""Begins each of them: by it the page proves that it shows them, and the search finds them."""

REPORT = (
    "INSERT INTO report (known_case, asker, door, language, kind, verbatim, wants_answer, at) "
    "VALUES (?, ?, 'web', 'ru', 'ask', 1, 1, ?)"
)
PHRASE = (
    "INSERT INTO phrase (known_case, version, state, intent, language, text, proposed_at) "
    "VALUES (?, 1, 'proposed', 'phishing-link', 'ru', ?, ?)"
)
WORST = "<img src=x onerror=alert(1)><a href=https://evil.example>Genuine</a>"


def one_of_each_carrier() -> list[Hostile]:
    """With another order and another fraud in each."""
    told = list(corpus())
    each = len(told) // len(CARRIERS)
    return [told[at * each + at % each] for at in range(len(CARRIERS))]


def bring(hall: Hall) -> list[int]:
    """Each of them waits, waits for a senior, is judged and proposed as a phrase. The numbers of the last two cases of each."""
    at, ids = database.instant(NOON), list[int]()
    with database.transaction(hall.register):
        for number, each in enumerate(one_of_each_carrier()):
            text = mask(f"{MARK} {each.text}").text
            hall.register.execute(CASE, [text, "open", None, None, 0, at])
            senior = hall.register.execute(CASE, [text, "senior", "asked", None, 0, at]).lastrowid or 0
            judged = hall.register.execute(CASE, [text, "judged", None, "scam", 1, at]).lastrowid or 0
            hall.register.execute(REPORT, [judged, number.to_bytes(32), at])
            hall.register.execute(PHRASE, [judged, text, at])
            ids += [senior, judged]
    return ids


def met(person: Watched, page: Page) -> int:
    """How many of them stand on the page; what of their letters nobody sees is a finding."""
    shown = page.locator(".quoted").all_inner_texts()
    person.found += [f"{person.at}: unseen: {letters!a}" for each in shown if (letters := unseen(each))]
    return sum(each.startswith(MARK) for each in shown)


@pytest.mark.parametrize("policy", [True, False], ids=["with the policy", "without the policy"])
def test_no_order_is_more_than_text_on_any_page(house: House, browser: Browser, policy: bool) -> None:  # noqa: F811
    ids, count = bring(house.hall), len(CARRIERS)
    gulnar = watched(house, browser, "Gulnar", policy=policy)
    for path in ("seniors", "judged", "phrases"):
        assert met(gulnar, looked_at(gulnar, f"/moderation/{path}")) == count, path
    for id in ids:
        assert met(gulnar, looked_at(gulnar, f"/moderation/cases/{id}")) == 1
    gulnar.page.goto("/moderation/judged")
    gulnar.page.locator("#words").fill(MARK)
    with gulnar.page.expect_navigation():
        gulnar.page.locator("main form button").first.click()
    assert met(gulnar, gulnar.page) == count, "found by the search"
    gulnar.found += gulnar.page.evaluate(LINKED)
    arman = watched(house, browser, "Arman", policy=policy)
    for _ in range(count):
        assert met(arman, looked_at(arman, "/moderation")) == 1
        with arman.page.expect_navigation():
            arman.page.locator('form[action$="/pass"] button').click()
    arman.page.wait_for_timeout(300)
    assert (gulnar.found, arman.found) == ([], [])
    gulnar.context.close()
    arman.context.close()


@pytest.mark.parametrize(("policy", "heard"), [(True, "Content Security Policy"), (False, RAN)])
@pytest.mark.parametrize("path", ["", "/seniors", "/judged", "/phrases", "/cases/2", "/cases/3"])
def test_a_page_that_did_not_escape_would_be_found_out(
    house: House,  # noqa: F811
    browser: Browser,  # noqa: F811
    path: str,
    policy: bool,
    heard: str,
) -> None:
    """The same walk with one text as markup: or the test above would prove nothing."""
    bring(house.hall)
    gulnar = watched(house, browser, "Gulnar", policy=policy)
    page = gulnar.opens(f"/moderation{path}")
    assert met(gulnar, page) >= 1
    page.locator(".quoted").first.evaluate("(at, worst) => { at.innerHTML = worst }", WORST)
    page.wait_for_timeout(200)
    assert len(page.evaluate(LINKED)) >= 2
    assert any(heard in each for each in gulnar.found), gulnar.found
    page.locator(".quoted").first.evaluate("(at, mark) => { at.textContent = mark + '\\u200b' }", MARK)
    met(gulnar, page)
    assert any("unseen" in each for each in gulnar.found)
    gulnar.context.close()
