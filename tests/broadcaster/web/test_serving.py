"""Slow and overlong requests, over a real socket (W5)."""

import socket
import time
from collections.abc import Iterator
from contextlib import suppress

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from broadcaster.web import bodies, serving
from tests.fakes.serving import free_port, running


async def size(request: Request) -> PlainTextResponse:
    try:
        body = await bodies.read(request, longest=1_000, slowest=0.4)
    except bodies.Refused as refused:
        return PlainTextResponse("refused", status_code=refused.status)
    return PlainTextResponse(str(len(body)))


@pytest.fixture
def address(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setattr(serving.ImpatientProtocol, "headers_within", 0.5)
    with running(Starlette(routes=[Route("/", size, methods=["POST"])]), free_port()) as url:
        yield url


def connected(address: str) -> socket.socket:
    host, port = address.removeprefix("http://").split(":")
    return socket.create_connection((host, int(port)), timeout=5)


def hung_up_on(slow: socket.socket) -> bool:
    try:
        return slow.recv(100) == b""
    except ConnectionResetError:
        return True


def test_whoever_sends_headers_drop_by_drop_is_hung_up_on_and_the_others_are_served(address: str) -> None:
    slow = [connected(address) for _ in range(200)]
    for number in range(3):
        for each in slow:
            with suppress(BrokenPipeError, ConnectionResetError):  # hung up on already: a busy machine took long to get here
                each.sendall(b"POST / HTTP/1.1\r\n" if number == 0 else b"X-Slow: 1\r\n")
        assert httpx.post(address, content=b"12345").text == "5"
        time.sleep(0.05)
    assert all(hung_up_on(each) for each in slow)
    for each in slow:
        each.close()


def test_a_connection_that_says_nothing_is_closed(address: str) -> None:
    with connected(address) as silent:
        assert silent.recv(100) == b""


def test_a_connection_is_kept_for_several_requests(address: str) -> None:
    with httpx.Client(base_url=address) as client:
        for _ in range(3):
            assert client.post("/", content=b"123").text == "3"
            time.sleep(0.25)


def test_a_body_that_comes_drop_by_drop_is_not_waited_for(address: str) -> None:
    with connected(address) as slow:
        slow.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n1")
        assert slow.recv(100).startswith(b"HTTP/1.1 408")


def test_a_body_without_an_announced_length_is_cut_off_in_time(address: str) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(10_000):
            yield b"x" * 1_000

    with suppress(httpx.WriteError):  # we may hang up while it is still sending
        assert httpx.post(address, content=endless()).status_code == 413
    assert httpx.post(address, content=b"12").text == "2"


def test_headers_that_grow_and_never_end_are_refused(address: str) -> None:
    with connected(address) as growing:
        growing.sendall(b"POST / HTTP/1.1\r\nX-Huge: " + b"x" * (2 * serving.LONGEST_HEADERS))
        assert growing.recv(100).startswith(b"HTTP/1.1 400")


def test_a_visitor_who_leaves_in_the_middle_of_a_body_does_no_harm(address: str) -> None:
    with connected(address) as leaving:
        leaving.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n1")
    assert httpx.post(address, content=b"12").text == "2"


@pytest.mark.parametrize("kind", ["multipart/form-data; boundary=x", "application/json", ""])
def test_only_forms_are_read_as_forms(kind: str) -> None:
    request = Request({"type": "http", "headers": [(b"content-type", kind.encode())]})
    with pytest.raises(bodies.Refused) as refused:
        bodies.form(request, b"a=1", errors="strict")
    assert refused.value.status == 415
