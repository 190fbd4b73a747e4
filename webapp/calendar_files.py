"""A visit as a calendar file (RFC 5545), for the phone's own calendar."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

MOST_OCTETS = 75  # of a line; what is longer is folded
ESCAPED = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})


class Event(NamedTuple):
    """`uid` stays the same for ever, so that a changed visit moves instead of doubling."""

    uid: str
    starts_at: datetime
    ends_at: datetime
    summary: str
    place: str
    text: str
    sequence: int


def calendar(events: Sequence[Event], made_at: datetime) -> bytes:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Shanmen//Tickets//ZH"]
    for one in events:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{one.uid}",
            f"SEQUENCE:{one.sequence}",
            f"DTSTAMP:{stamp(made_at)}",
            f"DTSTART:{stamp(one.starts_at)}",
            f"DTEND:{stamp(one.ends_at)}",
            f"SUMMARY:{one.summary.translate(ESCAPED)}",
            f"LOCATION:{one.place.translate(ESCAPED)}",
            f"DESCRIPTION:{one.text.translate(ESCAPED)}",
            "BEGIN:VALARM",
            "ACTION:DISPLAY",
            f"DESCRIPTION:{one.summary.translate(ESCAPED)}",
            "TRIGGER:-PT12H",
            "END:VALARM",
            "END:VEVENT",
        ]
    return b"".join(folded(line) for line in [*lines, "END:VCALENDAR"])


def stamp(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def folded(line: str) -> bytes:
    """At most 75 octets a line, no character cut in two."""
    pieces: list[bytes] = []
    piece = b""
    for character in line:
        octets = character.encode()
        if len(piece) + len(octets) > MOST_OCTETS - bool(pieces):
            pieces.append(piece)
            piece = b""
        piece += octets
    return b"\r\n ".join([*pieces, piece]) + b"\r\n"
