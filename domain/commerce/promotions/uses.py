"""What promotions do to an order, from the price to the refund: registered with orders.

Limits, budget and coupons are taken by conditional updates in the order's own transaction, so
they are never exceeded, whoever was first. What a use costs is posted when the order is paid.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from domain.commerce import ledger
from domain.commerce.ledger import AccountKind, Entry, Posting
from domain.commerce.orders import discounts
from domain.commerce.orders.discounts import GivenBack
from domain.commerce.orders.lines import Line, Market, Owned
from domain.commerce.promotions import levels, rules, store
from domain.commerce.promotions.inputs import PromotionInput
from domain.commerce.promotions.model import UseStatus
from domain.commerce.promotions.rules import Deal, Facts, Outcome
from domain.kernel import ids
from domain.kernel.clock import local_day
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, Refused
from domain.kernel.money import split
from domain.kernel.refusals import Refusal

MOST_CODES = 5


class Uses:
    """Registered with `orders.discounts`."""

    async def reduced(self, tx: Tx, lines: Sequence[Line], market: Market) -> list[Line]:
        return list((await tried(tx, lines, market)).lines)

    async def check_codes(self, tx: Tx, lines: Sequence[Line], market: Market) -> None:
        if not await do_codes_work(tx, market.area_id, market.codes, lines):
            raise Refused(Refusal.COUPON_INVALID)

    async def claim(self, tx: Tx, order_id: str, lines: Sequence[Line], market: Market) -> None:
        minors = minors_of(lines)
        rows = await tx.rows(store.DEALS_BY_ID, ids=sorted(minors))
        facts = await facts_of(tx, market)
        coupons = await coupons_by_promotion(tx, market)
        for row in sorted(rows, key=lambda row: str(row.id)):  # one order for everybody
            mine = [line for line in lines if row.id in minors_of([line])]
            coupon_id = coupons.get(row.id)
            counted = await take(tx, deal_of(row), minors[row.id], mine, facts, coupon_id)
            add_use(tx, order_id, row.id, mine, counted, coupon_id, market.now)

    async def paid(self, tx: Tx, order_id: str, now: datetime) -> None:
        for use in await tx.rows(store.USES_OF_ORDER, order_id=order_id):
            await set_status(tx, use, UseStatus.USED)
            rows = await tx.rows(store.LINES_OF_USE, use_id=use.id)
            await bear(tx, use, [(row, row.minor) for row in rows], "promotion.given_away", now)

    async def given_up(self, tx: Tx, order_id: str, now: datetime) -> None:
        for use in await tx.rows(store.USES_OF_ORDER, order_id=order_id):
            await give_use_back(tx, use, use.minor)

    async def given_back(self, tx: Tx, back: GivenBack, now: datetime) -> None:
        await return_parts(tx, back, now)


discounts.register(Uses())


async def tried(tx: Tx, lines: Sequence[Line], market: Market) -> Outcome:
    """Every promotion of the area, tried on lines that are priced without any."""
    rows = await tx.rows(store.DEALS, area=market.area_id)
    if not rows:
        return Outcome(lines, (), ())
    deals = [deal_of(row) for row in rows]
    facts = await facts_of(tx, market)
    owners = await owners_of_codes(tx, market.area_id, market.codes)
    types = sorted({line.ticket_type_id for line in lines if line.ticket_type_id})
    floors = {
        row.ticket_type_id: row.floor_minor for row in await tx.rows(store.FLOORS, types=types)
    }
    facts = facts._replace(unlocked=frozenset(owners.values()), floors=floors)
    facts = await with_buyer(tx, deals, facts, market)
    return rules.outcome(deals, lines, await with_counts(tx, deals, facts, lines))


def deal_of(row: Any) -> Deal:
    return Deal(row.id, PromotionInput.model_validate(row.terms), row.used, row.given_minor)


async def facts_of(tx: Tx, market: Market) -> Facts:
    zone = ZoneInfo((await tx.one(store.ZONE, area=market.area_id)).time_zone)
    return Facts(
        market.channel,
        market.now,
        zone,
        member_id=market.member_id,
        phone_hash=market.phone_hash,
    )


async def with_buyer(tx: Tx, deals: Sequence[Deal], facts: Facts, market: Market) -> Facts:
    """Who buys, asked only where a promotion wants to know."""
    if facts.phone_hash and any(deal.terms.new_phone for deal in deals):
        known = await tx.rows(store.HAS_BOUGHT, phone=facts.phone_hash)
        facts = facts._replace(is_new_phone=not known)
    if facts.member_id and any(deal.terms.least_member_level is not None for deal in deals):
        level = await levels.level_of(tx, facts.member_id)
        facts = facts._replace(member_level=level)
    return facts


async def with_counts(tx: Tx, deals: Sequence[Deal], facts: Facts, lines: Sequence[Line]) -> Facts:
    keys = {counted for deal in deals for _, counted, _ in rules.limits(deal, facts, lines)}
    if not keys:
        return facts
    rows = await tx.rows(store.COUNTERS, ids=[deal.id for deal in deals], keys=sorted(keys))
    return facts._replace(
        used={(row.promotion_id, row.scope, row.counted): row.used for row in rows}
    )


def clean(codes: Sequence[str]) -> list[str]:
    """Codes as they are kept: at most a few, each once."""
    found = dict.fromkeys(code.strip().upper() for code in codes if code.strip())
    return list(found)[:MOST_CODES]


async def do_codes_work(tx: Tx, area_id: str, codes: Sequence[str], lines: Sequence[Line]) -> bool:
    """Whether each code is that of a promotion which lowered one of these lines."""
    lowering = set(minors_of(lines))
    owners = await owners_of_codes(tx, area_id, codes)
    return all(owners.get(code) in lowering for code in clean(codes))


async def owners_of_codes(tx: Tx, area_id: str, codes: Sequence[str]) -> dict[str, str]:
    """The promotion of each code that is good; others are not there."""
    if not (wanted := clean(codes)):
        return {}
    shared = await tx.rows(store.UNLOCKED, area=area_id, codes=wanted)
    single = await tx.rows(store.OPEN_COUPONS, area=area_id, codes=wanted)
    return {row.code: row.promotion_id for row in single} | {row.code: row.id for row in shared}


async def coupons_by_promotion(tx: Tx, market: Market) -> dict[str, str]:
    codes = clean(market.codes)
    if not codes:
        return {}
    rows = await tx.rows(store.OPEN_COUPONS, area=market.area_id, codes=codes)
    return {row.promotion_id: row.id for row in rows}


def minors_of(lines: Sequence[Line]) -> dict[str, int]:
    """What each promotion takes off these lines."""
    found: dict[str, int] = {}
    for line in lines:
        for one in line.terms.get("promotions", ()):
            found[one["id"]] = found.get(one["id"], 0) + one["minor"]
    return found


async def take(
    tx: Tx, deal: Deal, minor: int, lines: Sequence[Line], facts: Facts, coupon_id: str | None
) -> list[tuple[str, str]]:
    """Count one use everywhere it counts. Raises Refused PROMOTION_OVER at a limit."""
    if not await tx.one(store.CLAIM, promotion=deal.id, minor=minor):
        raise Refused(Refusal.PROMOTION_OVER)
    counted: list[tuple[str, str]] = []
    for scope, key, limit in rules.limits(deal, facts, lines):
        done = await tx.one(
            store.COUNT, promotion=deal.id, of_scope=scope.value, key=key, limit=limit
        )
        if done is None:
            raise Refused(Refusal.PROMOTION_OVER, rules.REACHED[scope])
        counted.append((scope.value, key))
    if coupon_id is not None and not await tx.one(
        store.TAKE_COUPON, coupon=coupon_id, now=facts.now
    ):
        raise Refused(Refusal.COUPON_INVALID)
    return counted


def add_use(
    tx: Tx,
    order_id: str,
    promotion_id: str,
    lines: Sequence[Line],
    counted: Sequence[tuple[str, str]],
    coupon_id: str | None,
    now: datetime,
) -> None:
    use_id = ids.new_id()
    tx.add(
        store.ADD_USE,
        id=use_id,
        promotion_id=promotion_id,
        order_id=order_id,
        coupon_id=coupon_id,
        counted=[list(one) for one in counted],
        tickets=sum(line.quantity for line in lines),
        minor=minors_of(lines)[promotion_id],
        status=UseStatus.HELD.value,
        used_at=now,
    )
    for line in lines:
        minor = minors_of([line])[promotion_id]
        tx.add(store.ADD_USE_LINE, use_id=use_id, order_line_id=line.id, minor=minor)


async def set_status(tx: Tx, use: Any, to: UseStatus) -> None:
    """Raises Conflict when somebody was first."""
    if not await tx.one(store.SET_USE, use=use.id, seen=use.status, to_status=to.value):
        raise Conflict()


async def give_use_back(tx: Tx, use: Any, minor: int) -> None:
    """It counts nowhere any more, nor does what it cost; its coupon is good again."""
    await set_status(tx, use, UseStatus.RETURNED)
    await tx.run(store.LOWER, promotion=use.promotion_id, uses=1, minor=minor)
    for scope, key in use.counted:
        await tx.run(store.UNCOUNT, promotion=use.promotion_id, of_scope=scope, key=key)
    if use.coupon_id is not None:
        await tx.run(store.FREE_COUPON, coupon=use.coupon_id)


async def bear(
    tx: Tx, use: Any, parts: Sequence[tuple[Any, int]], text: str, now: datetime
) -> None:
    """Write down who bears what of each line, and post it: `parts` are use lines as they stood,
    and what is added to their cost (negative: given back).

    The cost of a line is split by the shares each time anew, so that what is left of it is always
    divided as a whole would be.
    """
    funders = await tx.rows(store.FUNDERS, ids=[use.promotion_id])
    shares = [one.share_bps for one in funders]
    day = local_day(now, ZoneInfo(use.time_zone))
    totals = [0] * len(funders)
    for row, minor in parts:
        before = 0 if minor > 0 else row.minor - row.returned_minor
        moved = [
            new - old
            for new, old in zip(split(before + minor, shares), split(before, shares), strict=True)
        ]
        for place, (funder, share) in enumerate(zip(funders, moved, strict=True)):
            totals[place] += share
            if share:
                add_move(tx, use, row.order_line_id, funder, share, day, now)
    postings = [
        Posting(AccountKind.PROMOTION_COSTS, funder.owner_id, total)
        for funder, total in zip(funders, totals, strict=True)
    ]
    postings.append(Posting(AccountKind.PROMOTED_SALES, use.area_id, -sum(totals)))
    ledger.post(tx, Entry("promotion_use", use.id, text, use.area_id, postings), now)


def add_move(
    tx: Tx, use: Any, line_id: str, funder: Any, minor: int, day: Any, now: datetime
) -> None:
    tx.add(
        store.ADD_MOVE,
        id=ids.new_id(),
        use_id=use.id,
        promotion_id=use.promotion_id,
        order_line_id=line_id,
        area_id=use.area_id,
        day=day,
        kind=funder.kind,
        owner_id=funder.owner_id,
        minor=minor,
        at=now,
    )


async def return_parts(tx: Tx, back: GivenBack, now: datetime) -> None:
    """What the tickets' discounts cost goes back to the funders, for the unused part of each."""
    due = discounts_back(back)
    uses = {use.id: use for use in await tx.rows(store.USES_OF_ORDER, order_id=back.order_id)}
    rows = await tx.rows(store.LINES_OF_ORDER, order_id=back.order_id)
    parts: dict[str, list[tuple[Any, int]]] = {}
    for line_id, minor in due.items():
        mine = [row for row in rows if row.order_line_id == line_id]
        left = [row.minor - row.returned_minor for row in mine]
        for row, part in zip(mine, split(minor, left), strict=True):
            if part:
                parts.setdefault(row.use_id, []).append((row, -part))
                await tx.run(store.RETURN_LINE, use=row.use_id, line=line_id, back=part)
    returned = {use_id: -sum(part for _, part in found) for use_id, found in parts.items()}
    for use_id, found in sorted(parts.items()):
        use, minor = uses[use_id], returned[use_id]
        await tx.run(store.RETURN_PART, use=use_id, back=minor)
        await bear(tx, use, found, "promotion.returned", now)
        await tx.run(store.LOWER, promotion=use.promotion_id, uses=0, minor=minor)
    await free_uses(tx, back, list(uses.values()), returned)


