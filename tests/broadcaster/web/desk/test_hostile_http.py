"""What an attacker's tools send to every door of the console: no mistake of ours is to be seen, and nothing changes."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator, Mapping
from urllib.parse import unquote, urlencode

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.types import Message

from broadcaster.campaign_states import Role
from broadcaster.database import Connection
from broadcaster.web import console
from broadcaster.web.desk import premises
from tests.broadcaster.conftest import NOW
from tests.broadcaster.signing import CountingHasher
from tests.broadcaster.town import town
from tests.broadcaster.web.desk.conftest import ADDRESS, Desk
from tests.broadcaster.web.desk.hostile import STATEMENTS, TEMPLATES
from tests.broadcaster.web.desk.hostile_texts import PRINTABLE

FORM = "application/x-www-form-urlencoded"
HEADERS = {
    "content-security-policy": console.CSP,
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
UNGUARDED = ("/healthz", "/readyz", "/metrics")
NUMBERS = ("-1", "0", "00", "+7", "1e9", "0x10", "1_000", " 7 ", "7\n", "9223372036854775807", "9223372036854775808", "9" * 400)
DATES = (
    "0001-01-01",
    "9999-12-31",
    "0001-01-01T00:00",
    "9999-12-31T23:59",
    "2025-11-21T24:00",
    "2025-W47-5",
    "2025-02-30",
    "-1-1-1",
)
ODD = (
    "",
    " ",
    "\0",
    "a\0b",
    "\u202eabc",
    "\ufffe",
    "\U0010ffff",
    "é" * 2_000,
    "../../etc/passwd",
    "%00",
    "%s%n",
    "\r\nSet-Cookie: a=b",
)
VALUES = (*STATEMENTS, *NUMBERS, *DATES, *ODD, *TEMPLATES[:20], *PRINTABLE[::30])
QUERIES = (
    "before",
    "since",
    "after",
    "kind",
    "status",
    "state",
    "who",
    "action",
    "subject",
    "done",
    "saved",
    "first",
    "last",
    "next",
)
TRACE = re.compile(r"Traceback|sqlite3|File \"|\.py\b|line \d+, in ")


@pytest.fixture
def filled(desk: Desk, hasher: CountingHasher) -> Desk:
    """Something of everything has the number 1."""
    people = town(desk.register)
    people.person(telegram="700000001", consent=("warn",), follows=("@pyramid_kz",))
    people.campaign(state="draft")
    people.campaign(state="sending", started_at=NOW)
    return desk


class Attacker:
    """Signed in as an administrator (who is attacked most), and signed in again whenever that ended."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        transport = httpx.ASGITransport(desk.app, raise_app_exceptions=False)
        self.client = httpx.AsyncClient(transport=transport, base_url=ADDRESS, headers={"accept-language": "ru"})
        self.csrf = ""
        self._n = 0

    async def signs_in(self) -> None:
        self._n += 1
        person = self.desk.signed_in(f"Mallory {self._n}", Role.ADMIN)
        self.client.cookies.set("desk", person.client.cookies["desk"])
        self.csrf = await person.token("/me")

    async def posts(self, path: str, fields: Mapping[str, str]) -> httpx.Response:
        body = urlencode({**fields, "csrf": self.csrf}, errors="surrogatepass")
        answer = await self.client.post(path, content=body, headers={"content-type": FORM})
        if answer.status_code == 403 or answer.headers.get("location", "").startswith("/sign-in"):
            await self.signs_in()
        return answer


@pytest.fixture
async def mallory(filled: Desk) -> AsyncIterator[Attacker]:
    attacker = Attacker(filled)
    await attacker.signs_in()
    yield attacker
    await attacker.client.aclose()


def doors(app: Starlette, method: str) -> Iterator[str]:
    for route in app.routes:
        if isinstance(route, Route) and method in (route.methods or set()):
            yield route.path.replace("{id:int}", "1").replace("{name}", "day").replace("{token}", "x" * 43)


def wrong_with(answer: httpx.Response) -> str:
    """Empty: a calm answer with all of its headers."""
    missing = [name for name, value in HEADERS.items() if not answer.headers.get(name, "").startswith(value[:20])]
    if answer.headers.get("content-type", "").startswith("image/svg"):
        missing = [name for name in missing if name != "content-security-policy"]
    said = "" if answer.headers.get("content-type", "").startswith("text/csv") else TRACE.findall(answer.text)
    about = f"{answer.request.method} {answer.request.url} → {answer.status_code}"
    return f"{about} {missing} {said}" if answer.status_code >= 500 or missing or said else ""


