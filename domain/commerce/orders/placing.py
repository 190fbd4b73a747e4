"""Selling: one act for every channel, from what is wanted to an order that is held or paid."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from domain.commerce import payments, shifts
from domain.commerce.orders import discounts, members, rows, store, visitors
from domain.commerce.orders.finding import get_order
from domain.commerce.orders.lapsing import give_up_all
from domain.commerce.orders.lines import Line, Market, Wanted, offer_of
from domain.commerce.orders.model import NOBODY, Contact, LineKind, OrderStatus
from domain.commerce.orders.rows import Order
from domain.commerce.orders.settling import fulfil_and_post
from domain.kernel import ids
from domain.kernel.actors import Actor, ActorKind
from domain.kernel.channels import Channel
from domain.kernel.clock import local_day
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, InvalidInput, NotFound, Refused, say
from domain.kernel.idempotency import request_hash
from domain.kernel.money import to_text
from domain.kernel.refusals import Refusal
from domain.operation import settings
from domain.operation.audit import record
from domain.operation.printers import open_drawer

MOST_LINES = 100


class Sale(NamedTuple):
    """What somebody wants to buy.

    `request_id` is the seller's: the same sale again gets the same order, another one a conflict.
    `cash_minor` is the cash on the desk, which pays at once; without it the places are held until
    the order is paid (an order of nothing is paid at once). `total_minor` is what the buyer saw.
    `held_until` is when a contract wants its money; without it the area's minutes count.
    """

    request_id: str
    area_id: str
    channel: Channel
    wanted: tuple[Wanted, ...]
    window_id: str | None = None
    cash_minor: int | None = None
    total_minor: int | None = None
    contact: Contact = NOBODY
    language: str = "zh"
    note: str = ""
    accompanied: bool = False
    held_until: datetime | None = None
    member_id: str = ""  # whose card was read: tickets at a member's price
    codes: tuple[str, ...] = ()  # of coupons; one that lowers nothing refuses the sale
    names_later: bool = False  # real-name tickets are named before they are paid: naming.py

    def what_was_asked(self) -> dict[str, Any]:
        """All of it that makes it this sale and no other; sealed values differ every time."""
        return {
            "area": self.area_id,
            "channel": self.channel.value,
            "window": self.window_id,
            "cash": self.cash_minor,
            "contact": [self.contact.name, self.contact.phone_mask],
            "note": self.note,
            **({"member": self.member_id} if self.member_id else {}),
            **({"codes": list(self.codes)} if self.codes else {}),
            "wanted": [
                [
                    one.kind.value,
                    one.subject_id,
                    one.quantity,
                    one.visit_on.isoformat(),
                    one.slot_id,
                    one.concession,
                    [[v.name, v.document_mask, v.proof, v.height_cm] for v in one.visitors],
                    dict(one.details or {}),
                ]
                for one in self.wanted
            ],
        }


async def place(tx: Tx, sale: Sale, actor: Actor, now: datetime) -> Order:
    """Sell: price, hold, and pay at once when cash is given.

    Raises Refused (QUOTA_EXHAUSTED, QUOTE_CHANGED, DUPLICATE_VISITOR, SHIFT_NEEDED ...), Conflict
    IDEMPOTENCY_CONFLICT, InvalidInput. On PostgreSQL call it in the area's lane:

        await db.act(orders.place, sale, actor, now, lane=capacity.lane(sale.area_id))
    """
    asked = request_hash(sale.what_was_asked())
    if earlier := await tx.one(store.FIND_REQUEST, request_id=sale.request_id):
        if earlier.request_hash != asked:
            raise Conflict(
                say("This key was already used for another request."), code="IDEMPOTENCY_CONFLICT"
            )
        return await get_order(tx, earlier.id)
    check_form(sale)
    shift_id = await selling_shift(tx, sale, actor)
    market = market_of(sale, now)
    lines = await priced(tx, sale.wanted, market)
    await discounts.check_codes(tx, lines, market)
    check_total(sale, lines)
    lines = await held(tx, lines, market)
    await check_visitors(tx, lines, now)
    order = await new_order(tx, sale, lines, shift_id, actor, now)
    add_order(tx, order, sale, asked)
    await discounts.claim(tx, order.id, order.lines, market)
    if order.status is OrderStatus.PAID:
        order = await pay_at_once(tx, order, sale, now)
    record_sale(tx, order, actor, now)
    return order


def market_of(sale: Sale, now: datetime) -> Market:
    return Market(
        sale.area_id,
        sale.channel,
        sale.window_id,
        now,
        sale.accompanied,
        sale.member_id,
        is_sale=True,
        codes=sale.codes,
        phone_hash=sale.contact.phone_hash or "",
        names_later=sale.names_later,
    )


async def quote(
    tx: Tx,
    area_id: str,
    channel: Channel,
    window_id: str | None,
    wanted: Sequence[Wanted],
    now: datetime,
    member_id: str = "",
    codes: tuple[str, ...] = (),
    phone_hash: str = "",
    *,
    names_later: bool = False,
) -> list[Line]:
    """What it would cost now: the lines of an order that nobody has placed. Takes no place."""
    market = Market(
        area_id,
        channel,
        window_id,
        now,
        accompanied=True,
        member_id=member_id,
        is_sale=True,
        codes=codes,
        phone_hash=phone_hash,
        names_later=names_later,
    )
    return await priced(tx, wanted, market)


def check_form(sale: Sale) -> None:
    if not 1 <= len(sale.wanted) <= MOST_LINES:
        raise InvalidInput({"lines": say("Choose at least one ticket.")})
    if not sale.request_id or len(sale.request_id) > 128:
        raise InvalidInput({"request_id": say("A key of at most 128 characters is needed.")})
    if len(sale.note) > 200:
        raise InvalidInput({"note": say("At most 200 characters.")})
    if (sale.channel is Channel.WINDOW) is not (sale.window_id is not None):
        raise InvalidInput({"window": say("Windows sell at a window, others do not.")})
    if sale.cash_minor is not None and sale.window_id is None:
        raise InvalidInput({"cash": say("Cash is taken at windows.")})
    visitors.check_named_once(sale.wanted)


async def selling_shift(tx: Tx, sale: Sale, actor: Actor) -> str | None:
    if sale.window_id is None:
        return None
    if not await tx.one(store.WINDOW, window=sale.window_id, area=sale.area_id):
        raise NotFound()
    return await shifts.for_sale(tx, sale.window_id, actor.id)


async def priced(tx: Tx, wanted: Sequence[Wanted], market: Market) -> list[Line]:
    lines: list[Line] = []
    for kind in sorted({one.kind for one in wanted}):
        mine = [one for one in wanted if one.kind is kind]
        lines += await offer_of(kind).price(tx, mine, market, len(lines) + 1)
    return lines


async def held(tx: Tx, lines: Sequence[Line], market: Market) -> list[Line]:
    kept: list[Line] = []
    for kind in sorted({line.kind for line in lines}):
        mine = [line for line in lines if line.kind is kind]
        kept += await offer_of(kind).hold(tx, mine, market)
    return kept


def check_total(sale: Sale, lines: Sequence[Line]) -> None:
    total = total_of(lines)
    if sale.total_minor not in (None, total):
        raise Refused(Refusal.QUOTE_CHANGED, say("The total is now {total}.", total=to_text(total)))
    if sale.cash_minor is not None and sale.cash_minor < total:
        raise Refused(Refusal.PAYMENT_SHORT)


def total_of(lines: Sequence[Line]) -> int:
    return sum(line.amount_minor for line in lines)


async def check_visitors(tx: Tx, lines: Sequence[Line], now: datetime) -> None:
    """Nobody has two tickets of a product a day; who holds one that has lapsed lets it go."""
    taken = await visitors.find_taken(tx, lines, now)
    for visitor, found in taken:
        if not found.is_lapsed:
            raise visitors.has_one(visitor)
    await give_up_all(tx, sorted({found.order_id for _, found in taken}), now)


async def new_order(
    tx: Tx,
    sale: Sale,
    lines: Sequence[Line],
    shift_id: str | None,
    actor: Actor,
    now: datetime,
) -> Order:
    total = total_of(lines)
    at_once = sale.cash_minor is not None or total == 0
    held_until = None
    if not at_once:
        current = await settings.current(tx, sale.area_id)
        held_until = sale.held_until or now + timedelta(minutes=current.hold_minutes)
    return Order(
        ids.new_id(),
        await next_number(tx, sale.area_id, now),
        sale.area_id,
        sale.channel,
        sale.window_id,
        shift_id,
        actor.id if actor.kind is ActorKind.STAFF else None,
        OrderStatus.PAID if at_once else OrderStatus.HELD,
        sale.contact.name,
        sale.contact.phone_mask,
        sale.language,
        min(line.visit_on for line in lines),
        sum(line.persons for line in lines),
        sum(line.quantity for line in lines if line.kind is LineKind.TICKET),
        total,
        0,
        sale.note,
        now,
        held_until,
        now if at_once else None,
        None,
        1,
        lines,
    )


async def next_number(tx: Tx, area_id: str, now: datetime) -> str:
    """20260701-0042: the local day, and a count of the area; areas after the first say theirs."""
    area = await tx.one(store.AREA, area=area_id)
    if area is None:
        raise NotFound()
    day: date = local_day(now, ZoneInfo(area.time_zone))
    counted = await tx.one(store.NEXT_NUMBER, area=area_id, on_day=day)
    own = "" if area.number == 1 else f"A{area.number}-"
    return f"{day:%Y%m%d}-{own}{counted.last:04d}"


def add_order(tx: Tx, order: Order, sale: Sale, asked: str) -> None:
    values = {
        name: value for name, value in order._asdict().items() if name not in {"lines", "payments"}
    }
    tx.add(
        store.ADD_ORDER,
        **values
        | {
            "channel": order.channel.value,
            "status": order.status.value,
            "request_id": sale.request_id,
            "request_hash": asked,
            "phone_sealed": sale.contact.phone_sealed,
            "phone_hash": sale.contact.phone_hash,
        },
    )
    for line in order.lines:
        tx.add(store.ADD_LINE, **rows.line_row(line, order.id))
    visitors.add_visitors(tx, order.id, order.area_id, order.lines)


async def pay_at_once(tx: Tx, order: Order, sale: Sale, now: datetime) -> Order:
    paid: tuple[payments.Payment, ...] = ()
    if order.total_minor and sale.cash_minor is not None and order.shift_id is not None:
        cash = payments.taking.take_cash(
            tx, order.id, order.total_minor, sale.cash_minor, order.shift_id, now
        )
        paid = (cash,)
        await open_drawer(tx, order.window_id, order.id, now)
    await fulfil_and_post(tx, order, paid, 0, now)
    return order._replace(payments=paid)


def record_sale(tx: Tx, order: Order, actor: Actor, now: datetime) -> None:
    act = "order.paid" if order.status is OrderStatus.PAID else "order.held"
    after = {"number": order.number, "tickets": order.tickets, "total_minor": order.total_minor}
    rates = [rate for line in order.lines if (rate := members.as_sold(line.terms))]
    if rates:
        after |= {"member": rates[0].number, "discount_bps": rates[0].off_bps}
    record(tx, actor, act, order.id, now, after=after, area_id=order.area_id)
