"""Closing a group that has been: who did not come is refunded, too few are priced again.

Both are ordinary acts of commerce with postings of their own. The refund goes by the policy that
was sold, may need an approval, and keeps what the group still owes at the single price; what is
owed beyond that is an order of its own (LineKind.GROUP_SURCHARGE), paid at any window.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from domain.admission import tickets
from domain.admission.groups import store
from domain.admission.groups.booking import CHANNEL
from domain.admission.groups.looking import get
from domain.admission.groups.model import Contract, GroupStatus, Reckoning, reckon
from domain.commerce import orders, refunds
from domain.commerce.orders import Contact, Line, LineKind, Order, Sale, Wanted, altering, lines
from domain.commerce.orders.lines import Market, Owned, Sold
from domain.commerce.refunds import Refund, RefundCause, RefundStatus
from domain.kernel import ids
from domain.kernel.actors import Actor
from domain.kernel.clock import local_day
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, Refused, say
from domain.kernel.money import to_text
from domain.kernel.refusals import Refusal
from domain.operation.audit import record
from domain.operation.places import PlaceKind, get_place

OWED_DAYS = 30
REASON = "group closed"


class Closing(NamedTuple):
    """What somebody confirms: the figures that were shown. `window_id` hands cash over."""

    group_id: str
    version: int
    back_minor: int
    due_minor: int
    window_id: str | None = None


class Reckoned(NamedTuple):
    """A reckoning with what it was made from."""

    group: Any
    order: Order
    ticket: Owned
    reckoning: Reckoning


async def quote(tx: Tx, group_id: str, now: datetime) -> Reckoned:
    """What closing the group now would come to. Conflict while it is unpaid, closed, or walking
    through a gate; a question otherwise."""
    group = await get(tx, group_id)
    if group.status != GroupStatus.OPEN:
        raise Conflict(say("This group is closed already."))
    order = await orders.get_order(tx, group.order_id)
    if not order.paid_at:
        raise Conflict(say("This group has not paid; give it up instead."))
    owned = the_ticket(await altering.everything_owned(tx, order, now))
    absent = owned.weight_left
    refund_minor = await worth(tx, order, owned, now) if absent else 0
    contract = Contract(group.planned, group.least, group.reprices, group.single_price_minor)
    made = reckon(contract, owned.paid_minor, absent, refund_minor)
    return Reckoned(group, order, owned, made)


def the_ticket(owned: Sequence[Owned]) -> Owned:
    """The group's one ticket, as it is after any change of day."""
    alive = [one for one in owned if one.refusal is not Refusal.CHANGED]
    if len(alive) != 1 or alive[0].pending or alive[0].refusal is not None:
        raise Conflict(say("The group's ticket is locked, refunded or passing a gate."))
    return alive[0]


async def worth(tx: Tx, order: Order, owned: Owned, now: datetime) -> int:
    try:
        found = await refunds.quote(tx, order.id, [owned.id], RefundCause.VISITOR, now)
    except Refused:
        return 0  # the policy gives nothing any more
    return found.amount_minor


async def close(tx: Tx, asked: Closing, actor: Actor, now: datetime) -> Any:
    """Close a group; gives its row. The same request again finds it closed and changes nothing.

    Refused QUOTE_CHANGED when somebody came meanwhile; Conflict; what a refund raises. Pass the
    area's lane.
    """
    group = await get(tx, asked.group_id)
    await altering.lock(tx, group.order_id)
    group = await get(tx, asked.group_id)
    if group.status == GroupStatus.CLOSED and group.version == asked.version + 1:
        return group
    made = await quote(tx, asked.group_id, now)
    sums = made.reckoning
    if (sums.back_minor, sums.due_minor) != (asked.back_minor, asked.due_minor):
        raise Refused(
            Refusal.QUOTE_CHANGED,
            say("The amount is now {amount}.", amount=to_text(sums.back_minor - sums.due_minor)),
        )
    refund = await give_back(tx, made, asked, actor, now)
    await end_ticket(tx, made.ticket, refund, actor, now)
    surcharge_id = await charge(tx, made, actor, now) if sums.due_minor else None
    done = await tx.one(
        store.CLOSE,
        group=asked.group_id,
        seen=asked.version,
        now=now,
        came=sums.entrants,
        refund=refund.id if refund else None,
        surcharge=surcharge_id,
    )
    if done is None:
        raise Conflict(code="VERSION_CONFLICT")
    after = {
        "heads": sums.planned,
        "entrants": sums.entrants,
        "amount_minor": sums.back_minor - sums.due_minor,
    }
    record(tx, actor, "group.closed", asked.group_id, now, after=after, area_id=group.area_id)
    return await get(tx, asked.group_id)


