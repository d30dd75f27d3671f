import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadcaster import links
from broadcaster.addresses import AddressKey
from broadcaster.links import BadLink
from broadcaster.sms import GSM_BASIC
from tests.broadcaster.conftest import KEY

CAMPAIGNS, CONTACTS = st.integers(0, 2**24 - 1), st.integers(0, 2**32 - 1)
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


@given(CAMPAIGNS, CONTACTS)
def test_a_link_leads_back_to_its_campaign_and_contact(campaign: int, contact: int) -> None:
    assert links.read_stop(KEY, links.stop_token(KEY, campaign, contact)) == (campaign, contact)
    assert links.read_receipt(KEY, links.receipt_token(KEY, campaign, contact)) == (campaign, contact)


@given(CAMPAIGNS, CONTACTS)
def test_all_tokens_are_equally_long_and_cost_one_unit_a_character_in_an_sms(campaign: int, contact: int) -> None:
    token = links.stop_token(KEY, campaign, contact)
    assert len(token) == links.TOKEN_LENGTH <= 24
    assert set(token) <= GSM_BASIC


@given(CAMPAIGNS, CONTACTS, st.integers(0, links.TOKEN_LENGTH - 1), st.sampled_from(ALPHABET))
def test_a_token_with_one_changed_character_is_refused(campaign: int, contact: int, at: int, other: str) -> None:
    token = links.stop_token(KEY, campaign, contact)
    forged = token[:at] + other + token[at + 1 :]
    if forged != token:
        with pytest.raises(BadLink):
            links.read_stop(KEY, forged)


def test_a_receipt_token_stops_nobody_and_a_stop_token_is_no_receipt() -> None:
    with pytest.raises(BadLink):
        links.read_stop(KEY, links.receipt_token(KEY, 7, 42))
    with pytest.raises(BadLink):
        links.read_receipt(KEY, links.stop_token(KEY, 7, 42))


def test_another_database_does_not_take_our_links() -> None:
    with pytest.raises(BadLink):
        links.read_stop(AddressKey(b"k" * 32), links.stop_token(KEY, 7, 42))


TOKEN = links.stop_token(KEY, 7, 42)


@pytest.mark.parametrize(
    "token",
    ["", "A", TOKEN[:-1], TOKEN + "A", TOKEN + "\n", " " + TOKEN[1:], "ж" * 20, "\ud800" * 20, "=" * 20, "%00" * 8, "A" * 9_999],
)
def test_what_is_no_token_is_refused_and_not_quoted(token: str) -> None:
    with pytest.raises(BadLink) as refusal:
        links.read_stop(KEY, token)
    assert str(refusal.value) == ""


def test_guesses_around_a_real_link_hit_nobody() -> None:
    chance = random.Random(3)
    ids = TOKEN[:9]  # seven bytes of ids end inside the tenth character
    for _ in range(5_000):
        guess = ids + "".join(chance.choices(ALPHABET, k=links.TOKEN_LENGTH - len(ids)))
        with pytest.raises(BadLink):
            links.read_stop(KEY, guess)


def test_a_campaign_or_contact_that_does_not_fit_is_an_error_and_never_another_one() -> None:
    with pytest.raises(OverflowError):
        links.stop_token(KEY, 2**24, 1)
    with pytest.raises(OverflowError):
        links.stop_token(KEY, 1, 2**32)


def test_a_link_stands_under_the_public_address() -> None:
    assert links.stop_link("https://saqbol.example/", TOKEN) == f"https://saqbol.example/u/{TOKEN}"
