"""Agents, their levels, what they pay, what they owe, and the keys of their programs."""

import sqlalchemy as sa

from domain.commerce.agents.model import AgentAct, AgentStatus
from domain.kernel.columns import Id, Minor, Name, UtcDateTime, Word, metadata, one_of

agent_levels = sa.Table(
    "agent_levels",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("area_id", Id, sa.ForeignKey("areas.id"), nullable=False, index=True),
    sa.Column("name_zh", Name, nullable=False),
    sa.Column("name_en", Name, nullable=False, server_default=""),
    sa.Column("off_bps", sa.Integer, nullable=False),  # below the list price, of any ticket
    sa.Column("version", sa.Integer, nullable=False, server_default="1"),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("retired_at", UtcDateTime),
    sa.CheckConstraint("off_bps BETWEEN 0 AND 10000", name="off_bps_share"),
)

agent_level_prices = sa.Table(  # where a ticket type has a rate or a floor of its own
    "agent_level_prices",
    metadata,
    sa.Column("level_id", Id, sa.ForeignKey("agent_levels.id"), primary_key=True),
    sa.Column("ticket_type_id", Id, sa.ForeignKey("ticket_types.id"), primary_key=True),
    sa.Column("off_bps", sa.Integer, nullable=False),
    sa.Column("floor_minor", Minor, nullable=False, server_default="0"),
    sa.CheckConstraint("off_bps BETWEEN 0 AND 10000", name="off_bps_share"),
    sa.CheckConstraint("floor_minor >= 0", name="floor_not_negative"),
)

agents = sa.Table(
    "agents",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("area_id", Id, sa.ForeignKey("areas.id"), nullable=False),
    sa.Column("code", sa.String(32), nullable=False, unique=True),
    sa.Column("name", Name, nullable=False),
    sa.Column("contact", Name, nullable=False, server_default=""),
    sa.Column("phone", sa.String(40), nullable=False, server_default=""),
    sa.Column("email", sa.String(200), nullable=False, server_default=""),
    sa.Column("level_id", Id, sa.ForeignKey("agent_levels.id"), nullable=False),
    sa.Column("gate_id", Id, sa.ForeignKey("gates.id")),  # where its programs redeem; none: nowhere
    sa.Column("status", Word, nullable=False),
    sa.Column("credit_limit_minor", Minor, nullable=False, server_default="0"),
    sa.Column("prepaid_minor", Minor, nullable=False, server_default="0"),
    sa.Column("owed_minor", Minor, nullable=False, server_default="0"),
    sa.Column("credit_frozen_at", UtcDateTime),  # overdue: the deposit stays usable
    sa.Column("access_hash", sa.String(200)),  # of the code that opens the portal, argon2id
    sa.Column("version", sa.Integer, nullable=False, server_default="1"),
    sa.Column("created_at", UtcDateTime, nullable=False),
    one_of("status", AgentStatus),
    sa.CheckConstraint(
        "prepaid_minor >= 0 AND owed_minor >= 0 AND credit_limit_minor >= 0", name="not_negative"
    ),
    sa.Index("ix_agents_area", "area_id", "code"),
)

agent_entries = sa.Table(  # append-only: each movement, and what was left after it
    "agent_entries",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("agent_id", Id, sa.ForeignKey("agents.id"), nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("act", Word, nullable=False),
    sa.Column("cause_id", Id, nullable=False),  # a payment; of what came in, the request
    sa.Column("order_id", Id, sa.ForeignKey("orders.id")),
    sa.Column("prepaid_minor", Minor, nullable=False),  # more is positive
    sa.Column("owed_minor", Minor, nullable=False),
    sa.Column("prepaid_after_minor", Minor, nullable=False),
    sa.Column("owed_after_minor", Minor, nullable=False),
    sa.Column("reference", sa.String(120), nullable=False, server_default=""),
    one_of("act", AgentAct),
    sa.Index("ix_agent_entries_agent", "agent_id", "at", "id"),
    sa.Index("ix_agent_entries_order_id", "order_id"),
    info={"append_only": True},
)

agent_statements = sa.Table(  # one a month; `due_at` is when the credit freezes
    "agent_statements",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("agent_id", Id, sa.ForeignKey("agents.id"), nullable=False),
    sa.Column("month", sa.Date, nullable=False),  # its first day
    sa.Column("opening_prepaid_minor", Minor, nullable=False),
    sa.Column("opening_owed_minor", Minor, nullable=False),
    sa.Column("charged_minor", Minor, nullable=False),
    sa.Column("refunded_minor", Minor, nullable=False),
    sa.Column("received_minor", Minor, nullable=False),
    sa.Column("closing_prepaid_minor", Minor, nullable=False),
    sa.Column("closing_owed_minor", Minor, nullable=False),
    sa.Column("issued_at", UtcDateTime, nullable=False),
    sa.Column("due_at", UtcDateTime, nullable=False),
    sa.Column("settled_at", UtcDateTime),
    sa.UniqueConstraint("agent_id", "month"),
    sa.CheckConstraint(
        "closing_prepaid_minor - closing_owed_minor = opening_prepaid_minor - opening_owed_minor"
        " - charged_minor + refunded_minor + received_minor",
        name="adds_up",
    ),
)

agent_keys = sa.Table(  # for programs: the row holds the hash of what they send
    "agent_keys",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("agent_id", Id, sa.ForeignKey("agents.id"), nullable=False, index=True),
    sa.Column("name", Name, nullable=False),
    sa.Column("token_hash", sa.String(64), nullable=False, unique=True),
    sa.Column("shown", sa.String(12), nullable=False),  # its first characters, to tell it by
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("created_by", Id),
    sa.Column("used_at", UtcDateTime),
    sa.Column("revoked_at", UtcDateTime),
)

agent_visits = sa.Table(  # browsers in the portal: the cookie holds a token, the row its hash
    "agent_visits",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("agent_id", Id, sa.ForeignKey("agents.id"), nullable=False, index=True),
    sa.Column("token_hash", sa.String(64), nullable=False, unique=True),
    sa.Column("begun_at", UtcDateTime, nullable=False),
    sa.Column("ends_at", UtcDateTime, nullable=False, index=True),
)
