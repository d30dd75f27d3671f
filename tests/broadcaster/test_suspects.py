from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadcaster import suspects
from broadcaster.database import Connection
from broadcaster.suspects import BadSuspect, Found, Kind, Source, Status, UnknownSuspect, normalise
from tests.broadcaster.conftest import NOW

CARD = "4400 4300 0000 0007"
IBAN = "KZ86 125K ZT50 0410 0100"


def add(
    register: Connection,
    kind: Kind,
    value: str,
    *,
    scheme: str = "bank-impersonation",
    source: Source = Source.STAFF,
    organisation: bool = False,
    first_seen: datetime = NOW,
) -> None:
    suspects.add(register, kind, value, scheme=scheme, source=source, organisation=organisation, first_seen=first_seen, now=NOW)


@pytest.mark.parametrize(
    ("kind", "kept", "asked", "shown"),
    [
        (Kind.HANDLE, "https://t.me/Kaspi_Bonus", "@kaspi_bonus", "@kaspi_bonus"),
        (Kind.HANDLE, "@kaspi.bonus", "instagram.com/kaspi.bonus/?igsh=1", "@kaspi.bonus"),
        (Kind.LINK, "https://pay.kaspi-bonus.top/a?b=1", "kaspi-bonus.top", "kaspi-bonus.top"),
        (Kind.LINK, "kaspi-bonus.top", "http://user@WWW.KASPI-BONUS.TOP:8080/x", "kaspi-bonus.top"),
        (Kind.LINK, "каспи.kz", "xn--80aqevj.kz", "xn--80aqevj.kz"),
        (Kind.LINK, "evil.github.io", "https://evil.github.io/login", "evil.github.io"),
        (Kind.LINK, "45.1.2.3", "http://45.1.2.3/update.apk", "45.1.2.3"),
        (Kind.CARD, CARD, "4400-4300-0000-0007", "…0007"),
        (Kind.IBAN, IBAN, "kz86125kzt5004100100", "…0100"),
        (Kind.ORGANISATION, "ТОО «Золотая  Пирамида»", "тоо золотая пирамида", "тоо золотая пирамида"),
    ],
)
def test_a_suspect_is_found_in_any_spelling(register: Connection, kind: Kind, kept: str, asked: str, shown: str) -> None:
    add(register, kind, kept)
    found = suspects.look_up(register, **{f"{kind}s": [asked, asked]})
    assert found == (Found(kind=kind, scheme="bank-impersonation", name=shown),)


def test_neighbours_of_a_suspect_are_not_suspects(register: Connection) -> None:
    add(register, Kind.LINK, "evil.github.io")
    add(register, Kind.HANDLE, "@kaspi_bonus")
    assert suspects.look_up(register, links=["good.github.io", "github.io", "kaspi.kz"], handles=["@kaspi"]) == ()


def test_a_number_of_one_kind_is_not_found_under_another(register: Connection) -> None:
    add(register, Kind.CARD, CARD)
    assert suspects.look_up(register, phones=[CARD], ibans=[CARD], links=[CARD], handles=[CARD]) == ()


@pytest.mark.parametrize(
    ("source", "organisation", "told"),
    [
        (Source.VOLUNTEERS, False, False),
        (Source.STAFF, False, False),
        (Source.PUBLIC_BODY, False, True),
        (Source.VOLUNTEERS, True, True),
    ],
)
def test_a_private_number_answers_only_from_a_public_body(
    register: Connection, source: Source, organisation: bool, told: bool
) -> None:
    add(register, Kind.PHONE, "87011234567", source=source, organisation=organisation)
    found = suspects.look_up(register, phones=["+7 701 123 45 67"])
    assert [each.name for each in found] == (["+77011234567"] if told else [])


def test_a_public_bodys_word_stands_before_the_volunteers(register: Connection) -> None:
    add(register, Kind.HANDLE, "@profit", scheme="task-job", source=Source.VOLUNTEERS)
    add(register, Kind.HANDLE, "@profit", scheme="financial-pyramid", source=Source.PUBLIC_BODY)
    assert [found.scheme for found in suspects.look_up(register, handles=["@profit"])] == ["financial-pyramid"]


def test_the_same_source_may_correct_itself_and_keeps_the_first_sighting(register: Connection) -> None:
    add(register, Kind.HANDLE, "@profit", scheme="task-job", first_seen=NOW)
    add(register, Kind.HANDLE, "@profit", scheme="romance", first_seen=NOW - timedelta(days=3))
    add(register, Kind.HANDLE, "@profit", scheme="financial-pyramid", first_seen=NOW + timedelta(days=3))
    rows = register.execute("SELECT scheme, first_seen FROM suspect").fetchall()
    assert [tuple(row) for row in rows] == [("financial-pyramid", "2025-11-18T07:15:00.000Z")]


