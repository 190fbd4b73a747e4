"""OTAs ordering tickets: one address for every service, signed messages: docs/ota.md."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from domain.admission.ota import Port
from domain.kernel import clock
from webapp.guesses import Guesses
from webapp.machines import address_of
from webapp.permissions import Guarded, machine

MOST_BYTES = 256 * 1024


async def anyone(request: Request) -> str:
    """The signature inside the message says who calls; until then an address is all there is."""
    address = address_of(request)
    guesses: Guesses = request.app.state.ota_guesses
    guesses.check(address)
    return address


async def create(request: Request) -> Response:
    """Always 200 with a result code, as the OTA expects; what is no message at all too."""
    address: str = request.state.caller
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            raise HTTPException(413)
    port: Port = request.app.state.ota_port
    reply = await port.answer(bytes(body), address, clock.utc_now())
    if reply.is_stranger:
        request.app.state.ota_guesses.count(address)
    headers = {"Cache-Control": "no-store"}
    return Response(reply.encoded(), 200, headers, media_type="application/json")


routes: list[Guarded] = [
    machine(
        "/api/ota/orders", create, name="api.ota_orders.create", methods=["POST"], caller=anyone
    )
]
