"""Staff, roles, and the sessions of those who are signed in."""

import sqlalchemy as sa

from domain.kernel.columns import Bytes, Id, Json, Name, UtcDateTime, Word, metadata, one_of
from domain.operation.places.model import PlaceKind
from domain.operation.staff.model import StaffStatus

staff = sa.Table(
    "staff",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("login", sa.String(64), nullable=False, unique=True),  # stored in lower case
    sa.Column("name", Name, nullable=False),
    sa.Column("phone", sa.String(40), nullable=False, server_default=""),
    sa.Column("password_hash", sa.String(200), nullable=False),  # argon2id, with its parameters
    sa.Column("must_change_password", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("password_changed_at", UtcDateTime, nullable=False),
    sa.Column("totp_sealed", Bytes),  # the shared secret, sealed by the vault
    sa.Column("totp_last_step", sa.BigInteger),  # a code is good once
    sa.Column("language", sa.String(8), nullable=False, server_default="zh"),
    sa.Column("theme", sa.String(8), nullable=False, server_default=""),  # light, dark, or system
    sa.Column("refund_limit_minor", sa.BigInteger),  # none: the setting's
    sa.Column("status", Word, nullable=False, server_default="active"),
    sa.Column("version", sa.Integer, nullable=False, server_default="1"),
    sa.Column("added_by", Id),  # until they have a role they are this person's business
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("retired_at", UtcDateTime),
    one_of("status", StaffStatus),
)

roles = sa.Table(
    "roles",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("code", sa.String(32), nullable=False, unique=True),
    sa.Column("name_zh", Name, nullable=False),
    sa.Column("name_en", Name, nullable=False),
    sa.Column("builtin", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("permissions", Json, nullable=False),  # a list of Permission words
    sa.Column("version", sa.Integer, nullable=False, server_default="1"),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("retired_at", UtcDateTime),
)

staff_roles = sa.Table(
    "staff_roles",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("staff_id", Id, sa.ForeignKey("staff.id"), nullable=False, index=True),
    sa.Column("role_id", Id, sa.ForeignKey("roles.id"), nullable=False, index=True),
    sa.Column("place_kind", Word, nullable=False, server_default="everywhere"),
    sa.Column("place_id", Id, nullable=False, server_default=""),
    sa.UniqueConstraint("staff_id", "role_id", "place_kind", "place_id"),
    one_of("place_kind", PlaceKind),
)

staff_sessions = sa.Table(
    "staff_sessions",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("token_hash", sa.String(64), nullable=False, unique=True),  # SHA-256
    sa.Column("staff_id", Id, sa.ForeignKey("staff.id"), nullable=False, index=True),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("seen_at", UtcDateTime, nullable=False),
    sa.Column("expires_at", UtcDateTime, nullable=False),
    sa.Column("revoked_at", UtcDateTime),
    sa.Column("address", sa.String(64), nullable=False, server_default=""),
    sa.Column("user_agent", sa.String(200), nullable=False, server_default=""),
    sa.Column("window_id", Id, sa.ForeignKey("windows.id")),  # the window this till stands at
    sa.Column("gate_id", Id, sa.ForeignKey("gates.id")),  # the gate this tablet stands at
)

# Counted before a password is looked at, so that many tries at once count as many.
sign_in_counters = sa.Table(
    "sign_in_counters",
    metadata,
    sa.Column("key", sa.String(100), primary_key=True),  # login:SHA-256 of it, address:...
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("since", UtcDateTime, nullable=False, index=True),
    sa.Column("locked_until", UtcDateTime),
)