def test_cards_and_accounts_stand_in_no_file(register: Connection, tmp_path: Path) -> None:
    add(register, Kind.CARD, CARD)
    add(register, Kind.IBAN, IBAN)
    for file in tmp_path.iterdir():
        content = file.read_bytes().upper()
        for canary in (CARD.replace(" ", ""), IBAN.replace(" ", ""), CARD, IBAN):
            assert canary.encode() not in content, file.name


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Kind.HANDLE, "@"),
        (Kind.HANDLE, "@не латиница"),
        (Kind.LINK, "localhost"),
        (Kind.LINK, ""),
        (Kind.LINK, "https://t.me/profit"),
        (Kind.LINK, "https://gov.kz"),
        (Kind.PHONE, "1414"),
        (Kind.CARD, "4400 4300 0000 0004"),
        (Kind.CARD, "1234"),
        (Kind.IBAN, "KZ87 125K ZT50 0410 0100"),
        (Kind.IBAN, "125KZT5004100100"),
        (Kind.ORGANISATION, "«»"),
    ],
)
def test_what_is_mistyped_or_shared_by_everybody_is_refused(register: Connection, kind: Kind, value: str) -> None:
    with pytest.raises(BadSuspect):
        add(register, kind, value)
    assert register.execute("SELECT count(*) FROM suspect").fetchone()[0] == 0


@given(st.sampled_from(Kind), st.text(max_size=80))
def test_any_words_are_refused_or_have_one_spelling(kind: Kind, value: str) -> None:
    try:
        spelling = normalise(kind, value)
    except BadSuspect:
        return
    assert normalise(kind, spelling) == spelling


def test_nothing_asked_nothing_found(register: Connection) -> None:
    assert suspects.look_up(register) == ()
    assert suspects.look_up(register, links=["\ud800", "\x00", "." * 5_000], cards=["\x00"], phones=["\ud800"]) == ()


def test_a_suspect_named_by_two_sources_has_one_identity(register: Connection) -> None:
    add(register, Kind.PHONE, "87011234567")
    add(register, Kind.HANDLE, "@pyramid_kz", source=Source.VOLUNTEERS)
    add(register, Kind.HANDLE, "https://t.me/Pyramid_kz", source=Source.PUBLIC_BODY)
    known = register.execute("SELECT id FROM suspect WHERE kind = 'handle' ORDER BY id").fetchall()
    assert len(known) == 2
    assert suspects.identity(register, Kind.HANDLE, "@PYRAMID_KZ") == known[0]["id"]


def test_a_stranger_is_unknown_and_not_quoted(register: Connection) -> None:
    for call in (
        lambda: suspects.identity(register, Kind.PHONE, "87011234567"),
        lambda: suspects.set_status(register, Kind.PHONE, "87011234567", Status.CLEARED, now=NOW),
    ):
        with pytest.raises(UnknownSuspect) as refusal:
            call()
        assert "1234567" not in str(refusal.value)


def test_a_taken_down_account_is_taken_down_whoever_named_it(register: Connection) -> None:
    later = NOW + timedelta(days=1)
    add(register, Kind.HANDLE, "@pyramid_kz")
    suspects.set_status(register, Kind.HANDLE, "@pyramid_kz", Status.TAKEN_DOWN, now=NOW)
    add(register, Kind.HANDLE, "@pyramid_kz", source=Source.PUBLIC_BODY)
    suspects.set_status(register, Kind.HANDLE, "@pyramid_kz", Status.TAKEN_DOWN, now=later)
    add(register, Kind.HANDLE, "@pyramid_kz")
    rows = register.execute("SELECT status, status_at FROM suspect").fetchall()
    assert [tuple(row) for row in rows] == [("taken-down", "2025-11-21T07:15:00.000Z")] * 2


def test_whoever_was_cleared_is_accused_no_more(register: Connection) -> None:
    add(register, Kind.ORGANISATION, "ТОО «Ромашка»")
    suspects.set_status(register, Kind.ORGANISATION, "тоо ромашка", Status.CLEARED, now=NOW)
    assert suspects.look_up(register, organisations=["ТОО Ромашка"]) == ()
    suspects.set_status(register, Kind.ORGANISATION, "тоо ромашка", Status.TAKEN_DOWN, now=NOW)
    assert len(suspects.look_up(register, organisations=["ТОО Ромашка"])) == 1
