"""Screenshots as telephones make them, and as people photograph them from another screen; for tests and the benchmark."""

import io
import random
from pathlib import Path
from typing import Any

import numpy as np
import segno
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageFont

FONT = next(
    filter(
        Path.exists,
        map(
            Path,
            (
                "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
                "/usr/share/fonts/truetype/noto/NotoSans-Regular.ttf",
                "/usr/share/fonts/truetype/liberation/LiberationSans-Regular.ttf",
            ),
        ),
    ),
    None,
)
WIDTH, MARGIN = 1_080, 60
LIGHT = ((226, 232, 238), (255, 255, 255), (15, 15, 20))
DARK = ((14, 22, 33), (30, 44, 60), (238, 238, 242))


def screenshot(text: str, *, dark: bool = False, size: int = 40, link: str = "") -> Image.Image:
    """One message in a bubble, wrapped at words; `link` becomes a QR code below it."""
    page, bubble, ink = DARK if dark else LIGHT
    font = ImageFont.truetype(str(FONT), size)
    said = "\n".join(_wrapped(text, font))
    measure = ImageDraw.Draw(Image.new("L", (1, 1)))
    _, _, _, bottom = measure.multiline_textbbox((0, 0), said, font=font, spacing=size // 2)
    height = int(bottom) + 400 + (500 if link else 0)
    picture = Image.new("RGB", (WIDTH, height), page)
    draw = ImageDraw.Draw(picture)
    draw.rounded_rectangle((MARGIN // 2, 170, WIDTH - MARGIN // 2, 230 + int(bottom)), 36, fill=bubble)
    draw.multiline_text((MARGIN, 200), said, font=font, fill=ink, spacing=size // 2)
    if link:
        picture.paste(_qr_code(link), (MARGIN, 300 + int(bottom)))
    return picture


def photographed(picture: Image.Image, *, seed: int, badly: bool = False) -> Image.Image:
    """Held askew, out of focus, in poor light, with the noise of a cheap camera; `badly`: more of it, from farther away.

    One seed is one picture, whatever was drawn before it.
    """
    chance = random.Random(seed)
    askew = picture.rotate(chance.uniform(-3, 3), Image.Resampling.BICUBIC, expand=True, fillcolor=(70, 66, 60))
    blurred = askew.filter(ImageFilter.GaussianBlur(2.2 if badly else 1.4))
    shadow = Image.linear_gradient("L").resize(blurred.size).point(lambda value: 150 + value * 90 // 255)
    dim = ImageEnhance.Contrast(Image.composite(blurred, Image.new("RGB", blurred.size, (60, 58, 52)), shadow)).enhance(
        0.4 if badly else 0.55
    )
    seen = Image.blend(dim, _noise(dim.size, seed).convert("RGB"), 0.25 if badly else 0.15)
    return seen.resize((seen.width * 2 // 3, seen.height * 2 // 3), Image.Resampling.BILINEAR) if badly else seen


def encoded(picture: Image.Image, format: str = "PNG", **options: Any) -> bytes:
    file = io.BytesIO()
    picture.save(file, format, **options)
    return file.getvalue()


def _noise(size: tuple[int, int], seed: int) -> Image.Image:
    """Pillow's own takes no seed: its noise depends on how many pictures the process has made before."""
    width, height = size
    grey = np.random.default_rng(seed).normal(128, 40, (height, width))
    return Image.fromarray(np.clip(grey, 0, 255).astype(np.uint8))


def _qr_code(link: str) -> Image.Image:
    file = io.BytesIO()
    segno.make_qr(link).save(file, kind="png", scale=9, border=4)
    return Image.open(file).convert("RGB")


def _wrapped(text: str, font: ImageFont.FreeTypeFont) -> list[str]:
    lines = []
    for paragraph in text.splitlines():
        line = ""
        for word in paragraph.split():
            longer = f"{line} {word}".strip()
            if font.getlength(longer) > WIDTH - 2 * MARGIN:
                lines.append(line)
                longer = word
            line = longer
        lines.append(line)
    return lines


def share_of_errors(read: str, said: str) -> float:
    """Levenshtein distance to the letters said, of which there are so many; at most all."""
    before = list(range(len(said) + 1))
    for row, letter in enumerate(" ".join(read.split()), 1):
        line = [row]
        for place, wanted in enumerate(said, 1):
            line.append(min(before[place] + 1, line[-1] + 1, before[place - 1] + (letter != wanted)))
        before = line
    return min(1.0, before[-1] / len(said))
