"""Every reason for refusing a row or a file has its sentence: a new one in the sources is noticed here."""

import ast
import inspect
from types import ModuleType

import pytest

from broadcaster import addresses, contact_imports, followers, imports, merging, suspect_imports, suspects
from broadcaster.web.desk.row_reasons import sentence_of
from content.language import Language
from tests.broadcaster.web.desk.conftest import SAID

SOURCES = (addresses, contact_imports, followers, imports, merging, suspect_imports, suspects)
REFUSALS = {"BadRow", "BadFile", "BadAddress", "BadSuspect", "AmbiguousPerson", "BeingWrittenTo"}


def _raised(module: ModuleType) -> set[str]:
    """Texts of refusals as they would come out, with something in their places; of a class alone its docstring."""
    found = set()
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in REFUSALS and node.args:
            argument = node.args[0]
            if isinstance(argument, ast.Constant):
                found.add(str(argument.value))
            elif isinstance(argument, ast.JoinedStr):
                found.add("".join(_piece(each) for each in argument.values))
        elif isinstance(node, ast.Raise) and isinstance(node.exc, ast.Name) and node.exc.id in REFUSALS:
            found.add(str(getattr(module, node.exc.id).__doc__))
    return found


def _piece(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    assert isinstance(node, ast.FormattedValue)
    said = ast.unparse(node.value)
    if said == "bad":
        return "holds a NUL byte"
    return "7" if any(each in said for each in ("len(", "LONGEST", "place")) else "word"


EVERY = sorted(set().union(*map(_raised, SOURCES)))


def test_the_sources_were_read() -> None:
    assert len(EVERY) > 30


@pytest.mark.parametrize("reason", EVERY)
def test_each_reason_has_its_sentence_in_three_languages(reason: str) -> None:
    found = sentence_of(reason)
    assert found is not None, reason
    for language in Language:
        assert SAID.say(found[0], language, **found[1])


@pytest.mark.parametrize("reason", ["", "=cmd", "<script>", "is longer than many bytes", "something new"])
def test_what_nobody_has_foreseen_has_none(reason: str) -> None:
    assert sentence_of(reason) is None
