"""Every statement of the live pages of sites: each walks an index."""

import sqlalchemy as sa
from sqlalchemy import bindparam as b

from domain.admission.devices.tables import devices
from domain.admission.redemptions.tables import passages, redemptions
from domain.commerce.orders.tables import orders
from domain.commerce.shifts.tables import shifts
from domain.kernel.columns import UtcDateTime
from domain.operation.places.tables import gates, windows
from domain.operation.staff.tables import staff

PAID = ("paid", "part_refunded", "refunded")
STRETCHES = 12
_o, _p, _r, _w, _g, _d = orders.c, passages.c, redemptions.c, windows.c, gates.c, devices.c


def _moment(name: str) -> sa.BindParameter[object]:
    return b(name, type_=UtcDateTime)


_windows = sa.select(_w.id).where(_w.sales_site_id == b("site_id"), _w.retired_at.is_(None))
_gates = sa.select(_g.id).where(_g.check_site_id == b("site_id"), _g.retired_at.is_(None))

WINDOWS = (
    sa.select(
        _w.id,
        _w.name_zh,
        _w.name_en,
        shifts.c.id.label("shift_id"),
        shifts.c.status.label("shift_status"),
        shifts.c.opened_at,
        staff.c.name.label("cashier"),
    )
    .select_from(
        windows.outerjoin(
            shifts, sa.and_(shifts.c.window_id == _w.id, shifts.c.status != "closed")
        ).outerjoin(staff, staff.c.id == shifts.c.staff_id)
    )
    .where(_w.sales_site_id == b("site_id"), _w.retired_at.is_(None))
    .order_by(_w.number, _w.id)
)
SOLD = (
    sa.select(
        _o.window_id,
        sa.func.sum(_o.tickets).label("tickets"),
        sa.func.sum(_o.total_minor).label("minor"),
        sa.func.max(_o.placed_at).label("last_at"),
    )
    .where(
        _o.window_id.in_(_windows),
        _o.placed_at >= _moment("day_start"),
        _o.placed_at < _moment("day_end"),
        _o.status.in_(PAID),
    )
    .group_by(_o.window_id)
)
GATES = (
    sa.select(_g.id, _g.name_zh, _g.name_en, _g.status, _g.direction)
    .where(_g.check_site_id == b("site_id"), _g.retired_at.is_(None))
    .order_by(_g.number, _g.id)
)
DEVICES = (
    sa.select(
        _d.id,
        _d.gate_id,
        _d.name,
        _d.presence,
        _d.presence_at,
        _d.seen_at,
        _d.mode,
        _d.secret_hash.is_not(None).label("is_paired"),
    )
    .where(_d.gate_id.in_(_gates), _d.retired_at.is_(None))
    .order_by(_d.name, _d.id)
)
HEADS = (
    sa.select(
        _p.gate_id,
        sa.func.sum(sa.case((_p.counted > 0, _p.counted), else_=0)).label("came"),
        sa.func.sum(sa.case((_p.counted < 0, -_p.counted), else_=0)).label("left"),
    )
    .where(
        _p.gate_id.in_(_gates),
        _p.passed_at >= _moment("day_start"),
        _p.passed_at < _moment("day_end"),
    )
    .group_by(_p.gate_id)
)
_stretches = [
    sa.func.sum(
        sa.case(
            (
                sa.and_(_p.passed_at >= _moment(f"m{n}"), _p.passed_at < _moment(f"m{n + 1}")),
                sa.func.abs(_p.counted),
            ),
            else_=0,
        )
    ).label(f"n{n}")
    for n in range(STRETCHES)
]
LATELY = (
    sa.select(_p.gate_id, *_stretches)
    .where(
        _p.gate_id.in_(_gates),
        _p.passed_at >= _moment("m0"),
        _p.passed_at < _moment(f"m{STRETCHES}"),
    )
    .group_by(_p.gate_id)
)
REFUSED = (
    sa.select(_r.gate_id, _r.refusal, sa.func.count().label("scans"))
    .where(
        _r.gate_id.in_(_gates),
        _r.scanned_at >= _moment("day_start"),
        _r.scanned_at < _moment("day_end"),
        _r.refusal.is_not(None),
    )
    .group_by(_r.gate_id, _r.refusal)
    .order_by(sa.func.count().desc(), _r.refusal)
)
