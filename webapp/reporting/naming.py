"""What the keys of figures are called, and which list stands behind one."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from domain.admission.occupancy import CapacityLevel
from domain.commerce.orders.model import LineKind
from domain.commerce.refunds.model import RefundCause
from domain.kernel.channels import Channel
from domain.kernel.db import Tx
from domain.operation.staff import Permission, SignedIn, people
from domain.reports import naming
from domain.reports.days import Dimension, Key
from webapp import i18n
from webapp.office_orders import MOST_STAFF, areas_for, name_of
from webapp.reporting.model import Names, Wanted
from webapp.words import label_of

NOBODY = "—"
MEMBERS: Mapping[Dimension, type[StrEnum]] = {
    Dimension.CHANNEL: Channel,
    Dimension.CAUSE: RefundCause,
    Dimension.LEVEL: CapacityLevel,
}
FILTER_OF = {  # the field of the list of orders
    Dimension.AREA: "area_id",
    Dimension.TYPE: "ticket_type_id",
    Dimension.WINDOW: "window_id",
    Dimension.CASHIER: "staff_id",
    Dimension.CHANNEL: "channel",
}


async def names_for(tx: Tx, staff: SignedIn, permission: Permission) -> Names:
    """Everything that may stand in a row, of the areas that this person may see."""
    areas = await areas_for(tx, staff, permission)
    rows = await naming.named(tx, list(areas))
    cashiers = await people.search(
        tx, cut=people.FIRST._replace(most=MOST_STAFF), viewer=staff, permission=permission
    )

    def names(dimension: Dimension) -> dict[str, str]:
        return {key: name_of(row) for key, row in rows[dimension].items()}

    return Names(
        areas,
        names(Dimension.SITE),
        names(Dimension.WINDOW),
        {key: row.sales_site_id for key, row in rows[Dimension.WINDOW].items()},
        names(Dimension.GATE),
        names(Dimension.CHECK_SITE),
        {key: row.check_site_id for key, row in rows[Dimension.GATE].items()},
        names(Dimension.CASHIER),
        names(Dimension.TYPE),
        names(Dimension.UNIT),
        names(Dimension.PRODUCT),
        names(Dimension.BLANK),
        names(Dimension.HOLDER),
        names(Dimension.OTA),
        names(Dimension.PROMOTION),
        {row.id: row.name for row in cashiers},
    )


def label(wanted: Wanted, key: Key) -> str:
    """A key of the report's dimension in words."""
    names, by = wanted.names, wanted.by
    if isinstance(key, date):
        return key.isoformat()
    if isinstance(key, tuple):
        kind, type_id = key
        return names.types.get(type_id) or i18n.here(label_of(LineKind(kind)))
    if isinstance(key, int):
        return f"{key:02}:00"
    if by in MEMBERS:
        return i18n.here(label_of(MEMBERS[by](key)))
    known = {
        Dimension.AREA: names.areas,
        Dimension.SITE: names.sites,
        Dimension.WINDOW: names.windows,
        Dimension.GATE: names.gates,
        Dimension.CHECK_SITE: names.check_sites,
        Dimension.CASHIER: names.staff,
        Dimension.UNIT: names.units,
        Dimension.PRODUCT: names.products,
        Dimension.BLANK: names.blanks,
        Dimension.HOLDER: names.holders,
        Dimension.OTA: names.otas,
        Dimension.PROMOTION: names.promotions,
    }.get(by, {})
    return known.get(key) or NOBODY


def orders_behind(wanted: Wanted, key: Key) -> dict[str, str]:
    """The filters of the list of orders that made a row; nothing where it does not know one."""
    if "site_id" in wanted.only:
        return {}
    query = dict(wanted.days)
    for name, values in wanted.only.items():
        if name in FILTER_OF.values():
            query[name] = values[0]
    if len(wanted.area_ids) == 1:
        query["area_id"] = wanted.area_ids[0]
    if isinstance(key, date):
        query |= {"from_on": key.isoformat(), "until_on": key.isoformat()}
    elif wanted.by in FILTER_OF:
        value = key[1] if isinstance(key, tuple) else str(key)
        if not value:
            return {}
        query[FILTER_OF[wanted.by]] = value
    elif wanted.by is Dimension.SITE:
        return {}
    return query
