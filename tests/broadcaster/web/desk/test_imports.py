"""Files that staff upload: what is taken, what is refused, how far an import is, and what becomes of one that is killed."""

import asyncio
import io
import json
import os
import re
import stat
import sys
import time
import zipfile
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from broadcaster import addresses, consent, contacts, database, import_jobs, imports, telemetry
from broadcaster.addresses import Channel
from broadcaster.campaign_states import Role
from broadcaster.consent import Origin
from broadcaster.database import Connection, DatabaseUnavailable
from broadcaster.import_jobs import State
from broadcaster.web import console, uploads
from broadcaster.web.desk.import_queue import ImportQueue
from content.language import Language
from tests.broadcaster.conftest import KEY, NOW, url_in
from tests.broadcaster.town import town
from tests.broadcaster.web.conftest import WORDS, settings_in
from tests.broadcaster.web.desk.conftest import SAID, Desk, Person

CONTACTS = b"phone,language,consent\n87015550101,kk,yes\n87015550102,ru,\n"
CANARY = "5550101"


@pytest.fixture
def daniyar(desk: Desk) -> Person:
    return desk.signed_in("Daniyar", Role.AUTHOR)


async def upload(
    person: Person, content: bytes, *, name: str = "people.csv", path: str = "/people/import", **fields: str
) -> httpx.Response:
    """As the form of the page sends it: the token first."""
    sent = {"csrf": await person.token(), **fields}
    return await person.client.post(path, data=sent, files={"file": (name, content, "text/csv")})


async def ended(person: Person, answer: httpx.Response) -> str:
    """The page of the import, when it has ended."""
    assert answer.status_code == 303, re.findall(r'class="error"[^>]*>([^<]*)', answer.text)
    for _ in range(400):
        page = (await person.get(answer.headers["location"])).text
        if "data-refresh" not in page:
            return page
        await asyncio.sleep(0.02)
    raise AssertionError("it never ends")


def count(page: str, name: str) -> str:
    found = re.search(rf'data-count="{name}">([^<]*)<', page)
    assert found, name
    return found[1]


def folder(desk: Desk) -> Path:
    file = Path(desk.register.execute("PRAGMA database_list").fetchone()["file"])
    return file.with_name(f"{file.name}.uploads")


def people_known(desk: Desk) -> int:
    return int(desk.register.execute("SELECT count(*) FROM contact").fetchone()[0])


async def test_a_list_is_imported_and_its_counts_are_told_and_audited(desk: Desk, daniyar: Person) -> None:
    said = addresses.normalise(Channel.PHONE, "87015550102")
    consent.stop(desk.register, said, Origin(door="sms", message_id="1", at=NOW))
    page = await ended(daniyar, await upload(daniyar, CONTACTS))
    assert "завершена" in page
    told = {name: count(page, name) for name in ("accepted", "refused", "made", "merged", "stopped")}
    assert told == {"accepted": "2", "refused": "0", "made": "2", "merged": "0", "stopped": "1"}
    person = contacts.find(desk.register, addresses.normalise(Channel.PHONE, "87015550101"))
    assert person is not None
    assert person.created_at == NOW
    assert consent.is_suppressed(desk.register, said)
    row = desk.register.execute("SELECT who, action, subject, detail FROM audit ORDER BY id DESC LIMIT 1").fetchone()
    assert (row["who"], row["action"], row["subject"]) == ("Daniyar", "import.contacts", "import 1")
    assert json.loads(row["detail"]) == {"state": "done", "rows": 2, "refused": 0, "made": 2, "merged": 0, "stopped": 1}
    assert list(folder(desk).iterdir()) == [], "the file with the addresses is gone"
    assert stat.S_IMODE(folder(desk).stat().st_mode) == 0o700


