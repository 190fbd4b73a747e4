"""Promotions on real orders: limits in races, what comes back, and who bears the cost."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.commerce import capacity, changes, ledger, orders, promotions, refunds
from domain.commerce.changes import Target
from domain.commerce.ledger import AccountKind
from domain.commerce.orders import Order, OrderStatus
from domain.commerce.promotions import (
    PLATFORM,
    CodeUse,
    FunderInput,
    FunderKind,
    PromotionInput,
    PromotionKind,
    PromotionStatus,
)
from domain.commerce.refunds import RefundCause
from domain.kernel.channels import Channel
from domain.kernel.db import Database
from domain.kernel.db.keyset import Cut
from domain.kernel.errors import Conflict, InvalidInput, Refused
from domain.kernel.refusals import Refusal
from domain.operation import approvals, verification
from domain.reports import promoted, shares
from domain.reports.days import Asked, Dimension
from domain.reports.promoted import Reduced
from tests.domain.commerce.factories import NOON, TODAY, World, add_world
from tests.domain.commerce.fulfilment import use
from tests.domain.commerce.selling import (
    BUYER,
    VAULT,
    findings,
    keys,
    online,
    open_shift,
    place,
    resident,
    sale,
    wanted,
)

DAY = TODAY + timedelta(days=3)
NOWHERE = "0" * 36
AREA = FunderInput(kind=FunderKind.AREA, share_bps=6_000)
HOUSE = FunderInput(kind=FunderKind.PLATFORM, share_bps=4_000)


async def start(db: Database, world: World, **terms: Any) -> str:
    """A promotion in force: 10 % off unless told otherwise, 60 : 40 of area and platform."""
    terms.setdefault("kind", PromotionKind.PERCENT)
    terms.setdefault("bps", 1_000)
    terms.setdefault("funders", [AREA, HOUSE])
    terms.setdefault("name_zh", "早鸟优惠")
    given = PromotionInput(code=f"P{next(keys)}", **terms)
    cashier = world.cashier
    promotion_id: str = await db.act(promotions.add, world.area_id, given, cashier, NOON)
    approval = await db.act(promotions.submit, promotion_id, "暑期", cashier, NOON)
    await db.act(
        approvals.decide, approval, approvals.ApprovalStatus.APPROVED, world.supervisor, NOON
    )
    return promotion_id


async def row_of(db: Database, promotion_id: str) -> Any:
    return await db.ask(promotions.get, promotion_id)


async def costs(db: Database, world: World) -> tuple[int, int, int]:
    """What the area and the platform bear, and the area's other half."""
    kind = AccountKind.PROMOTION_COSTS
    return (
        await db.ask(ledger.balance, kind, world.area_id),
        await db.ask(ledger.balance, kind, PLATFORM),
        await db.ask(ledger.balance, AccountKind.PROMOTED_SALES, world.area_id),
    )


async def refund(db: Database, world: World, order: Order, *positions: int) -> int:
    quote = await db.ask(refunds.quote, order.id, [], RefundCause.OPERATOR, NOON)
    chosen = [quote.subject_ids[at] for at in positions] if positions else quote.subject_ids
    exact = await db.ask(refunds.quote, order.id, chosen, RefundCause.OPERATOR, NOON)
    asked = refunds.Request(
        f"f{next(keys)}",
        order.id,
        exact.subject_ids,
        RefundCause.OPERATOR,
        "停电",
        exact.amount_minor,
        world.window_id,
    )
    made = await db.act(refunds.refund, asked, world.supervisor, NOON)
    if made.approval_id:
        decided = approvals.ApprovalStatus.APPROVED
        await db.act(approvals.decide, made.approval_id, decided, world.cashier_2, NOON)
    return int(exact.amount_minor)


async def wrong(db: Database) -> list[str]:
    own = await db.ask(verification.run, "promotions")
    return [*await findings(db), *(f"{one.subject}: {one.problem}" for one in own)]


async def test_a_sale_is_cheaper_and_its_funders_bear_the_difference(
    db: Database, world: World
) -> None:
    await open_shift(db, world)
    promotion_id = await start(db, world, bps=1_501)

    order = await place(db, world, sale(world, wanted(world.adult_id, 3, DAY)))

    assert (order.total_minor, order.lines[0].discount_minor) == (24_987, 4_413)
    assert await costs(db, world) == (2_648, 1_765, -4_413)
    assert await db.ask(ledger.balance, AccountKind.SALES, world.area_id) == -24_987
    row = await row_of(db, promotion_id)
    assert (row.used, row.given_minor) == (1, 4_413)
    assert await wrong(db) == []
    await db.act(promotions.pause, promotion_id, "太多", world.cashier, NOON)
    full = await place(db, world, sale(world, wanted(world.adult_id, 1, DAY)))
    assert full.total_minor == 9_800


