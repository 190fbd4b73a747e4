"""Numbered seats of a time slot: whoever buys gets the next free ones, side by side where there
are, from 1 to the slot's quota. They are free again when a refund or a change gives them back.

    3, 4, 5      a family of three, on the row of each ticket as "3", "4", "5"
    12-14, 20    a ticket for four, when no four are side by side
"""

import itertools
from collections import defaultdict
from collections.abc import Iterable, Sequence, Set
from typing import NamedTuple

from domain.admission.tickets import store
from domain.commerce.orders.lines import Line
from domain.kernel.db import Tx


class Wish(NamedTuple):
    """The seats of one ticket to be; `slot_id` None for none."""

    slot_id: str | None
    heads: int


def wish_of(line: Line) -> Wish:
    """What a ticket of the line needs, by the terms of its sale."""
    return Wish(line.slot_id if line.terms.get("seated") else None, line.terms["persons"])


async def allot(tx: Tx, wishes: Sequence[Wish]) -> list[Sequence[int]]:
    """The seats of each ticket, none for those without. Nobody else allots seats of these slots
    until this transaction ends."""
    heads: dict[str, int] = defaultdict(int)
    for wish in wishes:
        if wish.slot_id is not None:
            heads[wish.slot_id] += wish.heads
    found = {}
    for slot_id in sorted(heads):  # the same way round for everybody: nobody waits in a circle
        slot = await tx.one(store.LOCK_SLOT, slot_id=slot_id)
        taken = {row.seat for row in await tx.rows(store.SEATS_OF_SLOT, slot_id=slot_id)}
        found[slot_id] = iter(chosen(slot.quota, taken, heads[slot_id]))
    return [
        list(itertools.islice(found[wish.slot_id], wish.heads)) if wish.slot_id else []
        for wish in wishes
    ]


def chosen(quota: int, taken: Set[int], many: int) -> list[int]:
    """So many free seats: the first that are side by side, else the lowest. Beyond the quota only
    where it was lowered below what is sold."""
    free = [seat for seat in range(1, quota + 1) if seat not in taken]
    for at in range(len(free) - many + 1):
        together = free[at : at + many]
        if together[-1] == together[0] + many - 1:
            return together
    more = (seat for seat in itertools.count(quota + 1) if seat not in taken)
    return list(itertools.islice(itertools.chain(free, more), many))


def take(tx: Tx, ticket_id: str, slot_id: str | None, seats: Iterable[int]) -> None:
    for seat in seats:
        tx.add(store.ADD_SEAT, slot_id=slot_id, seat=seat, ticket_id=ticket_id)


async def leave(tx: Tx, heads_by_ticket: dict[str, int]) -> None:
    """So many seats of each ticket are free again, the last ones first."""
    kept: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for row in await tx.rows(store.SEATS_OF, ids=list(heads_by_ticket)):
        kept[row.ticket_id].append((row.slot_id, row.seat))
    for ticket_id, seats in kept.items():
        stay = max(0, len(seats) - heads_by_ticket[ticket_id])
        for slot_id, seat in seats[stay:]:
            await tx.run(store.DROP_SEAT, slot_id=slot_id, seat=seat)
        text = written([seat for _, seat in seats[:stay]])
        await tx.run(store.WRITE_SEATS, of_ticket=ticket_id, text=text)


def written(seats: Sequence[int]) -> str:
    """As people read them: 3, 5-7."""
    runs: list[list[int]] = []
    for seat in sorted(seats):
        if runs and seat == runs[-1][1] + 1:
            runs[-1][1] = seat
        else:
            runs.append([seat, seat])
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in runs)
