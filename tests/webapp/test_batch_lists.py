"""Every field group of every list, over the demo: previewed, agreed to, written, put back."""

from datetime import timedelta
from pathlib import Path

import pytest

from domain.admission import devices, faults
from domain.admission.redemptions import ByHand, admit
from domain.commerce import capacity
from domain.kernel import clock, ids
from domain.kernel.actors import SYSTEM, Actor, ActorKind
from domain.kernel.channels import Channel
from domain.kernel.db import Database, Tx
from domain.operation import approvals, batches, places, verification
from domain.operation.approvals import ApprovalStatus
from domain.operation.batches import (
    BatchInput,
    BatchStatus,
    FieldGroup,
    Principle,
    Shares,
    Subject,
    ValueKind,
    parted,
)
from domain.operation.batches.groups import all_groups
from domain.operation.places import PlaceKind
from domain.operation.staff import Grant, Role, SignedIn, grants, roles, sessions
from tests.webapp.people import add_person
from webapp.batching.lists import LISTS
from webapp.demo import building
from webapp.forms import typed_of
from webapp.routes import office
from webapp.settings import Settings, open_vault

TYPED = {
    ValueKind.COUNT: "4321",
    ValueKind.MONEY: "88.50",
    ValueKind.DAY: "2031-05-01",
    ValueKind.LINE: "7",
}
SECONDS = "30"  # of a gate, which waits no longer than ten minutes
KEPT = {"88.50": "8850"}


