"""Who buys on the web: browsers, phones, and the people one buys for."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from domain.commerce import customers, orders, sweeps
from domain.commerce.customers import Visit
from domain.commerce.orders import VisitorInput
from domain.kernel.actors import SYSTEM
from domain.kernel.db import Database, Tx
from domain.kernel.errors import InvalidInput, NotFound, TooOften
from domain.kernel.vault import Vault
from domain.operation import settings
from domain.operation.messages import codes
from domain.operation.messages.tables import one_time_codes
from tests.domain.admission.collections.network import PHONE, order_online
from tests.domain.commerce.factories import NOON, TODAY, World

NEWEST_CODE = sa.select(one_time_codes.c.id).order_by(one_time_codes.c.id.desc()).limit(1)
ID_NUMBER, ANOTHER_ID = "11010519491231002X", "110101199003077475"


async def begun(db: Database) -> tuple[Visit, str]:
    return await db.act(customers.begin, NOON)


async def test_a_browser_is_known_by_its_token_until_its_time_is_over(
    db: Database, vault: Vault
) -> None:
    visit, token = await begun(db)

    assert await db.ask(customers.seen, vault, token, NOON) == visit
    assert await db.ask(customers.seen, vault, "other", NOON) is None
    assert await db.ask(customers.seen, vault, token, NOON + customers.LIFE) is None
    await db.act(customers.end, visit, NOON)
    assert await db.ask(customers.seen, vault, token, NOON + timedelta(seconds=1)) is None


async def test_browsers_of_long_ago_are_forgotten(db: Database, vault: Vault) -> None:
    _, old = await begun(db)
    later = NOON + customers.LIFE
    _, young = await db.act(customers.begin, later)

    await sweeps.forget_visits(db, later + customers.LIFE - timedelta(seconds=1))

    assert await db.ask(customers.seen, vault, old, NOON) is not None
    await sweeps.forget_visits(db, later + customers.LIFE)
    await sweeps.forget_visits(db, later + customers.LIFE + timedelta(seconds=1))
    assert await db.ask(customers.seen, vault, old, NOON) is None
    assert await db.ask(customers.seen, vault, young, later) is not None


async def test_an_order_is_its_browsers_and_its_phones_and_nobody_elses(
    db: Database, world: World, vault: Vault
) -> None:
    order = await order_online(db, world, vault)
    (mine, _), (other, token) = await begun(db), await begun(db)
    await db.act(customers.keep_order, mine, order.id, NOON)
    await db.act(customers.keep_order, other, order.id, NOON)  # who comes later gets nothing

    assert await db.ask(customers.is_own, mine, order.id)
    assert not await db.ask(customers.is_own, other, order.id)
    assert not await db.ask(customers.is_own, None, order.id)

    phone = customers.phone_of(vault, PHONE)
    await db.act(customers.recognise, other, phone, "zh", SYSTEM, NOON)
    known = await db.ask(customers.seen, vault, token, NOON)
    assert known is not None and await db.ask(customers.is_own, known, order.id)
    assert await db.ask(customers.orders_of, known) == [order.id]
    assert await db.ask(customers.orders_of, mine) == [order.id]


async def test_one_phone_is_one_customer(db: Database, vault: Vault) -> None:
    (one, _), (two, _) = await begun(db), await begun(db)
    first, again = customers.phone_of(vault, "138 0000 1234"), customers.phone_of(vault, PHONE)

    ids = [
        await db.act(customers.recognise, visit, phone, "en", SYSTEM, NOON)
        for visit, phone in ((one, first), (two, again))
    ]

    assert ids[0] == ids[1]
    assert await db.ask(customers.number_of, vault, ids[0]) == PHONE


async def test_the_code_that_is_sent_is_right_once_and_not_for_another_phone(
    db: Database, vault: Vault
) -> None:
    await db.act(customers.send_code, vault, PHONE, "zh", "203.0.113.7", NOON)
    code = await newest(db, vault)

    async def is_right(phone: str, at: datetime = NOON) -> bool:
        return await db.act(customers.is_code, vault, phone, code, at)

    assert not await is_right("13900001234")
    assert not await is_right(PHONE, NOON + timedelta(minutes=11))
    assert await is_right(PHONE)
    assert not await is_right(PHONE)


async def newest(db: Database, vault: Vault) -> str:
    async def looked_up(tx: Tx) -> str:
        row = await tx.one(NEWEST_CODE)
        return codes.code_of(vault, row.id)

    return await db.ask(looked_up)


async def test_codes_are_few_for_a_phone_and_for_a_network(db: Database, vault: Vault) -> None:
    async def asked(phone: str, asker: str, at: datetime = NOON) -> bool:
        try:
            await db.act(customers.send_code, vault, phone, "zh", asker, at)
        except TooOften:
            return False
        return True

    assert await asked(PHONE, "203.0.113.7")
    assert not await asked(PHONE, "203.0.113.8")  # one a minute
    assert await asked(PHONE, "203.0.113.8", NOON + timedelta(minutes=1))
    many = [await asked(f"138001{n:05}", "203.0.113.9") for n in range(21)]
    assert many == [True] * 20 + [False]
    a_day = [
        await asked(f"138002{n:05}", "203.0.113.9", NOON + timedelta(minutes=1 + n))
        for n in range(10, 100)
    ]
    assert a_day.count(True) == 80


def test_a_phone_that_is_none_is_refused(vault: Vault) -> None:
    with pytest.raises(InvalidInput) as error:
        customers.phone_of(vault, "12345")
    assert "phone" in error.value.fields


async def test_travellers_are_kept_once_sealed_and_forgotten(db: Database, vault: Vault) -> None:
    visit, _ = await begun(db)
    phone = customers.phone_of(vault, PHONE)
    customer_id = await db.act(customers.recognise, visit, phone, "zh", SYSTEM, NOON)
    people = [
        orders.named(vault, VisitorInput(name, number), TODAY)
        for name, number in (("张伟", ID_NUMBER), ("王芳", ANOTHER_ID), ("无证", ""))
    ]

    assert await db.act(customers.keep_travellers, vault, customer_id, people, NOON) == 2
    assert await db.act(customers.keep_travellers, vault, customer_id, people, NOON) == 0
    rows = await db.ask(customers.travellers_of, customer_id)
    kept = {customers.input_of(vault, row).document_number for row in rows}
    assert kept == {ID_NUMBER, ANOTHER_ID}
    assert not any(ID_NUMBER.encode() in row.document_sealed for row in rows)
    with pytest.raises(NotFound):
        await db.act(customers.drop_traveller, "somebody else", rows[0].id, NOON)
    await db.act(customers.drop_traveller, customer_id, rows[0].id, NOON)
    assert len(await db.ask(customers.travellers_of, customer_id)) == 1


async def test_nobody_keeps_places_from_others_without_paying(
    db: Database, world: World, vault: Vault
) -> None:
    for _ in range(3):
        order = await order_online(db, world, vault, quantity=1, paid=False)
    contact = orders.contact(vault, "", PHONE)

    with pytest.raises(InvalidInput):
        await db.ask(customers.check_unpaid, contact, "another")
    await db.act(orders.cancel, order.id, SYSTEM, NOON)
    await db.ask(customers.check_unpaid, contact, "another")


async def test_what_was_bought_under_an_older_secret_is_found_after_a_rotation(
    db: Database, world: World
) -> None:
    """The order and the customer keep the marks of their time."""
    older = Vault({1: b"k" * 32})
    newer = Vault({1: b"k" * 32, 2: b"n" * 32})
    order = await order_online(db, world, older)
    visit, token = await begun(db)
    phone = customers.phone_of(older, PHONE)
    await db.act(customers.recognise, visit, phone, "zh", SYSTEM, NOON)
    (stranger, strange_token) = await begun(db)
    other = customers.phone_of(newer, "13900001111")
    await db.act(customers.recognise, stranger, other, "zh", SYSTEM, NOON)

    known = await db.ask(customers.seen, newer, token, NOON)
    nobody = await db.ask(customers.seen, newer, strange_token, NOON)

    assert known is not None and await db.ask(customers.orders_of, known) == [order.id]
    assert await db.ask(customers.is_own, known, order.id)
    assert not await db.ask(customers.is_own, nobody, order.id)


async def test_one_address_holds_places_with_so_many_unpaid_orders(
    db: Database, world: World, vault: Vault
) -> None:
    """By whatever phones and browsers; a paid one, or the same request again, is no new one."""

    async def chosen(tx: Tx) -> None:
        wanted = {"shop_unpaid_per_address": 1}
        await settings.change(tx, SYSTEM, wanted, NOON, area_id=world.area_id, edition=0)

    await db.act(chosen)
    order = await order_online(db, world, vault, paid=False)
    visit, _ = await begun(db)
    marks = customers.address_marks(vault, "203.0.113.7")
    await db.act(customers.keep_order, visit, order.id, NOON, marks[0])
    elsewhere = customers.address_marks(vault, "203.0.113.8")

    await db.ask(customers.check_address, elsewhere, "another", world.area_id)
    with pytest.raises(TooOften):
        await db.ask(customers.check_address, marks, "another", world.area_id)
    await db.act(orders.cancel, order.id, SYSTEM, NOON)
    await db.ask(customers.check_address, marks, "another", world.area_id)
