"""Every statement over imports."""

import sqlalchemy as sa
from sqlalchemy import bindparam as b
from sqlalchemy.dialects.postgresql import insert

from domain.kernel.columns import Json, UtcDateTime
from domain.kernel.db import among
from domain.kernel.db.keyset import Keyset
from domain.operation.imports.tables import (
    import_mappings,
    import_parts,
    import_rows,
    imported_subjects,
    imports,
)
from domain.operation.jobs.tables import jobs

_i, _p, _r, _s, _m = (
    imports.c,
    import_parts.c,
    import_rows.c,
    imported_subjects.c,
    import_mappings.c,
)
ADD_IMPORT, ADD_PART, ADD_ROW = imports.insert(), import_parts.insert(), import_rows.insert()
_with_job = sa.select(
    imports,
    jobs.c.status.label("job_status"),
    jobs.c.done_steps,
    jobs.c.all_steps,
    jobs.c.error.label("problem"),
).join(jobs, jobs.c.id == _i.job_id, isouter=True)
GET = _with_job.where(_i.id == b("import_id"))
LOCK = sa.select(imports).where(_i.id == b("import_id")).with_for_update()
LIST = Keyset.of(_with_job, _i.created_at, _i.id)
LIST_WITHIN = Keyset.of(_with_job.where(among(_i.area_id, "areas")), _i.created_at, _i.id)
MOVE = (
    imports.update()
    .where(_i.id == b("import_id"), _i.status == b("seen"))
    .values(status=b("to_status"))
    .returning(_i.id)
)
MAP = imports.update().where(_i.id == b("import_id")).values(mapping=b("columns", type_=Json))
SET_JOB = imports.update().where(_i.id == b("import_id")).values(job_id=b("job"))
NOTE_CHECKED = (
    imports.update()
    .where(_i.id == b("import_id"))
    .values(
        good_rows=b("good"), bad_rows=b("bad"), known_rows=b("known"), figures=b("sums", type_=Json)
    )
)
ASK = (
    imports.update()
    .where(_i.id == b("import_id"))
    .values(
        is_partial=b("partial"),
        backup=b("the_backup"),
        reason=b("why"),
        approval_id=b("approval"),
    )
)
START = (
    imports.update()
    .where(_i.id == b("import_id"))
    .values(before=b("sums", type_=Json), started_at=b("now", type_=UtcDateTime))
)
END = (
    imports.update()
    .where(_i.id == b("import_id"))
    .values(after=b("sums", type_=Json), ended_at=b("now", type_=UtcDateTime))
)

# -- the file

PART = sa.select(_p.sealed).where(_p.import_id == b("import_id"), _p.part == b("part"))
WIPE_PARTS = import_parts.delete().where(_p.import_id == b("import_id"))
NOTE_WIPED = (
    imports.update()
    .where(_i.id == b("import_id"), _i.wiped_at.is_(None))
    .values(wiped_at=b("now", type_=UtcDateTime))
)
STALE = (
    sa.select(_i.id)
    .where(
        _i.status.in_(["received", "checked"]),
        _i.wiped_at.is_(None),
        _i.created_at < b("long_ago", type_=UtcDateTime),
    )
    .order_by(_i.created_at)
    .limit(b("most"))
)

# -- rows

DROP_ROWS = import_rows.delete().where(_r.import_id == b("import_id"))
ROWS_BETWEEN = (
    sa.select(import_rows)
    .where(
        _r.import_id == b("import_id"),
        _r.position >= b("first"),
        _r.position <= b("last"),
    )
    .order_by(_r.position)
)
WITH_STATUS = (
    sa.select(import_rows)
    .where(
        _r.import_id == b("import_id"),
        among(_r.status, "statuses"),
        _r.position > b("after"),
    )
    .order_by(_r.position)
    .limit(b("most"))
)
NEWEST_DONE = (
    sa.select(import_rows)
    .where(_r.import_id == b("import_id"), _r.status == "done")
    .order_by(_r.position.desc())
    .limit(b("most"))
)
MOVE_ROW = (
    import_rows.update()
    .where(_r.import_id == b("batch"), _r.position == b("at_position"), _r.status == b("seen"))
    .values(status=b("to_status"), subject_id=b("subject"), problems=b("mistakes", type_=Json))
    .returning(_r.position)
)
COUNTS = (
    sa.select(_r.status, sa.func.count().label("many"))
    .where(_r.import_id == b("import_id"))
    .group_by(_r.status)
)
FIGURES = sa.select(_r.figures).where(
    _r.import_id == b("import_id"), _r.status.in_(["done", "kept"])
)
OVER = (
    sa.select(_i.id, _i.kind, _i.file_name)
    .where(_i.status.in_(["done", "undone"]), _i.id > b("after"))
    .order_by(_i.id)
    .limit(b("most"))
)

# -- what has come in

KNOWN = sa.select(_s.external_id).where(
    _s.area_id == b("area"),
    _s.kind == b("kind"),
    _s.source == b("source"),
    among(_s.external_id, "ids"),
)
ADD_SUBJECT = imported_subjects.insert()
DROP_SUBJECT = imported_subjects.delete().where(
    _s.import_id == b("import_id"), _s.external_id == b("external_id")
)

# -- which column is which

MAPPING = sa.select(_m.columns).where(
    _m.area_id == b("area"), _m.kind == b("kind"), _m.source == b("source")
)
_new = insert(import_mappings).values(
    area_id=b("area"), kind=b("kind"), source=b("source"), columns=b("named", type_=Json)
)
KEEP_MAPPING = _new.on_conflict_do_update(
    index_elements=["area_id", "kind", "source"], set_={"columns": _new.excluded.columns}
)
