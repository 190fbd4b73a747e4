"""Whatever is sold, refunded, changed, dropped and closed in whatever order: the sums hold.

Beside the product's own checks a small model counts cash and heads by itself.
"""

import asyncio
import shutil
import tempfile
from collections import Counter
from collections.abc import Awaitable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import bindparam as b

from domain.commerce import capacity, changes, orders, refunds, shifts
from domain.commerce.changes import Target
from domain.commerce.orders import Cash, Order, OrderStatus, altering, lines
from domain.commerce.refunds import RefundCause, RefundStatus
from domain.commerce.shifts import CloseState, Count, Drop
from domain.kernel.db import Database, Tx
from domain.kernel.db.migrations import migrate
from domain.kernel.errors import Conflict, Refused
from domain.operation import approvals
from domain.operation.approvals import ApprovalStatus
from domain.operation.staff.tables import staff
from tests.domain.commerce.factories import NOON, TODAY, World, add_world, make_price
from tests.domain.commerce.selling import BUYER, findings, keys, online, sale, wanted

T = TypeVar("T")
MOST_HEADS = 40
DAYS = [TODAY + timedelta(days=n) for n in range(4)]
_template: list[Path] = []


async def limit_refunds(tx: Tx, staff_id: str, minor: int) -> None:
    await tx.run(LIMIT, staff=staff_id, minor=minor)


LIMIT = staff.update().where(staff.c.id == b("staff")).values(refund_limit_minor=b("minor"))


def template() -> Path:
    if not _template:
        path = Path(tempfile.mkdtemp()) / "template.db"
        migrate(f"sqlite:///{path}")
        _template.append(path)
    return _template[0]


