import contextlib
import csv
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broadcaster import addresses, consent, contact_imports, contacts, database, imports
from broadcaster.addresses import Address, Channel
from broadcaster.consent import Origin
from broadcaster.contact_imports import Loaded
from broadcaster.database import Connection
from content.language import Language
from tests.broadcaster.conftest import KEY, NOW, url_in

SCHEMES = ("romance", "task-job")
REGIONS = ("almaty", "astana")
HEADER = "telegram,whatsapp,phone,push,language,region,topics,consent"


def load(register: Connection, folder: Path, *lines: str, header: str = HEADER) -> Loaded:
    file = folder / "contacts.csv"
    file.write_text("\n".join([header, *lines]), encoding="utf-8")
    return contact_imports.load(register, file, schemes=SCHEMES, regions=REGIONS, who="Daniyar", now=NOW)


def rows(register: Connection, sql: str) -> list[tuple[object, ...]]:
    return [tuple(row) for row in register.execute(sql)]


def reasons(loaded: Loaded) -> dict[int, str]:
    if loaded.errors_file is None:
        return {}
    with loaded.errors_file.open(encoding="utf-8", newline="") as lines:
        return {int(row["line"]): row["reason"] for row in csv.DictReader(lines)}


def test_a_row_is_a_person_with_all_that_stands_in_it(register: Connection, tmp_path: Path, aigul: Address) -> None:
    loaded = load(register, tmp_path, "700000001,87011234567,8 701 123 45 67,https://p/1,KK,almaty,romance|task-job,yes")
    assert loaded == Loaded(read=1, refused=0, made=1, merged=0, stopped=0, errors_file=None)
    person = contacts.find(register, aigul)
    assert person is not None
    assert (person.language, person.language_chosen, person.region) == (Language.KK, False, "almaty")
    assert person.topics == {"romance", "task-job"}
    assert rows(register, "SELECT channel, value FROM address ORDER BY channel") == [
        ("phone", "+77011234567"),
        ("push", "https://p/1"),
        ("telegram", "700000001"),
        ("whatsapp", "+77011234567"),
    ]
    assert rows(register, "SELECT DISTINCT kind, origin, since FROM consent") == [("warn", "import", database.instant(NOW))]
    assert rows(register, "SELECT channel FROM consent ORDER BY 1") == [("phone",), ("push",), ("telegram",), ("whatsapp",)]


def test_consent_says_where_it_comes_from_and_holds_on_the_channels_of_its_row(register: Connection, tmp_path: Path) -> None:
    header = "telegram;phone;consent"
    load(register, tmp_path, "1;;educate@bank form@2025-11-01", "1;87011234567;", "2;;", header=header)
    assert rows(register, "SELECT kind, channel, origin, since FROM consent") == [
        ("educate", "telegram", "bank form", "2025-10-31T19:00:00.000Z")
    ]


def test_bad_rows_are_refused_with_their_reason_and_never_quoted(register: Connection, tmp_path: Path) -> None:
    loaded = load(
        register,
        tmp_path,
        "1,,,,,,,",
        "87011234567x,,,,,,,",
        ",,1414,,,,,",
        ",,,,kk,,,",
        "2,,,,de,,,",
        "3,,,,,Moscow,,",
        "4,,,,,,romance|87017654321,",
        "5,,,,,,,no",
        "6,,,,,,,warn@form@2025-02-30",
        "7,,,,,,,warn@form@2025-11-22",
        "8,,,,,,,recall@form@2025-11-20",
        "9,,,,,,,warn@@2025-11-20",
        "10",
        "11,,,,ru,,,",
        "12,,,,,,,warn@staff:Saule@2025-11-20",
    )
    assert (loaded.read, loaded.refused, loaded.made) == (15, 13, 2)
    told = reasons(loaded)
    assert sorted(told) == [*range(3, 15), 16]
    assert told[3] == "a Telegram chat is a whole number"
    assert told[5] == "has no address"
    assert told[6] == "language is not one of: en, kk, ru"
    assert told[7] == "region is not one of: almaty, astana"
    assert told[8] == "topic is not one of: romance, task-job"
    assert told[11] == "consent has a date in the future"
    assert "7011" not in str(told)
    assert "7017" not in str(told)


def test_a_row_that_joins_two_contacts_merges_them_and_an_ambiguous_one_is_refused(register: Connection, tmp_path: Path) -> None:
    loaded = load(
        register,
        tmp_path,
        "1,,,,,,,yes",
        ",,+77010000001,,,,,",
        "1,,+77010000001,,,,,",
        "2,,+77010000001,,,,,yes",
        "3,,,,,,,",
    )
    assert (loaded.made, loaded.merged, loaded.refused) == (3, 1, 1)
    assert list(reasons(loaded)) == [5]
    assert "two different telegram addresses" in reasons(loaded)[5]
    assert rows(register, "SELECT channel FROM consent") == [("telegram",)]
    assert rows(register, "SELECT value FROM address ORDER BY value") == [("+77010000001",), ("1",), ("3",)]