async def give_back(
    tx: Tx, made: Reckoned, asked: Closing, actor: Actor, now: datetime
) -> Refund | None:
    """The refund of those who did not come; none when the policy gives nothing for them."""
    if not made.reckoning.refund_minor:
        return None
    wanted = refunds.Request(
        f"group:{made.group.id}:close",
        made.order.id,
        (made.ticket.id,),
        RefundCause.VISITOR,
        f"{made.group.number} {REASON}",
        made.reckoning.back_minor,
        asked.window_id,
        made.reckoning.kept_minor,
    )
    return await refunds.refund(tx, wanted, actor, now)


async def end_ticket(
    tx: Tx, ticket: Owned, refund: Refund | None, actor: Actor, now: datetime
) -> None:
    """Nobody comes on the group's code any more: also when nothing was given back for the rest,
    and when a refund waits that may be rejected."""
    if refund is None:
        await tickets.end(tx, ticket, actor, now)
    elif refund.status is RefundStatus.REQUESTED:  # which has locked it: one version more
        await tickets.end(tx, ticket._replace(version=ticket.version + 1), actor, now)


async def charge(tx: Tx, made: Reckoned, actor: Actor, now: datetime) -> str:
    """What is still owed, as an order that any window of the area can take the money for."""
    group = made.group
    area = await get_place(tx, PlaceKind.AREA, group.area_id)
    wanted = Wanted(
        group.id,
        1,
        local_day(now, ZoneInfo(area.time_zone)),
        kind=LineKind.GROUP_SURCHARGE,
        details={"amount_minor": made.reckoning.due_minor, "number": group.number},
    )
    contact = Contact(group.leader_name, group.phone_sealed, group.phone_hash, group.phone_mask)
    sale = Sale(
        f"group:{group.id}:surcharge",
        group.area_id,
        CHANNEL,
        (wanted,),
        contact=contact,
        note=group.name,
        held_until=now + timedelta(days=OWED_DAYS),
    )
    return (await orders.place(tx, sale, actor, now)).id


class Surcharge:
    """How LineKind.GROUP_SURCHARGE is sold and what it becomes: money, nothing to keep."""

    async def price(
        self, tx: Tx, wanted: Sequence[Wanted], market: Market, first: int
    ) -> list[Line]:
        return [surcharge_line(one, first + number) for number, one in enumerate(wanted)]

    async def hold(self, tx: Tx, lines: Sequence[Line], market: Market) -> list[Line]:
        return list(lines)

    async def release(
        self, tx: Tx, order: Sold, lines: Sequence[tuple[Line, int]], now: datetime
    ) -> list[tuple[str, int]]:
        return []

    async def fulfil(self, tx: Tx, order: Sold, lines: Sequence[Line], now: datetime) -> None:
        """Nothing is handed over."""

    async def owned(self, tx: Tx, order_id: str, now: datetime) -> list[Owned]:
        return []

    async def lock(self, tx: Tx, owned: Sequence[Owned], now: datetime) -> None:
        raise Conflict()

    async def unlock(self, tx: Tx, owned: Sequence[Owned], now: datetime) -> None:
        raise Conflict()

    async def give_back(self, tx: Tx, owned: Sequence[Owned], now: datetime) -> None:
        raise Conflict()

    async def replace(
        self, tx: Tx, order: Sold, replacements: Sequence[Any], now: datetime
    ) -> list[str]:
        raise Conflict()


def surcharge_line(one: Wanted, position: int) -> Line:
    details = one.details or {}
    amount, number = int(details["amount_minor"]), str(details["number"])
    return Line(
        ids.new_id(),
        position,
        LineKind.GROUP_SURCHARGE,
        None,
        None,
        None,
        one.visit_on,
        f"团队补差 {number}",
        f"Group surcharge {number}",
        1,
        0,
        0,
        amount,
        amount,
        amount,
        "",
        False,
        0,
        {"group_id": one.subject_id, "is_group": False, "needs_adult": False},
    )


_surcharge = Surcharge()
lines.register(LineKind.GROUP_SURCHARGE, offer=_surcharge, fulfilment=_surcharge)
