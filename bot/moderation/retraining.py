"""Trains with the accepted phrases in a copy of nlu/: the project itself changes only by what passed. Called by releasing.

Rasa stays in its own environment, nlu/.venv, and gets none of our settings.
"""

import os
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.moderation.learning import Proposal
from nlu import model

LEARNED = ".learned.yml"
_NOT_COPIED = shutil.ignore_patterns(".venv", ".rasa", "__pycache__", "evaluation")
_HEAD = '# Made by `python -m bot learn` from judged cases and made anew each time: change nothing here.\nversion: "3.1"\nnlu:\n'


class NoWorkshop(Exception):
    """Training wants a checkout of the project with its training environment nlu/.venv, which ./test nlu makes."""


class TrainingFailed(Exception):
    """Rasa did not finish the training."""


@dataclass(frozen=True, slots=True)
class Workshop:
    """The project's folder; `nlu` is where data, archive and examination lie."""

    root: Path = Path(model.__file__).parents[1]

    @property
    def nlu(self) -> Path:
        return self.root / "nlu"

    @property
    def data(self) -> Path:
        return self.nlu / "data"

    @property
    def archive(self) -> Path:
        return self.nlu / "model.tar.gz"

    @property
    def golden(self) -> Path:
        return self.nlu / "tests" / "golden.json"

    @property
    def evaluation(self) -> Path:
        return self.nlu / "evaluation"

    def check_texts(self) -> None:
        """Raises NoWorkshop where the phrases or the examined texts are absent, as in an installed package."""
        for folder in (self.data, self.evaluation):
            if not folder.is_dir():
                raise NoWorkshop(f"{NoWorkshop.__doc__} Absent: {folder}")


Train = Callable[[Workshop], None]
"""Makes `archive` and `golden` anew from the data of this workshop."""


def with_rasa(environment: Path) -> Train:
    """As ./train does. Raises NoWorkshop where the environment is absent."""
    rasa, python = environment / "bin" / "rasa", environment / "bin" / "python"
    if not rasa.exists():
        raise NoWorkshop(f"{NoWorkshop.__doc__} Absent: {rasa}")

    def train(copy: Workshop) -> None:
        made = copy.nlu / ".rasa"
        files = ("--config", "nlu/config.yml", "--nlu", "nlu/data", "--domain", "nlu/domain.yml")
        _run(copy, [str(rasa), "train", "nlu", *files, "--out", str(made), "--fixed-model-name", "model"])
        (made / "model.tar.gz").replace(copy.archive)
        _run(copy, [str(python), "-m", "nlu.tests.golden"])

    return train


def copied(workshop: Workshop, folder: Path, phrases: Sequence[Proposal]) -> Workshop:
    """A copy to train in, with these phrases as all that was learnt."""
    copy = Workshop(folder)
    shutil.copytree(workshop.nlu, copy.nlu, ignore=_NOT_COPIED)
    put_learned(copy, files_of(phrases))
    return copy


def learned_files(workshop: Workshop) -> Mapping[str, str]:
    """What lies there now: «ru/romance.learned.yml» → its text."""
    found = sorted(workshop.data.glob(f"*/*{LEARNED}"))
    return {file.relative_to(workshop.data).as_posix(): file.read_text(encoding="utf-8") for file in found}


def files_of(phrases: Sequence[Proposal]) -> Mapping[str, str]:
    """One for each language and intent; each phrase under the case and decision it comes from."""
    files: dict[str, str] = {}
    for each in phrases:
        name = f"{each.language}/{each.intent}{LEARNED}"
        files[name] = files.get(name, _HEAD) + _block(each)
    return files


def new_among(phrases: Sequence[Proposal], workshop: Workshop) -> Sequence[Proposal]:
    """Those that no archive has learnt yet."""
    texts = learned_files(workshop).values()
    learnt = {f"# phrase {block}".strip() for text in texts for block in text.split("\n# phrase ")[1:]}
    return [each for each in phrases if _block(each).strip() not in learnt]


def put_learned(workshop: Workshop, files: Mapping[str, str]) -> None:
    """These and no others."""
    for name in learned_files(workshop).keys() - files.keys():
        (workshop.data / name).unlink()
    for name, text in files.items():
        file = workshop.data / name
        file.parent.mkdir(exist_ok=True)
        new = file.with_suffix(".new")
        new.write_text(text, encoding="utf-8")
        new.replace(file)


def _block(phrase: Proposal) -> str:
    return (
        f"# phrase {phrase.id}: case {phrase.case}, decision {phrase.version}, accepted {phrase.reviewed_on}\n"
        f"- intent: {phrase.intent}\n  examples: |\n    - {phrase.text.lstrip('-–—•* ')}\n"
    )


def _run(copy: Workshop, command: Sequence[str]) -> None:
    own = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR")}
    quiet = {"RASA_TELEMETRY_ENABLED": "false", "SQLALCHEMY_SILENCE_UBER_WARNING": "1", "PYTHONWARNINGS": "ignore"}
    uncached = {"RASA_MAX_CACHE_SIZE": "0", "RASA_CACHE_DIRECTORY": str(copy.root / "cache")}
    done = subprocess.run(command, cwd=copy.root, env=own | quiet | uncached, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise TrainingFailed(f"{Path(command[0]).name} ended with {done.returncode}: {done.stderr.strip()[-300:]}")
