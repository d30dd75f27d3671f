"""A browser subscribes itself, changes its mind, stops, and moves; and whatever else the world posts there."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from broadcaster import consent, contacts, database
from broadcaster.channels.push_subscription import Subscription
from broadcaster.contacts import Contact
from broadcaster.database import Connection
from content.language import Language
from tests.broadcaster.channels.browsers import Browser
from tests.broadcaster.conftest import NOW
from tests.broadcaster.web.conftest import WORDS, reached, settings_in
from tests.broadcaster.web.sent import dump

OURS = {"Sec-Fetch-Site": "same-origin"}
SUBSCRIBE, STOP, MOVED = "/subscribe/push", "/subscribe/push/stop", "/subscribe/push/moved"


@pytest.fixture
def aigul() -> dict[str, Any]:
    """What Aigul's browser says of itself."""
    return Browser().subscription("https://push.example/aigul")


def chosen(subscription: object, *topics: str, press: str = "press-001", **more: object) -> dict[str, object]:
    return {"subscription": subscription, "topics": topics or ["romance"], "region": "", "language": "ru", "press": press, **more}


async def tell(world: httpx.AsyncClient, path: str, said: Mapping[str, object]) -> None:
    answer = await world.post(path, json=said, headers=OURS)
    assert (answer.status_code, answer.content) == (204, b"")


def known(register: Connection, subscription: Mapping[str, Any]) -> Contact | None:
    return contacts.find(register, Subscription.model_validate(subscription).address)


def is_silent(register: Connection, subscription: Mapping[str, Any]) -> bool:
    return consent.is_suppressed(register, Subscription.model_validate(subscription).address)


async def test_what_was_chosen_is_kept_and_the_history_of_consent_tells_where(
    world: httpx.AsyncClient, register: Connection, aigul: dict[str, Any]
) -> None:
    await tell(world, SUBSCRIBE, chosen(aigul, "romance", "extortion", region="almaty", language="kk"))
    contact = known(register, aigul)
    assert contact
    assert (contact.topics, contact.region, contact.language) == (frozenset({"romance", "extortion"}), "almaty", Language.KK)
    data = contacts.mydata(register, Subscription.model_validate(aigul).address)
    assert {(said.kind, said.topic, said.door, said.at) for said in data.said} == {
        ("subscribe", "romance", "web-push", NOW),
        ("subscribe", "extortion", "web-push", NOW),
    }
    assert [(agreed.kind, agreed.channel, agreed.origin) for agreed in data.agreed] == [("warn", "push", "web-push")]


async def test_all_topics_are_one_box(world: httpx.AsyncClient, register: Connection, aigul: dict[str, Any]) -> None:
    await tell(world, SUBSCRIBE, chosen(aigul, "all"))
    contact = known(register, aigul)
    assert contact
    assert contact.topics == set(WORDS.schemes)


async def test_a_browser_is_one_contact_however_it_writes_itself_down(
    world: httpx.AsyncClient, register: Connection, aigul: dict[str, Any]
) -> None:
    await tell(world, SUBSCRIBE, chosen(aigul, "romance"))
    other = {"keys": dict(reversed(aigul["keys"].items())), "expirationTime": 1_764_000_000, "endpoint": aigul["endpoint"]}
    await tell(world, SUBSCRIBE, chosen(other, "extortion", "romance", press="press-002"))
    assert register.execute("SELECT count(*) FROM contact").fetchone()[0] == 1


async def test_what_is_no_longer_ticked_is_refused(world: httpx.AsyncClient, register: Connection, aigul: dict[str, Any]) -> None:
    await tell(world, SUBSCRIBE, chosen(aigul, "romance", "extortion", region="almaty"))
    await tell(world, SUBSCRIBE, chosen(aigul, "extortion", press="press-002"))
    contact = known(register, aigul)
    assert contact
    assert (contact.topics, contact.region) == (frozenset({"extortion"}), None)
    assert [row["topic"] for row in register.execute("SELECT topic FROM topic_refusal")] == ["romance"]


async def test_the_same_press_twice_acts_once_whatever_came_between(
    world: httpx.AsyncClient, register: Connection, aigul: dict[str, Any]
) -> None:
    await tell(world, SUBSCRIBE, chosen(aigul, "romance", press="press-001"))
    await tell(world, SUBSCRIBE, chosen(aigul, "extortion", region="almaty", press="press-002"))
    await tell(world, STOP, {"subscription": aigul, "press": "press-003"})
    before = dump(register)
    await tell(world, SUBSCRIBE, chosen(aigul, "romance", press="press-001"))
    await tell(world, STOP, {"subscription": aigul, "press": "press-003"})
    assert dump(register) == before
    assert is_silent(register, aigul)


