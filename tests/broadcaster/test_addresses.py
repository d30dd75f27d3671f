import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadcaster.addresses import Address, AddressKey, BadAddress, Channel, mask, normalise
from tests.broadcaster.conftest import KEY

SPELLINGS = [
    "8-701-123-45-67",
    "8 (701) 123 45 67",
    "87011234567",
    "+7 701 123 45 67",
    "+7(701)1234567",
    "77011234567",
    "701 123 4567",
    "whatsapp:+77011234567",
    " +7\u00a0701\u00a01234567\n",
    "٨٧٠١١٢٣٤٥٦٧",
]


@pytest.mark.parametrize("raw", SPELLINGS)
def test_one_kazakh_number_has_one_spelling(raw: str) -> None:
    assert normalise(Channel.PHONE, raw).value == "+77011234567"


@pytest.mark.parametrize("raw", ["", "1414", "102", "Kaspi", "+7701", "+770112345678901234", "+997 701 123", "\x00", "\ud800"])
def test_what_is_not_a_telephone_number_is_refused_and_not_quoted(raw: str) -> None:
    with pytest.raises(BadAddress) as refusal:
        normalise(Channel.PHONE, raw)
    assert not raw.strip() or raw not in str(refusal.value)


@given(st.text(max_size=60), st.sampled_from(Channel))
def test_normalising_is_refused_or_final(raw: str, channel: Channel) -> None:
    try:
        address = normalise(channel, raw)
    except BadAddress:
        return
    assert normalise(channel, address.value) == address


@given(st.integers(7_000_000_000, 7_099_999_999), st.lists(st.sampled_from(["", " ", "-", " - "]), min_size=9, max_size=9))
def test_blanks_and_dashes_in_a_number_mean_nothing(national: int, gaps: list[str]) -> None:
    digits = str(national)
    typed = digits[0] + "".join(gap + digit for gap, digit in zip(gaps, digits[1:], strict=True))
    assert normalise(Channel.PHONE, "8" + typed) == normalise(Channel.PHONE, "+7" + digits)


@pytest.mark.parametrize("raw", ["123456789", "-1001234567890", " 0042 "])
def test_a_telegram_chat_is_a_whole_number(raw: str) -> None:
    assert normalise(Channel.TELEGRAM, raw).value == str(int(raw))


@pytest.mark.parametrize("raw", ["", "@aigul", "12.5", "--1", "９９", "1" * 20])
def test_a_telegram_chat_is_nothing_else(raw: str) -> None:
    with pytest.raises(BadAddress):
        normalise(Channel.TELEGRAM, raw)


def test_a_pseudonym_belongs_to_its_partner() -> None:
    assert normalise(Channel.RELAY, " Halyk/7F3a91 ").value == "halyk/7F3a91"
    assert normalise(Channel.RELAY, "halyk/1") != normalise(Channel.RELAY, "kaspi/1")


@pytest.mark.parametrize(
    "raw", ["", "halyk", "halyk/", "/1", "halyk/a/b", "halyk/a b", "халык/1", "halyk/\x00", "halyk/" + "1" * 201]
)
def test_a_pseudonym_without_a_partner_is_nobody(raw: str) -> None:
    with pytest.raises(BadAddress):
        normalise(Channel.RELAY, raw)


@pytest.mark.parametrize(
    ("channel", "raw", "shown"),
    [
        (Channel.PHONE, "87011234567", "+7701***4567"),
        (Channel.WHATSAPP, "whatsapp:+77011234567", "+7701***4567"),
        (Channel.PHONE, "+3725123456", "+37***"),
        (Channel.TELEGRAM, "123456789", "telegram:***789"),
        (Channel.TELEGRAM, "123456", "telegram:***"),
        (Channel.WEB, "f1d2c3b4", "web:***"),
        (Channel.PUSH, "https://push.example/abc", "push:***"),
        (Channel.RELAY, "halyk/7f3a91", "relay:***"),
    ],
)
def test_an_address_is_shown_masked_even_by_accident(channel: Channel, raw: str, shown: str) -> None:
    address = normalise(channel, raw)
    assert mask(address) == str(address) == f"{address}" == shown
    assert address.value not in repr(address)


def test_whatsapp_and_sms_of_one_number_hash_alike_and_other_channels_do_not() -> None:
    phone, whatsapp = normalise(Channel.PHONE, "87011234567"), normalise(Channel.WHATSAPP, "+77011234567")
    assert KEY.hash(phone) == KEY.hash(whatsapp)
    assert KEY.hash(Address(Channel.WEB, "1")) != KEY.hash(Address(Channel.TELEGRAM, "1"))
    assert KEY.digest("card", "+77011234567") != KEY.hash(phone)


def test_another_key_gives_other_hashes_and_another_fingerprint() -> None:
    other = AddressKey(b"k" * 32)
    phone = normalise(Channel.PHONE, "87011234567")
    assert other.hash(phone) != KEY.hash(phone)
    assert other.fingerprint != KEY.fingerprint
    assert KEY.fingerprint == AddressKey.from_hex(KEY.secret.hex()).fingerprint


def test_a_key_is_long_and_does_not_print() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        AddressKey(b"short")
    assert KEY.secret.hex() not in repr(KEY)
    assert str(KEY.secret) not in repr(KEY)


@given(st.text(alphabet=string.digits, min_size=1, max_size=12))
def test_a_hash_never_holds_the_address(digits: str) -> None:
    assert len(KEY.hash(Address(Channel.TELEGRAM, digits))) == 32


@given(
    st.text(alphabet="0178 -()+\u00a0\t", max_size=16)
    | st.from_regex(r"[ (+]{0,2}[78][- ()]{0,2}7[- 0-9()]{8,14}", fullmatch=True)
)
def test_the_quick_way_to_a_kazakh_mobile_says_what_the_long_way_says(raw: str) -> None:
    def spelt(raw: str) -> str | None:
        try:
            return normalise(Channel.PHONE, raw).value
        except BadAddress:
            return None

    assert spelt(raw) == spelt(f"whatsapp:{raw}"), "the prefix leads past the quick way"


@pytest.mark.parametrize("secret", [KEY.secret, b"k" * 64, b"k" * 65, b"k" * 200])
@pytest.mark.parametrize("channel", Channel)
def test_hashing_in_bulk_gives_the_same_hashes(secret: bytes, channel: Channel) -> None:
    key = AddressKey(secret)
    assert key.hasher(channel)("+77011234567") == key.hash(Address(channel, "+77011234567"))
