"""Every statement over staff, roles, grants, sessions and counted sign-ins."""

import sqlalchemy as sa
from sqlalchemy import bindparam as b
from sqlalchemy.dialects.postgresql import insert as upsert

from domain.kernel.columns import UtcDateTime
from domain.kernel.db import among
from domain.kernel.db.keyset import Keyset
from domain.operation.places.tables import (
    areas,
    check_sites,
    gates,
    sales_sites,
    spots,
    warehouses,
    windows,
)
from domain.operation.staff.tables import (
    roles,
    sign_in_counters,
    staff,
    staff_roles,
    staff_sessions,
)

NOW = b("now", type_=UtcDateTime)

# -- people

_s = staff
GET_STAFF = sa.select(_s).where(_s.c.id == b("staff_id"))
FIND_STAFF_BY_LOGIN = sa.select(_s).where(_s.c.login == b("login"))
ADD_STAFF = _s.insert()
SAVE_STAFF = (
    _s.update()
    .where(_s.c.id == b("staff_id"), _s.c.version == b("seen_version"))
    .values(
        name=b("new_name"),
        phone=b("new_phone"),
        language=b("new_language"),
        refund_limit_minor=b("new_refund_limit_minor"),
        version=_s.c.version + 1,
    )
    .returning(_s.c.version)
)
SAVE_STATUS = (
    _s.update()
    .where(_s.c.id == b("staff_id"), _s.c.version == b("seen_version"))
    .values(status=b("new_status"), retired_at=b("new_retired_at"), version=_s.c.version + 1)
    .returning(_s.c.version)
)
SAVE_PASSWORD = (
    _s.update()
    .where(_s.c.id == b("staff_id"), _s.c.password_hash == b("seen_hash"))
    .values(
        password_hash=b("new_hash"),
        must_change_password=b("must_change"),
        password_changed_at=b("at", type_=UtcDateTime),
    )
    .returning(_s.c.id)
)
SAVE_TOTP = (
    _s.update()
    .where(_s.c.id == b("staff_id"))
    .values(totp_sealed=b("sealed"), totp_last_step=b("step"))
    .returning(_s.c.id)
)
USE_TOTP_STEP = (
    _s.update()
    .where(_s.c.id == b("staff_id"))
    .where(sa.or_(_s.c.totp_last_step.is_(None), _s.c.totp_last_step < b("step")))
    .values(totp_last_step=b("step"))
    .returning(_s.c.id)
)
SAVE_TASTE = (
    _s.update().where(_s.c.id == b("staff_id")).values(language=b("lang"), theme=b("light"))
)
_has_role = sa.exists().where(staff_roles.c.staff_id == _s.c.id, staff_roles.c.role_id == b("role"))
# whom somebody sees whose right holds at `ids` only
_any_role = sa.exists().where(staff_roles.c.staff_id == _s.c.id)
_is_within = sa.or_(
    _any_role.where(among(staff_roles.c.place_id, "ids")),
    sa.and_(_s.c.added_by == b("viewer"), sa.not_(_any_role)),
    _s.c.id == b("viewer"),
)
_listed = sa.select(_s).where(
    _s.c.status == b("status"),
    sa.or_(
        _s.c.login.ilike(b("like", type_=sa.String), escape="\\"),
        _s.c.name.ilike(b("like", type_=sa.String), escape="\\"),
    ),
    sa.or_(b("role", type_=sa.String) == "", _has_role),
)
LIST_STAFF = Keyset.of(_listed, _s.c.login, ascending=True)
LIST_STAFF_WITHIN = Keyset.of(_listed.where(_is_within), _s.c.login, ascending=True)
IS_WITHIN = sa.select(_s.c.id).where(_s.c.id == b("staff_id"), _is_within)
NAMES = sa.select(_s.c.id, _s.c.login, _s.c.name).where(among(_s.c.id, "ids"))
ANYBODY = sa.select(_s.c.id).limit(1)

# -- roles and grants

