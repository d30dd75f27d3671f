"""`serve`: the unsubscribe page and the receipts, for the world."""

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


def _serve(settings: SenderSettings, asked: argparse.Namespace) -> int:
    from broadcaster.web import public, serving  # Starlette and uvicorn, which no other command wants

    check(settings)
    return serving.serve(public.build(settings), host=asked.host, port=settings.receiving_port)
