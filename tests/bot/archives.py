"""Archives made of the committed one: with another mind, or broken."""

import io
import json
import tarfile
from pathlib import Path

import numpy as np

from bot.understanding import ARCHIVE
from nlu import model


def leaning(target: Path, intent: str, by: float) -> Path:
    """Whole and sound, but it hears this intent sooner (or later, below 0) than the committed archive does."""
    files = _files()
    description = json.loads(files["model.json"])
    with np.load(io.BytesIO(files["weights.npz"])) as stored:
        arrays = {name: stored[name].copy() for name in stored.files}
    kinds = sorted(set(description["groups"]))
    at = description["labels"].index(intent)
    arrays["bias"][at] += by
    arrays["bias"][len(description["labels"]) + kinds.index(description["groups"][at])] += by
    weights = io.BytesIO()
    np.savez_compressed(weights, **arrays)
    description["checksum"] = model.checksum(arrays)
    return archived(target, json.dumps(description).encode(), weights.getvalue())


def archived(target: Path, description: bytes, weights: bytes) -> Path:
    with tarfile.open(target, "w:gz", compresslevel=1) as tar:
        for name, content in (("model.json", description), ("weights.npz", weights)):
            info = tarfile.TarInfo(f"components/train_LinearIntentClassifier0/{name}")
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return target


def _files() -> dict[str, bytes]:
    with tarfile.open(ARCHIVE, "r:gz") as tar:
        members = {Path(name).name: name for name in tar.getnames() if "LinearIntentClassifier" in name}
        streams = {short: tar.extractfile(members[short]) for short in ("model.json", "weights.npz")}
        return {short: stream.read() for short, stream in streams.items() if stream is not None}
