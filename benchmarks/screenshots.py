"""What is misread in screenshots, how long a picture takes, and how much memory the worker takes at its highest.

    .venv/bin/python -m benchmarks.screenshots [--texts 20]

Messages of the drill and the tutorial, and what the schemes' cards let fraudsters say, are drawn as screenshots (light, dark,
small letters), photographed from another screen, and photographed badly; then read by the real worker. A page of which less
than half was read counts as lost.
"""

import argparse
import json
import statistics
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

from PIL import Image

from bot.pictures import reading
from bot.pictures.words import text_of
from content import library
from content.language import Language
from tests.bot.pictures.screenshots import FONT, encoded, photographed, screenshot, share_of_errors
from tests.bot.pictures.watched import worker_on

LOOKS = ("light", "dark", "small letters", "photographed", "photographed badly")
LOST = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    errors: float
    seconds: float
    memory: int


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--texts", type=int, default=20, help="of each language (default 20)")
    asked = parser.parse_args()
    if not reading.is_possible() or FONT is None:
        print("tesseract or a font with Kazakh letters is absent", file=sys.stderr)
        return 2
    print("| language | picture | letters misread, mean | median | lost | seconds, median | most | memory, most |")
    print("|---|---|---|---|---|---|---|---|")
    for language in (Language.KK, Language.RU):
        said = list(_texts(language))[: asked.texts]
        for look in LOOKS:
            print(_row(language, look, [_measured(text, look, seed) for seed, text in enumerate(said)]), flush=True)
    return 0


def _texts(language: Language) -> Iterator[str]:
    words = library.load()
    for sample in (*words.drill, *words.tutorial):
        yield " ".join(sample.telling(language).text.split())
    for scheme in words.schemes.values():
        yield " ".join(" ".join(scheme.card(language).they_say).split())


def _measured(text: str, look: str, seed: int) -> Figure:
    picture = _drawn(text, look, seed)
    started = time.perf_counter()
    said, memory = worker_on(encoded(picture, "JPEG", quality=75))
    seconds = time.perf_counter() - started
    answer = json.loads(said)
    read = text_of(answer["table"], answer["codes"])
    return Figure(errors=share_of_errors(read, text), seconds=seconds, memory=memory)


def _drawn(text: str, look: str, seed: int) -> Image.Image:
    if look.startswith("photographed"):
        return photographed(screenshot(text, dark=seed % 3 == 2), seed=seed, badly=look.endswith("badly"))
    return screenshot(text, dark=look == "dark", size=22 if look == "small letters" else 40)


def _row(language: Language, look: str, figures: list[Figure]) -> str:
    errors = [figure.errors for figure in figures]
    seconds = [figure.seconds for figure in figures]
    lost = sum(share > LOST for share in errors)
    memory = max(figure.memory for figure in figures) / 1024**2
    return (
        f"| {language} | {look} | {statistics.mean(errors):.2%} | {statistics.median(errors):.2%} | {lost} of {len(errors)} "
        f"| {statistics.median(seconds):.2f} | {max(seconds):.2f} | {memory:.0f} MiB |"
    )


if __name__ == "__main__":
    sys.exit(main())
