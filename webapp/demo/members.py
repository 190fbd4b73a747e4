"""Members of the demo: four kinds of card, some hundred people, and what became of their cards."""

import asyncio
import random
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from stdnum.cn import ric

from domain.admission.redemptions import Direction
from domain.cards import memberships, products
from domain.cards.memberships import HolderInput, ReplacementCause
from domain.cards.products import CardKind, CardProductInput
from domain.commerce import capacity, orders
from domain.commerce.orders import FromAccount, Order, Sale, Wanted
from domain.commerce.payments import Tender
from domain.kernel import ids
from domain.kernel.actors import SYSTEM, Actor
from domain.kernel.channels import Channel
from domain.kernel.clock import local_day
from domain.kernel.db import Tx
from domain.kernel.vault import Vault
from domain.operation import approvals
from domain.operation.approvals import ApprovalStatus
from webapp.demo.bulk import FAMILY_NAMES, GIVEN_NAMES
from webapp.demo.catalogue import Makers
from webapp.demo.days import TOGETHER, World, pass_through, pay_by_code
from webapp.site import SHANGHAI

CARDS = 240
LOST, FROZEN, REPLACED, SPENDING, COMING = 8, 3, 6, 40, 24
EVERYWHERE = [Channel.WINDOW, Channel.KIOSK, Channel.SHOP]
LEVELS = [
    {"points": 0, "name_zh": "普通会员", "name_en": "Member"},
    {"points": 300, "name_zh": "银卡会员", "name_en": "Silver"},
    {"points": 1_000, "name_zh": "金卡会员", "name_en": "Gold"},
]
TIERS = [
    {"amount_minor": 50_000, "bonus_minor": 3_000},
    {"amount_minor": 100_000, "bonus_minor": 15_000},
    {"amount_minor": 300_000, "bonus_minor": 100_000},
]
BALANCE = {"pays_entry": True, "points_per_yuan": 1, "levels": LEVELS, "top_ups": TIERS}
YEAR = {"term_months": 12, "points_per_yuan": 0}
PRODUCTS: Sequence[tuple[str, str, str, CardKind, dict[str, Any]]] = (
    (
        "YLPT",
        "云岭普通卡",
        "Yunling card",
        CardKind.STORED_VALUE,
        {**BALANCE, "deposit_minor": 2_000, "entry_price_minor": 9_800},
    ),
    (
        "YLGB",
        "云岭贵宾卡",
        "Yunling VIP card",
        CardKind.VIP,
        {
            **BALANCE,
            "entry_price_minor": 7_800,
            "discount_bps": 2_000,
            "top_up_least_minor": 50_000,
        },
    ),
    (
        "YLNK",
        "云岭年卡",
        "Yunling annual card",
        CardKind.TERM,
        {**YEAR, "price_minor": 29_900, "renewal_minor": 26_900, "daily_entries": 1},
    ),
    (
        "YLCK",
        "云岭十次卡",
        "Ten visits",
        CardKind.COUNT,
        {**YEAR, "price_minor": 68_000, "uses": 10, "free_uses": 1, "entry_price_minor": 9_800},
    ),
)


class Member(NamedTuple):
    """A card and its holder's document, as marks."""

    card_id: str
    kind: CardKind
    marks: tuple[str, ...]


async def build(tx: Tx, area_id: str, makers: Makers, now: datetime) -> dict[CardKind, str]:
    """The kinds of card, each written by one and approved by another."""
    made: dict[CardKind, str] = {}
    for code, zh, en, kind, rest in PRODUCTS:
        given = CardProductInput.model_validate(
            {"code": code, "name_zh": zh, "name_en": en, "kind": kind, "channels": EVERYWHERE}
            | rest
        )
        made[kind] = await products.add_product(tx, area_id, given, makers.editor, now)
        asked = await products.propose(tx, made[kind], given, makers.editor, now, "新卡种")
        await approvals.decide(tx, asked, ApprovalStatus.APPROVED, makers.checker, now)
    return made