def kept(register: Connection) -> list[str]:
    return [line for line in register.iterdump() if '"session"' not in line and '"failed_sign_in"' not in line]


BOUNDARY = "multipart/form-data; boundary=x"
JUNK: Mapping[str, tuple[str, bytes]] = {
    "nothing": (FORM, b""),
    "no UTF-8": (FORM, b"csrf=%(csrf)s&reason=\xff\xfe\xc0\xaf"),
    "no UTF-8, escaped": (FORM, b"csrf=%(csrf)s&reason=%%ff%%fe"),
    "lone surrogates": (FORM, b"csrf=%(csrf)s&reason=%%ed%%a0%%80&name=%%ed%%b0%%80"),
    "no token": (FORM, b"reason=x&name=x"),
    "an empty token": (FORM, b"csrf=&reason=x"),
    "a token that is no text of ours": (FORM, "csrf=Ж&reason=x".encode()),
    "a token with NUL": (FORM, b"csrf=%(csrf)s%%00&reason=x"),
    "10,000 fields": (FORM, b"csrf=%(csrf)s" + b"&a=1" * 10_000),
    "2 MB": (FORM, b"csrf=%(csrf)s&reason=" + b"x" * 2_000_000),
    "semicolons and ampersands": (FORM, b"&&;;=&=&csrf;=;%%"),
    "UTF-16": (FORM, "csrf=x&reason=y".encode("utf-16")),
    "JSON": ("application/json", b'{"csrf": "%(csrf)s", "reason": {"$ne": 1}}'),
    "text": ("text/plain", b"csrf=%(csrf)s&reason=x"),
    "XML": ("application/xml", b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>"),
    "no type": ("", b"csrf=%(csrf)s&reason=x"),
    "a type of 4 kB": ("x" * 4_000, b"csrf=%(csrf)s"),
    "multipart without a boundary": ("multipart/form-data", b"--x\r\n"),
    "multipart that ends in the middle": (BOUNDARY, b'--x\r\nContent-Disposition: form-data; name="csrf"\r\n\r\n%(csrf)s'),
    "multipart with a file before the token": (
        BOUNDARY,
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\ntelegram\n1\n\r\n--x--\r\n',
    ),
    "multipart with 10,000 parts": (
        BOUNDARY,
        b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n' * 10_000 + b"--x--\r\n",
    ),
    "multipart of headers alone": (BOUNDARY, b"--x\r\n" + b"A: b\r\n" * 20_000),
    "multipart with a name of bytes": (BOUNDARY, b'--x\r\nContent-Disposition: form-data; name="\xff\x00"\r\n\r\n1\r\n--x--\r\n'),
}


@pytest.mark.parametrize("kind", JUNK)
async def test_a_body_that_is_none_of_ours_changes_nothing(mallory: Attacker, kind: str) -> None:
    before, wrong = kept(mallory.desk.register), []
    content_type, body = JUNK[kind]
    content = body.replace(b"%(csrf)s", mallory.csrf.encode()).replace(b"%%", b"%")
    for path in doors(mallory.desk.app, "POST"):
        answer = await mallory.client.post(path, content=content, headers={"content-type": content_type})
        wrong.append(wrong_with(answer) or ("" if 400 <= answer.status_code < 500 else f"{path} took it: {answer.status_code}"))
    assert [each for each in wrong if each] == []
    assert kept(mallory.desk.register) == before


async def test_whatever_stands_in_a_field_is_answered_calmly(mallory: Attacker) -> None:
    """Every field of every form, each of the values in each of them; the fields are those of the pages themselves."""
    fields = await _fields(mallory)
    before = mallory.desk.register.execute("SELECT sql FROM sqlite_master ORDER BY name").fetchall()
    wrong = []
    for path in doors(mallory.desk.app, "POST"):
        if path in ("/sign-out", "/me/sign-out"):
            continue  # they have no field
        for turn in range(0, len(VALUES), 2):
            sent = {name: VALUES[(turn + 7 * place) % len(VALUES)] for place, name in enumerate(sorted(fields))}
            wrong.append(wrong_with(await mallory.posts(path, sent)))
    assert [each for each in wrong if each] == []
    assert mallory.desk.register.execute("SELECT sql FROM sqlite_master ORDER BY name").fetchall() == before
    assert mallory.desk.register.execute("SELECT count(*) FROM contact").fetchone()[0] == 1
    assert mallory.desk.register.execute("SELECT count(*) FROM campaign WHERE state IN ('approved', 'done')").fetchone()[0] == 0


async def test_one_field_that_is_wrong_among_good_ones_is_answered_calmly(mallory: Attacker) -> None:
    """A form that is as a browser would send it but for one value."""
    wrong = []
    for path, form in (await _forms(mallory)).items():
        for place, name in enumerate(form):
            for turn in range(0, len(VALUES), 5):
                sent = {**form, name: VALUES[(turn + place) % len(VALUES)]}
                wrong.append(wrong_with(await mallory.posts(path, sent)))
    assert [each for each in wrong if each] == []


async def test_whatever_stands_in_an_address_is_answered_calmly(mallory: Attacker) -> None:
    wrong = []
    for path in doors(mallory.desk.app, "GET"):
        if path in UNGUARDED:
            continue
        for turn in range(0, len(VALUES), 2):
            asked = {name: VALUES[(turn + 5 * place) % len(VALUES)] for place, name in enumerate(QUERIES)}
            query = urlencode({name: value[:300] for name, value in asked.items()}, errors="surrogatepass")
            wrong.append(wrong_with(await mallory.client.get(f"{path}?{query}")))
    assert [each for each in wrong if each] == []


PLACES = (
    "0",
    "-1",
    "1.0",
    "1e3",
    "１",
    "9223372036854775807",
    "9223372036854775808",
    "9" * 300,
    "%00",
    "1%00",
    "1'",
    "1%20OR%201=1",
)
PLACES_ODD = ("..%2f..", "%2e%2e", "%c0%ae", "%ff", "%ed%a0%80", "%0d%0aSet-Cookie:%20a=b", "{id}", "null", "a" * 3_000)


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_an_address_of_nothing_is_not_there(mallory: Attacker, method: str) -> None:
    wrong = []
    for route in mallory.desk.app.routes:
        if isinstance(route, Route) and "{" in route.path and method in (route.methods or set()):
            for place in (*PLACES, *PLACES_ODD):
                path = f"{route.path[: route.path.index('{')]}{place}{route.path[route.path.index('}') + 1 :]}"
                answer = await mallory.client.get(path) if method == "GET" else await mallory.posts(path, {"reason": "x"})
                is_calm = 400 <= answer.status_code < 500 or (answer.status_code == 303 and method == "POST")
                wrong.append(wrong_with(answer) or ("" if is_calm else f"{path} is there: {answer.status_code}"))
    assert [each for each in wrong if each] == []


STATICS = (
    "..",
    "../console.py",
    "..%2fconsole.py",
    "..%2f..%2f..%2f..%2f..%2fetc%2fpasswd",
    "%2e%2e/%2e%2e/guard.py",
    "..%5cguard.py",
    "%00",
    "desk.js%00.css",
)
STATICS_ODD = (
    "/etc/passwd",
    "//etc/passwd",
    "....//....//guard.py",
    "%252e%252e%252fguard.py",
    "desk.css/",
    "desk.css/x",
    "",
    ".",
    "a" * 5_000,
    "%ff%fe",
    "desk.js::$DATA",
    "~root",
    "C:%5cx",
)


@pytest.mark.parametrize("name", [*STATICS, *STATICS_ODD])
async def test_only_our_own_files_are_given_out(mallory: Attacker, name: str) -> None:
    status, headers, body = await exactly(mallory.desk.app, f"/static/{name}")
    assert headers.items() >= HEADERS.items()
    assert status in (404, 405) or body == (premises.STATIC / "desk.css").read_bytes()
    assert not TRACE.findall(body.decode()) or status == 200


async def exactly(app: Starlette, path: str) -> tuple[int, dict[str, str], bytes]:
    """Asked by a path as it stands: clients and proxies tidy dots away first."""
    sent: list[Message] = []

    asked = [{"type": "http.request", "body": b"", "more_body": False}]

    async def receive() -> Message:
        return asked.pop() if asked else await asyncio.Future()

    async def send(message: Message) -> None:
        sent.append(message)

    about = {"type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http"}
    where = {"path": unquote(path), "raw_path": path.encode(), "query_string": b"", "root_path": "", "headers": []}
    await app({**about, **where, "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 8002)}, receive, send)
    body = b"".join(message.get("body", b"") for message in sent[1:])
    return sent[0]["status"], {name.decode(): value.decode() for name, value in sent[0]["headers"]}, body


async def test_a_method_that_is_not_meant_is_refused(mallory: Attacker) -> None:
    before, wrong = kept(mallory.desk.register), []
    for route in mallory.desk.app.routes:
        path = route.path if isinstance(route, Route) else "/static/desk.css"
        path = path.replace("{id:int}", "1").replace("{name}", "day").replace("{token}", "x" * 43)
        for method in ("PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND", "X" * 100):
            answer = await mallory.client.request(method, path)
            wrong.append(wrong_with(answer) or ("" if answer.status_code == 405 else f"{method} {path}: {answer.status_code}"))
    assert [each for each in wrong if each] == []
    assert kept(mallory.desk.register) == before


async def test_a_head_is_what_get_would_be_without_its_body(mallory: Attacker) -> None:
    for path in doors(mallory.desk.app, "GET"):
        head, get = await mallory.client.head(path), await mallory.client.get(path)
        assert (wrong_with(head), head.status_code) == ("", get.status_code), path


HOSTS = (
    "evil.example",
    "evil.example:80",
    "127.0.0.1:8002@evil.example",
    "",
    "a b",
    '"><script>alert(1)</script>',
    "x" * 5_000,
    "[::1",
    "evil.example/..",
)


@pytest.mark.parametrize("host", HOSTS)
async def test_a_host_that_is_not_ours_stands_in_no_answer(mallory: Attacker, host: str) -> None:
    wrong = []
    forwarded = {"x-forwarded-host": "evil.example", "x-forwarded-proto": "https", "forwarded": "host=evil.example"}
    for path in [*doors(mallory.desk.app, "GET"), "/campaigns/", "//evil.example/", "/audit//", "/static"]:
        for is_known in (True, False):
            sent = mallory.client.build_request("GET", f"{ADDRESS}{path}", headers={"host": host, **forwarded})
            if not is_known:
                sent.headers.pop("cookie", None)
            answer = await mallory.client.send(sent)
            told = answer.text + str(answer.headers)
            wrong.append(wrong_with(answer) or (f"{path}: {answer.headers}" if "evil.example" in told.replace(path, "") else ""))
    assert [each for each in wrong if each] == []


async def test_no_door_opens_for_a_forged_session(mallory: Attacker) -> None:
    wrong = []
    for token in ("", "x", "x" * 43, "' OR 1=1--", "%00", "\xff", "a" * 10_000, "null"):
        for path in doors(mallory.desk.app, "GET"):
            if path in (*UNGUARDED, "/sign-in") or path.startswith("/invitation/"):
                continue
            answer = await mallory.client.get(path, headers=[(b"cookie", f"desk={token}".encode("latin-1"))])
            wrong.append(wrong_with(answer) or ("" if answer.status_code == 303 else f"{path} opened for {token[:20]!r}"))
    assert [each for each in wrong if each] == []


@pytest.mark.parametrize("table", ["session", "halt", "campaign"])
async def test_a_register_that_cannot_be_read_is_said_calmly_with_all_headers(mallory: Attacker, table: str) -> None:
    mallory.desk.register.execute(f"ALTER TABLE {table} RENAME TO {table}_away")
    for path in ("/campaigns", "/campaigns/1"):
        answer = await mallory.client.get(path)
        assert wrong_with(answer) == f"GET {ADDRESS}{path} → 503 [] []"
        assert "Повторите через" in answer.text
    for path in ("/readyz", "/metrics"):
        assert wrong_with(await mallory.client.get(path)) in ("", f"GET {ADDRESS}{path} → 503 [] []")


async def test_a_mistake_of_ours_is_said_calmly_with_all_headers(mallory: Attacker) -> None:
    mallory.desk.register.execute("UPDATE campaign SET content = '{}' WHERE id = 1")
    answer = await mallory.client.get("/campaigns/1")
    assert answer.status_code == 500
    assert wrong_with(answer) == f"GET {ADDRESS}/campaigns/1 → 500 [] []"


async def _fields(mallory: Attacker) -> set[str]:
    return {name for form in (await _forms(mallory)).values() for name in form}


async def _forms(mallory: Attacker) -> dict[str, dict[str, str]]:
    """By action, with what stands in them, or something for what is empty."""
    found: dict[str, dict[str, str]] = {}
    for path in doors(mallory.desk.app, "GET"):
        page = (await mallory.client.get(path)).text
        for action, inside in re.findall(r'<form method="post" action="([^"]+)"[^>]*>(.*?)</form>', page, re.DOTALL):
            names = re.findall(r'<(?:input|select|textarea|button)[^>]* name="([^"]+)"', inside)
            values = dict(re.findall(r'<input[^>]* name="([^"]+)" value="([^"]*)"', inside))
            found.setdefault(action, {name: values.get(name) or "x" for name in names if name != "csrf"})
    assert len(found) > 20
    return found
