"""R22: segments equal an independent count; no pair and no grapheme cluster is cut."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadcaster.sms import GSM_BASIC, GSM_EXTENSION, Encoding, Forced, compose

PIECES: tuple[str, ...] = (
    *"abcXYZ 019@Δ\r\n",
    *"{}[]~|€\\^",
    *"жұқәіңғүһөСақБол«»—№₸",
    *"😀🛑𝔸",
    "\r\n",
    "и\u0306",
    "ұ\u0301\u0323",
    "e\u0301",
    "👍🏽",
    "❤\ufe0f",
    "👨\u200d👩\u200d👧\u200d👦",
    "🇰🇿",
    "🇰",
    "\ud55c",
    "\u1112\u1161\u11ab",
)
TEXTS = st.lists(st.sampled_from(PIECES), max_size=400).map("".join)


def gsm_units(character: str) -> int:
    """From the table of 3GPP 23.038 written anew: 0 where it has no such character."""
    if character in "\x0c^{}\\[~]|€":
        return 2
    latin = 0x20 <= ord(character) <= 0x7E and character != "`"
    return int(latin or character in "\n\r¡£¤¥§¿ÄÅÆÇÉÑÖØÜßàäåæèéìñòöøùüΓΔΘΛΞΠΣΦΨΩ")


def counted_slowly(text: str) -> list[str]:
    """Parts by trying every cut from the longest down; where clusters end is worked out from character properties."""
    seven_bit = all(gsm_units(character) for character in text)

    def size(part: str) -> int:
        return sum(map(gsm_units, part)) if seven_bit else len(part.encode("utf-16-le", "surrogatepass")) // 2

    alone, joined = (160, 153) if seven_bit else (70, 67)
    if size(text) <= alone:
        return [text] if text else []
    parts = []
    while text:
        longest = min(len(text), joined)
        cuts = [cut for cut in range(1, longest + 1) if size(text[:cut]) <= joined]
        whole = [cut for cut in cuts if cut == len(text) or may_cut(text, cut)]
        cut = whole[-1] if whole else cuts[-1]
        parts.append(text[:cut])
        text = text[cut:]
    return parts


def may_cut(text: str, at: int) -> bool:
    """Right for the pieces above, not for all of Unicode."""
    before, after = text[at - 1], text[at]
    if before == "\r" and after == "\n":
        return False
    if after in "\u200d\ufe0f" or 0x1F3FB <= ord(after) <= 0x1F3FF or unicodedata.combining(after):
        return before in "\r\n"
    if before == "\u200d":
        return not pictograph(after)
    if flag(before) and flag(after):
        run = len(text[:at]) - len(text[:at].rstrip("".join(map(chr, range(0x1F1E6, 0x1F200)))))
        return run % 2 == 0
    leading, vowel = "\u1100" <= before <= "\u115f", "\u1160" <= before <= "\u11a7"
    return not ((leading and "\u1160" <= after <= "\u11a7") or (vowel and "\u11a8" <= after <= "\u11ff"))


def flag(character: str) -> bool:
    return 0x1F1E6 <= ord(character) <= 0x1F1FF


def pictograph(character: str) -> bool:
    return unicodedata.category(character) == "So" and not flag(character)


@pytest.mark.parametrize(
    ("text", "segments"),
    [
        ("", 0),
        ("a", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("ж" * 70, 1),
        ("ж" * 71, 2),
        ("ж" * 134, 2),
        ("ж" * 135, 3),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
        ("😀" * 67, 3),
    ],
)
def test_the_limits_are_160_153_and_70_67(text: str, segments: int) -> None:
    assert compose(text).segments == segments


def test_an_escape_pair_is_never_cut() -> None:
    sms = compose("a" * 152 + "€" + "b" * 20)
    assert sms.parts == ("a" * 152, "€" + "b" * 20)


def test_a_surrogate_pair_is_never_cut() -> None:
    assert compose("ж" * 66 + "😀" + "ж" * 20).parts == ("ж" * 66, "😀" + "ж" * 20)


@pytest.mark.parametrize("cluster", ["и\u0306", "👍🏽", "👨\u200d👩\u200d👧", "🇰🇿", "❤\ufe0f", "\u1112\u1161\u11ab"])
def test_what_a_reader_sees_as_one_character_is_never_cut(cluster: str) -> None:
    sms = compose("ж" * 66 + cluster + "ж" * 20)
    assert sms.parts == ("ж" * 66, cluster + "ж" * 20)


def test_a_cluster_longer_than_a_part_is_cut_between_code_points() -> None:
    zalgo = "а" + "\u0301" * 150
    sms = compose("ж" + zalgo)
    assert [len(part) for part in sms.parts] == [67, 67, 18]
    tags = "🏴" + "\U000e0061" * 60
    assert all(Encoding.UCS_2.units(part) <= 67 for part in compose(tags).parts)
    assert "".join(compose(tags).parts) == tags


@pytest.mark.parametrize(
    ("text", "forced"),
    [
        ("Kaspi", None),
        ("20 € [a]", None),
        ("Caution: сайт", Forced(character="с", position=9)),
        ("it\u2019s", Forced(character="\u2019", position=2)),
        ("😀", Forced(character="😀", position=0)),
        ("ab`c", Forced(character="`", position=2)),
    ],
)
def test_the_character_that_made_it_dear_is_named(text: str, forced: Forced | None) -> None:
    sms = compose(text)
    assert sms.forced == forced
    assert sms.encoding is (Encoding.UCS_2 if forced else Encoding.GSM_7)


def test_the_table_is_that_of_the_standard() -> None:
    assert len(GSM_BASIC) == 127  # and ESC
    assert {chr(point) for point in range(0x3000) if gsm_units(chr(point)) == 1} == GSM_BASIC
    assert {chr(point) for point in range(0x3000) if gsm_units(chr(point)) == 2} == GSM_EXTENSION


def test_a_price_is_asked_for_while_nobody_has_set_it() -> None:
    assert compose("ж" * 71).price(1_250) == 2_500
    assert compose("ж" * 71).price(None) is None


@given(TEXTS)
def test_parts_equal_an_independent_count(text: str) -> None:
    sms = compose(text)
    assert list(sms.parts) == counted_slowly(text)


@given(st.text(st.characters(), max_size=500))
def test_any_text_is_cut_without_loss_into_parts_that_fit(text: str) -> None:
    sms = compose(text)
    assert "".join(sms.parts) == text
    limit = sms.encoding.alone if sms.segments == 1 else sms.encoding.joined
    assert all(0 < sms.encoding.units(part) <= limit for part in sms.parts)
    assert sum(map(sms.encoding.units, sms.parts)) == sms.units