async def test_the_same_file_again_doubles_nothing(desk: Desk, daniyar: Person) -> None:
    for made in ("2", "0"):
        assert count(await ended(daniyar, await upload(daniyar, CONTACTS)), "made") == made
    assert people_known(desk) == 2
    assert desk.register.execute("SELECT count(*) FROM consent").fetchone()[0] == 1


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
async def test_refused_rows_are_told_with_line_and_reason_in_the_readers_language(desk: Desk, language: str) -> None:
    person = desk.signed_in("Aliya", Role.ADMIN, language)
    lines = [b"phone;language;region", b"1414;;", b"87015550101;xx;", b"87015550102;;", b"a\0b;;", b"1;2", b'"x;;']
    page = await ended(person, await upload(person, b"\xef\xbb\xbf" + b"\r\n".join(lines)))
    assert (count(page, "accepted"), count(page, "refused")) == ("1", "5")
    found = re.findall(r'<th scope="row" class="n">(\d+)</th><td>([^<]+)</td>', page)
    assert [line for line, _ in found] == ["2", "3", "5", "6", "7"]
    said = [desk_words(key, language) for key in ("row_telephone", "row_nul")]
    assert [found[0][1], found[2][1]] == said
    download = await person.get("/imports/1/errors")
    assert download.headers["content-type"] == "text/csv; charset=utf-8"
    assert "attachment" in download.headers["content-disposition"]
    assert said[0] in download.text
    assert CANARY not in page + download.text


def desk_words(key: str, language: str) -> str:
    return SAID.say(key, Language(language))


async def test_fifty_refused_rows_are_shown_and_all_of_them_can_be_downloaded(desk: Desk, daniyar: Person) -> None:
    page = await ended(daniyar, await upload(daniyar, b"phone\n" + b"x\n" * 300))
    assert count(page, "refused") == "300"
    assert "Показано 50 строк из 300" in page
    assert (await daniyar.get("/imports/1/errors")).text.count("\n") == 301


def zipped() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("bomb.csv", b"0" * 10_000_000)
    return out.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n",
        b"\0" * 70_000,
        zipped(),
        b"<html><script>alert(1)</script>",
        b"phone,telephone\n1,2\n",
        b"phone,phone\n",
        "phone\n".encode("utf-16"),
        b"87015550101;87015550102\n",
        b"x" * 200_000,
        os.urandom(5_000),
        b"=cmd|' /C calc'!A0,phone\n",
    ],
    ids=["empty", "blank", "nul", "zip", "html", "unknown", "twice", "utf16", "no-header", "long", "noise", "formula"],
)
async def test_what_is_no_table_of_ours_is_refused_at_its_field(desk: Desk, daniyar: Person, content: bytes) -> None:
    answer = await upload(daniyar, content)
    assert answer.status_code == 422
    assert 'id="file-error"' in answer.text
    assert CANARY not in answer.text
    assert "calc" not in answer.text
    assert list(folder(desk).iterdir()) == []
    assert import_jobs.latest(desk.register) == []


@pytest.mark.parametrize(
    ("content", "accepted"),
    [
        ("phone;region\n87015550101;almaty\n".encode("utf-8-sig"), "1"),
        ("phone\tregion\r\n87015550101\talmaty\r\n".encode("cp1251"), "1"),
        ("phone,consent\n87015550101,warn@анкета@2025-01-01\n".encode("cp1251"), "1"),
        (b"phone\n\n\n87015550101", "1"),
        (b"phone\n" + b"8" * 70_000 + b"\n87015550101\n", "1"),
        (b"phone\n=1+1\n@SUM(A1)\n87015550101\n", "1"),
    ],
)
async def test_tables_of_many_programs_are_read(desk: Desk, daniyar: Person, content: bytes, accepted: str) -> None:
    assert count(await ended(daniyar, await upload(daniyar, content)), "accepted") == accepted


async def test_two_hundred_hostile_names_are_text_and_lead_nowhere(desk: Desk, daniyar: Person) -> None:
    names = ["../../etc/passwd", "a\0b.csv", "<script>alert(1)</script>.csv", '"><img src=x onerror=alert(1)>', "C:\\evil.csv"]
    names += [
        "=HYPERLINK(1).csv",
        f"+7701{CANARY}.csv",
        "\u202egnp.csv",
        "x" * 3_000,
        "..",
        "/",
        "CON",
        "%2e%2e%2f",
        "';--",
        "{{7*7}}",
    ]
    names += [f"{name}{n}" for n in range(13) for name in names]
    token = await daniyar.token()
    for name in names[:200]:
        body = multipart(("csrf", None, token.encode()), ("file", name, b"phone\n"))
        answer = await daniyar.client.post("/people/import", content=body, headers=MULTIPART)
        assert answer.status_code in (303, 400), name
    await ended(daniyar, await upload(daniyar, b"phone\n"))
    page = (await daniyar.get("/imports")).text
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert CANARY not in page
    assert "\u202e" not in page
    assert list(folder(desk).iterdir()) == []
    assert sorted(each.name for each in folder(desk).parent.iterdir() if each.is_dir()) == [folder(desk).name]


