from itertools import product

import pytest

from broadcaster.ledger_codes import SendingChannel, State, channel_of, language_of, route_of
from content.language import Language


def test_the_numbers_in_kept_deliveries_never_change() -> None:
    assert [channel.code for channel in SendingChannel] == [0, 1, 2, 3, 4, 5]
    assert [channel.value for channel in SendingChannel] == ["telegram", "push", "whatsapp", "sms", "relay", "paper"]
    assert [route_of(SendingChannel.SMS, language) for language in (Language.KK, Language.RU, Language.EN)] == [12, 13, 14]
    assert {state.word: state.value for state in State} == {
        "queued": 0,
        "waiting": 1,
        "accepted": 2,
        "delivered": 3,
        "undelivered": 4,
        "refused": 5,
        "suppressed": 6,
        "unknown": 7,
        "closed": 8,
    }


@pytest.mark.parametrize(("channel", "language"), list(product(SendingChannel, Language)))
def test_a_route_gives_back_its_channel_and_language(channel: SendingChannel, language: Language) -> None:
    route = route_of(channel, language)
    assert (channel_of(route), language_of(route)) == (channel, language)


@pytest.mark.parametrize("channel", list(SendingChannel))
def test_every_channel_has_addresses_to_go_to(channel: SendingChannel) -> None:
    assert channel.addresses
    assert len(set(channel.addresses)) == len(channel.addresses)
