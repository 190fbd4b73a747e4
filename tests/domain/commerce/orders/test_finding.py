"""Orders are found by what people know, and listed page by page."""

from datetime import timedelta

import pytest

from domain.commerce import orders
from domain.commerce.orders import After, Order, OrderFilter, search_for
from domain.kernel.db import Database
from domain.kernel.errors import InvalidInput, NotFound
from tests.domain.commerce.factories import NOON, TODAY, TOMORROW, World, add_world
from tests.domain.commerce.selling import (
    VAULT,
    online,
    open_shift,
    place,
    resident,
    sale,
    wanted,
)

DOCUMENT = "11010519491231002X"


async def found(db: Database, typed: str) -> list[str]:
    return [order.number for order in await db.ask(orders.find_orders, search_for(VAULT, typed))]


@pytest.mark.parametrize(
    "typed",
    [
        "20260701-0001",
        "20260701-0001-1",
        " 20260701-0001 ",
        "13912345678",
        "+86 139-1234-5678",
        DOCUMENT,
        DOCUMENT.lower(),
        "周敏",
        "张伟",
    ],
)
async def test_an_order_is_found_by_what_people_know(db: Database, typed: str) -> None:
    world = await add_world(db)
    await open_shift(db, world)
    named = wanted(world.named_id, visitors=(resident(DOCUMENT),))
    who = orders.contact(VAULT, "周敏", "13912345678")
    await place(db, world, sale(world, named, contact=who))
    await place(db, world, sale(world, wanted(world.adult_id)))

    assert await found(db, typed) == ["20260701-0001"]


@pytest.mark.parametrize(
    "typed", ["20260701-0009", "13900000000", "110101201506010010", "李四", "", "%", "'--"]
)
async def test_what_is_not_there_is_not_found(db: Database, typed: str) -> None:
    world = await add_world(db)
    await open_shift(db, world)
    await place(db, world, sale(world, wanted(world.adult_id)))

    assert await found(db, typed) == []


async def test_an_order_shows_no_secret(db: Database) -> None:
    world = await add_world(db)
    await open_shift(db, world)
    who = orders.contact(VAULT, "周敏", "13912345678")
    order = await place(db, world, sale(world, wanted(world.adult_id), contact=who))

    shown = await db.ask(orders.get_order, order.id)

    assert shown.phone_mask == "139****5678"
    assert "13912345678" not in repr(shown)
    with pytest.raises(NotFound):
        await db.ask(orders.get_order, "nowhere")
    with pytest.raises(InvalidInput):
        orders.contact(VAULT, "周敏", "1391234567")


async def some_orders(db: Database, world: World) -> list[Order]:
    """Five minutes apart: window, shop, window, shop, window; the last for tomorrow."""
    await open_shift(db, world)
    made = []
    for n in range(5):
        line = wanted(world.adult_id, 1, TOMORROW if n == 4 else TODAY)
        given = online(world, line) if n % 2 else sale(world, line)
        made.append(await place(db, world, given, NOON + timedelta(minutes=5 * n)))
    return made


async def test_the_list_is_newest_first_page_by_page(db: Database) -> None:
    world = await add_world(db)
    made = await some_orders(db, world)

    first = await db.ask(orders.list_orders, OrderFilter(), None, 2)
    after = After(first[-1].placed_at, first[-1].id)
    rest = await db.ask(orders.list_orders, OrderFilter(), after, 50)

    assert [order.id for order in [*first, *rest]] == [order.id for order in reversed(made)]
    assert all(len(order.lines) == 1 for order in first)


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"status": "held"}, [3, 1]),
        ({"channel": "window"}, [4, 2, 0]),
        ({"channel": "ota"}, []),
        ({"visit_on": TOMORROW}, [4]),
        ({"placed_from": NOON + timedelta(minutes=10)}, [4, 3, 2]),
        ({"placed_until": NOON + timedelta(minutes=10)}, [1, 0]),
        ({"status": "paid", "channel": "window", "visit_on": TODAY}, [2, 0]),
    ],
)
async def test_the_list_is_narrowed_by_every_filter(
    db: Database, filters: dict[str, object], expected: list[int]
) -> None:
    world = await add_world(db)
    made = await some_orders(db, world)
    chosen = OrderFilter(area_id=world.area_id)._replace(**filters)  # type: ignore[arg-type]

    listed = await db.ask(orders.list_orders, chosen)

    assert [order.id for order in listed] == [made[n].id for n in expected]


async def test_the_list_of_a_window_a_cashier_and_a_shift(db: Database) -> None:
    world = await add_world(db)
    made = await some_orders(db, world)
    for chosen in (
        OrderFilter(window_id=world.window_id),
        OrderFilter(staff_id=world.cashier.id),
        OrderFilter(shift_id=made[0].shift_id),
    ):
        assert len(await db.ask(orders.list_orders, chosen)) == 3
    assert await db.ask(orders.list_orders, OrderFilter(window_id=world.window_2_id)) == []
