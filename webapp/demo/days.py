"""The days behind us: shifts, sales, refunds, and people through gates, as acts at past moments."""

import asyncio
import random
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from domain.admission import redemptions, tickets
from domain.admission.redemptions import Direction, Passage, PassResult, Scan
from domain.admission.redemptions.rules import Form, Presented
from domain.commerce import capacity, orders, refunds, shifts
from domain.commerce.orders import Charge, Order, Sale, Wanted
from domain.commerce.payments import Tender
from domain.commerce.refunds import RefundCause
from domain.commerce.shifts import DENOMINATIONS, Count, Drop, Shift
from domain.kernel import ids
from domain.kernel.actors import SYSTEM, Actor
from domain.kernel.channels import Channel
from domain.kernel.clock import local_moment
from domain.kernel.db import Database
from domain.kernel.ports import ChargeAnswer, ChargeState
from webapp.demo.catalogue import Catalogue
from webapp.demo.places import Area
from webapp.site import SHANGHAI

TOGETHER = 40  # acts in flight: they share commits
FLOAT_MINOR = 50_000
DROP_ABOVE_MINOR = 200_000
STAY = timedelta(hours=3)
BASKETS: tuple[tuple[tuple[str, int], ...], ...] = (
    (("ADULT", 2),),
    (("ADULT", 2), ("CHILD", 1)),
    (("ADULT", 1),),
    (("STUDENT", 2),),
    (("ADULT", 2), ("SENIOR", 2)),
    (("FAMILY", 1),),
    (("ADULT", 3), ("CHILD", 1), ("FREE", 1)),
    (("COMBO", 2),),
    (("GROUP", 24),),
)
# how many of a hundred visitors come in each hour from 6 to 18
CURVE = (2, 4, 9, 14, 16, 12, 8, 9, 11, 8, 4, 2, 1)


class World(NamedTuple):
    """What the days are played with."""

    db: Database
    area: Area
    catalogue: Catalogue
    cashiers: Sequence[Actor]
    chance: random.Random


class Sold(NamedTuple):
    order: Order
    at: datetime


async def play(world: World, day: date, sales: int, until: datetime) -> None:
    """One day, up to `until`: windows open, sell and close, the web sells, people come and go."""
    midnight = local_moment(day, time.min, SHANGHAI)
    if until < midnight + timedelta(minutes=10):
        return
    is_today = until < midnight + timedelta(days=1)
    opens = midnight + (timedelta(minutes=5) if is_today else timedelta(hours=5, minutes=50))
    codes = [code for code in world.area.windows if code != "W4"][: len(world.cashiers)]
    open_shifts = [
        await world.db.act(shifts.open_shift, world.area.windows[code], FLOAT_MINOR, cashier, opens)
        for code, cashier in zip(codes, world.cashiers, strict=True)
    ]
    moments = (
        moments_between(world.chance, opens, until, sales)
        if is_today
        else moments_of(world.chance, midnight, sales)
    )
    sold: list[Sold] = []
    for start in range(0, len(moments), TOGETHER):
        batch = moments[start : start + TOGETHER]
        sold += await asyncio.gather(*(sell(world, open_shifts, day, at) for at in batch))
    await give_back(world, open_shifts, sold)
    await let_in(world, sold, until)
    closes = until if is_today else opens + timedelta(hours=13)
    for shift, cashier in zip(open_shifts, world.cashiers, strict=True):
        await close(world, shift, cashier, closes)


def moments_between(
    chance: random.Random, opens: datetime, until: datetime, count: int
) -> list[datetime]:
    """Today's, up to now whatever the hour: whoever opens the demo sees a day that has begun."""
    seconds = (until - opens).total_seconds()
    return sorted(opens + timedelta(seconds=chance.random() * seconds) for _ in range(count))


def moments_of(chance: random.Random, midnight: datetime, count: int) -> list[datetime]:
    """When visitors buy: few at dawn, most before noon."""
    hours = chance.choices(range(6, 6 + len(CURVE)), weights=CURVE, k=count)
    return sorted(
        midnight + timedelta(hours=hour, seconds=chance.randrange(3600)) for hour in hours
    )


async def sell(world: World, open_shifts: Sequence[Shift], day: date, at: datetime) -> Sold:
    """Seven of ten at a window, the others on the web or at a kiosk, paid by code."""
    channel = world.chance.choices(
        (Channel.WINDOW, Channel.SHOP, Channel.KIOSK), weights=(70, 20, 10)
    )[0]
    basket = world.chance.choices(BASKETS, weights=(30, 20, 15, 8, 7, 8, 4, 6, 2))[0]
    if channel is not Channel.WINDOW:
        basket = BASKETS[world.chance.randrange(2)]
    wanted = tuple(Wanted(world.catalogue.types[code], quantity, day) for code, quantity in basket)
    number = world.chance.randrange(len(open_shifts))
    at_window = channel is Channel.WINDOW
    by_code = not at_window or world.chance.random() < 0.55
    sale = Sale(
        ids.new_id(),
        world.area.id,
        channel,
        wanted,
        window_id=open_shifts[number].window_id if at_window else None,
        cash_minor=None if by_code else 1_000_000,
        accompanied=True,
    )
    actor = world.cashiers[number] if at_window else SYSTEM
    lane = capacity.lane(world.area.id)
    order: Order = await world.db.act(orders.place, sale, actor, at, lane=lane)
    if order.paid_at is None:
        order = await pay_by_code(world.db, order, actor, at)
    return Sold(order, at)


