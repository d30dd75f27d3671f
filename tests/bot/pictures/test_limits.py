import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from bot.message import Unread
from bot.pictures.limits import LONGEST_SIDE, MOST_POINTS, Refused, picture_in
from tests.bot.pictures.made import SMALL, png, refused
from tests.bot.pictures.screenshots import encoded

KINDS = {
    "PNG": encoded(SMALL),
    "PNG with transparency": encoded(SMALL.convert("RGBA")),
    "JPEG": encoded(SMALL, "JPEG"),
    "JPEG in scans": encoded(SMALL, "JPEG", progressive=True),
    "JPEG with a thumbnail and a comment": encoded(SMALL, "JPEG", comment=b"\xff\xd9 \xff\xc0", icc_profile=b"\xff\xd9" * 40),
    "WebP": encoded(SMALL, "WEBP"),
    "WebP without loss": encoded(SMALL, "WEBP", lossless=True),
    "WebP with more in it": encoded(SMALL.convert("RGBA"), "WEBP", exif=Image.Exif().tobytes(), icc_profile=b"profile"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_what_telephones_send_is_let_in_with_its_size(kind: str) -> None:
    picture = picture_in(KINDS[kind])
    assert (picture.width, picture.height, picture.data) == (120, 90, KINDS[kind])


@pytest.mark.parametrize("name", refused())
def test_what_must_not_be_decoded_is_refused_with_its_reason(name: str) -> None:
    data, why = refused()[name]
    with pytest.raises(Refused) as error:
        picture_in(data)
    assert error.value.why == why


@pytest.mark.parametrize("kind", KINDS)
def test_what_hangs_behind_a_picture_is_cut_off(kind: str) -> None:
    """A film of a telephone, or an archive of an attacker: it never reaches the decoder."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("run.sh", "#!/bin/sh")
    assert picture_in(KINDS[kind] + archive.getvalue()).data == KINDS[kind]


def test_the_limits_are_the_limits() -> None:
    assert picture_in(png(4_000, 3_000)).width * 3_000 == MOST_POINTS
    assert picture_in(png(10, LONGEST_SIDE)).height == LONGEST_SIDE
    for width, height in ((4_000, 3_001), (10, LONGEST_SIDE + 1), (2**32 - 1, 2**32 - 1)):
        with pytest.raises(Refused) as error:
            picture_in(png(width, height))
        assert error.value.why is Unread.TOO_MANY_POINTS


@given(
    start=st.sampled_from([b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"RIFF\x00\x01\x00\x00WEBP", *KINDS.values()]),
    cut=st.integers(0, 400),
    rest=st.binary(max_size=300),
)
def test_no_bytes_raise_anything_but_a_refusal(start: bytes, cut: int, rest: bytes) -> None:
    try:
        picture = picture_in(start[: len(start) - cut] + rest)
    except Refused:
        return
    assert picture.width * picture.height <= MOST_POINTS
