"""Looking through the log files from their end, a bounded piece at a time."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from webapp import logs
from webapp.log_files import files_in

BLOCK = 256 * 1024
MOST_READ = 4 * 1024 * 1024  # of one answer; what lies further back is the next page
MOST_LINE = 256 * 1024  # a longer one is passed over
SIZE = 100
LEVELS = ("debug", "info", "warning", "error", "critical")
PLACE = re.compile(r"([0-9]{1,20})\.([0-9]{1,15})")
SAID_APART = ("timestamp", "level", "event", "request_id", "staff_id", "exception", "logger")


class Wanted(NamedTuple):
    """What to look for; what is not said does not matter. Times are ISO texts in UTC."""

    level: str = ""  # this one and what is worse
    event: str = ""  # or its beginning
    text: str = ""
    request_id: str = ""
    staff_id: str = ""
    from_at: str = ""
    until_at: str = ""


class Place(NamedTuple):
    """Where to go on: below this byte of the file with this number, whatever it is called now."""

    inode: int
    offset: int

    @property
    def text(self) -> str:
        return f"{self.inode}.{self.offset}"


class Line(NamedTuple):
    at: datetime | None
    level: str
    event: str
    request_id: str
    staff_id: str
    rest: list[tuple[str, str]]
    trace: str


class Found(NamedTuple):
    """Lines, newest first. `further`: where to look on; None at the end of the last file."""

    lines: list[Line]
    further: Place | None
    read_bytes: int


def iso(at: datetime) -> str:
    """As lines write it, to compare with."""
    return at.strftime("%Y-%m-%dT%H:%M:%S")


def place_in(text: str) -> Place | None:
    match = PLACE.fullmatch(text)
    return Place(int(match[1]), int(match[2])) if match else None


def look(folder: Path, wanted: Wanted, below: Place | None) -> Found:
    """The next lines that are wanted, reading at most MOST_READ bytes."""
    found: list[Line] = []
    read = 0
    paths = [(path, path.stat().st_ino) for path in files_in(folder)]
    if below is not None:
        at = next((n for n, (_, inode) in enumerate(paths) if inode == below.inode), None)
        if at is None:
            return Found([], None, 0)  # it has been turned out meanwhile
        paths = paths[at:]
    fits = test_for(wanted)
    for path, inode in paths:
        end = below.offset if below is not None and below.inode == inode else path.stat().st_size
        for offset, raw in backwards(path, end):
            read += len(raw) + 1
            line = fits(raw)
            if line is not None:
                found.append(line)
            if len(found) == SIZE or read > MOST_READ:
                return Found(found, Place(inode, offset), read)
            if wanted.from_at and line is None and is_before(raw, wanted.from_at):
                return Found(found, None, read)
    return Found(found, None, read)


def is_before(raw: bytes, moment: str) -> bool:
    parsed = parse(raw)
    said = str(parsed.get("timestamp", "")) if parsed else ""
    return bool(said) and said < moment


def backwards(path: Path, end: int) -> Iterator[tuple[int, bytes]]:
    """Each line with the byte where it begins, the last one first."""
    with path.open("rb") as file:
        rest, at = b"", end
        while at > 0:
            start = max(0, at - BLOCK)
            file.seek(start)
            rest = file.read(at - start) + rest
            at = start
            lines = rest.split(b"\n")
            rest, whole = lines[0], lines[1:]
            offset = at + len(rest) + 1 + sum(len(line) + 1 for line in whole)
            for line in reversed(whole):
                offset -= len(line) + 1
                if line and len(line) <= MOST_LINE:
                    yield offset, line
            if len(rest) > MOST_LINE:
                rest = b""  # no line of ours: do not gather it
        if rest:
            yield 0, rest


def parse(raw: bytes) -> dict[str, Any] | None:
    """A line's event; None for what is no line of ours (cut by a crash)."""
    try:
        parsed = msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return parsed if isinstance(parsed, dict) else None


def test_for(wanted: Wanted) -> Callable[[bytes], Line | None]:
    """Most lines are told apart by their bytes, without being understood."""
    needles = [part.encode() for part in (wanted.request_id, wanted.staff_id, wanted.event) if part]
    levels = set(LEVELS[LEVELS.index(wanted.level) :]) if wanted.level in LEVELS else set(LEVELS)
    text = wanted.text.casefold()

    def fits(raw: bytes) -> Line | None:
        if any(needle not in raw for needle in needles):
            return None
        if text and text not in raw.decode(errors="replace").casefold():
            return None
        said = parse(raw)
        if said is None or not is_wanted(said, wanted, levels):
            return None
        return line_of(said)

    return fits


def is_wanted(said: dict[str, Any], wanted: Wanted, levels: set[str]) -> bool:
    at = str(said.get("timestamp", ""))
    return (
        str(said.get("level", "info")) in levels
        and str(said.get("event", "")).startswith(wanted.event)
        and (not wanted.request_id or said.get("request_id") == wanted.request_id)
        and (not wanted.staff_id or said.get("staff_id") == wanted.staff_id)
        and (not wanted.from_at or at >= wanted.from_at)
        and (not wanted.until_at or at < wanted.until_at)
    )


def line_of(said: dict[str, Any]) -> Line:
    """What is shown, with the net of redaction below it once more."""
    shown = logs.redact(None, "", dict(said))
    rest = [(key, str(value)) for key, value in shown.items() if key not in SAID_APART]
    return Line(
        moment(str(shown.get("timestamp", ""))),
        str(shown.get("level", "info")),
        str(shown.get("event", "")),
        str(shown.get("request_id") or ""),
        str(shown.get("staff_id") or ""),
        [(key, value) for key, value in rest if value != "None"],
        str(shown.get("exception") or ""),
    )


def moment(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo else None
