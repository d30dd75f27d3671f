"""What was accepted is trained in a copy, and released only when the figures hold; else the project stays as it was."""

import json
import shutil
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
import yaml

from bot.moderation import decisions, learning, releasing, reports, retraining
from bot.moderation.cases import Ruling
from bot.moderation.releasing import End, Outrun
from bot.moderation.retraining import NoWorkshop, TrainingFailed, Workshop
from bot.understanding import ARCHIVE
from nlu.phrases import phrases
from tests.bot.archives import leaning
from tests.bot.moderation.hall import AIGUL, FINE, TIMUR, Hall

RECEIPT = "Kaspi Gold: покупка 4 250 тенге, магазин «Береке», остаток на счёте 18 300 тенге, спасибо за покупку"
APPOINTMENT = "Вы записаны к терапевту на 4 декабря, 9:20, кабинет 214. При себе иметь удостоверение личности"
FRAUD = "Служба безопасности банка: назовите код из СМС, иначе деньги с вашего счёта спишут через минуту"
NO_FALL = {"noise": 0, "least": 0}
LIMITS = {
    "figures": {"held_out.caught": NO_FALL, "canary.spared": NO_FALL},
    "batch": {"sure": 0.7, "most": 0.02, "noise": 1.64},
}


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    """A small project with the committed archive."""
    made = Workshop(tmp_path / "project")
    for file, intent, text in (
        ("ru/phishing-link.yml", "phishing-link", "штраф оплатите по ссылке сейчас"),
        ("ru/genuine_message.yml", "genuine_message", "ваш заказ приедет завтра, курьер позвонит"),
    ):
        (made.data / file).parent.mkdir(parents=True, exist_ok=True)
        (made.data / file).write_text(
            f'version: "3.1"\nnlu:\n- intent: {intent}\n  examples: |\n    - {text}\n', encoding="utf-8"
        )
    for name, label, text in (("held_out", "scam", FRAUD), ("canary", "genuine", "Апа, мен үйдемін, тамақ іштім")):
        (made.evaluation / name).mkdir(parents=True)
        row = {"id": name, "label": label, "text": text}
        (made.evaluation / name / "texts.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    (made.evaluation / "gate.yaml").write_text(yaml.safe_dump(LIMITS), encoding="utf-8")
    made.golden.parent.mkdir()
    made.golden.write_text("old", encoding="utf-8")
    shutil.copyfile(ARCHIVE, made.archive)
    return made


class Trainer:
    """Stands in for Rasa: «trains» an archive that leans to an intent, and remembers what it was given."""

    def __init__(self, intent: str = "romance", by: float = 0.01) -> None:
        self.intent, self.by = intent, by
        self.given: Sequence[tuple[str, str]] = ()

    def __call__(self, copy: Workshop) -> None:
        self.given = [(phrase.intent, phrase.text) for phrase in phrases(copy.data)]
        leaning(copy.archive, self.intent, self.by)
        copy.golden.write_text("new", encoding="utf-8")


def accepted(hall: Hall, workshop: Workshop, text: str = FINE, ruling: Ruling = Ruling.SCAM) -> None:
    hall.judged(text, ruling)
    hall.waits(decisions.REVIEW + timedelta(seconds=1))
    assert releasing.propose(hall.register, workshop, now=hall.now) == 1
    (waiting,) = learning.waiting(hall.register)
    learning.accept(hall.register, waiting.id, by=hall.people["Dias"], now=hall.now)


def state_of(workshop: Workshop) -> dict[str, bytes]:
    return {file.relative_to(workshop.root).as_posix(): file.read_bytes() for file in workshop.nlu.rglob("*") if file.is_file()}


def test_what_passes_is_released_with_its_phrases_under_the_cases_they_come_from(hall: Hall, workshop: Workshop) -> None:
    accepted(hall, workshop)
    trainer = Trainer()
    before = workshop.archive.read_bytes()
    outcome = releasing.learn(hall.register, workshop, train=trainer, now=hall.now)
    assert (outcome.end, outcome.phrases) == (End.RELEASED, 1)
    assert len(trainer.given) == 3
    assert workshop.archive.read_bytes() != before
    assert workshop.golden.read_text(encoding="utf-8") == "new"
    learned = (workshop.data / "ru" / "phishing-link.learned.yml").read_text(encoding="utf-8")
    assert "# phrase 1: case 1, decision 1, accepted 2026-11-21\n- intent: phishing-link" in learned
    assert AIGUL not in learned
    assert "Dias" not in learned
    assert [phrase.intent for phrase in phrases(workshop.data)].count("phishing-link") == 2
    assert hall.audited("model.learn") == 1


@pytest.mark.parametrize(
    ("trainer", "fell"),
    [(Trainer("genuine_message", 8.0), "held_out.caught"), (Trainer("bank-impersonation", 8.0), "canary.spared")],
    ids=["scams are caught no more", "genuine texts are called scams"],
)
def test_what_falls_is_not_released_and_the_project_stays_as_it_was(
    hall: Hall, workshop: Workshop, trainer: Trainer, fell: str
) -> None:
    accepted(hall, workshop)
    before = state_of(workshop)
    outcome = releasing.learn(hall.register, workshop, train=trainer, now=hall.now)
    assert outcome.end is End.STOPPED
    assert [each.figure for each in outcome.compared if not each.passes] == [fell]
    assert state_of(workshop) == before
    lines = list(releasing.told(outcome))
    assert f"{fell}: 1 → 0 of 1  STOPPED HERE: 1 are needed" in lines
    assert not any(FRAUD in line or "Апа" in line for line in lines)
    assert hall.audited("model.learn") == 1


def test_phrases_that_the_old_archive_is_sure_of_the_contrary_of_are_looked_at_again_before_any_training(
    hall: Hall, workshop: Workshop
) -> None:
    accepted(hall, workshop, RECEIPT, Ruling.SCAM)
    accepted(hall, workshop, APPOINTMENT, Ruling.SCAM)
    trainer = Trainer()
    before = state_of(workshop)
    outcome = releasing.learn(hall.register, workshop, train=trainer, now=hall.now)
    assert (outcome.end, outcome.contradicted, trainer.given) == (End.DOUBTED, [1, 2], ())
    assert state_of(workshop) == before
    assert "look at these phrases again, the old model is sure of the contrary: 1, 2" in list(releasing.told(outcome))
    for wrong in outcome.contradicted:
        learning.reject(hall.register, wrong, by=hall.people["Erlan"], now=hall.now)
    assert releasing.learn(hall.register, workshop, train=trainer, now=hall.now).end is End.NOTHING_NEW


def test_a_dry_run_tells_the_figures_and_changes_nothing(hall: Hall, workshop: Workshop) -> None:
    accepted(hall, workshop)
    before = state_of(workshop)
    outcome = releasing.learn(hall.register, workshop, train=Trainer(), dry_run=True, now=hall.now)
    assert outcome.end is End.TRIED
    assert len(outcome.compared) == 2
    assert state_of(workshop) == before
    assert hall.audited("model.learn") == 0


def test_nothing_is_trained_while_nothing_new_was_accepted(hall: Hall, workshop: Workshop) -> None:
    assert releasing.learn(hall.register, workshop, train=Trainer(), now=hall.now).end is End.NOTHING_NEW
    accepted(hall, workshop)
    releasing.learn(hall.register, workshop, train=Trainer(), now=hall.now)
    assert releasing.learn(hall.register, workshop, train=Trainer(), now=hall.now).end is End.NOTHING_NEW


def test_whoever_is_forgotten_is_unlearnt_with_the_next_training(hall: Hall, workshop: Workshop) -> None:
    accepted(hall, workshop)
    releasing.learn(hall.register, workshop, train=Trainer(), now=hall.now)
    reports.forget(hall.register, hall.reporter(AIGUL).asker, now=hall.now)
    trainer = Trainer(by=0.02)
    assert releasing.learn(hall.register, workshop, train=trainer, now=hall.now).end is End.RELEASED
    assert len(trainer.given) == 2
    assert not retraining.learned_files(workshop)


def test_an_archive_released_meanwhile_is_not_overwritten(hall: Hall, workshop: Workshop) -> None:
    accepted(hall, workshop)
    trainer = Trainer()

    def train(copy: Workshop) -> None:
        trainer(copy)
        leaning(workshop.archive, "extortion", 0.01)

    with pytest.raises(Outrun):
        releasing.learn(hall.register, workshop, train=train, now=hall.now)
    assert not retraining.learned_files(workshop)
    assert hall.audited("model.learn") == 0


def test_a_training_that_breaks_off_changes_nothing(hall: Hall, workshop: Workshop) -> None:
    accepted(hall, workshop)
    before = state_of(workshop)
    broken = workshop.root / "environment" / "bin"
    broken.mkdir(parents=True)
    for name in ("rasa", "python"):
        (broken / name).write_text("#!/bin/sh\necho 'out of memory' >&2\nexit 3\n", encoding="utf-8")
        (broken / name).chmod(0o755)
    with pytest.raises(TrainingFailed, match="rasa ended with 3: out of memory"):
        releasing.learn(hall.register, workshop, train=retraining.with_rasa(broken.parent), now=hall.now)
    assert state_of(workshop) == before


def test_where_the_training_environment_is_absent_that_is_said(workshop: Workshop, tmp_path: Path, hall: Hall) -> None:
    with pytest.raises(NoWorkshop, match=r"which \./test nlu makes"):
        retraining.with_rasa(tmp_path / "nothing")
    with pytest.raises(NoWorkshop, match="Absent"):
        releasing.propose(hall.register, Workshop(tmp_path / "nothing"), now=hall.now)


def test_phrases_of_the_shipped_data_are_read_with_the_learnt_ones_beside_them(hall: Hall, workshop: Workshop) -> None:
    accepted(hall, workshop, RECEIPT, Ruling.GENUINE)
    releasing.learn(hall.register, workshop, train=Trainer(), now=hall.now)
    hall.asks(TIMUR, RECEIPT.replace("18 300", "99 300") + " ещё")
    case = hall.case_of(RECEIPT.replace("18 300", "99 300") + " ещё")
    for name in ("Arman", "Bota"):
        hall.votes(name, case.id, Ruling.GENUINE)
    hall.waits(decisions.REVIEW + timedelta(seconds=1))
    assert releasing.propose(hall.register, workshop, now=hall.now) == 0
