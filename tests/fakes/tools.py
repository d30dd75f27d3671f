"""Other people's emulators, from tests/tools: started on a free port of loopback, ended with the test."""

import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.fakes.serving import free_port

MODULES = Path(__file__).parents[1] / "tools" / "node_modules"


def needs(script: str) -> list[pytest.MarkDecorator]:
    """For `pytestmark`: skips where node or the tool is absent."""
    return [
        pytest.mark.skipif(shutil.which("node") is None, reason="node is absent"),
        pytest.mark.skipif(not (MODULES / script).exists(), reason="tests/tools is not installed: npm ci --prefix tests/tools"),
    ]


@contextmanager
def node(script: str, arguments: Sequence[str], *, folder: Path) -> Iterator[str]:
    """The base URL, while it is up. `{port}` in an argument is the port."""
    port = free_port()
    command = ["node", str(MODULES / script), *(argument.format(port=port) for argument in arguments)]
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_for(url, process)
        yield url
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 30
    while True:
        try:
            httpx.get(url)
        except httpx.TransportError:
            if time.monotonic() > until or process.poll() is not None:
                raise
            time.sleep(0.1)
        else:
            return