MULTIPART = {"content-type": "multipart/form-data; boundary=cut"}


def multipart(*parts: tuple[str, str | None, bytes]) -> bytes:
    body = b""
    for field, name, value in parts:
        file = f'; filename="{name}"' if name is not None else ""
        body += f'--cut\r\nContent-Disposition: form-data; name="{field}"{file}\r\n\r\n'.encode() + value + b"\r\n"
    return body + b"--cut--\r\n"


async def test_nothing_is_written_for_whoever_sends_no_token_of_ours(desk: Desk, daniyar: Person) -> None:
    file = ("file", "people.csv", CONTACTS)
    for parts in ([file], [("csrf", None, b"0" * 64), file], [file, ("csrf", None, (await daniyar.token()).encode())]):
        answer = await daniyar.client.post("/people/import", content=multipart(*parts), headers=MULTIPART)
        assert answer.status_code == 403
    foreign = {**MULTIPART, "sec-fetch-site": "cross-site"}
    body = multipart(("csrf", None, (await daniyar.token()).encode()), file)
    assert (await daniyar.client.post("/people/import", content=body, headers=foreign)).status_code == 403
    assert (await desk.stranger().client.post("/people/import", content=body, headers=MULTIPART)).status_code == 303
    assert (list(folder(desk).iterdir()), people_known(desk)) == ([], 0)


async def test_what_is_too_long_is_refused_and_not_kept(desk: Desk, daniyar: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "LONGEST_FILE", 10_000)
    token = (await daniyar.token()).encode()
    head = multipart(("csrf", None, token), ("file", "people.csv", b""))[: -len(b"\r\n--cut--\r\n")]
    chunks = 0

    async def slices() -> "object":
        nonlocal chunks
        yield head
        for _ in range(100):
            chunks += 1
            yield b"x" * 1_000
        yield b"\r\n--cut--\r\n"

    answer = await daniyar.client.post("/people/import", content=slices(), headers=MULTIPART)  # type: ignore[arg-type]
    assert answer.status_code == 413
    assert "100 МБ" in answer.text
    assert chunks == 100, "read to the end, or the browser shows its own error"
    assert list(folder(desk).iterdir()) == []


@pytest.mark.parametrize(
    ("case", "status"),
    [
        ("two files", 400),
        ("not ended", 400),
        ("no boundary", 415),
        ("nonsense", 400),
        ("text", 415),
        ("many fields", 400),
        ("long field", 413),
        ("long header", 400),
        ("bad utf-8", 400),
    ],
)
async def test_what_is_no_form_of_ours_gets_a_calm_page(desk: Desk, daniyar: Person, case: str, status: int) -> None:
    token = ("csrf", None, (await daniyar.token()).encode())
    file = ("file", "people.csv", CONTACTS)
    whole = multipart(token, file)
    bodies = {
        "two files": multipart(token, file, file),
        "not ended": whole[:-20],
        "no boundary": whole,
        "nonsense": b"\xff\xfe--cut",
        "text": CONTACTS,
        "many fields": multipart(token, *[("a", None, b"b")] * 300),
        "long field": multipart(token, ("a", None, b"b" * 100_000)),
        "long header": b"--cut\r\nX-A: " + b"a" * 20_000 + b"\r\n\r\n",
        "bad utf-8": multipart(token, ("a", None, b"\xff")),
    }
    kinds = {"no boundary": "multipart/form-data", "text": "text/csv"}
    headers = {"content-type": kinds.get(case, MULTIPART["content-type"])}
    answer = await daniyar.client.post("/people/import", content=bodies[case], headers=headers)
    assert answer.status_code == status
    assert "<h1>" in answer.text
    assert (list(folder(desk).iterdir()), people_known(desk)) == ([], 0)


async def test_a_form_with_a_file_is_read_on_no_other_page(desk: Desk, daniyar: Person) -> None:
    body = multipart(("csrf", None, (await daniyar.token()).encode()), ("language", None, b"en"))
    assert (await daniyar.client.post("/language", content=body, headers=MULTIPART)).status_code == 415


