"""One request of the console as its pages see it, after `guard` has looked at it."""

from dataclasses import dataclass
from datetime import datetime

from starlette.datastructures import ImmutableMultiDict
from starlette.requests import Request

from broadcaster.staff import Staff
from broadcaster.web.uploads import Upload
from content.language import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """`form` holds what was posted, `csrf` what a form of ours carries; `staff` is None on the pages before the sign-in alone.

    `upload` is deleted after the answer unless the page has moved it.
    """

    request: Request
    route: str
    staff: Staff | None
    language: Language
    csrf: str
    form: ImmutableMultiDict[str, str]
    now: datetime
    upload: Upload | None = None

    @property
    def by(self) -> Staff:
        """Whoever acts."""
        if self.staff is None:
            raise RuntimeError("a page behind the sign-in without anybody")
        return self.staff