_r = roles
LIST_ROLES = sa.select(_r).where(_r.c.retired_at.is_(None)).order_by(_r.c.builtin.desc(), _r.c.code)
GET_ROLE = sa.select(_r).where(_r.c.id == b("role_id"))
FIND_ROLE_BY_CODE = sa.select(_r).where(_r.c.code == b("code"))
ADD_ROLE = _r.insert()
SAVE_ROLE = (
    _r.update()
    .where(_r.c.id == b("role_id"), _r.c.version == b("seen_version"), _r.c.retired_at.is_(None))
    .values(
        name_zh=b("new_name_zh"),
        name_en=b("new_name_en"),
        permissions=b("new_permissions"),
        version=_r.c.version + 1,
    )
    .returning(_r.c.version)
)
RETIRE_ROLE = (
    _r.update()
    .where(_r.c.id == b("role_id"), _r.c.version == b("seen_version"), _r.c.retired_at.is_(None))
    .values(retired_at=b("at", type_=UtcDateTime), version=_r.c.version + 1)
    .returning(_r.c.id)
)

_g = staff_roles
_granted = sa.select(
    _g.c.id,
    _g.c.staff_id,
    _g.c.role_id,
    _g.c.place_kind,
    _g.c.place_id,
    _r.c.code,
    _r.c.name_zh,
    _r.c.name_en,
    _r.c.permissions,
).select_from(_g.join(_r, _r.c.id == _g.c.role_id))
GRANTS_OF = _granted.where(_g.c.staff_id == b("staff_id")).order_by(_r.c.code, _g.c.place_id)
GRANTS_OF_MANY = _granted.where(among(_g.c.staff_id, "ids")).order_by(_r.c.code, _g.c.place_id)
HOLDERS = sa.select(_g.c.staff_id).where(_g.c.role_id == b("role_id")).distinct()
HELD_BY = sa.select(_g.c.role_id, sa.func.count(sa.distinct(_g.c.staff_id)).label("people"))
HELD_BY = HELD_BY.group_by(_g.c.role_id)
ADD_GRANT = _g.insert()
DROP_GRANT = _g.delete().where(_g.c.id == b("grant_id"))
ACTIVE_GRANTS = (  # everybody's grants that have no limit: is an administrator left?
    sa.select(_g.c.staff_id, _r.c.permissions)
    .select_from(_g.join(_r, _r.c.id == _g.c.role_id).join(_s, _s.c.id == _g.c.staff_id))
    .where(_s.c.status == "active", _g.c.place_kind == "everywhere", _r.c.retired_at.is_(None))
    .with_for_update(of=_s)  # two administrators who let each other go at once
)


def _lineage(
    table: sa.Table, site: sa.ColumnElement[str] | None = None
) -> sa.Select[tuple[str, str, str, str]]:
    """The places of a table that stand inside one of `ids`, each with all that holds it."""
    inner = sa.literal("") if site is None else site
    held = [areas.c.unit_id, areas.c.id] + ([] if site is None else [site])
    source = areas if table is areas else table.join(areas, areas.c.id == table.c.area_id)
    return (
        sa.select(table.c.id, areas.c.unit_id, areas.c.id.label("area_id"), inner.label("site_id"))
        .select_from(source)
        .where(sa.or_(*(among(column, "ids") for column in held)))
    )


PLACES_WITHIN = sa.union_all(
    _lineage(areas),
    _lineage(spots),
    _lineage(sales_sites),
    _lineage(check_sites),
    _lineage(windows, windows.c.sales_site_id),
    _lineage(gates, gates.c.check_site_id),
    _lineage(warehouses, sa.func.coalesce(warehouses.c.sales_site_id, "")),
)

# -- sessions

