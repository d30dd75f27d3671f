"""What a model was trained from: a hash of data, configuration and code, so that `./test` notices a stale archive."""

import hashlib
from pathlib import Path

HERE = Path(__file__).parent
CODE = ("model.py", "normalising.py", "training.py", "rasa_component.py")


def fingerprint() -> str:
    """SHA-256 over the names and bytes of everything that decides the weights."""
    digest = hashlib.sha256()
    files = [*sorted(HERE.glob("data/*/*.yml")), HERE / "config.yml", *(HERE / name for name in CODE)]
    for file in files:
        digest.update(file.relative_to(HERE).as_posix().encode())
        digest.update(file.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()
