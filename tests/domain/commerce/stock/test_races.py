"""Many at once: no serial is received, issued or printed on twice."""

import asyncio

from domain.commerce import stock
from domain.commerce.stock import DocumentKind, documents, feeds, serials
from domain.commerce.stock.feeds import Print
from domain.kernel import ids
from domain.kernel.db import ConstraintBroken, Database, Tx
from domain.kernel.errors import Refused
from tests.domain.commerce.factories import NOON
from tests.domain.commerce.stock.stocked import (
    Stocked,
    add_stock,
    approve,
    at,
    issue,
    post,
    receive,
    span,
    write,
)

MANY = 50


async def posted(db: Database, made: Stocked, document_ids: list[str]) -> int:
    """How many of these could be posted, all at once."""
    tries = (post(db, made, document_id) for document_id in document_ids)
    answers = await asyncio.gather(*tries, return_exceptions=True)
    wrong = [one for one in answers if one is not None and not isinstance(one, Refused)]
    assert not wrong, wrong
    return sum(answer is None for answer in answers)


async def test_of_fifty_receipts_that_overlap_one_is_posted(db: Database) -> None:
    made = await add_stock(db)
    ready = []
    for number in range(MANY):
        wanted = span(10_000 + number, 10_099 + number)
        one = await write(db, made, DocumentKind.RECEIPT, wanted, target=made.house_id)
        await approve(db, made, one)
        ready.append(one)

    assert await posted(db, made, ready) == 1

    assert serials.pieces(await db.ask(stock.held, made.house_id, made.kind_id)) == 100
    assert await db.ask(stock.verification.check) == []


async def test_of_fifty_issues_of_one_roll_one_is_posted(db: Database) -> None:
    made = await add_stock(db)
    await receive(db, made, span(10_001, 20_000))
    ready = []
    for number in range(MANY):
        ends = {
            "source": made.house_id,
            "target": [made.world.window_id, made.world.window_2_id][number % 2],
        }
        one = await write(db, made, DocumentKind.ISSUE, span(10_001, 10_500), **ends)
        await approve(db, made, one)
        ready.append(one)

    assert await posted(db, made, ready) == 1

    assert await at(db, made.house_id, made.kind_id) == ["10501–20000"]
    assert await db.ask(stock.verification.check) == []


async def test_fifty_prints_use_fifty_serials(db: Database) -> None:
    made = await add_stock(db)
    await receive(db, made, span(10_001, 20_000))
    await issue(db, made, span(10_001, 10_500))
    world = made.world

    async def one() -> None:
        prints = [Print("ticket", ids.new_id()) for _ in range(2)]
        await db.act(feeds.print_on, world.window_id, "80mm", prints, world.cashier, NOON)

    await asyncio.gather(*(one() for _ in range(MANY)))

    assert await at(db, world.window_id, made.kind_id) == ["10101–10500"]
    feed = await db.ask(feeds.find_feed, world.window_id, "80mm")
    assert feed and feed.next and feed.next.text == "10101"
    assert await db.ask(stock.verification.check) == []


async def test_printing_while_the_rest_is_returned_loses_nothing(db: Database) -> None:
    made = await add_stock(db)
    await receive(db, made, span(10_001, 20_000))
    await issue(db, made, span(10_001, 10_500))
    world = made.world
    back = await write(
        db,
        made,
        DocumentKind.RETURN,
        span(10_101, 10_500),
        source=world.window_id,
        target=made.house_id,
    )
    await approve(db, made, back)

    async def one() -> None:
        prints = [Print("ticket", ids.new_id())]
        await db.act(feeds.print_on, world.window_id, "80mm", prints, world.cashier, NOON)

    await asyncio.gather(*(one() for _ in range(20)), post(db, made, back))

    assert await at(db, world.window_id, made.kind_id) == ["10021–10100"]
    assert await db.ask(stock.verification.check) == []


async def test_a_print_that_waits_for_a_cut_range_finds_what_is_left_of_it(db: Database) -> None:
    made = await add_stock(db)
    await receive(db, made, span(10_001, 20_000))
    await issue(db, made, span(10_001, 10_500))
    ends = {"source": made.world.window_id, "target": made.house_id}
    back = await write(db, made, DocumentKind.RETURN, span(10_101, 10_500), **ends)
    await approve(db, made, back)
    is_cut = asyncio.Event()

    async def return_slowly(tx: Tx) -> None:
        seen = await documents.get_document(tx, back)
        await documents.post(tx, back, made.keeper, NOON, version=seen.version)
        is_cut.set()
        for _ in range(300):  # long enough for the print to come to the range
            await documents.get_document(tx, back)

    async def print_one() -> None:
        await is_cut.wait()
        prints = [Print("ticket", ids.new_id())]
        world = made.world
        await db.act(feeds.print_on, world.window_id, "80mm", prints, world.cashier, NOON)

    await asyncio.gather(db.act(return_slowly), print_one())

    assert await at(db, made.world.window_id, made.kind_id) == ["10002–10100"]
    assert await db.ask(stock.verification.check) == []


async def test_the_database_itself_takes_no_overlap(db: Database) -> None:
    made = await add_stock(db)
    await receive(db, made, span(10_001, 10_100))

    async def past_the_rules(tx: Tx) -> None:
        from domain.commerce.stock.holding import add

        add(tx, made.kind_id, made.house_2_id, span(10_050, 10_060))

    try:
        await db.act(past_the_rules)
    except ConstraintBroken as broken:
        assert broken.name == "stock_holdings"
    else:
        raise AssertionError("the same serial lies in two places")
