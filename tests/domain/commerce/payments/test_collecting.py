"""Charging cards and codes: on good days, and when the other side loses its answers."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest

from domain.commerce import capacity, ledger, orders, payments, refunds
from domain.commerce.ledger import AccountKind
from domain.commerce.orders import Cash, Charge, Order, OrderStatus, collecting
from domain.commerce.payments import Payment, PaymentStatus, PayoutStatus, Tender
from domain.commerce.refunds import RefundCause, RefundStatus
from domain.kernel.db import Database
from domain.kernel.errors import Conflict, Refused
from domain.kernel.ports import CallbackRejected, ChargeRequest, PaymentGateway
from domain.operation import approvals, outbox
from domain.operation.approvals import ApprovalStatus
from domain.operation.outbox import Worker
from gateways.payments.simulated import SIGNATURE, SimulatedPayments
from tests.domain.commerce.factories import NOON, TODAY, World, add_world
from tests.domain.commerce.selling import (
    BUYER,
    findings,
    online,
    open_shift,
    place,
    sale,
    wanted,
)


class Clock:
    """Time that the test moves."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


class Desk:
    """A window or shop with its platform, its outbox and its clock."""

    def __init__(self, db: Database, world: World) -> None:
        self.db, self.world, self.clock = db, world, Clock()
        self.platform = SimulatedPayments(b"secret")
        self.gateways: dict[str, PaymentGateway] = {"scan": self.platform, "card": self.platform}
        for kind, carrier in {
            **collecting.carriers(db, self.gateways, self.clock),
            **refunds.carriers(db, self.gateways, self.clock),
        }.items():
            outbox.register(kind, carrier)
        self.worker = Worker(db, clock=self.clock)

    async def hold(self, quantity: int = 1) -> Order:
        given = online(self.world, wanted(self.world.adult_id, quantity))
        return await place(self.db, self.world, given, self.clock())

    async def start(self, order: Order, amount: int = 0) -> Payment:
        asked = Charge(order.id, Tender.SCAN, amount)
        return await self.db.act(orders.start_payment, asked, BUYER, self.clock())

    async def scan(self, order: Order, code: str) -> Payment:
        payment = await self.start(order)
        return await collecting.collect(self.db, self.gateways, payment.id, code, self.clock)

    async def status(self, order: Order) -> OrderStatus:
        return (await self.db.ask(orders.get_order, order.id)).status

    async def callback(self, payment: Payment) -> Payment:
        body, headers = self.platform.callback(payment.id)
        taken = await collecting.take_callback(
            self.db, self.gateways, "scan", body, headers, self.clock
        )
        assert taken is not None
        return taken

    async def work(self, seconds: int = 0) -> None:
        self.clock.now += timedelta(seconds=seconds)
        await self.worker.turn()

    async def balance(self, account: AccountKind, owner_id: str) -> int:
        return await self.db.ask(ledger.balance, account, owner_id)


@pytest.fixture
async def desk(db: Database) -> AsyncIterator[Desk]:
    world = await add_world(db)
    yield Desk(db, world)


async def test_a_code_that_pays_settles_the_order(desk: Desk) -> None:
    order = await desk.hold(2)

    payment = await desk.scan(order, "134567890123456789")

    assert payment.status is PaymentStatus.PAID
    assert payment.reference == "SIM0000000001"
    assert await desk.status(order) is OrderStatus.PAID
    assert await desk.balance(AccountKind.SCAN_CLEARING, desk.world.area_id) == 19_600
    assert await desk.balance(AccountKind.DEPOSITS, order.id) == 0
    assert await findings(desk.db) == []


async def test_a_refused_code_leaves_the_order_to_be_paid_otherwise(desk: Desk) -> None:
    order = await desk.hold()
    assert (await desk.scan(order, "refuse-1")).status is PaymentStatus.FAILED
    assert await desk.status(order) is OrderStatus.HELD
    assert (await desk.scan(order, "1")).status is PaymentStatus.PAID
    assert await desk.status(order) is OrderStatus.PAID


async def test_an_answer_that_got_lost_is_asked_for(desk: Desk) -> None:
    order = await desk.hold()
    assert (await desk.scan(order, "drop-1")).status is PaymentStatus.PAID
    assert await desk.status(order) is OrderStatus.PAID


