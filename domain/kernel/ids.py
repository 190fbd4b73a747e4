"""Ids name a thing and are no secret; codes let their holder in; numbers are for people."""

import os
import time
from collections import deque

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 16  # 80 random bits
_BYTES, _AT_ONCE = 10, 256
_NO_MARKS = ~(0xF << 76 | 0x3 << 62)
_MARKS = 0x7 << 76 | 0x2 << 62  # version and variant
_random: deque[int] = deque()
os.register_at_fork(after_in_child=_random.clear)  # or parent and child would make the same ids
_LOOK_ALIKES = str.maketrans({"O": "0", "I": "1", "L": "1"})


def new_id() -> str:
    """A UUIDv7 (RFC 9562, 5.7) as text: sorts by the time of its making."""
    number = (time.time_ns() // 1_000_000 << 80) | _random_bits()
    text = f"{number & _NO_MARKS | _MARKS:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def _random_bits() -> int:
    """80 of them, asked of the system for many ids at once: asking costs a busy thread its turn."""
    try:
        return _random.pop()
    except IndexError:
        taken = os.urandom(_BYTES * _AT_ONCE)
        bits = [int.from_bytes(taken[at : at + _BYTES]) for at in range(0, len(taken), _BYTES)]
        _random.extend(bits[1:])
        return bits[0]


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
