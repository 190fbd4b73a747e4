"""The log files: turned when they are full, looked through from their end, nothing secret shown."""

import json
import logging
import multiprocessing
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
import structlog
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette

from domain.kernel import clock
from domain.operation.staff import Role
from tests.webapp.people import sign_in_as
from webapp import log_search, logs
from webapp.log_files import NAME, LogFiles, files_in
from webapp.log_search import Wanted, look

EVERYTHING = Wanted()


def write(folder: Path, many: int, **values: object) -> None:
    """Lines of an hour each, the newest last."""
    folder.mkdir(exist_ok=True)
    with (folder / NAME).open("a") as file:
        for n in range(many):
            said = {"event": f"thing.{n}", "level": "info", "request_id": f"{n:012x}"}
            at = f"2026-07-{n // 24 % 28 + 1:02}T{n % 24:02}:00:00.000000Z"
            file.write(json.dumps(said | {"timestamp": at} | values, ensure_ascii=False) + "\n")


def all_of(folder: Path, wanted: Wanted = EVERYTHING) -> list[str]:
    """The events of every page."""
    found = look(folder, wanted, None)
    events = [line.event for line in found.lines]
    while found.further:
        found = look(folder, wanted, found.further)
        events += [line.event for line in found.lines]
    return events


def test_the_newest_come_first_and_pages_follow(tmp_path: Path) -> None:
    write(tmp_path, 250)
    assert all_of(tmp_path) == [f"thing.{n}" for n in range(249, -1, -1)]


def test_an_answer_reads_a_bounded_piece(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, 20_000)
    monkeypatch.setattr(log_search, "MOST_READ", 200_000)
    monkeypatch.setattr(log_search, "BLOCK", 4_096)
    found = look(tmp_path, Wanted(text="thing.0"), None)
    assert found.read_bytes < 210_000
    assert found.further
    assert all_of(tmp_path, Wanted(event="thing.7777")) == ["thing.7777"]


@pytest.mark.parametrize(
    ("wanted", "events"),
    [
        (Wanted(request_id="000000000003"), ["thing.3"]),
        (Wanted(text="THING.4"), ["thing.4"]),
        (Wanted(level="error"), []),
        (Wanted(level="info", until_at="2026-07-01T02:00:00"), ["thing.1", "thing.0"]),
        (Wanted(from_at="2026-07-01T04:00:00"), ["thing.4"]),
        (Wanted(staff_id="nobody"), []),
    ],
)
def test_lines_are_found(tmp_path: Path, wanted: Wanted, events: list[str]) -> None:
    write(tmp_path, 5)
    assert all_of(tmp_path, wanted) == events


@settings(max_examples=40)
@given(st.lists(st.binary(max_size=400), max_size=12))
def test_no_bytes_break_the_search(
    tmp_path_factory: pytest.TempPathFactory, raw: list[bytes]
) -> None:
    folder = tmp_path_factory.mktemp("logs")
    (folder / NAME).write_bytes(b"\n".join(raw))
    look(folder, EVERYTHING, None)


def test_what_was_not_hidden_is_hidden_here(tmp_path: Path) -> None:
    write(tmp_path, 1, said="call 13800138000", token="abc")
    (line,) = look(tmp_path, EVERYTHING, None).lines
    assert dict(line.rest) == {"said": "call 138****8000", "token": "[redacted]"}


def pour(folder: str, name: str) -> None:
    files = LogFiles(Path(folder), most_bytes=20_000)
    for n in range(300):
        files.emit(logging.makeLogRecord({"msg": f'{{"event": "{name}.{n}"}}' + " " * 40}))


def test_several_processes_turn_the_files_and_lose_no_line(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    pourers = [context.Process(target=pour, args=(str(tmp_path), f"p{n}")) for n in range(2)]
    for one in pourers:
        one.start()
    for one in pourers:
        one.join(60)
    assert len(files_in(tmp_path)) > 1
    wanted = sorted(f"p{p}.{n}" for p in range(2) for n in range(300))
    assert sorted(all_of(tmp_path)) == wanted


def test_the_files_are_ours_alone_and_bounded(tmp_path: Path) -> None:
    files = LogFiles(tmp_path, most_bytes=1_000)
    for n in range(200):
        files.emit(logging.makeLogRecord({"msg": f"{n:0200}"}))
    files.close()
    assert len(files_in(tmp_path)) == 10
    assert all(path.stat().st_size <= 1_000 for path in files_in(tmp_path))
    assert (tmp_path / NAME).stat().st_mode & 0o077 == 0


@pytest.fixture
def written(tmp_path: Path) -> Iterator[Path]:
    """The real logging, with its files in a folder."""
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    root.handlers = []
    logs.set_up("INFO", "json", tmp_path / "logs")
    yield tmp_path / "logs"
    for handler in root.handlers:
        handler.close()
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()


def test_the_server_writes_its_log_into_files(written: Path) -> None:
    structlog.get_logger("a").info("order.paid", order_id="1", phone="13800138000")
    try:
        raise ValueError("Bearer abc.def-123")
    except ValueError:
        logging.getLogger("library").exception("it broke")

    broke, paid = look(written, EVERYTHING, None).lines
    assert (paid.event, dict(paid.rest)) == ("order.paid", {"order_id": "1", "phone": "[redacted]"})
    assert "ValueError" in broke.trace
    assert "abc.def" not in broke.trace


async def test_a_request_leads_to_its_audit_entries_and_back(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    await sign_in_as(client, app, Role.ADMINISTRATOR)
    made = await client.post("/office/units", data={"name_zh": "云岭", "code": "Z9"})
    request_id = made.headers["x-request-id"]
    assert made.status_code == 303, made.text
    now = clock.utc_now().isoformat().replace("+00:00", "Z")
    folder = app.state.settings.data_dir / "logs"
    write(folder, 1, request_id=request_id, timestamp=now)

    trail = await client.get("/office/audit", params={"q": request_id})
    assert f"/office/logs?request_id={request_id}" in trail.text
    page = await client.get("/office/logs", params={"request_id": request_id})
    assert "thing.0" in page.text
    assert f"/office/audit?q={request_id}" in page.text
    assert (await client.get("/office/logs?below=1.1&level=nonsense")).status_code == 200


async def test_the_logs_are_for_those_who_may(app: Starlette, client: httpx2.AsyncClient) -> None:
    await sign_in_as(client, app, Role.CASHIER)
    assert (await client.get("/office/logs")).status_code == 403
