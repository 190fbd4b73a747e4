"""Differences of platforms' bills as a file, with the filters of their page."""

from collections.abc import Sequence
from typing import Any

from domain.commerce import reconciliation
from domain.kernel.db import Tx
from domain.kernel.db.keyset import Cut
from domain.kernel.errors import say
from domain.operation.staff import SignedIn
from webapp import forms, i18n, office_bills
from webapp.exporting.model import Cell, Column, ExportList, Kind, Reading, by_keyset
from webapp.forms import Typed
from webapp.words import label_of


async def opened(tx: Tx, staff: SignedIn, typed: Typed) -> Reading:
    sought = await office_bills.sought_of(tx, staff, forms.parse(office_bills.ItemsForm, typed))

    async def page(tx: Tx, cut: Cut) -> Sequence[Any]:
        return await reconciliation.list_items(tx, sought, cut)

    return by_keyset(page, lambda row: (row.id,), cells)


def cells(row: Any) -> Sequence[Cell]:
    return (
        row.day,
        i18n.here(label_of(office_bills.tender_of(row))),
        i18n.here(label_of(office_bills.kind_of(row))),
        row.number,
        row.order_no or "",
        i18n.here(label_of(office_bills.finding_of(row))),
        row.billed_minor,
        row.local_minor,
        row.ledger_minor,
        i18n.here(label_of(office_bills.status_of(row))),
        row.note,
        row.resolution,
        row.written_off_minor,
        row.resolved_at,
    )


LIST = ExportList(
    say("Differences of bills"),
    office_bills.SEE,
    (
        Column(say("Day"), Kind.DAY),
        Column(say("Platform")),
        Column(say("Kind")),
        Column(say("Number"), width=34),
        Column(say("Order")),
        Column(say("Finding")),
        Column(say("By the bill"), Kind.MONEY),
        Column(say("By the payment"), Kind.MONEY),
        Column(say("By the books"), Kind.MONEY),
        Column(say("State")),
        Column(say("Note"), width=30),
        Column(say("How it was settled"), width=30),
        Column(say("Written off as a loss"), Kind.MONEY),
        Column(say("Settled at"), Kind.MOMENT, 20),
    ),
    opened,
)
