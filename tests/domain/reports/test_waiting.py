"""The numbers beside the rail: what waits for this person, and nothing that is not theirs."""

from datetime import datetime

from domain.admission import devices, redemptions
from domain.admission.devices import DeviceInput, DeviceKind
from domain.admission.redemptions import ByHand
from domain.commerce import catalog
from domain.kernel.actors import SYSTEM
from domain.kernel.db import Database, Tx
from domain.operation import outbox
from domain.operation.places import PlaceKind
from domain.operation.staff import Role, SignedIn
from domain.reports import waiting
from domain.reports.waiting import Waiting
from tests.domain.admission.world import NOON, built
from tests.domain.commerce.catalog.test_ticket_types import type_input
from tests.domain.commerce.factories import add_world
from tests.staffing import actor_of, signed_in


async def ask(db: Database, who: SignedIn) -> Waiting:
    return await db.ask(waiting.waiting_for, who)


async def test_requests_count_for_who_may_decide_and_did_not_ask(db: Database) -> None:
    world = await add_world(db)
    given = await type_input(db, code="NEW")
    approver = await signed_in(db, "approver", Role.APPROVER, Role.PRODUCT_MANAGER)
    other = await signed_in(db, "other", Role.APPROVER)
    cashier = await signed_in(db, "cashier", Role.CASHIER)
    maker = actor_of(approver.id)
    type_id = await db.act(catalog.add_ticket_type, world.product_id, given, maker, NOON)
    await db.act(catalog.submit, type_id, maker, NOON, "新票种")

    assert (await ask(db, other)).approvals == 1
    assert (await ask(db, approver)).approvals == 0  # maker and checker are two
    assert await ask(db, cashier) == Waiting()


async def test_failures_incidents_and_devices_count_in_reach(db: Database) -> None:
    async with built(db) as world:
        gate_id = await world.add_gate()
        given = DeviceInput(
            name="闸机", kind=DeviceKind.TURNSTILE, area_id=world.area_id, gate_id=gate_id
        )
        device_id = await db.act(devices.add, given, SYSTEM, NOON)
        await world.change("devices", device_id, presence="offline", presence_at=NOON)
        await db.act(redemptions.admit, ByHand("r1", gate_id, 2, "票码破损"), SYSTEM, NOON)
        message_id = await db.act(send, NOON)
        await world.change("outbox_messages", message_id, status="failed")
        boss = await signed_in(db, "auditor", Role.AUDITOR)
        near = await signed_in(db, "near", Role.SUPERVISOR, at=(PlaceKind.AREA, world.area_id))

        assert await ask(db, boss) == Waiting(0, 1, 1, 1)
        assert await ask(db, near) == Waiting(0, 0, 1, 1)  # the outbox is the whole house's
        await world.change("devices", device_id, presence="online")
        assert (await ask(db, near)).devices == 0


async def send(tx: Tx, now: datetime) -> str:
    return outbox.enqueue(tx, "sms", "order", "o1", {}, now)