async def test_a_request_that_never_arrived_can_never_arrive(desk: Desk) -> None:
    order = await desk.hold()
    lost = await desk.scan(order, "lose-1")
    assert lost.status is PaymentStatus.CLOSED
    assert desk.platform.account.charges[lost.id].state == "closed"
    assert await desk.status(order) is OrderStatus.HELD


async def test_a_process_that_died_after_charging_is_helped_by_the_outbox(desk: Desk) -> None:
    order = await desk.hold()
    payment = await desk.start(order)
    await desk.platform.charge(ChargeRequest(payment.id, 9_800, order.number, "1"))

    await desk.work()
    assert await desk.status(order) is OrderStatus.HELD
    await desk.work(31)

    assert await desk.status(order) is OrderStatus.PAID
    assert await findings(desk.db) == []


async def test_callbacks_may_come_twice_and_late_and_out_of_order(desk: Desk) -> None:
    order = await desk.hold()
    payment = await desk.scan(order, "ask-1")
    assert payment.status is PaymentStatus.PENDING
    waiting = desk.platform.callback(payment.id)
    desk.platform.confirm(payment.id)

    for _ in range(2):
        assert (await desk.callback(payment)).status is PaymentStatus.PAID
    old = await collecting.take_callback(desk.db, desk.gateways, "scan", *waiting, desk.clock)

    assert old is not None
    assert old.status is PaymentStatus.PAID
    assert await desk.balance(AccountKind.SCAN_CLEARING, desk.world.area_id) == 9_800
    assert await findings(desk.db) == []


async def test_a_callback_that_is_not_genuine_is_rejected(desk: Desk) -> None:
    order = await desk.hold()
    payment = await desk.scan(order, "ask-1")
    desk.platform.confirm(payment.id)
    body, signature = desk.platform.callback(payment.id)
    stranger = SimulatedPayments(b"secret")
    stranger.account.charges[payment.id] = desk.platform.account.charges[payment.id]._replace(
        amount_minor=1
    )
    for wrong in (
        (body, {SIGNATURE: "0" * 64}),
        (body + b" ", signature),
        stranger.callback(payment.id),
        (b"{}", {SIGNATURE: stranger._sign(b"{}")}),
    ):
        with pytest.raises(CallbackRejected):
            await collecting.take_callback(desk.db, desk.gateways, "scan", *wrong, desk.clock)
    assert await desk.status(order) is OrderStatus.HELD


async def test_paid_too_late_goes_back_by_itself(desk: Desk) -> None:
    order = await desk.hold()
    payment = await desk.scan(order, "ask-1")
    desk.clock.now += timedelta(minutes=15)
    assert await desk.db.act(orders.sweep, desk.clock()) == 1
    assert (await desk.db.ask(payments.get_payment, payment.id)).status is PaymentStatus.CLOSED

    desk.platform.confirm(payment.id)
    late = await desk.callback(payment)

    assert late.status is PaymentStatus.PAID
    assert await desk.status(order) is OrderStatus.CANCELLED
    await desk.work()
    assert desk.platform.account.refunded_minor == {payment.id: 9_800}
    assert (await desk.db.ask(payments.get_payment, payment.id)).status is PaymentStatus.REFUNDED
    assert await desk.balance(AccountKind.SCAN_CLEARING, desk.world.area_id) == 0
    assert await desk.balance(AccountKind.DEPOSITS, order.id) == 0
    assert await findings(desk.db) == []


async def test_a_card_and_cash_together(desk: Desk) -> None:
    shift = await open_shift(desk.db, desk.world)
    given = sale(desk.world, wanted(desk.world.adult_id, 2), cash_minor=None)
    order = await place(desk.db, desk.world, given)
    asked = Charge(order.id, Tender.CARD, 10_000, desk.world.window_id)
    started = await desk.db.act(orders.start_payment, asked, desk.world.cashier, NOON)
    cash = Cash(desk.world.window_id, 10_000)
    with pytest.raises(Conflict, match="being charged"):
        await desk.db.act(orders.pay, order.id, cash, desk.world.cashier, NOON)
    await collecting.collect(desk.db, desk.gateways, started.id, "1", desk.clock)
    with pytest.raises(Refused):
        short = cash._replace(tendered_minor=9_599)
        await desk.db.act(orders.pay, order.id, short, desk.world.cashier, NOON)

    paid = await desk.db.act(orders.pay, order.id, cash, desk.world.cashier, NOON)

    assert (paid.status, paid.change_minor) == (OrderStatus.PAID, 400)
    assert await desk.balance(AccountKind.DRAWER, shift.id) == 50_000 + 9_600
    assert await desk.balance(AccountKind.CARD_CLEARING, desk.world.area_id) == 10_000
    assert await findings(desk.db) == []

    quote = await desk.db.ask(refunds.quote, order.id, (), RefundCause.OPERATOR, NOON)
    half = refunds.Request(
        "f",
        order.id,
        quote.subject_ids[:1],
        RefundCause.OPERATOR,
        "x",
        9_800,
        desk.world.window_id,
    )
    asked_for = await desk.db.act(refunds.refund, half, desk.world.cashier, NOON)
    refund = await agree(desk, asked_for)
    assert refund.status is RefundStatus.APPROVED  # the card's part is on its way
    await desk.db.act(refunds.pay_out, refund.id, desk.world.window_id, desk.world.cashier, NOON)
    assert await desk.balance(AccountKind.DRAWER, shift.id) == 50_000 + 9_600 - 4_800
    await desk.work()
    done = await desk.db.ask(refunds.get_refund, refund.id)
    assert done.status is RefundStatus.PAID_OUT
    assert desk.platform.account.refunded_minor == {started.id: 5_000}
    assert await findings(desk.db) == []


