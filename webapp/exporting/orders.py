"""Orders as a file: the list of the office with the filters of its page."""

from collections.abc import Sequence
from typing import NamedTuple

from domain.commerce import orders
from domain.commerce.orders import After, Brief, OrderStatus
from domain.kernel import clock
from domain.kernel.channels import Channel
from domain.kernel.db import Tx
from domain.kernel.errors import InvalidInput, say
from domain.operation.staff import Permission, SignedIn
from webapp import forms, i18n, office_orders
from webapp.exporting.model import AT_ONCE, Cell, Column, ExportList, Key, Kind, Piece, Reading
from webapp.forms import Typed
from webapp.office_orders import FilterForm, Named, filter_of, lines_text
from webapp.words import label_of

MOST_COUNTED = 10_000_000
SEE = Permission.ORDERS_SEE


async def opened(tx: Tx, staff: SignedIn, typed: Typed) -> Reading:
    wanted = forms.parse(FilterForm, typed)
    if wanted.q:
        raise InvalidInput({}, say("A search cannot be taken away. Narrow the list by filters."))
    names = await office_orders.names_for(tx, staff, SEE)
    chosen = filter_of(wanted, names, limited=staff.is_limited(SEE), now=clock.utc_now())

    words = Words(
        {status.value: i18n.here(label_of(status)) for status in OrderStatus},
        {channel.value: i18n.here(label_of(channel)) for channel in Channel},
    )

    async def read(tx: Tx, behind: Key | None) -> Piece:
        if chosen is None:
            return Piece([], None)
        found = await orders.list_brief(tx, chosen, After(*behind) if behind else None, AT_ONCE)
        last = found[-1].row if len(found) == AT_ONCE else None
        return Piece(
            [cells(order, names, words) for order in found],
            (last.placed_at, last.id) if last else None,
        )

    async def length(tx: Tx) -> int | None:
        if chosen is None:
            return 0
        return (await orders.count_orders(tx, chosen, MOST_COUNTED)).many

    return Reading(read, length)


class Words(NamedTuple):
    """What statuses and channels are called, by their value."""

    statuses: dict[str, str]
    channels: dict[str, str]


def cells(order: Brief, names: Named, words: Words) -> Sequence[Cell]:
    row = order.row
    return (
        row.number,
        row.placed_at,
        words.statuses[row.status],
        words.channels[row.channel],
        names.areas.get(row.area_id, ""),
        names.windows.get(row.window_id, ""),
        names.staff.get(row.staff_id, ""),
        lines_text(order.lines),
        row.visit_on,
        row.tickets,
        row.persons,
        row.total_minor,
        row.refunded_minor,
        row.contact_name,
        row.phone_mask,
    )


LIST = ExportList(
    say("Orders"),
    SEE,
    (
        Column(say("Order"), width=18),
        Column(say("Placed"), Kind.MOMENT, 20),
        Column(say("State")),
        Column(say("Channel")),
        Column(say("Scenic area"), width=18),
        Column(say("Window"), width=18),
        Column(say("Cashier")),
        Column(say("What"), width=40),
        Column(say("Visit on"), Kind.DAY, 12),
        Column(say("Tickets"), Kind.NUMBER, 8),
        Column(say("Persons"), Kind.NUMBER, 8),
        Column(say("Amount"), Kind.MONEY),
        Column(say("Refunded"), Kind.MONEY),
        Column(say("Contact")),
        Column(say("Phone")),
    ),
    opened,
)
