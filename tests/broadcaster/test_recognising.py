import pytest

from broadcaster.addresses import Address, BadAddress, Channel
from broadcaster.database import Connection
from broadcaster.recognising import recognise
from tests.broadcaster.town import town


def test_a_known_chat_is_meant_where_the_digits_could_be_a_number_too(register: Connection) -> None:
    town(register).person(telegram="77011234567", consent=("warn",))
    assert recognise(register, "77011234567") == (Address(Channel.TELEGRAM, "77011234567"),)


def test_both_readings_are_meant_where_both_are_known(register: Connection) -> None:
    town(register).person(telegram="77011234567")
    town(register).person(phone="+77011234567")
    assert {address.channel for address in recognise(register, "77011234567")} == {Channel.PHONE, Channel.TELEGRAM}


def test_a_number_that_nobody_knows_is_a_number(register: Connection) -> None:
    assert recognise(register, "8 (701) 123-45-67") == (Address(Channel.PHONE, "+77011234567"),)


def test_what_is_no_address_is_refused_without_being_quoted(register: Connection) -> None:
    with pytest.raises(BadAddress) as refused:
        recognise(register, "Айгүл Сейітқызы")
    assert "Айгүл" not in str(refused.value)
