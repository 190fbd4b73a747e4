"""The wire schema: exactly the contract, and deaf to nothing but what the contract forbids."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from devicehub import messages
from devicehub.messages import BadMessage, decode, encode

CONTRACT = json.loads((Path(__file__).parent / "schema.json").read_text())
SAMPLES: dict[str, dict[str, Any]] = {
    "up/state": {"v": 1, "s": "online", "boot": "b1"},
    "up/info": {
        "v": 1,
        "ts": 1,
        "boot": "b1",
        "model": "TS-3",
        "fw": "1.0",
        "proto": [1, 1],
        "caps": ["qr"],
        "ch": [{"id": 1, "dir": "in"}],
    },
    "up/cfg": {"v": 1, "ts": 1, "boot": "b1", "rev": 3, "err": {"lamp": "unknown"}},
    "up/scan": {"v": 1, "ts": 1, "boot": "b1", "cid": "c1", "ch": 1, "code": "X", "deadline": 9},
    "up/ack": {"v": 1, "ts": 1, "boot": "b1", "cmd": "m1", "status": "done"},
    "up/pass": {"v": 1, "ts": 1, "boot": "b1", "key": "k1", "ch": 1, "result": "passed"},
    "up/batch": {
        "v": 1,
        "ts": 1,
        "boot": "b1",
        "bid": "a",
        "events": [{"key": "k", "t": "pass", "ts": 5, "data": {"a": [1.5, None]}}],
    },
    "up/alarm": {
        "v": 1,
        "ts": 1,
        "boot": "b1",
        "aid": "a1",
        "code": "jam",
        "sev": "warn",
        "active": True,
    },
    "up/hb": {"v": 1, "ts": 1, "boot": "b1", "up": 5, "mode": "online", "temp": 20.5},
    "up/list": {"v": 1, "ts": 1, "boot": "b1", "list": "block", "have": 0},
    "up/time": {"v": 1, "ts": 1, "boot": "b1", "t0": 1},
    "down/cfg": {"v": 1, "ts": 1, "rev": 4, "cfg": {"open_ms": 3000}},
    "down/scan": {"v": 1, "ts": 1, "cid": "c1", "decision": "allow", "show": {"number": 0}},
    "down/cmd": {"v": 1, "ts": 1, "cmd": "m1", "op": "open", "exp": 9, "args": {"n": 1}},
    "down/ok": {"v": 1, "ts": 1, "keys": ["k1"]},
    "down/batch": {"v": 1, "ts": 1, "bid": "a", "ok": ["k"], "bad": {"z": "why"}},
    "down/time": {"v": 1, "ts": 1, "t0": 1, "t1": 2, "t2": None},
    "down/list": {
        "v": 1,
        "ts": 1,
        "list": "block",
        "rev": 2,
        "base": None,
        "i": 0,
        "of": 1,
        "data": "",
        "sha256": "",
        "exp": 9,
    },
    "down/fw": {
        "v": 1,
        "ts": 1,
        "ver": "2",
        "url": "https://a.test/f",
        "size": 1,
        "sha256": "",
        "sig": "",
    },
}
WHATS = sorted(SAMPLES)
EXTREMES = st.sampled_from(
    [
        *(None, True, False, 0, -1, 1, 1.0, 1.5, -0.0, 2**53, 2**53 + 1, 2**63, 10**30, 1e308),
        *("", "1", "a", "in", "online", "a b", "山门", "\x00", "x" * 64, "x" * 65, "y" * 513),
        *([], [1], ["k"], [1, 2], [1, 2, 3], {}, {"a": "b"}, {"a": 1}, {"a": {"b": [1]}}),
    ]
)
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def topic(what: str) -> str:
    return f"shanmen/1/gate-1/{what}"


def is_valid(what: str, document: object) -> bool:
    direction, name = what.split("/")
    validator = jsonschema.Draft202012Validator(CONTRACT[direction][name])
    return bool(validator.is_valid(document))


def is_read(what: str, payload: bytes) -> bool:
    try:
        decode(topic(what), payload)
    except BadMessage:
        return False
    return True


def test_the_schema_is_exactly_the_contract() -> None:
    ours = {
        direction: {what: model.model_json_schema() for what, model in models.items()}
        for direction, models in messages.WORDS.items()
    }
    assert {**CONTRACT, **ours} == CONTRACT
    assert set(ours) == set(CONTRACT) - {"$schema", "title"}


def test_every_message_has_a_sample() -> None:
    assert set(WHATS) == set(messages.WHAT_OF.values())


@pytest.mark.parametrize("what", WHATS)
def test_a_sample_is_read_and_written_as_the_contract_says(what: str) -> None:
    received = decode(topic(what), json.dumps(SAMPLES[what]).encode())

    assert (received.device_id, received.what) == ("gate-1", what.split("/")[1])
    assert is_valid(what, json.loads(encode(received.message)))
    assert decode(topic(what), encode(received.message)) == received
    assert messages.topic_of("gate-1", received.message) == topic(what)


@pytest.mark.parametrize("what", WHATS)
def test_unknown_fields_are_ignored_and_missing_ones_are_not(what: str) -> None:
    sample = SAMPLES[what]
    direction, name = what.split("/")

    assert is_read(what, json.dumps({**sample, "later": {"x": 1}}).encode())
    for field in CONTRACT[direction][name]["required"]:
        without = {key: value for key, value in sample.items() if key != field}
        assert not is_read(what, json.dumps(without).encode()), field


@given(what=st.sampled_from(WHATS), value=EXTREMES | JSON_VALUES, data=st.data())
def test_one_changed_field_is_judged_as_the_contract_judges_it(
    what: str, value: object, data: st.DataObject
) -> None:
    direction, name = what.split("/")
    field = data.draw(st.sampled_from(sorted(CONTRACT[direction][name]["properties"])))
    document = {**SAMPLES[what], field: value}

    assert is_read(what, json.dumps(document).encode()) == is_valid(what, document)


@given(what=st.sampled_from(WHATS) | st.text(), payload=st.binary(max_size=300))
def test_random_bytes_are_a_bad_message_and_nothing_else(what: str, payload: bytes) -> None:
    is_read(what, payload)


@given(what=st.sampled_from(WHATS), document=JSON_VALUES)
def test_any_json_is_judged_as_the_contract_judges_it(what: str, document: object) -> None:
    assert is_read(what, json.dumps(document).encode()) == is_valid(what, document)


@given(what=st.sampled_from(WHATS), at=st.integers(0, 400), byte=st.integers(0, 255))
def test_one_broken_byte_never_raises_anything_else(what: str, at: int, byte: int) -> None:
    payload = bytearray(json.dumps(SAMPLES[what]).encode())
    payload[at % len(payload)] = byte
    is_read(what, bytes(payload))


@pytest.mark.parametrize(
    "local",
    [
        *(b'{"a": NaN}', b'{"a": Infinity}', b'{"a": [-Infinity]}', b'{"a": 1e999}'),
        *(b'{"a": "\\ud800"}', b'{"a": ' + b"9" * 5000 + b"}", b'{"a": "\xff"}'),
        *(b'{"a":' * 5000 + b"1" + b"}" * 5000, b"[" * 100_000),
    ],
)
def test_what_json_cannot_say_is_refused(local: bytes) -> None:
    sample = json.dumps(SAMPLES["up/scan"]).encode()
    assert not is_read("up/scan", sample[:-1] + b', "local": ' + local + b"}")


def test_a_whole_number_may_be_written_with_a_point() -> None:
    payload = json.dumps({**SAMPLES["up/scan"], "v": 1.0, "ch": 2.0, "ts": 1.7e12}).encode()
    message = decode(topic("up/scan"), payload).message

    assert isinstance(message, messages.Scan)
    assert (message.v, message.ch, message.ts) == (1, 2, 1_700_000_000_000)
    assert isinstance(message.ch, int)


def test_the_last_of_two_equal_keys_counts() -> None:
    payload = json.dumps(SAMPLES["up/scan"]).encode()[:-1] + b', "code": "LAST"}'
    message = decode(topic("up/scan"), payload).message

    assert isinstance(message, messages.Scan)
    assert message.code == "LAST"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "utf-8-sig"])
def test_only_plain_utf_8_is_read(encoding: str) -> None:
    assert not is_read("up/state", json.dumps(SAMPLES["up/state"]).encode(encoding))


def test_a_payload_over_the_limit_is_refused() -> None:
    huge = json.dumps({**SAMPLES["up/state"], "reason": "x" * messages.PACKET_BYTES})
    assert not is_read("up/state", huge.encode())


@pytest.mark.parametrize(
    "bad",
    [
        *("", "/", "shanmen/1/gate-1/up", "shanmen/2/gate-1/up/state", "shanmen/1//up/state"),
        *("shanmen/1/gate-1/up/state/x", "shanmen/1/gate-1/sideways/state"),
        *("shanmen/1/gate 1/up/state", "shanmen/1/gate-1/up/open", "shanmen/1/山/up/state"),
    ],
)
def test_a_foreign_topic_is_a_bad_message(bad: str) -> None:
    with pytest.raises(BadMessage):
        decode(bad, json.dumps(SAMPLES["up/state"]).encode())


def test_the_reason_never_repeats_the_code() -> None:
    payload = json.dumps({**SAMPLES["up/scan"], "code": "SECRET" * 100}).encode()
    with pytest.raises(BadMessage) as refused:
        decode(topic("up/scan"), payload)

    assert refused.value.device_id == "gate-1"
    assert "SECRET" not in str(refused.value)
