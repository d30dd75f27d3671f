"""The pack for whoever blocks: only what stands, nothing of a private person, nothing that computes or can be pressed."""

import csv
import hashlib
import io
import json
import re
from datetime import timedelta
from pathlib import Path

import pytest

from bot import __main__ as command
from bot.masking import mask
from bot.moderation import decisions, handover, handover_files
from bot.moderation.cases import Ruling
from bot.moderation.decisions import REVIEW
from bot.moderation.handing_over import BEGINNING
from bot.moderation.handover import Entry
from bot.moderation.places import Place
from broadcaster import suspects
from broadcaster.suspects import Kind, Source, Status
from content.language import Language
from content.library import Library
from tests.bot.instances import SECRET
from tests.bot.moderation.hall import AIGUL, FINE, SAFE, TIMUR, Hall

SITE = Place(Kind.LINK, "egov-aiyppul.top")
PHONE = Place(Kind.PHONE, "+77015554433")
CALL = "Вам одобрена компенсация, для оформления срочно позвоните на номер +7 701 555 44 33 до вечера, отдел выплат"


def entries(hall: Hall) -> list[Entry]:
    return list(handover.confirmed(hall.register, since=BEGINNING, now=hall.now))


def confirmed(hall: Hall) -> None:
    hall.judged(FINE, Ruling.SCAM, named=[SITE])
    hall.waits(REVIEW)


def test_a_confirmed_link_with_its_evidence(hall: Hall) -> None:
    hall.asks(TIMUR, "🔥 " + FINE)
    confirmed(hall)
    (entry,) = entries(hall)
    assert (entry.kind, entry.name, entry.scheme, entry.sightings) == (Kind.LINK, "egov-aiyppul[.]top", "phishing-link", 2)
    assert entry.evidence == (hashlib.sha256(hall.case_of(FINE).text.encode()).hexdigest(),)
    assert entry.how is decisions.How.QUORUM
    assert entry.decided_at == hall.now - REVIEW


def test_not_before_its_review_is_over(hall: Hall) -> None:
    hall.judged(FINE, Ruling.SCAM, named=[SITE])
    assert entries(hall) == []


def test_a_place_of_two_cases_stands_once(hall: Hall) -> None:
    confirmed(hall)
    other = "Жолақыңызды төлемегенсіз, картаңыз бүгін бұғатталады, толығырақ мына бетте: egov-aiyppul.top/bus"
    hall.waits(timedelta(days=2))
    hall.judged(other, Ruling.SCAM, named=[SITE])
    hall.waits(REVIEW)
    (entry,) = entries(hall)
    assert (len(entry.evidence), entry.sightings) == (2, 2)
    assert entry.first_seen < entry.decided_at - timedelta(days=1)
    since = hall.now - timedelta(days=1)
    assert len(handover.confirmed(hall.register, since=since, now=hall.now)) == 1
    assert handover.confirmed(hall.register, since=hall.now, now=hall.now) == []


def test_what_was_corrected_cleared_or_doubted_again_is_not_handed_over(hall: Hall) -> None:
    confirmed(hall)
    suspects.set_status(hall.register, Kind.LINK, SITE.value, Status.CLEARED, now=hall.now)
    assert entries(hall) == []
    suspects.set_status(hall.register, Kind.LINK, SITE.value, Status.ACTIVE, now=hall.now)
    hall.disagrees(TIMUR, FINE)
    assert entries(hall) == []
    for name in ("Arman", "Bota"):
        hall.votes(name, hall.case_of(FINE).id, named=[SITE])
    hall.waits(REVIEW)
    assert len(entries(hall)) == 1
    decisions.correct(hall.register, hall.case_of(FINE).id, by=hall.people["Gulnar"], ruling=Ruling.GENUINE, now=hall.now)
    hall.waits(REVIEW)
    assert entries(hall) == []


def test_a_private_persons_number_never(hall: Hall) -> None:
    hall.judged(CALL, Ruling.SCAM, named=[PHONE])
    hall.waits(REVIEW)
    assert hall.rows("listed") != []
    assert entries(hall) == []
    suspects.add(
        hall.register,
        Kind.PHONE,
        PHONE.value,
        scheme="loan-fraud",
        source=Source.STAFF,
        first_seen=hall.now,
        now=hall.now,
        organisation=True,
    )
    (entry,) = entries(hall)
    assert entry.name == "+77015554433"


def test_the_table_computes_nothing_and_reads_back(hall: Hall) -> None:
    test_a_private_persons_number_never(hall)
    (row,) = csv.DictReader(io.StringIO(handover_files.as_csv(entries(hall))))
    assert row["name"] == "'+77015554433"
    assert row["how"] == "quorum"
    assert row["decided_at"].endswith("+05:00")
    assert re.fullmatch("[0-9a-f]{64}", row["evidence_sha256"])


def test_json_has_the_same(hall: Hall) -> None:
    confirmed(hall)
    pack = json.loads(handover_files.as_json(entries(hall), now=hall.now))
    (entry,) = pack["entries"]
    assert entry["name"] == "egov-aiyppul[.]top"
    assert entry["evidence_sha256"] == [hashlib.sha256(mask(FINE).text.encode()).hexdigest()]
    assert tuple(entry) == handover_files.COLUMNS


@pytest.mark.parametrize("language", Language)
def test_the_page_has_nothing_to_press_and_escapes_all(hall: Hall, words: Library, language: Language) -> None:
    confirmed(hall)
    hostile = Entry(
        kind=Kind.LINK,
        name="<a href=//x.kz>x</a>",
        scheme="<script>alert(1)</script>",
        first_seen=hall.now,
        sightings=1,
        evidence=("0" * 64,),
        decided_at=hall.now,
        how=decisions.How.SENIOR,
    )
    page = handover_files.as_html([*entries(hall), hostile], language, words, now=hall.now)
    assert f'<html lang="{language}">' in page
    assert "egov-aiyppul[.]top" in page
    assert words.card("phishing-link", language).name in page
    assert "<script" not in page
    assert "<a " not in page
    assert "&lt;a href" in page


def test_the_command_writes_a_file_and_leaves_a_trace(
    hall: Hall, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    hall.asks(AIGUL, SAFE)
    confirmed(hall)
    hall.register.execute("UPDATE decision SET at = '2025-01-01T00:00:00+00:00', tell_at = '2025-01-01T00:00:00+00:00'")
    for name, value in {
        "DATABASE": f"sqlite:///{tmp_path / 'saqbol.db'}",
        "ADDRESS_KEY": (b"k" * 32).hex(),
        "SECRET": SECRET,
    }.items():
        monkeypatch.setenv(f"SAQBOL_{name}", value)
    monkeypatch.chdir(tmp_path)
    assert command.main(["handover", "--csv", "pack.csv"]) == 0
    assert (tmp_path / "pack.csv").read_bytes().startswith("﻿kind,name".encode())
    assert command.main(["handover", "--since", "2025-01-02"]) == 0
    assert capsys.readouterr().out.splitlines() == [",".join(handover_files.COLUMNS)]
    assert command.main(["handover", "--html", "pack.html", "--language", "ru"]) == 0
    assert command.main(["handover", "--json", "nowhere/pack.json"]) == 2
    assert "cannot be written" in capsys.readouterr().err
    assert hall.audited("handover.made") == 4
