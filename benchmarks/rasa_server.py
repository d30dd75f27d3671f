"""A real `rasa run --enable-api` with the committed archive on a free loopback port, for comparing and for the live test."""

import os
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

ROOT = Path(__file__).parents[1]
RASA = ROOT / "nlu" / ".venv" / "bin" / "rasa"
PATIENCE = 120
"""Seconds a server may take to load: it imports TensorFlow, whatever the pipeline."""


def as_it_is(command: list[str]) -> list[str]:
    """The command unchanged."""
    return command


@contextmanager
def running(pinned: Callable[[list[str]], list[str]] = as_it_is, token: str = "") -> Iterator[str | None]:
    """The server's address for the time of the block; None where the training environment is absent or nothing answers."""
    if not RASA.exists():
        yield None
        return
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    environment = {**os.environ, "RASA_TELEMETRY_ENABLED": "false", "SQLALCHEMY_SILENCE_UBER_WARNING": "1"}
    command = [str(RASA), "run", "--enable-api", "-i", "127.0.0.1", "-p", str(port), "--model", "nlu/model.tar.gz"]
    command += ["--auth-token", token] if token else []
    url = f"http://127.0.0.1:{port}"
    with subprocess.Popen(
        pinned(command), cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            yield url if _answers(url, token) else None
        finally:
            process.terminate()


def _answers(url: str, token: str) -> bool:
    for _ in range(PATIENCE):
        try:
            if httpx.get(f"{url}/status", params={"token": token}, timeout=2).json().get("model_id"):
                return True
        except (httpx.HTTPError, ValueError):
            pass
        time.sleep(1)
    return False
