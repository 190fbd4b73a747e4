"""From tickets of the domain to paper: what the printing process needs, gathered and signed."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response

from domain.admission import groups, tickets
from domain.admission.tickets import Printable
from domain.admission.tickets.signing_keys import KeyRing
from domain.commerce import orders
from domain.commerce.catalog.model import GateMode
from domain.commerce.orders import Order, members
from domain.kernel import clock
from domain.kernel.db import Tx
from domain.kernel.errors import NotFound, say
from domain.operation import places, settings
from domain.operation.places import PlaceKind
from domain.operation.settings import OperatorSettings
from webapp import i18n
from webapp.parts import db_of, printer_of, vault_of
from webapp.printing.model import Label, Letterhead, Paper, PrintedGroup, PrintedTicket
from webapp.words import label_of

NO_PAYMENT = say("Free of charge")


async def tickets_pdf(
    request: Request, ticket_ids: Sequence[str], paper: Paper, now: datetime
) -> bytes:
    """These tickets as a PDF, in the order of their selling. NotFound when one is unknown."""
    db = db_of(request)
    found, sold, chosen = await db.ask(gathered, ticket_ids)
    ring = KeyRing(db, vault_of(request))
    printed = [
        paper_of(one, await ring.sign(one.body), sold[one.row.order_id], chosen, now)
        for one in found
    ]
    return await printer_of(request).tickets(printed, paper=paper)


async def living_paper(request: Request, order: Order) -> Response:
    """The tickets that are good, as A4 pages for their buyer. NotFound when there are none."""
    rows = tickets.living_of(await db_of(request).ask(tickets.shown_of, order.id))
    if not rows:
        raise NotFound()
    pdf = await tickets_pdf(request, [row.id for row in rows], Paper.A4, clock.utc_now())
    headers = {
        "Content-Disposition": f'attachment; filename="{order.number}.pdf"',
        "Cache-Control": "no-store",
    }
    return Response(pdf, media_type="application/pdf", headers=headers)


async def gathered(
    tx: Tx, ticket_ids: Sequence[str]
) -> tuple[list[Printable], Mapping[str, Order], OperatorSettings]:
    found = await tickets.printed(tx, ticket_ids)
    order_ids = sorted({one.row.order_id for one in found})
    sold = {order_id: await orders.get_order(tx, order_id) for order_id in order_ids}
    return found, sold, await settings.current(tx, found[0].row.area_id if found else "")


def paper_of(
    one: Printable, code: str, order: Order, chosen: OperatorSettings, now: datetime
) -> PrintedTicket:
    row = one.row
    zone = ZoneInfo(row.time_zone)
    slotted = row.starts_at is not None and not row.whole_day
    return PrintedTicket(
        head=letterhead(row, chosen),
        code=code,
        short_code=one.short_code,
        ticket_number=row.number,
        order_number=row.order_number,
        type_name=Label(row.name_zh, row.name_en),
        visit_on=row.visit_on,
        persons=row.persons,
        paid_minor=None if members.is_net(order) else row.price_paid_minor,
        list_price_minor=row.list_price_minor,
        payment=payment_of(order),
        window=row.window_zh or "",
        cashier=row.cashier or "",
        printed_at=now,
        slot_from=row.starts_at.astimezone(zone).time() if slotted else None,
        slot_until=row.ends_at.astimezone(zone).time() if slotted else None,
        seats=row.seats,
        entries=row.entries,
        entrances=tuple(Label(place.zh, place.en) for place in one.entrances),
        visitors=tuple(name for name in (row.visitor_name, row.holder_name) if name)[:1],
        is_real_name=one.is_real_name,
        must_show_proof=one.must_show_proof,
        group=group_of(row),
        terms=Label(chosen.ticket_footer_zh, chosen.ticket_footer_en),
        reprint=one.reprint,
    )


async def group_sheet(request: Request, group: Any, now: datetime) -> bytes:
    """A booked group's ticket with its leader and its roster: one A4 sheet."""
    db = db_of(request)
    found, sold, chosen = await db.ask(gathered, [group.ticket_id])
    members = await db.ask(groups.members, group.id)
    code = await KeyRing(db, vault_of(request)).sign(found[0].body)
    ticket = replace(
        paper_of(found[0], code, sold[found[0].row.order_id], chosen, now),
        group=PrintedGroup(group.name, "", group.leader_name, group.phone_mask),
        visitors=tuple(one.name for one in members),
    )
    return await printer_of(request).tickets([ticket], paper=Paper.A4)


def letterhead(row: Any, chosen: OperatorSettings) -> Letterhead:
    return Letterhead(
        Label(row.area_zh, row.area_en),
        row.unit_zh,
        chosen.service_phone or row.area_phone,
        row.time_zone,
    )


async def letterhead_of(tx: Tx, area_id: str) -> Letterhead:
    """The head of an area's own paper. A question."""
    area = await places.get_place(tx, PlaceKind.AREA, area_id)
    unit = await places.get_place(tx, PlaceKind.UNIT, area.unit_id)
    chosen = await settings.current(tx, area_id)
    return Letterhead(
        Label(area.name_zh, area.name_en),
        unit.name_zh,
        chosen.service_phone or area.phone,
        area.time_zone,
    )


def payment_of(order: Order) -> Label:
    """What it was paid with; each tender once."""
    used = list(dict.fromkeys(payment.tender for payment in order.payments))
    words = [label_of(tender) for tender in used] or [NO_PAYMENT]
    return Label(
        *(" + ".join(i18n.translate(locale, word) for word in words) for locale in LOCALES)
    )


LOCALES = ("zh", "en")


def group_of(row: Any) -> PrintedGroup | None:
    if row.gate_mode != GateMode.ONE_MANY:
        return None
    return PrintedGroup(row.contact_name or row.holder_name or row.order_number)
