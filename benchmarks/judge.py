"""`python -m bot judge` against `rasa run` with the same archive, in one run: texts a second, memory, time to the first verdict.

    .venv/bin/python -m benchmarks.judge [--rounds 5]

The file is 5,000 lines of training phrases in all languages with every tenth a long one. Rasa's server wants nlu/.venv (./test
makes it); without it the ratio is left out. Everything on one core (taskset) where the system has it.
"""

import argparse
import json
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx

from benchmarks import rasa_server
from nlu.phrases import phrases

ROOT = Path(__file__).parents[1]
LINES = 5_000
ASKED_OF_RASA = 300


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--rounds", type=int, default=5, help="interleaved rounds (default 5)")
    rounds = arguments.parse_args().rounds
    texts = _mixed_file()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "texts.jsonl"
        file.write_text("".join(json.dumps({"text": text}, ensure_ascii=False) + "\n" for text in texts), encoding="utf-8")
        first = statistics.median(_first_verdict(texts[0]) for _ in range(rounds))
        _judged(file)
        memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
        with rasa_server.running(_on_one_core) as url:
            ours, theirs = [], []
            for _ in range(rounds):
                ours.append(_judged(file))
                if url:
                    theirs.append(_parsed(texts[:ASKED_OF_RASA], url))
    print(f"judge: {statistics.median(ours):.0f} texts/s (median of {rounds}), first verdict after {first:.2f} s")
    print(f"judge: {memory} MB at the most")
    if theirs:
        ratios = [a / b for a, b in zip(ours, theirs, strict=True)]
        print(f"rasa run, same archive: {statistics.median(theirs):.0f} texts/s; ratio {statistics.median(ratios):.0f}×")
    return 0


def _mixed_file() -> list[str]:
    short = [phrase.text for phrase in phrases()]
    texts = [short[(i * 7919) % len(short)] for i in range(LINES)]
    for i in range(0, LINES, 10):
        texts[i] = "\n".join(short[(i * 31 + j * 97) % len(short)] for j in range(6))[:1_500]
    return texts


def _on_one_core(command: list[str]) -> list[str]:
    return ["taskset", "-c", "0", *command] if shutil.which("taskset") else command


def _judged(file: Path) -> float:
    command = _on_one_core([sys.executable, "-m", "bot", "judge"])
    with file.open("rb") as lines:
        started = time.perf_counter()
        subprocess.run(command, stdin=lines, stdout=subprocess.DEVNULL, check=True, cwd=ROOT)
        return LINES / (time.perf_counter() - started)


def _first_verdict(text: str) -> float:
    started = time.perf_counter()
    with subprocess.Popen(
        _on_one_core([sys.executable, "-m", "bot", "judge"]), stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps({"text": text}) + "\n")
        process.stdin.flush()
        process.stdout.readline()
        took = time.perf_counter() - started
        process.stdin.close()
    return took


def _parsed(texts: list[str], url: str) -> float:
    with httpx.Client(base_url=url) as client:
        started = time.perf_counter()
        for text in texts:
            client.post("/model/parse", json={"text": text}).raise_for_status()
        return len(texts) / (time.perf_counter() - started)


if __name__ == "__main__":
    sys.exit(main())
