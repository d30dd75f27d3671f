"""An archive as Rasa packs it, without Rasa: what the bot reads of one."""

import io
import json
import tarfile
from pathlib import Path

import numpy as np

from nlu.training import fit


def archive(file: Path, pairs, settings) -> Path:
    """Trained with `pairs` of a text and its intent; `settings` of the component, as config.yml has them."""
    texts, labels = zip(*pairs)
    description, arrays = fit(texts, labels, settings)
    weights = io.BytesIO()
    np.savez_compressed(weights, **arrays)
    with tarfile.open(file, "w:gz") as tar:
        for name, content in (("model.json", json.dumps(description).encode()), ("weights.npz", weights.getvalue())):
            info = tarfile.TarInfo(f"components/train_LinearIntentClassifier0/{name}")
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return file
