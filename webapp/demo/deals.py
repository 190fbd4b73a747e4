"""The demo's promotions: one that works by itself, one with coupons, one that is over, a draft."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

from domain.commerce import capacity, orders, promotions
from domain.commerce.orders import Sale, Wanted
from domain.commerce.promotions import (
    CodeUse,
    FunderInput,
    FunderKind,
    PromotionInput,
    PromotionKind,
)
from domain.kernel import ids
from domain.kernel.actors import SYSTEM
from domain.kernel.channels import Channel
from domain.kernel.clock import local_day
from domain.kernel.db import Tx
from domain.kernel.db.keyset import Cut
from domain.operation import approvals
from domain.operation.approvals import ApprovalStatus
from webapp.demo.catalogue import Makers
from webapp.demo.days import World, pay_by_code
from webapp.site import SHANGHAI

ALONE = [FunderInput(kind=FunderKind.AREA, share_bps=10_000)]
TOGETHER = [
    FunderInput(kind=FunderKind.AREA, share_bps=6_000),
    FunderInput(kind=FunderKind.PLATFORM, share_bps=4_000),
]
EARLY = PromotionInput(
    code="EARLY",
    name_zh="早鸟 95 折",
    name_en="Early bird, 5% off",
    kind=PromotionKind.PERCENT,
    bps=500,
    channels=(Channel.SHOP,),
    days_ahead=3,
    funders=ALONE,
)
AUTUMN = PromotionInput(
    code="AUTUMN",
    name_zh="金秋口令 9 折",
    name_en="Autumn code, 10% off",
    kind=PromotionKind.PERCENT,
    bps=1_000,
    code_use=CodeUse.SHARED,
    shared_code="JINQIU",
    limit_total=500,
    funders=TOGETHER,
)
WELCOME = PromotionInput(
    code="WELCOME",
    name_zh="新客立减 10 元",
    name_en="10 yuan off for newcomers",
    kind=PromotionKind.ORDER_AMOUNT,
    amount_minor=1_000,
    code_use=CodeUse.SINGLE,
    least_minor=10_000,
    budget_minor=300_000,
    funders=TOGETHER,
)
DRAFT = PromotionInput(
    code="CHILD3",
    name_zh="儿童票买二赠一",
    name_en="Children: buy two, get one",
    kind=PromotionKind.BUY_GET,
    buy=2,
    get=1,
    funders=ALONE,
)
WHY = "景区年度营销计划"
COUPONS, COUPONS_USED, AUTUMN_USED = 200, 22, 14


async def build(tx: Tx, area_id: str, makers: Makers, now: datetime) -> tuple[str, str]:
    """Those with a code: the shared one, and the one with coupons."""
    await start(tx, area_id, EARLY, makers, now)
    autumn = await start(tx, area_id, AUTUMN, makers, now)
    welcome = await start(tx, area_id, WELCOME, makers, now)
    await promotions.coupons.make(tx, welcome, COUPONS, makers.editor, now)
    await promotions.add(tx, area_id, DRAFT, makers.editor, now)
    return autumn, welcome


async def start(tx: Tx, area_id: str, given: PromotionInput, makers: Makers, now: datetime) -> str:
    promotion_id = await promotions.add(tx, area_id, given, makers.editor, now)
    approval_id = await promotions.submit(tx, promotion_id, WHY, makers.editor, now)
    await approvals.decide(tx, approval_id, ApprovalStatus.APPROVED, makers.checker, now)
    return promotion_id


async def play(world: World, makers: Makers, since: datetime, now: datetime) -> None:
    """Some visitors knew the code, in the first half of the time; later some had a coupon."""
    autumn, welcome = await world.db.act(build, world.area.id, makers, since)
    half = since + (now - since) / 2
    await buy(world, [AUTUMN.shared_code] * AUTUMN_USED, between(since, half, AUTUMN_USED))
    await world.db.act(promotions.end, autumn, "活动结束", makers.editor, half)
    cut = Cut(most=COUPONS_USED)
    coupons = await world.db.ask(promotions.coupons.page, welcome, 1, cut)
    await buy(world, [row.code for row in coupons], between(half, now, COUPONS_USED))


def between(start: datetime, end: datetime, count: int) -> list[datetime]:
    return [start + (end - start) * (2 * number + 1) / (2 * count) for number in range(count)]


async def buy(world: World, codes: Sequence[str], moments: Sequence[datetime]) -> None:
    async def one(code: str, at: datetime) -> None:
        wanted = Wanted(world.catalogue.types["ADULT"], 2, local_day(at, SHANGHAI))
        sale = Sale(ids.new_id(), world.area.id, Channel.SHOP, (wanted,), codes=(code,))
        lane = capacity.lane(world.area.id)
        order = await world.db.act(orders.place, sale, SYSTEM, at, lane=lane)
        await pay_by_code(world.db, order, SYSTEM, at)

    await asyncio.gather(*map(one, codes, moments))
