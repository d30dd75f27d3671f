"""One run of the real worker with its memory watched; for the tests of S10 and the benchmark."""

import json
import subprocess
import sys

from bot.pictures.reading import COMMAND

_WATCH = """
import json, resource, subprocess, sys
run = subprocess.run(json.loads(sys.argv[1]), stdin=sys.stdin.buffer, stdout=sys.stdout.buffer, stderr=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)
"""


def worker_on(data: bytes) -> tuple[bytes, int]:
    """What it said, and the bytes it or its tesseract had at the highest.

    Asked of a small process between: what is forked from a large one counts that one's memory as its own.
    """
    watched = [sys.executable, "-I", "-S", "-c", _WATCH, json.dumps(COMMAND)]
    run = subprocess.run(watched, input=data, capture_output=True, check=True)
    return run.stdout, int(run.stderr) * 1024
