"""Runs the web application with uvicorn, and hangs up on whoever never finishes a request's headers.

uvicorn itself waits for ever: a thousand half-sent requests would hold a thousand connections.
"""

import asyncio
from typing import Any

import h11
import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

HEADERS_WITHIN = 10.0
"""Seconds for the headers of a request; bodies have their own limit in broadcaster.web.bodies."""

LONGEST_HEADERS = 16 * 1024


class ImpatientProtocol(H11Protocol):
    """uvicorn's own, with a clock that runs while headers are awaited."""

    headers_within = HEADERS_WITHIN
    _clock: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._start()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.conn.their_state is not h11.IDLE:
            self._stop()
        elif self._clock is None:
            self._start()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop()
        super().connection_lost(exc)

    def _start(self) -> None:
        self._clock = self.loop.call_later(self.headers_within, self.transport.close)

    def _stop(self) -> None:
        if self._clock is not None:
            self._clock.cancel()
            self._clock = None


def configuration(app: ASGIApp, *, host: str, port: int) -> uvicorn.Config:
    """No access log: it would hold addresses of people. `telemetry.configure` has set the logs up before."""
    options: dict[str, Any] = {"log_config": None, "access_log": False, "server_header": False, "ws": "none"}
    return uvicorn.Config(
        app,
        host=host,
        port=port,
        http=ImpatientProtocol,
        lifespan="on",
        h11_max_incomplete_event_size=LONGEST_HEADERS,
        timeout_keep_alive=5,
        timeout_graceful_shutdown=10,
        **options,
    )


def serve(app: ASGIApp, *, host: str, port: int) -> int:
    """Until a signal comes. An exit code: 2 when it could not start; the log says why."""
    server = uvicorn.Server(configuration(app, host=host, port=port))
    server.run()
    return 0 if server.started else 2