@pytest.mark.parametrize(("role", "status"), [(Role.APPROVER, 403), (Role.VIEWER, 403), (Role.MODERATOR, 403), (Role.ADMIN, 303)])
async def test_who_may_import(desk: Desk, role: Role, status: int) -> None:
    suspect = town(desk.register).suspect("@pyramid_kz")
    person = desk.signed_in("Somebody", role)
    for path in ("/people/import", "/suspects/import", f"/suspects/{suspect}/snapshot"):
        sent = {"csrf": await person.token("/me"), "taken_at": "2025-11-20T10:00"}
        table = b"kind,value,scheme,source\n" if path == "/suspects/import" else b"phone\n"
        answer = await person.client.post(path, data=sent, files={"file": ("a.csv", table)})
        assert answer.status_code == status, path


async def test_who_may_see_imports_and_who_may_have_the_errors(desk: Desk, daniyar: Person) -> None:
    await ended(daniyar, await upload(daniyar, b"phone\nx\n"))
    marat = desk.signed_in("Marat", Role.VIEWER)
    assert [(await marat.get(path)).status_code for path in ("/imports", "/imports/1", "/imports/1/errors")] == [200, 200, 403]
    assert "/imports/1/errors" not in (await marat.get("/imports/1")).text
    assert (await daniyar.get("/imports/99")).status_code == 404


async def test_a_list_of_suspects_is_imported(desk: Desk, daniyar: Person) -> None:
    table = b"kind,value,scheme,source\nhandle,@evil_kz,financial-pyramid,staff\ncard,4111111111111112,phishing-link,staff\n"
    page = await ended(daniyar, await upload(daniyar, table, path="/suspects/import"))
    assert (count(page, "accepted"), count(page, "refused")) == ("1", "1")
    assert "Контрольная цифра карты неверна" in page


async def test_a_second_snapshot_tells_who_unfollowed(desk: Desk, daniyar: Person) -> None:
    suspect = town(desk.register).suspect("@pyramid_kz")
    desk.register.execute("DELETE FROM snapshot")
    path = f"/suspects/{suspect}/snapshot"
    first = await upload(daniyar, b"phone\n87015550101\n87015550102\n", path=path, taken_at="2025-11-01T10:00")
    assert count(await ended(daniyar, first), "followers") == "2"
    second = await upload(daniyar, b"phone\n87015550102\n", path=path, taken_at="2025-11-20T10:00")
    assert count(await ended(daniyar, second), "unfollowed") == "1"
    shown = (await daniyar.get(f"/suspects/{suspect}")).text
    assert "01.11.2025 10:00" in shown
    assert "нет в последнем: 1" in shown


@pytest.mark.parametrize("taken_at", ["", "yesterday", "2025-11-22T10:00", "9999-99-99", "0001-01-01T00:00+23:59"])
async def test_a_snapshot_needs_a_moment_in_the_past(desk: Desk, daniyar: Person, taken_at: str) -> None:
    suspect = town(desk.register).suspect("@pyramid_kz")
    answer = await upload(daniyar, b"phone\n", path=f"/suspects/{suspect}/snapshot", taken_at=taken_at)
    assert answer.status_code == 422
    assert 'id="taken_at-error"' in answer.text


async def test_refused_rows_are_kept_for_a_month_and_no_longer(desk: Desk, daniyar: Person) -> None:
    bad = b"phone\nno-number\n"
    await ended(daniyar, await upload(daniyar, bad))
    (first,) = folder(desk).glob("*.errors.csv")
    month_old = (NOW - timedelta(days=30, seconds=1)).timestamp()
    os.utime(first, (month_old, month_old))
    await ended(daniyar, await upload(daniyar, bad))
    (second,) = folder(desk).glob("*.errors.csv")
    assert second != first


async def test_no_log_holds_an_address_of_the_list(desk: Desk, daniyar: Person) -> None:
    log = io.StringIO()
    telemetry.configure(json=True, stream=log)
    await ended(daniyar, await upload(daniyar, CONTACTS + b"x87015550101,\n", name=f"8701{CANARY}.csv"))
    desk.register.execute("DROP TABLE consent")
    page = await ended(daniyar, await upload(daniyar, CONTACTS))
    assert "не удалась" in page
    assert "import.failed" in log.getvalue()
    assert CANARY not in log.getvalue() + page


