"""The wire schema of device protocol v1: every message, its topic, its JSON (docs/devices.md).

The models are the contract: the JSON Schema made from them is `tests/devicehub/schema.json`, to the
letter. They have no docstrings, because a docstring would become part of the schema. Numbers and
texts are strict (`"1"` and `true` are no numbers), unknown fields are ignored.
"""

import json
import math
import re
import time
from collections.abc import Mapping
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    JsonValue,
    ValidationError,
    WithJsonSchema,
)

PACKET_BYTES = 256 * 1024
DEVICE_ID = re.compile(r"[A-Za-z0-9:_.-]{1,64}")


def _finite(document: dict[str, Any]) -> dict[str, Any]:
    """JSON knows no NaN and no infinity; the parser underneath lets them through."""
    waiting: list[object] = [document]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)
        elif isinstance(value, float) and not math.isfinite(value):
            raise ValueError("not a number that JSON can carry")
    return document


Name = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9:_.-]+$")]
Moment = Annotated[int, Field(ge=0, le=2**53)]
Document = Annotated[dict[str, Any], AfterValidator(_finite)]
Version = Annotated[int, Field(ge=1, le=1), WithJsonSchema({"const": 1, "type": "integer"})]
Direction = Literal["in", "out"]
ListName = Literal["block", "allow", "keys", "serial"]


class Message(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, strict=True, allow_inf_nan=False)

    v: Version


class Timed(Message):
    ts: Annotated[Moment, Field(description="sender's clock, Unix ms, UTC")]


class Up(Timed):
    boot: Annotated[
        Name,
        Field(
            description="new for every start of the device;"
            " a will or message of an older boot is ignored"
        ),
    ]


# --- what a device says


class State(Message):
    s: Literal["online", "offline", "degraded"]
    boot: Name
    reason: str | None = None
    queued: int = 0


class Channel(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, strict=True)

    id: int
    dir: Literal["in", "out", "both"]
    zone: int | None = None


class Info(Up):
    model: str
    vendor: str = ""
    serial: str = ""
    hw: str = ""
    fw: str
    proto: tuple[int, int]
    caps: list[str]
    ch: list[Channel]


class CfgReported(Up):
    rev: int
    err: dict[str, str] | None = None


class Scan(Up):
    cid: Name
    ch: int
    code: Annotated[str, Field(max_length=512)]
    kind: Literal["qr", "nfc", "id", "face", "pin"] = "qr"
    dir: Direction = "in"
    deadline: Annotated[
        Moment, Field(description="hub time after which the device no longer waits")
    ]
    local: Annotated[
        Document | None,
        Field(description="what the device itself found: signature, dynamic, blocked"),
    ] = None


class Ack(Up):
    cmd: Name
    status: Literal["accepted", "done", "rejected", "expired", "failed", "late"]
    err: str | None = None


class Pass(Up):
    key: Name
    ch: int
    result: Literal["passed", "timeout", "reverse", "tailgate", "forced"]
    sensor: Literal["rotor", "ir", "manual", "none"] = "none"
    cid: Name | None = None
    n: int = 1
    dir: Direction = "in"
    ms: int | None = None


class Event(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, strict=True)

    key: Name
    t: Literal["pass", "deny", "alarm", "cmd"]
    ts: Moment
    seq: int | None = None
    ch: int = 1
    code: str | None = None
    ticket: int | None = None
    off: bool = True
    clock_ok: bool = True
    why: str | None = None
    data: Document | None = None


class Batch(Up):
    bid: Name
    events: Annotated[list[Event], Field(max_length=500)]
    more: int = 0


class Alarm(Up):
    aid: Name
    code: Literal[
        "tamper",
        "forced",
        "tailgate",
        "jam",
        "fire",
        "power",
        "sensor",
        "printer",
        "paper",
        "storage",
        "clock",
    ]
    sev: Literal["info", "warn", "crit"]
    active: bool
    detail: str = ""


class Heartbeat(Up):
    up: int
    mode: Literal["online", "offline", "free", "locked", "service"]
    queued: int = 0
    lists: dict[str, int] = Field(default={})
    cfg: int = 0
    off_ms: int | None = None
    temp: float | None = None
    rssi: int | None = None


class ListReq(Up):
    list: ListName
    have: int


class TimeReq(Up):
    t0: Moment


# --- what the hub says


class CfgDesired(Timed):
    rev: int
    cfg: Document


class ScanReply(Timed):
    cid: Name
    decision: Literal["allow", "deny", "local"]
    reason: str | None = None
    open_ms: int | None = None
    persons: int = 1
    show: Document | None = None
    hold: Annotated[bool, Field(description="allow is a reservation: report pass or it lapses")] = (
        True
    )


