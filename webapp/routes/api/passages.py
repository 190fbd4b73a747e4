"""Devices saying over HTTP what followed a yes: docs/api.md."""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta
from starlette.requests import Request
from starlette.responses import Response

from domain.admission import redemptions
from domain.admission.devices import Identity
from domain.admission.redemptions import Direction, Passage, PassResult, Recorded
from domain.kernel.clock import utc_now
from domain.kernel.errors import Conflict, say
from webapp.machines import read_json
from webapp.permissions import Guarded, machine
from webapp.routes.api.redemptions import Name, device_of, gate_of


class Body(msgspec.Struct):
    key: Name
    scan_id: Name | None = None
    result: Literal["passed", "annulled"] = "passed"
    reason: Literal["TIMEOUT", "REVERSE"] = "TIMEOUT"  # of an annulled one
    persons: Annotated[int, Meta(ge=1, le=10_000)] = 1
    direction: Literal["in", "out"] = "in"


_decoder = msgspec.json.Decoder(Body)
_encoder = msgspec.json.Encoder()


async def create(request: Request) -> Response:
    """201 with what was counted; the same key gets the same answer and counts once."""
    device: Identity = request.state.caller
    gate_id = gate_of(request)
    body = await read_json(request, _decoder)
    passage = Passage(
        device.device_id,
        body.key,
        body.scan_id,
        gate_id,
        result_of(body),
        body.persons,
        Direction(body.direction),
        "none",
        None,
    )
    recorded = await request.app.state.db.act(redemptions.record_passage, passage, utc_now())
    if recorded.differs:
        raise Conflict(say("This key was already used for another passage."), code="DUPLICATE")
    return Response(_encoder.encode(shown(body, recorded)), 201, media_type="application/json")


def result_of(body: Body) -> PassResult:
    return PassResult.PASSED if body.result == "passed" else PassResult(body.reason.lower())


def shown(body: Body, recorded: Recorded) -> dict[str, Any]:
    """`counted` is less than `persons` where a device told more than can have come."""
    return {
        "key": body.key,
        "result": body.result,
        "counted": recorded.counted,
        "ticket_id": recorded.ticket_id,
        "incident": recorded.incident,
    }


routes: list[Guarded] = [
    machine(
        "/api/gates/{gate_id}/passages",
        create,
        name="api.passages.create",
        methods=["POST"],
        caller=device_of,
    )
]
