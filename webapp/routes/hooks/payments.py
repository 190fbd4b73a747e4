"""A payment platform telling how a charge stands. What is not genuine changes nothing."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from domain.commerce import orders
from domain.kernel import clock
from domain.kernel.ports import CallbackRejected, Gateways
from webapp.parts import db_of
from webapp.permissions import Guarded, page
from webapp.platform_desk import note_callback

MOST_BYTES = 64 * 1024
HEARD = {"alipay": "success"}  # the word that a platform wants to hear; others want none


async def create(request: Request) -> Response:
    """Answered only when what it says is written down: else the platform tells it again."""
    platform = request.path_params["platform"]
    gateways: Gateways = getattr(request.app.state, "gateways", {})
    body = await _body(request)
    try:
        await orders.collecting.take_callback(
            db_of(request), gateways, platform, body, request.headers, clock.utc_now
        )
    except CallbackRejected:
        await note_callback(request, platform, is_genuine=False)
        raise
    await note_callback(request, platform, is_genuine=True)
    if word := HEARD.get(platform):
        return PlainTextResponse(word)
    return Response(status_code=204)


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            raise HTTPException(413)
    return bytes(body)


routes: list[Guarded] = [
    page(
        "/hooks/payments/{platform}",
        create,
        methods=["POST"],
        name="hooks.payments.create",
        public=True,
    ),
]
