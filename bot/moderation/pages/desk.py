"""The routes of /moderation: their list is the table of contents of the volunteers' desk. Built by bot.app."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles

from bot.moderation.pages import asking, blocking, figures, one_case, phrases, searching, seniors, tellings, voting
from bot.moderation.pages.finding import Finder
from bot.moderation.pages.hall import ROOT, SECTIONS, TEMPLATES, Hall
from bot.moderation.pages.rights import MATRIX, REFUSALS
from bot.moderation.retraining import Workshop
from bot.register import open_register
from bot.settings import Settings
from broadcaster.web.desk import invitation, own_password, premises, signing_in
from broadcaster.web.desk.guard import Guard
from broadcaster.web.desk.hashing import Hashing
from broadcaster.web.register import Register
from content import desk_words
from content.library import Library


class Desk:
    """One per process. The register is opened by the first visit; whoever starts the process has looked at it before."""

    def __init__(self, settings: Settings, words: Library, *, workshop: Workshop, clock: Callable[[], datetime]) -> None:
        self._hall = Hall(
            matrix=MATRIX,
            sections=SECTIONS,
            refusals=REFUSALS,
            root=ROOT,
            url=settings.public_url,
            secret=settings.secret,
            words=words,
            desk_words=desk_words.load(),
            kept=Register(partial(open_register, settings)),
            finder=Finder(Register(partial(open_register, settings)), workshop),
            hashing=Hashing(),
            templates=premises.make_templates(TEMPLATES),
        )
        route = Guard(self._hall, clock=clock).route
        self.routes: Sequence[BaseRoute] = [
            route("/", "queue", voting.show),
            route("/cases/{id:int}", "case", one_case.show),
            route("/cases/{id:int}/vote", "case-vote", voting.vote, methods=["GET", "POST"]),
            route("/cases/{id:int}/pass", "case-pass", voting.pass_on, methods=["POST"]),
            route("/cases/{id:int}/senior", "case-call-senior", voting.call_senior, methods=["POST"]),
            route("/cases/{id:int}/settle", "case-settle", one_case.settle, methods=["GET", "POST"]),
            route("/cases/{id:int}/correct", "case-correct", one_case.correct, methods=["GET", "POST"]),
            route("/cases/{id:int}/test", "case-test", asking.use, methods=["POST"]),
            route("/cases/{id:int}/no-test", "case-no-test", asking.drop, methods=["POST"]),
            route("/reports/{id:int}/block", "report-block", blocking.block, methods=["POST"]),
            route("/reports/{id:int}/unblock", "report-unblock", blocking.unblock, methods=["POST"]),
            route("/seniors", "seniors", seniors.show),
            route("/judged", "judged", searching.show),
            route("/judged", "judged-search", searching.search, methods=["POST"]),
            route("/accuracy", "accuracy", figures.show),
            route("/phrases", "phrases", phrases.show),
            route("/phrases/look", "phrases-look", phrases.look, methods=["GET", "POST"]),
            route("/phrases/{id:int}/accept", "phrase-accept", phrases.accept, methods=["GET", "POST"]),
            route("/phrases/{id:int}/reject", "phrase-reject", phrases.reject, methods=["GET", "POST"]),
            route("/tellings", "tellings", tellings.show),
            route("/tellings/{id:int}/arrived", "telling-arrived", tellings.arrived, methods=["GET", "POST"]),
            route("/tellings/{id:int}/again", "telling-again", tellings.send_again, methods=["GET", "POST"]),
            route("/me", "me", own_password.show),
            route("/me/password", "me-password", own_password.send, methods=["GET", "POST"]),
            route("/me/sign-out", "me-sign-out-everywhere", own_password.sign_out_everywhere, methods=["POST"]),
            route("/language", "language", premises.choose_language, methods=["POST"]),
            route("/sign-in", "sign-in", signing_in.show),
            route("/sign-in", "sign-in-send", signing_in.send, methods=["POST"]),
            route("/sign-out", "sign-out", signing_in.sign_out, methods=["POST"]),
            route("/invitation/{token}", "invitation", invitation.show),
            route("/invitation/{token}", "invitation-send", invitation.send, methods=["POST"]),
            Mount(f"{ROOT}/static", StaticFiles(directory=premises.STATIC), name="moderation-static"),
        ]

    async def close(self) -> None:
        self._hall.hashing.close()
        await self._hall.finder.close()
        await self._hall.kept.close()