async def test_without_an_active_promotion_nobody_asks_for_one(
    sqlite_db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = await add_world(sqlite_db)
    given = PromotionInput(
        code="D", name_zh="D", kind=PromotionKind.FIXED, amount_minor=1, funders=[AREA, HOUSE]
    )
    await sqlite_db.act(promotions.add, world.area_id, given, world.cashier, NOON)
    monkeypatch.setattr(promotions.uses, "tried", None)  # would break the sale

    order = await place(sqlite_db, world, online(world, wanted(world.adult_id, 1, DAY)))

    assert order.total_minor == 9_800


async def test_200_buyers_with_100_coupons_never_get_101(db: Database) -> None:
    world = await add_world(db)
    promotion_id = await start(
        db, world, code_use=CodeUse.SHARED, shared_code="SUMMER", limit_total=100, limit_day=150
    )

    async def buy() -> Refusal | None:
        try:
            await place(db, world, online(world, wanted(world.adult_id, 1, DAY), codes=("summer",)))
        except Refused as refused:
            return refused.refusal
        return None

    answers = await asyncio.gather(*(buy() for _ in range(200)))

    assert answers.count(None) == 100
    assert set(answers) <= {None, Refusal.COUPON_INVALID, Refusal.PROMOTION_OVER}
    row = await row_of(db, promotion_id)
    assert (row.used, row.given_minor) == (100, 98_000)
    assert await wrong(db) == []


async def test_without_the_lane_the_last_one_is_still_taken_once(db: Database) -> None:
    """The counters themselves hold, whoever forgets to stand in line."""
    world = await add_world(db)
    promotion_id = await start(db, world, budget_minor=10 * 980)

    async def buy() -> int:
        one = online(world, wanted(world.adult_id, 1, DAY), total_minor=8_820)
        try:
            return int((await db.act(orders.place, one, BUYER, NOON)).total_minor)
        except (Refused, Conflict):
            return 0

    answers = await asyncio.gather(*(buy() for _ in range(30)))

    assert answers.count(8_820) <= 10
    assert (await row_of(db, promotion_id)).given_minor == 980 * answers.count(8_820)
    assert await wrong(db) == []


async def test_a_coupon_is_good_once_and_comes_back_unpaid(db: Database, world: World) -> None:
    promotion_id = await start(db, world, code_use=CodeUse.SINGLE)
    await db.act(promotions.coupons.make, promotion_id, 2, world.cashier, NOON)
    first = (await db.ask(promotions.coupons.page, promotion_id, 1, Cut()))[0]
    mine = online(world, wanted(world.adult_id, 1, DAY), codes=(first.code.lower(),))

    order = await place(db, world, mine)

    assert order.total_minor == 8_820
    assert (await place(db, world, mine)).id == order.id  # the same request
    with pytest.raises(Refused) as refused:
        await place(db, world, mine._replace(request_id="other"))
    assert refused.value.refusal is Refusal.COUPON_INVALID
    await db.act(orders.cancel, order.id, BUYER, NOON, lane=capacity.lane(world.area_id))
    assert (await row_of(db, promotion_id)).used == 0
    assert (await place(db, world, mine._replace(request_id="again"))).total_minor == 8_820
    assert await db.act(promotions.coupons.void, promotion_id, 1, world.cashier, NOON) == 1
    assert await costs(db, world) == (0, 0, 0)  # nobody has paid yet
    assert await wrong(db) == []


async def test_a_refund_gives_back_what_was_paid_and_the_coupon(db: Database, world: World) -> None:
    await open_shift(db, world)
    promotion_id = await start(
        db, world, kind=PromotionKind.ORDER_AMOUNT, amount_minor=1_000, limit_total=1
    )
    order = await place(db, world, sale(world, wanted(world.adult_id, 3, DAY)))
    assert order.lines[0].prices() == [9_467, 9_467, 9_466]

    assert await refund(db, world, order, 0) == 9_467
    assert (await row_of(db, promotion_id)).used == 1
    assert await wrong(db) == []
    assert await refund(db, world, order) == 18_933

    assert (await db.ask(orders.get_order, order.id)).status is OrderStatus.REFUNDED
    row = await row_of(db, promotion_id)
    assert (row.used, row.given_minor) == (0, 0)
    assert await costs(db, world) == (0, 0, 0)
    assert await wrong(db) == []
    again = await place(db, world, sale(world, wanted(world.adult_id, 3, DAY)))
    assert again.total_minor == 28_400


async def test_a_use_stays_used_where_the_promotion_says_so(db: Database, world: World) -> None:
    await open_shift(db, world)
    promotion_id = await start(db, world, returns_on_refund=False, limit_total=1)
    order = await place(db, world, sale(world, wanted(world.adult_id, 1, DAY)))

    await refund(db, world, order)

    row = await row_of(db, promotion_id)
    assert (row.used, row.given_minor) == (1, 0)
    assert await wrong(db) == []


async def test_the_used_part_of_a_ticket_keeps_its_cost(db: Database, world: World) -> None:
    await open_shift(db, world)
    await start(db, world, on_reduced=True)
    order = await place(db, world, sale(world, wanted(world.group_id, 10, DAY)))
    ticket = (await db.ask(orders.altering.everything_owned, order, NOON))[0]
    await db.act(use, ticket.number, ticket.weight - 1)

    await refund(db, world, order)

    kept = sum((await costs(db, world))[:2])
    assert 0 < kept < order.lines[0].discount_minor or ticket.weight == 1
    assert await wrong(db) == []


async def test_a_change_is_priced_without_promotions(db: Database, world: World) -> None:
    await open_shift(db, world)
    promotion_id = await start(db, world)
    order = await place(db, world, sale(world, wanted(world.adult_id, 2, DAY)))
    ticket = (await db.ask(orders.altering.everything_owned, order, NOON))[0]
    target = Target(DAY + timedelta(days=1))

    quote = await db.ask(changes.quote, order.id, [ticket.id], target, NOON)
    assert quote.difference_minor == 980
    asked = changes.Request("c1", order.id, (ticket.id,), target, 980, world.window_id, 980)
    await db.act(changes.change, asked, world.cashier, NOON)

    assert (await row_of(db, promotion_id)).given_minor == 980
    assert await costs(db, world) == (588, 392, -980)
    assert await wrong(db) == []


async def test_a_phone_and_a_document_use_it_once(db: Database, world: World) -> None:
    await start(db, world, limit_phone=1, name_zh="电话")
    await start(db, world, limit_document=1, name_zh="证件", priority=-1)
    phone = orders.contact(VAULT, "张伟", "13800138000")
    given = []
    for number in range(3):
        named = wanted(
            world.named_id,
            1,
            DAY + timedelta(days=number),
            visitors=(resident("110105199003072012"),),
        )
        order = await place(db, world, online(world, named, contact=phone))
        given.append([one["name_zh"] for one in order.lines[0].terms.get("promotions", ())])

    assert given == [["电话"], ["证件"], []]
    assert await wrong(db) == []


async def test_a_preview_says_why_and_takes_nothing(db: Database, world: World) -> None:
    promotion_id = await start(db, world, least_quantity=3)
    await start(db, world, new_phone=True, priority=-1)

    found = await db.ask(
        promotions.preview,
        world.area_id,
        Channel.SHOP,
        None,
        [wanted(world.adult_id, 2, DAY)],
        NOON,
    )

    assert not found.applied
    assert [one.reason.in_english() for one in found.passed] == [
        "It begins at 3 tickets.",
        "The buyer's phone number is needed.",
    ]
    assert (await row_of(db, promotion_id)).used == 0


async def test_the_floor_of_a_ticket_type_holds(db: Database, world: World) -> None:
    await start(db, world, kind=PromotionKind.FIXED, amount_minor=1)
    await db.act(promotions.set_floor, world.area_id, world.adult_id, 8_000, world.cashier, NOON)

    order = await place(db, world, online(world, wanted(world.adult_id, 2, DAY)))

    assert order.total_minor == 16_000


async def test_drafts_are_written_by_one_and_released_by_another(
    db: Database, world: World
) -> None:
    terms = {"kind": PromotionKind.PERCENT, "bps": 500, "funders": [AREA, HOUSE]}
    given = PromotionInput(code="DRAFT", name_zh="草稿", **terms)  # type: ignore[arg-type]
    promotion_id = await db.act(promotions.add, world.area_id, given, world.cashier, NOON)
    with pytest.raises(InvalidInput):
        await db.act(promotions.add, world.area_id, given, world.cashier, NOON)
    better = given.model_copy(update={"bps": 700})
    await db.act(promotions.save, promotion_id, better, 1, world.cashier, NOON)
    with pytest.raises(Conflict):
        await db.act(promotions.save, promotion_id, given, 1, world.cashier, NOON)
    asked = await db.act(promotions.submit, promotion_id, "", world.cashier, NOON)
    with pytest.raises(Conflict):
        await db.act(promotions.save, promotion_id, given, 2, world.cashier, NOON)
    no = approvals.ApprovalStatus.REJECTED
    await db.act(approvals.decide, asked, no, world.supervisor, NOON)
    assert (await row_of(db, promotion_id)).status == PromotionStatus.DRAFT
    await db.act(promotions.end, promotion_id, "不要", world.cashier, NOON)
    with pytest.raises(Conflict):
        await db.act(promotions.pause, promotion_id, "", world.cashier, NOON)


made_in: dict[int, World] = {}  # one world for all examples of the test below


@settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.data())
async def test_whatever_is_refunded_adds_up_to_the_fen(
    sqlite_db: Database, data: st.DataObject
) -> None:
    """Tickets go back in any order and number; in the end nothing is left anywhere."""
    db = sqlite_db
    if (world := made_in.get(id(db))) is None:
        world = made_in[id(db)] = await add_world(db)
        await open_shift(db, world, 10_000_000)
    terms = {"exclusive": False, "kind": PromotionKind.ORDER_AMOUNT}
    amounts = [data.draw(st.integers(1, 20_000)) for _ in range(2)]
    ids = [await start(db, world, amount_minor=amount, **terms) for amount in amounts]
    count = data.draw(st.integers(1, 7))
    order = await place(
        db,
        world,
        sale(
            world,
            wanted(world.adult_id, count, DAY),
            wanted(world.child_id, 2, DAY),
        ),
    )
    left, back = count + 2, 0
    while left:
        number = data.draw(st.integers(1, left))
        back += await refund(db, world, order, *range(number))
        left -= number

    assert back == order.total_minor
    assert [(await row_of(db, one)).given_minor for one in ids] == [0, 0]
    assert await costs(db, world) == (0, 0, 0)
    assert await wrong(db) == []
    for one in ids:
        await db.act(promotions.end, one, "", world.cashier, NOON)


