"""The capacity log as a file."""

from collections.abc import Mapping, Sequence
from typing import Any

from domain.admission import occupancy
from domain.admission.occupancy import CapacityLevel
from domain.kernel.db import Tx
from domain.kernel.db.keyset import Cut
from domain.kernel.errors import say
from domain.operation.staff import Permission, SignedIn
from webapp import filters, forms, i18n, office_orders
from webapp.capacity_log import FilterForm, sought_for
from webapp.exporting.model import Cell, Column, ExportList, Kind, Reading, by_keyset
from webapp.forms import Typed
from webapp.words import label_of

SEE = Permission.CAPACITY_SEE


async def opened(tx: Tx, staff: SignedIn, typed: Typed) -> Reading:
    areas = await office_orders.areas_for(tx, staff, SEE)
    sought = await sought_for(tx, forms.parse(FilterForm, typed), areas)

    async def page(tx: Tx, cut: Cut) -> Sequence[Any]:
        return await occupancy.log_of(tx, sought, cut)

    return by_keyset(page, lambda row: (row.raised_at, row.id), lambda row: cells(row, areas))


def cells(row: Any, areas: Mapping[str, str]) -> Sequence[Cell]:
    yes, no = i18n.here(say("Yes")), i18n.here(say("No"))
    return (
        row.raised_at,
        areas[row.area_id],
        i18n.here(label_of(CapacityLevel(row.level))),
        i18n.here(label_of(CapacityLevel(row.previous_level))),
        filters.percent(row.percent_bps),
        row.inside,
        row.entered_today,
        yes if row.entries_held else no,
        yes if row.sales_stopped else no,
        row.acknowledged_at,
        row.by_name,
        row.note,
    )


LOG = ExportList(
    say("Capacity log"),
    SEE,
    (
        Column(say("When"), Kind.MOMENT, 20),
        Column(say("Scenic area"), width=18),
        Column(say("Level")),
        Column(say("Level before")),
        Column(say("Of the capacity")),
        Column(say("Inside"), Kind.NUMBER),
        Column(say("Came in that day"), Kind.NUMBER),
        Column(say("Entries held")),
        Column(say("Sales stopped")),
        Column(say("Acknowledged"), Kind.MOMENT, 20),
        Column(say("Done by")),
        Column(say("What was done"), width=40),
    ),
    opened,
)
