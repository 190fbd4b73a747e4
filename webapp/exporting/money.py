"""Refunds, shifts and an account's postings as files, with the filters of their pages."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from domain.commerce import ledger, refunds, shifts
from domain.commerce.ledger import AccountKind
from domain.commerce.refunds import Listed
from domain.commerce.shifts import ShiftStatus
from domain.kernel.db import Tx
from domain.kernel.db.keyset import Cut
from domain.kernel.errors import InvalidInput, say
from domain.operation.staff import Permission, SignedIn, people
from webapp import forms, i18n, ledger_pages, office_orders
from webapp.exporting.model import AT_ONCE, Cell, Column, ExportList, Key, Kind, Piece, Reading
from webapp.exporting.model import unknown as nobody_counts
from webapp.forms import Typed
from webapp.office_money import SEE_SHIFTS, RefundsForm, ShiftsForm, refunds_sought, shifts_sought
from webapp.words import acts, label_of

SEE_REFUNDS = Permission.ORDERS_SEE


async def refunds_opened(tx: Tx, staff: SignedIn, typed: Typed) -> Reading:
    areas = await office_orders.areas_for(tx, staff, SEE_REFUNDS)
    sought = refunds_sought(forms.parse(RefundsForm, typed), areas)

    async def read(tx: Tx, behind: Key | None) -> Piece:
        rows = await refunds.list_refunds(tx, sought, Cut(behind, most=AT_ONCE))
        who = {row.refund.requested_by for row in rows} - {None}
        names = await people.names(tx, sorted(str(one) for one in who))
        last = rows[-1].refund if len(rows) == AT_ONCE else None
        return Piece(
            [refund_cells(row, areas, names) for row in rows],
            (last.requested_at, last.id) if last else None,
        )

    return Reading(read, nobody_counts)


def refund_cells(row: Listed, areas: dict[str, str], names: dict[str, str]) -> Sequence[Cell]:
    refund = row.refund
    return (
        refund.number,
        refund.requested_at,
        row.order_number,
        areas.get(row.area_id, ""),
        i18n.here(label_of(refund.cause)),
        refund.reason,
        names.get(refund.requested_by or "", ""),
        refund.paid_minor,
        refund.fee_minor,
        refund.amount_minor,
        i18n.here(label_of(refund.status)),
        refund.paid_out_at,
    )


async def shifts_opened(tx: Tx, staff: SignedIn, typed: Typed) -> Reading:
    areas = await office_orders.areas_for(tx, staff, SEE_SHIFTS)
    chosen = shifts_sought(forms.parse(ShiftsForm, typed), areas, staff)

    async def read(tx: Tx, behind: Key | None) -> Piece:
        before = dict(zip(("before_at", "before_id"), behind or (), strict=False))
        rows = await shifts.list_shifts(tx, chosen, most=AT_ONCE, **before)
        last = rows[-1] if len(rows) == AT_ONCE else None
        return Piece(
            [shift_cells(row, areas) for row in rows if row.area_id in areas],
            (last.opened_at, last.id) if last else None,
        )

    return Reading(read, nobody_counts)


def shift_cells(row: Any, areas: dict[str, str]) -> Sequence[Cell]:
    expected, counted = row.expected_minor, row.counted_minor
    is_counted = expected is not None and counted is not None
    english = i18n.current() == "en" and row.window_name_en
    return (
        row.number,
        areas[row.area_id],
        row.window_name_en if english else row.window_name_zh,
        row.staff_name,
        row.opened_at,
        row.closed_at,
        row.float_minor,
        expected,
        counted,
        counted - expected if is_counted else None,
        row.difference_note,
        i18n.here(label_of(ShiftStatus(row.status))),
    )


class Account(NamedTuple):
    """Whose postings."""

    kind: AccountKind
    owner_id: str


async def account_of(tx: Tx, staff: SignedIn, typed: Typed) -> Account:
    """Raises InvalidInput when none is named, NotFound and Forbidden as its page does."""
    word, owner_id = typed.text("account"), typed.text("owner_id")
    if word not in set(AccountKind) or not owner_id:
        raise InvalidInput({}, say("Open an account first."))
    kind = AccountKind(word)
    areas = await office_orders.areas_for(tx, staff, ledger_pages.SEE)
    ledger_pages.must_see(staff, areas, kind, owner_id)
    return Account(kind, owner_id)


async def statement_opened(tx: Tx, staff: SignedIn, typed: Typed) -> Reading:
    account = await account_of(tx, staff, typed)

    async def read(tx: Tx, behind: Key | None) -> Piece:
        before = {"before": behind[0]} if behind else {}
        rows = await ledger.statement(tx, *account, most=AT_ONCE, **before)
        more = (rows[-1].seq,) if len(rows) == AT_ONCE else None
        return Piece([posting_cells(row) for row in rows], more)

    return Reading(read, nobody_counts)


def posting_cells(row: Any) -> Sequence[Cell]:
    noun = acts.NOUNS.get(row.cause_noun)
    said = ledger_pages.said(row.text)
    return (
        row.seq,
        row.at,
        i18n.here(noun.label) if noun else row.cause_noun,
        said if isinstance(said, str) else i18n.here(said),
        row.amount_minor,
        row.entry_id,
    )


REFUNDS = ExportList(
    say("Refunds"),
    SEE_REFUNDS,
    (
        Column(say("Number"), width=20),
        Column(say("Asked"), Kind.MOMENT, 20),
        Column(say("Order"), width=18),
        Column(say("Scenic area"), width=18),
        Column(say("Cause")),
        Column(say("Why"), width=30),
        Column(say("Asked by")),
        Column(say("Had cost"), Kind.MONEY),
        Column(say("Fee kept"), Kind.MONEY),
        Column(say("Amount"), Kind.MONEY),
        Column(say("State")),
        Column(say("Paid out"), Kind.MOMENT, 20),
    ),
    refunds_opened,
)
SHIFTS = ExportList(
    say("Shifts"),
    SEE_SHIFTS,
    (
        Column(say("Number"), width=20),
        Column(say("Scenic area"), width=18),
        Column(say("Window"), width=18),
        Column(say("Cashier")),
        Column(say("Opened"), Kind.MOMENT, 20),
        Column(say("Shift ended"), Kind.MOMENT, 20),
        Column(say("Float"), Kind.MONEY),
        Column(say("Expected"), Kind.MONEY),
        Column(say("Counted"), Kind.MONEY),
        Column(say("Difference"), Kind.MONEY),
        Column(say("Explanation"), width=30),
        Column(say("State")),
    ),
    shifts_opened,
)
STATEMENT = ExportList(
    say("Ledger"),
    ledger_pages.SEE,
    (
        Column(say("Number"), Kind.NUMBER),
        Column(say("When"), Kind.MOMENT, 20),
        Column(say("Cause")),
        Column(say("What"), width=24),
        Column(say("Amount"), Kind.MONEY),
        Column(say("Entry"), width=38),
    ),
    statement_opened,
)