async def refund_all(desk: Desk, order: Order) -> refunds.Refund:
    quote = await desk.db.ask(refunds.quote, order.id, (), RefundCause.OPERATOR, desk.clock())
    asked = refunds.Request(
        f"f{order.id}", order.id, quote.subject_ids, RefundCause.OPERATOR, "x", quote.amount_minor
    )
    return await agree(
        desk, await desk.db.act(refunds.refund, asked, desk.world.cashier, desk.clock())
    )


async def agree(desk: Desk, refund: refunds.Refund) -> refunds.Refund:
    """The supervisor says so too."""
    assert refund.approval_id is not None
    args = (refund.approval_id, ApprovalStatus.APPROVED, desk.world.supervisor, desk.clock())
    await desk.db.act(approvals.decide, *args)
    return await desk.db.ask(refunds.get_refund, refund.id)


async def test_a_refund_whose_answer_got_lost_is_not_paid_twice(desk: Desk) -> None:
    order = await desk.hold()
    payment = await desk.scan(order, "1")
    refund = await refund_all(desk, order)
    desk.platform.account.refunds_fail = "drop"

    await desk.work()
    assert (await desk.db.ask(refunds.get_refund, refund.id)).status is RefundStatus.APPROVED
    await desk.work(61)

    assert (await desk.db.ask(refunds.get_refund, refund.id)).status is RefundStatus.PAID_OUT
    assert desk.platform.account.refunded_minor == {payment.id: 9_800}
    assert await findings(desk.db) == []


async def test_a_refused_refund_waits_for_a_person_who_tries_again(desk: Desk) -> None:
    order = await desk.hold()
    await desk.scan(order, "1")
    refund = await refund_all(desk, order)
    desk.platform.account.refunds_fail = "refuse"
    await desk.work()
    assert (await desk.db.ask(refunds.get_refund, refund.id)).status is RefundStatus.FAILED
    assert await findings(desk.db) == []
    payout = (await desk.db.ask(payments.payouts.payouts_of, refund.id))[0]
    desk.platform.account.refunds_fail = ""

    args = (payout.id, desk.world.area_id, desk.world.supervisor, desk.clock())
    await desk.db.act(refunds.retry_payout, *args)
    await desk.work()

    assert (await desk.db.ask(refunds.get_refund, refund.id)).status is RefundStatus.PAID_OUT


async def give_up(desk: Desk) -> None:
    """All further tries of the outbox."""
    for seconds in (61, 301, 901):
        await desk.work(seconds)