async def test_stop_here_is_obeyed_and_the_same_browser_may_begin_again(
    world: httpx.AsyncClient, register: Connection, aigul: dict[str, Any]
) -> None:
    await tell(world, SUBSCRIBE, chosen(aigul, press="press-001"))
    await tell(world, STOP, {"subscription": aigul, "press": "press-002"})
    assert is_silent(register, aigul)
    await tell(world, SUBSCRIBE, chosen(aigul, press="press-003"))
    assert not is_silent(register, aigul)


async def test_one_browser_stops_nobody_elses(world: httpx.AsyncClient, register: Connection, aigul: dict[str, Any]) -> None:
    await tell(world, SUBSCRIBE, chosen(aigul))
    stranger = Browser().subscription(aigul["endpoint"])
    await tell(world, STOP, {"subscription": stranger, "press": "press-002"})
    assert not is_silent(register, aigul), "the endpoint alone is no proof"


async def test_a_browser_we_do_not_know_leaves_no_trace(world: httpx.AsyncClient, register: Connection) -> None:
    before = dump(register)
    await tell(world, STOP, {"subscription": Browser().subscription(), "press": "press-001"})
    moved = {"old": Browser().subscription(), "new": Browser().subscription(), "press": "press-002"}
    await tell(world, MOVED, moved)
    assert dump(register) == before


async def test_a_new_address_inherits_and_the_old_one_is_dead(
    world: httpx.AsyncClient, register: Connection, aigul: dict[str, Any]
) -> None:
    new = Browser().subscription("https://push.example/new")
    await tell(world, SUBSCRIBE, chosen(aigul, "romance", region="almaty", language="kk"))
    for press in ("press-002", "press-002", "press-003"):
        await tell(world, MOVED, {"old": aigul, "new": new, "press": press})
    contact = known(register, new)
    assert contact
    assert (contact.topics, contact.region, contact.language) == (frozenset({"romance"}), "almaty", Language.KK)
    dead = register.execute("SELECT dead_at IS NOT NULL AS dead FROM address ORDER BY id").fetchall()
    assert [row["dead"] for row in dead] == [1, 0]


async def test_a_stop_is_not_moved_away_from(world: httpx.AsyncClient, register: Connection, aigul: dict[str, Any]) -> None:
    await tell(world, SUBSCRIBE, chosen(aigul))
    await tell(world, STOP, {"subscription": aigul, "press": "press-002"})
    before = dump(register)
    await tell(world, MOVED, {"old": aigul, "new": Browser().subscription(), "press": "press-003"})
    assert dump(register) == before


@pytest.mark.parametrize(
    ("site", "origin", "status"),
    [
        ("same-origin", None, 204),
        ("cross-site", None, 403),
        ("same-site", "https://saqbol.example", 403),
        (None, "https://saqbol.example", 204),
        (None, "https://evil.example", 403),
        (None, "null", 403),
        (None, "http://[", 403),
    ],
)
@pytest.mark.parametrize("path", [SUBSCRIBE, STOP, MOVED])
async def test_only_our_own_page_may_speak_for_a_browser(
    world: httpx.AsyncClient,
    register: Connection,
    aigul: dict[str, Any],
    path: str,
    site: str | None,
    origin: str | None,
    status: int,
) -> None:
    said = chosen(aigul, old=aigul, new=Browser().subscription())
    headers = {name: value for name, value in {"Sec-Fetch-Site": site, "Origin": origin}.items() if value is not None}
    before = dump(register)
    assert (await world.post(path, json=said, headers=headers)).status_code == status
    assert status == 204 or dump(register) == before


def with_subscription(**changes: object) -> dict[str, object]:
    return chosen({**Browser().subscription(), **changes})


KEYS = Browser().subscription()["keys"]
REFUSED: Mapping[str, dict[str, object]] = {
    "http": with_subscription(endpoint="http://push.example/a"),
    "loopback": with_subscription(endpoint="https://127.0.0.1/a"),
    "a bare name": with_subscription(endpoint="https://localhost/a"),
    "another port": with_subscription(endpoint="https://push.example:6379/a"),
    "somebody's name": with_subscription(endpoint="https://me@push.example/a"),
    "a line break": with_subscription(endpoint="https://push.example/a\r\nHost: x"),
    "a long endpoint": with_subscription(endpoint="https://push.example/" + "a" * 1_900),
    "no keys": with_subscription(keys={}),
    "a short secret": with_subscription(keys={**KEYS, "auth": "AAAA"}),
    "a point off the curve": with_subscription(keys={**KEYS, "p256dh": "B" + "A" * 86}),
    "a number": with_subscription(endpoint=7),
    "no topic": {**with_subscription(), "topics": []},
    "an invented topic": {**with_subscription(), "topics": ["<script>"]},
    "topics as text": {**with_subscription(), "topics": "romance"},
    "an invented region": {**with_subscription(), "region": "mars"},
    "an invented language": {**with_subscription(), "language": "xx"},
    "no press": {**with_subscription(), "press": ""},
    "a strange press": {**with_subscription(), "press": "press'; DROP TABLE"},
    "a lone surrogate": {**with_subscription(), "region": "\ud800"},
    "nothing": {},
}


