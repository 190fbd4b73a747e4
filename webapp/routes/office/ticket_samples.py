"""What a ticket of a type looks like on paper before it is sold: the same print, marked as a
sample, with a code that no gate takes."""

from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response

from domain.commerce import catalog
from domain.kernel import clock
from domain.kernel.db import Tx
from domain.kernel.errors import NotFound
from domain.operation import places, settings
from domain.operation.places import PlaceKind
from domain.operation.staff import Permission
from webapp import security
from webapp.parts import db_of, printer_of, staff_of
from webapp.permissions import page
from webapp.printing.model import Label, Letterhead, Paper, PrintedTicket
from webapp.sample_tickets import sample_of

SEE = Permission.CATALOG_SEE


async def show(request: Request) -> Response:
    """The draft as it stands, or what is on sale, on `?paper=`."""
    asked = request.query_params.get("paper", Paper.ROLL.value)
    if asked not in set(Paper):
        raise NotFound()
    sample = await db_of(request).ask(_sample, request, clock.utc_now())
    pdf = await printer_of(request).tickets([sample], paper=Paper(asked))
    security.allow_framing(request)
    headers = {"Content-Disposition": 'inline; filename="sample.pdf"', "Cache-Control": "no-store"}
    return Response(pdf, media_type="application/pdf", headers=headers)


async def _sample(tx: Tx, request: Request, now: datetime) -> PrintedTicket:
    row = await catalog.get_ticket_type(tx, request.path_params["ticket_type_id"])
    staff_of(request).must(SEE, row.area_id)
    product = await catalog.get_product(tx, row.product_id)
    area = await places.get_place(tx, PlaceKind.AREA, row.area_id)
    unit = await places.get_place(tx, PlaceKind.UNIT, area.unit_id)
    spots = [one for one in await places.list_places(tx, PlaceKind.SPOT) if one.area_id == area.id]
    chosen = await settings.current(tx, area.id)
    head = Letterhead(
        Label(area.name_zh, area.name_en),
        unit.name_zh,
        chosen.service_phone or area.phone,
        area.time_zone,
    )
    document = await catalog.document_of(tx, row.id)
    opened = [area] if product.scope_bits & 1 else []
    opened += [
        one
        for one in sorted(spots, key=lambda each: each.scope_bit)
        if product.scope_bits >> one.scope_bit & 1
    ]
    entrances = tuple(Label(one.name_zh, one.name_en) for one in opened)
    terms = Label(chosen.ticket_footer_zh, chosen.ticket_footer_en)
    return sample_of(document, head, entrances, terms, now, slotted=bool(product.slotted))


routes = [
    page(
        "/office/ticket-types/{ticket_type_id}/sample.pdf",
        show,
        name="ticket_samples.show",
        permission=SEE,
    )
]
