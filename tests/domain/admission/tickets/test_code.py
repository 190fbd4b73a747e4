"""Ticket code v1: what is signed comes back, and nothing else is accepted."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.admission.tickets import code as codes
from domain.admission.tickets.code import BadCode, CodeBody, CodeFault, CodeFlag, CodeKind

PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = {7: PRIVATE.public_key()}
DAY_KEY = b"d" * 32
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
BODY = CodeBody(
    key_number=7,
    kind=CodeKind.SINGLE,
    flags=CodeFlag.RE_ENTRY,
    ticket_number=0xDEADBEEF12345678,
    type_number=1201,
    scope_bits=0b1011,
    valid_from=NOON,
    valid_minutes=24 * 60,
    entries=3,
    persons=1,
    issue_serial=1,
    area_number=42,
)
CODE = codes.sign(BODY, PRIVATE)

bodies = st.builds(
    CodeBody,
    key_number=st.just(7),
    kind=st.sampled_from(CodeKind),
    flags=st.integers(0, 63).filter(lambda bits: not bits & CodeFlag.DYNAMIC).map(CodeFlag),
    ticket_number=st.integers(0, 2**64 - 1),
    type_number=st.integers(0, 2**16 - 1),
    scope_bits=st.integers(0, 2**32 - 1),
    valid_from=st.integers(0, 2**24 - 1).map(lambda m: codes.EPOCH + timedelta(minutes=m)),
    valid_minutes=st.integers(0, 2**24 - 1),
    entries=st.integers(0, 255),
    persons=st.integers(0, 255),
    issue_serial=st.integers(0, 2**16 - 1),
    area_number=st.integers(0, 2**32 - 1),
)


def fault_of(code: str, **given: object) -> CodeFault:
    day_keys = given.get("day_keys", (DAY_KEY,))
    now = given.get("now", NOON)
    assert isinstance(day_keys, tuple)
    assert isinstance(now, datetime)
    with pytest.raises(BadCode) as raised:
        codes.verify(code, PUBLIC, day_keys=day_keys, now=now)
    return raised.value.fault


@given(bodies)
def test_what_was_signed_comes_back(body: CodeBody) -> None:
    code = codes.sign(body, PRIVATE)
    assert len(code) == 232
    assert code.isascii()
    assert codes.verify(code, PUBLIC, now=NOON) == (body, False)


@given(bodies, st.integers(0, 2**32).map(lambda s: NOON + timedelta(seconds=s)))
def test_a_dynamic_code_is_accepted_when_it_is_fresh(body: CodeBody, now: datetime) -> None:
    body = replace(body, flags=body.flags | CodeFlag.DYNAMIC)
    key = codes.ticket_key(DAY_KEY, body.ticket_number)
    code = codes.make_dynamic(codes.sign(body, PRIVATE), key, now)
    assert len(code) == 246
    assert codes.verify(code, PUBLIC, day_keys=[b"other day", DAY_KEY], now=now) == (body, True)


def test_the_layout_is_the_contract_s() -> None:
    """Bytes written by hand from the contract; gates in the field rely on them."""
    packed = bytes.fromhex(
        "a1 07 00 08 deadbeef12345678 04b1 0000000b 0f2c10 0005a0 03 01 0001 0000002a"
    )
    assert int.from_bytes(packed[18:21], "big") == (NOON - codes.EPOCH).total_seconds() / 60
    assert codes.pack(BODY) == packed
    signature = PRIVATE.sign(b"TQ1" + packed)
    assert str(int.from_bytes(b"\x01" + packed + signature, "big")) == CODE


def test_none_of_twenty_thousand_tampered_codes_is_accepted() -> None:
    chance = random.Random(1)
    for _ in range(20_000):
        at = chance.randrange(len(CODE))
        digit = chance.choice("0123456789".replace(CODE[at], ""))
        with pytest.raises(BadCode):
            codes.verify(CODE[:at] + digit + CODE[at + 1 :], PUBLIC, now=NOON)


@given(st.binary(min_size=96, max_size=96))
@settings(max_examples=300)
def test_well_formed_noise_is_refused(noise: bytes) -> None:
    with pytest.raises(BadCode):
        codes.verify(codes.to_digits(noise), PUBLIC, now=NOON)


@given(st.text(max_size=300) | st.text("0123456789", min_size=200, max_size=300))
@settings(max_examples=300)
def test_any_other_text_is_refused(text: str) -> None:
    assert fault_of(text) in {CodeFault.FORM, CodeFault.FRAME, CodeFault.VERSION}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0",
        "0" + CODE,
        "0" + CODE[1:],
        CODE + "0",
        CODE[:-1],
        " " + CODE[1:],
        CODE[:-1] + "\n",
        "+" + CODE[1:],
        "-" + CODE[1:],
        CODE[:100] + "_" + CODE[101:],
        CODE.translate({ord("1"): "١"}),  # Arabic digits
        CODE.translate({ord("2"): "２"}),  # full width
        CODE[:-1] + "²",
        "9" * 4_299,
        "1" * 10_000_000,
        CODE * 2,
    ],
    ids=range(17),
)
def test_another_form_is_refused_at_once(text: str) -> None:
    assert fault_of(text) is CodeFault.FORM


def test_the_right_length_with_another_frame_is_refused() -> None:
    assert fault_of("9" * 232) is CodeFault.FRAME
    assert fault_of("1" + "0" * 231) is CodeFault.FRAME
    assert fault_of("1" + "0" * 245) is CodeFault.FRAME


def resigned(at: int, value: int) -> str:
    """A genuine signature over a body that we would never write."""
    packed = bytearray(codes.pack(BODY))
    packed[at] = value
    return codes.to_digits(bytes(packed) + PRIVATE.sign(b"TQ1" + bytes(packed)))


def test_each_flaw_has_its_own_word() -> None:
    assert fault_of(resigned(0, 0xA2)) is CodeFault.VERSION
    assert fault_of(resigned(1, 8)) is CodeFault.KEY
    assert fault_of(resigned(2, 6)) is CodeFault.KIND
    assert fault_of(resigned(3, 64)) is CodeFault.FLAGS
    assert fault_of(resigned(3, CodeFlag.DYNAMIC)) is CodeFault.NOT_DYNAMIC
    for other in (b"", b"TQ2", b"TQ1dyn"):
        packed = codes.pack(BODY)
        code = codes.to_digits(packed + PRIVATE.sign(other + packed))
        assert fault_of(code) is CodeFault.SIGNATURE


def shown_at(moment: datetime, key: bytes = DAY_KEY) -> str:
    return codes.make_dynamic(CODE, codes.ticket_key(key, BODY.ticket_number), moment)


@pytest.mark.parametrize("age", [0, 14, 29])
def test_a_code_just_shown_is_fresh(age: int) -> None:
    verified = codes.verify(
        shown_at(NOON), PUBLIC, day_keys=(DAY_KEY,), now=NOON + timedelta(seconds=age)
    )
    assert verified.is_dynamic


@pytest.mark.parametrize("age", [46, 61, 15 * 256, 15 * 256 * 2, -46])
@given(second=st.integers(0, 14))
def test_a_screenshot_dies_within_46_seconds(age: int, second: int) -> None:
    shown = NOON + timedelta(seconds=second)
    assert fault_of(shown_at(shown), now=shown + timedelta(seconds=age)) is CodeFault.STALE


def test_a_dynamic_code_needs_the_key_of_its_day_and_ticket() -> None:
    assert fault_of(shown_at(NOON), day_keys=()) is CodeFault.STALE
    assert fault_of(shown_at(NOON, b"other")) is CodeFault.STALE
    other_ticket = codes.make_dynamic(CODE, codes.ticket_key(DAY_KEY, 1), NOON)
    assert fault_of(other_ticket) is CodeFault.STALE


def test_the_tail_of_one_ticket_does_not_freshen_another() -> None:
    other = codes.sign(replace(BODY, entries=0), PRIVATE)
    tail = codes.from_digits(shown_at(NOON))[96:]
    assert fault_of(codes.to_digits(codes.from_digits(other) + tail)) is CodeFault.STALE


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("key_number", 256),
        ("ticket_number", 2**64),
        ("ticket_number", -1),
        ("type_number", 2**16),
        ("scope_bits", 2**32),
        ("valid_minutes", 2**24),
        ("entries", 256),
        ("persons", -1),
        ("issue_serial", 2**16),
        ("area_number", 2**32),
        ("kind", 6),
        ("flags", 64),
        ("valid_from", codes.EPOCH - timedelta(minutes=1)),
        ("valid_from", codes.EPOCH + timedelta(minutes=2**24)),
        ("valid_from", NOON + timedelta(seconds=1)),
        ("valid_from", NOON.replace(tzinfo=None)),
    ],
)
def test_a_value_out_of_range_is_named(field: str, value: object) -> None:
    with pytest.raises(ValueError, match=field):
        replace(BODY, **{field: value})  # type: ignore[arg-type]  # wrong on purpose


def test_the_end_of_a_validity_is_known_unless_its_kind_decides() -> None:
    assert BODY.valid_until == NOON + timedelta(days=1)
    assert replace(BODY, valid_minutes=0).valid_until is None
