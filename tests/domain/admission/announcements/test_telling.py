"""A notice of the area as messages to those who have tickets of the day."""

import asyncio
from datetime import timedelta

import pytest
import sqlalchemy as sa

from domain.admission import announcements
from domain.admission.announcements import Announcement, Place, Words
from domain.admission.announcements.telling import AREA_NOTICE
from domain.admission.tickets import signing_keys
from domain.commerce import notices
from domain.kernel.actors import SYSTEM
from domain.kernel.channels import Channel
from domain.kernel.db import Database, Tx
from domain.kernel.errors import Conflict, InvalidInput, Refused
from domain.kernel.vault import Vault
from domain.operation.messages import Messenger, ProviderInput, ProviderKind, looking, providers
from domain.operation.outbox import Parcel
from domain.operation.outbox.tables import outbox_messages
from gateways.messages import open_carrier
from tests.domain.admission.collections.network import order_online
from tests.domain.commerce.factories import NOON, TODAY, TOMORROW, World, add_world

VAULT = Vault({1: b"s" * 32})
WAITING = (
    sa.select(outbox_messages)
    .where(outbox_messages.c.kind == sa.bindparam("kind"))
    .order_by(outbox_messages.c.id)
)


async def opened(db: Database) -> World:
    """A world that can make tickets."""
    await db.act(signing_keys.rotate, VAULT, NOON)
    return await add_world(db)


async def parcels(db: Database, kind: str) -> list[Parcel]:
    async def read(tx: Tx) -> list[Parcel]:
        rows = await tx.rows(WAITING, kind=kind)
        return [
            Parcel(row.id, row.kind, row.noun, row.subject_id, row.payload, 1, 1) for row in rows
        ]

    return await db.ask(read)


async def messenger(db: Database) -> Messenger:
    given = ProviderInput(ProviderKind.LOG, "Ours", {}, "")
    provider_id = await db.act(providers.add, VAULT, given, SYSTEM, NOON)
    await db.act(providers.use, provider_id, True, SYSTEM, NOON)
    return Messenger(db, VAULT, open_carrier, lambda: NOON)


async def released(db: Database, world: World, text: str = "大风，索道停运") -> str:
    until = NOON + timedelta(hours=4)
    given = Announcement(world.area_id, Words(text, "Closed"), (Place.SHOP,), NOON, until)
    which: str = await db.act(announcements.draft, given, world.supervisor, NOON)

    async def act(tx: Tx) -> None:
        await announcements.release(tx, which, world.supervisor, NOON, version=1)

    await db.act(act)
    return which


async def tell(db: Database, world: World, which: str, people: int = 9) -> int:
    return await db.act(
        announcements.tell, which, TODAY, people, world.supervisor, NOON, lane=f"notice:{which}"
    )


async def test_everybody_of_the_day_gets_one_message_and_only_once(db: Database) -> None:
    """Two orders of one phone are one message; unpaid ones, other days and the OTA's none."""
    world = await opened(db)
    await order_online(db, world, VAULT)
    order = await order_online(db, world, VAULT)
    await order_online(db, world, VAULT, paid=False)
    await order_online(db, world, VAULT, visit_on=TOMORROW)
    await order_online(db, world, VAULT, channel=Channel.OTA)
    which = await released(db, world)

    with pytest.raises(Refused):  # more than whoever sends was shown
        await tell(db, world, which, people=0)
    answers = await asyncio.gather(
        *(tell(db, world, which) for _ in range(5)), return_exceptions=True
    )
    assert sorted(map(type, answers), key=str) == sorted([int] + [Conflict] * 4, key=str)
    (parcel,) = await parcels(db, AREA_NOTICE)
    carry = announcements.carriers(db, VAULT, await messenger(db))[AREA_NOTICE]
    await carry(parcel)
    await carry(parcel)

    rows = await db.ask(looking.about, "order", order.id)
    assert [row.event for row in rows] == ["area.notice"]
    (told,) = await db.ask(announcements.told_days, which)
    assert (told.visit_on, told.people) == (TODAY, 1)


async def test_what_was_withdrawn_is_not_sent(db: Database) -> None:
    world = await opened(db)
    order = await order_online(db, world, VAULT)
    which = await released(db, world)
    await tell(db, world, which)

    async def withdraw(tx: Tx) -> None:
        await announcements.withdraw(tx, which, world.supervisor, NOON, version=2)

    await db.act(withdraw)
    (parcel,) = await parcels(db, AREA_NOTICE)
    await announcements.carriers(db, VAULT, await messenger(db))[AREA_NOTICE](parcel)

    assert await db.ask(looking.about, "order", order.id) == []
    with pytest.raises(Conflict):
        await tell(db, world, which)


async def test_a_text_too_long_for_a_message_is_refused(db: Database) -> None:
    world = await opened(db)
    which = await released(db, world, "停" * 201)
    with pytest.raises(InvalidInput):
        await tell(db, world, which)


async def test_who_bought_at_home_is_told_where_the_tickets_are(db: Database) -> None:
    world = await opened(db)
    order = await order_online(db, world, VAULT)
    await order_online(db, world, VAULT, channel=Channel.AGENT)

    found = await parcels(db, notices.ORDER_NOTICE)
    events = [one.payload["event"] for one in found if one.subject_id == order.id]
    carry = notices.carriers(db, VAULT, await messenger(db), lambda which: f"https://x/{which}")
    for one in found:
        await carry[notices.ORDER_NOTICE](one)

    assert sorted(events) == ["order.paid", notices.DELIVERED] and len(found) == 3
    rows = await db.ask(looking.about, "order", order.id)
    assert sorted(row.event for row in rows) == sorted(events)
