"""Logs that carry no text of anybody, no whole address and no secret. `configure()` is the first call of every process.

Ours goes through structlog, the libraries' through the standard `logging`; both pass `redact`. Event names are `noun.verb_past`.
"""

import logging
import re
import sys
from collections.abc import Iterable, Mapping, MutableMapping
from types import TracebackType
from typing import Any, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

_TEXT_KEYS = frozenset({"text", "body", "caption", "quote", "message_text", "content"})
_ADDRESS_KEYS = frozenset({"sender", "address", "chat_id", "user_id", "phone", "recipient", "to", "from", "from_user"})
_DROPPED = object()
_BOT_TOKEN = re.compile(r"(?<!\d)\d{6,}(?::|%3[aA])[\w-]{30,}", re.ASCII)
_HEX_KEY = re.compile(r"(?<![0-9a-zA-Z])(?:[0-9a-fA-F]{64}|[0-9a-fA-F]{32})(?![0-9a-zA-Z])")
_CREDENTIALS = re.compile(r"(?i)(\b(?:bearer|basic)\s+|://[^\s/:@]*:)[^\s@\"']+")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b")
_NUMBERS = re.compile(
    r"(?P<moment>(?<!\d)20\d\d-[01]\d-[0-3]\d(?![\d-])(?:[ T]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?)?)"
    r"|(?P<digits>\+?\d(?:[\s().\u00a0\u2010-\u2015-]{0,3}\d){8,})"
)


def configure(*, json: bool, secrets: Iterable[str] = (), stream: TextIO | None = None, level: int = logging.INFO) -> None:
    """`json` for machines, else for a person at a terminal. `secrets` are this process's own: removed wherever they turn up."""
    redactor = Redactor(secrets)
    before: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.format_exc_info,
        redactor,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer: Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False) if json else structlog.dev.ConsoleRenderer(colors=False)
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=before, processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer]
        )
    )
    logging.basicConfig(handlers=[handler], level=level, force=True)
    logging.captureWarnings(True)
    structlog.configure(
        processors=[*before, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    sys.excepthook = _log_the_crash


class Redactor:
    """The processor: drops texts, masks addresses and numbers, removes secrets, in values, keys and tracebacks."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._secrets = tuple(sorted({secret for secret in secrets if len(secret) >= 8}, key=len, reverse=True))

    def __call__(self, logger: WrappedLogger, method: str, event_dict: EventDict) -> EventDict:
        internal = {key: value for key, value in event_dict.items() if key.startswith("_")}
        named = {key: value for key, value in event_dict.items() if not key.startswith("_")}
        cleaned: MutableMapping[str, Any] = self._mapping(named)
        return {**cleaned, **internal}

    def line(self, line: str) -> str:
        """For what is printed outside a log."""
        for secret in self._secrets:
            line = line.replace(secret, "***")
        line = _BOT_TOKEN.sub("***", line)
        line = _CREDENTIALS.sub(r"\1***", line)
        line = _HEX_KEY.sub("***", line)
        line = _IBAN.sub("***", line)
        return _NUMBERS.sub(_masked_number, line)

    def _mapping(self, values: Mapping[Any, Any]) -> dict[str, Any]:
        pairs = ((self.line(str(key)), self._value(str(key).casefold(), value)) for key, value in values.items())
        return {key: value for key, value in pairs if value is not _DROPPED}

    def _value(self, key: str, value: Any) -> Any:
        if key in _TEXT_KEYS:
            return _DROPPED
        if value is None or isinstance(value, bool | float):
            return value
        if key in _ADDRESS_KEYS and isinstance(value, str | int):
            masked = self.line(str(value))
            return masked if "***" in masked else "***"
        if isinstance(value, int):
            masked = self.line(str(value))
            return masked if "***" in masked else value
        if isinstance(value, Mapping):
            return self._mapping(value)
        if isinstance(value, list | tuple | set | frozenset):
            return [self._value("", each) for each in value]
        return self.line(value if isinstance(value, str) else repr(value))


def _masked_number(match: "re.Match[str]") -> str:
    if match["moment"]:
        return match["moment"]
    digits = re.sub(r"\D", "", match["digits"])
    if len(digits) == 11 and digits[0] in "78":
        return f"+7{digits[1:4]}***{digits[-4:]}"
    if match["digits"].startswith("+") and len(digits) > 10:
        return f"+{digits[:4]}***{digits[-4:]}"
    return "***"


def _log_the_crash(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    structlog.get_logger("saqbol").critical("process.crashed", exc_info=(kind, error, trace))
