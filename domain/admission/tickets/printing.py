"""Everything that a print of tickets needs, as values; the printing process draws them."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from domain.admission.tickets import store
from domain.admission.tickets.code import CodeBody, CodeFlag, CodeKind
from domain.commerce.catalog.model import GateMode
from domain.commerce.stock.feeds import Print, print_on
from domain.kernel.actors import SYSTEM, Actor
from domain.kernel.db import Tx
from domain.kernel.errors import NotFound

MINUTE = timedelta(minutes=1)
MOST_IN_BYTE = 255


class Place(NamedTuple):
    """An entrance that a ticket opens."""

    zh: str
    en: str


class Printable(NamedTuple):
    """One ticket as it is printed. `row` has the columns of store.PRINTED; `body` is what is to be
    signed: `code = await key_ring.sign(printable.body)`."""

    row: Any
    body: CodeBody
    entrances: Sequence[Place]
    is_real_name: bool
    must_show_proof: bool

    @property
    def short_code(self) -> str:
        return str(self.row.short_code)

    @property
    def reprint(self) -> int:
        return int(self.row.reprints)


async def printed(tx: Tx, ticket_ids: Sequence[str]) -> list[Printable]:
    """What the prints of these tickets show, in the order of their selling. A question.

    NotFound when one of them does not exist. Tickets that no gate takes any more come as well; it
    is the caller's to leave them out (`row.status`).
    """
    rows = await tx.rows(store.PRINTED, ids=list(ticket_ids))
    if len(rows) != len(set(ticket_ids)):
        raise NotFound()
    area_ids = sorted({row.area_id for row in rows})
    spots: dict[str, dict[int, Place]] = {area_id: {} for area_id in area_ids}
    for row in await tx.rows(store.SPOTS_OF_AREAS, ids=area_ids):
        spots[row.area_id][row.scope_bit] = Place(row.name_zh, row.name_en)
    return [printable(row, spots[row.area_id]) for row in rows]


class Printer(NamedTuple):
    """Where paper came out: a window, and the size of its paper."""

    window_id: str
    paper: str


async def mark_printed(
    tx: Tx,
    ticket_ids: Sequence[str],
    now: datetime,
    printer: Printer | None = None,
    actor: Actor = SYSTEM,
) -> None:
    """The paper came out, once for each print. At a window that counts its blanks it used some up;
    paper that was spoiled is said at the window, not here."""
    rows = await tx.rows(store.MARK_PRINTED, ids=list(ticket_ids), now=now)
    if printer is None:
        return
    order = {ticket_id: number for number, ticket_id in enumerate(ticket_ids)}
    used = [
        Print("ticket", row.ticket_id, row.issue_serial > 1)
        for row in sorted(rows, key=lambda row: order[row.ticket_id])
    ]
    await print_on(tx, printer.window_id, printer.paper, used, actor, now)


async def prints_of_shift(tx: Tx, shift_id: str) -> tuple[int, int]:
    """How many prints of the tickets that a shift sold came out, and how many were reprints."""
    row = await tx.one(store.PRINTS_OF_SHIFT, shift_id=shift_id)
    return int(row.printed), int(row.reprinted)


def printable(row: Any, spots: Mapping[int, Place]) -> Printable:
    return Printable(
        row,
        body_of(row),
        entrances_of(row, spots),
        bool(row.terms["real_name"]),
        bool(row.concession),
    )


def entrances_of(row: Any, spots: Mapping[int, Place]) -> list[Place]:
    """The area itself where the ticket opens it, then its spots."""
    own = [Place(row.area_zh, row.area_en)] if row.scope_bits & 1 else []
    return own + [place for bit, place in sorted(spots.items()) if row.scope_bits >> bit & 1]


def body_of(row: Any) -> CodeBody:
    """What is signed. A gate without the server knows no more than 255 heads or entries."""
    valid_from = row.valid_from.replace(second=0, microsecond=0)
    return CodeBody(
        key_number=row.kid,
        kind=kind_of(row),
        flags=flags_of(row),
        ticket_number=row.token,
        type_number=row.type_number,
        scope_bits=row.scope_bits,
        valid_from=valid_from,
        valid_minutes=-((valid_from - row.valid_until) // MINUTE),
        entries=min(row.entries, MOST_IN_BYTE),
        persons=min(row.persons, MOST_IN_BYTE),
        issue_serial=row.issue_serial,
        area_number=row.area_number,
    )


def kind_of(row: Any) -> CodeKind:
    if row.gate_mode == GateMode.ONE_MANY:
        return CodeKind.GROUP
    longer = row.valid_until - row.valid_from > timedelta(days=1)
    return CodeKind.MULTI_DAY if longer else CodeKind.SINGLE


def flags_of(row: Any) -> CodeFlag:
    flags = CodeFlag.NONE
    if row.gate_mode == GateMode.RE_ENTRY:
        flags |= CodeFlag.RE_ENTRY
    if row.concession:
        flags |= CodeFlag.CONCESSION
    if row.document_mask:
        flags |= CodeFlag.NAME_ON_FILE
    return flags
