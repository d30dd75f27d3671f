"""The ear: the archive and a Rasa server give the same guesses; whatever fails, a citizen still gets evidence."""

import io
import json
import tarfile
from pathlib import Path

import httpx
import numpy as np
import pytest

from bot.understanding import ARCHIVE, ArchiveEar, NoEar, RasaEar, open_ear
from nlu import model
from nlu.normalising import VERSION, normalise

GOLDEN = json.loads((Path(__file__).parents[2] / "nlu" / "tests" / "golden.json").read_text(encoding="utf-8"))["texts"]


@pytest.fixture(scope="module")
def trained() -> model.Model:
    return model.load(ARCHIVE)


@pytest.mark.parametrize("row", GOLDEN, ids=lambda row: str(row["text"])[:40])
def test_the_bot_reads_the_archive_to_the_numbers_that_rasa_gave(row: dict[str, object], trained: model.Model) -> None:
    ours = dict(trained.rank(str(row["text"])).intents)
    ranking = row["ranking"]
    assert isinstance(ranking, dict)
    for name, chance in ranking.items():
        assert ours[name] == pytest.approx(chance, abs=1e-9)


def _rearchived(tmp_path: Path, description: dict[str, object] | None = None, spoil: bool = False) -> Path:
    with tarfile.open(ARCHIVE, "r:gz") as tar:
        names = {Path(name).name: name for name in tar.getnames() if "LinearIntentClassifier" in name}
        read = {short: tar.extractfile(name) for short, name in names.items() if short in ("model.json", "weights.npz")}
        files = {short: stream.read() for short, stream in read.items() if stream is not None}
    if description is not None:
        files["model.json"] = json.dumps({**json.loads(files["model.json"]), **description}).encode()
    if spoil:
        with np.load(io.BytesIO(files["weights.npz"])) as stored:
            arrays = {name: stored[name].copy() for name in stored.files}
        arrays["bias"][0] += 1
        buffer = io.BytesIO()
        np.savez_compressed(buffer, **arrays)
        files["weights.npz"] = buffer.getvalue()
    target = tmp_path / "model.tar.gz"
    with tarfile.open(target, "w:gz") as tar:
        for short, content in files.items():
            info = tarfile.TarInfo(names[short])
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return target


def test_an_archive_with_changed_weights_is_refused(tmp_path: Path) -> None:
    with pytest.raises(model.ModelRefused, match="checksum"):
        model.load(_rearchived(tmp_path, spoil=True))


def test_an_archive_of_another_normaliser_is_refused_and_both_versions_are_named(tmp_path: Path) -> None:
    with pytest.raises(model.ModelRefused, match=f"normaliser {VERSION + 1}, this code has {VERSION}"):
        model.load(_rearchived(tmp_path, description={"normaliser": VERSION + 1}))


@pytest.mark.parametrize("content", [b"", b"no archive", b"\x1f\x8b\x08\x00 broken"])
def test_a_damaged_archive_is_refused_and_the_bot_goes_on_with_evidence_alone(tmp_path: Path, content: bytes) -> None:
    archive = tmp_path / "model.tar.gz"
    archive.write_bytes(content)
    with pytest.raises(model.ModelRefused):
        model.load(archive)
    assert isinstance(open_ear(archive), NoEar)


def _rasa_of(trained: model.Model) -> httpx.MockTransport:
    def parse(request: httpx.Request) -> httpx.Response:
        assert request.url.path == "/model/parse"
        ranking = trained.rank(json.loads(request.content)["text"]).intents
        return httpx.Response(200, json={"intent_ranking": [{"name": name, "confidence": chance} for name, chance in ranking]})

    return httpx.MockTransport(parse)


def test_the_texts_walk_through_a_rasa_server_to_the_same_guesses(trained: model.Model) -> None:
    near, far = ArchiveEar(trained), RasaEar("http://127.0.0.1:5005", "token", transport=_rasa_of(trained))
    for row in GOLDEN:
        text = str(row["text"])
        assert dict(far.hear(text).intents) == pytest.approx(dict(near.hear(text).intents))


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(500),
        httpx.Response(200, content=b"not json"),
        httpx.Response(200, json={"intent_ranking": [{"name": "x"}]}),
        httpx.Response(200, json={"intent_ranking": 7}),
        httpx.Response(200, json=[]),
    ],
    ids=["500", "no JSON", "no confidence", "a number", "a list"],
)
def test_a_rasa_server_that_answers_nonsense_is_no_guess_and_no_error(answer: httpx.Response) -> None:
    ear = RasaEar("http://127.0.0.1:5005", transport=httpx.MockTransport(lambda request: answer))
    assert ear.hear("Кто это?").intents == ()


def test_what_rasa_itself_did_not_understand_is_no_scheme() -> None:
    heard = [{"name": "nlu_fallback", "confidence": 0.7}, {"name": "romance", "confidence": 0.2}]
    transport = httpx.MockTransport(lambda request: httpx.Response(200, json={"intent_ranking": heard}))
    guess = RasaEar("http://127.0.0.1:5005", transport=transport).hear("Бұл не?")
    assert guess.intents == (("romance", 0.2),)
    assert not guess.understood


def test_a_rasa_server_that_is_too_slow_is_no_guess_and_no_error() -> None:
    def slow(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("too slow", request=request)

    assert RasaEar("http://127.0.0.1:5005", transport=httpx.MockTransport(slow)).hear("Кто это?").intents == ()


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("Банктен код сұрады", "банктен код сурады"),
        ("Б А Н К", "банк"),
        ("бaнк", "банк"),
        ("кo\u200bд", "код"),
        ("ＫＡＳＰＩ", "каспи"),
        ("kerek", "керек"),
        ("Perevod 45 000", "перевод 00 000"),
    ],
)
def test_the_many_ways_of_typing_a_word_become_one(typed: str, plain: str) -> None:
    assert normalise(typed) == plain


@pytest.mark.parametrize("text", ["", "\x00", "\ud800", "🙂" * 500, "к" * 120_000, "\u202eшпион", "漢字"])
def test_no_text_is_too_strange_to_be_ranked(text: str, trained: model.Model) -> None:
    ranking = trained.rank(text)
    assert sum(chance for _, chance in ranking.intents) == pytest.approx(1.0)
