"""What a refund would give: for each ticket the rate, the fee and the amount (domain.md, 5)."""

from collections.abc import Mapping, Sequence, Set
from datetime import datetime
from typing import NamedTuple

from domain.commerce.catalog.refund_policy import ALL_BPS, Tier, Times, fee, rate_bps
from domain.commerce.orders import Line, Order, altering, get_order
from domain.commerce.orders.lines import Owned
from domain.commerce.orders.model import OrderStatus
from domain.commerce.refunds.allowing import closed_lines
from domain.commerce.refunds.model import RefundCause
from domain.kernel.db import Tx
from domain.kernel.errors import NotFound, Refused, say
from domain.kernel.money import split
from domain.kernel.refusals import Refusal

GIVE_ALL = {RefundCause.OPERATOR, RefundCause.CLOSURE}
REFUNDABLE = {OrderStatus.PAID, OrderStatus.PART_REFUNDED}


class QuoteLine(NamedTuple):
    """One ticket. `paid_minor` is the part of its price that is unused."""

    subject_id: str
    line_id: str
    number: str
    name_zh: str
    name_en: str
    holder_name: str
    persons: int
    rate_bps: int
    paid_minor: int
    fee_minor: int
    amount_minor: int


class Quote(NamedTuple):
    order_id: str
    cause: RefundCause
    lines: Sequence[QuoteLine]

    @property
    def paid_minor(self) -> int:
        return sum(line.paid_minor for line in self.lines)

    @property
    def fee_minor(self) -> int:
        return sum(line.fee_minor for line in self.lines)

    @property
    def amount_minor(self) -> int:
        return sum(line.amount_minor for line in self.lines)

    def keeping(self, minor: int) -> "Quote":
        """The same with so much more kept, off the first tickets first."""
        lines = []
        for line in self.lines:
            kept = min(minor, line.amount_minor)
            minor -= kept
            fee, amount = line.fee_minor + kept, line.amount_minor - kept
            lines.append(line._replace(fee_minor=fee, amount_minor=amount))
        return self._replace(lines=lines)

    @property
    def subject_ids(self) -> tuple[str, ...]:
        return tuple(line.subject_id for line in self.lines)


async def quote(
    tx: Tx, order_id: str, subject_ids: Sequence[str], cause: RefundCause, now: datetime
) -> Quote:
    """What giving these tickets back would pay now; without ids, all that can be given back.

    Raises Refused NOT_REFUNDABLE, with the ticket's number, when one cannot.
    """
    order = await get_order(tx, order_id)
    owned = await altering.everything_owned(tx, order, now)
    closed = await closed_for(tx, order, cause, now)
    return quote_of(order, owned, subject_ids, cause, now, closed)


async def closed_for(tx: Tx, order: Order, cause: RefundCause, now: datetime) -> Set[str]:
    """The lines that a closure hits, when it is said to be the cause."""
    return await closed_lines(tx, order, now) if cause is RefundCause.CLOSURE else frozenset()


def quote_of(
    order: Order,
    owned: Sequence[Owned],
    subject_ids: Sequence[str],
    cause: RefundCause,
    now: datetime,
    closed: Set[str] = frozenset(),
) -> Quote:
    """`closed` are the lines that a closure hits; for that cause no others go back."""
    if order.status not in REFUNDABLE:
        raise Refused(Refusal.NOT_REFUNDABLE)
    by_id = {one.id: one for one in owned}
    if set(subject_ids) - set(by_id):
        raise NotFound()
    lines = {line.id: line for line in order.lines}
    if subject_ids:
        chosen = [by_id[subject_id] for subject_id in dict.fromkeys(subject_ids)]
        must_be_closed(chosen, cause, closed)
        return Quote(order.id, cause, [line_for(one, lines, cause, now) for one in chosen])
    possible = [
        one
        for one in owned
        if is_untouchable(one) is None
        and rate(one, lines, cause, now)
        and (cause is not RefundCause.CLOSURE or one.line_id in closed)
    ]
    if not possible:
        raise Refused(Refusal.NOT_REFUNDABLE)
    return Quote(order.id, cause, [line_for(one, lines, cause, now) for one in possible])


def must_be_closed(chosen: Sequence[Owned], cause: RefundCause, closed: Set[str]) -> None:
    """A closure is no word of the cashier's."""
    if cause is not RefundCause.CLOSURE:
        return
    for one in chosen:
        if one.line_id not in closed:
            sentence = say("The day of ticket {number} is open.", number=one.number)
            raise Refused(Refusal.NOT_REFUNDABLE, sentence)


def is_untouchable(one: Owned) -> Refusal | None:
    """Why a ticket cannot be given back, whatever the cause."""
    if one.refusal is not None:
        return one.refusal
    if one.pending:
        return Refusal.LOCKED
    return Refusal.USED_UP if one.weight_left < 1 else None


def rate(one: Owned, lines: Mapping[str, Line], cause: RefundCause, now: datetime) -> int:
    """Closure, capacity stop and our own fault give everything back, even after the day."""
    if cause in GIVE_ALL:
        return ALL_BPS
    line = lines[one.line_id]
    tiers = [Tier(**tier) for tier in line.terms["refund_tiers"]]
    times = Times(line.moment("starts_at"), line.moment("day_ends_at"), line.moment("valid_until"))
    return rate_bps(tiers, times, now)


def line_for(one: Owned, lines: Mapping[str, Line], cause: RefundCause, now: datetime) -> QuoteLine:
    line, share = lines[one.line_id], rate(one, lines, cause, now)
    if is_untouchable(one) is not None or share == 0:
        raise Refused(
            Refusal.NOT_REFUNDABLE, say("Ticket {number} cannot be refunded.", number=one.number)
        )
    unused = split(one.paid_minor, [one.weight - one.weight_left, one.weight_left])[1]
    kept = fee(unused, share)
    return QuoteLine(
        one.id,
        one.line_id,
        one.number,
        line.name_zh,
        line.name_en,
        one.holder_name,
        one.persons_left,
        share,
        unused,
        kept,
        unused - kept,
    )