async def play(
    world: World, vault: Vault, kinds: dict[CardKind, str], keeper: Actor, now: datetime
) -> None:
    """A year of cards sold on the web; some are lost, frozen, replaced; some pay and come in."""
    people: list[Member] = []
    for start in range(0, CARDS, TOGETHER):
        numbers = range(start, min(start + TOGETHER, CARDS))
        people += await asyncio.gather(
            *(open_card(world, vault, kinds, number, now) for number in numbers)
        )
    rich = [one for one in people if one.kind in products.WITH_BALANCE]
    await asyncio.gather(*(spend(world, one, now) for one in rich[:SPENDING]))
    annual = [one for one in people if one.kind is CardKind.TERM]
    await asyncio.gather(*(come_in(world, one, now) for one in annual[:COMING]))
    unlucky = iter(reversed(people))
    for _, one in zip(range(LOST), unlucky, strict=False):
        await world.db.act(memberships.report_loss, one.card_id, "电话挂失", keeper, now)
    for _, one in zip(range(FROZEN), unlucky, strict=False):
        await world.db.act(memberships.freeze, one.card_id, "持卡人信息待核实", keeper, now)
    for _, one in zip(range(REPLACED), unlucky, strict=False):
        today = local_day(now, SHANGHAI)
        wanted = memberships.replacement(
            one.card_id, ReplacementCause.DAMAGED, today, document_marks=one.marks
        )
        await buy(world, wanted, (), earlier(world, now))
    while await world.db.act(memberships.sweep, now):
        pass


async def open_card(
    world: World, vault: Vault, kinds: dict[CardKind, str], number: int, now: datetime
) -> Member:
    """One card, sold some time in the last fourteen months: the oldest annual cards are over."""
    kind = list(kinds)[number % len(kinds)]
    at = now - timedelta(days=world.chance.randrange(1, 420), minutes=world.chance.randrange(600))
    document = document_of(world.chance)
    name = world.chance.choice(FAMILY_NAMES) + world.chance.choice(GIVEN_NAMES)
    phone = f"1{world.chance.choice('35789')}{world.chance.randrange(10**9):09d}"
    today = local_day(at, SHANGHAI)
    key = f"demo member {number}"
    holder = memberships.holder(vault, HolderInput(name, phone, document), key, today)
    top_up = world.chance.choice((50_000, 100_000, 300_000))
    wanted = memberships.opening(
        kinds[kind],
        today,
        holder=holder,
        top_up_minor=top_up if kind in products.WITH_BALANCE else 0,
    )
    order = await buy(world, wanted, (holder,), at)
    marks = vault.fingerprints("document", document)
    return Member(order.lines[0].terms["card_id"], kind, marks)


def document_of(chance: random.Random) -> str:
    """The number of somebody who does not exist, born some time last century."""
    born = date(1955, 1, 1) + timedelta(days=chance.randrange(16_000))
    digits = (
        f"{chance.choice(('522301', '520103', '530102'))}{born:%Y%m%d}{chance.randrange(999):03d}"
    )
    return digits + str(ric.calc_check_digit(digits + "0"))


async def buy(
    world: World, wanted: Wanted, holders: Sequence[memberships.Holder], at: datetime
) -> Order:
    """On the web, paid by code."""
    sale = Sale(ids.new_id(), world.area.id, Channel.SHOP, (wanted,))
    lane = capacity.lane(world.area.id)
    order: Order = await world.db.act(memberships.sell, sale, holders, SYSTEM, at, lane=lane)
    return order if order.paid_at else await pay_by_code(world.db, order, SYSTEM, at)


async def spend(world: World, one: Member, now: datetime) -> None:
    """Two tickets for today, paid from the card."""
    today, at = local_day(now, SHANGHAI), earlier(world, now)
    sale = Sale(
        ids.new_id(),
        world.area.id,
        Channel.SHOP,
        (Wanted(world.catalogue.types["ADULT"], 2, today),),
    )
    lane = capacity.lane(world.area.id)
    order = await world.db.act(orders.place, sale, SYSTEM, at, lane=lane)
    asked = FromAccount(ids.new_id(), order.id, Tender.STORED_VALUE, one.card_id, proof=one.marks)
    await world.db.act(orders.pay_from, asked, SYSTEM, at, lane=lane)


def earlier(world: World, now: datetime) -> datetime:
    """Some time in the last twenty hours, when every card of the demo had been sold."""
    return now - timedelta(minutes=world.chance.randrange(10, 20 * 60))


async def come_in(world: World, one: Member, now: datetime) -> None:
    """Through the south gate some minutes ago; an annual card that is over is refused there."""
    medium = (await world.db.ask(memberships.detail, one.card_id)).media[0]
    at = now - timedelta(minutes=world.chance.randrange(1, 50))
    await pass_through(world, world.area.gates["S1"], medium.code, 1, Direction.IN, at)
