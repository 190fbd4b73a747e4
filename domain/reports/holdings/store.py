"""Every statement over what is held on cards and in stock, and what moved."""

import sqlalchemy as sa
from sqlalchemy import bindparam as b

from domain.cards.memberships.tables import memberships
from domain.commerce.ledger.tables import OF_MEMBERS, ledger_entries, ledger_postings
from domain.commerce.stock.tables import stock_holdings, stock_kinds, stock_moves
from domain.kernel.columns import UtcDateTime
from domain.kernel.db import among

_m, _p, _e = memberships.c, ledger_postings.c, ledger_entries.c
START, END = b("start", type_=UtcDateTime), b("end", type_=UtcDateTime)

# What happened is found by its moment: an area, joined to an empty text, is not looked up.
CARDS_NOW = (
    sa.select(
        _m.area_id,
        _m.product_id,
        sa.func.sum(_m.principal_minor + _m.bonus_minor).label("balance_minor"),
        sa.func.sum(_m.deposit_minor).label("deposit_minor"),
        sa.func.sum(sa.case((_m.status == "active", 1), else_=0)).label("active"),
    )
    .where(among(_m.area_id, "areas"), _m.product_id.is_not(None))
    .group_by(_m.area_id, _m.product_id)
)
OPENED = sa.select(_m.area_id, _m.product_id, _m.opened_at).where(
    among(_m.area_id.concat(""), "areas"), _m.opened_at >= START, _m.opened_at < END
)
_came = _p.amount_minor < 0  # what the house owes stands on the other side
_way = sa.case(
    (_p.account_kind == "member_deposits", "deposits"),
    (_e.text == "membership.bonus_given", "bonus"),
    (_e.text == "membership.emptied", "returned"),
    (_e.cause_noun == "import", "taken_over"),
    (sa.and_(_e.cause_noun == "refund", sa.not_(_came)), "returned"),
    (sa.and_(_e.cause_noun == "order", _came), "paid_in"),
    else_="spent",
)
_flows = (
    sa.select(_m.area_id, _m.product_id, _way.label("way"), _p.amount_minor)
    .select_from(
        ledger_postings.join(memberships, _m.id == _p.owner_id).join(
            ledger_entries, _e.id == _p.entry_id
        )
    )
    .where(sa.text(OF_MEMBERS), _p.at >= START, _p.at < END)
    .where(among(_m.area_id.concat(""), "areas"), _m.product_id.is_not(None))
    .subquery()
)
_f = _flows.c
CARD_FLOWS = sa.select(
    _f.area_id, _f.product_id, _f.way, (-sa.func.sum(_f.amount_minor)).label("minor")
).group_by(_f.area_id, _f.product_id, _f.way)

_s, _h, _k = stock_moves.c, stock_holdings.c, stock_kinds.c
STOCK_NOW = (
    sa.select(_h.kind_id, _h.holder_id, sa.func.sum(_h.to_no - _h.from_no + 1).label("pieces"))
    .join(stock_kinds, _k.id == _h.kind_id)
    .where(among(_k.area_id, "areas"))
    .group_by(_h.kind_id, _h.holder_id)
)
STOCK_MOVES = (
    sa.select(_s.kind_id, _s.holder_id, _s.act, sa.func.sum(_s.pieces).label("pieces"))
    .join(stock_kinds, _k.id == _s.kind_id)
    .where(among(_k.area_id.concat(""), "areas"), _s.at >= START, _s.at < END)
    .group_by(_s.kind_id, _s.holder_id, _s.act)
)
