"""Money going out: where it is shown, and sending it once more when it did not arrive."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from domain.commerce import orders, payments, refunds
from domain.commerce.payments import Payout
from domain.kernel import clock
from domain.kernel.db import Tx
from domain.operation.staff import Permission
from webapp import htmx
from webapp.parts import actor_of, db_of, staff_of
from webapp.permissions import page


async def show(request: Request) -> Response:
    """On the page of its refund; one without a refund on its order's."""

    async def looked_up(tx: Tx) -> str:
        payout, area_id, order_id = await _found(tx, request)
        staff_of(request).must(Permission.ORDERS_SEE, area_id)
        return _page_of(request, payout, order_id)

    return RedirectResponse(await db_of(request).ask(looked_up), status_code=303)


async def retry(request: Request) -> Response:
    """Under the same number: whatever arrived before is found, and nothing is paid twice."""

    async def act(tx: Tx) -> str:
        payout, area_id, order_id = await _found(tx, request)
        staff_of(request).must(Permission.OUTBOX_RETRY, area_id)
        await refunds.send_again(tx, payout.id, area_id, actor_of(request), clock.utc_now())
        return _page_of(request, payout, order_id)

    return htmx.redirect(request, await db_of(request).act(act))


async def _found(tx: Tx, request: Request) -> tuple[Payout, str, str]:
    payout = await payments.payouts.get_payout(tx, request.path_params["payout_id"])
    order_id = await payments.payouts.order_of(tx, payout.id)
    return payout, (await orders.get_order(tx, order_id)).area_id, order_id


def _page_of(request: Request, payout: Payout, order_id: str) -> str:
    path = request.app.state.addresses.path
    if payout.refund_id is None:
        return str(path("orders.show", order_id=order_id))
    return str(path("refunds.show", refund_id=payout.refund_id))


ONE = "/office/payouts/{payout_id}"
routes = [
    page(ONE, show, name="payouts.show", permission=Permission.ORDERS_SEE),
    page(
        f"{ONE}/retry",
        retry,
        methods=["POST"],
        name="payout_retries.create",
        permission=Permission.OUTBOX_RETRY,
    ),
]