KILLED = """
import sys
from broadcaster import database
from broadcaster.addresses import AddressKey
from broadcaster.web.desk.import_queue import ImportQueue
from content import library
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

url, folder, id, file = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4])
now = datetime(2025, 11, 21, 7, 15, tzinfo=UTC)
queue = ImportQueue(lambda: database.open(url, AddressKey(bytes(range(32)))), folder, words=library.load(), clock=lambda: now)
queue._thread.start()
queue.add(id, file)
Event().wait()
"""


def test_a_register_that_cannot_be_opened_for_one_import_does_not_end_the_next(
    desk: Desk, daniyar: Person, tmp_path: Path
) -> None:
    times = iter(range(9))

    def opening() -> Connection:
        if next(times) == 1:
            raise DatabaseUnavailable("another process has been writing for too long")
        return database.open(url_in(tmp_path), KEY)

    queue = ImportQueue(opening, tmp_path / "queue", words=WORDS, clock=desk.clock)
    queue.open()
    jobs = []
    for number in range(2):
        file = tmp_path / "queue" / f"{number}.upload"
        file.write_bytes(b"phone\n87015550101\n")
        about = {"name": "list.csv", "size": 19, "by": daniyar.staff.id, "now": NOW}
        jobs.append(import_jobs.add(desk.register, import_jobs.Kind.CONTACTS, **about))  # type: ignore[arg-type]
        queue.add(jobs[-1], file)
    for _ in range(400):
        if import_jobs.find(desk.register, jobs[1]).state is State.DONE:
            break
        time.sleep(0.02)
    queue.close()
    assert import_jobs.find(desk.register, jobs[1]).state is State.DONE


async def test_an_import_that_was_killed_is_told_and_the_same_file_again_doubles_nothing(
    desk: Desk, daniyar: Person, tmp_path: Path
) -> None:
    table = b"phone,language,consent\n" + b"".join(b"8701%07d,kk,yes\n" % n for n in range(30_000))
    about = {"name": "big.csv", "size": len(table), "by": daniyar.staff.id, "now": NOW}
    job = import_jobs.add(desk.register, import_jobs.Kind.CONTACTS, **about)  # type: ignore[arg-type]
    file = folder(desk) / "killed.upload"
    file.write_bytes(table)
    running = await asyncio.create_subprocess_exec(
        sys.executable, "-c", KILLED, url_in(tmp_path), str(folder(desk)), str(job), str(file)
    )
    try:
        async with asyncio.timeout(60):
            while not (now := import_jobs.find(desk.register, job)).rows:
                assert running.returncode is None
                assert now.state in (State.QUEUED, State.RUNNING), now.reason
                await asyncio.sleep(0.01)
    finally:
        running.kill()
        await running.wait()
    assert import_jobs.find(desk.register, job).state is State.RUNNING
    assert 0 < people_known(desk) < 30_000

    again = Desk(console.build(settings_in(tmp_path), words=WORDS, said=SAID, clock=desk.clock), desk.register)
    async with again.app.router.lifespan_context(again.app):
        daniyar = again.signed_in("Daniyar", Role.AUTHOR)
        page = (await daniyar.get(f"/imports/{job}")).text
        assert "Загрузите тот же файл ещё раз: ничего не удвоится" in page
        assert not (folder(desk) / f"{job}.csv").exists(), "the list of addresses does not stay"
        await ended(daniyar, await upload(daniyar, table))
        await again.close()
    assert people_known(desk) == 30_000
    assert desk.register.execute("SELECT count(*) FROM consent").fetchone()[0] == 30_000
    told = desk.register.execute("SELECT detail FROM audit WHERE action = 'import.contacts' ORDER BY id")
    assert [json.loads(row["detail"])["state"] for row in told] == ["interrupted", "done"]


def test_no_more_than_a_limit_of_refused_rows_is_written_down(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports, "MOST_TOLD", 3)
    file = tmp_path / "a.csv"
    file.write_bytes(b"phone\n" + b"\0\n" * 9)
    with imports.opened(file, ["phone"]) as sheet:
        assert list(sheet.rows()) == []
    assert sheet.refused == 9
    assert sheet.errors_file.read_text().count("\n") == 1 + 3
