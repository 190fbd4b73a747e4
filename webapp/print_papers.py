"""From a job of a printer to its bytes: what is to be printed is looked up when its turn comes, so
that the paper says how things are, and no code is kept anywhere."""

from collections.abc import Callable, Coroutine, Mapping
from datetime import datetime
from typing import Any

from domain.admission.tickets import LIVING
from domain.admission.tickets.signing_keys import KeyRing
from domain.commerce import orders, shifts
from domain.kernel.actors import Actor, ActorKind
from domain.kernel.db import Database, Tx
from domain.kernel.errors import say
from domain.kernel.vault import Vault
from domain.operation import places
from domain.operation.places import PlaceKind
from domain.operation.printers import PostKind, PrintedDocument, PrinterLanguage
from domain.operation.staff import people
from webapp import shift_prints
from webapp.card_prints import slip_of
from webapp.given_away import given_away
from webapp.i18n import translate
from webapp.printing.model import (
    Document,
    Label,
    PrintedLine,
    PrintedPayment,
    PrintedReceipt,
)
from webapp.printing.thermal import escpos, labels
from webapp.printing.thermal.escpos import Roll
from webapp.printing.thermal.labels import LabelSize
from webapp.prints import gathered, letterhead_of, paper_of
from webapp.sample_tickets import sample_of
from webapp.till import till_of
from webapp.words import label_of

COLUMNS = {80: 48, 58: 32}
QR_DOTS = {80: 8, 58: 6}
SAMPLE: Mapping[str, Any] = {"name_zh": "成人票", "name_en": "Adult", "list_price_minor": 9_800}


class NotWanted(Exception):
    """What was to be printed is worthless by now: a newer print has taken its place, or it was
    given back."""


class Composer:
    """Makes the bytes of jobs. Raises NotWanted, and what looking things up raises."""

    def __init__(self, db: Database, vault: Vault) -> None:
        self._db, self._ring = db, KeyRing(db, vault)

    async def bytes_of(self, printer: Any, job: Any, now: datetime) -> bytes:
        if job.document == PrintedDocument.DRAWER:
            return escpos.drawer_kick(roll_of(printer))
        return bytes_on(printer, await self.document_of(job, now))

    async def document_of(self, job: Any, now: datetime) -> Document:
        if job.document == PrintedDocument.TICKET:
            return await self._ticket(job, now)
        made: Document = await self._db.ask(MAKERS[PrintedDocument(job.document)], job, now)
        if job.document == PrintedDocument.LABEL and not getattr(made, "code", ""):
            raise NotWanted()  # the card has a chip, and nothing to print on a label
        return made

    async def _ticket(self, job: Any, now: datetime) -> Document:
        (one,), sold, chosen = await self._db.ask(gathered, [job.subject_id])
        if one.row.issue_serial != job.details.get("issue") or one.row.status not in LIVING:
            raise NotWanted()
        code = await self._ring.sign(one.body)
        return paper_of(one, code, sold[one.row.order_id], chosen, now)


def bytes_on(printer: Any, document: Document) -> bytes:
    """A document as this printer understands it. ValueError for what it cannot print."""
    match PrinterLanguage(printer.language):
        case PrinterLanguage.ESCPOS:
            return escpos.page([document], roll_of(printer))
        case PrinterLanguage.TSPL:
            return labels.tspl([document], label_of_printer(printer))
        case PrinterLanguage.ZPL:
            return labels.zpl([document], label_of_printer(printer))


def roll_of(printer: Any) -> Roll:
    width = printer.width_mm
    return Roll(COLUMNS[width], QR_DOTS[width], printer.has_cutter, printer.drawer_pin)


def label_of_printer(printer: Any) -> LabelSize:
    return LabelSize(printer.width_mm, printer.height_mm, printer.gap_mm)


async def sample(tx: Tx, area_id: str, now: datetime) -> Document:
    """What a test prints: a ticket that no gate takes. A question."""
    head = await letterhead_of(tx, area_id)
    return sample_of(SAMPLE, head, (head.area,), Label(""), now, slotted=False)


async def _sample(tx: Tx, job: Any, now: datetime) -> Document:
    return await sample(tx, job.area_id, now)


async def _receipt(tx: Tx, job: Any, now: datetime) -> Document:
    order = await orders.get_order(tx, job.subject_id)
    window, cashier = await _where(tx, job)
    cash = [one for one in order.payments if one.tendered_minor > one.amount_minor]
    return PrintedReceipt(
        await letterhead_of(tx, order.area_id),
        order.number,
        tuple(
            PrintedLine(
                _named(line),
                line.unit_price_minor,
                line.persons or line.quantity,
                line.amount_minor + line.discount_minor,
            )
            for line in order.lines
        ),
        order.total_minor,
        tuple(
            PrintedPayment(_both(one.tender), one.amount_minor)
            for one in order.payments
            if one.paid_at is not None
        ),
        window,
        cashier,
        order.paid_at or now,
        discounts=tuple(
            PrintedPayment(Label(one.name_zh, one.name_en), one.minor)
            for one in given_away(order.lines)
        ),
        tendered_minor=sum(one.tendered_minor for one in cash),
        change_minor=order.change_minor,
    )


async def _shift(tx: Tx, job: Any, now: datetime) -> Document:
    shift = await shifts.get_shift(tx, job.subject_id)
    actor = Actor(ActorKind.STAFF, shift.staff_id, shift.window_id)
    found = await shift_prints.gather(tx, await till_of(tx, shift, actor))
    return shift_prints.paper_of(found, now)


async def _card(tx: Tx, job: Any, now: datetime) -> Document:
    window, cashier = await _where(tx, job)
    return await slip_of(tx, job.area_id, job.subject_id, window, cashier, now)


async def _where(tx: Tx, job: Any) -> tuple[str, str]:
    """The window and the cashier that stand on the paper."""
    names = await people.names(tx, [job.staff_id]) if job.staff_id else {}
    window = ""
    if job.post_kind == PostKind.WINDOW:
        window = (await places.get_place(tx, PlaceKind.WINDOW, job.post_id)).name_zh
    return window, names.get(job.staff_id, "")


def _named(line: orders.Line) -> Label:
    """A line's name, and that it was sold at a member's price."""
    if not line.terms.get("member"):
        return Label(line.name_zh, line.name_en)
    why = say("member's price")
    return Label(
        f"{line.name_zh} {translate('zh', why)}",
        f"{line.name_en} {translate('en', why)}" if line.name_en else "",
    )


def _both(tender: Any) -> Label:
    word = label_of(tender)
    return Label(translate("zh", word), translate("en", word))


Maker = Callable[[Tx, Any, datetime], Coroutine[Any, Any, Document]]
MAKERS: Mapping[PrintedDocument, Maker] = {
    PrintedDocument.RECEIPT: _receipt,
    PrintedDocument.SHIFT: _shift,
    PrintedDocument.CARD: _card,
    PrintedDocument.LABEL: _card,
    PrintedDocument.TEST: _sample,
}