async def test_the_platform_paid_but_nobody_heard_and_a_person_sends_it_once_more(
    desk: Desk,
) -> None:
    order = await desk.hold()
    payment = await desk.scan(order, "1")
    refund = await refund_all(desk, order)
    (payout,) = await desk.db.ask(payments.payouts.payouts_of, refund.id)
    args = (payout.id, desk.world.area_id, desk.world.supervisor)
    with pytest.raises(Conflict):  # it is on its way by itself
        await desk.db.act(refunds.send_again, *args, desk.clock())
    desk.platform.account.refunds_fail = "drop"
    await desk.work()
    desk.platform.account.refunds_fail = "silent"
    await give_up(desk)
    assert desk.platform.account.refunded_minor == {payment.id: 9_800}
    assert await desk.db.ask(refunds.is_stuck, payout)
    desk.platform.account.refunds_fail = ""

    async def send_again() -> bool:
        try:
            await desk.db.act(refunds.send_again, *args, desk.clock())
        except Conflict:
            return False
        return True

    sent = await asyncio.gather(*(send_again() for _ in range(10)))
    await desk.work()

    assert sent.count(True) == 1
    (paid,) = await desk.db.ask(payments.payouts.payouts_of, refund.id)
    assert (paid.status, paid.number) == (PayoutStatus.PAID_OUT, payout.number)
    assert desk.platform.account.refunded_minor == {payment.id: 9_800}
    assert (await desk.db.ask(refunds.get_refund, refund.id)).status is RefundStatus.PAID_OUT
    assert await findings(desk.db) == []
    with pytest.raises(Conflict):
        await desk.db.act(refunds.send_again, *args, desk.clock())


async def test_a_payout_whose_message_was_dropped_can_still_be_sent(desk: Desk) -> None:
    order = await desk.hold()
    payment = await desk.scan(order, "1")
    refund = await refund_all(desk, order)
    (payout,) = await desk.db.ask(payments.payouts.payouts_of, refund.id)
    (message,) = await desk.db.ask(outbox.worklist.about, "payout", payout.id)
    await desk.db.act(
        outbox.worklist.drop, desk.world.supervisor, message.id, "wrong", desk.clock()
    )
    await desk.work()
    assert desk.platform.account.refunded_minor == {}

    args = (payout.id, desk.world.area_id, desk.world.supervisor, desk.clock())
    await desk.db.act(refunds.send_again, *args)
    await desk.work()

    assert desk.platform.account.refunded_minor == {payment.id: 9_800}
    assert await findings(desk.db) == []


async def test_a_cancelled_order_gives_back_what_was_paid_on_it(desk: Desk) -> None:
    order = await desk.hold(2)
    payment = await desk.start(order, 10_000)
    await collecting.collect(desk.db, desk.gateways, payment.id, "1", desk.clock)
    assert await desk.balance(AccountKind.DEPOSITS, order.id) == -10_000

    await desk.db.act(orders.cancel, order.id, BUYER, NOON)
    await desk.work()

    assert desk.platform.account.refunded_minor == {payment.id: 10_000}
    assert (await desk.db.ask(capacity.day_of, desk.world.area_id, TODAY)).taken == 0
    assert await findings(desk.db) == []
    with pytest.raises(Conflict):
        await desk.db.act(orders.cancel, order.id, BUYER, NOON)


async def test_a_hold_that_ran_out_is_not_paid(desk: Desk) -> None:
    await open_shift(desk.db, desk.world)
    order = await desk.hold()
    late = NOON + timedelta(minutes=15)
    with pytest.raises(Refused) as refused:
        await desk.db.act(
            orders.pay, order.id, Cash(desk.world.window_id, 9_800), desk.world.cashier, late
        )
    assert refused.value.code == "HOLD_EXPIRED"


async def test_an_invitation_is_paid_when_the_payer_reads_it(desk: Desk) -> None:
    order = await desk.hold(2)
    payment = await desk.start(order)

    shown = await collecting.invite(desk.db, desk.gateways, payment.id)
    again = await collecting.invite(desk.db, desk.gateways, payment.id)
    waiting = await collecting.look(desk.db, desk.gateways, payment.id, desk.clock)
    desk.platform.confirm(payment.id)
    paid = await collecting.look(desk.db, desk.gateways, payment.id, desk.clock)

    assert shown == again
    assert payment.id in shown.text
    assert waiting.status is PaymentStatus.PENDING
    assert paid.status is PaymentStatus.PAID
    assert await desk.status(order) is OrderStatus.PAID
    assert await findings(desk.db) == []


async def test_an_invitation_that_is_paid_too_late_goes_back(desk: Desk) -> None:
    order = await desk.hold()
    payment = await desk.start(order)
    await collecting.invite(desk.db, desk.gateways, payment.id)
    await desk.db.act(orders.cancel, order.id, BUYER, desk.clock())
    desk.platform.confirm(payment.id)

    late = await collecting.look(desk.db, desk.gateways, payment.id, desk.clock)
    await desk.work(60)

    assert late.status is PaymentStatus.PAID
    assert await desk.status(order) is OrderStatus.CANCELLED
    assert await desk.balance(AccountKind.SCAN_CLEARING, desk.world.area_id) == 0
    assert await findings(desk.db) == []
