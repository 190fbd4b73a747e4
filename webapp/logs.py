"""One line of JSON an event, nothing personal in it.

Callers log ids only; the redaction here is the net below them, for tracebacks and for libraries.
"""

import functools
import logging
import re
import sys
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

import structlog

from webapp.log_files import LogFiles

SECRET_KEYS = re.compile(
    r"pass(word|wd)|secret|token|authorization|cookie|session_?key|otp|totp"
    r"|^code$|_code$|^payload$|phone|mobile|identity|id_number|id_card|card_(no|number)|address_line",
    re.IGNORECASE,
)
PLAIN_KEYS = {"status_code", "error_code", "reason_code"}  # words, not secrets
HIDDEN = "[redacted]"

_EDGE, _END = r"(?<![0-9A-Za-z])", r"(?![0-9A-Za-z])"
PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]+"), r"\1 " + HIDDEN),
    (re.compile(r"(?<!\d)\d{60,}(?!\d)"), HIDDEN),  # a ticket's QR, in digits
    (re.compile(_EDGE + r"(\d{3})\d{11}(\d{3}[0-9Xx])" + _END), r"\1***\2"),  # identity number
    (re.compile(_EDGE + r"(?:\+?86[ -]?)?(1[3-9]\d)\d{4}(\d{4})" + _END), r"\1****\2"),  # phone
    (re.compile(_EDGE + r"(?:\d[ -]?){13,19}" + _END), HIDDEN),  # bank card
    (
        re.compile(
            r"(?<![\w-])(?=[0-9A-Z-]*\d)[0-9A-HJKMNP-TV-Z]{4}(?:-?[0-9A-HJKMNP-TV-Z]{4}){3}(?![\w-])"
        ),
        HIDDEN,
    ),  # a code of 16 characters
)
SHORTEST_SECRET = 11  # a phone, of all that the patterns find in one word
Event = MutableMapping[str, Any]


def redact(_logger: Any, _method: str, event: Event) -> Event:
    """Hide what may not be written down, by the name of the key or by the look of the value."""
    for key, value in event.items():
        event[key] = _hidden(key, value)
    return event


def set_up(level: str, form: str, folder: Path | None = None) -> None:
    """Send our own lines and those of the libraries through one chain to standard error, and to
    files of a folder, if one is said."""
    console = form == "console" or (form == "auto" and sys.stderr.isatty())
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
        redact,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        cache_logger_on_first_use=True,
    )
    ends: Any = (
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
        if console
        else _as_json()
    )
    handler = logging.StreamHandler()
    handler.setFormatter(_formatter(shared, ends))
    root = logging.getLogger()
    for old in root.handlers:
        old.close()
    root.handlers = [handler]
    if folder is not None:
        files = LogFiles(folder)
        files.setFormatter(_formatter(shared, _as_json()))
        root.addHandler(files)
    root.setLevel(level)
    for noisy in (
        "alembic",
        "uvicorn.access",
        "aiosqlite",
        "asyncio",
        "fontTools",
        "weasyprint",
        "sse_starlette",
    ):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def _as_json() -> Any:
    return structlog.processors.JSONRenderer(ensure_ascii=False, sort_keys=False)


def _formatter(shared: list[Any], ends: Any) -> logging.Formatter:
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, ends],
    )


def to_stderr() -> None:
    """For commands: their answer has standard output to itself."""
    if not structlog.is_configured():
        structlog.configure(logger_factory=lambda *_: structlog.PrintLogger(sys.stderr))


def _hidden(key: str, value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return HIDDEN if isinstance(value, int) and _is_secret(key) else value
    if _is_secret(key):
        return HIDDEN
    if isinstance(value, dict):
        return {inner: _hidden(str(inner), kept) for inner, kept in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_hidden(key, kept) for kept in value]
    return scrubbed(value if isinstance(value, str) else str(value))


def scrubbed(text: str) -> str:
    """A text without phones, identity and card numbers, codes and bearer tokens."""
    if len(text) < SHORTEST_SECRET and len(text.split()) < 2:  # a word: most values are one
        return text
    for pattern, instead in PATTERNS:
        text = pattern.sub(instead, text)
    return text


@functools.lru_cache(1_000)
def _is_secret(key: str) -> bool:
    return key not in PLAIN_KEYS and SECRET_KEYS.search(key) is not None