async def pay_by_code(db: Database, order: Order, actor: Actor, at: datetime) -> Order:
    """The visitor shows a code, the platform says yes."""
    charge = Charge(order.id, Tender.SCAN, window_id=order.window_id)
    payment = await db.act(orders.start_payment, charge, actor, at)
    answer = ChargeAnswer(
        payment.id, ChargeState.PAID, payment.amount_minor, f"DEMO{payment.id[-12:].upper()}"
    )
    lane = capacity.lane(order.area_id)
    await db.act(orders.settle_payment, payment.id, answer, at, lane=lane)
    return await db.ask(orders.get_order, order.id)


async def give_back(world: World, open_shifts: Sequence[Shift], sold: Sequence[Sold]) -> None:
    """One order in forty is refunded at the window that sold it, half an hour later."""
    cashier_at = dict(zip([shift.window_id for shift in open_shifts], world.cashiers, strict=True))
    for one in sold[::40]:
        if one.order.window_id is None or one.order.total_minor == 0:
            continue
        at, cashier = one.at + timedelta(minutes=30), cashier_at[one.order.window_id]
        quote = await world.db.ask(refunds.quote, one.order.id, (), RefundCause.VISITOR, at)
        request = refunds.Request(
            ids.new_id(),
            one.order.id,
            tuple(line.subject_id for line in quote.lines),
            RefundCause.VISITOR,
            "行程有变",
            quote.amount_minor,
            one.order.window_id,
        )
        await world.db.act(refunds.refund, request, cashier, at)


async def let_in(world: World, sold: Sequence[Sold], until: datetime) -> None:
    """Nine of ten come in some minutes after they bought, and leave after some hours."""
    comers = [one for one in sold if world.chance.random() < 0.9]
    for start in range(0, len(comers), TOGETHER):
        batch = comers[start : start + TOGETHER]
        await asyncio.gather(*(visit(world, one, until) for one in batch))


async def visit(world: World, one: Sold, until: datetime) -> None:
    arrives = one.at + timedelta(minutes=world.chance.randrange(4, 40))
    leaves = arrives + STAY + timedelta(minutes=world.chance.randrange(-90, 120))
    gates = [world.area.gates[code] for code in ("S1", "S2", "N1")]
    gate_id = world.chance.choice(gates)
    ticket_ids = await world.db.ask(tickets.of_order, one.order.id)
    for printable in await world.db.ask(tickets.printed, ticket_ids):
        if printable.row.status not in ("sold", "partly_used") or arrives >= until:
            continue
        heads = printable.row.persons
        await pass_through(world, gate_id, printable.short_code, heads, Direction.IN, arrives)
        if leaves < until:
            way_out = world.area.gates["S3"]
            await pass_through(world, way_out, printable.short_code, heads, Direction.OUT, leaves)


async def pass_through(
    world: World, gate_id: str, code: str, heads: int, way: Direction, at: datetime
) -> None:
    """Scanned, allowed, and the arm turned for everybody on the ticket."""
    scan = Scan(ids.new_id(), gate_id, None, "", direction=way)
    presented = Presented(scan, Form.MEDIUM, f"demo:{scan.scan_id}", medium_code=code)
    answer = await world.db.act(redemptions.authorise, presented, at)
    if answer.allowed and answer.hold:
        passage = Passage(
            None,
            ids.new_id(),
            scan.scan_id,
            gate_id,
            PassResult.PASSED,
            min(heads, answer.persons) if way is Direction.IN else heads,
            way,
            "rotor",
            at + timedelta(seconds=3),
        )
        await world.db.act(redemptions.record_passage, passage, at + timedelta(seconds=3))


async def close(world: World, shift: Shift, cashier: Actor, at: datetime) -> None:
    """Drop what is too much, count the rest; now and then a few yuan are missing, with a note."""
    held = await world.db.ask(shifts.expected, shift.id)
    if held > DROP_ABOVE_MINOR:
        amount = (held - FLOAT_MINOR) // 10_000 * 10_000
        drop = Drop(ids.new_id(), shift.id, amount, note="中途缴款")
        held = await world.db.act(shifts.drop, drop, cashier, at)
    off = world.chance.choices((0, -500, 1_000), weights=(20, 2, 1))[0]
    counted = max(0, held + off)
    note = "找零差错，已登记" if off else ""
    await world.db.act(shifts.close, Count(shift.id, pieces(counted), note), cashier, at)


def pieces(amount_minor: int) -> dict[int, int]:
    """An amount in the fewest notes and coins."""
    counted: dict[int, int] = {}
    for value in DENOMINATIONS:
        counted[value], amount_minor = divmod(amount_minor, value)
    return {value: count for value, count in counted.items() if count}


async def sell_ahead(world: World, day: date, count: int, now: datetime) -> None:
    """Tickets bought on the web in the week before a day and not used yet: five adults an order."""
    wanted = Wanted(world.catalogue.types["ADULT"], 5, day)

    async def one() -> None:
        at = now - timedelta(minutes=world.chance.randrange(7 * 24 * 60))
        await buy(world.db, world.area.id, wanted, at)

    for start in range(0, count // 5, TOGETHER):
        await asyncio.gather(*(one() for _ in range(start, min(start + TOGETHER, count // 5))))


async def buy(db: Database, area_id: str, wanted: Wanted, at: datetime) -> None:
    """On the web, paid by code."""
    sale = Sale(ids.new_id(), area_id, Channel.SHOP, (wanted,))
    order = await db.act(orders.place, sale, SYSTEM, at, lane=capacity.lane(area_id))
    await pay_by_code(db, order, SYSTEM, at)
