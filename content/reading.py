"""A YAML file of ours becomes a checked object, or a ContentError that tells comms staff which file and which key to mend.

Called by content.library and broadcaster.policy.
"""

from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

# libyaml reads the cards some ten times faster than Python; the first verdict has to be there within two seconds.
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

T = TypeVar("T")


class ContentError(Exception):
    """The words cannot be used as they stand."""

    def __init__(self, where: Path | str, key: str, problem: str) -> None:
        super().__init__(f"{where}: {key}: {problem}" if key else f"{where}: {problem}")
        self.where, self.key, self.problem = str(where), key, problem


FORM = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True, str_min_length=1)


class Entry(BaseModel):
    """What stands in a file: unchangeable, nothing more and nothing less than the form asks for."""

    model_config = FORM


class _NoRepeats(_Loader):  # type: ignore[misc]
    """YAML silently keeps the last of two equal keys: an edited sentence would vanish."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key_node, _ in node.value:
            if key_node.value in seen:
                raise yaml.constructor.ConstructorError(None, None, f"the key {key_node.value} stands twice", key_node.start_mark)
            seen.add(key_node.value)
        made: dict[Any, Any] = super().construct_mapping(node, deep=deep)
        return made


def read(path: Path, form: type[T] | TypeAdapter[T]) -> T:
    """The file as `form`; ContentError names the file and the first key that is wrong."""
    adapter: TypeAdapter[T] = form if isinstance(form, TypeAdapter) else TypeAdapter(form)
    try:
        raw = yaml.load(path.read_text(encoding="utf-8"), Loader=_NoRepeats)  # noqa: S506 — a (C)SafeLoader with a check
        return adapter.validate_python(raw)
    except (OSError, UnicodeDecodeError) as error:
        raise ContentError(path, "", f"cannot be read ({type(error).__name__})") from error
    except yaml.YAMLError as error:
        raise ContentError(path, "", f"is not YAML: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        raise ContentError(path, ".".join(map(str, first["loc"])), first["msg"]) from error
    except ValueError as error:  # YAML makes dates itself: 2027-02-30 gets no further than that
        raise ContentError(path, "", f"holds an impossible value: {error}") from error
