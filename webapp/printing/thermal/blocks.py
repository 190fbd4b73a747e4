"""Documents as a few kinds of blocks from top to bottom: all that a roll printer can show."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

from domain.kernel.identity import mask_name
from domain.kernel.ids import shown_code
from webapp.printing.model import (
    Document,
    Label,
    Letterhead,
    PrintedCard,
    PrintedReceipt,
    PrintedShift,
    PrintedTicket,
)
from webapp.printing.pages import (
    Both,
    admission,
    day_range,
    hours,
    list_of,
    moment,
    pgettext,
    yuan,
)


class Side(IntEnum):
    LEFT = 0
    MIDDLE = 1


@dataclass(frozen=True, slots=True)
class Line:
    text: str
    side: Side = Side.LEFT
    size: int = 1  # so many times as wide and high
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Pair:
    """A name to the left, its value to the right; on two lines when they do not fit on one."""

    name: str
    value: str
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across the paper."""


@dataclass(frozen=True, slots=True)
class Code:
    """A QR that the printer makes itself."""

    text: str


Block = Line | Pair | Rule | Code


def blocks_of(document: Document) -> list[Block]:
    """ValueError for a document that is printed on A4 only."""
    match document:
        case PrintedTicket():
            return list(ticket_blocks(document))
        case PrintedReceipt():
            return list(receipt_blocks(document))
        case PrintedShift():
            return list(shift_blocks(document))
        case PrintedCard():
            return list(card_blocks(document))
    raise ValueError(f"{type(document).__name__} is not for a roll")


def ticket_blocks(ticket: PrintedTicket) -> Iterator[Block]:
    yield from _head(ticket.head)
    if ticket.reprint:
        yield _title(pgettext("paper", "Reprint %(times)s", times=ticket.reprint))
    if ticket.is_sample:
        yield _title(pgettext("paper", "Sample: not good for entry"))
    times = f" × {ticket.persons}" if ticket.persons > 1 else ""
    yield Line(ticket.type_name.zh + times, Side.MIDDLE, 2, bold=True)
    if ticket.type_name.en:
        yield Line(ticket.type_name.en + times, Side.MIDDLE)
    when = day_range(ticket)
    yield Line(when, Side.MIDDLE, bold=True)
    if hours(ticket):
        yield Line(hours(ticket), Side.MIDDLE, 2, bold=True)
    if ticket.seats:
        yield Line(
            pgettext("paper", "Seat %(seats)s", seats=ticket.seats), Side.MIDDLE, 2, bold=True
        )
    yield Line(when.en, Side.MIDDLE)
    yield Code(ticket.code)
    yield Line(shown_code(ticket.short_code), Side.MIDDLE)
    if ticket.must_show_proof:
        proof = pgettext("paper", "Show the proof of your concession at the gate")
        yield from (Line(proof, Side.MIDDLE, bold=True), Line(proof.en, Side.MIDDLE))
    yield Rule()
    yield from _ticket_facts(ticket)
    yield from _terms(ticket.terms)
    yield from _foot(
        ticket.head, ticket.window, ticket.cashier, moment(ticket.printed_at, ticket.head)
    )


def _ticket_facts(ticket: PrintedTicket) -> Iterator[Block]:
    yield _pair(pgettext("paper", "Ticket no."), ticket.ticket_number)
    yield _pair(pgettext("paper", "Order"), ticket.order_number)
    yield _pair(pgettext("paper", "Admits"), admission(ticket))
    if ticket.entrances:
        yield _pair(pgettext("paper", "Entrances"), list_of(ticket.entrances))
    if ticket.group is not None:
        yield _pair(pgettext("paper", "Group"), ticket.group.name)
    elif ticket.visitors:
        names = "、".join(mask_name(name) for name in ticket.visitors)
        yield _pair(pgettext("paper", "Visitors"), names)
    each = pgettext("paper", "%(price)s a person", price=yuan(ticket.list_price_minor))
    yield _pair(pgettext("paper", "List price"), each)
    if ticket.paid_minor is not None:
        paid = f"{yuan(ticket.paid_minor)} {ticket.payment.zh}"
        yield _pair(pgettext("paper", "Paid"), paid, bold=True)