async def test_units_get_their_part_of_the_price_and_bear_what_they_fund(
    db: Database, world: World
) -> None:
    """2 x 98.00 at 10 % off: 176.40 is taken, the platform bears 40 % of 19.60."""
    await open_shift(db, world)
    await start(db, world)
    await place(db, world, sale(world, wanted(world.adult_id, 2, DAY)))

    lines = await db.ask(shares.statement, Asked([world.area_id], TODAY, TODAY))

    assert [(line.taken_minor, line.share_minor) for line in lines] == [(17_640, 18_424)]


async def test_the_report_tells_what_each_cost_and_what_came_back(
    db: Database, world: World
) -> None:
    """Two adults and a child at 10 % off: 19.60 and 4.90; one adult goes back with its 9.80."""
    await open_shift(db, world)
    promotion_id = await start(db, world)
    two = [wanted(world.adult_id, 2, DAY), wanted(world.child_id, 1, DAY)]
    order = await place(db, world, sale(world, *two))
    await refund(db, world, order, 0)
    await place(db, world, online(world, wanted(world.adult_id, 1, DAY)))  # not paid: no cost yet
    today = Asked([world.area_id], TODAY, TODAY)

    whole = Reduced(1, 2_450, 980, 882, 0, 588)
    assert await db.ask(promoted.total, today) == whole
    adults, child = Reduced(1, 1_960, 980, 588, 0, 392), Reduced(1, 490, 0, 294, 0, 196)
    expected: dict[Dimension, dict[Any, Reduced]] = {
        Dimension.PROMOTION: {promotion_id: whole},
        Dimension.DAY: {TODAY: whole},
        Dimension.AREA: {world.area_id: whole},
        Dimension.CHANNEL: {"window": whole},
        Dimension.TYPE: {("ticket", world.adult_id): adults, ("ticket", world.child_id): child},
    }
    for by, rows in expected.items():
        assert await db.ask(promoted.reduced, today, by) == rows, by
    children = today._replace(only={"ticket_type_id": (world.child_id,)})
    assert await db.ask(promoted.total, children) == child
    for name, other in (("promotion_id", NOWHERE), ("channel", "kiosk")):
        assert await db.ask(promoted.total, today._replace(only={name: (other,)})) == Reduced()
    assert await db.ask(promoted.total, today.before()) == Reduced()
