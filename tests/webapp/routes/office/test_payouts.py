"""Money that did not arrive: a person sends it once more, from the page of its refund."""

import httpx2
import pytest
from starlette.applications import Starlette

from domain.commerce import orders, payments, refunds
from domain.commerce.orders import Charge, Order
from domain.commerce.payments import PayoutStatus, Tender
from domain.commerce.refunds import RefundCause
from domain.kernel import clock
from domain.kernel.ports import PaymentGateway
from domain.operation import outbox
from domain.operation.outbox import Worker
from domain.operation.staff import Role
from gateways.payments.simulated import SimulatedPayments
from tests.domain.commerce.factories import World, add_world
from tests.domain.commerce.selling import open_shift, place, sale, wanted
from tests.webapp.people import sign_in_as
from webapp import site


class Desk:
    """An order paid by code, given back; its money waits in the outbox."""

    def __init__(self, app: Starlette, world: World) -> None:
        self.db, self.world = app.state.db, world
        self.platform = SimulatedPayments(b"s")
        self.gateways: dict[str, PaymentGateway] = {"scan": self.platform}
        for kind, carrier in refunds.carriers(self.db, self.gateways, clock.utc_now).items():
            outbox.register(kind, carrier)

    async def refunded(self) -> refunds.Refund:
        now = clock.utc_now()
        await open_shift(self.db, self.world)
        given = sale(
            self.world,
            wanted(self.world.adult_id, 1, clock.local_day(now, site.DEFAULT.zone)),
            cash_minor=None,
        )
        order: Order = await place(self.db, self.world, given, now)
        charge = Charge(order.id, Tender.SCAN, 0, self.world.window_id)
        payment = await self.db.act(orders.start_payment, charge, self.world.cashier, now)
        await orders.collecting.collect(self.db, self.gateways, payment.id, "1", clock.utc_now)
        quote = await self.db.ask(refunds.quote, order.id, (), RefundCause.VISITOR, now)
        asked = refunds.Request(
            "r", order.id, quote.subject_ids, RefundCause.VISITOR, "x", quote.amount_minor
        )
        made: refunds.Refund = await self.db.act(refunds.refund, asked, self.world.cashier, now)
        return made

    async def work(self) -> None:
        await Worker(self.db).turn()

    async def payout(self, refund: refunds.Refund) -> payments.Payout:
        (found,) = await self.db.ask(payments.payouts.payouts_of, refund.id)
        payout: payments.Payout = found
        return payout


@pytest.fixture
async def desk(app: Starlette) -> Desk:
    return Desk(app, await add_world(app.state.db))


async def test_a_refused_payout_is_sent_once_more_and_arrives_once(
    app: Starlette, client: httpx2.AsyncClient, desk: Desk
) -> None:
    desk.platform.account.refunds_fail = "refuse"
    refund = await desk.refunded()
    await desk.work()
    payout = await desk.payout(refund)
    assert payout.status is PayoutStatus.FAILED
    desk.platform.account.refunds_fail = ""
    await sign_in_as(client, app, Role.SUPERVISOR)
    address = f"/office/payouts/{payout.id}/retry"

    page = await client.get(f"/office/refunds/{refund.id}")
    linked = await client.get(f"/office/payouts/{payout.id}")
    pressed = await client.post(address)
    twice = await client.post(address)
    await desk.work()

    assert address in page.text
    assert linked.headers["location"] == f"/office/refunds/{refund.id}"
    assert (pressed.status_code, twice.status_code) == (303, 409)
    paid = await desk.payout(refund)
    assert (paid.status, paid.number) == (PayoutStatus.PAID_OUT, payout.number)
    assert sum(desk.platform.account.refunded_minor.values()) == refund.amount_minor
    assert address not in (await client.get(f"/office/refunds/{refund.id}")).text


async def test_who_may_only_look_gets_no_button(
    app: Starlette, client: httpx2.AsyncClient, desk: Desk
) -> None:
    desk.platform.account.refunds_fail = "refuse"
    refund = await desk.refunded()
    await desk.work()
    payout = await desk.payout(refund)
    await sign_in_as(client, app, Role.FINANCE)

    page = await client.get(f"/office/refunds/{refund.id}")
    pressed = await client.post(f"/office/payouts/{payout.id}/retry")

    assert "重新打款" not in page.text
    assert pressed.status_code == 403
    assert (await desk.payout(refund)).status is PayoutStatus.FAILED
