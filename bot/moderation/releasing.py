"""Learns what was accepted: trains, examines the old and the new archive, releases the new one only if the gate lets it pass.

Called by `python -m bot learn`. Nothing in the project changes before that; figures are told, never texts.
"""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from bot.moderation import examining, gate, learning, retraining
from bot.moderation.gate import Compared
from bot.moderation.learning import PhraseId, Proposal
from bot.moderation.retraining import Train, Workshop
from bot.understanding import ArchiveEar
from broadcaster import audit, database
from broadcaster.database import Connection
from nlu import model
from nlu.phrases import phrases


class End(StrEnum):
    RELEASED = "released"
    STOPPED = "stopped"
    DOUBTED = "doubted"
    TRIED = "tried"
    NOTHING_NEW = "nothing_new"


class Outrun(Exception):
    """Another archive was released while this one was trained: learn again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """`phrases`: all that was accepted; `contradicted`: new ones of which the old archive is sure of the contrary."""

    end: End
    phrases: int
    compared: Sequence[Compared] = ()
    contradicted: Sequence[PhraseId] = ()


def propose(connection: Connection, workshop: Workshop, *, now: datetime) -> int:
    """New judgements become proposals; how many. Raises NoWorkshop."""
    workshop.check_texts()
    known, examined = list(phrases(workshop.data)), examining.texts(workshop.evaluation)
    return learning.propose(connection, known=known, examined=examined, now=now)


def learn(connection: Connection, workshop: Workshop, *, train: Train, dry_run: bool = False, now: datetime) -> Outcome:
    """`dry_run`: trains and examines, and changes nothing. Raises NoWorkshop, TrainingFailed, ModelRefused, Outrun."""
    workshop.check_texts()
    accepted = learning.accepted(connection)
    if retraining.files_of(accepted) == retraining.learned_files(workshop):
        return Outcome(end=End.NOTHING_NEW, phrases=len(accepted))
    before = _digest(workshop.archive)
    contradicted, doubted = _contradicted(workshop, retraining.new_among(accepted, workshop))
    if doubted:
        return Outcome(end=End.DOUBTED, phrases=len(accepted), contradicted=contradicted)
    with tempfile.TemporaryDirectory() as folder:
        copy = retraining.copied(workshop, Path(folder), accepted)
        train(copy)
        compared = _examined(workshop, copy)
        end = End.TRIED if dry_run else End.RELEASED
        end = end if all(each.passes for each in compared) else End.STOPPED
        if not dry_run:
            with database.transaction(connection):
                if _digest(workshop.archive) != before:
                    raise Outrun
                _write_down(connection, end, copy, len(accepted), compared, now)
                if end is End.RELEASED:
                    _put_in_place(workshop, copy, accepted)
    return Outcome(end=end, phrases=len(accepted), compared=compared, contradicted=contradicted)


def told(outcome: Outcome) -> Iterator[str]:
    """The outcome in lines for a person."""
    if outcome.contradicted:
        listed = ", ".join(map(str, outcome.contradicted))
        yield f"look at these phrases again, the old model is sure of the contrary: {listed}"
    for each in outcome.compared:
        fell = "" if each.passes else f"  STOPPED HERE: {each.needed} are needed"
        yield f"{each.figure}: {each.old} → {each.new} of {each.count}{fell}"
    yield {
        End.RELEASED: "released: nlu/model.tar.gz, nlu/data, nlu/tests/golden.json; a running bot takes it over within a minute",
        End.STOPPED: "not released, nothing was changed: look through the accepted phrases for wrong labels",
        End.DOUBTED: "not trained, nothing was changed: too many phrases contradict the old model; reject wrong labels",
        End.TRIED: "it would be released; nothing was changed",
        End.NOTHING_NEW: "nothing new to learn",
    }[outcome.end] + f" ({outcome.phrases} phrases of judged cases)"


def _contradicted(workshop: Workshop, new: Sequence[Proposal]) -> tuple[Sequence[PhraseId], bool]:
    """Which they are, and whether they are too many."""
    rule, ear = gate.batch_in(_limits(workshop)), ArchiveEar(model.load(workshop.archive))
    found = [each.id for each in new if examining.contradicts(ear, each.text, each.intent, sure=rule.sure)]
    return found, rule.stops(len(found), len(new))


def _limits(workshop: Workshop) -> Path:
    return workshop.evaluation / "gate.yaml"


def _examined(workshop: Workshop, copy: Workshop) -> Sequence[Compared]:
    old, new = (examining.outcomes(ArchiveEar(model.load(each.archive)), workshop.evaluation) for each in (workshop, copy))
    return gate.compare(old, new, gate.limits_in(_limits(workshop)))


def _write_down(
    connection: Connection, end: End, copy: Workshop, count: int, compared: Sequence[Compared], now: datetime
) -> None:
    figures = {each.figure: [each.old, each.new, each.count] for each in compared}
    detail = {"end": end, "sha256": _digest(copy.archive), "phrases": count, "figures": figures}
    audit.append(connection, at=now, who="learn", action="model.learn", subject="model", detail=detail)


def _put_in_place(workshop: Workshop, copy: Workshop, accepted: Sequence[Proposal]) -> None:
    """What may not fit on the disk first. The archive at once: whoever reads it finds the old one or the new one, whole. The
    phrases last: where this breaks off before, they are not learnt, and the next `learn` begins anew."""
    archive, golden = _beside(workshop, copy.archive), _beside(workshop, copy.golden)
    archive.replace(workshop.archive)
    golden.replace(workshop.golden)
    retraining.put_learned(workshop, retraining.files_of(accepted))


def _beside(workshop: Workshop, made: Path) -> Path:
    """On the disk of the project, to its last byte."""
    beside = workshop.nlu / ".rasa" / made.name
    beside.parent.mkdir(exist_ok=True)
    shutil.copyfile(made, beside)
    with beside.open("rb+") as written:
        os.fsync(written.fileno())
    return beside


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest() if file.exists() else ""
