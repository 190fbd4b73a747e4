"""Ticket code v1: what a ticket's QR holds, so that a gate can decide without the server.

A body of 32 bytes and its Ed25519 signature of 64, printed as decimal digits: QR numeric mode
keeps them small, and a scanner that types survives any keyboard layout. A dynamic code carries
6 bytes more that live for 15 seconds, so that a screenshot is worth nothing. The layout is a
contract with gate makers: whatever does not have this very form is refused.
"""

import hmac
import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import IntEnum, IntFlag, StrEnum
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

VERSION = 0xA1
EPOCH = datetime(2025, 1, 1, tzinfo=UTC)
SIGNED_FOR = b"TQ1"  # goes before the body, so that a signature can serve no other protocol
BODY = struct.Struct(">BBBBQHI3s3sBBHI")
BODY_BYTES, SIGNATURE_BYTES = BODY.size, 64
STATIC_BYTES = BODY_BYTES + SIGNATURE_BYTES
STEP_SECONDS = 15
STEPS_OF_SKEW = 2  # a dynamic code dies 30 to 45 seconds after it was shown
TAG_BYTES = 5
DYNAMIC_BYTES = STATIC_BYTES + 1 + TAG_BYTES
FRAME = b"\x01"  # keeps leading zero bytes alive in the number
BYTES_BY_DIGITS = {232: STATIC_BYTES, 246: DYNAMIC_BYTES}  # a framed code has no other length


class CodeKind(IntEnum):
    SINGLE = 0
    GROUP = 1
    MULTI_DAY = 2
    ANNUAL_PASS = 3
    STAFF = 4
    TEST = 5


class CodeFlag(IntFlag):
    """What the gate has to ask for, beside the code itself."""

    NONE = 0
    DYNAMIC = 1
    CHECK_ID = 2
    CHECK_FACE = 4
    RE_ENTRY = 8
    CONCESSION = 16
    NAME_ON_FILE = 32


class CodeFault(StrEnum):
    """Why a code is not accepted. For logs and tests; a visitor is told BAD_CODE."""

    FORM = "form"  # not the right number of plain digits
    FRAME = "frame"
    VERSION = "version"
    KIND = "kind"
    FLAGS = "flags"
    KEY = "key"
    SIGNATURE = "signature"
    STALE = "stale"
    NOT_DYNAMIC = "not_dynamic"


class BadCode(ValueError):
    """Not a code of ours, or not one that counts now."""

    def __init__(self, fault: CodeFault) -> None:
        super().__init__(fault.value)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class CodeBody:
    """What is signed. Numbers, not ids: a gate has room for nothing longer."""

    key_number: int
    kind: CodeKind
    flags: CodeFlag
    ticket_number: int
    type_number: int
    scope_bits: int
    valid_from: datetime
    valid_minutes: int  # 0: until the rule of its kind ends it
    entries: int  # 0: any number
    persons: int
    issue_serial: int  # grows with each reissue; a gate keeps the highest it saw
    area_number: int

    def __post_init__(self) -> None:
        for name, bits in BITS.items():
            require_range(name, getattr(self, name), bits)
        require_range("valid_from, in minutes since 2025,", minutes_of(self.valid_from), 24)
        if self.kind not in KINDS or self.flags not in ALL_FLAGS:
            raise ValueError(f"unknown kind or flags: {self.kind!r}, {self.flags!r}")

    @property
    def valid_until(self) -> datetime | None:
        """The first moment it is no longer valid; None when its kind decides."""
        if not self.valid_minutes:
            return None
        return self.valid_from + timedelta(minutes=self.valid_minutes)


BITS = {
    "key_number": 8,
    "ticket_number": 64,
    "type_number": 16,
    "scope_bits": 32,
    "valid_minutes": 24,
    "entries": 8,
    "persons": 8,
    "issue_serial": 16,
    "area_number": 32,
}
KINDS = frozenset(kind.value for kind in CodeKind)
ALL_FLAGS = range(1 << len(CodeFlag))  # every combination of the six


class Verified(NamedTuple):
    body: CodeBody
    is_dynamic: bool  # it was made within the last moments, so it is no screenshot


def sign(body: CodeBody, private_key: Ed25519PrivateKey) -> str:
    """The code to print: 232 digits."""
    packed = pack(body)
    return to_digits(packed + private_key.sign(SIGNED_FOR + packed))


def verify(
    code: str,
    public_keys: Mapping[int, Ed25519PublicKey],
    *,
    day_keys: Iterable[bytes] = (),
    now: datetime,
) -> Verified:
    """What a code says, when it is genuine and fresh; else BadCode.

    Only the code is judged: its window, its scope and its uses are the caller's to weigh.
    """
    signed = from_digits(code)
    static, tail = signed[:STATIC_BYTES], signed[STATIC_BYTES:]
    body = unpack(static[:BODY_BYTES])
    if not (key := public_keys.get(body.key_number)):
        raise BadCode(CodeFault.KEY)
    try:
        key.verify(static[BODY_BYTES:], SIGNED_FOR + static[:BODY_BYTES])
    except InvalidSignature:
        raise BadCode(CodeFault.SIGNATURE) from None
    if not tail and CodeFlag.DYNAMIC in body.flags:
        raise BadCode(CodeFault.NOT_DYNAMIC)
    if tail and not is_fresh(static, tail, body.ticket_number, day_keys, now):
        raise BadCode(CodeFault.STALE)
    return Verified(body, bool(tail))


