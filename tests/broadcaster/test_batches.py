from broadcaster.addresses import Channel
from broadcaster.batches import Leased
from broadcaster.contacts import ContactId


def test_a_leased_row_prints_no_address() -> None:
    """S14: it is in the locals of many a traceback."""
    row = Leased(ContactId(7), 13, 0, Channel.PHONE, "+77011234567", b"h" * 32)
    assert repr([row]) == str([row]) == "[Leased(contact=7, route=13)]"