class Selling(RuleBasedStateMachine):
    """One window, one shop, a small area."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.runner = asyncio.Runner()
        self.now = NOON
        self.drawer = 0
        self.heads: Counter[date] = Counter()
        self.held: list[Order] = []
        self.sold: list[str] = []
        self.waiting: list[refunds.Refund] = []
        self.shift_id: str | None = None

    def run(self, work: Awaitable[T]) -> T:
        async def wait() -> T:
            return await work

        return self.runner.run(wait())

    def act(self, act: Any, *args: Any) -> Any:
        return self.run(self.db.act(act, *args, lane=capacity.lane(self.world.area_id)))

    def tried(self, act: Any, *args: Any) -> Any:
        """The answer, or None when the business said no (then nothing may have changed)."""
        try:
            return self.act(act, *args)
        except (Refused, Conflict):
            return None

    @initialize()
    def open_the_area(self) -> None:
        path = self.folder / "test.db"
        shutil.copy(template(), path)
        self.db: Database = self.run(Database.open(f"sqlite:///{path}"))
        self.world: World = self.run(add_world(self.db, daily_capacity=MOST_HEADS))
        self.act(make_price, self.world.adult_id, DAYS[2], 12_801)
        self.act(make_price, self.world.adult_id, DAYS[3], 7_777)
        self.act(limit_refunds, self.world.cashier.id, 25_000)  # above it another decides
        self.open_shift(50_000)
        for day in DAYS[1:]:
            self.sell(day, 5, group=False)

    def teardown(self) -> None:
        if hasattr(self, "db"):
            self.run(self.db.close())
        self.runner.close()
        shutil.rmtree(self.folder)

    @precondition(lambda self: self.shift_id is None)
    @rule(float_minor=st.sampled_from([0, 50_000]))
    def open_shift(self, float_minor: int) -> None:
        args = (self.world.window_id, float_minor, self.world.cashier, self.now)
        self.shift_id = self.act(shifts.open_shift, *args).id
        self.drawer = float_minor

    @rule(day=st.sampled_from(DAYS), quantity=st.integers(1, 12), group=st.booleans())
    def sell(self, day: date, quantity: int, group: bool) -> None:
        kind = self.world.group_id if group else self.world.adult_id
        given = sale(self.world, wanted(kind, quantity, day))
        if order := self.tried(orders.place, given, self.world.cashier, self.now):
            self.drawer += order.total_minor
            self.heads[day] += order.persons
            self.sold.append(order.id)

    @rule(day=st.sampled_from(DAYS), quantity=st.integers(1, 12))
    def hold(self, day: date, quantity: int) -> None:
        given = online(self.world, wanted(self.world.adult_id, quantity, day))
        self.forget_lapsed_if_short(day, quantity)
        if order := self.tried(orders.place, given, BUYER, self.now):
            self.heads[day] += order.persons
            self.held.append(order)

    def forget_lapsed_if_short(self, day: date, quantity: int) -> None:
        """An act that runs short frees lapsed holds itself; the model sweeps before, then."""
        self.sweep()

    @precondition(lambda self: self.held)
    @rule(which=st.integers(0, 100))
    def pay(self, which: int) -> None:
        order = self.held[which % len(self.held)]
        cash = Cash(self.world.window_id, order.total_minor + 100)
        if self.tried(orders.pay, order.id, cash, self.world.cashier, self.now):
            self.held.remove(order)
            self.sold.append(order.id)
            self.drawer += order.total_minor

    @precondition(lambda self: self.held)
    @rule(which=st.integers(0, 100))
    def cancel(self, which: int) -> None:
        order = self.held.pop(which % len(self.held))
        self.act(orders.cancel, order.id, BUYER, self.now)
        self.let_go(order.visit_on, order.persons)

    @rule(minutes=st.sampled_from([1, 16, 300, 1_000]))
    def wait(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule()
    def sweep(self) -> None:
        lapsed = [order for order in self.held if order.is_lapsed(self.now)]
        assert self.act(orders.sweep, self.now) == len(lapsed)
        for order in lapsed:
            self.held.remove(order)
            self.let_go(order.visit_on, order.persons)

    def let_go(self, day: date, persons: int) -> None:
        """Places return until the day is over."""
        if self.now < datetime.combine(day, datetime.min.time(), NOON.tzinfo) + timedelta(hours=16):
            self.heads[day] -= persons

    def owned(self, order_id: str) -> tuple[Order, list[lines.Owned]]:
        order = self.run(self.db.ask(orders.get_order, order_id))
        return order, self.run(self.db.ask(altering.everything_owned, order, self.now))

    @precondition(lambda self: self.sold)
    @rule(
        which=st.integers(0, 100),
        count=st.integers(1, 6),
        cause=st.sampled_from([RefundCause.VISITOR, RefundCause.OPERATOR]),
    )
    def refund(self, which: int, count: int, cause: RefundCause) -> None:
        order, owned = self.owned(self.sold[which % len(self.sold)])
        some = [one for one in owned if one.refusal is None and not one.pending][:count]
        try:
            chosen = tuple(one.id for one in some)
            quote = self.run(self.db.ask(refunds.quote, order.id, chosen, cause, self.now))
        except Refused:
            return
        asked = refunds.Request(
            f"f{next(keys)}",
            order.id,
            quote.subject_ids,
            cause,
            "x",
            quote.amount_minor,
            self.world.window_id,
        )
        made = self.tried(refunds.refund, asked, self.world.cashier, self.now)
        if made is None:
            return
        if made.status is RefundStatus.REQUESTED:
            self.waiting.append(made)
            return
        self.drawer -= made.amount_minor
        self.count_refunded(order, made)

    def count_refunded(self, order: Order, made: refunds.Refund) -> None:
        days = {line.id: line.visit_on for line in order.lines}
        for row in self.run(self.db.ask(refunds.lines_of, made.id)):
            self.let_go(days[row.order_line_id], row.persons)

    @precondition(lambda self: self.waiting)
    @rule(to=st.sampled_from([ApprovalStatus.APPROVED, ApprovalStatus.REJECTED]))
    def decide(self, to: ApprovalStatus) -> None:
        made = self.waiting.pop()
        order, _ = self.owned(made.order_id)
        self.act(approvals.decide, made.approval_id, to, self.world.supervisor, self.now)
        if to is ApprovalStatus.REJECTED:
            return
        self.count_refunded(order, made)
        args = (made.id, self.world.window_id, self.world.cashier, self.now)
        if self.tried(refunds.pay_out, *args):
            self.drawer -= made.amount_minor

    @precondition(lambda self: self.sold)
    @rule(which=st.integers(0, 100), day=st.sampled_from(DAYS))
    def change(self, which: int, day: date) -> None:
        order, owned = self.owned(self.sold[which % len(self.sold)])
        alive = [one for one in owned if one.refusal is None and not one.pending]
        days = {line.id: line.visit_on for line in order.lines}
        some = next((one for one in alive if days[one.line_id] != day), None)
        if some is None:
            return
        target = Target(day)
        try:
            quote = self.run(self.db.ask(changes.quote, order.id, [some.id], target, self.now))
        except Refused:
            return
        asked = changes.Request(
            f"c{next(keys)}",
            order.id,
            (some.id,),
            target,
            quote.difference_minor,
            self.world.window_id,
            max(0, quote.difference_minor),
        )
        self.sweep()
        if self.tried(changes.change, asked, self.world.cashier, self.now):
            self.drawer += quote.difference_minor
            self.heads[days[some.line_id]] -= some.persons_left
            self.heads[day] += some.persons_left

    @precondition(lambda self: self.shift_id is not None)
    @rule(share=st.integers(1, 100))
    def drop(self, share: int) -> None:
        amount = self.drawer * share // 100
        if amount:
            given = Drop(f"d{next(keys)}", str(self.shift_id), amount)
            self.drawer = self.act(shifts.drop, given, self.world.cashier, self.now)

    @precondition(lambda self: self.shift_id is not None)
    @rule(wrong=st.sampled_from([0, 0, -1, 500]))
    def close_shift(self, wrong: int) -> None:
        count = Count(str(self.shift_id), {1: max(0, self.drawer + wrong)}, "x")
        if sum(count.pieces.values()) > 1_000_000:
            return
        closing = self.act(shifts.close, count, self.world.cashier, self.now)
        assert closing.state is CloseState.CLOSED
        assert closing.expected_minor == self.drawer
        self.shift_id, self.drawer = None, 0

    @invariant()
    def everything_adds_up(self) -> None:
        if not hasattr(self, "world"):
            return
        assert self.run(findings(self.db)) == []
        if self.shift_id is not None:
            assert self.run(self.db.ask(shifts.expected, self.shift_id)) == self.drawer
        for day in DAYS:
            view = self.run(self.db.ask(capacity.day_of, self.world.area_id, day))
            assert view.taken == self.heads[day] <= MOST_HEADS, day
        for order in self.held:
            assert order.status is OrderStatus.HELD


TestSelling = pytest.mark.slow(Selling.TestCase)
TestSelling.settings = settings(
    max_examples=15,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