def has_form(code: str) -> bool:
    """Whether this can be a signed code at all: cheap, to tell it from a number typed by hand."""
    return len(code) in BYTES_BY_DIGITS and code.isascii() and code.isdigit() and code[0] != "0"


def ticket_key(day_key: bytes, ticket_number: int) -> bytes:
    """What the visitor's phone gets for one ticket and one day; a gate derives it likewise."""
    return hmac.digest(day_key, b"TQ1dyn" + ticket_number.to_bytes(8, "big"), "sha256")


def make_dynamic(code: str, key: bytes, now: datetime) -> str:
    """A printed code with the tag of this moment behind it: 246 digits. `key`: see `ticket_key`."""
    static = from_digits(code)[:STATIC_BYTES]
    step = step_at(now)
    return to_digits(static + bytes([step & 0xFF]) + tag_of(static, key, step))


def is_fresh(
    static: bytes, tail: bytes, ticket_number: int, day_keys: Iterable[bytes], now: datetime
) -> bool:
    """Whether the tag was made for one of the steps about now, with one of the days' keys."""
    current = step_at(now)
    steps = range(current - STEPS_OF_SKEW, current + STEPS_OF_SKEW + 1)
    step = next((step for step in steps if step & 0xFF == tail[0]), None)
    if step is None:
        return False
    keys = (ticket_key(day_key, ticket_number) for day_key in day_keys)
    return any(hmac.compare_digest(tail[1:], tag_of(static, key, step)) for key in keys)


def tag_of(static: bytes, key: bytes, step: int) -> bytes:
    return hmac.digest(key, step.to_bytes(5, "big") + static[-16:], "sha256")[:TAG_BYTES]


def step_at(now: datetime) -> int:
    return int(now.timestamp()) // STEP_SECONDS


def to_digits(signed: bytes) -> str:
    return str(int.from_bytes(FRAME + signed, "big"))


def from_digits(code: str) -> bytes:
    """The bytes behind a code. No two codes give the same bytes."""
    if not has_form(code):
        raise BadCode(CodeFault.FORM)
    number = int(code)
    framed = number.to_bytes((number.bit_length() + 7) // 8, "big")
    if framed[:1] != FRAME or len(framed) != 1 + BYTES_BY_DIGITS[len(code)]:
        raise BadCode(CodeFault.FRAME)
    return framed[1:]


def pack(body: CodeBody) -> bytes:
    return BODY.pack(
        VERSION,
        body.key_number,
        body.kind,
        body.flags,
        body.ticket_number,
        body.type_number,
        body.scope_bits,
        minutes_of(body.valid_from).to_bytes(3, "big"),
        body.valid_minutes.to_bytes(3, "big"),
        body.entries,
        body.persons,
        body.issue_serial,
        body.area_number,
    )


def unpack(packed: bytes) -> CodeBody:
    (
        version,
        key_number,
        kind,
        flags,
        ticket_number,
        type_number,
        scope_bits,
        since_epoch,
        lasting,
        entries,
        persons,
        issue_serial,
        area_number,
    ) = BODY.unpack(packed)
    if version != VERSION:
        raise BadCode(CodeFault.VERSION)
    if kind not in KINDS:
        raise BadCode(CodeFault.KIND)
    if flags not in ALL_FLAGS:
        raise BadCode(CodeFault.FLAGS)
    return CodeBody(
        key_number=key_number,
        kind=CodeKind(kind),
        flags=CodeFlag(flags),
        ticket_number=ticket_number,
        type_number=type_number,
        scope_bits=scope_bits,
        valid_from=EPOCH + timedelta(minutes=int.from_bytes(since_epoch, "big")),
        valid_minutes=int.from_bytes(lasting, "big"),
        entries=entries,
        persons=persons,
        issue_serial=issue_serial,
        area_number=area_number,
    )


def minutes_of(moment: datetime) -> int:
    """Whole minutes since 2025. A validity begins on a full minute, or something is wrong."""
    if moment.tzinfo is None:
        raise ValueError("valid_from: a moment without a zone")
    minutes, rest = divmod(moment - EPOCH, timedelta(minutes=1))
    if rest:
        raise ValueError(f"valid_from: not a full minute: {moment.isoformat()}")
    return minutes


def require_range(name: str, value: int, bits: int) -> None:
    if not 0 <= value < 1 << bits:
        raise ValueError(f"{name} must be 0 to {(1 << bits) - 1}: {value}")
