import contextlib
import csv
import sqlite3
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broadcaster import addresses, contacts, database, followers, imports, merging
from broadcaster.addresses import Address, Channel
from broadcaster.database import Connection, DatabaseUnavailable
from broadcaster.followers import Loaded
from broadcaster.imports import BadFile
from broadcaster.merging import AmbiguousPerson
from content.language import Language
from tests.broadcaster.conftest import KEY, NOW, url_in

DAY = timedelta(days=1)
HEADER = "telegram,whatsapp,phone,push,relay"


def open_register(folder: Path) -> Connection:
    register = database.open(url_in(folder), KEY)
    database.migrate(register, "broadcaster", database.MIGRATIONS)
    return register


@pytest.fixture
def suspect(register: Connection) -> int:
    return enter_suspect(register)


def enter_suspect(register: Connection) -> int:
    added = register.execute(
        "INSERT INTO suspect (kind, value, scheme, source, organisation, first_seen, added_at) "
        "VALUES ('handle', '@pyramid_kz', 'financial-pyramid', 'staff', 0, '', '')"
    )
    return added.lastrowid or 0


def load(register: Connection, folder: Path, suspect: int, *lines: str, at: datetime = NOW, header: str = HEADER) -> Loaded:
    file = folder / "followers.csv"
    file.write_text("\n".join([header, *lines]), encoding="utf-8")
    return followers.load(register, file, suspect, taken_at=at, who="Daniyar", now=NOW)


def names(register: Connection, contact_ids: tuple[contacts.ContactId, ...]) -> list[str]:
    return [
        row["value"]
        for contact in contact_ids
        for row in register.execute("SELECT value FROM address WHERE contact = ? ORDER BY id", [contact])
    ]


def rows(register: Connection, sql: str) -> list[tuple[object, ...]]:
    return [tuple(row) for row in register.execute(sql)]


def test_followers_are_known_by_any_address_and_have_agreed_to_nothing(
    register: Connection, suspect: int, tmp_path: Path, aigul: Address
) -> None:
    contacts.choose_language(register, aigul, Language.KK, now=NOW)
    loaded = load(
        register,
        tmp_path,
        suspect,
        "1,,,,",
        ",87011234567,,,",
        ",,+77017654321,,",
        ",,,https://p/1,",
        ",,,,Halyk/7f3a91",
        "1,,,,",
    )
    assert loaded == Loaded(read=6, refused=0, followers=5, unfollowed=0, whole=True, errors_file=None)
    assert followers.latest(register, suspect) == NOW
    assert rows(register, "SELECT channel, value FROM address ORDER BY channel, value") == [
        ("phone", "+77017654321"),
        ("push", "https://p/1"),
        ("relay", "halyk/7f3a91"),
        ("telegram", "1"),
        ("whatsapp", "+77011234567"),
    ]
    assert rows(register, "SELECT count(*) FROM contact") == rows(register, "SELECT count(*) FROM edge") == [(5,)]
    assert rows(register, "SELECT * FROM consent") == []


def test_a_later_snapshot_tells_who_unfollowed(register: Connection, suspect: int, tmp_path: Path) -> None:
    load(register, tmp_path, suspect, "1", "2", "3", at=NOW - 2 * DAY, header="telegram")
    assert followers.unfollowed(register, suspect) == ()
    loaded = load(register, tmp_path, suspect, "3", "4", at=NOW - DAY, header="telegram")
    assert (loaded.followers, loaded.unfollowed) == (2, 2)
    assert sorted(names(register, followers.unfollowed(register, suspect))) == ["1", "2"]
    load(register, tmp_path, suspect, "1", "4", at=NOW, header="telegram")
    assert sorted(names(register, followers.unfollowed(register, suspect))) == ["2", "3"]


