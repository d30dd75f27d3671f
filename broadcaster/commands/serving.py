"""`serve`: the public pages and the receipts, for the world. `console`: the staff's desk, for the private side.

`metrics-password`: what a Prometheus that watches them needs.
"""

import argparse

from broadcaster.commands.opening import check
from broadcaster.settings import SenderSettings


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    serve = commands.add_parser(
        "serve",
        help="the page behind the links in our texts, and the receipts of providers",
        description="Listens at SAQBOL_RECEIVING_PORT of this machine; a proxy brings SAQBOL_PUBLIC_URL there.",
    )
    serve.add_argument("--host", default="127.0.0.1", help="where to listen (default 127.0.0.1)")
    serve.set_defaults(run=_serve)
    desk = commands.add_parser(
        "console",
        help="the staff's desk in the browser: write, approve, watch",
        description="Listens at SAQBOL_CONSOLE_PORT of this machine; reach it by a VPN or a proxy that lets staff alone through. "
        "`staff add` invites the first person.",
    )
    desk.add_argument("--host", default="127.0.0.1", help="where to listen (default 127.0.0.1)")
    desk.set_defaults(run=_console)
    password = commands.add_parser("metrics-password", help="what /metrics wants to be asked with, as a bearer token")
    password.set_defaults(run=_metrics_password)


def _serve(settings: SenderSettings, asked: argparse.Namespace) -> int:
    from broadcaster.web import public, serving  # Starlette and uvicorn, which no other command wants

    check(settings)
    return serving.serve(public.build(settings), host=asked.host, port=settings.receiving_port)


def _console(settings: SenderSettings, asked: argparse.Namespace) -> int:
    from broadcaster.web import console, serving

    check(settings)
    return serving.serve(console.build(settings), host=asked.host, port=settings.console_port)


def _metrics_password(settings: SenderSettings, asked: argparse.Namespace) -> int:
    from broadcaster.web import health

    print(health.metrics_password(settings.secret.get_secret_value()))
    return 0
