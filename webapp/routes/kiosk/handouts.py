"""Handing tickets over: printing, what to do when nothing comes out, and what was still owed.

The page says that the paper came out some seconds after it began to print, unless the visitor says
that it did not. Until then the tickets are owed, and a kiosk that dies shows them again.
"""

from datetime import datetime
from typing import Any

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from domain.admission import kiosks, printing, tickets
from domain.admission.devices import AlarmCode
from domain.admission.kiosks import Handout, HandoutEnd, Kiosk
from domain.admission.tickets.signing_keys import KeyRing
from domain.commerce import orders
from domain.kernel import clock
from domain.kernel.db import Tx
from domain.kernel.errors import NotFound
from domain.operation.printers import PrintStatus
from webapp import forms, htmx, security
from webapp.kiosk_sessions import actor_at, kiosk_of
from webapp.kiosk_visits import go, kept_of, shown, visit_of
from webapp.parts import db_of, vault_of
from webapp.permissions import kiosk
from webapp.printing.model import Paper
from webapp.printing.qr import picture
from webapp.prints import tickets_pdf

PRINTING_SECONDS = 8  # from the first sheet to "it is out", if nobody says otherwise
THANKS_SECONDS = 20
MOST_SHOWN = 20


async def next_one(request: Request) -> Response:
    """What this visit's order has to be handed over."""
    here, order_id = kiosk_of(request), visit_of(request).order_id
    found: Handout | None = None
    if order_id is not None:
        found = await db_of(request).ask(kiosks.handing.of_order, order_id, here.device_id)
    if found is None:
        return go(request, "kiosk.home")
    return go(request, "kiosk.handouts.show", handout_id=found.id)


async def show(request: Request) -> Response:
    """Printing; or it is done; or nothing came out."""
    here = kiosk_of(request)
    handout = await _handout(request, here)
    rows = await db_of(request).ask(kiosks.handing.tickets_of, handout)
    context = {
        "handout": handout,
        "order": await db_of(request).ask(orders.get_order, handout.order_id),
        "rows": rows,
        "printing_seconds": PRINTING_SECONDS,
        "may_show": may_show(request, handout.order_id),
        "jobs": await db_of(request).ask(kiosks.paper.jobs_of, handout.id),
    }
    if handout.ended_at is not None:
        return await shown(
            request, "kiosk/handouts/done.html", context, idle_seconds=THANKS_SECONDS
        )
    failed = not here.may_print or (handout.fault and not here.has_menu(clock.utc_now()))
    name = "failed" if failed or not rows else "show"
    return await shown(request, f"kiosk/handouts/{name}.html", context)


async def news(request: Request) -> Response:
    """Whether the page that says "printing" is still right: a page for each paper that came."""
    handout = await _handout(request, kiosk_of(request))
    jobs = await db_of(request).ask(kiosks.paper.jobs_of, handout.id)
    came = sum(job.status == PrintStatus.DONE for job in jobs)
    is_same = request.query_params.get("came") == str(came)
    if handout.ended_at is None and not handout.fault and kiosk_of(request).may_print and is_same:
        return Response(status_code=204, headers={"Cache-Control": "no-store"})
    return htmx.refresh()


async def paper(request: Request) -> Response:
    """The tickets that are owed, as a PDF for the roll."""
    handout = await _handout(request, kiosk_of(request))
    rows = await db_of(request).ask(kiosks.handing.tickets_of, handout)
    if handout.ended_at is not None or not rows:
        raise NotFound()
    now = clock.utc_now()
    ticket_ids = await db_of(request).act(printing.take_over, rows, actor_at(request), now)
    if not ticket_ids:
        raise NotFound()
    pdf = await tickets_pdf(request, ticket_ids, Paper.ROLL, now)
    security.allow_framing(request)
    headers = {
        "Content-Disposition": f'inline; filename="{handout.order_number}.pdf"',
        "Cache-Control": "no-store",
    }
    return Response(pdf, media_type="application/pdf", headers=headers)


async def end(request: Request) -> Response:
    """The tickets came out, or were photographed."""
    here, handout_id = kiosk_of(request), request.path_params["handout_id"]
    how = (await forms.read(request)).text("how")
    ended = HandoutEnd.SHOWN if how == HandoutEnd.SHOWN else HandoutEnd.PRINTED
    await db_of(request).act(
        kiosks.handing.end,
        handout_id,
        here.device_id,
        ended,
        actor_at(request),
        clock.utc_now(),
    )
    return go(request, "kiosk.handouts.show", handout_id=handout_id)


async def fail(request: Request) -> Response:
    """Nothing came out: it stays owed, staff are called, and nothing more is sold here."""
    here, handout_id = kiosk_of(request), request.path_params["handout_id"]
    code = (await forms.read(request)).text("fault")
    fault = AlarmCode.PAPER if code == AlarmCode.PAPER else AlarmCode.PRINTER
    await db_of(request).act(
        _failed, handout_id, here.device_id, fault, actor_at(request), clock.utc_now()
    )
    return go(request, "kiosk.handouts.show", handout_id=handout_id)


async def _failed(
    tx: Tx, handout_id: str, device_id: str, fault: AlarmCode, actor: Any, now: datetime
) -> None:
    await kiosks.handing.fail(tx, handout_id, device_id, fault, actor, now)
    await kiosks.minding.call_staff(tx, device_id, actor, now)


async def e_tickets(request: Request) -> Response:
    """This visit's tickets on the glass, to be photographed: they open the gate as paper does."""
    order_id = (await forms.read(request)).text("order_id")
    if not may_show(request, order_id):
        raise NotFound()
    here = kiosk_of(request)
    living = await db_of(request).ask(_living, order_id)
    ring = KeyRing(db_of(request), vault_of(request))
    found = await db_of(request).ask(tickets.printed, [row.id for row in living][:MOST_SHOWN])
    codes = [(one.row, Markup(picture(await ring.sign(one.body)))) for one in found]
    handout = await db_of(request).ask(kiosks.handing.of_order, order_id, here.device_id)
    context = {
        "codes": codes,
        "handout": handout if handout and handout.ended_at is None else None,
    }
    return await shown(request, "kiosk/handouts/e_tickets.html", context)


async def _living(tx: Tx, order_id: str) -> list[Any]:
    rows = await tickets.shown_of(tx, order_id)
    return tickets.living_of(rows)


def may_show(request: Request, order_id: str) -> bool:
    """Only what this very visit bought, or proved to be its own."""
    return bool(order_id) and order_id in {
        visit_of(request).order_id,
        *kept_of(request).texts("found"),
    }


async def _handout(request: Request, here: Kiosk) -> Handout:
    found: Handout = await db_of(request).ask(
        kiosks.handing.get, request.path_params["handout_id"], here.device_id
    )
    return found


POST, ONE = ["POST"], "/kiosk/handouts/{handout_id}"
routes = [
    kiosk("/kiosk/tickets", next_one, name="kiosk.handouts.next"),
    kiosk(ONE, show, name="kiosk.handouts.show", while_locked=True),
    kiosk(f"{ONE}/news", news, name="kiosk.handouts.news", while_locked=True),
    kiosk(f"{ONE}/tickets.pdf", paper, name="kiosk.handouts.paper", while_locked=True),
    kiosk(f"{ONE}/end", end, methods=POST, name="kiosk.handouts.update", while_locked=True),
    kiosk(f"{ONE}/faults", fail, methods=POST, name="kiosk.faults.create", while_locked=True),
    kiosk("/kiosk/e-tickets", e_tickets, methods=POST, name="kiosk.e_tickets.create"),
]
