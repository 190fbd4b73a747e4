"""The photo of a card's holder: for staff who sell, let in or look after cards of its area."""

from starlette.requests import Request
from starlette.responses import Response

from domain.cards import memberships
from domain.kernel.db import Tx
from domain.kernel.errors import Forbidden, NotFound
from domain.operation import files, places
from domain.operation.places import PlaceKind
from domain.operation.staff import Permission, SignedIn
from webapp.parts import db_of, staff_of

MAY_LOOK = (Permission.SALES_SELL, Permission.GATES_SCAN, Permission.CARDS_SEE)
KEPT = "private, max-age=60"


async def may_look(tx: Tx, staff: SignedIn, area_id: str) -> bool:
    """Whether they sell, scan or look after cards anywhere in the area."""
    spots = [
        row.id
        for kind in (PlaceKind.WINDOW, PlaceKind.GATE)
        for row in await places.list_places(tx, kind)
        if row.area_id == area_id
    ]
    return any(staff.may(one, place) for one in MAY_LOOK for place in (area_id, *spots))


async def show(request: Request) -> Response:
    staff, card_id = staff_of(request), request.path_params["card_id"]

    async def looked_up(tx: Tx) -> tuple[str, bytes]:
        found = await memberships.detail(tx, card_id)
        if not await may_look(tx, staff, found.card.area_id):
            raise Forbidden()
        if found.holder is None or found.holder.photo_file_id is None:
            raise NotFound()
        row = await files.get(tx, found.holder.photo_file_id)
        return row.media_type, row.content

    media_type, content = await db_of(request).ask(looked_up)
    headers = {"Cache-Control": KEPT, "Content-Security-Policy": "default-src 'none'"}
    return Response(content, media_type=media_type, headers=headers)
