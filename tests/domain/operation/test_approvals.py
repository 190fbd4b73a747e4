"""Maker and checker: who may decide, never the maker, and of two at once one."""

import asyncio
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from domain.kernel.actors import Actor
from domain.kernel.db import Database, Tx
from domain.kernel.db.keyset import Cut
from domain.kernel.errors import Conflict, Forbidden, NotFound, say
from domain.operation import approvals
from domain.operation.approvals import ApprovalStatus, Effect, decisions, worklist
from domain.operation.approvals.worklist import Part
from domain.operation.places.model import PlaceKind
from domain.operation.staff import Permission, Role, SignedIn
from tests.places import build
from tests.staffing import NOON, signed_in

APPROVED, REJECTED, WITHDRAWN = (
    ApprovalStatus.APPROVED,
    ApprovalStatus.REJECTED,
    ApprovalStatus.WITHDRAWN,
)


class Done:
    """What the deciding did."""

    def __init__(self) -> None:
        self.acts: list[str] = []

    async def approved(self, tx: Tx, approval: Any, actor: Actor, now: datetime) -> None:
        self.acts.append(f"approved {approval.subject_id}")

    async def rejected(self, tx: Tx, approval: Any, actor: Actor, now: datetime) -> None:
        self.acts.append(f"rejected {approval.subject_id}")


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> Iterator[Done]:
    monkeypatch.setattr(decisions, "_effects", {})
    made = Done()
    approvals.register(
        "refund", Effect(made.approved, made.rejected, Permission.REFUNDS_APPROVE, say("Refund"))
    )
    yield made


async def ask(
    db: Database, who: SignedIn, kind: str = "refund", subject: str = "r1", area: str | None = None
) -> str:
    async def act(tx: Tx) -> str:
        return approvals.request(
            tx, who.actor(), kind, ("refund", subject), {}, NOON, reason="why", area_id=area
        )

    return await db.act(act)


async def decide(
    db: Database, who: SignedIn, approval_id: str, to: ApprovalStatus = APPROVED
) -> None:
    await db.act(worklist.decide_as, who, approval_id, to, "note", who.actor(), NOON)


async def test_the_checker_decides_and_the_effect_happens(db: Database, done: Done) -> None:
    maker = await signed_in(db, "ming", Role.CASHIER)
    checker = await signed_in(db, "hong", Role.APPROVER)
    first, second = await ask(db, maker), await ask(db, maker, subject="r2")

    await decide(db, checker, first)
    await decide(db, checker, second, REJECTED)

    assert done.acts == ["approved r1", "rejected r2"]
    row = await db.ask(worklist.get, checker, first)
    assert (row.status, row.decided_by, row.note) == ("approved", checker.id, "note")


async def test_nobody_decides_what_they_asked_for(db: Database, done: Done) -> None:
    maker = await signed_in(db, "ming", Role.SUPERVISOR)
    approval_id = await ask(db, maker)

    with pytest.raises(Forbidden) as told:
        await decide(db, maker, approval_id)
    assert told.value.code == "SELF_APPROVAL"
    await decide(db, maker, approval_id, WITHDRAWN)
    assert done.acts == ["rejected r1"]


async def test_only_the_maker_withdraws(db: Database, done: Done) -> None:
    maker = await signed_in(db, "ming", Role.CASHIER)
    checker = await signed_in(db, "hong", Role.APPROVER)
    approval_id = await ask(db, maker)

    with pytest.raises(Forbidden):
        await decide(db, checker, approval_id, WITHDRAWN)


async def test_of_two_who_decide_at_once_one_wins(db: Database, done: Done) -> None:
    maker = await signed_in(db, "ming", Role.CASHIER)
    checkers = [await signed_in(db, f"hong{n}", Role.APPROVER) for n in range(6)]
    approval_id = await ask(db, maker)

    results = await asyncio.gather(
        *(
            decide(db, checker, approval_id, APPROVED if n % 2 else REJECTED)
            for n, checker in enumerate(checkers)
        ),
        return_exceptions=True,
    )

    assert results.count(None) == 1
    assert sum(isinstance(result, Conflict) for result in results) == 5


async def test_without_the_permission_nothing_is_seen_or_decided(db: Database, done: Done) -> None:
    maker = await signed_in(db, "ming", Role.CASHIER)
    other = await signed_in(db, "hong", Role.GATE_STAFF)
    checker = await signed_in(db, "bai", Role.APPROVER)
    refund, secret = await ask(db, maker), await ask(db, maker, "secret")

    assert await db.ask(worklist.page, other, Part.OPEN, Cut()) == []
    with pytest.raises(NotFound):
        await decide(db, other, refund)
    with pytest.raises(NotFound):  # nobody was said to decide these
        await decide(db, checker, secret)
    rows = await db.ask(worklist.page, checker, Part.OPEN, Cut())
    assert [row.id for row in rows] == [refund]
    mine = await db.ask(worklist.page, maker, Part.MINE, Cut())
    assert {row.id for row in mine} == {refund, secret}
    with pytest.raises(Forbidden):
        await decide(db, maker, refund)


async def test_a_checker_of_one_area_decides_that_area(db: Database, done: Done) -> None:
    house = await build(db)
    maker = await signed_in(db, "ming", Role.CASHIER)
    checker = await signed_in(db, "hong", Role.APPROVER, at=(PlaceKind.AREA, house.area))
    here = await ask(db, maker, subject="r1", area=house.area)
    there = await ask(db, maker, subject="r2", area=house.other_area)
    nowhere = await ask(db, maker, subject="r3")

    rows = await db.ask(worklist.page, checker, Part.OPEN, Cut())
    assert [row.id for row in rows] == [here]
    for beyond in (there, nowhere):
        with pytest.raises(NotFound):
            await decide(db, checker, beyond)
    await decide(db, checker, here)
    decided = await db.ask(worklist.page, checker, Part.DECIDED, Cut())
    assert [row.id for row in decided] == [here]


async def test_one_open_request_of_a_kind_for_a_subject(db: Database, done: Done) -> None:
    maker = await signed_in(db, "ming", Role.CASHIER)
    checker = await signed_in(db, "hong", Role.APPROVER)
    first = await ask(db, maker)

    with pytest.raises(Conflict):
        await ask(db, maker)
    await decide(db, checker, first, REJECTED)
    await ask(db, maker)
