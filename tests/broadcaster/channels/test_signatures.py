import base64
import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook

from broadcaster.channels import signatures
from broadcaster.channels.signatures import BadSecret, BadSignature
from tests.broadcaster.conftest import NOW

SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()
OTHER = "whsec_" + base64.b64encode(bytes(32)).decode()
BODY = '{"ұ": 1}'.encode()


def test_the_specifications_own_library_accepts_what_we_sign() -> None:
    headers = signatures.signed(SECRET, id="abc", body=BODY, now=datetime.now(UTC))
    assert Webhook(SECRET).verify(BODY, headers) == {"ұ": 1}


def test_we_accept_what_the_specifications_own_library_signs() -> None:
    moment = str(int(NOW.timestamp()))
    signature = f"v1,AAAA v1a,BBBB {Webhook(SECRET).sign('abc', NOW, BODY.decode())}"
    headers = {"webhook-id": "abc", "webhook-timestamp": moment, "webhook-signature": signature}
    signatures.check(SECRET, headers=headers, body=BODY, now=NOW)


@pytest.mark.parametrize("changed", ["webhook-id", "webhook-timestamp", "webhook-signature", "body", "secret", "missing"])
def test_w2_anything_changed_is_refused(changed: str) -> None:
    headers, body, secret = signatures.signed(SECRET, id="abc", body=BODY, now=NOW), BODY, SECRET
    match changed:
        case "body":
            body += b" "
        case "secret":
            secret = OTHER
        case "missing":
            headers = {}
        case "webhook-signature":
            headers[changed] = headers[changed].replace("v1,", "v1,A")
        case _:
            headers[changed] += "1"
    with pytest.raises(BadSignature):
        signatures.check(secret, headers=headers, body=body, now=NOW)


@pytest.mark.parametrize(("minutes", "fresh"), [(-6, False), (-4, True), (4, True), (6, False)])
def test_w3_a_request_is_good_for_five_minutes(minutes: int, fresh: bool) -> None:
    headers = signatures.signed(SECRET, id="abc", body=BODY, now=NOW)
    now = NOW + timedelta(minutes=minutes)
    if fresh:
        signatures.check(SECRET, headers=headers, body=BODY, now=now)
    else:
        with pytest.raises(BadSignature):
            signatures.check(SECRET, headers=headers, body=BODY, now=now)


@given(id=st.text(st.characters()), moment=st.text(st.characters()) | st.just(str(int(NOW.timestamp()))), signature=st.text())
def test_w1_whatever_a_stranger_writes_is_refused_and_no_crash(id: str, moment: str, signature: str) -> None:
    headers = {"webhook-id": id, "webhook-timestamp": moment, "webhook-signature": signature}
    with pytest.raises(BadSignature):
        signatures.check(SECRET, headers=headers, body=b"{}", now=NOW)


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_c2hvcnQ=", "whsec_ not base64 at all, however long it is", SECRET[6:]])
def test_a_weak_secret_is_none(secret: str) -> None:
    with pytest.raises(BadSecret):
        signatures.key_of(secret)


def test_the_body_is_signed_as_bytes_whatever_it_is() -> None:
    body = json.dumps("\ud800").encode() + b"\xff\x00"
    signatures.check(SECRET, headers=signatures.signed(SECRET, id="a", body=body, now=NOW), body=body, now=NOW)