def discounts_back(back: GivenBack) -> dict[str, int]:
    """By line, what promotions took off the unused parts of the chosen tickets."""
    chosen = {one.id for one in back.chosen}
    found: dict[str, int] = {}
    for line in back.lines:
        if not line.discount_minor:
            continue
        mine = [one for one in back.owned if one.line_id == line.id]
        for one, minor in zip(by_price(mine), line.discounts(), strict=True):
            if one.id in chosen:
                unused = split(minor, [one.weight - one.weight_left, one.weight_left])[1]
                found[line.id] = found.get(line.id, 0) + unused
    return {line_id: minor for line_id, minor in found.items() if minor}


def by_price(owned: Sequence[Owned]) -> list[Owned]:
    """In the order of `Line.prices`: the dearest first, whatever became of them."""
    return sorted(owned, key=lambda one: (-one.paid_minor, one.number))


async def free_uses(
    tx: Tx, back: GivenBack, uses: Sequence[Any], returned: Mapping[str, int]
) -> None:
    """A use that a refund leaves without any cost counts no more, if the promotion says so."""
    if back.cause[0] != "refund":
        return
    for use in uses:
        whole = use.returned_minor + returned.get(use.id, 0) == use.minor
        if whole and use.status == UseStatus.USED and use.terms["returns_on_refund"]:
            await give_use_back(tx, use, 0)