@pytest.fixture
async def demo(db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Database:
    monkeypatch.setattr(building, "HISTORY_DAYS", 2)
    monkeypatch.setattr(building, "UNUSED_TODAY", 20)
    monkeypatch.setattr(building, "UNUSED_TOMORROW", 10)
    await building.load(db, open_vault(Settings(data_dir=tmp_path)), lambda text: None)
    return db


async def somebody(db: Database, login: str) -> SignedIn:
    staff_id = await add_person(db, Role.ADMINISTRATOR, login=login)

    async def give(tx: Tx) -> None:
        every = {Grant(row.id) for row in await roles.list_all(tx)}
        await grants.replace(tx, None, SYSTEM, staff_id, every, clock.utc_now())

    await db.act(give)
    return await db.ask(sessions.standing, staff_id)


async def rows_for(
    db: Database, group: FieldGroup, who: SignedIn, excluded: set[str]
) -> list[Subject]:
    """Up to two rows of the demo that can have another value."""

    async def found(tx: Tx) -> list[Subject]:
        question = []
        if group.noun == "slot":
            area, day = await _slots(tx)
            question = [("area_id", area), ("on", day)]
        matched = await LISTS[group.noun].match(tx, who, typed_of(question))
        subjects = await group.read(tx, [row for row in matched if row not in excluded][:40])
        if group.kind is ValueKind.LINE:
            subjects = subjects[:1]
        good = []
        for subject in subjects:
            value = await new_value(tx, group, subject)
            if group.judge is None or await group.judge(tx, who, subject, value) is None:
                good.append(subject)
        return good[:2]

    return await db.ask(found)


async def _slots(tx: Tx) -> tuple[str, str]:
    area = (await places.list_places(tx, PlaceKind.AREA))[0]
    today = clock.utc_now()
    for ahead in range(1, 7):
        day = (today + timedelta(days=ahead)).date()
        if await capacity.slots_of_area(tx, area.id, day, Channel.WINDOW, today):
            return area.id, day.isoformat()
    raise AssertionError("the demo has no slots")


async def new_value(tx: Tx, group: FieldGroup, subject: Subject) -> str:
    if group.field == "hold_seconds":
        return SECONDS
    if group.kind in TYPED:
        return TYPED[group.kind]
    known = [value.id for value in await group.values(tx, subject.area_id)]
    others = [value for value in known if parted(subject.value) != [value]]
    return (others or known)[-1]


async def values_of(db: Database, group: FieldGroup, rows: list[Subject]) -> dict[str, str]:
    async def read(tx: Tx) -> dict[str, str]:
        return {row.id: row.value for row in await group.read(tx, [row.id for row in rows])}

    return await db.ask(read)


async def test_every_list_of_the_demo_is_changed_and_put_back(demo: Database) -> None:
    maker, checker = await somebody(demo, "maker"), await somebody(demo, "checker")
    gate = (await demo.ask(places.list_places, PlaceKind.GATE))[0]
    let_in = ByHand(ids.new_id(), gate.id, 1, "票在旅行社")
    await demo.act(admit, let_in, Actor(ActorKind.STAFF, maker.id), clock.utc_now())
    device_id = (await demo.ask(devices.health))[0].id
    await demo.act(devices.count_bad_messages, device_id, 3, clock.utc_now())
    await demo.act(faults.look, clock.utc_now())
    for group in all_groups():
        await changed_and_put_back(demo, group, maker, checker)
    found = await demo.ask(verification.run_all)
    assert [each for check in found.values() for each in check] == []


async def changed_and_put_back(
    db: Database, group: FieldGroup, maker: SignedIn, checker: SignedIn
) -> None:
    word = f"{group.noun}.{group.field}"
    rows = await rows_for(db, group, maker, {maker.id, checker.id})
    assert rows, word
    before = await values_of(db, group, rows)
    target = await db.ask(new_value, group, rows[0])
    wanted = BatchInput(
        ids.new_id(),
        group.noun,
        group.field,
        rows[0].area_id,
        [row.id for row in rows],
        Principle.UNIFORM,
        Shares((target,)),
    )
    actors = [Actor(ActorKind.STAFF, who.id) for who in (maker, checker)]
    now = clock.utc_now()
    batch_id = await db.act(batches.preview, wanted, actors[0], now, maker)
    status = await db.act(batches.confirm, batch_id, "试", actors[0], now, maker)
    if group.checked_by is not None:
        assert status is BatchStatus.REQUESTED, word
        approval_id = (await db.ask(batches.get_batch, batch_id)).approval_id
        await db.act(approvals.decide, approval_id, ApprovalStatus.APPROVED, actors[1], now)
    assert set((await values_of(db, group, rows)).values()) == {KEPT.get(target, target)}, word
    undone = await db.act(batches.undo, batch_id, actors[0], now, maker)
    assert undone == (len(rows), 0), word
    assert await values_of(db, group, rows) == before, word


# Lists of the office whose rows are not changed together, and why.
ALONE = {
    "what happened stays as it happened": (
        "audit capacity_alerts closes exports imports ledger logs message_deliveries ota_calls"
        " passages redemptions backups batches jobs print_jobs reconciliation retention shifts"
    ),
    "money moves by an act of its own, with its own check": (
        "orders refunds invoices tickets groups waits stock stock_documents"
    ),
    "each is decided, or sent again, on what it says": "approvals outbox card_reminders",
    "another person publishes each version": (
        "products promotions refund_policies card_products agent_levels slot_plans"
        " message_templates card_batches announcements"
    ),
    "a house has few, and each has a form of its own": (
        "areas units check_sites sales_sites spots warehouses roles kiosks printers stock_kinds"
        " ota_accounts payment_platforms message_providers message_rules"
    ),
    "one page changes all of them, or shows them": (
        "parameters price_floors revenue_shares monitoring reports saved_reports search"
        " staff_sessions"
    ),
}


def test_every_list_can_be_changed_together_or_says_why_not() -> None:
    lists = {one.name for one in office.routes if one.name.endswith(".index")}
    together = {one.route for one in LISTS.values()}
    alone = [f"{slug}.index" for slugs in ALONE.values() for slug in slugs.split()]

    assert len(alone) == len(set(alone))
    assert together.isdisjoint(alone)
    assert lists == together | set(alone)
