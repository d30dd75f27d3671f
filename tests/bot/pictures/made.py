"""Pictures that nobody sends in good faith: bombs, halves, films, files under a wrong name. Made from bytes, without decoding."""

import struct
import zlib
from functools import cache

from PIL import Image

from tests.bot.pictures.screenshots import encoded

SCRIPT = b"<script>alert(1)</script><?php system($_GET[0]); ?>"
SMALL = Image.new("RGB", (120, 90), "white")


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width: int, height: int, *, body: bytes = b"", before: bytes = b"", behind: bytes = b"") -> bytes:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + before + chunk(b"IDAT", body) + chunk(b"IEND", b"") + behind


def bomb(side: int) -> bytes:
    """Black points only, one bit each, packed twice over: some ten thousand bytes of PNG."""
    row = b"\x00" * (1 + (side + 7) // 8)
    return png(side, side, body=zlib.compress(row * side, 9))


@cache
def zeros(megabytes: int) -> bytes:
    """Packed, without holding them."""
    packing = zlib.compressobj(9)
    return b"".join(packing.compress(b"\x00" * 1_000_000) for _ in range(megabytes)) + packing.flush()


def moving(format: str, frames: int = 100) -> bytes:
    pictures = [Image.new("RGB", (64, 64), (number, number, number)) for number in range(frames)]
    return encoded(pictures[0], format, save_all=True, append_images=pictures[1:])


def with_exif_of_scripts(format: str) -> bytes:
    exif = Image.Exif()
    exif[0x010E] = SCRIPT.decode()
    exif[0x0112] = 6
    return encoded(SMALL, format, exif=exif)


@cache
def refused() -> dict[str, tuple[bytes, str]]:
    """What is never decoded, and why."""
    whole = encoded(SMALL)
    photo = encoded(SMALL, "JPEG")
    two_sizes = photo.replace(b"\xff\xda", b"\xff\xc0\x00\x0b\x08\x4e\x20\x4e\x20\x01\x01\x11\x00\xff\xda", 1)
    return {
        "a PNG of ten thousand bytes and 400 million points": (bomb(20_000), "too_many_points"),
        "a strip of one point by three million": (png(1, 3_000_000), "too_many_points"),
        "a PNG without size": (png(0, 10), "broken"),
        "11 MB": (whole + b"\x00" * 11 * 1024 * 1024, "too_long"),
        "half a PNG": (whole[: len(whole) // 2], "broken"),
        "half a JPEG": (photo[: len(photo) // 2], "broken"),
        "half a WebP": (encoded(SMALL, "WEBP")[:-10], "broken"),
        "only a signature": (b"\x89PNG\r\n\x1a\n", "broken"),
        "a JPEG with two sizes": (two_sizes, "broken"),
        "a JPEG of endless padding": (b"\xff\xd8" + b"\xff" * 1_000_000, "broken"),
        "a JPEG of a million markers": (b"\xff\xd8" + b"\xff\xd0" * 1_000_000, "broken"),
        "a WebP of a million empty chunks": (_riff(b"JUNK\x00\x00\x00\x00" * 1_000_000), "broken"),
        "a PNG whose chunk is longer than the file": (whole[:33] + b"\xff\xff\xff\xffIDAT", "broken"),
        "a GIF of 100 frames": (moving("GIF"), "no_picture"),
        "an APNG of 100 frames": (moving("PNG"), "moves"),
        "a WebP of 100 frames": (moving("WEBP"), "moves"),
        "SVG": (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "no_picture"),
        "HEIC": (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + b"\x00" * 200, "no_picture"),
        "PDF": (b"%PDF-1.7\n" + b"x" * 200, "no_picture"),
        "a PDF that goes on as a PNG": (b"%PDF-1.7\n" + whole, "no_picture"),
        "TIFF": (encoded(SMALL, "TIFF"), "no_picture"),
        "BMP": (encoded(SMALL, "BMP"), "no_picture"),
        "a program called photo.jpg": (b"MZ\x90\x00" + b"\x00" * 300, "no_picture"),
        "nothing": (b"", "no_picture"),
    }


def _riff(chunks: bytes) -> bytes:
    return b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WEBP" + chunks


@cache
def damaged() -> dict[str, bytes]:
    """What looks right from outside and is not: only the worker finds out."""
    whole = bytearray(encoded(SMALL))
    whole[len(whole) // 2] ^= 0xFF
    photo = encoded(SMALL, "JPEG")
    middle = photo.index(b"\xff\xda") + 20
    return {
        "a PNG with a false checksum": bytes(whole),
        "a PNG that unpacks to nothing": png(300, 300, body=b"\x78\x9c"),
        "a PNG that says it is small and unpacks to 200 MB": png(10, 10, body=zeros(200)),
        "a colour profile that unpacks to 200 MB": png(
            10,
            10,
            before=chunk(b"iCCP", b"a\x00\x00" + zeros(200)),
            body=zlib.compress(b"\x00" * 30),
        ),
        "a comment that unpacks to 200 MB": png(
            10,
            10,
            before=chunk(b"zTXt", b"a\x00\x00" + zeros(200)),
            body=zlib.compress(b"\x00" * 30),
        ),
        "a JPEG of noise": photo[:middle] + bytes(range(1, 250)) * 20 + b"\xff\xd9",
        "EXIF with scripts in a JPEG": with_exif_of_scripts("JPEG"),
        "EXIF with scripts in a PNG": with_exif_of_scripts("PNG"),
        "EXIF with scripts in a WebP": with_exif_of_scripts("WEBP"),
    }
