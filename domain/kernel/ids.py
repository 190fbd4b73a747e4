"""Ids name a thing and are no secret; codes let their holder in; numbers are for people."""

import os
import time
import uuid

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 16  # 80 random bits
_LOOK_ALIKES = str.maketrans({"O": "0", "I": "1", "L": "1"})


def new_id() -> str:
    """A UUIDv7 (RFC 9562, 5.7) as text: sorts by the time of its making."""
    milliseconds = time.time_ns() // 1_000_000
    random = int.from_bytes(os.urandom(10), "big")
    number = (milliseconds << 80) | random
    number = (number & ~(0xF << 76)) | (0x7 << 76)
    number = (number & ~(0x3 << 62)) | (0x2 << 62)
    return str(uuid.UUID(int=number))


def new_code() -> str:
    """80 random bits in 16 Crockford characters. Never in a log or a URL."""
    return "".join(CROCKFORD[byte & 31] for byte in os.urandom(CODE_LENGTH))


def clean_code(typed: str) -> str:
    """What a person typed, as we store it: case, spaces, dashes, O, I and L forgiven."""
    kept = "".join(character for character in typed.upper() if not character.isspace())
    return kept.replace("-", "").translate(_LOOK_ALIKES)


def shown_code(code: str) -> str:
    """A code in groups of four, as it is printed."""
    return "-".join(code[i : i + 4] for i in range(0, len(code), 4))
