"""Devices getting their secret for a code that staff made: docs/devices.md."""

from typing import Annotated

import msgspec
import structlog
from msgspec import Meta
from starlette.requests import Request
from starlette.responses import Response

from domain.admission import devices
from domain.admission.devices import Paired
from domain.kernel.clock import utc_now
from webapp import i18n
from webapp.machines import BrokerAddress, address_of, out_of_reach, read_json
from webapp.permissions import Guarded, machine

PROTOCOL = (1, 1)  # the oldest and the newest version of the device protocol that we speak


class Body(msgspec.Struct):
    code: Annotated[str, Meta(min_length=1, max_length=64)]
    serial: Annotated[str, Meta(max_length=80)] = ""
    model: Annotated[str, Meta(max_length=80)] = ""


log = structlog.get_logger()
_decoder = msgspec.json.Decoder(Body)
_encoder = msgspec.json.Encoder()


async def anyone(request: Request) -> str:
    """A device has no secret yet: its address is what is counted."""
    return address_of(request)


async def create(request: Request) -> Response:
    """201 with id, secret and broker; 403 for a wrong code, 429 after too many. `warning` says
    when the device will not reach the broker from where it stands."""
    address: str = request.state.caller
    body = await read_json(request, _decoder)
    answer = await request.app.state.db.act(
        devices.pair,
        body.code,
        body.serial,
        body.model,
        address,
        request.app.state.vault,
        utc_now(),
        lane=f"pairing:{address}",
    )
    if not isinstance(answer, Paired):
        raise answer
    await request.app.state.let_devices_in()
    broker: BrokerAddress = request.app.state.broker_address
    told: dict[str, object] = {
        "device_id": answer.device_id,
        "secret": answer.secret,
        "mqtt": broker._asdict(),
        "protocol": PROTOCOL,
    }
    if warning := out_of_reach(broker, address):
        told["warning"] = i18n.here(warning)
        log.warning("pairing.broker_out_of_reach", device_id=answer.device_id, address=address)
    return Response(
        _encoder.encode(told),
        201,
        {"Cache-Control": "no-store"},
        media_type="application/json",
    )


routes: list[Guarded] = [
    machine(
        "/api/devices/pairings",
        create,
        name="api.pairings.create",
        methods=["POST"],
        caller=anyone,
    )
]