_e = staff_sessions
ADD_SESSION = _e.insert()
FIND_SESSION = (
    sa.select(
        _e.c.id.label("session_id"),
        _e.c.seen_at,
        _e.c.window_id,
        _e.c.gate_id,
        _s.c.id,
        _s.c.login,
        _s.c.name,
        _s.c.language,
        _s.c.theme,
        _s.c.must_change_password,
        _s.c.totp_sealed.is_not(None).label("has_totp"),
        _s.c.refund_limit_minor,
    )
    .select_from(_e.join(_s, _s.c.id == _e.c.staff_id))
    .where(
        _e.c.token_hash == b("token_hash"),
        _e.c.revoked_at.is_(None),
        _e.c.expires_at > NOW,
        _s.c.status == "active",
    )
)
STANDING = sa.select(
    sa.literal("").label("session_id"),
    sa.null().label("window_id"),
    sa.null().label("gate_id"),
    _s.c.id,
    _s.c.login,
    _s.c.name,
    _s.c.language,
    _s.c.theme,
    _s.c.must_change_password,
    _s.c.totp_sealed.is_not(None).label("has_totp"),
    _s.c.refund_limit_minor,
).where(_s.c.id == b("staff_id"), _s.c.status == "active")
TOUCH_SESSION = (
    _e.update()
    .where(_e.c.id == b("session_id"), _e.c.seen_at < NOW, _e.c.revoked_at.is_(None))
    .values(seen_at=NOW)
)
STAND_AT = (
    _e.update()
    .where(_e.c.id == b("session_id"), _e.c.revoked_at.is_(None))
    .values(window_id=b("new_window_id"), gate_id=b("new_gate_id"))
    .returning(_e.c.id)
)
ROTATE_SESSION = (
    _e.update()
    .where(_e.c.id == b("session_id"), _e.c.revoked_at.is_(None))
    .values(token_hash=b("new_token_hash"))
    .returning(_e.c.id)
)
REVOKE_SESSION = (
    _e.update()
    .where(_e.c.id == b("session_id"), _e.c.staff_id == b("owner_id"), _e.c.revoked_at.is_(None))
    .values(revoked_at=NOW)
    .returning(_e.c.id)
)
REVOKE_SESSIONS = (
    _e.update()
    .where(_e.c.staff_id == b("owner_id"), _e.c.id != b("but"), _e.c.revoked_at.is_(None))
    .values(revoked_at=NOW)
    .returning(_e.c.id)
)
_open_session = sa.select(_e, _s.c.login, _s.c.name).select_from(
    _e.join(_s, _s.c.id == _e.c.staff_id)
)
SESSIONS_OF = _open_session.where(
    _e.c.staff_id == b("owner_id"), _e.c.revoked_at.is_(None), _e.c.expires_at > NOW
).order_by(_e.c.id.desc())
OPEN_SESSIONS = Keyset.of(
    _open_session.where(_e.c.revoked_at.is_(None), _e.c.expires_at > NOW), _e.c.id
)
OPEN_SESSIONS_WITHIN = Keyset.of(
    _open_session.where(_e.c.revoked_at.is_(None), _e.c.expires_at > NOW, _is_within), _e.c.id
)
GET_SESSION = sa.select(_e).where(_e.c.id == b("session_id"))
FORGET_SESSIONS = _e.delete().where(_e.c.expires_at < b("long_ago", type_=UtcDateTime))

# -- counted sign-ins

_c = sign_in_counters
LOCK_COUNTER = sa.select(_c).where(_c.c.key == b("key")).with_for_update()
LIST_COUNTERS = sa.select(_c).where(among(_c.c.key, "keys"))
ENSURE_COUNTER = upsert(_c).values(key=b("key"), tries=0, since=b("since"))
ENSURE_COUNTER = ENSURE_COUNTER.on_conflict_do_nothing(index_elements=[_c.c.key])
SAVE_COUNTER = (
    _c.update()
    .where(_c.c.key == b("of_key"))
    .values(
        tries=b("new_tries"),
        since=b("new_since", type_=UtcDateTime),
        locked_until=b("new_locked_until", type_=UtcDateTime),
    )
)
TAKE_BACK_TRY = (
    _c.update().where(_c.c.key == b("of_key"), _c.c.tries > 0).values(tries=_c.c.tries - 1)
)
DROP_COUNTER = _c.delete().where(_c.c.key == b("of_key"))
FORGET_COUNTERS = _c.delete().where(_c.c.since < b("long_ago", type_=UtcDateTime))
