"""In which language a page answers. For the pages of every process; no cookie is needed."""

from starlette.requests import Request

from content.language import Language

NAMES = {Language.KK: "Қазақша", Language.RU: "Русский", Language.EN: "English"}


def asked(request: Request) -> Language:
    """The first of our languages that the browser names; the state's, when it names none."""
    for tag in request.headers.get("accept-language", "").split(","):
        code = tag.strip()[:2].lower()
        if code in set(Language):
            return Language(code)
    return Language.KK


def chosen(request: Request, otherwise: Language) -> Language:
    """The one that was pressed on the page: it stands in the page's address."""
    code = request.query_params.get("language", "")
    return Language(code) if code in set(Language) else otherwise
