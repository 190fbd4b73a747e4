"""Every statement over card products."""

import sqlalchemy as sa
from sqlalchemy import bindparam as b

from domain.cards.products.inputs import CardProductInput
from domain.cards.products.tables import card_products
from domain.operation.places.tables import spots

_p = card_products

GET_PRODUCT = sa.select(_p).where(_p.c.id == b("id"))
LIST_PRODUCTS = (
    sa.select(_p)
    .where(
        _p.c.area_id == b("area"),
        sa.or_(_p.c.status != "retired", b("retired", type_=sa.Boolean)),
    )
    .order_by(_p.c.code)
)
ON_SALE = (
    sa.select(_p)
    .where(_p.c.area_id == b("area"), _p.c.status == "on_sale")
    .order_by(_p.c.kind, _p.c.code)
)
ADD_PRODUCT = _p.insert()
# everything an editor writes, as the columns are named
CHANGE_PRODUCT = (
    _p.update()
    .where(_p.c.id == b("product"), _p.c.version == b("seen"))
    .values(
        {
            **{
                name: b(f"to_{name}", type_=_p.c[name].type)
                for name in (*CardProductInput.model_fields, "scope_bits")
            },
            "status": sa.case((_p.c.status == "draft", "on_sale"), else_=_p.c.status),
            "version": _p.c.version + 1,
        }
    )
    .returning(_p.c.id)
)
SET_STATUS = (
    _p.update()
    .where(_p.c.id == b("product"), _p.c.status == b("seen"))
    .values(status=b("to_status"))
    .returning(_p.c.id)
)
SPOTS_OF_AREA = sa.select(spots.c.id, spots.c.scope_bit).where(spots.c.area_id == b("area"))
