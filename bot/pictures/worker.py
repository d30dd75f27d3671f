"""Reads one picture and goes: `python -m bot.pictures.worker`, picture on stdin, JSON on stdout. Started by bot.pictures.reading.

The only place where pixels are decoded. It takes its limits before it reads the first byte, has no secret in its environment,
writes no file and asks no address (where the kernel allows it, it has no network); whatever a picture does to it, nobody else
notices.
"""

import ctypes
import io
import json
import math
import os
import resource
import subprocess
import sys
import warnings
from contextlib import suppress
from typing import TYPE_CHECKING

from bot.pictures.limits import LONGEST_SIDE, MOST_POINTS

if TYPE_CHECKING:
    from PIL.Image import Image

MEMORY = 512 * 1024 * 1024
"""Bytes of address space for us, and as many for tesseract."""

PROCESSOR = 15
"""Seconds for each of the two."""

LANGUAGES = "kaz+rus+eng"
"""With `rus` alone a sixth of all Kazakh letters is wrong."""

NARROWEST, WIDEST = 700, 1_800
"""Points of the shorter side between which letters have the size that is read best and soonest."""

MOST_READ = 8_000_000
"""Points given to tesseract; a long chat in one picture is made smaller."""

GRAIN, LIGHT = 1.5, 60
"""Points: noise finer than the first is smoothed away, light and shadow wider than the second are evened out. With Sauvola's
threshold they brought back all of ten badly photographed screens, six of which were lost or half lost without."""

SMALLEST = 10
"""Points of the shorter side; tesseract refuses a strip in which no letter has room."""

DARK = 110
"""Mean brightness below which light letters stand on a dark page."""

MOST_CODES = 5
LONGEST_CODE = 2_000


NEW_USER, NEW_NETWORK = 0x10000000, 0x40000000
CAPABILITIES_3 = 0x20080522
"""Linux's names for these: CLONE_NEWUSER, CLONE_NEWNET, _LINUX_CAPABILITY_VERSION_3."""


def main() -> int:
    _cut_off()
    _limit()
    grey = _grey(sys.stdin.buffer.read())
    json.dump({"codes": _codes(grey), "table": _table(_evened(_sized(grey)))}, sys.stdout)
    return 0


def _cut_off() -> None:
    """Into a network of its own with nobody in it, tesseract as well; then without any capability, which that would have given.

    Whoever is not root needs a user namespace for it. Where that is forbidden, as in many containers, we read all the same.
    """
    with suppress(OSError, AttributeError):  # another system than Linux
        libc = ctypes.CDLL(None)
        for namespaces in (NEW_USER | NEW_NETWORK, NEW_NETWORK):
            if libc.unshare(namespaces) == 0:
                break
        libc.capset((ctypes.c_uint32 * 2)(CAPABILITIES_3, 0), (ctypes.c_uint32 * 6)())


def _limit() -> None:
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, PROCESSOR),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))
    os.nice(10)  # answers to texts come first


def _grey(data: bytes) -> "Image":
    """Upright, opaque, dark letters on a light page."""
    from PIL import Image, ImageOps, ImageStat

    Image.MAX_IMAGE_PIXELS = MOST_POINTS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    picture = Image.open(io.BytesIO(data), formats=("PNG", "JPEG", "WEBP"))
    if picture.has_transparency_data:
        page = Image.new("RGBA", picture.size, "white")
        page.alpha_composite(picture.convert("RGBA"))
        grey = page.convert("L")
    else:
        grey = picture.convert("L")
    grey = ImageOps.exif_transpose(grey)
    if ImageStat.Stat(grey).mean[0] < DARK:
        grey = ImageOps.invert(grey)
    return ImageOps.autocontrast(grey, cutoff=1)


def _sized(grey: "Image") -> "Image":
    from PIL import Image

    shorter = min(grey.size)
    factor = min(max(shorter, NARROWEST), WIDEST) / shorter
    factor = min(factor, LONGEST_SIDE / max(grey.size), math.sqrt(MOST_READ / (grey.width * grey.height)))
    if factor == 1:
        return grey
    size = max(1, round(grey.width * factor)), max(1, round(grey.height * factor))
    return grey.resize(size, Image.Resampling.LANCZOS)


def _evened(grey: "Image") -> "Image":
    from PIL import ImageChops, ImageFilter, ImageOps

    smooth = grey.filter(ImageFilter.GaussianBlur(GRAIN))
    without_light = ImageChops.subtract(smooth, smooth.filter(ImageFilter.BoxBlur(LIGHT)), 1, 128)
    return ImageOps.autocontrast(without_light, cutoff=0.3)


def _codes(grey: "Image") -> list[str]:
    """What QR codes hold. It is read as words and never followed."""
    import zxingcpp

    points = memoryview(grey.tobytes()).cast("B", (grey.height, grey.width))
    found = zxingcpp.read_barcodes(
        points, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode), text_mode=zxingcpp.TextMode.Plain
    )
    return [code.text[:LONGEST_CODE] for code in found[:MOST_CODES]]


def _table(grey: "Image") -> str:
    """Words with their places and how sure tesseract is of each, in its own TSV. Points go to it bare: nothing to unpack."""
    if min(grey.size) < SMALLEST:
        return ""
    points = b"P5 %d %d 255\n" % grey.size + grey.tobytes()
    command = ["tesseract", "stdin", "stdout", "-l", LANGUAGES, "--psm", "3", "-c", "thresholding_method=2", "tsv"]
    read = subprocess.run(  # noqa: S603 - nothing in it is the picture's
        command,
        input=points,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        check=True,
        env={"PATH": os.environ["PATH"], "OMP_THREAD_LIMIT": "1"},
    )
    return read.stdout.decode("utf-8", "replace")


if __name__ == "__main__":
    sys.exit(main())
