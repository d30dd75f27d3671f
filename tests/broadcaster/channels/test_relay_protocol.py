import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadcaster.channels import relay_protocol, signatures
from broadcaster.channels.relay_protocol import BadReceipts, Partner, Receipt
from broadcaster.channels.signatures import BadSignature
from broadcaster.ledger_codes import State
from tests.broadcaster.channels.test_relay import client
from tests.broadcaster.channels.test_signatures import OTHER, SECRET
from tests.broadcaster.conftest import NOW

PARTNERS = (Partner(url="https://halyk.example", secret=OTHER), Partner(url="https://kaspi.example", secret=SECRET))


def read(body: bytes, *, secret: str = SECRET) -> Any:
    headers = signatures.signed(secret, id="r1", body=body, now=NOW)
    return relay_protocol.read_receipts(PARTNERS, headers=headers, body=body, now=NOW)


def told(**changes: Any) -> bytes:
    return json.dumps({"receipts": [{"id": "r-a", "status": "delivered", "at": "2025-11-21T12:10:00+05:00"} | changes]}).encode()


def test_the_same_messages_make_the_same_batch_in_whatever_order_they_came() -> None:
    one, other = relay_protocol.body_of([client("a"), client("b")]), relay_protocol.body_of([client("b"), client("a")])
    assert one == other
    assert relay_protocol.id_of(one) != relay_protocol.id_of(relay_protocol.body_of([client("a")]))
    assert len(relay_protocol.id_of(one)) <= 64


@pytest.mark.parametrize("secret", [SECRET, OTHER])
def test_a_receipt_comes_from_whichever_partner_signed_it(secret: str) -> None:
    at = datetime(2025, 11, 21, 7, 10, tzinfo=UTC)
    assert read(told(), secret=secret) == [Receipt(id="r-a", state=State.DELIVERED, at=at)]
    assert read(told(status="undelivered"), secret=secret)[0].state is State.UNDELIVERED


def test_nothing_is_delivered_in_the_future() -> None:
    later = (NOW + timedelta(days=400)).isoformat()
    assert read(told(at=later))[0].at == NOW


def test_w2_receipts_that_nobody_signed_are_not_even_read() -> None:
    body = b"not json"
    headers = signatures.signed("whsec_" + "B" * 43 + "=", id="r1", body=body, now=NOW)
    with pytest.raises(BadSignature):
        relay_protocol.read_receipts(PARTNERS, headers=headers, body=body, now=NOW)
    with pytest.raises(BadSignature):
        relay_protocol.read_receipts((), headers=headers, body=body, now=NOW)


@pytest.mark.parametrize(
    "body", [told(status="read"), told(at="2025-11-21T07:10:00"), told(id=5), b"[]", b"", b"[" * 100_000, b'{"receipts": 1e999}']
)
def test_w1_receipts_of_another_shape_are_refused(body: bytes) -> None:
    with pytest.raises(BadReceipts):
        read(body)


def test_so_are_too_many_at_once() -> None:
    receipts = json.loads(told())["receipts"] * (relay_protocol.MOST_RECEIPTS + 1)
    with pytest.raises(BadReceipts):
        read(json.dumps({"receipts": receipts}).encode())


@given(body=st.binary(max_size=200))
def test_and_any_bytes(body: bytes) -> None:
    with pytest.raises(BadReceipts):
        read(body)