class Cmd(Timed):
    cmd: Name
    op: Literal[
        "open",
        "lock",
        "free",
        "normal",
        "deny",
        "display",
        "beep",
        "reboot",
        "logs",
        "rotate",
        "fw",
    ]
    exp: Moment
    args: Document = Field(default={})
    mac: str | None = None


class Ok(Timed):
    keys: list[Name]


class BatchAck(Timed):
    bid: Name
    ok: list[Name]
    bad: dict[str, str] = Field(default={})
    dup: int = 0


class TimeReply(Timed):
    t0: Moment
    t1: Moment
    t2: Moment | None = None


class ListPart(Timed):
    list: ListName
    rev: int
    base: int | None
    i: int
    of: int
    enc: Literal["json", "zlib64"] = "zlib64"
    data: str
    sha256: str
    exp: Moment


class Fw(Timed):
    ver: str
    url: str
    size: int
    sha256: str
    sig: str
    after: Moment = 0
    before: Moment | None = None


UP: dict[str, type[Message]] = {
    "state": State,
    "info": Info,
    "cfg": CfgReported,
    "scan": Scan,
    "ack": Ack,
    "pass": Pass,
    "batch": Batch,
    "alarm": Alarm,
    "hb": Heartbeat,
    "list": ListReq,
    "time": TimeReq,
}
DOWN: dict[str, type[Message]] = {
    "cfg": CfgDesired,
    "scan": ScanReply,
    "cmd": Cmd,
    "ok": Ok,
    "batch": BatchAck,
    "time": TimeReply,
    "list": ListPart,
    "fw": Fw,
}
WORDS: dict[str, Mapping[str, type[Message]]] = {"up": UP, "down": DOWN}
RETAINED = frozenset({"up/state", "up/info", "up/cfg", "down/cfg", "down/fw"})
UNCONFIRMED = frozenset({"up/hb"})  # QoS 0; everything else is QoS 1
WHAT_OF = {
    model: f"{direction}/{what}"
    for direction, models in WORDS.items()
    for what, model in models.items()
}


class BadMessage(ValueError):
    """What came cannot be read. `device_id` is "" when not even the topic says whose it is."""

    def __init__(self, device_id: str, reason: str) -> None:
        super().__init__(reason)
        self.device_id = device_id


class Received(NamedTuple):
    device_id: str
    what: str  # `scan`, `pass` ...; up or down is known by who listens
    message: Message


def topic_of(device_id: str, message: Message) -> str:
    return f"shanmen/1/{device_id}/{WHAT_OF[type(message)]}"


def qos_of(message: Message) -> int:
    return 0 if WHAT_OF[type(message)] in UNCONFIRMED else 1


def is_retained(message: Message) -> bool:
    return WHAT_OF[type(message)] in RETAINED


def unix_ms() -> int:
    """This moment as messages carry it."""
    return time.time_ns() // 1_000_000


def decode(topic: str, payload: bytes) -> Received:
    """The typed message, or BadMessage and nothing else, whatever the bytes are."""
    device_id, model, what = _address(topic)
    if len(payload) > PACKET_BYTES:
        raise BadMessage(device_id, "longer than 256 KiB")
    try:
        return Received(device_id, what, model.__pydantic_validator__.validate_json(payload))
    except ValidationError as error:
        again = _with_whole_numbers(model, payload)
        if again is None:
            raise BadMessage(device_id, _first_reason(error)) from None
        return Received(device_id, what, again)


def encode(message: Message) -> bytes:
    return message.__pydantic_serializer__.to_json(message)


def _address(topic: str) -> tuple[str, type[Message], str]:
    levels = topic.split("/")
    if len(levels) != 5 or levels[:2] != ["shanmen", "1"] or not DEVICE_ID.fullmatch(levels[2]):
        raise BadMessage("", "not a topic of ours")
    _, _, device_id, direction, what = levels
    model = WORDS.get(direction, {}).get(what)
    if model is None:
        raise BadMessage(device_id, "no such message")
    return device_id, model, what


def _with_whole_numbers(model: type[Message], payload: bytes) -> Message | None:
    """A second look at what was refused: to JSON Schema 1.0 is a whole number, to Python it is not.

    Firmware that knows only floating numbers (Lua, some JavaScript) sends such; nobody else pays.
    """
    try:
        parsed = json.loads(payload.decode(), parse_constant=_no_constant)
        return model.model_validate_json(json.dumps(_whole(parsed)))
    except (ValueError, RecursionError):
        return None


def _whole(value: JsonValue) -> JsonValue:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [_whole(part) for part in value]
    if isinstance(value, dict):
        return {key: _whole(part) for key, part in value.items()}
    return value


def _no_constant(name: str) -> JsonValue:
    raise ValueError(f"{name} is not JSON")


def _first_reason(error: ValidationError) -> str:
    """Where and why, without the value: it may be a ticket's code."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    place = ".".join(str(part) for part in first["loc"])
    return f"{place}: {first['type']}"[:120] if place else first["type"]
