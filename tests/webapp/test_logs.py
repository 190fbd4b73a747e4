"""Nothing personal and nothing secret is written down."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from webapp import logs


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("call 13800138000 now", "call 138****8000 now"),
        ("+86 13800138000", "138****8000"),
        ("id 11010519491231002X", "id 110***002X"),
        ("id 110105194912310021", "id 110***0021"),
        ("card 6222 0212 3456 7890 123", "card [redacted]"),
        ("code 7K2M-90QX-ABCD-1234 scanned", "code [redacted] scanned"),
        ("code 7K2M90QXABCD1234", "code [redacted]"),
        ("qr " + "1234567890" * 23, "qr [redacted]"),
        ("Authorization: Bearer abc.def-123", "Authorization: Bearer [redacted]"),
        ("order 0193f2a4-7c00-7abc-8def-0123456789ab", None),
        ("price 123450 fen at 2026-11-22T14:32:05Z", None),
        ("QUOTA_EXHAUSTED for window 3", None),
        ("PRAGMA journal_mode=WAL", None),
    ],
)
def test_values_are_hidden_by_their_look(text: str, kept: str | None) -> None:
    assert logs.scrubbed(text) == (kept or text)


@pytest.mark.parametrize(
    "key",
    [
        "password",
        "new_password",
        "token",
        "secret",
        "authorization",
        "cookie",
        "code",
        "qr_code",
        "phone",
        "visitor_phone",
        "identity_number",
        "id_number",
        "card_no",
        "totp",
        "payload",
    ],
)
def test_values_are_hidden_by_their_key(key: str) -> None:
    event = logs.redact(None, "info", {key: "anything", "order_id": "42"})

    assert event == {key: logs.HIDDEN, "order_id": "42"}


def test_what_lies_deep_is_hidden_too() -> None:
    event = logs.redact(
        None, "info", {"form": {"login": "a", "password": "b"}, "all": ["13800138000"]}
    )

    assert event == {"form": {"login": "a", "password": logs.HIDDEN}, "all": ["138****8000"]}


def test_numbers_and_words_stay() -> None:
    event = {"status_code": 200, "milliseconds": 1.5, "error_code": "NOT_FOUND", "ok": True}

    assert logs.redact(None, "info", dict(event)) == event


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """The real chain, into memory; the old one afterwards."""
    root, stream = logging.getLogger(), io.StringIO()
    handlers, level = root.handlers, root.level
    logs.set_up("INFO", "json")
    assert isinstance(root.handlers[0], logging.StreamHandler)
    root.handlers[0].setStream(stream)
    yield stream
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()


def test_a_line_is_json_with_its_request(written: io.StringIO) -> None:
    with structlog.contextvars.bound_contextvars(request_id="r1"):
        structlog.get_logger("test").info("ticket.redeemed", ticket_id="t1", code="7K2M")

    line = json.loads(written.getvalue())
    assert (line["event"], line["request_id"], line["code"]) == (
        "ticket.redeemed",
        "r1",
        logs.HIDDEN,
    )
    assert line["timestamp"].endswith("Z")


def test_libraries_and_tracebacks_pass_the_same_net(written: io.StringIO) -> None:
    try:
        raise ValueError("bad phone 13800138000")
    except ValueError:
        logging.getLogger("some.library").exception("failed for %s", "13800138000")

    text = written.getvalue()
    assert "Traceback" in text
    assert "13800138000" not in text
