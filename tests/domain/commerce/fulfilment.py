"""What ticket lines become in these tests: plain tickets without codes or media.

Commerce may not know admission, so its tests bring a fulfilment of their own over the same table;
that the real one keeps the same promises is tested in tests/domain/admission.
"""

from collections.abc import Sequence
from datetime import datetime
from secrets import randbits

import sqlalchemy as sa
from sqlalchemy import bindparam as b

from domain.admission.tickets.tables import tickets
from domain.commerce.orders.lines import Line, Owned, Replacement, Sold
from domain.kernel import ids
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict
from domain.kernel.refusals import Refusal

_t = tickets
ADD = _t.insert()
OWNED = sa.select(_t).where(_t.c.order_id == b("order_id")).order_by(_t.c.number)
MOVE = (
    _t.update()
    .where(_t.c.id == b("ticket"), _t.c.version == b("seen"))
    .values(status=b("to_status"), version=_t.c.version + 1)
    .returning(_t.c.id)
)
LINK = _t.update().where(_t.c.id == b("ticket")).values(changed_to_id=b("successor"))
COUNT = sa.select(sa.func.count().label("n")).where(_t.c.order_id == b("order_id"))
USE = (
    _t.update()
    .where(_t.c.number == b("the_number"))
    .values(
        entries_left=b("heads_left", type_=sa.Integer),
        entries_used=_t.c.heads - b("heads_left", type_=sa.Integer),
        status=b("to_status"),
        version=_t.c.version + 1,
    )
)
DEAD = {"refunded": Refusal.REFUNDED, "changed": Refusal.CHANGED, "locked": Refusal.LOCKED}


class PlainTickets:
    """Registered for LineKind.TICKET while these tests run."""

    async def fulfil(self, tx: Tx, order: Sold, lines: Sequence[Line], now: datetime) -> None:
        made = 0
        for line in lines:
            for position, price in enumerate(line.prices()):
                made += 1
                self.add(tx, order, line, position, price, f"{order.number}-{made}", 0, now)

    def add(
        self,
        tx: Tx,
        order: Sold,
        line: Line,
        position: int,
        price: int,
        number: str,
        changes: int,
        now: datetime,
    ) -> str:
        visitor = line.visitor(position)
        ticket_id = ids.new_id()
        tx.add(
            ADD,
            id=ticket_id,
            number=number,
            position=int(number.rpartition("-")[2]),
            token=randbits(62),
            order_id=order.id,
            order_line_id=line.id,
            visitor_id=visitor.id if visitor else None,
            ticket_type_id=line.ticket_type_id,
            product_id=line.product_id,
            area_id=order.area_id,
            slot_id=line.slot_id,
            visit_on=line.visit_on,
            holder_name=visitor.name if visitor else "",
            status="sold",
            gate_mode=line.terms["gate_mode"],
            scope_bits=line.terms["scope_bits"],
            persons=line.terms["persons"],
            entries=line.terms["entries"],
            heads=line.terms["persons"],
            entries_left=line.terms["persons"],
            valid_from=line.moment("valid_from"),
            valid_until=line.moment("valid_until"),
            price_paid_minor=price,
            concession=line.concession,
            changes=changes,
            sold_at=now,
            version=1,
        )
        return ticket_id

    async def owned(self, tx: Tx, order_id: str, now: datetime) -> list[Owned]:
        return [
            Owned(
                row.id,
                row.order_line_id,
                row.number,
                row.price_paid_minor,
                row.persons,
                row.entries_left,
                row.entries_left,
                row.changes,
                row.status == "refund_pending",
                DEAD.get(row.status) or (Refusal.USED_UP if row.entries_left == 0 else None),
                row.version,
                row.holder_name,
                row.visitor_id,
            )
            for row in await tx.rows(OWNED, order_id=order_id)
        ]

    async def lock(self, tx: Tx, owned: Sequence[Owned], now: datetime) -> None:
        await self.move(tx, owned, "refund_pending")

    async def unlock(self, tx: Tx, owned: Sequence[Owned], now: datetime) -> None:
        await self.move(tx, owned, "sold")

    async def give_back(self, tx: Tx, owned: Sequence[Owned], now: datetime) -> None:
        await self.move(tx, owned, "refunded")

    async def move(self, tx: Tx, owned: Sequence[Owned], to: str) -> None:
        for one in owned:
            if not await tx.one(MOVE, ticket=one.id, seen=one.version, to_status=to):
                raise Conflict()

    async def replace(
        self, tx: Tx, order: Sold, replacements: Sequence[Replacement], now: datetime
    ) -> list[str]:
        made: list[str] = []
        count = (await tx.one(COUNT, order_id=order.id)).n
        for one in replacements:
            await self.move(tx, [one.owned], "changed")
            number = f"{order.number}-{count + len(made) + 1}"
            changes = one.owned.changes + 1
            successor = self.add(
                tx, order, one.line, one.position, one.paid_minor, number, changes, now
            )
            await tx.run(LINK, ticket=one.owned.id, successor=successor)
            made.append(successor)
        return made


async def use(tx: Tx, number: str, heads_left: int = 0) -> None:
    """As if a gate had let visitors in."""
    status = "partly_used" if heads_left else "used"
    await tx.run(USE, the_number=number, heads_left=heads_left, to_status=status)
