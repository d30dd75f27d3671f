import random
import sqlite3
from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadcaster import audit, database
from broadcaster.audit import BadHead, Head
from broadcaster.database import Connection
from tests.broadcaster.conftest import NOW

ROWS = 20


def write(connection: Connection, count: int = ROWS) -> None:
    for number in range(1, count + 1):
        with database.transaction(connection):
            audit.append(
                connection,
                at=NOW + timedelta(minutes=number),
                who="Сәуле",
                action="campaign.approve",
                subject=f"campaign {number}",
                detail={"hash": f"{number:064x}", "reason": "құжат тексерілді"},
            )


def without_triggers(connection: Connection) -> None:
    """What somebody with the file in their hands would do first."""
    connection.execute("DROP TRIGGER audit_is_append_only")
    connection.execute("DROP TRIGGER audit_stays")


def test_an_untouched_trail_is_whole(register: Connection) -> None:
    assert audit.verify(register) is None
    empty = audit.head(register)
    write(register)
    assert audit.verify(register) is None
    assert audit.verify(register, head=empty) is None
    assert audit.head(register).id == ROWS
    assert audit.verify(register, head=audit.head(register)) is None


def test_a_row_stands_only_in_the_transaction_of_its_change(register: Connection) -> None:
    with pytest.raises(RuntimeError, match="without its change"):
        audit.append(register, at=NOW, who="Сәуле", action="staff.add", subject="staff 1", detail={})


def test_what_is_rolled_back_leaves_no_hole(register: Connection) -> None:
    write(register, 2)
    register.execute("BEGIN IMMEDIATE")
    audit.append(register, at=NOW, who="Сәуле", action="staff.add", subject="staff 1", detail={})
    register.execute("ROLLBACK")
    write(register, 2)
    assert audit.verify(register) is None
    assert audit.head(register).id == 4


@pytest.mark.parametrize(
    "sql", ["UPDATE audit SET who = 'x'", "DELETE FROM audit", "INSERT OR REPLACE INTO audit SELECT * FROM audit"]
)
def test_the_trail_is_append_only(register: Connection, sql: str) -> None:
    write(register, 1)
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        register.execute(sql)


def change_text(dice: random.Random, connection: Connection) -> int:
    id = dice.randint(1, ROWS)
    column = dice.choice(["at", "who", "action", "subject", "detail"])
    text = connection.execute(f"SELECT {column} FROM audit WHERE id = ?", [id]).fetchone()[0]
    cut = dice.randrange(len(text))
    changed = dice.choice([text[:cut], text[:cut] + "ә" + text[cut:], f"{text} ", f"{text}\0", text[:cut] + text[cut + 1 :]])
    connection.execute(f"UPDATE audit SET {column} = ? WHERE id = ?", [changed, id])
    return id


def damage_bytes(dice: random.Random, connection: Connection) -> int:
    id = dice.randint(1, ROWS)
    connection.execute("UPDATE audit SET who = CAST(x'd0ff' AS TEXT) WHERE id = ?", [id])
    return id


def change_hash(dice: random.Random, connection: Connection) -> int:
    id = dice.randint(1, ROWS)
    connection.execute("UPDATE audit SET hash = ? WHERE id = ?", [dice.randbytes(32), id])
    return id


def move_between_columns(dice: random.Random, connection: Connection) -> int:
    id = dice.randint(1, ROWS)
    connection.execute("UPDATE audit SET who = who || action, action = '' WHERE id = ?", [id])
    return id


def drop(dice: random.Random, connection: Connection) -> int:
    id = dice.randint(1, ROWS)
    connection.execute("DELETE FROM audit WHERE id = ?", [id])
    return id


def cut_the_tail(dice: random.Random, connection: Connection) -> int:
    id = dice.randint(1, ROWS)
    connection.execute("DELETE FROM audit WHERE id >= ?", [id])
    return id


def drop_and_renumber(dice: random.Random, connection: Connection) -> int:
    id = dice.randint(1, ROWS)
    connection.execute("DELETE FROM audit WHERE id = ?", [id])
    connection.execute("UPDATE audit SET id = id - 1 WHERE id > ?", [id])
    return id


def swap(dice: random.Random, connection: Connection) -> int:
    first, second = sorted(dice.sample(range(1, ROWS + 1), 2))
    connection.execute("UPDATE audit SET id = -1 WHERE id = ?", [first])
    connection.execute("UPDATE audit SET id = ? WHERE id = ?", [first, second])
    connection.execute("UPDATE audit SET id = ? WHERE id = -1", [second])
    return first


TAMPERINGS: tuple[Callable[[random.Random, Connection], int], ...] = (
    change_text,
    damage_bytes,
    change_hash,
    move_between_columns,
    drop,
    cut_the_tail,
    drop_and_renumber,
    swap,
)


@pytest.mark.parametrize("tamper", TAMPERINGS, ids=lambda tamper: tamper.__name__)
def test_tampering_is_found_at_the_first_row_it_touched(register: Connection, tamper: Callable[..., int]) -> None:
    """S8: with those below, 1,000 ways."""
    write(register)
    head = audit.head(register)
    without_triggers(register)
    dice = random.Random(tamper.__name__)
    for _ in range(125):
        register.execute("BEGIN")
        touched = tamper(dice, register)
        assert audit.verify(register, head=head) == touched
        register.execute("ROLLBACK")
    assert audit.verify(register, head=head) is None


def test_a_tail_written_anew_is_told_by_the_kept_head(register: Connection) -> None:
    write(register)
    head = Head.from_text(str(audit.head(register)))
    without_triggers(register)
    dice = random.Random(1)
    for _ in range(50):
        register.execute("BEGIN")
        id = dice.randint(2, ROWS)
        register.execute("DELETE FROM audit WHERE id >= ?", [id])
        for _ in range(ROWS - id + 1 + dice.randint(0, 3)):
            audit.append(register, at=NOW, who="Ержан", action="campaign.approve", subject="campaign 1", detail={})
        assert audit.verify(register) is None, "the chain itself is whole"
        assert audit.verify(register, head=head) == ROWS
        register.execute("ROLLBACK")


@given(st.text() | st.from_regex(r"[0-9٣]{1,20}:[0-9a-fA-F ]{60,66}"))
def test_a_head_is_read_from_its_own_text_only(text: str) -> None:
    try:
        head = Head.from_text(text)
    except BadHead:
        return
    assert Head.from_text(str(head)) == head
    assert len(head.hash) == 32


def test_a_head_survives_paper(register: Connection) -> None:
    write(register, 3)
    assert Head.from_text(f" {audit.head(register)}\n") == audit.head(register)
