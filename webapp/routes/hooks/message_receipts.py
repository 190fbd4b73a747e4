"""Receipts of text messages. The secret in the address says who calls; a signature, where the
platform makes one, is checked as well."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from domain.kernel.errors import NotFound
from domain.operation.messages import providers
from webapp.parts import db_of, vault_of
from webapp.permissions import machine

TAKEN = {"code": 0, "msg": "OK", "result": 0, "errmsg": "OK"}  # as the platforms want to hear it


async def provider_of(request: Request) -> str:
    """Whose receipts these are. Raises NotFound."""
    row = await db_of(request).ask(providers.get, request.path_params["provider_id"])
    if not providers.is_token(vault_of(request), row.id, request.path_params["token"]):
        raise NotFound()
    return str(row.id)


async def create(request: Request) -> Response:
    body = await request.body()
    headers = {name.lower(): value for name, value in request.headers.items()}
    messenger = request.app.state.messenger
    await messenger.hear(request.state.caller, request.path_params["token"], headers, body)
    return JSONResponse(TAKEN)


routes = [
    machine(
        "/hooks/messages/{provider_id}/{token}",
        create,
        caller=provider_of,
        name="message_receipts.create",
        methods=["POST"],
    )
]
