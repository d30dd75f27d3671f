"""/healthz, /readyz and /metrics of an application over the register, which takes `routes` and the middleware `Counted`.

/healthz: this process lives. /readyz: a line for each check, 503 when one is not good; for alarms, not for a balancer, as a dead
sender must not close the receiver. /metrics: only with the password, since a proxy makes every stranger a neighbour on loopback.
"""

import hashlib
import hmac
import time
from collections.abc import Callable, Sequence
from datetime import datetime

from prometheus_client import CONTENT_TYPE_LATEST
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from broadcaster.database import Connection, DatabaseUnavailable
from broadcaster.policy import Policy
from broadcaster.web.metrics import Metrics
from broadcaster.web.readiness import Readiness
from broadcaster.web.register import Register


def metrics_password(secret: str) -> str:
    """Of SAQBOL_SECRET, so that there is nothing to set; another secret, another password."""
    return hmac.digest(secret.encode(), b"metrics", hashlib.sha256).hex()


def routes(register: Register, metrics: Metrics, *, secret: str, rules: Policy, clock: Callable[[], datetime]) -> Sequence[Route]:
    readiness = Readiness(rules)
    bearer = f"Bearer {metrics_password(secret)}".encode()

    async def alive(request: Request) -> Response:
        return PlainTextResponse("alive\n")

    async def ready(request: Request) -> Response:
        checks = await register.ask(readiness.look, now=clock())
        told = "".join(f"{check}\n" for check in checks)
        if all(check.good for check in checks):
            return PlainTextResponse(f"ready\n{told}")
        return PlainTextResponse(f"not ready\n{told}", status_code=503, headers={"Retry-After": "30"})

    async def measured(request: Request) -> Response:
        if not hmac.compare_digest(request.headers.get("authorization", "").encode(), bearer):
            return PlainTextResponse("Not Found", status_code=404)
        try:
            await register.ask(read, now=clock())
        except DatabaseUnavailable:
            metrics.unreadable()
        return Response(metrics.text(), media_type=CONTENT_TYPE_LATEST)

    def read(connection: Connection, *, now: datetime) -> None:
        metrics.read(connection, readiness.queue.look(connection, now=now), now=now)

    return (
        Route("/healthz", alive, name="healthz"),
        Route("/readyz", ready, name="readyz"),
        Route("/metrics", measured, name="metrics"),
    )


class Counted:
    """ASGI middleware, the outermost one."""

    def __init__(self, app: ASGIApp, *, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status, began = 500, time.perf_counter()

        async def counted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, counted)
        finally:
            template = getattr(scope.get("route"), "path", "none")
            self._metrics.count(route=template, status=status, seconds=time.perf_counter() - began)