@pytest.mark.parametrize("said", REFUSED.values(), ids=REFUSED.keys())
async def test_what_no_browser_of_ours_says_is_refused(
    world: httpx.AsyncClient, register: Connection, said: dict[str, object]
) -> None:
    before = dump(register)
    answer = await world.post(SUBSCRIBE, content=json.dumps(said), headers={**OURS, "Content-Type": "application/json"})
    assert answer.status_code == 400
    assert dump(register) == before


JUNK: Mapping[str, tuple[bytes, str, int]] = {
    "empty": (b"", "application/json", 400),
    "not UTF-8": (b'{"press": "\xff\xfe"}', "application/json", 400),
    "deep": (b"[" * 4_000 + b"]" * 4_000, "application/json", 400),
    "deep objects": (b'{"subscription":' * 400 + b"1" + b"}" * 400, "application/json", 400),
    "past all numbers": (b'{"subscription": {"expirationTime": 1e999}, "topics": 1e999}', "application/json", 400),
    "a long number": (b'{"topics": ' + b"9" * 5_000 + b"}", "application/json", 400),
    "not a number": (b'{"topics": NaN}', "application/json", 400),
    "a list": (b"[]", "application/json", 400),
    "nothing at all": (b"null", "application/json", 400),
    "half": (b'{"subscription": {"endpoint": "https://', "application/json", 400),
    "huge": (b'{"a": "' + b"x" * 9_000 + b'"}', "application/json", 413),
    "a form": (b"topics=all", "application/x-www-form-urlencoded", 415),
    "plain": (b"{}", "text/plain", 415),
}


@pytest.mark.parametrize("path", [SUBSCRIBE, STOP, MOVED])
@pytest.mark.parametrize(("body", "kind", "status"), JUNK.values(), ids=JUNK.keys())
async def test_junk_is_answered_and_forgotten(
    world: httpx.AsyncClient, register: Connection, path: str, body: bytes, kind: str, status: int
) -> None:
    before = dump(register)
    answer = await world.post(path, content=body, headers={**OURS, "Content-Type": kind})
    assert answer.status_code == status
    assert dump(register) == before


async def test_looking_at_the_doors_changes_nothing(world: httpx.AsyncClient, register: Connection) -> None:
    before = dump(register)
    for path in (SUBSCRIBE, STOP, MOVED):
        for method in ("GET", "HEAD", "PUT", "DELETE", "OPTIONS"):
            assert (await world.request(method, path, headers=OURS)).status_code == 405
    assert dump(register) == before


async def test_when_the_database_is_held_the_browser_is_told_to_come_back(
    world: httpx.AsyncClient, register: Connection, aigul: dict[str, Any]
) -> None:
    with database.transaction(register):
        answer = await world.post(SUBSCRIBE, json=chosen(aigul), headers=OURS)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "30")
    await tell(world, SUBSCRIBE, chosen(aigul))
    assert known(register, aigul), "the very press that failed works when it is sent again"


async def test_no_address_of_a_browser_stands_in_the_log(
    world: httpx.AsyncClient, aigul: dict[str, Any], caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    await tell(world, SUBSCRIBE, chosen(aigul))
    refused = await world.post(STOP, json={"subscription": {**aigul, "endpoint": "http://push.example/aigul"}}, headers=OURS)
    printed = capsys.readouterr()
    for place in (refused.text, caplog.text, printed.out, printed.err):
        assert "push.example" not in place
        assert aigul["keys"]["auth"] not in place


async def test_of_a_sender_name_that_takes_no_answers_nothing_is_told(register: Connection, tmp_path: Path) -> None:
    open_ways = {"telegram_token": SecretStr("1:a"), "whatsapp_from": "whatsapp:+77000000001", "sms_from": "Saqbol"}
    async with reached(settings_in(tmp_path).model_copy(update=open_ways)) as client:
        page = await client.get("/subscribe?language=ru")
    assert WORDS.phrase("subscribe_page_telegram", Language.RU) in page.text
    assert WORDS.phrase("subscribe_page_whatsapp", Language.RU, number="+77000000001") in page.text
    assert "SMS:" not in page.text


async def test_the_page_tells_of_the_ways_that_are_open_and_asks_for_no_number(world: httpx.AsyncClient) -> None:
    page = await world.get("/subscribe?language=ru")
    assert WORDS.phrase("subscribe_page_other_heading", Language.RU) not in page.text
    assert WORDS.phrase("subscribe_page_no_script", Language.RU) in page.text
    assert 'type="tel"' not in page.text
    assert page.text.count('type="checkbox"') == len(WORDS.schemes) + 1
