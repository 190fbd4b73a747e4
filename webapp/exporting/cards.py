"""Member cards as a file: the list of the office with the filters of its page."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from domain.cards import memberships, products
from domain.cards.memberships import MembershipStatus
from domain.kernel import clock
from domain.kernel.db import Tx
from domain.kernel.db.keyset import Cut
from domain.kernel.errors import InvalidInput, say
from domain.operation.staff import Permission, SignedIn
from webapp import forms, i18n, office_orders
from webapp.exporting.model import (
    AT_ONCE,
    Cell,
    Column,
    ExportList,
    Key,
    Kind,
    Piece,
    Reading,
    unknown,
)
from webapp.forms import Typed
from webapp.office_cards import FilterForm
from webapp.office_orders import name_of
from webapp.words import label_of

SEE = Permission.CARDS_SEE


async def opened(tx: Tx, staff: SignedIn, typed: Typed) -> Reading:
    wanted = forms.parse(FilterForm, typed)
    if wanted.q:
        raise InvalidInput({}, say("A search cannot be taken away. Narrow the list by filters."))
    areas = await office_orders.areas_for(tx, staff, SEE)
    area_id = wanted.area_id if wanted.area_id in areas else next(iter(areas), "")
    kinds = await products.list_products(tx, area_id, True)
    names = {row.id: name_of(row) for row in kinds}
    words = {status.value: i18n.here(label_of(status)) for status in MembershipStatus}
    now = clock.utc_now()

    async def read(tx: Tx, behind: Key | None) -> Piece:
        cut = Cut(behind, most=AT_ONCE)
        if wanted.ending is not None:
            until = now + timedelta(days=min(wanted.ending, 3_650))
            rows = await memberships.list_ending(tx, area_id, now, until, cut)
        else:
            rows = await memberships.list_cards(
                tx,
                area_id,
                cut,
                status=wanted.status,
                product_id=wanted.product_id,
                level=wanted.level,
            )
        last = rows[-1] if len(rows) == AT_ONCE else None
        first = "valid_until" if wanted.ending is not None else "created_at"
        key = (getattr(last, first), last.id) if last else None
        return Piece([cells(row, names, words) for row in rows], key)

    return Reading(read, unknown)


def cells(row: Any, names: dict[str, str], words: dict[str, str]) -> Sequence[Cell]:
    return (
        row.number,
        names.get(row.product_id, ""),
        words[row.status],
        row.holder_name or "",
        row.phone_mask or "",
        row.principal_minor,
        row.bonus_minor,
        row.deposit_minor,
        row.uses_left,
        row.points,
        row.opened_at,
        row.valid_until,
    )


LIST = ExportList(
    say("Member cards"),
    SEE,
    (
        Column(say("Card number"), width=18),
        Column(say("Kind of card"), width=18),
        Column(say("State")),
        Column(say("Card holder")),
        Column(say("Phone")),
        Column(say("Principal"), Kind.MONEY),
        Column(say("Bonus"), Kind.MONEY),
        Column(say("Card deposit"), Kind.MONEY),
        Column(say("Card entries"), Kind.NUMBER, 8),
        Column(say("Points"), Kind.NUMBER, 10),
        Column(say("Opened as a card"), Kind.MOMENT, 20),
        Column(say("Valid until"), Kind.MOMENT, 20),
    ),
    opened,
)