def test_what_people_said_themselves_outweighs_the_file(register: Connection, tmp_path: Path, aigul: Address) -> None:
    def said(number: int) -> Origin:
        return Origin(door="whatsapp", message_id=str(number), at=NOW)

    consent.subscribe(register, aigul, said(1), topics=["romance"], language=Language.KK)
    consent.unsubscribe(register, aigul, said(2), topic="romance")
    consent.stop(register, aigul, said(3))
    stranger = addresses.normalise(Channel.TELEGRAM, "700000001")
    consent.stop(register, stranger, said(4))
    loaded = load(register, tmp_path, ",87011234567,,,ru,astana,romance,yes", "700000001,,,,,,,yes")
    assert (loaded.refused, loaded.stopped) == (0, 2)
    assert consent.is_suppressed(register, aigul)
    assert consent.is_suppressed(register, stranger)
    person = contacts.find(register, aigul)
    assert person is not None
    assert (person.language, person.region, person.topics) == (Language.KK, "astana", frozenset())
    assert rows(register, "SELECT origin FROM consent WHERE channel = 'whatsapp'") == [("whatsapp",)]


@pytest.mark.parametrize(("first", "second"), [("kk,almaty", "ru,astana"), ("ru,", "kk,almaty"), (",astana", "ru,")])
def test_of_two_contacts_that_become_one_the_later_line_holds_also_when_the_file_is_read_again(
    register: Connection, tmp_path: Path, first: str, second: str
) -> None:
    header = "telegram,phone,language,region"
    lines = [
        "1,,kk,astana",
        ",+77010000001,ru,almaty",
        f"1,,{first}",
        f",+77010000001,{second}",
        f"1,,{first}",
        "1,+77010000001,,",
    ]
    described = "SELECT language, region FROM contact"
    loaded = load(register, tmp_path, *lines, header=header)
    once = rows(register, described)
    load(register, tmp_path, *lines, header=header)
    assert (loaded.made, loaded.merged, rows(register, described)) == (2, 1, once)
    told = [line.split(",")[2:] for line in lines]
    assert once == [tuple([said for said in column if said][-1] for column in zip(*told, strict=True))]


def test_what_a_person_chose_outweighs_the_later_line_of_the_contact_they_become(
    register: Connection, tmp_path: Path, aigul: Address
) -> None:
    contacts.choose_language(register, aigul, Language.KK, now=NOW)
    load(register, tmp_path, "1,,ru", ",87011234567,en", "1,87011234567,", header="telegram,whatsapp,language")
    assert rows(register, "SELECT language, language_chosen FROM contact") == [("kk", 1)]


values = st.tuples(
    st.sampled_from(["", "1", "2", "3", "x"]),
    st.sampled_from(["", "+77010000001", "+77010000002", "+77010000003"]),
    st.sampled_from(["", "kk", "ru", "xx"]),
    st.sampled_from(["", "almaty", "astana"]),
    st.sampled_from(["", "romance", "romance|task-job"]),
    st.sampled_from(["", "yes", "educate@form@2025-01-01"]),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(values, min_size=1, max_size=12), st.integers(1, 400), st.integers(1, 4))
def test_an_import_killed_anywhere_and_run_again_gives_the_same_register(
    tmp_path_factory: pytest.TempPathFactory, people: list[tuple[str, ...]], steps: int, batch: int
) -> None:
    header = "telegram,phone,language,region,topics,consent"
    lines = [",".join(person) for person in people]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(imports, "ROWS_AT_ONCE", batch)
        dumps = []
        for killed in (False, True):
            folder = tmp_path_factory.mktemp("import")
            register = database.open(url_in(folder), KEY)
            database.migrate(register, "broadcaster", database.MIGRATIONS)
            if killed:
                left = iter(range(steps))
                register.set_progress_handler(lambda left=left: int(next(left, None) is None), 20)  # type: ignore[misc]
                with contextlib.suppress(database.DatabaseUnavailable, sqlite3.OperationalError):
                    load(register, folder, *lines, header=header)
                register.close()
                register = database.open(url_in(folder), KEY)
            load(register, folder, *lines, header=header)
            dumps.append([line for line in register.iterdump() if "_sqlite_migrations" not in line])
            register.close()
    assert dumps[0] == dumps[1]


def test_the_bot_gets_in_between_the_batches(register: Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody says STOP while a list of theirs is being loaded."""
    monkeypatch.setattr(imports, "ROWS_AT_ONCE", 2)
    bot = database.open(url_in(tmp_path), KEY)
    stopped = addresses.normalise(Channel.TELEGRAM, "1")
    commits = iter(range(9))

    def watch(sql: str) -> None:
        if sql == "BEGIN IMMEDIATE" and next(commits) == 1:
            consent.stop(bot, stopped, Origin(door="telegram", message_id="1", at=NOW + timedelta(seconds=1)))

    register.set_trace_callback(watch)
    load(register, tmp_path, *(f"{number},,,,,,,yes" for number in range(1, 7)))
    register.set_trace_callback(None)
    bot.close()
    assert consent.is_suppressed(register, stopped)
    assert rows(register, "SELECT count(*) FROM contact") == [(6,)]
