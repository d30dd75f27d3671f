"""A QR code as one SVG path, for a page whose policy allows neither inline styles nor pictures from text."""

from dataclasses import dataclass

import segno


@dataclass(frozen=True, slots=True)
class Qr:
    """`path` fills the dark squares of a field of `size` × `size`, quiet zone included."""

    size: int
    path: str


def qr(text: str) -> Qr:
    code = segno.make(text, error="m", micro=False)
    rows = [list(row) for row in code.matrix_iter(border=code.default_border_size)]
    squares = (f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
    return Qr(len(rows), "".join(squares))
