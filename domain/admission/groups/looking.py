"""Groups as they are shown: one, a list, those of some days; found by code, phone or name."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from domain.admission.groups import store
from domain.admission.groups.model import GroupStage, GroupStatus, Progress, stage_of
from domain.commerce.orders import OrderStatus
from domain.kernel import identity
from domain.kernel.db import Tx
from domain.kernel.db.keyset import Cut
from domain.kernel.errors import NotFound
from domain.kernel.vault import Vault

MOST, MOST_OF_DAYS = 50, 500


async def get(tx: Tx, group_id: str) -> Any:
    """The contract with its order, its ticket and how many have come. Raises NotFound."""
    row = await tx.one(store.GET, id=group_id)
    if row is None:
        raise NotFound()
    return row


async def of_order(tx: Tx, order_id: str) -> Any | None:
    """The group behind an order, or behind the order of its surcharge; None when there is none."""
    return await tx.one(store.OF_ORDER, id=order_id)


def stage(row: Any, now: datetime) -> GroupStage:
    held = row.order_status == OrderStatus.HELD and row.held_until is not None
    return stage_of(
        Progress(
            GroupStatus(row.status),
            OrderStatus(row.order_status),
            held and row.held_until <= now,
            row.captured_minor,
            row.entered,
            row.heads,
        )
    )


class Wanted(NamedTuple):
    """What a list shows. `areas` are those that the reader may see."""

    areas: tuple[str, ...]
    day: date | None = None
    status: str = ""


async def list_groups(tx: Tx, wanted: Wanted, cut: Cut) -> list[Any]:
    """The latest bookings first, by (booked_at, id)."""
    return await store.LIST.page(
        tx, cut, areas=list(wanted.areas), day=wanted.day, state=wanted.status
    )


async def of_days(tx: Tx, areas: Sequence[str], from_on: date, until_on: date) -> list[Any]:
    """Groups whose visit is between two days, both included; not those that were given up."""
    return await tx.rows(
        store.OF_DAYS, areas=list(areas), from_on=from_on, until_on=until_on, most=MOST_OF_DAYS
    )


class Sought(NamedTuple):
    """A number on paper, a leader's phone, a part of the name, or the ticket behind a code."""

    number: str = ""
    marks: tuple[str, ...] = ()
    words: str = ""
    ticket_id: str = ""


def sought_for(vault: Vault, typed: str, ticket_id: str = "") -> Sought:
    text = typed.strip()[:120]
    phone = identity.normalise_phone(text)
    is_phone = bool(phone) and identity.problem_with_mobile(phone) is None
    marks = vault.fingerprints("phone", phone) if is_phone else ()
    words = "" if is_phone or len(text) < 2 else text
    return Sought(text.upper(), marks, words, ticket_id)


async def find(tx: Tx, sought: Sought, areas: Sequence[str]) -> list[Any]:
    """At most 50, the latest visit first."""
    if sought == Sought():
        return []
    return await tx.rows(
        store.FIND,
        areas=list(areas),
        number=sought.number or "-",
        marks=list(sought.marks),
        words=sought.words,
        ticket_id=sought.ticket_id or "-",
        most=MOST,
    )


async def members(tx: Tx, group_id: str) -> list[Any]:
    """The roster: position, name, document_kind, document_mask."""
    return await tx.rows(store.MEMBERS, group=group_id)