def test_an_older_snapshot_imported_later_breaks_nothing(register: Connection, suspect: int, tmp_path: Path) -> None:
    load(register, tmp_path, suspect, "1", "2", at=NOW, header="telegram")
    load(register, tmp_path, suspect, "2", "3", at=NOW - DAY, header="telegram")
    assert followers.latest(register, suspect) == NOW
    assert names(register, followers.unfollowed(register, suspect)) == ["3"]
    assert rows(register, "SELECT unfollowed FROM snapshot ORDER BY taken_at") == [(0,), (1,)]
    second = int(NOW.timestamp())
    assert rows(register, "SELECT value, first_seen, last_seen FROM edge JOIN address USING (contact) ORDER BY value") == [
        ("1", second, second),
        ("2", second - 86_400, second),
        ("3", second - 86_400, second - 86_400),
    ]


def test_a_snapshot_that_broke_off_says_nothing_of_anybody(
    register: Connection, suspect: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(register, tmp_path, suspect, *map(str, range(10)), at=NOW - 2 * DAY, header="telegram")
    load(register, tmp_path, suspect, *map(str, range(8)), at=NOW - DAY, header="telegram")
    before = followers.unfollowed(register, suspect)
    monkeypatch.setattr(followers, "AT_ONCE", 2)
    commits = iter(range(99))
    register.set_trace_callback(lambda sql: register.interrupt() if sql == "COMMIT" and next(commits) == 2 else None)
    with pytest.raises(DatabaseUnavailable):
        load(register, tmp_path, suspect, *map(str, range(20, 40)), at=NOW, header="telegram")
    register.set_trace_callback(None)
    assert followers.latest(register, suspect) == NOW - DAY
    assert followers.unfollowed(register, suspect) == before
    assert rows(register, "SELECT count(*) FROM contact")[0] > (10,)


def test_a_snapshot_mostly_refused_or_empty_is_not_whole(register: Connection, suspect: int, tmp_path: Path) -> None:
    load(register, tmp_path, suspect, "1", "2", at=NOW - 2 * DAY, header="telegram")
    wrong = load(register, tmp_path, suspect, "3", "@pyramid", at=NOW - DAY, header="telegram")
    assert (wrong.whole, wrong.refused, wrong.unfollowed) == (False, 1, 0)
    assert not load(register, tmp_path, suspect, at=NOW, header="telegram").whole
    assert followers.latest(register, suspect) == NOW - 2 * DAY
    assert load(register, tmp_path, suspect, "3", at=NOW - DAY, header="telegram").whole, "the file was put right"


def test_bad_rows_are_refused_by_line_and_not_quoted(register: Connection, suspect: int, tmp_path: Path) -> None:
    good = [f",,8701{number:07},," for number in range(200)]
    loaded = load(register, tmp_path, suspect, *good, ",,1414,,", "1,,,", ",,,,халык/1", '"2,,,,', ",,,,halyk")
    assert (loaded.read, loaded.refused, loaded.followers, loaded.whole) == (205, 5, 200, True)
    assert loaded.errors_file is not None
    told = list(csv.reader(loaded.errors_file.read_text("utf-8").splitlines()))
    assert [line for line, _ in told[1:]] == ["202", "203", "204", "205", "206"]
    assert "1414" not in str(told)


def test_tomorrow_has_no_followers_yet(register: Connection, suspect: int, tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="future"):
        load(register, tmp_path, suspect, "1", at=NOW + DAY, header="telegram")
    assert rows(register, "SELECT * FROM snapshot") == []


def test_a_row_of_two_addresses_is_one_person_and_an_ambiguous_one_is_refused(
    register: Connection, suspect: int, tmp_path: Path
) -> None:
    load(register, tmp_path, suspect, "1,,,,", ",,+77010000001,,", at=NOW - DAY)
    lines = ["1,,+77010000001,,", "2,,+77010000001,,", *(f"{number},,,," for number in range(100, 140))]
    loaded = load(register, tmp_path, suspect, *lines, at=NOW)
    assert (loaded.refused, loaded.followers, loaded.unfollowed, loaded.whole) == (1, 41, 0, True)
    assert rows(register, "SELECT count(*) FROM address JOIN edge USING (contact) WHERE value = '1'") == [(1,)]
    assert rows(register, "SELECT count(*) FROM audit WHERE who = 'Daniyar'") == [(1,)]


def test_temporary_tables_and_settings_do_not_stay(register: Connection, suspect: int, tmp_path: Path) -> None:
    before = [register.execute(f"PRAGMA {name}").fetchone()[0] for name in ("cache_size", "temp_store")]
    load(register, tmp_path, suspect, "1,,,,")
    assert [register.execute(f"PRAGMA {name}").fetchone()[0] for name in ("cache_size", "temp_store")] == before
    assert rows(register, "SELECT name FROM sqlite_temp_master") == []


PHONES = ["", "+77010000001", "87010000002", "+77010000003"]
people = st.lists(
    st.tuples(
        st.sampled_from(["", "", "1", "2", "3", "x"]),
        st.sampled_from(PHONES),
        st.sampled_from(PHONES),
        st.just(""),
        st.sampled_from(["", "", "halyk/1", "halyk/2"]),
    ).map(",".join),
    max_size=14,
)


@settings(max_examples=60, deadline=None)
@given(people, people)
def test_the_fast_way_gives_what_one_row_at_a_time_gives(
    tmp_path_factory: pytest.TempPathFactory, known: list[str], lines: list[str]
) -> None:
    def groups(register: Connection) -> list[tuple[object, ...]]:
        return rows(
            register,
            "SELECT (SELECT group_concat(named) FROM (SELECT channel || value AS named FROM address "
            "WHERE address.contact = contact.id ORDER BY 1)), (SELECT count(*) FROM edge WHERE edge.contact = contact.id) "
            "FROM contact ORDER BY 1",
        )

    channels = [Channel(column) for column in HEADER.split(",")]

    def slowly(register: Connection, suspect: int, lines: list[str]) -> None:
        cells = [[(channel, cell) for channel, cell in zip(channels, line.split(","), strict=True) if cell] for line in lines]
        for given in [*(row for row in cells if len(row) > 1), *(row for row in cells if len(row) == 1)]:
            try:
                person = [addresses.normalise(channel, cell) for channel, cell in given]
            except addresses.BadAddress:
                continue
            with database.transaction(register):
                try:
                    contact = merging.unite(register, person, who="Daniyar", now=NOW).contact
                except AmbiguousPerson:
                    met = contacts.find(register, person[0])
                    if len(person) > 1 or met is None:
                        continue
                    contact = met.id
                register.execute("INSERT OR IGNORE INTO edge VALUES (?, ?, 0, 0)", [suspect, contact])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(followers, "AT_ONCE", 3)
        patch.setattr(followers, "_IN_A_STATEMENT", 2)
        fast, slow = (open_register(tmp_path_factory.mktemp("way")) for _ in range(2))
        suspect = enter_suspect(fast)
        enter_suspect(slow)
        for snapshot, given in ((NOW - DAY, known), (NOW, lines)):
            load(fast, tmp_path_factory.getbasetemp(), suspect, *given, at=snapshot)
            slowly(slow, suspect, given)
        assert groups(fast) == groups(slow)
        fast.close()
        slow.close()


@settings(max_examples=40, deadline=None)
@given(people, people, st.integers(1, 300))
def test_an_import_killed_anywhere_and_run_again_gives_the_same_register(
    tmp_path_factory: pytest.TempPathFactory, known: list[str], lines: list[str], steps: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in (("CHUNK", 5), ("AT_ONCE", 2), ("_IN_A_STATEMENT", 2)):
            patch.setattr(followers, name, value)
        patch.setattr(imports, "ROWS_AT_ONCE", 2)
        dumps = []
        for killed in (False, True):
            folder = tmp_path_factory.mktemp("import")
            register = open_register(folder)
            suspect = enter_suspect(register)
            load(register, folder, suspect, *known, at=NOW - DAY)
            if killed:
                left = iter(range(steps))
                register.set_progress_handler(lambda left=left: int(next(left, None) is None), 20)  # type: ignore[misc]
                with contextlib.suppress(DatabaseUnavailable, sqlite3.OperationalError):
                    load(register, folder, suspect, *lines)
                register.close()
                register = database.open(url_in(folder), KEY)
            load(register, folder, suspect, *lines)
            dumps.append([line for line in register.iterdump() if "_sqlite_migrations" not in line])
            register.close()
    assert dumps[0] == dumps[1]
