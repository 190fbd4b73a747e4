"""Finding orders: one by its id, some by what people know, all of them page by page."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from domain.commerce import payments
from domain.commerce.orders import rows, store
from domain.commerce.orders.model import OrderStatus
from domain.commerce.orders.rows import Order, line_of, order_of
from domain.commerce.orders.visitors import DOCUMENT, PHONE
from domain.kernel import identity
from domain.kernel.db import Tx
from domain.kernel.errors import NotFound
from domain.kernel.vault import Vault

MOST_FOUND = 50


async def contact_of(tx: Tx, order_id: str) -> Any | None:
    """The sealed phone that was left with an order, and the language to write in."""
    return await tx.one(store.CONTACT_OF, id=order_id)


async def get_order(tx: Tx, order_id: str) -> Order:
    """An order with its lines, their visitors and its payments. Raises NotFound."""
    row = await tx.one(store.GET_ORDER, id=order_id)
    if row is None:
        raise NotFound()
    lines = await rows.load_lines(tx, order_id)
    return order_of(row, lines, await payments.payments_of(tx, order_id))


async def of_request(tx: Tx, request_id: str) -> Order | None:
    """The order that was placed under a seller's key."""
    row = await tx.one(store.FIND_REQUEST, request_id=request_id)
    return await get_order(tx, row.id) if row else None


class Search(NamedTuple):
    """What somebody typed to find an order, by what it may mean. Made by `search_for`."""

    number: str = ""
    name: str = ""
    phone_marks: tuple[str, ...] = ()
    document_marks: tuple[str, ...] = ()


def search_for(vault: Vault, typed: str) -> Search:
    """An order's number, a phone, a document's number or a name: whatever it can be.

    A ticket's number (20260701-0042-1) finds its order.
    """
    text = typed.strip()[:120]
    phone, document = identity.normalise_phone(text), identity.normalise(text)
    is_phone = identity.problem_with_mobile(phone) is None
    is_document = identity.guess_kind(document) is not None
    return Search(
        number_in(text),
        text,
        vault.fingerprints(PHONE, phone) if is_phone else (),
        vault.fingerprints(DOCUMENT, document) if is_document else (),
    )


def number_in(text: str) -> str:
    """The order's number in what was typed: of a ticket's number the part before its position."""
    parts = text.upper().split("-")
    if not (len(parts) > 1 and len(parts[0]) == 8 and parts[0].isdigit()):
        return ""
    keep = 3 if parts[1].startswith("A") else 2
    return "-".join(parts[:keep])


async def find_orders(tx: Tx, search: Search) -> list[Order]:
    """Orders that fit, newest first, with their lines: by number, or else by phone, document or
    name. At most 50."""
    if search.number:
        row = await tx.one(store.BY_NUMBER, number=search.number)
        return [] if row is None else await with_lines(tx, [row])
    found: dict[str, Any] = {}
    questions: list[tuple[Any, dict[str, Any], bool]] = [
        (store.BY_PHONE, {"marks": list(search.phone_marks)}, bool(search.phone_marks)),
        (store.BY_DOCUMENT, {"marks": list(search.document_marks)}, bool(search.document_marks)),
        (store.BY_CONTACT, {"name": search.name}, bool(search.name)),
        (store.BY_VISITOR, {"name": search.name}, bool(search.name)),
    ]
    for statement, values, is_asked in questions:
        if is_asked:
            found |= {row.id: row for row in await tx.rows(statement, most=MOST_FOUND, **values)}
    newest = sorted(found.values(), key=lambda row: (row.placed_at, row.id), reverse=True)
    return await with_lines(tx, newest[:MOST_FOUND])


class OrderFilter(NamedTuple):
    """What a list is narrowed to; None is everything. Times are half-open."""

    area_id: str | None = None
    status: str | None = None
    channel: str | None = None
    window_id: str | None = None
    staff_id: str | None = None
    shift_id: str | None = None
    visit_on: date | None = None
    placed_from: datetime | None = None
    placed_until: datetime | None = None
    ticket_type_id: str | None = None  # say days too: it has no index over the time of placing


class After(NamedTuple):
    """Where the next page goes on: the last order of this one."""

    placed_at: datetime
    id: str


async def list_orders(
    tx: Tx,
    chosen: OrderFilter,
    after: After | None = None,
    most: int = 50,
    *,
    is_newer: bool = False,
) -> list[Order]:
    """One page, newest first, with lines. Ask for one more than is shown to know whether there
    is another. With `is_newer` the page before `after`, nearest first."""
    values = {name: value for name, value in chosen._asdict().items() if value is not None}
    filters = set(values)
    if after is not None:
        filters.add("behind" if is_newer else "before")
        values |= {"before_at": after.placed_at, "before_id": after.id}
    page = store.page_of(frozenset(filters), driver_of(chosen))
    return await with_lines(tx, await tx.rows(page, most=most, **values))


class Brief(NamedTuple):
    """An order as a file of many has it: its row (numbers, places, amounts, times), and of each
    line `name_zh`, `name_en` and `quantity`."""

    row: Any
    lines: Sequence[Any]


async def list_brief(
    tx: Tx, chosen: OrderFilter, after: After | None = None, most: int = 2_000
) -> list[Brief]:
    """The same list for reading all of it, newest first: a fifth of the work for each order."""
    values = {name: value for name, value in chosen._asdict().items() if value is not None}
    filters = set(values)
    if after is not None:
        filters.add("before")
        values |= {"before_at": after.placed_at, "before_id": after.id}
    page = store.page_of(frozenset(filters), driver_of(chosen), is_brief=True)
    found = await tx.rows(page, most=most, **values)
    lines: dict[str, list[Any]] = {}
    if found:
        for line in await tx.rows(store.LINE_NAMES_OF, ids=[row.id for row in found]):
            lines.setdefault(line.order_id, []).append(line)
    return [Brief(row, lines.get(row.id, ())) for row in found]


class Counted(NamedTuple):
    """How long a list is, and what its orders cost."""

    many: int
    total_minor: int


async def count_orders(tx: Tx, chosen: OrderFilter, most: int) -> Counted:
    """Counted up to `most`: nobody waits for a million."""
    values = {name: value for name, value in chosen._asdict().items() if value is not None}
    row = await tx.one(store.sum_of(frozenset(values), driver_of(chosen)), most=most, **values)
    return Counted(row.many, int(row.total_minor))


def driver_of(chosen: OrderFilter) -> str:
    """The filter that narrows most. Nearly all orders are paid, so any other status is rare."""
    if chosen.shift_id or chosen.visit_on:
        return "shift_id" if chosen.shift_id else "visit_on"
    if chosen.status not in (None, OrderStatus.PAID):
        return "status"
    narrow = ("staff_id", "window_id", "channel", "area_id", "status")
    return next((name for name in narrow if getattr(chosen, name) is not None), "")


async def with_lines(tx: Tx, found: Sequence[Any]) -> list[Order]:
    """Orders with their lines (visitors and payments left out): one statement for all."""
    lines: dict[str, list[Any]] = {}
    if found:
        for row in await tx.rows(store.LINES_OF, ids=[order.id for order in found]):
            lines.setdefault(row.order_id, []).append(line_of(row))
    return [order_of(row, lines.get(row.id, ())) for row in found]
