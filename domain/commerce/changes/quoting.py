"""What a change (改签) to another day or slot would cost (domain.md, 5).

Once (or as often as the policy sold allows), before the slot starts, untouched, with the same
visitors; the successor is priced by today's rules.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from domain.commerce.orders import Line, Order, Wanted, altering, get_order
from domain.commerce.orders.lines import Market, Owned, offer_of
from domain.commerce.orders.model import OrderStatus
from domain.kernel.db import Tx
from domain.kernel.errors import InvalidInput, NotFound, Refused, say
from domain.kernel.refusals import Refusal


class Target(NamedTuple):
    """The day, and for products with slots the slot, that tickets are changed to."""

    visit_on: date
    slot_id: str | None = None


class Pair(NamedTuple):
    """A ticket and the line of one that would take its place."""

    owned: Owned
    old: Line
    new: Line


class Quote(NamedTuple):
    order_id: str
    target: Target
    pairs: Sequence[Pair]

    @property
    def old_minor(self) -> int:
        return sum(pair.owned.paid_minor for pair in self.pairs)

    @property
    def new_minor(self) -> int:
        return sum(pair.new.amount_minor for pair in self.pairs)

    @property
    def difference_minor(self) -> int:
        """Positive is to be paid, negative goes back."""
        return self.new_minor - self.old_minor


async def quote(
    tx: Tx, order_id: str, subject_ids: Sequence[str], target: Target, now: datetime
) -> Quote:
    """What changing these tickets would cost now. Refused NOT_CHANGEABLE, NOT_ON_SALE."""
    order = await get_order(tx, order_id)
    owned = await altering.everything_owned(tx, order, now)
    return await quote_of(tx, order, owned, subject_ids, target, now)


async def quote_of(
    tx: Tx,
    order: Order,
    owned: Sequence[Owned],
    subject_ids: Sequence[str],
    target: Target,
    now: datetime,
) -> Quote:
    if order.status not in {OrderStatus.PAID, OrderStatus.PART_REFUNDED}:
        raise Refused(Refusal.NOT_CHANGEABLE)
    by_id = {one.id: one for one in owned}
    if not subject_ids:
        raise InvalidInput({"tickets": say("Choose at least one ticket.")})
    if set(subject_ids) - set(by_id):
        raise NotFound()
    lines = {line.id: line for line in order.lines}
    market = Market(order.area_id, order.channel, order.window_id, now, accompanied=True)
    pairs: list[Pair] = []
    for subject_id in dict.fromkeys(subject_ids):
        one = by_id[subject_id]
        old = lines[one.line_id]
        check_changeable(one, old, target, now)
        position = len(order.lines) + len(pairs) + 1
        pairs.append(Pair(one, old, await priced(tx, one, old, target, market, position)))
    return Quote(order.id, target, pairs)


def check_changeable(one: Owned, old: Line, target: Target, now: datetime) -> None:
    untouched = one.refusal is None and not one.pending and one.weight_left == one.weight
    allowed = one.changes < old.terms["changes_allowed"] and now < old.moment("starts_at")
    # a group that is priced together but holds single tickets can only be changed by refund
    together = old.terms["is_group"] and old.quantity > 1
    if not untouched or not allowed or together:
        raise Refused(
            Refusal.NOT_CHANGEABLE, say("Ticket {number} cannot be changed.", number=one.number)
        )
    chosen = None if old.terms["daily_quota"] is not None else old.slot_id
    if (old.visit_on, chosen) == (target.visit_on, target.slot_id):
        raise InvalidInput({"day": say("That is the day and slot it is for already.")})


async def priced(
    tx: Tx, one: Owned, old: Line, target: Target, market: Market, position: int
) -> Line:
    """One line for the successor of one ticket, for the same visitors."""
    named = old.visitors
    if old.quantity > 1:
        named = tuple(visitor for visitor in named if visitor.id == one.visitor_id)
    guides = old.terms.get("guides", 0)
    wanted = Wanted(
        old.ticket_type_id or "",
        old.persons - guides if old.terms["is_group"] else 1,
        target.visit_on,
        target.slot_id,
        named,
        old.concession,
        old.kind,
        {"guides": guides, "member": old.terms.get("member")},
    )
    offer = offer_of(old.kind)
    try:
        lines = await offer.price(tx, [wanted], market, position)
    except Refused as refused:
        if refused.refusal is not Refusal.CONCESSION_DENIED or not old.concession:
            raise
        # who has grown out of the concession by the new day pays the difference
        lines = await offer.price(tx, [wanted._replace(concession="")], market, position)
    if len(lines) != 1:
        raise Refused(Refusal.NOT_CHANGEABLE)
    return lines[0]
