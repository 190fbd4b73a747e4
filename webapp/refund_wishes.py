"""A wish to give tickets back, without staff: what is ticked, and what would come back. The shop
and the portal of agents ask the same."""

from datetime import datetime
from typing import Any

from domain.admission import tickets
from domain.commerce import refunds
from domain.commerce.orders import Order
from domain.commerce.refunds import Quote, RefundCause
from domain.kernel.db import Tx
from domain.kernel.errors import Message, Refused
from webapp.forms import Typed


def cause_of(word: str) -> RefundCause:
    """Their own wish, or a closure, which the system looks up by itself."""
    return RefundCause.CLOSURE if word == RefundCause.CLOSURE else RefundCause.VISITOR


async def looked_up(tx: Tx, order: Order, form: Typed, now: datetime) -> dict[str, Any]:
    """`rows` that can be ticked, `ticked` ids, the `quote`, or the `problem` that there is none."""
    rows = tickets.living_of(await tickets.shown_of(tx, order.id))
    known = {row.id for row in rows}
    ticked = [one for one in form.texts("tickets") if one in known]
    quote: Quote | None = None
    problem: Message | None = None
    if ticked:
        causes = await refunds.causes(tx, order.id, ticked, now)
        try:
            quote = await refunds.quote(tx, order.id, ticked, cause_of(causes[0]), now)
        except Refused as refused:
            problem = refused.message
    return {"rows": rows, "ticked": set(ticked), "quote": quote, "problem": problem}
