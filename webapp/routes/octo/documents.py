"""The tickets of a booking as PDF, for whoever was sent their address."""

from starlette.requests import Request
from starlette.responses import Response

from domain.commerce import resellers
from domain.kernel import clock
from domain.kernel.errors import NotFound
from webapp.octo import documents
from webapp.octo.bookings import is_good
from webapp.octo.problems import PREFIX
from webapp.parts import db_of, vault_of
from webapp.permissions import page
from webapp.printing.model import Paper
from webapp.prints import tickets_pdf


async def show(request: Request) -> Response:
    booking_id, now = request.path_params["booking_id"], clock.utc_now()
    documents.check(vault_of(request), booking_id, request.path_params["key"])
    found = await db_of(request).ask(resellers.by_id, booking_id, now)
    good = [one.ticket_id for one in found.living if is_good(found, one)]
    if not good:
        raise NotFound()
    pdf = await tickets_pdf(request, good, Paper.A4, now)
    headers = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
    return Response(pdf, media_type="application/pdf", headers=headers)


routes = [
    page(
        f"{PREFIX}/documents/{{booking_id}}/{{key}}.pdf",
        show,
        name="octo.documents.show",
        public=True,
    )
]
