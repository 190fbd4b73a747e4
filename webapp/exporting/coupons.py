"""Codes of a batch of coupons as a file, for whoever gives them away."""

from collections.abc import Sequence
from typing import Any

from domain.commerce import promotions
from domain.commerce.promotions import CouponStatus
from domain.kernel.db import Tx
from domain.kernel.db.keyset import Cut
from domain.kernel.errors import say
from domain.operation.staff import Permission, SignedIn
from webapp import forms, i18n
from webapp.exporting.model import Cell, Column, ExportList, Kind, Reading, by_keyset
from webapp.form_fields import Count, Id
from webapp.forms import Form, Typed
from webapp.words import label_of

EDIT = Permission.PROMOTIONS_EDIT


class CouponsForm(Form):
    promotion_id: Id
    batch: Count


async def opened(tx: Tx, staff: SignedIn, typed: Typed) -> Reading:
    wanted = forms.parse(CouponsForm, typed)
    row = await promotions.get(tx, wanted.promotion_id)
    staff.must(EDIT, row.area_id)

    async def page(tx: Tx, cut: Cut) -> Sequence[Any]:
        return await promotions.coupons.page(tx, wanted.promotion_id, wanted.batch, cut)

    return by_keyset(page, lambda row: (row.id,), cells)


def cells(row: Any) -> Sequence[Cell]:
    return (row.code, i18n.here(label_of(CouponStatus(row.status))), row.made_at, row.taken_at)


LIST = ExportList(
    say("Coupons"),
    EDIT,
    (
        Column(say("Code"), width=20),
        Column(say("State")),
        Column(say("Made"), Kind.MOMENT, 20),
        Column(say("Used"), Kind.MOMENT, 20),
    ),
    opened,
)
