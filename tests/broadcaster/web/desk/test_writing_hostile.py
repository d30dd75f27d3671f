"""Whatever staff write is words: no template runs in it, no SQL is made of it."""

from collections.abc import Sequence
from html import escape

import pytest

from broadcaster import campaign_records, wording
from broadcaster.campaign_states import Role
from broadcaster.ledger_codes import SendingChannel
from broadcaster.web.desk import campaign_form
from content.language import Language
from tests.broadcaster.town import town
from tests.broadcaster.web.conftest import WORDS
from tests.broadcaster.web.desk.conftest import Desk, Person
from tests.broadcaster.web.desk.hostile import STATEMENTS, TEMPLATES
from tests.broadcaster.web.desk.test_writing import WRITTEN

FIELDS = (
    *sorted(campaign_form.NAMES),
    *(
        "var-site",
        "var-real-kk",
        "groups-join",
        "group-0-join",
        "group-0-rule",
        "group-0-account",
        "exclude-rule",
        "exclude-account",
    ),
    *("segment-kept", "campaign", "seen"),
)


@pytest.fixture
def daniyar(desk: Desk) -> Person:
    return desk.signed_in("Daniyar", Role.AUTHOR)


def shown(text: str) -> str:
    """As Jinja escapes it."""
    return escape(text, quote=False).replace('"', "&#34;").replace("'", "&#39;")


def test_there_are_enough_of_both() -> None:
    assert len(set(TEMPLATES)) >= 90
    assert len(set(STATEMENTS)) >= 100


async def test_a_template_that_staff_write_comes_out_letter_by_letter(daniyar: Person) -> None:
    token = await daniyar.token()
    for payload in TEMPLATES:
        text = f"Абай {payload} болыңыз"
        fields = {**WRITTEN, "csrf": token, "name": f"n {payload}", "text-kk": text, "text-ru": f"Осторожно {payload}"}
        answer = await daniyar.client.post("/campaigns/live", data=fields)
        assert answer.status_code == 200
        assert f'<p class="phone" lang="kk">{shown(text)}\n' in answer.text, payload


async def test_a_word_for_a_ready_text_is_not_run_either(desk: Desk, daniyar: Person) -> None:
    token = await daniyar.token()
    for payload in (each for each in TEMPLATES if len(each) <= 80):
        fields = {**WRITTEN, "csrf": token, "warning": "phishing-link", "var-site": payload, "var-real": "Kaspi"}
        answer = await daniyar.client.post("/campaigns/live", data=fields)
        assert shown(payload.strip()) in answer.text, payload


async def test_what_leaves_is_what_was_written(desk: Desk, daniyar: Person) -> None:
    text = " ".join(TEMPLATES)[:3_900]
    await daniyar.post("/campaigns/new", {**WRITTEN, "text-ru": text})
    (campaign,) = campaign_records.every(desk.register)
    said = wording.compose(campaign.content, SendingChannel.TELEGRAM, Language.RU, code=campaign.code, stop_link="", words=WORDS)
    assert said.startswith(text.strip())
    edited = await daniyar.get(f"/campaigns/{campaign.id}/edit")
    assert shown(text) in edited.text


async def test_sql_in_every_field_changes_nothing_and_breaks_nothing(desk: Desk, daniyar: Person) -> None:
    people = town(desk.register)
    people.people(3)
    people.suspect("@pyramid_kz")
    before = everything(desk)
    token = await daniyar.token()
    for payload in STATEMENTS:
        fields: dict[str, str | Sequence[str]] = {**dict.fromkeys(FIELDS, payload), "campaign": "", "csrf": token}
        for path in ("/campaigns/live", "/campaigns/new"):
            answer = await daniyar.client.post(path, data=fields)
            assert answer.status_code in (200, 422), (path, payload)
    for place, name in enumerate(FIELDS):
        for payload in STATEMENTS[place % 5 :: 5]:
            answer = await daniyar.client.post("/campaigns/live", data={**WRITTEN, "csrf": token, name: payload})
            assert answer.status_code in (200, 404), (name, payload)
            if 'data-count="known"' in answer.text:
                assert 'data-count="known">3<' in answer.text, (name, payload)
    assert everything(desk) == before


def everything(desk: Desk) -> dict[str, list[tuple[object, ...]]]:
    tables = [
        row["name"] for row in desk.register.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'session'")
    ]
    return {table: [tuple(row) for row in desk.register.execute(f'SELECT * FROM "{table}"')] for table in tables}
