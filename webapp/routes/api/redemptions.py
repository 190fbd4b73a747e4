"""Devices redeeming tickets over HTTP: docs/api.md."""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta
from starlette.requests import Request
from starlette.responses import Response

from domain.admission import redemptions
from domain.admission.devices import Identity
from domain.admission.redemptions import Answer, Scan
from domain.kernel.clock import utc_now
from domain.kernel.errors import Forbidden, Message, say
from webapp import i18n
from webapp.machines import Gatekeeper, address_of, bearer_token, read_json
from webapp.permissions import Guarded, machine

Name = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"\A[A-Za-z0-9:_.-]+\Z")]


class Body(msgspec.Struct):
    scan_id: Name
    code: Annotated[str, Meta(max_length=512)]
    passage: bool = False
    kind: Literal["qr", "nfc", "id", "face", "pin"] = "qr"
    direction: Literal["in", "out"] = "in"
    persons: Annotated[int, Meta(ge=1, le=10_000)] | None = None


_decoder = msgspec.json.Decoder(Body)
_encoder = msgspec.json.Encoder()


async def device_of(request: Request) -> Identity:
    """The device whose bearer token came with the request."""
    keeper: Gatekeeper = request.app.state.gatekeeper
    return await keeper.device(bearer_token(request), address_of(request), utc_now())


def gate_of(request: Request) -> str:
    """The gate of the address, which is the one that the calling device stands at."""
    device: Identity = request.state.caller
    gate_id: str = request.path_params["gate_id"]
    if device.gate_id != gate_id:
        raise Forbidden(say("This device stands at another gate."))
    return gate_id


async def create(request: Request) -> Response:
    """201 for yes, 422 for no; the same scan_id gets the same answer."""
    device: Identity = request.state.caller
    gate_id = gate_of(request)
    body = await read_json(request, _decoder)
    scan = Scan(
        body.scan_id,
        gate_id,
        device.device_id,
        body.code,
        body.kind,
        body.direction,
        passage=body.passage,
        persons=body.persons,
    )
    now = utc_now()
    presented = await request.app.state.gatekeeper.reader.read(scan, now)
    answer = await request.app.state.db.act(redemptions.authorise, presented, now)
    return Response(
        _encoder.encode(shown(answer)),
        201 if answer.allowed else 422,
        media_type="application/json",
    )


def shown(answer: Answer) -> dict[str, Any]:
    """The answer as JSON: words that never change, and a sentence in both languages for a no."""
    told: dict[str, Any] = {
        "decision": answer.decision,
        "redemption_id": answer.redemption_id,
        "ticket_id": answer.ticket_id,
        "persons": answer.persons,
        "hold": answer.hold,
        "deadline_at": answer.deadline_at,
        "details": answer.details,
    }
    if answer.refusal is not None:
        sentence = Message(answer.refusal.message)
        told["reason"] = answer.refusal
        told["message"] = i18n.here(sentence)
        told["message_zh"] = i18n.translate("zh", sentence)
        told["message_en"] = i18n.translate("en", sentence)
    return told


routes: list[Guarded] = [
    machine(
        "/api/gates/{gate_id}/redemptions",
        create,
        name="api.redemptions.create",
        methods=["POST"],
        caller=device_of,
    )
]
