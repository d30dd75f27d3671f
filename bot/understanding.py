"""What the trained model says of a text. Called by bot.judging; the archive is read here and nowhere else.

No model, a refused one, a Rasa server that is slow or silent: an empty Guess and evidence alone, never an error for a citizen.
"""

from pathlib import Path
from typing import Protocol

import httpx
import structlog

from bot.verdict.evidence import Guess
from bot.verdict.unseen import seen
from nlu import model

log = structlog.get_logger()

ARCHIVE = Path(model.__file__).parent / "model.tar.gz"
PATIENCE = 2.0
"""Seconds we wait for a Rasa server; a citizen waits no longer for a guess that evidence can do without."""

UNDERSTOOD = 0.3
"""A foreign Rasa pipeline brings no threshold of its own; below this top confidence its guess counts as not understood."""


_NOTHING_HEARD = "nlu_fallback"
"""What Rasa's FallbackClassifier puts first; taken for a scheme, it would make a scam of whatever nobody understood."""


class Ear(Protocol):
    """Whoever can guess what a text is about. Never raises."""

    def hear(self, text: str) -> Guess: ...


class NoEar:
    """Stands in where there is no model: evidence alone decides."""

    def hear(self, text: str) -> Guess:
        return Guess()


class ArchiveEar:
    """The committed archive, run in this process by numpy."""

    def __init__(self, trained: model.Model) -> None:
        self._model = trained

    def hear(self, text: str) -> Guess:
        ranking = self._model.rank(seen(text))
        return Guess(intents=ranking.intents, understood=ranking.understood)


class RasaEar:
    """A running `rasa run --enable-api`, with any pipeline (SAQBOL_NLU_URL)."""

    def __init__(self, url: str, token: str = "", transport: httpx.BaseTransport | None = None) -> None:
        parameters = {"token": token} if token else {}
        self._client = httpx.Client(base_url=url, params=parameters, timeout=PATIENCE, transport=transport)

    def close(self) -> None:
        """Hangs up; whoever asks only for a while calls it."""
        self._client.close()

    def hear(self, text: str) -> Guess:
        try:
            answer = self._client.post("/model/parse", json={"text": seen(text).encode("utf-8", "replace").decode()})
            answer.raise_for_status()
            heard = tuple((str(row["name"]), float(row["confidence"])) for row in answer.json()["intent_ranking"])
        except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
            log.warning("rasa.not_answered", reason=type(error).__name__)
            return Guess()
        heard = tuple(sorted(heard, key=lambda named: -named[1]))
        ranking = tuple(named for named in heard if named[0] != _NOTHING_HEARD)
        understood = bool(heard) and heard[0][0] not in ("out_of_scope", _NOTHING_HEARD) and heard[0][1] >= UNDERSTOOD
        return Guess(intents=ranking, understood=understood)


def open_ear(archive: Path = ARCHIVE) -> Ear:
    """The ear of a command that soon ends: the archive, or none (said once, in the log)."""
    try:
        return ArchiveEar(model.load(archive))
    except model.ModelRefused as error:
        log.error("model.refused", reason=str(error), effect="evidence alone decides; retrain with ./train")
        return NoEar()
