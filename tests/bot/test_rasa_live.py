"""Fifty texts through a real Rasa server and through the archive: the same guesses. Wants the training environment.

`./test` runs it in its nlu part, after that environment is made: `pytest -m live_rasa`.
"""

from collections.abc import Iterator
from contextlib import closing

import httpx
import pytest

from benchmarks import rasa_server
from bot.understanding import RasaEar, open_ear
from nlu.phrases import phrases

pytestmark = pytest.mark.live_rasa
TOKEN = "a-token-of-this-test"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    if not rasa_server.RASA.exists():
        pytest.skip("nlu/.venv, the training environment, is absent: ./test nlu makes it")
    with rasa_server.running(token=TOKEN) as url:
        assert url is not None, "rasa run did not answer"
        yield url


def test_fifty_texts_are_heard_alike_by_a_rasa_server_and_by_the_archive(server: str) -> None:
    texts = [phrase.text for phrase in phrases()]
    near = open_ear()
    with closing(RasaEar(server, TOKEN)) as far:
        for text in texts[:: len(texts) // 50][:50]:
            heard = far.hear(text)
            assert dict(heard.intents) == pytest.approx(dict(near.hear(text).intents), abs=1e-9)
            assert heard.intents


def test_without_its_token_the_server_tells_nothing(server: str) -> None:
    assert httpx.post(f"{server}/model/parse", json={"text": "Кто это?"}).status_code == 401
    with closing(RasaEar(server, "another token")) as stranger:
        assert stranger.hear("Кто это?").intents == ()
