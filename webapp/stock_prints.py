"""From a stock document to paper."""

from datetime import datetime
from typing import Any

from starlette.requests import Request

from domain.commerce.stock import DocumentKind, DocumentStatus, LineRole, documents
from domain.commerce.stock.counting import KindReport
from domain.kernel.db import Tx
from domain.operation import places, settings
from domain.operation.places import PlaceKind
from domain.operation.staff import people
from webapp import i18n
from webapp.office_stock import Stores
from webapp.parts import db_of, printer_of
from webapp.printing.model import (
    Label,
    Letterhead,
    Paper,
    PrintedStock,
    PrintedStockLine,
    StockTotal,
)
from webapp.words import label_of


async def document_pdf(request: Request, stores: Stores, row: Any, now: datetime) -> bytes:
    found = await db_of(request).ask(gather, stores, row, now)
    return await printer_of(request).stock_document(found, paper=Paper.A4)


async def gather(tx: Tx, stores: Stores, row: Any, now: datetime) -> PrintedStock:
    area = await places.get_place(tx, PlaceKind.AREA, row.area_id)
    unit = await places.get_place(tx, PlaceKind.UNIT, area.unit_id)
    chosen = await settings.current(tx, area.id)
    lines = await documents.lines_of(tx, row.id)
    who = [row.made_by, row.approved_by, row.posted_by, row.received_by]
    names = await people.names(tx, sorted({one for one in who if one}))
    kind = stores.kinds[row.stock_kind_id]
    return PrintedStock(
        head=Letterhead(
            Label(area.name_zh, area.name_en),
            unit.name_zh,
            chosen.service_phone or area.phone,
            area.time_zone,
        ),
        number=row.number,
        title=both(DocumentKind(row.kind)),
        status=both(DocumentStatus(row.status)),
        kind=Label(kind.name_zh, kind.name_en),
        source=holder(stores, row.from_id),
        target=holder(stores, row.to_id),
        lines=tuple(
            PrintedStockLine(both(role), one.first_text, one.last_text, one.pieces)
            for role in LineRole
            for one in lines[role]
        ),
        pieces=row.pieces,
        note=row.note,
        made_by=names.get(row.made_by, ""),
        made_at=row.made_at,
        approved_by=names.get(row.approved_by, ""),
        posted_by=names.get(row.posted_by, ""),
        received_by=names.get(row.received_by, ""),
        printed_at=now,
    )


def both(member: Any) -> Label:
    word = label_of(member)
    return Label(i18n.translate("zh", word), i18n.translate("en", word))


def holder(stores: Stores, holder_id: str | None) -> str:
    return stores.holders[holder_id].name_zh if holder_id in stores.holders else ""


def totals(reports: list[KindReport]) -> tuple[StockTotal, ...]:
    """For the report of a shift."""
    return tuple(
        StockTotal(
            Label(one.name_zh, one.name_en),
            one.opening,
            one.received,
            one.printed + one.opened,
            one.reprinted,
            one.voided,
            one.returned,
            one.lost,
            one.left,
        )
        for one in reports
    )