def receipt_blocks(receipt: PrintedReceipt) -> Iterator[Block]:
    yield from _head(receipt.head)
    refund, sale = pgettext("paper", "Refund receipt"), pgettext("paper", "Receipt")
    yield _title(refund if receipt.is_refund else sale)
    yield _pair(pgettext("paper", "Receipt no."), receipt.number)
    if receipt.order_number:
        yield _pair(pgettext("paper", "Order"), receipt.order_number)
    yield Rule()
    for line in receipt.lines:
        yield Line(line.name.zh)
        yield Pair(f"  {line.quantity} × {yuan(line.unit_price_minor)}", yuan(line.amount_minor))
    for one in receipt.discounts:
        yield Pair(one.method.zh, f"-{yuan(one.amount_minor)}")
    yield Rule()
    given = pgettext("paper", "Given back") if receipt.is_refund else pgettext("paper", "Total")
    yield _pair(given, yuan(receipt.total_minor), bold=True)
    for payment in receipt.payments:
        yield _pair(Both(payment.method.zh, payment.method.en), yuan(payment.amount_minor))
    if receipt.tendered_minor:
        yield _pair(pgettext("paper", "Cash received"), yuan(receipt.tendered_minor))
        yield _pair(pgettext("paper", "Change"), yuan(receipt.change_minor))
    if receipt.note:
        yield from (Rule(), Line(receipt.note))
    made_at = moment(receipt.made_at, receipt.head)
    yield from _foot(receipt.head, receipt.window, receipt.cashier, made_at)


def shift_blocks(shift: PrintedShift) -> Iterator[Block]:
    yield from _head(shift.head)
    yield _title(pgettext("paper", "Shift report"))
    yield _pair(pgettext("paper", "Shift no."), shift.number)
    yield _pair(pgettext("paper", "Opened"), moment(shift.opened_at, shift.head))
    still_open = pgettext("paper", "still open")
    closed = moment(shift.closed_at, shift.head) if shift.closed_at else still_open
    yield _pair(pgettext("paper", "Closed"), closed)
    yield Rule()
    yield _pair(pgettext("paper", "Float"), yuan(shift.float_minor))
    yield _pair(pgettext("paper", "Cash sales"), yuan(shift.cash_sales_minor))
    yield _pair(pgettext("paper", "Cash refunds"), yuan(-shift.cash_refunds_minor))
    yield _pair(pgettext("paper", "Cash drops"), yuan(-shift.drops_minor))
    yield _pair(pgettext("paper", "Cash expected"), yuan(shift.expected_minor), bold=True)
    if shift.counted_minor is not None and shift.difference_minor is not None:
        yield _pair(pgettext("paper", "Cash counted"), yuan(shift.counted_minor), bold=True)
        yield _pair(pgettext("paper", "Difference"), yuan(shift.difference_minor), bold=True)
    if shift.note:
        yield _pair(pgettext("paper", "Explanation"), shift.note)
    yield Rule()
    for method in shift.methods:
        yield Pair(method.method.zh, yuan(method.net_minor))
    for total in shift.types:
        yield Pair(f"{total.type_name.zh} {total.sold} - {total.refunded}", yuan(total.net_minor))
    printed_at = moment(shift.printed_at, shift.head)
    yield from _foot(shift.head, shift.window, shift.cashier, printed_at)


def card_blocks(card: PrintedCard) -> Iterator[Block]:
    yield from _head(card.head)
    yield _title(pgettext("paper", "Member card"))
    if card.code:
        yield from (Code(card.code), Line(shown_code(card.code), Side.MIDDLE))
    yield _pair(pgettext("paper", "Card number"), card.number, bold=True)
    yield _pair(pgettext("paper", "Kind"), card.product.zh)
    if card.holder:
        yield _pair(pgettext("paper", "Holder"), mask_name(card.holder))
    if card.balance_minor is not None:
        yield _pair(pgettext("paper", "Balance"), yuan(card.balance_minor), bold=True)
        yield _pair(pgettext("paper", "of which bonus"), yuan(card.bonus_minor))
    if card.uses_left is not None:
        yield _pair(pgettext("paper", "Entries left"), str(card.uses_left), bold=True)
    yield _pair(pgettext("paper", "Points"), str(card.points))
    if card.valid_until:
        yield _pair(pgettext("paper", "Valid until"), moment(card.valid_until, card.head))
    for entry in card.entries:
        yield Line(moment(entry.at, card.head))
        yield Pair(entry.what.zh, entry.amount)
    printed_at = moment(card.printed_at, card.head)
    yield from _foot(card.head, card.window, card.cashier, printed_at)


def _head(head: Letterhead) -> Iterator[Block]:
    yield Line(head.area.zh, Side.MIDDLE, bold=True)
    if head.area.en:
        yield Line(head.area.en, Side.MIDDLE)
    yield Rule()


def _terms(terms: Label) -> Iterator[Block]:
    if terms.zh:
        yield from (Rule(), Line(terms.zh))
        if terms.en:
            yield Line(terms.en)


def _foot(head: Letterhead, window: str, cashier: str, at: str) -> Iterator[Block]:
    yield Rule()
    yield Pair(f"{window} {cashier}".strip(), at)
    yield Pair(head.seller, head.service_phone)


def _title(words: Both) -> Block:
    return Line(f"{words} {words.en}", Side.MIDDLE, bold=True)


def _pair(name: Both, value: str, *, bold: bool = False) -> Block:
    return Pair(f"{name} {name.en}".strip(), value, bold)
