"""From a shift of the domain to its report on paper."""

from datetime import datetime
from typing import NamedTuple

from starlette.requests import Request

from domain.admission import tickets
from domain.commerce import shifts
from domain.commerce.payments.model import Tender
from domain.commerce.shifts import CashMove, ShiftReport, TypeSold
from domain.commerce.stock import counting
from domain.commerce.stock.counting import KindReport
from domain.kernel.db import Tx
from domain.operation import approvals, places
from domain.operation.places import PlaceKind
from domain.operation.staff import people
from webapp import i18n
from webapp.parts import db_of, printer_of
from webapp.printing.model import (
    Label,
    Letterhead,
    MethodTotal,
    Paper,
    PrintedShift,
    TypeTotal,
)
from webapp.stock_prints import totals
from webapp.till import Till
from webapp.words import label_of


class Gathered(NamedTuple):
    """A shift with everything its report says."""

    till: Till
    unit_name: str
    figures: ShiftReport
    types: list[TypeSold]
    pieces: dict[int, int]
    prints: tuple[int, int]
    stock: list[KindReport]
    cashier: str
    approved_by: str


async def report_pdf(request: Request, till: Till, paper: Paper, now: datetime) -> bytes:
    """The report of a shift as a PDF."""
    found = await db_of(request).ask(gather, till)
    return await printer_of(request).shift_report(paper_of(found, now), paper=paper)


async def gather(tx: Tx, till: Till) -> Gathered:
    shift = till.shift
    unit = await places.get_place(tx, PlaceKind.UNIT, till.area.unit_id)
    checker = None
    if shift.approval_id:
        asked = await approvals.worklist.about(tx, "shift", shift.id)
        checker = next((one.decided_by for one in asked if one.id == shift.approval_id), None)
    names = await people.names(tx, [one for one in (shift.staff_id, checker) if one])
    return Gathered(
        till,
        unit.name_zh,
        await shifts.report(tx, shift.id),
        await shifts.by_type(tx, shift.id),
        await shifts.counted(tx, shift.id),
        await tickets.prints_of_shift(tx, shift.id),
        await counting.report(tx, shift),
        names.get(shift.staff_id, ""),
        names.get(checker, "") if checker else "",
    )


def paper_of(found: Gathered, now: datetime) -> PrintedShift:
    till, figures, shift = found.till, found.figures, found.figures.shift
    printed, reprinted = found.prints
    return PrintedShift(
        head=Letterhead(
            Label(till.area.name_zh, till.area.name_en),
            found.unit_name,
            till.settings.service_phone or till.area.phone,
            till.area.time_zone,
        ),
        number=shift.number,
        window=till.window.name_zh,
        cashier=found.cashier,
        opened_at=shift.opened_at,
        closed_at=shift.closed_at,
        printed_at=now,
        float_minor=shift.float_minor,
        cash_sales=cash_sales(figures),
        cash_sales_minor=figures.cash_sales_minor,
        cash_refunds=figures.cash_refunds,
        cash_refunds_minor=figures.cash_refunds_minor,
        drops=drops(figures),
        drops_minor=figures.drops_minor,
        counted_minor=shift.counted_minor,
        counts=tuple(found.pieces.items()),
        note=shift.difference_note,
        approved_by=found.approved_by,
        methods=tuple(methods(figures)),
        types=tuple(
            TypeTotal(Label(one.name_zh, one.name_en), one.sold, one.refunded, one.net_minor)
            for one in found.types
        ),
        printed=printed,
        reprinted=reprinted,
        stock=totals(found.stock),
    )


def cash_sales(figures: ShiftReport) -> int:
    """How many payments were made in cash."""
    return sum(one.payments for one in figures.taken if one.tender == Tender.CASH)


def drops(figures: ShiftReport) -> int:
    return sum(move.kind == CashMove.DROP for move in figures.moves)


def methods(figures: ShiftReport) -> list[MethodTotal]:
    """What came in by each tender. Only cash goes back out of a shift: the rest goes back by the
    platform that took it."""
    taken = {one.tender: one for one in figures.taken}
    if figures.cash_refunds and Tender.CASH not in taken:
        taken = {Tender.CASH.value: shifts.Taken(Tender.CASH.value, 0, 0)} | taken
    return [
        MethodTotal(
            both(Tender(one.tender)),
            one.payments,
            one.minor,
            figures.cash_refunds if one.tender == Tender.CASH else 0,
            figures.cash_refunds_minor if one.tender == Tender.CASH else 0,
        )
        for one in taken.values()
    ]


def both(tender: Tender) -> Label:
    word = label_of(tender)
    return Label(i18n.translate("zh", word), i18n.translate("en", word))
