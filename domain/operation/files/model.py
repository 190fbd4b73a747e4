"""Which files may be kept: pictures, told by their content and never by their name."""

import struct
from typing import NamedTuple

from domain.kernel.errors import Message, say

MOST_BYTES = 2 * 1024 * 1024
MOST_PIXELS = 6_000  # a side

PNG = b"\x89PNG\r\n\x1a\n"
JPEG = b"\xff\xd8\xff"
JPEG_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}


class Picture(NamedTuple):
    media_type: str
    width: int
    height: int


def picture_in(content: bytes) -> Picture | None:
    """The picture that these bytes are; None for anything else (SVG can hold scripts)."""
    try:
        if content.startswith(PNG) and content[12:16] == b"IHDR":
            return Picture("image/png", *struct.unpack(">II", content[16:24]))
        if content.startswith(JPEG):
            return _jpeg(content)
        if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
            return _webp(content)
    except (struct.error, IndexError):
        return None
    return None


def problem_with(content: bytes, *, most_bytes: int = MOST_BYTES) -> Message | None:
    """Why these bytes cannot be kept as a picture; None when they can."""
    if not content:
        return say("Choose a file.")
    if len(content) > most_bytes:
        return say("A picture has at most {megabytes} MB.", megabytes=most_bytes // 1024 // 1024)
    picture = picture_in(content)
    if picture is None:
        return say("This is no PNG, JPEG or WebP picture.")
    if not 1 <= picture.width <= MOST_PIXELS or not 1 <= picture.height <= MOST_PIXELS:
        return say("A picture has at most {pixels} pixels a side.", pixels=MOST_PIXELS)
    return None


def _jpeg(content: bytes) -> Picture | None:
    at = 2
    while content[at] == 0xFF:
        marker, length = content[at + 1], struct.unpack(">H", content[at + 2 : at + 4])[0]
        if marker in JPEG_FRAMES:
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return Picture("image/jpeg", width, height)
        at += 2 + max(length, 2)
    return None


def _webp(content: bytes) -> Picture | None:
    form = content[12:16]
    if form == b"VP8X":
        width, height = (int.from_bytes(content[at : at + 3], "little") + 1 for at in (24, 27))
        return Picture("image/webp", width, height)
    if form == b"VP8L":
        bits = int.from_bytes(content[21:25], "little")
        return Picture("image/webp", (bits & 0x3FFF) + 1, ((bits >> 14) & 0x3FFF) + 1)
    if form == b"VP8 ":
        width, height = struct.unpack("<HH", content[26:30])
        return Picture("image/webp", width & 0x3FFF, height & 0x3FFF)
    return None
