"""Every statement over printers and what waits for them."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import bindparam as b

from domain.kernel.columns import Json, UtcDateTime
from domain.kernel.db import among
from domain.kernel.db.keyset import Keyset
from domain.operation.places.tables import windows
from domain.operation.printers.tables import print_jobs, printer_states, printers

_p, _s, _j = printers.c, printer_states.c, print_jobs.c
NOW = b("now", type_=UtcDateTime)
MOST = b("most", type_=sa.Integer)

# -- printers

ADD_PRINTER = printers.insert()
ADD_STATE = printer_states.insert()
_known = sa.select(printers, _s.trouble, _s.seen_at).join(printer_states, _s.printer_id == _p.id)
GET_PRINTER = _known.where(_p.id == b("id"))
ALL_PRINTERS = _known.order_by(_p.retired_at.is_not(None), _p.name, _p.id)
LIVING = _known.where(_p.retired_at.is_(None)).order_by(_p.id)
SERVING = _known.where(
    _p.retired_at.is_(None), _p.post_id.in_([b("post_id"), b("site_id")])
).order_by((_p.post_id != b("post_id")), _p.created_at, _p.id)
SITE_OF_WINDOW = sa.select(windows.c.sales_site_id).where(windows.c.id == b("window_id"))
_FIELDS = (
    "name",
    "post_kind",
    "post_id",
    "language",
    "host",
    "port",
    "width_mm",
    "height_mm",
    "gap_mm",
    "has_cutter",
    "drawer_pin",
    "confirms",
)
CHANGE_PRINTER = (
    printers.update()
    .where(_p.id == b("printer_id"), _p.version == b("seen"), _p.retired_at.is_(None))
    .values(
        version=_p.version + 1,
        documents=b("new_documents", type_=Json),
        **{name: b(f"new_{name}") for name in _FIELDS},
    )
    .returning(_p.id)
)
RETIRE_PRINTER = (
    printers.update()
    .where(_p.id == b("printer_id"), _p.version == b("seen"), _p.retired_at.is_(None))
    .values(version=_p.version + 1, retired_at=NOW)
    .returning(_p.id)
)

# -- what is known of a printer, and who prints on it

CLAIM = (
    printer_states.update()
    .where(
        _s.printer_id == b("printer"),
        sa.or_(_s.holder == b("me"), _s.held_until <= NOW),
    )
    .values(holder=b("me"), held_until=b("until", type_=UtcDateTime))
    .returning(_s.printer_id)
)
RELEASE = (
    printer_states.update()
    .where(_s.printer_id == b("printer"), _s.holder == b("me"))
    .values(held_until=NOW)
)
SEE = (
    printer_states.update()
    .where(_s.printer_id == b("printer"))
    .values(trouble=b("what"), seen_at=NOW)
)

# -- the worker

ADD_JOB = print_jobs.insert()
GET_JOB = sa.select(print_jobs).where(_j.id == b("id"))
_is_open = _j.status.in_(["queued", "sending"])
BUSY = sa.select(_j.printer_id).where(_is_open, _j.due_at <= NOW).distinct()
HEAD = (
    sa.select(print_jobs)
    .where(_j.printer_id == b("printer"), _j.status == "queued")
    .order_by(_j.queued_at, _j.place, _j.id)
    .limit(1)
)
LOST = sa.select(print_jobs).where(_j.printer_id == b("printer"), _j.status == "sending")
BEGIN = (
    print_jobs.update()
    .where(_j.id == b("job"), _j.printer_id == b("printer"), _j.status == "queued")
    .values(
        status="sending",
        worker=b("me"),
        started_at=NOW,
        attempts=_j.attempts + 1,
        trouble=None,
    )
    .returning(_j.id)
)
POSTPONE = (
    print_jobs.update()
    .where(
        _j.id == b("job"),
        _j.printer_id == b("printer"),
        _j.status.in_(["queued", "sending"]),
    )
    .values(
        status="queued",
        worker=None,
        attempts=_j.attempts + 1,
        trouble=b("what"),
        due_at=b("again_at", type_=UtcDateTime),
    )
    .returning(_j.id)
)
END = (
    print_jobs.update()
    .where(_j.id == b("job"), _j.status == b("seen"))
    .values(status=b("new_status"), trouble=b("what"), problem=b("why"), ended_at=NOW)
    .returning(_j.id)
)

# -- people

AGAIN = (
    print_jobs.update()
    .where(_j.id == b("job"), _j.status == "failed")
    .values(
        status="queued",
        attempts=0,
        trouble=None,
        problem="",
        queued_at=NOW,
        due_at=NOW,
        give_up_at=b("until", type_=UtcDateTime),
        ended_at=None,
    )
    .returning(_j.id)
)
REDIRECT = (
    print_jobs.update()
    .where(_j.id == b("job"), _j.status.in_(["queued", "failed"]))
    .values(
        printer_id=b("to_printer"),
        status="queued",
        attempts=0,
        trouble=None,
        problem="",
        due_at=NOW,
        give_up_at=b("until", type_=UtcDateTime),
        ended_at=None,
    )
    .returning(_j.id)
)
JOBS_OF_CAUSE = (
    sa.select(print_jobs).where(_j.cause_id == b("cause_id")).order_by(_j.queued_at, _j.place)
)
NEWEST_OF = (
    sa.select(print_jobs)
    .where(among(_j.subject_id, "ids"), _j.document == b("document"))
    .order_by(_j.queued_at, _j.place, _j.id)
)
WAITING_AT = (
    sa.select(_j.printer_id, _j.status, sa.func.count().label("n"))
    .where(_is_open)
    .group_by(_j.printer_id, _j.status)
)
CANCEL_ALL = (
    print_jobs.update()
    .where(_j.printer_id == b("printer"), _j.status == "queued")
    .values(status="cancelled", ended_at=NOW)
)


def _listed(*conditions: sa.ColumnElement[bool]) -> Keyset:
    return Keyset.of(sa.select(print_jobs).where(*conditions), _j.queued_at, _j.id)


_of_status = among(_j.status, "statuses")
_of_printers = among(_j.printer_id, "printers")
LIST_JOBS = _listed(_of_status, _of_printers)


def _counted(*conditions: sa.ColumnElement[bool]) -> sa.Select[Any]:
    some = sa.select(_j.id).where(*conditions).limit(MOST).subquery()
    return sa.select(sa.func.count().label("n")).select_from(some)


COUNT_JOBS = _counted(_of_status, _of_printers)
FORGET = print_jobs.delete().where(
    _j.id.in_(
        sa.select(_j.id)
        .where(
            _j.status.in_(["done", "cancelled"]),
            _j.queued_at < b("long_ago", type_=UtcDateTime),
            ~sa.exists().where(print_jobs.alias("a").c.again_of == _j.id),
        )
        .limit(MOST)
    )
)
