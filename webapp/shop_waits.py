"""The places that are held for the visitor who looks at the web shop."""

from typing import Any

from starlette.requests import Request

from domain.commerce import waiting
from domain.commerce.waiting import WaitStatus
from domain.kernel import clock
from domain.kernel.db import Tx
from webapp import shop_visits
from webapp.forms import Typed
from webapp.parts import db_of

MOST_OF_ID = 36


async def own_offer(request: Request, typed: Typed) -> Any | None:
    """The offer that a form or address names, while it stands or has led to an order (the same
    form may be sent again). None for everybody else's."""
    wait_id, visit = typed.text("wait"), await shop_visits.visit_of(request)
    if not wait_id or len(wait_id) > MOST_OF_ID or visit is None or visit.customer_id is None:
        return None
    customer_id, now = visit.customer_id, clock.utc_now()

    async def looked_up(tx: Tx) -> Any | None:
        wait = await waiting.find_wait(tx, wait_id)
        if wait is None or wait.customer_id != customer_id:
            return None
        stands = wait.status == WaitStatus.OFFERED and wait.offered_until > now
        return wait if stands or wait.status == WaitStatus.TAKEN else None

    return await db_of(request).ask(looked_up)
