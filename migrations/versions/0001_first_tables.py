"""first tables"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from domain.kernel import columns

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "approvals",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("noun", sa.String(length=32), nullable=False),
        sa.Column("subject_id", sa.String(length=36), nullable=False),
        sa.Column("area_id", sa.String(length=36), nullable=True),
        sa.Column("amount_minor", sa.BigInteger(), nullable=True),
        sa.Column("payload", columns.Json(), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("requested_by", sa.String(length=36), nullable=False),
        sa.Column("requested_at", columns.UtcDateTime(), nullable=False),
        sa.Column("decided_by", sa.String(length=36), nullable=True),
        sa.Column("decided_at", columns.UtcDateTime(), nullable=True),
        sa.Column("note", sa.String(length=400), server_default="", nullable=False),
        sa.CheckConstraint(
            "status IN ('requested', 'approved', 'rejected', 'withdrawn')",
            name=op.f("ck_approvals_status_known"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approvals")),
    )
    op.create_index("ix_approvals_decided", "approvals", ["decided_at"], unique=False)
    op.create_index("ix_approvals_requested", "approvals", ["requested_at", "id"], unique=False)
    op.create_index(
        "ix_approvals_requested_by",
        "approvals",
        ["requested_by", "requested_at", "id"],
        unique=False,
    )
    op.create_index(
        "ix_approvals_status", "approvals", ["status", "requested_at", "id"], unique=False
    )
    op.create_index("ix_approvals_subject", "approvals", ["noun", "subject_id"], unique=False)
    op.create_index(
        "ux_approvals_open",
        "approvals",
        ["kind", "noun", "subject_id"],
        unique=True,
        sqlite_where=sa.text("status = 'requested'"),
        postgresql_where=sa.text("status = 'requested'"),
    )
    op.create_table(
        "audit_entries",
        sa.Column(
            "seq",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("at", columns.UtcDateTime(), nullable=False),
        sa.Column("actor_kind", sa.String(length=32), nullable=False),
        sa.Column("actor_id", sa.String(length=36), nullable=True),
        sa.Column("place_id", sa.String(length=36), nullable=True),
        sa.Column("area_id", sa.String(length=36), nullable=True),
        sa.Column("address", sa.String(length=64), nullable=True),
        sa.Column("act", sa.String(length=64), nullable=False),
        sa.Column("noun", sa.String(length=32), nullable=False),
        sa.Column("subject_id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=True),
        sa.Column("request_id", sa.String(length=16), nullable=True),
        sa.Column("detail", columns.Json(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit_entries")),
        info={"append_only": True},
        sqlite_autoincrement=True,
    )
    op.create_index("ix_audit_entries_act", "audit_entries", ["act", "seq"], unique=False)
    op.create_index("ix_audit_entries_actor", "audit_entries", ["actor_id", "seq"], unique=False)
    op.create_index(
        "ix_audit_entries_area_id",
        "audit_entries",
        ["area_id", "seq"],
        unique=False,
        sqlite_where=sa.text("area_id IS NOT NULL"),
        postgresql_where=sa.text("area_id IS NOT NULL"),
    )
    op.create_index("ix_audit_entries_at", "audit_entries", ["at"], unique=False)
    op.create_index("ix_audit_entries_noun", "audit_entries", ["noun", "seq"], unique=False)
    op.create_index(
        "ix_audit_entries_number",
        "audit_entries",
        ["number", "seq"],
        unique=False,
        sqlite_where=sa.text("number IS NOT NULL"),
        postgresql_where=sa.text("number IS NOT NULL"),
    )
    op.create_index(
        "ix_audit_entries_request_id",
        "audit_entries",
        ["request_id", "seq"],
        unique=False,
        sqlite_where=sa.text("request_id IS NOT NULL"),
        postgresql_where=sa.text("request_id IS NOT NULL"),
    )
    op.create_index(
        "ix_audit_entries_subject", "audit_entries", ["noun", "subject_id", "seq"], unique=False
    )
    op.create_table(
        "audit_seals",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("first_seq", sa.BigInteger(), nullable=False),
        sa.Column("last_seq", sa.BigInteger(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("sealed_at", columns.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_seals")),
        sa.UniqueConstraint("last_seq", name=op.f("uq_audit_seals_last_seq")),
        info={"append_only": True},
    )
    op.create_table(
        "backups",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("cause", sa.String(length=32), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("job_id", sa.String(length=36), nullable=True),
        sa.Column("requested_by", sa.String(length=36), nullable=True),
        sa.Column("started_at", columns.UtcDateTime(), nullable=False),
        sa.Column("made_at", columns.UtcDateTime(), nullable=True),
        sa.Column("size_bytes", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("sha256", sa.String(length=64), server_default="", nullable=False),
        sa.Column("problem", sa.String(length=400), server_default="", nullable=False),
        sa.Column("copied_at", columns.UtcDateTime(), nullable=True),
        sa.Column("copy_problem", sa.String(length=400), server_default="", nullable=False),
        sa.Column("tested", sa.String(length=32), nullable=True),
        sa.Column("tested_at", columns.UtcDateTime(), nullable=True),
        sa.Column("removed_at", columns.UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "cause IN ('scheduled', 'asked', 'found')", name=op.f("ck_backups_cause_known")
        ),
        sa.CheckConstraint(
            "status IN ('making', 'made', 'failed', 'removed')",
            name=op.f("ck_backups_status_known"),
        ),
        sa.CheckConstraint(
            "tested IN ('running', 'passed', 'failed')", name=op.f("ck_backups_tested_known")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_backups")),
        sa.UniqueConstraint("job_id", name=op.f("uq_backups_job_id")),
        sa.UniqueConstraint("name", name=op.f("uq_backups_name")),
    )
    op.create_index("ix_backups_started", "backups", ["started_at", "id"], unique=False)
    op.create_index("ix_backups_status", "backups", ["status", "started_at"], unique=False)
    op.create_table(
        "batches",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("area_id", sa.String(length=36), nullable=False),
        sa.Column("noun", sa.String(length=32), nullable=False),
        sa.Column("field", sa.String(length=32), nullable=False),
        sa.Column("principle", sa.String(length=32), nullable=False),
        sa.Column("parameters", columns.Json(), nullable=False),
        sa.Column("is_partial", sa.Boolean(), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("created_by", sa.String(length=36), nullable=False),
        sa.Column("created_at", columns.UtcDateTime(), nullable=False),
        sa.Column("reason", sa.String(length=500), server_default="", nullable=False),
        sa.Column("approval_id", sa.String(length=36), nullable=True),
        sa.Column("job_id", sa.String(length=36), nullable=True),
        sa.Column("applied_at", columns.UtcDateTime(), nullable=True),
        sa.Column("undone_at", columns.UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "principle IN ('even', 'sequential', 'weighted', 'uniform', 'by_attribute', 'least_loaded', 'manual')",
            name=op.f("ck_batches_principle_known"),
        ),
        sa.CheckConstraint(
            "status IN ('previewed', 'requested', 'applying', 'applied', 'rejected', 'failing', 'failed', 'undoing', 'undone')",
            name=op.f("ck_batches_status_known"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batches")),
    )
    op.create_index("ix_batches_area_id", "batches", ["area_id", "created_at", "id"], unique=False)
    op.create_index("ix_batches_created_at", "batches", ["created_at", "id"], unique=False)
    op.create_table(
        "bill_tries",
        sa.Column("tender", sa.String(length=32), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("tried_at", columns.UtcDateTime(), nullable=False),
        sa.Column("outcome", sa.String(length=32), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('taken', 'not_ready', 'no_answer', 'broken')",
            name=op.f("ck_bill_tries_outcome_known"),
        ),
        sa.CheckConstraint(
            "tender IN ('cash', 'card', 'scan', 'wechat', 'alipay', 'stored_value', 'agent')",
            name=op.f("ck_bill_tries_tender_known"),
        ),
        sa.PrimaryKeyConstraint("tender", "day", name=op.f("pk_bill_tries")),
    )
    op.create_table(
        "bills",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("tender", sa.String(length=32), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("fetched_at", columns.UtcDateTime(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("matched", sa.Integer(), nullable=False),
        sa.Column("charged_minor", sa.BigInteger(), nullable=False),
        sa.Column("refunded_minor", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "tender IN ('cash', 'card', 'scan', 'wechat', 'alipay', 'stored_value', 'agent')",
            name=op.f("ck_bills_tender_known"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bills")),
        sa.UniqueConstraint("tender", "day", name="one_bill_a_day"),
    )
    op.create_table(
        "customers",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("phone_hash", sa.String(length=64), nullable=False),
        sa.Column(
            "phone_sealed",
            sa.LargeBinary().with_variant(postgresql.BYTEA(), "postgresql"),
            nullable=False,
        ),
        sa.Column("phone_mask", sa.String(length=24), nullable=False),
        sa.Column("language", sa.String(length=8), server_default="zh", nullable=False),
        sa.Column("created_at", columns.UtcDateTime(), nullable=False),
        sa.Column("seen_at", columns.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customers")),
        sa.UniqueConstraint("phone_hash", name=op.f("uq_customers_phone_hash")),
    )
    op.create_table(
        "entry_hours",
        sa.Column("area_id", sa.String(length=36), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("hour", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("gate_id", sa.String(length=36), nullable=False),
        sa.Column("entered", sa.BigInteger(), nullable=False),
        sa.Column("left", sa.BigInteger(), nullable=False),
        sa.Column("refused", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("area_id", "day", "hour", "gate_id", name=op.f("pk_entry_hours")),
    )
    op.create_table(
        "exports",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("noun", sa.String(length=40), nullable=False),
        sa.Column("format", sa.String(length=32), nullable=False),
        sa.Column("question", columns.Json(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("requested_by", sa.String(length=36), nullable=False),
        sa.Column("job_id", sa.String(length=36), nullable=False),
        sa.Column("rows", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("sha256", sa.String(length=64), server_default="", nullable=False),
        sa.Column("created_at", columns.UtcDateTime(), nullable=False),
        sa.Column("ready_at", columns.UtcDateTime(), nullable=True),
        sa.Column("expires_at", columns.UtcDateTime(), nullable=True),
        sa.Column("removed_at", columns.UtcDateTime(), nullable=True),
        sa.CheckConstraint("format IN ('xlsx', 'csv')", name=op.f("ck_exports_format_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exports")),
    )
    op.create_index(
        "ix_exports_expires",
        "exports",
        ["expires_at"],
        unique=False,
        sqlite_where=sa.text("removed_at IS NULL"),
        postgresql_where=sa.text("removed_at IS NULL"),
    )
    op.create_index(
        "ix_exports_requested_by", "exports", ["requested_by", "created_at", "id"], unique=False
    )
    op.create_table(
        "files",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=80), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column(
            "content",
            sa.LargeBinary().with_variant(postgresql.BYTEA(), "postgresql"),
            nullable=False,
        ),
        sa.Column("is_public", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("added_by", sa.String(length=36), nullable=True),
        sa.Column("added_at", columns.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_files")),
    )
    op.create_table(
        "idempotency_answers",
        sa.Column("scope", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=128), nullable=False),
        sa.Column("request_hash", sa.String(length=64), nullable=False),
        sa.Column("answer", columns.Json(), nullable=False),
        sa.Column("answered_at", columns.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("scope", "key", name=op.f("pk_idempotency_answers")),
    )
    op.create_index(
        op.f("ix_idempotency_answers_answered_at"),
        "idempotency_answers",
        ["answered_at"],
        unique=False,
    )
    op.create_table(
        "import_mappings",
        sa.Column("area_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("source", sa.String(length=80), nullable=False),
        sa.Column("columns", columns.Json(), nullable=False),
        sa.PrimaryKeyConstraint("area_id", "kind", "source", name=op.f("pk_import_mappings")),
    )
    op.create_table(
        "imported_subjects",
        sa.Column("area_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("source", sa.String(length=80), nullable=False),
        sa.Column("external_id", sa.String(length=64), nullable=False),
        sa.Column("import_id", sa.String(length=36), nullable=False),
        sa.PrimaryKeyConstraint(
            "area_id", "kind", "source", "external_id", name=op.f("pk_imported_subjects")
        ),
    )
    op.create_table(
        "jobs",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("params", columns.Json(), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("cursor", columns.Json(), nullable=True),
        sa.Column("done_steps", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("all_steps", sa.BigInteger(), nullable=True),
        sa.Column("result", columns.Json(), nullable=True),
        sa.Column("error", sa.String(length=400), server_default="", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("due_at", columns.UtcDateTime(), nullable=False),
        sa.Column("leased_until", columns.UtcDateTime(), nullable=True),
        sa.Column("fence", sa.Integer(), server_default="0", nullable=False),
        sa.Column("requested_by", sa.String(length=36), nullable=True),
        sa.Column("area_id", sa.String(length=36), nullable=True),
        sa.Column("created_at", columns.UtcDateTime(), nullable=False),
        sa.Column("started_at", columns.UtcDateTime(), nullable=True),
        sa.Column("finished_at", columns.UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "status IN ('waiting', 'running', 'done', 'failed', 'cancelled')",
            name=op.f("ck_jobs_status_known"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
    )
    op.create_index("ix_jobs_created", "jobs", ["created_at", "id"], unique=False)
    op.create_index(
        "ix_jobs_due",
        "jobs",
        ["due_at", "id"],
        unique=False,
        sqlite_where=sa.text("status IN ('waiting', 'running')"),
        postgresql_where=sa.text("status IN ('waiting', 'running')"),
    )
    op.create_table(
        "ledger_entries",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("at", columns.UtcDateTime(), nullable=False),
        sa.Column("area_id", sa.String(length=36), nullable=True),
        sa.Column("cause_noun", sa.String(length=32), nullable=False),
        sa.Column("cause_id", sa.String(length=36), nullable=False),
        sa.Column("text", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_entries")),
        info={"append_only": True},
    )
    op.create_index(op.f("ix_ledger_entries_at"), "ledger_entries", ["at"], unique=False)
    op.create_index(
        "ix_ledger_entries_cause", "ledger_entries", ["cause_noun", "cause_id"], unique=False
    )
    op.create_table(
        "message_limits",
        sa.Column("word", sa.String(length=32), nullable=False),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.Column("changed_at", columns.UtcDateTime(), nullable=False),
        sa.CheckConstraint("most >= 0", name=op.f("ck_message_limits_most_not_negative")),
        sa.PrimaryKeyConstraint("word", name=op.f("pk_message_limits")),
    )
    op.create_table(
        "message_opt_outs",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("address_hash", sa.String(length=64), nullable=False),
        sa.Column("address_mask", sa.String(length=120), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("at", columns.UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "channel IN ('sms', 'email')", name=op.f("ck_message_opt_outs_channel_known")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_opt_outs")),
        sa.UniqueConstraint(
            "channel", "address_hash", name=op.f("uq_message_opt_outs_channel_address_hash")
        ),
    )
    op.create_index("ix_message_opt_outs_at", "message_opt_outs", ["at", "id"], unique=False)
    op.create_table(
        "message_providers",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("settings", columns.Json(), nullable=False),
        sa.Column(
            "secret_sealed",
            sa.LargeBinary().with_variant(postgresql.BYTEA(), "postgresql"),
            nullable=True,
        ),
        sa.Column("secret_mask", sa.String(length=24), server_default="", nullable=False),
        sa.Column("is_in_use", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", columns.UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "channel IN ('sms', 'email')", name=op.f("ck_message_providers_channel_known")
        ),
        sa.CheckConstraint(
            "kind IN ('tencent', 'alibaba', 'http', 'smtp', 'log')",
            name=op.f("ck_message_providers_kind_known"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_providers")),
    )
    op.create_index(
        "ux_message_providers_in_use",
        "message_providers",
        ["channel"],
        unique=True,
        sqlite_where=sa.text("is_in_use"),
        postgresql_where=sa.text("is_in_use"),
    )
    op.create_table(
        "message_template_versions",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("event", sa.String(length=32), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", columns.Json(), nullable=False),
        sa.Column("proposed_by", sa.String(length=36), nullable=True),
        sa.Column("approved_by", sa.String(length=36), nullable=True),
        sa.Column("at", columns.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_template_versions")),
        sa.UniqueConstraint(
            "event",
            "channel",
            "number",
            name=op.f("uq_message_template_versions_event_channel_number"),
        ),
    )
    op.create_table(
        "message_templates",
        sa.Column("event", sa.String(length=32), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("content", columns.Json(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "channel IN ('sms', 'email')", name=op.f("ck_message_templates_channel_known")
        ),
        sa.PrimaryKeyConstraint("event", "channel", name=op.f("pk_message_templates")),
    )
    op.create_table(
        "one_time_codes",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("purpose", sa.String(length=32), nullable=False),
        sa.Column("address_hash", sa.String(length=64), nullable=False),
        sa.Column("asker_hash", sa.String(length=64), nullable=True),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("expires_at", columns.UtcDateTime(), nullable=False),
        sa.Column("used_at", columns.UtcDateTime(), nullable=True),
        sa.Column("created_at", columns.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_one_time_codes")),
    )
    op.create_index(
        "ix_one_time_codes_address",
        "one_time_codes",
        ["purpose", "address_hash", "created_at"],
        unique=False,
    )
    op.create_index(
        "ix_one_time_codes_asker", "one_time_codes", ["asker_hash", "created_at"], unique=False
    )
    op.create_index("ix_one_time_codes_created", "one_time_codes", ["created_at"], unique=False)
    op.create_table(
        "order_numbers",
        sa.Column("area_id", sa.String(length=36), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("area_id", "day", name=op.f("pk_order_numbers")),
    )
    op.create_table(
        "outbox_messages",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("noun", sa.String(length=32), nullable=False),
        sa.Column("subject_id", sa.String(length=36), nullable=False),
        sa.Column("payload", columns.Json(), nullable=False),
        sa.Column("area_id", sa.String(length=36), nullable=True),
        sa.Column("status", sa.String(length=32), server_default="due", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("due_at", columns.UtcDateTime(), nullable=False),
        sa.Column("leased_until", columns.UtcDateTime(), nullable=True),
        sa.Column("fence", sa.Integer(), server_default="0", nullable=False),
        sa.Column("last_error", sa.String(length=400), server_default="", nullable=False),
        sa.Column("created_at", columns.UtcDateTime(), nullable=False),
        sa.Column("done_at", columns.UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "status IN ('due', 'done', 'failed', 'dropped')",
            name=op.f("ck_outbox_messages_status_known"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_messages")),
    )
    op.create_index(
        "ix_outbox_messages_due",
        "outbox_messages",
        ["due_at", "id"],
        unique=False,
        sqlite_where=sa.text("status = 'due'"),
        postgresql_where=sa.text("status = 'due'"),
    )
    op.create_index(
        "ix_outbox_messages_kind",
        "outbox_messages",
        ["area_id", "kind", "created_at", "id"],
        unique=False,
    )
    op.create_index(
        "ix_outbox_messages_status", "outbox_messages", ["status", "created_at", "id"], unique=False
    )
    op.create_index(
        "ix_outbox_messages_subject", "outbox_messages", ["noun", "subject_id"], unique=False
    )
    op.create_table(
        "pairing_attempts",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("at", columns.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pairing_attempts")),
    )
    op.create_index(
        "ix_pairing_attempts_address", "pairing_attempts", ["address", "at"], unique=False
    )
    op.create_table(
        "payment_platforms",
        sa.Column("tender", sa.String(length=32), nullable=False),
        sa.Column("settings", columns.Json(), nullable=True),
        sa.Column(
            "secrets_sealed",
            sa.LargeBinary().with_variant(postgresql.BYTEA(), "postgresql"),
            nullable=True,
        ),
        sa.Column("marks", columns.Json(), nullable=False),
        sa.Column("channels", columns.Json(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("changed_at", columns.UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "tender IN ('cash', 'card', 'scan', 'wechat', 'alipay', 'stored_value', 'agent')",
            name=op.f("ck_payment_platforms_tender_known"),
        ),
        sa.PrimaryKeyConstraint("tender", name=op.f("pk_payment_platforms")),
    )
    op.create_table(
        "platform_hearings",
        sa.Column("tender", sa.String(length=32), nullable=False),
        sa.Column("callback_at", columns.UtcDateTime(), nullable=True),
        sa.Column("rejected_at", columns.UtcDateTime(), nullable=True),
        sa.Column("tried_at", columns.UtcDateTime(), nullable=True),
        sa.Column("try_is_good", sa.Boolean(), nullable=True),
        sa.CheckConstraint(
            "tender IN ('cash', 'card', 'scan', 'wechat', 'alipay', 'stored_value', 'agent')",
            name=op.f("ck_platform_hearings_tender_known"),
        ),
        sa.PrimaryKeyConstraint("tender", name=op.f("pk_platform_hearings")),
    )
    op.create_table(
        "refund_policies",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name_zh", sa.String(length=120), nullable=False),
        sa.Column("name_en", sa.String(length=120), server_default="", nullable=False),
        sa.Column("tiers", columns.Json(), nullable=False),
        sa.Column("changes_allowed", sa.Integer(), server_default="1", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", columns.UtcDateTime(), nullable=False),
        sa.Column("retired_at", columns.UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refund_policies")),
        sa.UniqueConstraint("code", name=op.f("uq_refund_policies_code")),
    )
    op.create_table(
        "retention_holds",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("noun", sa.String(length=32), nullable=False),
        sa.Column("subject_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("held_by", sa.String(length=36), nullable=True),
        sa.Column("held_at", columns.UtcDateTime(), nullable=False),
        sa.Column("released_by", sa.String(length=36), nullable=True),
        sa.Column("released_at", columns.UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "noun IN ('order', 'group', 'card_holder')", name=op.f("ck_retention_holds_noun_known")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retention_holds")),
    )
    op.create_index("ix_retention_holds_held", "retention_holds", ["held_at", "id"], unique=False)
    op.create_index(
        "ux_retention_holds_subject",
        "retention_holds",
        ["noun", "subject_id"],
        unique=True,
        sqlite_where=sa.text("released_at IS NULL"),
        postgresql_where=sa.text("released_at IS NULL"),
    )
    op.create_table(
        "retention_runs",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("job_id", sa.String(length=36), nullable=False),
        sa.Column("requested_by", sa.String(length=36), nullable=True),
        sa.Column("started_at", columns.UtcDateTime(), nullable=False),
        sa.Column("ended_at", columns.UtcDateTime(), nullable=True),
        sa.Column("cuts", columns.Json(), nullable=False),
        sa.Column("removed", columns.Json(), nullable=False),
        sa.Column("held", columns.Json(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retention_runs")),
        sa.UniqueConstraint("job_id", name=op.f("uq_retention_runs_job_id")),
    )
    op.create_index(
        "ix_retention_runs_started", "retention_runs", ["started_at", "id"], unique=False
    )
    op.create_table(
        "roles",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name_zh", sa.String(length=120), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=False),
        sa.Column("builtin", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("permissions", columns.Json(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", columns.UtcDateTime(), nullable=False),
        sa.Column("retired_at", columns.UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roles")),
        sa.UniqueConstraint("code", name=op.f("uq_roles_code")),
    )
    op.create_table(
        "sales_days",
        sa.Column("area_id", sa.String(length=36), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("ticket_type_id", sa.String(length=36), nullable=False),
        sa.Column("window_id", sa.String(length=36), nullable=False),
        sa.Column("staff_id", sa.String(length=36), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("tickets", sa.BigInteger(), nullable=False),
        sa.Column("persons", sa.BigInteger(), nullable=False),
        sa.Column("list_minor", sa.BigInteger(), nullable=False),
        sa.Column("sold_minor", sa.BigInteger(), nullable=False),
        sa.Column("changed_in", sa.BigInteger(), nullable=False),
        sa.Column("changed_out", sa.BigInteger(), nullable=False),
        sa.Column("changed_minor", sa.BigInteger(), nullable=False),
        sa.Column("returned", sa.BigInteger(), nullable=False),
        sa.Column("fee_minor", sa.BigInteger(), nullable=False),
        sa.Column("returned_minor", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "area_id",
            "day",
            "kind",
            "ticket_type_id",
            "window_id",
            "staff_id",
            "channel",
            name=op.f("pk_sales_days"),
        ),
    )
    op.create_table(
        "schedules",
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("every_seconds", sa.Integer(), nullable=False),
        sa.Column("next_at", columns.UtcDateTime(), nullable=False),
        sa.Column("last_ran_at", columns.UtcDateTime(), nullable=True),
        sa.Column("last_error", sa.String(length=400), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_schedules")),
    )
    op.create_table(
        "settings",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("area_id", sa.String(length=36), server_default="", nullable=False),
        sa.Column("value", columns.Json(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("changed_by", sa.String(length=36), nullable=True),
        sa.Column("changed_at", columns.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("key", "area_id", name=op.f("pk_settings")),
    )
    op.create_table(
        "sign_in_counters",
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("since", columns.UtcDateTime(), nullable=False),
        sa.Column("locked_until", columns.UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_sign_in_counters")),
    )
    op.create_index(op.f("ix_sign_in_counters_since"), "sign_in_counters", ["since"], unique=False)
    op.create_table(
        "signing_keys",
        sa.Column("kid", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "private_sealed",
            sa.LargeBinary().with_variant(postgresql.BYTEA(), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "public_key",
            sa.LargeBinary().with_variant(postgresql.BYTEA(), "postgresql"),
            nullable=False,
        ),
        sa.Column("created_at", columns.UtcDateTime(), nullable=False),
        sa.Column("signs_from", columns.UtcDateTime(), nullable=False),
        sa.Column("retired_at", columns.UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("kid", name=op.f("pk_signing_keys")),
    )
    op.create_table(
        "staff",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("login", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("phone", sa.String(length=40), server_default="", nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("must_change_password", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("password_changed_at", columns.UtcDateTime(), nullable=False),
        sa.Column(
            "totp_sealed",
            sa.LargeBinary().with_variant(postgresql.BYTEA(), "postgresql"),
            nullable=True,
        ),
        sa.Column("totp_last_step", sa.BigInteger(), nullable=True),
        sa.Column("language", sa.String(length=8), server_default="zh", nullable=False),
        sa.Column("theme", sa.String(length=8), server_default="", nullable=False),
        sa.Column("refund_limit_minor", sa.BigInteger(), nullable=True),
        sa.Column("status", sa.String(length=32), server_default="active", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("added_by", sa.String(length=36), nullable=True),
        sa.Column("created_at", columns.UtcDateTime(), nullable=False),
        sa.Column("retired_at", columns.UtcDateTime(), nullable=True),
        sa.CheckConstraint("status IN ('active', 'retired')", name=op.f("ck_staff_status_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sa.UniqueConstraint("login", name=op.f("uq_staff_login")),
    )
    op.create_table(
        "summed_days",
        sa.Column("area_id", sa.String(length=36), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("built_at", columns.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("area_id", "day", name=op.f("pk_summed_days")),
    )
    op.create_table(
        "units",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name_zh", sa.String(length=120), nullable=False),
        sa.Column("name_en", sa.String(length=120), server_default="", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", columns.UtcDateTime(), nullable=False),
        sa.Column("retired_at", columns.UtcDateTime(), nullable=True),
        sa.Column("contact", sa.String(length=200), server_default="", nullable=False),
        sa.Column("phone", sa.String(length=40), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_units")),
        sa.UniqueConstraint("code", name=op.f("uq_units_code")),
    )
    op.create_table(
        "wrong_guesses",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("lane", sa.String(length=80), nullable=False),
        sa.Column("at", columns.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wrong_guesses")),
    )
    op.create_index("ix_wrong_guesses_lane", "wrong_guesses", ["lane", "at"], unique=False)
    op.create_table(
        "areas",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name_zh", sa.String(length=120), nullable=False),
        sa.Column("name_en", sa.String(length=120), server_default="", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", columns.UtcDateTime(), nullable=False),
        sa.Column("retired_at", columns.UtcDateTime(), nullable=True),
        sa.Column("unit_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "time_zone", sa.String(length=40), server_default="Asia/Shanghai", nullable=False
        ),
        sa.Column("opens_at", sa.String(length=5), nullable=False),
        sa.Column("closes_at", sa.String(length=5), nullable=False),
        sa.Column("last_entry_at", sa.String(length=5), nullable=False),
        sa.Column("mean_stay_minutes", sa.Integer(), nullable=False),
        sa.Column("instant_capacity", sa.Integer(), nullable=False),
        sa.Column("daily_capacity", sa.Integer(), nullable=False),
        sa.Column("yellow_bps", sa.Integer(), server_default="8000", nullable=False),
        sa.Column("orange_bps", sa.Integer(), server_default="9000", nullable=False),
        sa.Column("red_bps", sa.Integer(), server_default="10000", nullable=False),
        sa.Column("stop_sale_bps", sa.Integer(), server_default="10000", nullable=False),
        sa.Column("phone", sa.String(length=40), server_default="", nullable=False),
        sa.Column("address", sa.String(length=200), server_default="", nullable=False),
        sa.Column("introduction_zh", sa.Text(), server_default="", nullable=False),
        sa.Column("introduction_en", sa.Text(), server_default="", nullable=False),
        sa.Column("map_file_id", sa.String(length=36), nullable=True),
        sa.CheckConstraint(
            "instant_capacity > 0 AND daily_capacity > 0", name=op.f("ck_areas_capacity_positive")
        ),
        sa.ForeignKeyConstraint(["map_file_id"], ["files.id"], name=op.f("fk_areas_map_file_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_areas_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_areas")),
        sa.UniqueConstraint("code", name=op.f("uq_areas_code")),
        sa.UniqueConstraint("number", name=op.f("uq_areas_number")),
    )
    op.create_index(op.f("ix_areas_unit_id"), "areas", ["unit_id"], unique=False)
    op.create_table(
        "backup_drills",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("backup_id", sa.String(length=36), nullable=False),
        sa.Column("job_id", sa.String(length=36), nullable=True),
        sa.Column("requested_by", sa.String(length=36), nullable=True),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("started_at", columns.UtcDateTime(), nullable=False),
        sa.Column("ended_at", columns.UtcDateTime(), nullable=True),
        sa.Column("lost_seconds", sa.BigInteger(), nullable=True),
        sa.Column("took_seconds", sa.BigInteger(), nullable=True),
        sa.Column("problem", sa.String(length=400), server_default="", nullable=False),
        sa.Column("detail", columns.Json(), nullable=False),
        sa.CheckConstraint(
            "status IN ('running', 'passed', 'failed')", name=op.f("ck_backup_drills_status_known")
        ),
        sa.ForeignKeyConstraint(
            ["backup_id"], ["backups.id"], name=op.f("fk_backup_drills_backup_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_backup_drills")),
        sa.UniqueConstraint("job_id", name=op.f("uq_backup_drills_job_id")),
    )
    op.create_index(
        "ix_backup_drills_backup", "backup_drills", ["backup_id", "started_at"], unique=False
    )
    op.create_index("ix_backup_drills_started", "backup_drills", ["started_at", "id"], unique=False)
    op.create_table(
        "batch_rows",
        sa.Column("batch_id", sa.String(length=36), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.String(length=36), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("seen_version", sa.Integer(), nullable=False),
        sa.Column("applied_version", sa.Integer(), nullable=True),
        sa.Column("old_value", sa.Text(), nullable=False),
        sa.Column("new_value", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("failure", sa.String(length=400), server_default="", nullable=False),
        sa.Column("failure_values", columns.Json(), nullable=True),
        sa.CheckConstraint(
            "status IN ('pending', 'failed', 'applied', 'undone', 'kept')",
            name=op.f("ck_batch_rows_status_known"),
        ),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name=op.f("fk_batch_rows_batch_id")),
        sa.PrimaryKeyConstraint("batch_id", "position", name=op.f("pk_batch_rows")),
    )
    op.create_index("ix_batch_rows_subject_id", "batch_rows", ["subject_id"], unique=False)
    op.create_table(
        "bill_items",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("bill_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("finding", sa.String(length=32), nullable=False),
        sa.Column("billed_minor", sa.BigInteger(), nullable=True),
        sa.Column("local_minor", sa.BigInteger(), nullable=True),
        sa.Column("ledger_minor", sa.BigInteger(), nullable=True),
        sa.Column("subject_id", sa.String(length=36), nullable=True),
        sa.Column("area_id", sa.String(length=36), nullable=True),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("owner_id", sa.String(length=36), nullable=True),
        sa.Column("note", sa.String(length=400), server_default="", nullable=False),
        sa.Column("approval_id", sa.String(length=36), nullable=True),
        sa.Column("written_off_minor", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("resolved_by", sa.String(length=36), nullable=True),
        sa.Column("resolution", sa.String(length=200), server_default="", nullable=False),
        sa.Column("resolved_at", columns.UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "finding IN ('matched', 'local_only', 'pay_only', 'amount_diff', 'status_diff')",
            name=op.f("ck_bill_items_finding_known"),
        ),
        sa.CheckConstraint("kind IN ('charge', 'refund')", name=op.f("ck_bill_items_kind_known")),
        sa.CheckConstraint(
            "status IN ('open', 'waiting', 'resolved')", name=op.f("ck_bill_items_status_known")
        ),
        sa.ForeignKeyConstraint(
            ["approval_id"], ["approvals.id"], name=op.f("fk_bill_items_approval_id")
        ),
        sa.ForeignKeyConstraint(["bill_id"], ["bills.id"], name=op.f("fk_bill_items_bill_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bill_items")),
    )
    op.create_index(op.f("ix_bill_items_area_id"), "bill_items", ["area_id"], unique=False)
    op.create_index(op.f("ix_bill_items_bill_id"), "bill_items", ["bill_id"], unique=False)
    op.create_index("ix_bill_items_number", "bill_items", ["number", "kind"], unique=False)
    op.create_index("ix_bill_items_status", "bill_items", ["status", "bill_id"], unique=False)
    op.create_table(
        "bill_lines",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("bill_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("reference", sa.String(length=64), server_default="", nullable=False),
        sa.Column("is_done", sa.Boolean(), nullable=False),
        sa.CheckConstraint("kind IN ('charge', 'refund')", name=op.f("ck_bill_lines_kind_known")),
        sa.ForeignKeyConstraint(["bill_id"], ["bills.id"], name=op.f("fk_bill_lines_bill_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bill_lines")),
    )
    op.create_index(op.f("ix_bill_lines_bill_id"), "bill_lines", ["bill_id"], unique=False)
    op.create_index("ix_bill_lines_number", "bill_lines", ["number", "kind"], unique=False)
    op.create_table(
        "card_holders",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column(
            "phone_sealed",
            sa.LargeBinary().with_variant(postgresql.BYTEA(), "postgresql"),
            nullable=True,
        ),
        sa.Column("phone_hash", sa.String(length=64), nullable=True),
        sa.Column("phone_mask", sa.String(length=24), server_default="", nullable=False),
        sa.Column("document_kind", sa.String(length=32), server_default="", nullable=False),
        sa.Column(
            "document_sealed",
            sa.LargeBinary().with_variant(postgresql.BYTEA(), "postgresql"),
            nullable=True,
        ),
        sa.Column("document_hash", sa.String(length=64), nullable=True),
        sa.Column("document_mask", sa.String(length=24), server_default="", nullable=False),
        sa.Column("born_on", sa.Date(), nullable=True),
        sa.Column("photo_file_id", sa.String(length=36), nullable=True),
        sa.Column("language", sa.String(length=8), server_default="zh", nullable=False),
        sa.Column("created_at", columns.UtcDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(
            ["photo_file_id"], ["files.id"], name=op.f("fk_card_holders_photo_file_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card_holders")),
    )
    op.create_index(
        op.f("ix_card_holders_created_at"), "card_holders", ["created_at"], unique=False
    )
    op.create_index(
        op.f("ix_card_holders_document_hash"), "card_holders", ["document_hash"], unique=False
    )
    op.create_index(op.f("ix_card_holders_name"), "card_holders", ["name"], unique=False)
    op.create_index(
        op.f("ix_card_holders_phone_hash"), "card_holders", ["phone_hash"], unique=False
    )
    op.create_table(
        "customer_visits",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("customer_id", sa.String(length=36), nullable=True),
        sa.Column("created_at", columns.UtcDateTime(), nullable=False),
        sa.Column("ends_at", columns.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["customers.id"],
            name=op.f("fk_customer_visits_customer_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_visits")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_customer_visits_token_hash")),
    )
    op.create_index(
        "ix_customer_visits_customer_id", "customer_visits", ["customer_id"], unique=False
    )
    op.create_index("ix_customer_visits_ends_at", "customer_visits", ["ends_at"], unique=False)
    op.create_table(
        "ledger_postings",
        sa.Column(
            "seq",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("entry_id", sa.String(length=36), nullable=False),
        sa.Column("account_kind", sa.String(length=32), nullable=False),
        sa.Column("owner_id", sa.String(length=36), nullable=False),
        sa.Column("currency", sa.String(length=3), server_default="CNY", nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("at", columns.UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "account_kind IN ('drawer', 'safe', 'card_clearing', 'scan_clearing', 'wechat_clearing', 'alipay_clearing', 'deposits', 'refunds_due', 'sales', 'refund_fees', 'cash_differences', 'bill_differences', 'member_principal', 'member_bonus', 'bonus_given', 'member_deposits', 'member_uses', 'uses_sold', 'member_points', 'points_given', 'agent_prepaid', 'agent_credit', 'promotion_costs', 'promoted_sales', 'bank', 'opening')",
            name=op.f("ck_ledger_postings_account_kind_known"),
        ),
        sa.CheckConstraint("amount_minor <> 0", name=op.f("ck_ledger_postings_amount_not_zero")),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["ledger_entries.id"], name=op.f("fk_ledger_postings_entry_id")
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_ledger_postings")),
        info={"append_only": True},
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_ledger_postings_account",
        "ledger_postings",
        ["account_kind", "owner_id", "seq"],
        unique=False,
    )
    op.create_index(
        op.f("ix_ledger_postings_entry_id"), "ledger_postings", ["entry_id"], unique=False
    )
    op.create_index(
        "ix_ledger_postings_members",
        "ledger_postings",
        ["at"],
        unique=False,
        sqlite_where=sa.text(
            "account_kind || '' IN ('member_principal', 'member_bonus', 'member_deposits')"
        ),
        postgresql_where=sa.text(
            "account_kind || '' IN ('member_principal', 'member_bonus', 'member_deposits')"
        ),
    )
    op.create_table(
        "message_deliveries",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("key", sa.String(length=160), nullable=False),
        sa.Column("event", sa.String(length=32), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("area_id", sa.String(length=36), nullable=True),
        sa.Column("noun", sa.String(length=32), nullable=False),
        sa.Column("subject_id", sa.String(length=36), nullable=False),
        sa.Column("outbox_id", sa.String(length=36), nullable=True),
        sa.Column("address_hash", sa.String(length=64), nullable=False),
        sa.Column("address_mask", sa.String(length=120), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("template_version", sa.Integer(), server_default="0", nullable=False),
        sa.Column(
            "text_sealed",
            sa.LargeBinary().with_variant(postgresql.BYTEA(), "postgresql"),
            nullable=True,
        ),
        sa.Column("provider_id", sa.String(length=36), nullable=True),
        sa.Column("reference", sa.String(length=200), server_default="", nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.String(length=400), server_default="", nullable=False),
        sa.Column("parts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created_at", columns.UtcDateTime(), nullable=False),
        sa.Column("taken_at", columns.UtcDateTime(), nullable=True),
        sa.Column("settled_at", columns.UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "channel IN ('sms', 'email')", name=op.f("ck_message_deliveries_channel_known")
        ),
        sa.CheckConstraint(
            "state IN ('waiting', 'sending', 'sent', 'delivered', 'logged', 'withheld', 'failed', 'unknown')",
            name=op.f("ck_message_deliveries_state_known"),
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"],
            ["message_providers.id"],
            name=op.f("fk_message_deliveries_provider_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_deliveries")),
        sa.UniqueConstraint("key", name=op.f("uq_message_deliveries_key")),
    )
    op.create_index(
        "ix_message_deliveries_address",
        "message_deliveries",
        ["address_hash", "created_at", "id"],
        unique=False,
    )
    op.create_index(
        "ix_message_deliveries_created", "message_deliveries", ["created_at", "id"], unique=False
    )
    op.create_index(
        "ix_message_deliveries_event",
        "message_deliveries",
        ["event", "created_at", "id"],
        unique=False,
    )
    op.create_index(
        "ix_message_deliveries_reference",
        "message_deliveries",
        ["provider_id", "reference"],
        unique=False,
    )
    op.create_index(
        "ix_message_deliveries_state",
        "message_deliveries",
        ["state", "created_at", "id"],
        unique=False,
    )
    op.create_index(
        "ix_message_deliveries_subject", "message_deliveries", ["noun", "subject_id"], unique=False
    )
    op.create_index(
        "ix_message_deliveries_taken", "message_deliveries", ["channel", "taken_at"], unique=False
    )
    op.create_table(
        "saved_reports",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("report", sa.String(length=40), nullable=False),
        sa.Column("question", columns.Json(), nullable=False),
        sa.Column("period", sa.String(length=32), nullable=False),
        sa.Column("owner_id", sa.String(length=36), nullable=False),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("rhythm", sa.String(length=32), nullable=False),
        sa.Column("format", sa.String(length=32), nullable=False),
        sa.Column("recipients", columns.Json(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("next_at", columns.UtcDateTime(), nullable=True),
        sa.Column("created_at", columns.UtcDateTime(), nullable=False),
        sa.Column("removed_at", columns.UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("format IN ('xlsx', 'csv')", name=op.f("ck_saved_reports_format_known")),
        sa.CheckConstraint(
            "period IN ('yesterday', 'today', 'last_week', 'this_month', 'last_month')",
            name=op.f("ck_saved_reports_period_known"),
        ),
        sa.CheckConstraint(
            "rhythm IN ('never', 'daily', 'weekly', 'monthly')",
            name=op.f("ck_saved_reports_rhythm_known"),
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["staff.id"], name=op.f("fk_saved_reports_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_reports")),
    )
    op.create_index("ix_saved_reports_due", "saved_reports", ["next_at"], unique=False)
    op.create_index(
        "ix_saved_reports_owner", "saved_reports", ["owner_id", "created_at"], unique=False
    )
    op.create_table(
        "staff_roles",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("staff_id", sa.String(length=36), nullable=False),
        sa.Column("role_id", sa.String(length=36), nullable=False),
        sa.Column("place_kind", sa.String(length=32), server_default="everywhere", nullable=False),
        sa.Column("place_id", sa.String(length=36), server_default="", nullable=False),
        sa.CheckConstraint(
            "place_kind IN ('everywhere', 'unit', 'area', 'spot', 'sales_site', 'window', 'check_site', 'gate', 'warehouse')",
            name=op.f("ck_staff_roles_place_kind_known"),
        ),
        sa.ForeignKeyConstraint(["role_id"], ["roles.id"], name=op.f("fk_staff_roles_role_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_staff_roles_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_roles")),
        sa.UniqueConstraint(
            "staff_id",
            "role_id",
            "place_kind",
            "place_id",
            name=op.f("uq_staff_roles_staff_id_role_id_place_kind_place_id"),
        ),
    )
    op.create_index(op.f("ix_staff_roles_role_id"), "staff_roles", ["role_id"], unique=False)
    op.create_index(op.f("ix_staff_roles_staff_id"), "staff_roles", ["staff_id"], unique=False)
    op.create_table(
        "travellers",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("customer_id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("document_kind", sa.String(length=32), nullable=False),
        sa.Column(
            "document_sealed",
            sa.LargeBinary().with_variant(postgresql.BYTEA(), "postgresql"),
            nullable=False,
        ),
        sa.Column("document_hash", sa.String(length=64), nullable=False),
        sa.Column("document_mask", sa.String(length=24), nullable=False),
        sa.Column("born_on", sa.Date(), nullable=True),
        sa.Column("created_at", columns.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("fk_travellers_customer_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_travellers")),
        sa.UniqueConstraint(
            "customer_id", "document_hash", name=op.f("uq_travellers_customer_id_document_hash")
        ),
    )
    op.create_table(
        "agent_levels",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("area_id", sa.String(length=36), nullable=False),
        sa.Column("name_zh", sa.String(length=120), nullable=False),
        sa.Column("name_en", sa.String(length=120), server_default="", nullable=False),
        sa.Column("off_bps", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", columns.UtcDateTime(), nullable=False),
        sa.Column("retired_at", columns.UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "off_bps BETWEEN 0 AND 10000", name=op.f("ck_agent_levels_off_bps_share")
        ),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name=op.f("fk_agent_levels_area_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agent_levels")),
    )
    op.create_index(op.f("ix_agent_levels_area_id"), "agent_levels", ["area_id"], unique=False)
    op.create_table(
        "announcements",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("area_id", sa.String(length=36), nullable=False),
        sa.Column("level", sa.String(length=32), nullable=True),
        sa.Column("text_zh", sa.String(length=300), nullable=False),
        sa.Column("text_en", sa.String(length=300), nullable=False),
        sa.Column("places", columns.Json(), nullable=False),
        sa.Column("from_at", columns.UtcDateTime(), nullable=False),
        sa.Column("until_at", columns.UtcDateTime(), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("drafted_by", sa.String(length=36), nullable=True),
        sa.Column("drafted_at", columns.UtcDateTime(), nullable=False),
        sa.Column("released_by", sa.String(length=36), nullable=True),
        sa.Column("released_at", columns.UtcDateTime(), nullable=True),
        sa.Column("withdrawn_by", sa.String(length=36), nullable=True),
        sa.Column("withdrawn_at", columns.UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "status IN ('draft', 'released', 'withdrawn')",
            name=op.f("ck_announcements_status_known"),
        ),
        sa.CheckConstraint(
            "until_at > from_at", name=op.f("ck_announcements_ends_after_it_begins")
        ),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name=op.f("fk_announcements_area_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_announcements")),
    )
    op.create_index(
        "ix_announcements_area", "announcements", ["area_id", "drafted_at", "id"], unique=False
    )
    op.create_index(
        "ix_announcements_released",
        "announcements",
        ["area_id", "until_at"],
        unique=False,
        sqlite_where=sa.text("status = 'released'"),
        postgresql_where=sa.text("status = 'released'"),
    )
    op.create_table(
        "area_days",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("area_id", sa.String(length=36), nullable=False),
        sa.Column("visit_on", sa.Date(), nullable=False),
        sa.Column("quota", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), server_default="0", nullable=False),
        sa.Column("closed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("sales_stopped", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("note", sa.String(length=200), server_default="", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "taken >= 0 AND taken <= quota", name=op.f("ck_area_days_never_oversold")
        ),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name=op.f("fk_area_days_area_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_area_days")),
        sa.UniqueConstraint("area_id", "visit_on", name=op.f("uq_area_days_area_id_visit_on")),
    )
    op.create_table(
        "area_states",
        sa.Column("area_id", sa.String(length=36), nullable=False),
        sa.Column("level", sa.String(length=32), server_default="normal", nullable=False),
        sa.Column("entries_held", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("sales_stopped", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("changed_at", columns.UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "level IN ('normal', 'yellow', 'orange', 'red')",
            name=op.f("ck_area_states_level_known"),
        ),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name=op.f("fk_area_states_area_id")),
        sa.PrimaryKeyConstraint("area_id", name=op.f("pk_area_states")),
    )
    op.create_table(
        "block_lists",
        sa.Column("area_id", sa.String(length=36), nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name=op.f("fk_block_lists_area_id")),
        sa.PrimaryKeyConstraint("area_id", name=op.f("pk_block_lists")),
    )
    op.create_table(
        "blocked_codes",
        sa.Column("area_id", sa.String(length=36), nullable=False),
        sa.Column("mark", sa.String(length=32), nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.Column("is_blocked", sa.Boolean(), nullable=False),
        sa.Column("changed_at", columns.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name=op.f("fk_blocked_codes_area_id")),
        sa.PrimaryKeyConstraint("area_id", "mark", name=op.f("pk_blocked_codes")),
    )
    op.create_index("ix_blocked_codes_rev", "blocked_codes", ["area_id", "rev"], unique=False)
    op.create_table(
        "capacity_alerts",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("area_id", sa.String(length=36), nullable=False),
        sa.Column("level", sa.String(length=32), nullable=False),
        sa.Column("previous_level", sa.String(length=32), nullable=False),
        sa.Column("inside", sa.Integer(), nullable=False),
        sa.Column("entered_today", sa.Integer(), nullable=False),
        sa.Column("percent_bps", sa.Integer(), nullable=False),
        sa.Column("entries_held", sa.Boolean(), nullable=False),
        sa.Column("sales_stopped", sa.Boolean(), nullable=False),
        sa.Column("raised_at", columns.UtcDateTime(), nullable=False),
        sa.Column("acknowledged_by", sa.String(length=36), nullable=True),
        sa.Column("acknowledged_at", columns.UtcDateTime(), nullable=True),
        sa.Column("note", sa.String(length=400), server_default="", nullable=False),
        sa.CheckConstraint(
            "level IN ('normal', 'yellow', 'orange', 'red')",
            name=op.f("ck_capacity_alerts_level_known"),
        ),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name=op.f("fk_capacity_alerts_area_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_capacity_alerts")),
    )
    op.create_index(
        "ix_capacity_alerts_area", "capacity_alerts", ["area_id", "raised_at", "id"], unique=False
    )
    op.create_index(
        "ix_capacity_alerts_raised", "capacity_alerts", ["raised_at", "id"], unique=False
    )
    op.create_table(
        "card_numbers",
        sa.Column("area_id", sa.String(length=36), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name=op.f("fk_card_numbers_area_id")),
        sa.PrimaryKeyConstraint("area_id", name=op.f("pk_card_numbers")),
    )
    op.create_table(
        "card_products",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("area_id", sa.String(length=36), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("name_zh", sa.String(length=120), nullable=False),
        sa.Column("name_en", sa.String(length=120), server_default="", nullable=False),
        sa.Column("description_zh", sa.Text(), server_default="", nullable=False),
        sa.Column("description_en", sa.Text(), server_default="", nullable=False),
        sa.Column("channels", columns.Json(), nullable=False),
        sa.Column("price_minor", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("renewal_minor", sa.BigInteger(), nullable=True),
        sa.Column("deposit_minor", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("replacement_fee_minor", sa.BigInteger(), server_default="2000", nullable=False),
        sa.Column("top_ups", columns.Json(), nullable=False),
        sa.Column("top_up_least_minor", sa.BigInteger(), server_default="100", nullable=False),
        sa.Column("top_up_most_minor", sa.BigInteger(), server_default="500000", nullable=False),
        sa.Column("uses", sa.Integer(), server_default="0", nullable=False),
        sa.Column("free_uses", sa.Integer(), server_default="0", nullable=False),
        sa.Column("term_months", sa.Integer(), server_default="0", nullable=False),
        sa.Column("term_days", sa.Integer(), server_default="0", nullable=False),
        sa.Column("entry_price_minor", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("pays_entry", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("opens_area", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("spots", columns.Json(), nullable=False),
        sa.Column("scope_bits", sa.BigInteger(), nullable=False),
        sa.Column("daily_entries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("passback_minutes", sa.Integer(), server_default="10", nullable=False),
        sa.Column("discount_bps", sa.Integer(), server_default="0", nullable=False),
        sa.Column("discount_floor_minor", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("points_per_yuan", sa.Integer(), server_default="0", nullable=False),
        sa.Column("levels", columns.Json(), nullable=False),
        sa.Column("is_named", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("needs_photo", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created_at", columns.UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('stored_value', 'vip', 'term', 'count')",
            name=op.f("ck_card_products_kind_known"),
        ),
        sa.CheckConstraint(
            "status IN ('draft', 'on_sale', 'paused', 'retired')",
            name=op.f("ck_card_products_status_known"),
        ),
        sa.CheckConstraint(
            "price_minor >= 0 AND deposit_minor >= 0",
            name=op.f("ck_card_products_price_not_negative"),
        ),
        sa.CheckConstraint(
            "uses >= 0 AND free_uses >= 0", name=op.f("ck_card_products_uses_not_negative")
        ),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name=op.f("fk_card_products_area_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card_products")),
        sa.UniqueConstraint("code", name=op.f("uq_card_products_code")),
    )
    op.create_index(op.f("ix_card_products_area_id"), "card_products", ["area_id"], unique=False)
    op.create_table(
        "check_sites",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name_zh", sa.String(length=120), nullable=False),
        sa.Column("name_en", sa.String(length=120), server_default="", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", columns.UtcDateTime(), nullable=False),
        sa.Column("retired_at", columns.UtcDateTime(), nullable=True),
        sa.Column("area_id", sa.String(length=36), nullable=False),
        sa.Column("map_x_permille", sa.Integer(), nullable=True),
        sa.Column("map_y_permille", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(map_x_permille IS NULL) = (map_y_permille IS NULL)",
            name=op.f("ck_check_sites_map_both_or_none"),
        ),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name=op.f("fk_check_sites_area_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_sites")),
        sa.UniqueConstraint("code", name=op.f("uq_check_sites_code")),
    )
    op.create_index(op.f("ix_check_sites_area_id"), "check_sites", ["area_id"], unique=False)
    op.create_table(
        "daily_closes",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("area_id", sa.String(length=36), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("figures", columns.Json(), nullable=False),
        sa.Column("stated", columns.Json(), nullable=False),
        sa.Column("made_by", sa.String(length=36), nullable=True),
        sa.Column("made_at", columns.UtcDateTime(), nullable=False),
        sa.Column("approval_id", sa.String(length=36), nullable=True),
        sa.Column("closed_by", sa.String(length=36), nullable=True),
        sa.Column("closed_at", columns.UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "status IN ('draft', 'waiting', 'closed')", name=op.f("ck_daily_closes_status_known")
        ),
        sa.ForeignKeyConstraint(
            ["approval_id"], ["approvals.id"], name=op.f("fk_daily_closes_approval_id")
        ),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name=op.f("fk_daily_closes_area_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_daily_closes")),
        sa.UniqueConstraint("area_id", "day", name=op.f("uq_daily_closes_area_id_day")),
    )
    op.create_index("ix_daily_closes_day", "daily_closes", ["day", "id"], unique=False)
    op.create_table(
        "face_bindings",
        sa.Column("owner", sa.String(length=32), nullable=False),
        sa.Column("owner_id", sa.String(length=36), nullable=False),
        sa.Column("area_id", sa.String(length=36), nullable=False),
        sa.Column("mark", sa.String(length=80), nullable=False),
        sa.Column("bound_at", columns.UtcDateTime(), nullable=False),
        sa.Column("bound_by", sa.String(length=36), nullable=True),
        sa.Column("valid_until", columns.UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "owner IN ('ticket', 'card')", name=op.f("ck_face_bindings_owner_known")
        ),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name=op.f("fk_face_bindings_area_id")),
        sa.PrimaryKeyConstraint("owner", "owner_id", name=op.f("pk_face_bindings")),
    )
    op.create_index("ix_face_bindings_area", "face_bindings", ["area_id"], unique=False)
    op.create_index("ix_face_bindings_mark", "face_bindings", ["mark"], unique=False)
    op.create_index("ix_face_bindings_over", "face_bindings", ["valid_until"], unique=False)
    op.create_table(
        "imports",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("area_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("source", sa.String(length=80), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("headings", columns.Json(), nullable=False),
        sa.Column("mapping", columns.Json(), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("is_partial", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("all_rows", sa.Integer(), server_default="0", nullable=False),
        sa.Column("good_rows", sa.Integer(), server_default="0", nullable=False),
        sa.Column("bad_rows", sa.Integer(), server_default="0", nullable=False),
        sa.Column("known_rows", sa.Integer(), server_default="0", nullable=False),
        sa.Column("parts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("figures", columns.Json(), nullable=False),
        sa.Column("before", columns.Json(), nullable=True),
        sa.Column("after", columns.Json(), nullable=True),
        sa.Column("backup", sa.String(length=120), server_default="", nullable=False),
        sa.Column("reason", sa.String(length=400), server_default="", nullable=False),
        sa.Column("approval_id", sa.String(length=36), nullable=True),
        sa.Column("job_id", sa.String(length=36), nullable=True),
        sa.Column("created_by", sa.String(length=36), nullable=False),
        sa.Column("created_at", columns.UtcDateTime(), nullable=False),
        sa.Column("started_at", columns.UtcDateTime(), nullable=True),
        sa.Column("ended_at", columns.UtcDateTime(), nullable=True),
        sa.Column("wiped_at", columns.UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "status IN ('received', 'checking', 'checked', 'requested', 'running', 'done', 'undoing', 'undone', 'discarded')",
            name=op.f("ck_imports_status_known"),
        ),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name=op.f("fk_imports_area_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imports")),
    )
    op.create_index("ix_imports_area_id", "imports", ["area_id", "created_at", "id"], unique=False)
    op.create_index("ix_imports_status", "imports", ["status", "created_at"], unique=False)
    op.create_table(
        "printers",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("area_id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("post_kind", sa.String(length=32), nullable=False),
        sa.Column("post_id", sa.String(length=36), nullable=False),
        sa.Column("language", sa.String(length=32), nullable=False),
        sa.Column("host", sa.String(length=255), nullable=False),
        sa.Column("port", sa.Integer(), nullable=False),
        sa.Column("width_mm", sa.Integer(), nullable=False),
        sa.Column("height_mm", sa.Integer(), nullable=False),
        sa.Column("gap_mm", sa.Integer(), nullable=False),
        sa.Column("has_cutter", sa.Boolean(), nullable=False),
        sa.Column("drawer_pin", sa.Integer(), nullable=True),
        sa.Column("confirms", sa.Boolean(), nullable=False),
        sa.Column("documents", columns.Json(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", columns.UtcDateTime(), nullable=False),
        sa.Column("retired_at", columns.UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "language IN ('escpos', 'tspl', 'zpl')", name=op.f("ck_printers_language_known")
        ),
        sa.CheckConstraint(
            "post_kind IN ('sales_site', 'window', 'kiosk')",
            name=op.f("ck_printers_post_kind_known"),
        ),
        sa.CheckConstraint("port BETWEEN 1 AND 65535", name=op.f("ck_printers_port_known")),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name=op.f("fk_printers_area_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_printers")),
    )
    op.create_index(op.f("ix_printers_area_id"), "printers", ["area_id"], unique=False)
    op.create_index("ix_printers_post", "printers", ["post_id"], unique=False)
    op.create_table(
        "products",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("area_id", sa.String(length=36), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name_zh", sa.String(length=120), nullable=False),
        sa.Column("name_en", sa.String(length=120), server_default="", nullable=False),
        sa.Column("description_zh", sa.Text(), server_default="", nullable=False),
        sa.Column("description_en", sa.Text(), server_default="", nullable=False),
        sa.Column("opens_area", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("counts_capacity", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("slotted", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("seated", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("daily_quota", sa.Integer(), nullable=True),
        sa.Column("book_days_ahead", sa.Integer(), server_default="7", nullable=False),
        sa.Column("scope_bits", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("spot_shares", columns.Json(), server_default="{}", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", columns.UtcDateTime(), nullable=False),
        sa.Column("retired_at", columns.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name=op.f("fk_products_area_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_products")),
        sa.UniqueConstraint("code", name=op.f("uq_products_code")),
    )
    op.create_index(op.f("ix_products_area_id"), "products", ["area_id"], unique=False)
    op.create_table(
        "promotions",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("area_id", sa.String(length=36), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name_zh", sa.String(length=120), nullable=False),
        sa.Column("name_en", sa.String(length=120), server_default="", nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("code_use", sa.String(length=32), nullable=False),
        sa.Column("shared_code", sa.String(length=32), server_default="", nullable=False),
        sa.Column("terms", columns.Json(), nullable=False),
        sa.Column("priority", sa.Integer(), server_default="0", nullable=False),
        sa.Column("limit_total", sa.Integer(), nullable=True),
        sa.Column("budget_minor", sa.BigInteger(), nullable=True),
        sa.Column("used", sa.Integer(), server_default="0", nullable=False),
        sa.Column("given_minor", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("made_by", sa.String(length=36), nullable=True),
        sa.Column("created_at", columns.UtcDateTime(), nullable=False),
        sa.Column("approval_id", sa.String(length=36), nullable=True),
        sa.Column("activated_at", columns.UtcDateTime(), nullable=True),
        sa.Column("ended_at", columns.UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "code_use IN ('none', 'shared', 'single')", name=op.f("ck_promotions_code_use_known")
        ),
        sa.CheckConstraint(
            "kind IN ('percent', 'amount', 'order_amount', 'fixed', 'buy_get')",
            name=op.f("ck_promotions_kind_known"),
        ),
        sa.CheckConstraint(
            "status IN ('draft', 'submitted', 'active', 'paused', 'ended')",
            name=op.f("ck_promotions_status_known"),
        ),
        sa.CheckConstraint(
            "budget_minor IS NULL OR given_minor <= budget_minor",
            name=op.f("ck_promotions_within_budget"),
        ),
        sa.CheckConstraint(
            "limit_total IS NULL OR used <= limit_total", name=op.f("ck_promotions_within_limit")
        ),
        sa.CheckConstraint(
            "used >= 0 AND given_minor >= 0", name=op.f("ck_promotions_counts_not_negative")
        ),
        sa.ForeignKeyConstraint(
            ["approval_id"], ["approvals.id"], name=op.f("fk_promotions_approval_id")
        ),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name=op.f("fk_promotions_area_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promotions")),
        sa.UniqueConstraint("area_id", "code", name=op.f("uq_promotions_area_id_code")),
    )
    op.create_index(
        "ix_promotions_active",
        "promotions",
        ["area_id"],
        unique=False,
        sqlite_where=sa.text("status = 'active'"),
        postgresql_where=sa.text("status = 'active'"),
    )
    op.create_index("ix_promotions_made", "promotions", ["created_at", "id"], unique=False)
    op.create_table(
        "report_deliveries",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("saved_report_id", sa.String(length=36), nullable=False),
        sa.Column("due_at", columns.UtcDateTime(), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("export_id", sa.String(length=36), nullable=False),
        sa.Column("message_id", sa.String(length=36), nullable=True),
        sa.CheckConstraint(
            "status IN ('making', 'handed_over', 'failed')",
            name=op.f("ck_report_deliveries_status_known"),
        ),
        sa.ForeignKeyConstraint(
            ["export_id"], ["exports.id"], name=op.f("fk_report_deliveries_export_id")
        ),
        sa.ForeignKeyConstraint(
            ["saved_report_id"],
            ["saved_reports.id"],
            name=op.f("fk_report_deliveries_saved_report_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_deliveries")),
        sa.UniqueConstraint(
            "saved_report_id", "due_at", name=op.f("uq_report_deliveries_saved_report_id_due_at")
        ),
    )
    op.create_index(
        "ix_report_deliveries_status", "report_deliveries", ["status", "due_at"], unique=False
    )
    op.create_table(
        "sales_sites",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name_zh", sa.String(length=120), nullable=False),
        sa.Column("name_en", sa.String(length=120), server_default="", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", columns.UtcDateTime(), nullable=False),
        sa.Column("retired_at", columns.UtcDateTime(), nullable=True),
        sa.Column("area_id", sa.String(length=36), nullable=False),
        sa.Column("map_x_permille", sa.Integer(), nullable=True),
        sa.Column("map_y_permille", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(map_x_permille IS NULL) = (map_y_permille IS NULL)",
            name=op.f("ck_sales_sites_map_both_or_none"),
        ),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name=op.f("fk_sales_sites_area_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sales_sites")),
        sa.UniqueConstraint("code", name=op.f("uq_sales_sites_code")),
    )
    op.create_index(op.f("ix_sales_sites_area_id"), "sales_sites", ["area_id"], unique=False)
    op.create_table(
        "spots",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name_zh", sa.String(length=120), nullable=False),
        sa.Column("name_en", sa.String(length=120), server_default="", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", columns.UtcDateTime(), nullable=False),
        sa.Column("retired_at", columns.UtcDateTime(), nullable=True),
        sa.Column("area_id", sa.String(length=36), nullable=False),
        sa.Column("scope_bit", sa.Integer(), nullable=False),
        sa.Column("usable_m2", sa.Integer(), server_default="0", nullable=False),
        sa.Column("m2_per_person", sa.Integer(), server_default="1", nullable=False),
        sa.Column("seats", sa.Integer(), server_default="0", nullable=False),
        sa.Column("runs_per_day", sa.Integer(), server_default="0", nullable=False),
        sa.Column("rides_per_visitor", sa.Integer(), server_default="1", nullable=False),
        sa.Column("introduction_zh", sa.Text(), server_default="", nullable=False),
        sa.Column("introduction_en", sa.Text(), server_default="", nullable=False),
        sa.Column("map_x_permille", sa.Integer(), nullable=True),
        sa.Column("map_y_permille", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(map_x_permille IS NULL) = (map_y_permille IS NULL)",
            name=op.f("ck_spots_map_both_or_none"),
        ),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name=op.f("fk_spots_area_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spots")),
        sa.UniqueConstraint("area_id", "scope_bit", name=op.f("uq_spots_area_id_scope_bit")),
        sa.UniqueConstraint("code", name=op.f("uq_spots_code")),
    )
    op.create_index(op.f("ix_spots_area_id"), "spots", ["area_id"], unique=False)
    op.create_table(
        "stock_kinds",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("area_id", sa.String(length=36), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name_zh", sa.String(length=120), nullable=False),
        sa.Column("name_en", sa.String(length=120), server_default="", nullable=False),
        sa.Column("form", sa.String(length=32), nullable=False),
        sa.Column("paper", sa.String(length=8), server_default="", nullable=False),
        sa.Column("edition", sa.Integer(), server_default="1", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", columns.UtcDateTime(), nullable=False),
        sa.Column("retired_at", columns.UtcDateTime(), nullable=True),
        sa.CheckConstraint("form IN ('ticket', 'card')", name=op.f("ck_stock_kinds_form_known")),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name=op.f("fk_stock_kinds_area_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_kinds")),
        sa.UniqueConstraint("area_id", "code", name=op.f("uq_stock_kinds_area_id_code")),
    )
    op.create_table(
        "stock_numbers",
        sa.Column("area_id", sa.String(length=36), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name=op.f("fk_stock_numbers_area_id")),
        sa.PrimaryKeyConstraint("area_id", "day", name=op.f("pk_stock_numbers")),
    )
    op.create_table(
        "announcement_messages",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("announcement_id", sa.String(length=36), nullable=False),
        sa.Column("visit_on", sa.Date(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("told_by", sa.String(length=36), nullable=True),
        sa.Column("told_at", columns.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["announcement_id"],
            ["announcements.id"],
            name=op.f("fk_announcement_messages_announcement_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_announcement_messages")),
        sa.UniqueConstraint(
            "announcement_id",
            "visit_on",
            name=op.f("uq_announcement_messages_announcement_id_visit_on"),
        ),
    )
    op.create_table(
        "coupons",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("promotion_id", sa.String(length=36), nullable=False),
        sa.Column("batch", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("made_at", columns.UtcDateTime(), nullable=False),
        sa.Column("taken_at", columns.UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "status IN ('open', 'taken', 'void')", name=op.f("ck_coupons_status_known")
        ),
        sa.ForeignKeyConstraint(
            ["promotion_id"], ["promotions.id"], name=op.f("fk_coupons_promotion_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coupons")),
        sa.UniqueConstraint("code", name=op.f("uq_coupons_code")),
    )
    op.create_index(
        "ix_coupons_promotion", "coupons", ["promotion_id", "batch", "id"], unique=False
    )
    op.create_table(
        "daily_close_lines",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("close_id", sa.String(length=36), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("cause", sa.String(length=32), nullable=False),
        sa.Column("noun", sa.String(length=32), nullable=False),
        sa.Column("subject_id", sa.String(length=64), nullable=False),
        sa.Column("label", sa.String(length=80), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("pieces", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.String(length=400), server_default="", nullable=False),
        sa.Column("noted_by", sa.String(length=36), nullable=True),
        sa.Column("noted_at", columns.UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "cause IN ('deposit_open', 'deposit_used', 'deposit_returned', 'refund_due', 'refund_earlier', 'refund_failed', 'order_wrong', 'drawer_carried', 'cash_counted', 'drawer_wrong', 'shift_open', 'statement_missing', 'statement_differs', 'bill_differs', 'payment_waiting', 'ledger_wrong', 'tickets_wrong', 'by_hand', 'incident', 'passed_after', 'uses_wrong', 'opening_wrong')",
            name=op.f("ck_daily_close_lines_cause_known"),
        ),
        sa.ForeignKeyConstraint(
            ["close_id"], ["daily_closes.id"], name=op.f("fk_daily_close_lines_close_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_daily_close_lines")),
        sa.UniqueConstraint(
            "close_id",
            "cause",
            "subject_id",
            name=op.f("uq_daily_close_lines_close_id_cause_subject_id"),
        ),
    )
    op.create_table(
        "gates",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name_zh", sa.String(length=120), nullable=False),
        sa.Column("name_en", sa.String(length=120), server_default="", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", columns.UtcDateTime(), nullable=False),
        sa.Column("retired_at", columns.UtcDateTime(), nullable=True),
        sa.Column("check_site_id", sa.String(length=36), nullable=False),
        sa.Column("area_id", sa.String(length=36), nullable=False),
        sa.Column("spot_id", sa.String(length=36), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("direction", sa.String(length=32), server_default="in", nullable=False),
        sa.Column("status", sa.String(length=32), server_default="open", nullable=False),
        sa.Column("has_sensor", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("open_ms", sa.Integer(), server_default="5000", nullable=False),
        sa.Column("hold_seconds", sa.Integer(), server_default="15", nullable=False),
        sa.Column("map_x_permille", sa.Integer(), nullable=True),
        sa.Column("map_y_permille", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "direction IN ('in', 'out', 'both')", name=op.f("ck_gates_direction_known")
        ),
        sa.CheckConstraint("status IN ('open', 'closed')", name=op.f("ck_gates_status_known")),
        sa.CheckConstraint(
            "(map_x_permille IS NULL) = (map_y_permille IS NULL)",
            name=op.f("ck_gates_map_both_or_none"),
        ),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name=op.f("fk_gates_area_id")),
        sa.ForeignKeyConstraint(
            ["check_site_id"], ["check_sites.id"], name=op.f("fk_gates_check_site_id")
        ),
        sa.ForeignKeyConstraint(["spot_id"], ["spots.id"], name=op.f("fk_gates_spot_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gates")),
        sa.UniqueConstraint("code", name=op.f("uq_gates_code")),
    )
    op.create_index(op.f("ix_gates_area_id"), "gates", ["area_id"], unique=False)
    op.create_index(op.f("ix_gates_check_site_id"), "gates", ["check_site_id"], unique=False)
    op.create_table(
        "import_parts",
        sa.Column("import_id", sa.String(length=36), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column(
            "sealed",
            sa.LargeBinary().with_variant(postgresql.BYTEA(), "postgresql"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["import_id"], ["imports.id"], name=op.f("fk_import_parts_import_id")
        ),
        sa.PrimaryKeyConstraint("import_id", "part", name=op.f("pk_import_parts")),
    )
    op.create_table(
        "import_rows",
        sa.Column("import_id", sa.String(length=36), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("external_id", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("problems", columns.Json(), nullable=False),
        sa.Column("figures", columns.Json(), nullable=False),
        sa.Column("subject_id", sa.String(length=36), nullable=True),
        sa.CheckConstraint(
            "status IN ('good', 'bad', 'known', 'done', 'failed', 'undone', 'kept')",
            name=op.f("ck_import_rows_status_known"),
        ),
        sa.ForeignKeyConstraint(
            ["import_id"], ["imports.id"], name=op.f("fk_import_rows_import_id")
        ),
        sa.PrimaryKeyConstraint("import_id", "position", name=op.f("pk_import_rows")),
    )
    op.create_index(
        "ix_import_rows_status", "import_rows", ["import_id", "status", "position"], unique=False
    )
    op.create_table(
        "print_jobs",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("printer_id", sa.String(length=36), nullable=False),
        sa.Column("area_id", sa.String(length=36), nullable=False),
        sa.Column("post_kind", sa.String(length=32), nullable=True),
        sa.Column("post_id", sa.String(length=36), nullable=True),
        sa.Column("document", sa.String(length=32), nullable=False),
        sa.Column("subject_id", sa.String(length=36), nullable=False),
        sa.Column("cause_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("details", columns.Json(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("trouble", sa.String(length=32), nullable=True),
        sa.Column("problem", sa.String(length=400), server_default="", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("worker", sa.String(length=36), nullable=True),
        sa.Column("staff_id", sa.String(length=36), nullable=True),
        sa.Column("again_of", sa.String(length=36), nullable=True),
        sa.Column("queued_at", columns.UtcDateTime(), nullable=False),
        sa.Column("due_at", columns.UtcDateTime(), nullable=False),
        sa.Column("give_up_at", columns.UtcDateTime(), nullable=False),
        sa.Column("started_at", columns.UtcDateTime(), nullable=True),
        sa.Column("ended_at", columns.UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "document IN ('ticket', 'receipt', 'shift', 'card', 'label', 'test', 'drawer')",
            name=op.f("ck_print_jobs_document_known"),
        ),
        sa.CheckConstraint(
            "post_kind IN ('sales_site', 'window', 'kiosk')",
            name=op.f("ck_print_jobs_post_kind_known"),
        ),
        sa.CheckConstraint(
            "status IN ('queued', 'sending', 'done', 'unknown', 'failed', 'cancelled')",
            name=op.f("ck_print_jobs_status_known"),
        ),
        sa.ForeignKeyConstraint(
            ["again_of"], ["print_jobs.id"], name=op.f("fk_print_jobs_again_of")
        ),
        sa.ForeignKeyConstraint(
            ["printer_id"], ["printers.id"], name=op.f("fk_print_jobs_printer_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_print_jobs")),
    )
    op.create_index("ix_print_jobs_cause", "print_jobs", ["cause_id"], unique=False)
    op.create_index(
        "ix_print_jobs_open",
        "print_jobs",
        ["printer_id", "queued_at", "place", "id"],
        unique=False,
        sqlite_where=sa.text("status IN ('queued', 'sending')"),
        postgresql_where=sa.text("status IN ('queued', 'sending')"),
    )
    op.create_index(
        "ix_print_jobs_printer", "print_jobs", ["printer_id", "queued_at", "id"], unique=False
    )
    op.create_index("ix_print_jobs_queued", "print_jobs", ["queued_at", "id"], unique=False)
    op.create_index(
        "ix_print_jobs_status", "print_jobs", ["status", "queued_at", "id"], unique=False
    )
    op.create_index("ix_print_jobs_subject", "print_jobs", ["subject_id"], unique=False)
    op.create_table(
        "printer_states",
        sa.Column("printer_id", sa.String(length=36), nullable=False),
        sa.Column("trouble", sa.String(length=32), nullable=True),
        sa.Column("seen_at", columns.UtcDateTime(), nullable=True),
        sa.Column("holder", sa.String(length=36), nullable=True),
        sa.Column("held_until", columns.UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "trouble IN ('OFFLINE', 'COVER_OPEN', 'PAPER_OUT', 'PAPER_LOW', 'FAILED')",
            name=op.f("ck_printer_states_trouble_known"),
        ),
        sa.ForeignKeyConstraint(
            ["printer_id"], ["printers.id"], name=op.f("fk_printer_states_printer_id")
        ),
        sa.PrimaryKeyConstraint("printer_id", name=op.f("pk_printer_states")),
    )
    op.create_table(
        "product_spots",
        sa.Column("product_id", sa.String(length=36), nullable=False),
        sa.Column("spot_id", sa.String(length=36), nullable=False),
        sa.Column("share_bps", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name=op.f("fk_product_spots_product_id")
        ),
        sa.ForeignKeyConstraint(["spot_id"], ["spots.id"], name=op.f("fk_product_spots_spot_id")),
        sa.PrimaryKeyConstraint("product_id", "spot_id", name=op.f("pk_product_spots")),
    )
    op.create_table(
        "promotion_counters",
        sa.Column("promotion_id", sa.String(length=36), nullable=False),
        sa.Column("scope", sa.String(length=32), nullable=False),
        sa.Column("counted", sa.String(length=64), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "scope IN ('day', 'phone', 'document', 'member')",
            name=op.f("ck_promotion_counters_scope_known"),
        ),
        sa.CheckConstraint("used >= 0", name=op.f("ck_promotion_counters_used_not_negative")),
        sa.ForeignKeyConstraint(
            ["promotion_id"], ["promotions.id"], name=op.f("fk_promotion_counters_promotion_id")
        ),
        sa.PrimaryKeyConstraint(
            "promotion_id", "scope", "counted", name=op.f("pk_promotion_counters")
        ),
    )
    op.create_table(
        "promotion_funders",
        sa.Column("promotion_id", sa.String(length=36), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("owner_id", sa.String(length=36), nullable=False),
        sa.Column("share_bps", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('area', 'unit', 'platform')", name=op.f("ck_promotion_funders_kind_known")
        ),
        sa.CheckConstraint(
            "share_bps > 0 AND share_bps <= 10000",
            name=op.f("ck_promotion_funders_share_within_whole"),
        ),
        sa.ForeignKeyConstraint(
            ["promotion_id"], ["promotions.id"], name=op.f("fk_promotion_funders_promotion_id")
        ),
        sa.PrimaryKeyConstraint("promotion_id", "position", name=op.f("pk_promotion_funders")),
    )
    op.create_table(
        "slot_plans",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("product_id", sa.String(length=36), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("weekdays", sa.Integer(), server_default="127", nullable=False),
        sa.Column("starts", sa.String(length=5), nullable=False),
        sa.Column("ends", sa.String(length=5), nullable=False),
        sa.Column("quota", sa.Integer(), nullable=False),
        sa.Column("window_bps", sa.Integer(), server_default="0", nullable=False),
        sa.Column("channel_quotas", columns.Json(), server_default="{}", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", columns.UtcDateTime(), nullable=False),
        sa.Column("retired_at", columns.UtcDateTime(), nullable=True),
        sa.CheckConstraint("quota > 0", name=op.f("ck_slot_plans_quota_positive")),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name=op.f("fk_slot_plans_product_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slot_plans")),
    )
    op.create_index(op.f("ix_slot_plans_product_id"), "slot_plans", ["product_id"], unique=False)
    op.create_table(
        "slots",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("product_id", sa.String(length=36), nullable=False),
        sa.Column("area_id", sa.String(length=36), nullable=False),
        sa.Column("visit_on", sa.Date(), nullable=False),
        sa.Column("starts_at", columns.UtcDateTime(), nullable=False),
        sa.Column("ends_at", columns.UtcDateTime(), nullable=False),
        sa.Column("whole_day", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("quota", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), server_default="0", nullable=False),
        sa.Column("kept_left", sa.Integer(), server_default="0", nullable=False),
        sa.Column("status", sa.String(length=32), server_default="open", nullable=False),
        sa.Column("note", sa.String(length=200), server_default="", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("status IN ('open', 'closed')", name=op.f("ck_slots_status_known")),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_slots_ends_after_start")),
        sa.CheckConstraint(
            "taken >= 0 AND kept_left >= 0 AND taken + kept_left <= quota",
            name=op.f("ck_slots_never_oversold"),
        ),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name=op.f("fk_slots_area_id")),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name=op.f("fk_slots_product_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slots")),
        sa.UniqueConstraint(
            "product_id",
            "visit_on",
            "starts_at",
            name=op.f("uq_slots_product_id_visit_on_starts_at"),
        ),
    )
    op.create_index("ix_slots_area_day", "slots", ["area_id", "visit_on"], unique=False)
    op.create_table(
        "stock_documents",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("area_id", sa.String(length=36), nullable=False),
        sa.Column("stock_kind_id", sa.String(length=36), nullable=False),
        sa.Column("from_id", sa.String(length=36), nullable=True),
        sa.Column("to_id", sa.String(length=36), nullable=True),
        sa.Column("received_by", sa.String(length=36), nullable=True),
        sa.Column("pieces", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.String(length=400), server_default="", nullable=False),
        sa.Column("request_id", sa.String(length=64), nullable=True),
        sa.Column("approval_id", sa.String(length=36), nullable=True),
        sa.Column("made_by", sa.String(length=36), nullable=True),
        sa.Column("made_at", columns.UtcDateTime(), nullable=False),
        sa.Column("approved_by", sa.String(length=36), nullable=True),
        sa.Column("approved_at", columns.UtcDateTime(), nullable=True),
        sa.Column("posted_by", sa.String(length=36), nullable=True),
        sa.Column("posted_at", columns.UtcDateTime(), nullable=True),
        sa.Column("reversed_by", sa.String(length=36), nullable=True),
        sa.Column("reversed_at", columns.UtcDateTime(), nullable=True),
        sa.Column("reverse_reason", sa.String(length=400), server_default="", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "kind IN ('receipt', 'issue', 'transfer', 'return', 'stocktake', 'write_off')",
            name=op.f("ck_stock_documents_kind_known"),
        ),
        sa.CheckConstraint(
            "status IN ('draft', 'approved', 'posted', 'reversed', 'discarded')",
            name=op.f("ck_stock_documents_status_known"),
        ),
        sa.CheckConstraint("pieces >= 0", name=op.f("ck_stock_documents_pieces_not_negative")),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name=op.f("fk_stock_documents_area_id")),
        sa.ForeignKeyConstraint(
            ["received_by"], ["staff.id"], name=op.f("fk_stock_documents_received_by")
        ),
        sa.ForeignKeyConstraint(
            ["stock_kind_id"], ["stock_kinds.id"], name=op.f("fk_stock_documents_stock_kind_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_documents")),
        sa.UniqueConstraint("number", name=op.f("uq_stock_documents_number")),
        sa.UniqueConstraint("request_id", name=op.f("uq_stock_documents_request_id")),
    )
    op.create_index(
        "ix_stock_documents_area_made",
        "stock_documents",
        ["area_id", "made_at", "id"],
        unique=False,
    )
    op.create_index("ix_stock_documents_made", "stock_documents", ["made_at", "id"], unique=False)
    op.create_table(
        "stock_holdings",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("kind_id", sa.String(length=36), nullable=False),
        sa.Column("holder_id", sa.String(length=36), nullable=False),
        sa.Column("prefix", sa.String(length=16), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("from_no", sa.BigInteger(), nullable=False),
        sa.Column("to_no", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("from_no <= to_no", name=op.f("ck_stock_holdings_in_order")),
        sa.ForeignKeyConstraint(
            ["kind_id"], ["stock_kinds.id"], name=op.f("fk_stock_holdings_kind_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_holdings")),
        sa.UniqueConstraint(
            "kind_id",
            "prefix",
            "width",
            "from_no",
            name=op.f("uq_stock_holdings_kind_id_prefix_width_from_no"),
        ),
        info={"disjoint": True},
    )
    op.create_index(
        "ix_stock_holdings_holder",
        "stock_holdings",
        ["holder_id", "kind_id", "prefix", "width", "from_no"],
        unique=False,
    )
    op.create_table(
        "stock_lots",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("kind_id", sa.String(length=36), nullable=False),
        sa.Column("prefix", sa.String(length=16), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("from_no", sa.BigInteger(), nullable=False),
        sa.Column("to_no", sa.BigInteger(), nullable=False),
        sa.Column("document_id", sa.String(length=36), nullable=False),
        sa.Column("received_at", columns.UtcDateTime(), nullable=False),
        sa.CheckConstraint("from_no <= to_no", name=op.f("ck_stock_lots_in_order")),
        sa.ForeignKeyConstraint(
            ["kind_id"], ["stock_kinds.id"], name=op.f("fk_stock_lots_kind_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_lots")),
        sa.UniqueConstraint(
            "kind_id",
            "prefix",
            "width",
            "from_no",
            name=op.f("uq_stock_lots_kind_id_prefix_width_from_no"),
        ),
        info={"disjoint": True},
    )
    op.create_table(
        "stock_moves",
        sa.Column(
            "seq",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("kind_id", sa.String(length=36), nullable=False),
        sa.Column("holder_id", sa.String(length=36), nullable=False),
        sa.Column("act", sa.String(length=32), nullable=False),
        sa.Column("prefix", sa.String(length=16), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("from_no", sa.BigInteger(), nullable=False),
        sa.Column("to_no", sa.BigInteger(), nullable=False),
        sa.Column("pieces", sa.BigInteger(), nullable=False),
        sa.Column("cause_noun", sa.String(length=32), nullable=False),
        sa.Column("cause_id", sa.String(length=36), nullable=False),
        sa.Column("shift_id", sa.String(length=36), nullable=True),
        sa.Column("staff_id", sa.String(length=36), nullable=True),
        sa.Column("note", sa.String(length=200), server_default="", nullable=False),
        sa.Column("at", columns.UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "act IN ('received', 'issued', 'transferred', 'returned', 'printed', 'reprinted', 'opened', 'voided', 'lost', 'found', 'written_off')",
            name=op.f("ck_stock_moves_act_known"),
        ),
        sa.CheckConstraint(
            "abs(pieces) = to_no - from_no + 1", name=op.f("ck_stock_moves_pieces_are_serials")
        ),
        sa.CheckConstraint("from_no <= to_no", name=op.f("ck_stock_moves_in_order")),
        sa.ForeignKeyConstraint(
            ["kind_id"], ["stock_kinds.id"], name=op.f("fk_stock_moves_kind_id")
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_stock_moves")),
        info={"append_only": True},
        sqlite_autoincrement=True,
    )
    op.create_index("ix_stock_moves_at", "stock_moves", ["at"], unique=False)
    op.create_index("ix_stock_moves_cause", "stock_moves", ["cause_noun", "cause_id"], unique=False)
    op.create_index(
        "ix_stock_moves_holder", "stock_moves", ["holder_id", "kind_id", "seq"], unique=False
    )
    op.create_index(
        "ix_stock_moves_ranges",
        "stock_moves",
        ["prefix", "width", "to_no"],
        unique=False,
        sqlite_where=sa.text("to_no > from_no"),
        postgresql_where=sa.text("to_no > from_no"),
    )
    op.create_index(
        "ix_stock_moves_serial", "stock_moves", ["prefix", "width", "from_no"], unique=False
    )
    op.create_index("ix_stock_moves_shift", "stock_moves", ["shift_id", "kind_id"], unique=False)
    op.create_table(
        "stock_shortfalls",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("kind_id", sa.String(length=36), nullable=False),
        sa.Column("holder_id", sa.String(length=36), nullable=False),
        sa.Column("shift_id", sa.String(length=36), nullable=True),
        sa.Column("cause_noun", sa.String(length=32), nullable=False),
        sa.Column("cause_id", sa.String(length=36), nullable=False),
        sa.Column("at", columns.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["kind_id"], ["stock_kinds.id"], name=op.f("fk_stock_shortfalls_kind_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_shortfalls")),
        info={"append_only": True},
    )
    op.create_index(
        op.f("ix_stock_shortfalls_shift_id"), "stock_shortfalls", ["shift_id"], unique=False
    )
    op.create_table(
        "stock_thresholds",
        sa.Column("holder_id", sa.String(length=36), nullable=False),
        sa.Column("kind_id", sa.String(length=36), nullable=False),
        sa.Column("least", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("least > 0", name=op.f("ck_stock_thresholds_least_positive")),
        sa.ForeignKeyConstraint(
            ["kind_id"], ["stock_kinds.id"], name=op.f("fk_stock_thresholds_kind_id")
        ),
        sa.PrimaryKeyConstraint("holder_id", "kind_id", name=op.f("pk_stock_thresholds")),
    )
    op.create_table(
        "ticket_types",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("product_id", sa.String(length=36), nullable=False),
        sa.Column("area_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name_zh", sa.String(length=120), nullable=False),
        sa.Column("name_en", sa.String(length=120), server_default="", nullable=False),
        sa.Column("hint_zh", sa.String(length=60), server_default="", nullable=False),
        sa.Column("hint_en", sa.String(length=60), server_default="", nullable=False),
        sa.Column("kind", sa.String(length=32), server_default="adult", nullable=False),
        sa.Column("list_price_minor", sa.BigInteger(), nullable=False),
        sa.Column("gate_mode", sa.String(length=32), server_default="one_one", nullable=False),
        sa.Column("entries", sa.Integer(), server_default="1", nullable=False),
        sa.Column("persons", sa.Integer(), server_default="1", nullable=False),
        sa.Column("passback_minutes", sa.Integer(), server_default="10", nullable=False),
        sa.Column("validity", sa.String(length=32), server_default="visit_day", nullable=False),
        sa.Column("valid_days", sa.Integer(), server_default="1", nullable=False),
        sa.Column("valid_from_on", sa.Date(), nullable=True),
        sa.Column("valid_until_on", sa.Date(), nullable=True),
        sa.Column("real_name", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("most_per_order", sa.Integer(), server_default="0", nullable=False),
        sa.Column("least_per_order", sa.Integer(), server_default="1", nullable=False),
        sa.Column("group_min", sa.Integer(), server_default="0", nullable=False),
        sa.Column("group_free_every", sa.Integer(), server_default="0", nullable=False),
        sa.Column("concessions", columns.Json(), server_default="[]", nullable=False),
        sa.Column("concession_only", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("refund_policy_id", sa.String(length=36), nullable=False),
        sa.Column("channels", columns.Json(), nullable=False),
        sa.Column("medium", sa.String(length=32), server_default="paper", nullable=False),
        sa.Column("hotkey", sa.String(length=1), server_default="", nullable=False),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        sa.Column("status", sa.String(length=32), server_default="draft", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("published_at", columns.UtcDateTime(), nullable=True),
        sa.Column("created_at", columns.UtcDateTime(), nullable=False),
        sa.Column("retired_at", columns.UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "gate_mode IN ('one_one', 'one_many', 'multi_entry', 're_entry', 'multi_spot')",
            name=op.f("ck_ticket_types_gate_mode_known"),
        ),
        sa.CheckConstraint(
            "kind IN ('adult', 'youth', 'child', 'infant', 'student', 'senior', 'family', 'military', 'group', 'other')",
            name=op.f("ck_ticket_types_kind_known"),
        ),
        sa.CheckConstraint(
            "status IN ('draft', 'on_sale', 'paused', 'retired')",
            name=op.f("ck_ticket_types_status_known"),
        ),
        sa.CheckConstraint(
            "validity IN ('visit_day', 'days_from_visit', 'days_from_sale', 'fixed')",
            name=op.f("ck_ticket_types_validity_known"),
        ),
        sa.CheckConstraint(
            "list_price_minor >= 0", name=op.f("ck_ticket_types_price_not_negative")
        ),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name=op.f("fk_ticket_types_area_id")),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name=op.f("fk_ticket_types_product_id")
        ),
        sa.ForeignKeyConstraint(
            ["refund_policy_id"],
            ["refund_policies.id"],
            name=op.f("fk_ticket_types_refund_policy_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_types")),
        sa.UniqueConstraint("code", name=op.f("uq_ticket_types_code")),
        sa.UniqueConstraint("number", name=op.f("uq_ticket_types_number")),
    )
    op.create_index(op.f("ix_ticket_types_area_id"), "ticket_types", ["area_id"], unique=False)
    op.create_index(
        op.f("ix_ticket_types_product_id"), "ticket_types", ["product_id"], unique=False
    )
    op.create_table(
        "told_products",
        sa.Column("product_id", sa.String(length=36), nullable=False),
        sa.Column("area_id", sa.String(length=36), nullable=False),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("days", columns.Json(), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name=op.f("fk_told_products_area_id")),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name=op.f("fk_told_products_product_id")
        ),
        sa.PrimaryKeyConstraint("product_id", name=op.f("pk_told_products")),
    )
    op.create_index(op.f("ix_told_products_area_id"), "told_products", ["area_id"], unique=False)
    op.create_table(
        "warehouses",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name_zh", sa.String(length=120), nullable=False),
        sa.Column("name_en", sa.String(length=120), server_default="", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", columns.UtcDateTime(), nullable=False),
        sa.Column("retired_at", columns.UtcDateTime(), nullable=True),
        sa.Column("area_id", sa.String(length=36), nullable=False),
        sa.Column("sales_site_id", sa.String(length=36), nullable=True),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name=op.f("fk_warehouses_area_id")),
        sa.ForeignKeyConstraint(
            ["sales_site_id"], ["sales_sites.id"], name=op.f("fk_warehouses_sales_site_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_warehouses")),
        sa.UniqueConstraint("code", name=op.f("uq_warehouses_code")),
    )
    op.create_index(op.f("ix_warehouses_area_id"), "warehouses", ["area_id"], unique=False)
    op.create_index(
        op.f("ix_warehouses_sales_site_id"), "warehouses", ["sales_site_id"], unique=False
    )
    op.create_table(
        "windows",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name_zh", sa.String(length=120), nullable=False),
        sa.Column("name_en", sa.String(length=120), server_default="", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", columns.UtcDateTime(), nullable=False),
        sa.Column("retired_at", columns.UtcDateTime(), nullable=True),
        sa.Column("sales_site_id", sa.String(length=36), nullable=False),
        sa.Column("area_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sells_everything", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("any_cashier", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("printer", columns.Json(), server_default="{}", nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name=op.f("fk_windows_area_id")),
        sa.ForeignKeyConstraint(
            ["sales_site_id"], ["sales_sites.id"], name=op.f("fk_windows_sales_site_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_windows")),
        sa.UniqueConstraint("code", name=op.f("uq_windows_code")),
    )
    op.create_index(op.f("ix_windows_area_id"), "windows", ["area_id"], unique=False)
    op.create_index(op.f("ix_windows_sales_site_id"), "windows", ["sales_site_id"], unique=False)
    op.create_table(
        "agent_level_prices",
        sa.Column("level_id", sa.String(length=36), nullable=False),
        sa.Column("ticket_type_id", sa.String(length=36), nullable=False),
        sa.Column("off_bps", sa.Integer(), nullable=False),
        sa.Column("floor_minor", sa.BigInteger(), server_default="0", nullable=False),
        sa.CheckConstraint(
            "floor_minor >= 0", name=op.f("ck_agent_level_prices_floor_not_negative")
        ),
        sa.CheckConstraint(
            "off_bps BETWEEN 0 AND 10000", name=op.f("ck_agent_level_prices_off_bps_share")
        ),
        sa.ForeignKeyConstraint(
            ["level_id"], ["agent_levels.id"], name=op.f("fk_agent_level_prices_level_id")
        ),
        sa.ForeignKeyConstraint(
            ["ticket_type_id"],
            ["ticket_types.id"],
            name=op.f("fk_agent_level_prices_ticket_type_id"),
        ),
        sa.PrimaryKeyConstraint("level_id", "ticket_type_id", name=op.f("pk_agent_level_prices")),
    )
    op.create_table(
        "agents",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("area_id", sa.String(length=36), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("contact", sa.String(length=120), server_default="", nullable=False),
        sa.Column("phone", sa.String(length=40), server_default="", nullable=False),
        sa.Column("email", sa.String(length=200), server_default="", nullable=False),
        sa.Column("level_id", sa.String(length=36), nullable=False),
        sa.Column("gate_id", sa.String(length=36), nullable=True),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("credit_limit_minor", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("prepaid_minor", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("owed_minor", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("credit_frozen_at", columns.UtcDateTime(), nullable=True),
        sa.Column("access_hash", sa.String(length=200), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", columns.UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "status IN ('active', 'suspended', 'retired')", name=op.f("ck_agents_status_known")
        ),
        sa.CheckConstraint(
            "prepaid_minor >= 0 AND owed_minor >= 0 AND credit_limit_minor >= 0",
            name=op.f("ck_agents_not_negative"),
        ),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name=op.f("fk_agents_area_id")),
        sa.ForeignKeyConstraint(["gate_id"], ["gates.id"], name=op.f("fk_agents_gate_id")),
        sa.ForeignKeyConstraint(["level_id"], ["agent_levels.id"], name=op.f("fk_agents_level_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agents")),
        sa.UniqueConstraint("code", name=op.f("uq_agents_code")),
    )
    op.create_index("ix_agents_area", "agents", ["area_id", "code"], unique=False)
    op.create_table(
        "devices",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("gate_id", sa.String(length=36), nullable=True),
        sa.Column("area_id", sa.String(length=36), nullable=False),
        sa.Column("serial", sa.String(length=80), server_default="", nullable=False),
        sa.Column("model", sa.String(length=80), server_default="", nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=True),
        sa.Column("broker_hash", sa.String(length=200), nullable=True),
        sa.Column(
            "secret_sealed",
            sa.LargeBinary().with_variant(postgresql.BYTEA(), "postgresql"),
            nullable=True,
        ),
        sa.Column("next_secret_hash", sa.String(length=64), nullable=True),
        sa.Column("next_broker_hash", sa.String(length=200), nullable=True),
        sa.Column(
            "next_secret_sealed",
            sa.LargeBinary().with_variant(postgresql.BYTEA(), "postgresql"),
            nullable=True,
        ),
        sa.Column("paired_at", columns.UtcDateTime(), nullable=True),
        sa.Column("presence", sa.String(length=32), server_default="never", nullable=False),
        sa.Column("boot", sa.String(length=64), server_default="", nullable=False),
        sa.Column("mode", sa.String(length=32), server_default="", nullable=False),
        sa.Column("queued", sa.Integer(), server_default="0", nullable=False),
        sa.Column("clock_offset_ms", sa.Integer(), nullable=True),
        sa.Column("info", columns.Json(), server_default="{}", nullable=False),
        sa.Column("heartbeat", columns.Json(), server_default="{}", nullable=False),
        sa.Column("config", columns.Json(), server_default="{}", nullable=False),
        sa.Column("config_rev", sa.Integer(), server_default="1", nullable=False),
        sa.Column("config_reported_rev", sa.Integer(), server_default="0", nullable=False),
        sa.Column("config_errors", columns.Json(), nullable=True),
        sa.Column("bad_messages", sa.Integer(), server_default="0", nullable=False),
        sa.Column("bad_message_at", columns.UtcDateTime(), nullable=True),
        sa.Column("seen_at", columns.UtcDateTime(), nullable=True),
        sa.Column("presence_at", columns.UtcDateTime(), nullable=True),
        sa.Column("created_at", columns.UtcDateTime(), nullable=False),
        sa.Column("retired_at", columns.UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "kind IN ('turnstile', 'handheld', 'reader', 'kiosk', 'printer')",
            name=op.f("ck_devices_kind_known"),
        ),
        sa.CheckConstraint(
            "presence IN ('never', 'online', 'offline', 'degraded')",
            name=op.f("ck_devices_presence_known"),
        ),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name=op.f("fk_devices_area_id")),
        sa.ForeignKeyConstraint(["gate_id"], ["gates.id"], name=op.f("fk_devices_gate_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_devices")),
        sa.UniqueConstraint("next_secret_hash", name=op.f("uq_devices_next_secret_hash")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_devices_secret_hash")),
    )
    op.create_index(op.f("ix_devices_area_id"), "devices", ["area_id"], unique=False)
    op.create_index(op.f("ix_devices_gate_id"), "devices", ["gate_id"], unique=False)
    op.create_table(
        "memberships",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("area_id", sa.String(length=36), nullable=False),
        sa.Column("product_id", sa.String(length=36), nullable=True),
        sa.Column("kind", sa.String(length=32), nullable=True),
        sa.Column("holder_id", sa.String(length=36), nullable=True),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("note", sa.String(length=200), server_default="", nullable=False),
        sa.Column("principal_minor", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("bonus_minor", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("deposit_minor", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("uses_left", sa.Integer(), server_default="0", nullable=False),
        sa.Column("points", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("level", sa.Integer(), server_default="0", nullable=False),
        sa.Column("scope_bits", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("daily_entries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("passback_minutes", sa.Integer(), server_default="10", nullable=False),
        sa.Column("entry_price_minor", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("pays_entry", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("valid_from", columns.UtcDateTime(), nullable=True),
        sa.Column("valid_until", columns.UtcDateTime(), nullable=True),
        sa.Column("reminded", sa.Integer(), server_default="999", nullable=False),
        sa.Column("held_by", sa.String(length=36), nullable=True),
        sa.Column("held_until", columns.UtcDateTime(), nullable=True),
        sa.Column("inside", sa.Integer(), server_default="0", nullable=False),
        sa.Column("entered_on", sa.Date(), nullable=True),
        sa.Column("entered_times", sa.Integer(), server_default="0", nullable=False),
        sa.Column("last_passed_at", columns.UtcDateTime(), nullable=True),
        sa.Column("last_gate_id", sa.String(length=36), nullable=True),
        sa.Column("pin_mark", sa.String(length=64), nullable=True),
        sa.Column("pin_failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("replaces_id", sa.String(length=36), nullable=True),
        sa.Column("replaced_by_id", sa.String(length=36), nullable=True),
        sa.Column("created_at", columns.UtcDateTime(), nullable=False),
        sa.Column("opened_at", columns.UtcDateTime(), nullable=True),
        sa.Column("status_at", columns.UtcDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "kind IN ('stored_value', 'vip', 'term', 'count')",
            name=op.f("ck_memberships_kind_known"),
        ),
        sa.CheckConstraint(
            "status IN ('blank', 'initialised', 'active', 'lost', 'frozen', 'expired', 'replaced', 'returned')",
            name=op.f("ck_memberships_status_known"),
        ),
        sa.CheckConstraint(
            "deposit_minor >= 0 AND points >= 0", name=op.f("ck_memberships_deposit_not_negative")
        ),
        sa.CheckConstraint(
            "principal_minor >= 0 AND bonus_minor >= 0",
            name=op.f("ck_memberships_balance_not_negative"),
        ),
        sa.CheckConstraint("uses_left >= 0", name=op.f("ck_memberships_uses_not_negative")),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name=op.f("fk_memberships_area_id")),
        sa.ForeignKeyConstraint(
            ["holder_id"], ["card_holders.id"], name=op.f("fk_memberships_holder_id")
        ),
        sa.ForeignKeyConstraint(
            ["last_gate_id"], ["gates.id"], name=op.f("fk_memberships_last_gate_id")
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["card_products.id"], name=op.f("fk_memberships_product_id")
        ),
        sa.ForeignKeyConstraint(
            ["replaced_by_id"], ["memberships.id"], name=op.f("fk_memberships_replaced_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["replaces_id"], ["memberships.id"], name=op.f("fk_memberships_replaces_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memberships")),
        sa.UniqueConstraint("number", name=op.f("uq_memberships_number")),
    )
    op.create_index(
        "ix_memberships_area_created", "memberships", ["area_id", "created_at", "id"], unique=False
    )
    op.create_index("ix_memberships_ending", "memberships", ["status", "valid_until"], unique=False)
    op.create_index(op.f("ix_memberships_holder_id"), "memberships", ["holder_id"], unique=False)
    op.create_index("ix_memberships_opened", "memberships", ["opened_at"], unique=False)
    op.create_index(
        "ix_memberships_product_created",
        "memberships",
        ["product_id", "created_at", "id"],
        unique=False,
    )
    op.create_index(op.f("ix_memberships_product_id"), "memberships", ["product_id"], unique=False)
    op.create_index(
        "ix_memberships_status_created",
        "memberships",
        ["area_id", "status", "created_at", "id"],
        unique=False,
    )
    op.create_table(
        "price_floors",
        sa.Column("ticket_type_id", sa.String(length=36), nullable=False),
        sa.Column("floor_minor", sa.BigInteger(), nullable=False),
        sa.Column("set_by", sa.String(length=36), nullable=True),
        sa.Column("set_at", columns.UtcDateTime(), nullable=False),
        sa.CheckConstraint("floor_minor >= 0", name=op.f("ck_price_floors_floor_not_negative")),
        sa.ForeignKeyConstraint(
            ["ticket_type_id"], ["ticket_types.id"], name=op.f("fk_price_floors_ticket_type_id")
        ),
        sa.PrimaryKeyConstraint("ticket_type_id", name=op.f("pk_price_floors")),
    )
    op.create_table(
        "price_rules",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("ticket_type_id", sa.String(length=36), nullable=False),
        sa.Column("label_zh", sa.String(length=20), server_default="", nullable=False),
        sa.Column("label_en", sa.String(length=20), server_default="", nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("weekdays", sa.Integer(), server_default="127", nullable=False),
        sa.Column("slot_from", sa.String(length=5), nullable=True),
        sa.Column("slot_until", sa.String(length=5), nullable=True),
        sa.Column("channel", sa.String(length=32), nullable=True),
        sa.Column("price_minor", sa.BigInteger(), nullable=True),
        sa.Column("priority", sa.Integer(), server_default="0", nullable=False),
        sa.CheckConstraint(
            "price_minor IS NULL OR price_minor >= 0",
            name=op.f("ck_price_rules_price_not_negative"),
        ),
        sa.ForeignKeyConstraint(
            ["ticket_type_id"], ["ticket_types.id"], name=op.f("fk_price_rules_ticket_type_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_rules")),
    )
    op.create_index(
        op.f("ix_price_rules_ticket_type_id"), "price_rules", ["ticket_type_id"], unique=False
    )
    op.create_table(
        "revenue_shares",
        sa.Column("ticket_type_id", sa.String(length=36), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("unit_id", sa.String(length=36), nullable=False),
        sa.Column("spot_id", sa.String(length=36), nullable=True),
        sa.Column("parts", sa.Integer(), nullable=False),
        sa.Column("set_by", sa.String(length=36), nullable=True),
        sa.Column("set_at", columns.UtcDateTime(), nullable=False),
        sa.CheckConstraint("parts > 0", name=op.f("ck_revenue_shares_parts_positive")),
        sa.ForeignKeyConstraint(["spot_id"], ["spots.id"], name=op.f("fk_revenue_shares_spot_id")),
        sa.ForeignKeyConstraint(
            ["ticket_type_id"], ["ticket_types.id"], name=op.f("fk_revenue_shares_ticket_type_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_revenue_shares_unit_id")),
        sa.PrimaryKeyConstraint(
            "ticket_type_id", "from_on", "position", name=op.f("pk_revenue_shares")
        ),
    )
    op.create_table(
        "shifts",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("window_id", sa.String(length=36), nullable=False),
        sa.Column("area_id", sa.String(length=36), nullable=False),
        sa.Column("staff_id", sa.String(length=36), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("float_minor", sa.BigInteger(), nullable=False),
        sa.Column("expected_minor", sa.BigInteger(), nullable=True),
        sa.Column("counted_minor", sa.BigInteger(), nullable=True),
        sa.Column("count_detail", columns.Json(), nullable=True),
        sa.Column("difference_note", sa.String(length=400), server_default="", nullable=False),
        sa.Column("approval_id", sa.String(length=36), nullable=True),
        sa.Column("opened_at", columns.UtcDateTime(), nullable=False),
        sa.Column("closed_at", columns.UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "status IN ('open', 'closing', 'closed')", name=op.f("ck_shifts_status_known")
        ),
        sa.CheckConstraint("float_minor >= 0", name=op.f("ck_shifts_float_not_negative")),
        sa.ForeignKeyConstraint(
            ["approval_id"], ["approvals.id"], name=op.f("fk_shifts_approval_id")
        ),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name=op.f("fk_shifts_area_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_shifts_staff_id")),
        sa.ForeignKeyConstraint(["window_id"], ["windows.id"], name=op.f("fk_shifts_window_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shifts")),
        sa.UniqueConstraint("number", name=op.f("uq_shifts_number")),
    )
    op.create_index("ix_shifts_area_opened", "shifts", ["area_id", "opened_at", "id"], unique=False)
    op.create_index("ix_shifts_opened", "shifts", ["opened_at", "id"], unique=False)
    op.create_index(
        "ix_shifts_staff_opened", "shifts", ["staff_id", "opened_at", "id"], unique=False
    )
    op.create_index(
        "ix_shifts_window_opened", "shifts", ["window_id", "opened_at", "id"], unique=False
    )
    op.create_index(
        "ux_shifts_open_staff",
        "shifts",
        ["staff_id"],
        unique=True,
        sqlite_where=sa.text("status <> 'closed'"),
        postgresql_where=sa.text("status <> 'closed'"),
    )
    op.create_index(
        "ux_shifts_open_window",
        "shifts",
        ["window_id"],
        unique=True,
        sqlite_where=sa.text("status <> 'closed'"),
        postgresql_where=sa.text("status <> 'closed'"),
    )
    op.create_table(
        "slot_channels",
        sa.Column("slot_id", sa.String(length=36), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("quota", sa.Integer(), nullable=False),
        sa.Column("kept", sa.Integer(), server_default="0", nullable=False),
        sa.Column("taken", sa.Integer(), server_default="0", nullable=False),
        sa.CheckConstraint(
            "channel IN ('window', 'kiosk', 'shop', 'agent', 'ota')",
            name=op.f("ck_slot_channels_channel_known"),
        ),
        sa.CheckConstraint(
            "kept >= 0 AND kept <= quota", name=op.f("ck_slot_channels_kept_within_quota")
        ),
        sa.CheckConstraint(
            "taken >= 0 AND taken <= quota", name=op.f("ck_slot_channels_never_oversold")
        ),
        sa.ForeignKeyConstraint(["slot_id"], ["slots.id"], name=op.f("fk_slot_channels_slot_id")),
        sa.PrimaryKeyConstraint("slot_id", "channel", name=op.f("pk_slot_channels")),
    )
    op.create_table(
        "slot_holds",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("area_id", sa.String(length=36), nullable=False),
        sa.Column("visit_on", sa.Date(), nullable=False),
        sa.Column("slot_id", sa.String(length=36), nullable=True),
        sa.Column("heads", sa.Integer(), nullable=False),
        sa.Column("counts_day", sa.Boolean(), nullable=False),
        sa.Column("ends_at", columns.UtcDateTime(), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("made_at", columns.UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "channel IN ('window', 'kiosk', 'shop', 'agent', 'ota')",
            name=op.f("ck_slot_holds_channel_known"),
        ),
        sa.CheckConstraint("heads > 0", name=op.f("ck_slot_holds_somebody")),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name=op.f("fk_slot_holds_area_id")),
        sa.ForeignKeyConstraint(["slot_id"], ["slots.id"], name=op.f("fk_slot_holds_slot_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slot_holds")),
    )
    op.create_index("ix_slot_holds_day", "slot_holds", ["area_id", "visit_on"], unique=False)
    op.create_index("ix_slot_holds_slot_id", "slot_holds", ["slot_id"], unique=False)
    op.create_table(
        "staff_sessions",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("staff_id", sa.String(length=36), nullable=False),
        sa.Column("created_at", columns.UtcDateTime(), nullable=False),
        sa.Column("seen_at", columns.UtcDateTime(), nullable=False),
        sa.Column("expires_at", columns.UtcDateTime(), nullable=False),
        sa.Column("revoked_at", columns.UtcDateTime(), nullable=True),
        sa.Column("address", sa.String(length=64), server_default="", nullable=False),
        sa.Column("user_agent", sa.String(length=200), server_default="", nullable=False),
        sa.Column("window_id", sa.String(length=36), nullable=True),
        sa.Column("gate_id", sa.String(length=36), nullable=True),
        sa.ForeignKeyConstraint(["gate_id"], ["gates.id"], name=op.f("fk_staff_sessions_gate_id")),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_staff_sessions_staff_id")
        ),
        sa.ForeignKeyConstraint(
            ["window_id"], ["windows.id"], name=op.f("fk_staff_sessions_window_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_sessions")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_staff_sessions_token_hash")),
    )
    op.create_index(
        op.f("ix_staff_sessions_staff_id"), "staff_sessions", ["staff_id"], unique=False
    )
    op.create_table(
        "stock_document_lines",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("document_id", sa.String(length=36), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("prefix", sa.String(length=16), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("from_no", sa.BigInteger(), nullable=False),
        sa.Column("to_no", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "role IN ('listed', 'missing', 'surplus')",
            name=op.f("ck_stock_document_lines_role_known"),
        ),
        sa.CheckConstraint("from_no <= to_no", name=op.f("ck_stock_document_lines_in_order")),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["stock_documents.id"],
            name=op.f("fk_stock_document_lines_document_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_document_lines")),
    )
    op.create_index(
        op.f("ix_stock_document_lines_document_id"),
        "stock_document_lines",
        ["document_id"],
        unique=False,
    )
    op.create_table(
        "stock_feeds",
        sa.Column("window_id", sa.String(length=36), nullable=False),
        sa.Column("paper", sa.String(length=8), nullable=False),
        sa.Column("kind_id", sa.String(length=36), nullable=False),
        sa.Column("is_on", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("prefix", sa.String(length=16), server_default="", nullable=False),
        sa.Column("width", sa.Integer(), server_default="0", nullable=False),
        sa.Column("next_no", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["kind_id"], ["stock_kinds.id"], name=op.f("fk_stock_feeds_kind_id")
        ),
        sa.ForeignKeyConstraint(
            ["window_id"], ["windows.id"], name=op.f("fk_stock_feeds_window_id")
        ),
        sa.PrimaryKeyConstraint("window_id", "paper", name=op.f("pk_stock_feeds")),
    )
    op.create_table(
        "ticket_type_drafts",
        sa.Column("ticket_type_id", sa.String(length=36), nullable=False),
        sa.Column("document", columns.Json(), nullable=False),
        sa.Column("based_on_version", sa.Integer(), nullable=False),
        sa.Column("saved_by", sa.String(length=36), nullable=False),
        sa.Column("saved_at", columns.UtcDateTime(), nullable=False),
        sa.Column("approval_id", sa.String(length=36), nullable=True),
        sa.ForeignKeyConstraint(
            ["approval_id"], ["approvals.id"], name=op.f("fk_ticket_type_drafts_approval_id")
        ),
        sa.ForeignKeyConstraint(
            ["ticket_type_id"],
            ["ticket_types.id"],
            name=op.f("fk_ticket_type_drafts_ticket_type_id"),
        ),
        sa.PrimaryKeyConstraint("ticket_type_id", name=op.f("pk_ticket_type_drafts")),
    )
    op.create_table(
        "ticket_type_versions",
        sa.Column("ticket_type_id", sa.String(length=36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("document", columns.Json(), nullable=False),
        sa.Column("made_by", sa.String(length=36), nullable=True),
        sa.Column("approved_by", sa.String(length=36), nullable=True),
        sa.Column("published_at", columns.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ticket_type_id"],
            ["ticket_types.id"],
            name=op.f("fk_ticket_type_versions_ticket_type_id"),
        ),
        sa.PrimaryKeyConstraint("ticket_type_id", "version", name=op.f("pk_ticket_type_versions")),
        info={"append_only": True},
    )
    op.create_table(
        "window_cashiers",
        sa.Column("window_id", sa.String(length=36), nullable=False),
        sa.Column("staff_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_window_cashiers_staff_id")
        ),
        sa.ForeignKeyConstraint(
            ["window_id"], ["windows.id"], name=op.f("fk_window_cashiers_window_id")
        ),
        sa.PrimaryKeyConstraint("window_id", "staff_id", name=op.f("pk_window_cashiers")),
    )
    op.create_table(
        "window_ticket_types",
        sa.Column("window_id", sa.String(length=36), nullable=False),
        sa.Column("ticket_type_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["ticket_type_id"],
            ["ticket_types.id"],
            name=op.f("fk_window_ticket_types_ticket_type_id"),
        ),
        sa.ForeignKeyConstraint(
            ["window_id"], ["windows.id"], name=op.f("fk_window_ticket_types_window_id")
        ),
        sa.PrimaryKeyConstraint("window_id", "ticket_type_id", name=op.f("pk_window_ticket_types")),
    )
    op.create_table(
        "agent_keys",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("agent_id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("shown", sa.String(length=12), nullable=False),
        sa.Column("created_at", columns.UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.String(length=36), nullable=True),
        sa.Column("used_at", columns.UtcDateTime(), nullable=True),
        sa.Column("revoked_at", columns.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name=op.f("fk_agent_keys_agent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agent_keys")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_agent_keys_token_hash")),
    )
    op.create_index(op.f("ix_agent_keys_agent_id"), "agent_keys", ["agent_id"], unique=False)
    op.create_table(
        "agent_statements",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("agent_id", sa.String(length=36), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("opening_prepaid_minor", sa.BigInteger(), nullable=False),
        sa.Column("opening_owed_minor", sa.BigInteger(), nullable=False),
        sa.Column("charged_minor", sa.BigInteger(), nullable=False),
        sa.Column("refunded_minor", sa.BigInteger(), nullable=False),
        sa.Column("received_minor", sa.BigInteger(), nullable=False),
        sa.Column("closing_prepaid_minor", sa.BigInteger(), nullable=False),
        sa.Column("closing_owed_minor", sa.BigInteger(), nullable=False),
        sa.Column("issued_at", columns.UtcDateTime(), nullable=False),
        sa.Column("due_at", columns.UtcDateTime(), nullable=False),
        sa.Column("settled_at", columns.UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "closing_prepaid_minor - closing_owed_minor = opening_prepaid_minor - opening_owed_minor - charged_minor + refunded_minor + received_minor",
            name=op.f("ck_agent_statements_adds_up"),
        ),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["agents.id"], name=op.f("fk_agent_statements_agent_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agent_statements")),
        sa.UniqueConstraint("agent_id", "month", name=op.f("uq_agent_statements_agent_id_month")),
    )
    op.create_table(
        "agent_visits",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("agent_id", sa.String(length=36), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("begun_at", columns.UtcDateTime(), nullable=False),
        sa.Column("ends_at", columns.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name=op.f("fk_agent_visits_agent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agent_visits")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_agent_visits_token_hash")),
    )
    op.create_index(op.f("ix_agent_visits_agent_id"), "agent_visits", ["agent_id"], unique=False)
    op.create_index(op.f("ix_agent_visits_ends_at"), "agent_visits", ["ends_at"], unique=False)
    op.create_table(
        "card_media",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("membership_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=32), server_default="active", nullable=False),
        sa.Column("issued_at", columns.UtcDateTime(), nullable=False),
        sa.Column("died_at", columns.UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('nfc', 'barcode', 'qr')", name=op.f("ck_card_media_kind_known")
        ),
        sa.CheckConstraint(
            "status IN ('active', 'lost', 'dead')", name=op.f("ck_card_media_status_known")
        ),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["memberships.id"], name=op.f("fk_card_media_membership_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card_media")),
        sa.UniqueConstraint("code", name=op.f("uq_card_media_code")),
    )
    op.create_index(
        op.f("ix_card_media_membership_id"), "card_media", ["membership_id"], unique=False
    )
    op.create_table(
        "card_reservations",
        sa.Column("order_line_id", sa.String(length=36), nullable=False),
        sa.Column("membership_id", sa.String(length=36), nullable=False),
        sa.Column("purpose", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["memberships.id"], name=op.f("fk_card_reservations_membership_id")
        ),
        sa.PrimaryKeyConstraint(
            "order_line_id", "membership_id", name=op.f("pk_card_reservations")
        ),
    )
    op.create_index(
        "ix_card_reservations_membership", "card_reservations", ["membership_id"], unique=False
    )
    op.create_table(
        "card_returns",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("request_id", sa.String(length=128), nullable=False),
        sa.Column("membership_id", sa.String(length=36), nullable=False),
        sa.Column("area_id", sa.String(length=36), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("note", sa.String(length=400), nullable=False),
        sa.Column("is_intact", sa.Boolean(), nullable=False),
        sa.Column("value_minor", sa.BigInteger(), nullable=False),
        sa.Column("deposit_minor", sa.BigInteger(), nullable=False),
        sa.Column("detail", columns.Json(), nullable=False),
        sa.Column("approval_id", sa.String(length=36), nullable=True),
        sa.Column("requested_by", sa.String(length=36), nullable=True),
        sa.Column("requested_at", columns.UtcDateTime(), nullable=False),
        sa.Column("decided_at", columns.UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "reason IN ('by_right', 'by_wish')", name=op.f("ck_card_returns_reason_known")
        ),
        sa.CheckConstraint(
            "status IN ('requested', 'done', 'rejected')", name=op.f("ck_card_returns_status_known")
        ),
        sa.CheckConstraint(
            "value_minor >= 0 AND deposit_minor >= 0", name=op.f("ck_card_returns_not_negative")
        ),
        sa.ForeignKeyConstraint(
            ["approval_id"], ["approvals.id"], name=op.f("fk_card_returns_approval_id")
        ),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name=op.f("fk_card_returns_area_id")),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["memberships.id"], name=op.f("fk_card_returns_membership_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card_returns")),
        sa.UniqueConstraint("request_id", name=op.f("uq_card_returns_request_id")),
    )
    op.create_index(
        "ix_card_returns_area", "card_returns", ["area_id", "requested_at", "id"], unique=False
    )
    op.create_index(
        op.f("ix_card_returns_membership_id"), "card_returns", ["membership_id"], unique=False
    )
    op.create_table(
        "card_spends",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("membership_id", sa.String(length=36), nullable=False),
        sa.Column("cause_noun", sa.String(length=32), nullable=False),
        sa.Column("cause_id", sa.String(length=36), nullable=False),
        sa.Column("area_id", sa.String(length=36), nullable=False),
        sa.Column("face_minor", sa.BigInteger(), nullable=False),
        sa.Column("back_minor", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("points", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("points_back", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("spent_at", columns.UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "back_minor >= 0 AND back_minor <= face_minor",
            name=op.f("ck_card_spends_back_within_spent"),
        ),
        sa.CheckConstraint(
            "points_back >= 0 AND points_back <= points",
            name=op.f("ck_card_spends_points_within_given"),
        ),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name=op.f("fk_card_spends_area_id")),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["memberships.id"], name=op.f("fk_card_spends_membership_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card_spends")),
        sa.UniqueConstraint(
            "cause_noun", "cause_id", name=op.f("uq_card_spends_cause_noun_cause_id")
        ),
    )
    op.create_index(
        "ix_card_spends_membership",
        "card_spends",
        ["membership_id", "spent_at", "id"],
        unique=False,
    )
    op.create_table(
        "cash_moves",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("shift_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.String(length=200), server_default="", nullable=False),
        sa.Column("request_id", sa.String(length=128), nullable=True),
        sa.Column("received_by", sa.String(length=36), nullable=True),
        sa.Column("moved_at", columns.UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('float', 'drop', 'difference', 'handover')",
            name=op.f("ck_cash_moves_kind_known"),
        ),
        sa.ForeignKeyConstraint(["shift_id"], ["shifts.id"], name=op.f("fk_cash_moves_shift_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cash_moves")),
        sa.UniqueConstraint("request_id", name=op.f("uq_cash_moves_request_id")),
        info={"append_only": True},
    )
    op.create_index(op.f("ix_cash_moves_shift_id"), "cash_moves", ["shift_id"], unique=False)
    op.create_table(
        "device_alarms",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("device_id", sa.String(length=36), nullable=False),
        sa.Column("aid", sa.String(length=64), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("severity", sa.String(length=32), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("detail", sa.String(length=400), server_default="", nullable=False),
        sa.Column("raised_at", columns.UtcDateTime(), nullable=False),
        sa.Column("cleared_at", columns.UtcDateTime(), nullable=True),
        sa.Column("seen_by", sa.String(length=36), nullable=True),
        sa.Column("seen_at", columns.UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "code IN ('tamper', 'forced', 'tailgate', 'jam', 'fire', 'power', 'sensor', 'printer', 'paper', 'storage', 'clock')",
            name=op.f("ck_device_alarms_code_known"),
        ),
        sa.CheckConstraint(
            "severity IN ('info', 'warn', 'crit')", name=op.f("ck_device_alarms_severity_known")
        ),
        sa.ForeignKeyConstraint(
            ["device_id"], ["devices.id"], name=op.f("fk_device_alarms_device_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device_alarms")),
        sa.UniqueConstraint("device_id", "aid", name=op.f("uq_device_alarms_device_id_aid")),
    )
    op.create_index(
        "ix_device_alarms_active", "device_alarms", ["active", "raised_at"], unique=False
    )
    op.create_table(
        "device_commands",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("device_id", sa.String(length=36), nullable=False),
        sa.Column("op", sa.String(length=32), nullable=False),
        sa.Column("args", columns.Json(), nullable=False),
        sa.Column("reason", sa.String(length=200), server_default="", nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("error", sa.String(length=200), server_default="", nullable=False),
        sa.Column("requested_by", sa.String(length=36), nullable=True),
        sa.Column("requested_at", columns.UtcDateTime(), nullable=False),
        sa.Column("expires_at", columns.UtcDateTime(), nullable=False),
        sa.Column("sent_at", columns.UtcDateTime(), nullable=True),
        sa.Column("answered_at", columns.UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "op IN ('open', 'lock', 'free', 'normal', 'deny', 'display', 'beep', 'reboot', 'logs', 'rotate', 'fw')",
            name=op.f("ck_device_commands_op_known"),
        ),
        sa.CheckConstraint(
            "status IN ('waiting', 'sent', 'accepted', 'done', 'rejected', 'expired', 'failed')",
            name=op.f("ck_device_commands_status_known"),
        ),
        sa.ForeignKeyConstraint(
            ["device_id"], ["devices.id"], name=op.f("fk_device_commands_device_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device_commands")),
    )
    op.create_index(
        "ix_device_commands_device",
        "device_commands",
        ["device_id", "requested_at", "id"],
        unique=False,
    )
    op.create_index(
        "ix_device_commands_waiting",
        "device_commands",
        ["requested_at", "id"],
        unique=False,
        sqlite_where=sa.text("status IN ('waiting', 'sent', 'accepted')"),
        postgresql_where=sa.text("status IN ('waiting', 'sent', 'accepted')"),
    )
    op.create_table(
        "device_faults",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("device_id", sa.String(length=36), nullable=False),
        sa.Column("area_id", sa.String(length=36), nullable=False),
        sa.Column("gate_id", sa.String(length=36), nullable=True),
        sa.Column("cause", sa.String(length=32), nullable=False),
        sa.Column("status", sa.String(length=32), server_default="open", nullable=False),
        sa.Column("times", sa.Integer(), server_default="1", nullable=False),
        sa.Column("figure", sa.Integer(), server_default="0", nullable=False),
        sa.Column("detail", sa.String(length=400), server_default="", nullable=False),
        sa.Column("opened_at", columns.UtcDateTime(), nullable=False),
        sa.Column("last_at", columns.UtcDateTime(), nullable=False),
        sa.Column("ended_at", columns.UtcDateTime(), nullable=True),
        sa.Column("assigned_to", sa.String(length=36), nullable=True),
        sa.Column("seen_by", sa.String(length=36), nullable=True),
        sa.Column("seen_at", columns.UtcDateTime(), nullable=True),
        sa.Column("resolved_by", sa.String(length=36), nullable=True),
        sa.Column("note", sa.String(length=400), server_default="", nullable=False),
        sa.CheckConstraint(
            "cause IN ('offline', 'alarm', 'tamper', 'clock', 'paper', 'messages', 'refusals')",
            name=op.f("ck_device_faults_cause_known"),
        ),
        sa.CheckConstraint(
            "status IN ('open', 'seen', 'resolved', 'ended')",
            name=op.f("ck_device_faults_status_known"),
        ),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name=op.f("fk_device_faults_area_id")),
        sa.ForeignKeyConstraint(
            ["device_id"], ["devices.id"], name=op.f("fk_device_faults_device_id")
        ),
        sa.ForeignKeyConstraint(["gate_id"], ["gates.id"], name=op.f("fk_device_faults_gate_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device_faults")),
    )
    op.create_index(
        "ix_device_faults_device", "device_faults", ["device_id", "cause", "ended_at"], unique=False
    )
    op.create_index("ix_device_faults_opened", "device_faults", ["opened_at", "id"], unique=False)
    op.create_index(
        "uq_device_faults_open",
        "device_faults",
        ["device_id", "cause"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "kiosks",
        sa.Column("device_id", sa.String(length=36), nullable=False),
        sa.Column("pin_hash", sa.String(length=200), nullable=True),
        sa.Column("locked_at", columns.UtcDateTime(), nullable=True),
        sa.Column("called_at", columns.UtcDateTime(), nullable=True),
        sa.Column("menu_until", columns.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["device_id"], ["devices.id"], name=op.f("fk_kiosks_device_id")),
        sa.PrimaryKeyConstraint("device_id", name=op.f("pk_kiosks")),
    )
    op.create_table(
        "orders",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("request_id", sa.String(length=128), nullable=True),
        sa.Column("request_hash", sa.String(length=64), nullable=True),
        sa.Column("area_id", sa.String(length=36), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("window_id", sa.String(length=36), nullable=True),
        sa.Column("shift_id", sa.String(length=36), nullable=True),
        sa.Column("staff_id", sa.String(length=36), nullable=True),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("contact_name", sa.String(length=120), server_default="", nullable=False),
        sa.Column(
            "phone_sealed",
            sa.LargeBinary().with_variant(postgresql.BYTEA(), "postgresql"),
            nullable=True,
        ),
        sa.Column("phone_hash", sa.String(length=64), nullable=True),
        sa.Column("phone_mask", sa.String(length=24), server_default="", nullable=False),
        sa.Column("language", sa.String(length=8), server_default="zh", nullable=False),
        sa.Column("visit_on", sa.Date(), nullable=False),
        sa.Column("persons", sa.Integer(), nullable=False),
        sa.Column("tickets", sa.Integer(), nullable=False),
        sa.Column("total_minor", sa.BigInteger(), nullable=False),
        sa.Column("refunded_minor", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("note", sa.String(length=200), server_default="", nullable=False),
        sa.Column("placed_at", columns.UtcDateTime(), nullable=False),
        sa.Column("held_until", columns.UtcDateTime(), nullable=True),
        sa.Column("paid_at", columns.UtcDateTime(), nullable=True),
        sa.Column("closed_at", columns.UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "channel IN ('window', 'kiosk', 'shop', 'agent', 'ota')",
            name=op.f("ck_orders_channel_known"),
        ),
        sa.CheckConstraint(
            "status IN ('held', 'paid', 'cancelled', 'part_refunded', 'refunded')",
            name=op.f("ck_orders_status_known"),
        ),
        sa.CheckConstraint(
            "refunded_minor >= 0 AND refunded_minor <= total_minor",
            name=op.f("ck_orders_refunds_within_total"),
        ),
        sa.CheckConstraint("total_minor >= 0", name=op.f("ck_orders_total_not_negative")),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name=op.f("fk_orders_area_id")),
        sa.ForeignKeyConstraint(["shift_id"], ["shifts.id"], name=op.f("fk_orders_shift_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_orders_staff_id")),
        sa.ForeignKeyConstraint(["window_id"], ["windows.id"], name=op.f("fk_orders_window_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_orders")),
        sa.UniqueConstraint("number", name=op.f("uq_orders_number")),
        sa.UniqueConstraint("request_id", name=op.f("uq_orders_request_id")),
    )
    op.create_index("ix_orders_area_paid", "orders", ["area_id", "paid_at"], unique=False)
    op.create_index("ix_orders_area_placed", "orders", ["area_id", "placed_at", "id"], unique=False)
    op.create_index(
        "ix_orders_channel_placed", "orders", ["channel", "placed_at", "id"], unique=False
    )
    op.create_index("ix_orders_contact", "orders", ["contact_name", "placed_at"], unique=False)
    op.create_index(
        "ix_orders_held",
        "orders",
        ["held_until"],
        unique=False,
        sqlite_where=sa.text("status = 'held'"),
        postgresql_where=sa.text("status = 'held'"),
    )
    op.create_index(
        "ix_orders_identity",
        "orders",
        ["visit_on", "id"],
        unique=False,
        sqlite_where=sa.text("contact_name <> '' OR phone_mask <> '' OR note <> ''"),
        postgresql_where=sa.text("contact_name <> '' OR phone_mask <> '' OR note <> ''"),
    )
    op.create_index("ix_orders_phone", "orders", ["phone_hash", "placed_at"], unique=False)
    op.create_index("ix_orders_placed", "orders", ["placed_at", "id"], unique=False)
    op.create_index("ix_orders_shift", "orders", ["shift_id"], unique=False)
    op.create_index(
        "ix_orders_staff_placed", "orders", ["staff_id", "placed_at", "id"], unique=False
    )
    op.create_index(
        "ix_orders_status_placed", "orders", ["status", "placed_at", "id"], unique=False
    )
    op.create_index(
        "ix_orders_visit_placed", "orders", ["visit_on", "placed_at", "id"], unique=False
    )
    op.create_index(
        "ix_orders_window_placed", "orders", ["window_id", "placed_at", "id"], unique=False
    )
    op.create_table(
        "ota_accounts",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("agent_id", sa.String(length=36), nullable=False),
        sa.Column("area_id", sa.String(length=36), nullable=False),
        sa.Column("account_id", sa.String(length=64), nullable=False),
        sa.Column(
            "keys_sealed",
            sa.LargeBinary().with_variant(postgresql.BYTEA(), "postgresql"),
            nullable=False,
        ),
        sa.Column("is_sealed", sa.Boolean(), nullable=False),
        sa.Column("notice_url", sa.String(length=300), server_default="", nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", columns.UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "status IN ('active', 'suspended')", name=op.f("ck_ota_accounts_status_known")
        ),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name=op.f("fk_ota_accounts_agent_id")),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name=op.f("fk_ota_accounts_area_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ota_accounts")),
        sa.UniqueConstraint("account_id", name=op.f("uq_ota_accounts_account_id")),
    )
    op.create_index(op.f("ix_ota_accounts_agent_id"), "ota_accounts", ["agent_id"], unique=False)
    op.create_index(op.f("ix_ota_accounts_area_id"), "ota_accounts", ["area_id"], unique=False)
    op.create_table(
        "pairing_codes",
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("device_id", sa.String(length=36), nullable=False),
        sa.Column("made_by", sa.String(length=36), nullable=True),
        sa.Column("expires_at", columns.UtcDateTime(), nullable=False),
        sa.Column("used_at", columns.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["device_id"], ["devices.id"], name=op.f("fk_pairing_codes_device_id")
        ),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_pairing_codes")),
    )
    op.create_index(
        op.f("ix_pairing_codes_device_id"), "pairing_codes", ["device_id"], unique=False
    )
    op.create_table(
        "reseller_subscriptions",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("agent_id", sa.String(length=36), nullable=False),
        sa.Column("area_id", sa.String(length=36), nullable=False),
        sa.Column("url", sa.String(length=300), nullable=False),
        sa.Column("types", columns.Json(), nullable=False),
        sa.Column(
            "kept_sealed",
            sa.LargeBinary().with_variant(postgresql.BYTEA(), "postgresql"),
            nullable=False,
        ),
        sa.Column("made_at", columns.UtcDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["agents.id"], name=op.f("fk_reseller_subscriptions_agent_id")
        ),
        sa.ForeignKeyConstraint(
            ["area_id"], ["areas.id"], name=op.f("fk_reseller_subscriptions_area_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reseller_subscriptions")),
    )
    op.create_index(
        op.f("ix_reseller_subscriptions_agent_id"),
        "reseller_subscriptions",
        ["agent_id"],
        unique=False,
    )
    op.create_table(
        "stock_shift_counts",
        sa.Column("shift_id", sa.String(length=36), nullable=False),
        sa.Column("counted", columns.Json(), nullable=False),
        sa.Column("lines", columns.Json(), nullable=False),
        sa.Column("report", columns.Json(), nullable=True),
        sa.Column("counted_at", columns.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["shift_id"], ["shifts.id"], name=op.f("fk_stock_shift_counts_shift_id")
        ),
        sa.PrimaryKeyConstraint("shift_id", name=op.f("pk_stock_shift_counts")),
    )
    op.create_table(
        "agent_entries",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("agent_id", sa.String(length=36), nullable=False),
        sa.Column("at", columns.UtcDateTime(), nullable=False),
        sa.Column("act", sa.String(length=32), nullable=False),
        sa.Column("cause_id", sa.String(length=36), nullable=False),
        sa.Column("order_id", sa.String(length=36), nullable=True),
        sa.Column("prepaid_minor", sa.BigInteger(), nullable=False),
        sa.Column("owed_minor", sa.BigInteger(), nullable=False),
        sa.Column("prepaid_after_minor", sa.BigInteger(), nullable=False),
        sa.Column("owed_after_minor", sa.BigInteger(), nullable=False),
        sa.Column("reference", sa.String(length=120), server_default="", nullable=False),
        sa.CheckConstraint(
            "act IN ('charged', 'refunded', 'received', 'corrected')",
            name=op.f("ck_agent_entries_act_known"),
        ),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["agents.id"], name=op.f("fk_agent_entries_agent_id")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_agent_entries_order_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agent_entries")),
        info={"append_only": True},
    )
    op.create_index(
        "ix_agent_entries_agent", "agent_entries", ["agent_id", "at", "id"], unique=False
    )
    op.create_index("ix_agent_entries_order_id", "agent_entries", ["order_id"], unique=False)
    op.create_table(
        "collection_codes",
        sa.Column("order_id", sa.String(length=36), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("made_at", columns.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_collection_codes_order_id")
        ),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_collection_codes")),
        sa.UniqueConstraint("code", name=op.f("uq_collection_codes_code")),
    )
    op.create_table(
        "collections",
        sa.Column("order_id", sa.String(length=36), nullable=False),
        sa.Column("place_kind", sa.String(length=32), nullable=False),
        sa.Column("place_id", sa.String(length=36), nullable=False),
        sa.Column("collected_by", sa.String(length=36), nullable=True),
        sa.Column("collected_at", columns.UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "place_kind IN ('window', 'kiosk')", name=op.f("ck_collections_place_kind_known")
        ),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_collections_order_id")),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_collections")),
    )
    op.create_index(
        "ix_collections_place", "collections", ["place_id", "collected_at"], unique=False
    )
    op.create_table(
        "customer_orders",
        sa.Column("order_id", sa.String(length=36), nullable=False),
        sa.Column("visit_id", sa.String(length=36), nullable=False),
        sa.Column("address_hash", sa.String(length=64), nullable=True),
        sa.Column("at", columns.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_customer_orders_order_id")
        ),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_customer_orders")),
    )
    op.create_index(
        "ix_customer_orders_address_hash", "customer_orders", ["address_hash"], unique=False
    )
    op.create_index(
        "ix_customer_orders_visit_id", "customer_orders", ["visit_id", "at"], unique=False
    )
    op.create_table(
        "invoice_requests",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("order_id", sa.String(length=36), nullable=False),
        sa.Column("area_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("tax_no", sa.String(length=20), server_default="", nullable=False),
        sa.Column("email", sa.String(length=200), server_default="", nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("number", sa.String(length=40), server_default="", nullable=False),
        sa.Column("reason", sa.String(length=200), server_default="", nullable=False),
        sa.Column("requested_at", columns.UtcDateTime(), nullable=False),
        sa.Column("answered_at", columns.UtcDateTime(), nullable=True),
        sa.Column("answered_by", sa.String(length=36), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "kind = 'person' OR tax_no <> ''", name=op.f("ck_invoice_requests_company_has_tax_no")
        ),
        sa.CheckConstraint(
            "kind IN ('person', 'company')", name=op.f("ck_invoice_requests_kind_known")
        ),
        sa.CheckConstraint(
            "status IN ('requested', 'issued', 'rejected')",
            name=op.f("ck_invoice_requests_status_known"),
        ),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_invoice_requests_amount_positive")),
        sa.ForeignKeyConstraint(
            ["area_id"], ["areas.id"], name=op.f("fk_invoice_requests_area_id")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_invoice_requests_order_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice_requests")),
    )
    op.create_index(
        "ix_invoice_requests_area",
        "invoice_requests",
        ["area_id", "requested_at", "id"],
        unique=False,
    )
    op.create_index("ix_invoice_requests_order_id", "invoice_requests", ["order_id"], unique=False)
    op.create_index(
        "ix_invoice_requests_status",
        "invoice_requests",
        ["area_id", "status", "requested_at", "id"],
        unique=False,
    )
    op.create_index(
        "uq_invoice_requests_living",
        "invoice_requests",
        ["order_id"],
        unique=True,
        sqlite_where=sa.text("status <> 'rejected'"),
        postgresql_where=sa.text("status <> 'rejected'"),
    )
    op.create_table(
        "kiosk_handouts",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("device_id", sa.String(length=36), nullable=False),
        sa.Column("order_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("ticket_ids", columns.Json(), nullable=False),
        sa.Column("made_at", columns.UtcDateTime(), nullable=False),
        sa.Column("fault", sa.String(length=32), server_default="", nullable=False),
        sa.Column("ended_at", columns.UtcDateTime(), nullable=True),
        sa.Column("ended_how", sa.String(length=32), nullable=True),
        sa.CheckConstraint(
            "ended_how IN ('printed', 'shown', 'settled')",
            name=op.f("ck_kiosk_handouts_ended_how_known"),
        ),
        sa.CheckConstraint(
            "kind IN ('sale', 'collection', 'reprint')", name=op.f("ck_kiosk_handouts_kind_known")
        ),
        sa.ForeignKeyConstraint(
            ["device_id"], ["devices.id"], name=op.f("fk_kiosk_handouts_device_id")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_kiosk_handouts_order_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kiosk_handouts")),
    )
    op.create_index(
        "ix_kiosk_handouts_device", "kiosk_handouts", ["device_id", "made_at"], unique=False
    )
    op.create_index(
        op.f("ix_kiosk_handouts_order_id"), "kiosk_handouts", ["order_id"], unique=False
    )
    op.create_table(
        "kiosk_visits",
        sa.Column("device_id", sa.String(length=36), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("is_low", sa.Boolean(), nullable=False),
        sa.Column("is_contrast", sa.Boolean(), nullable=False),
        sa.Column(
            "kept", sa.LargeBinary().with_variant(postgresql.BYTEA(), "postgresql"), nullable=True
        ),
        sa.Column("order_id", sa.String(length=36), nullable=True),
        sa.Column("touched_at", columns.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["device_id"], ["devices.id"], name=op.f("fk_kiosk_visits_device_id")
        ),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_kiosk_visits_order_id")),
        sa.PrimaryKeyConstraint("device_id", name=op.f("pk_kiosk_visits")),
    )
    op.create_index(
        op.f("ix_kiosk_visits_touched_at"), "kiosk_visits", ["touched_at"], unique=False
    )
    op.create_table(
        "order_events",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("order_id", sa.String(length=36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("at", columns.UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('paid', 'collected', 'refunded', 'changed', 'locked', 'unlocked', 'reprinted', 'cancelled')",
            name=op.f("ck_order_events_kind_known"),
        ),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_order_events_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_events")),
        sa.UniqueConstraint("order_id", "version", name=op.f("uq_order_events_order_id_version")),
    )
    op.create_table(
        "order_lines",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("order_id", sa.String(length=36), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("product_id", sa.String(length=36), nullable=True),
        sa.Column("ticket_type_id", sa.String(length=36), nullable=True),
        sa.Column("slot_id", sa.String(length=36), nullable=True),
        sa.Column("visit_on", sa.Date(), nullable=True),
        sa.Column("name_zh", sa.String(length=120), nullable=False),
        sa.Column("name_en", sa.String(length=120), server_default="", nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("persons", sa.Integer(), nullable=False),
        sa.Column("free_persons", sa.Integer(), server_default="0", nullable=False),
        sa.Column("unit_price_minor", sa.BigInteger(), nullable=False),
        sa.Column("list_price_minor", sa.BigInteger(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("discount_minor", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("concession", sa.String(length=32), server_default="", nullable=False),
        sa.Column("counts_day", sa.Boolean(), nullable=False),
        sa.Column("places_held", sa.Integer(), nullable=False),
        sa.Column("changed_from_id", sa.String(length=36), nullable=True),
        sa.Column("terms", columns.Json(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('ticket', 'card_opening', 'card_deposit', 'card_top_up', 'card_renewal', 'card_replacement', 'group_surcharge')",
            name=op.f("ck_order_lines_kind_known"),
        ),
        sa.CheckConstraint("amount_minor >= 0", name=op.f("ck_order_lines_amount_not_negative")),
        sa.CheckConstraint(
            "discount_minor >= 0", name=op.f("ck_order_lines_discount_not_negative")
        ),
        sa.CheckConstraint(
            "places_held >= 0 AND places_held <= persons",
            name=op.f("ck_order_lines_places_within_heads"),
        ),
        sa.CheckConstraint(
            "quantity > 0 AND persons >= 0", name=op.f("ck_order_lines_something_bought")
        ),
        sa.ForeignKeyConstraint(
            ["changed_from_id"], ["order_lines.id"], name=op.f("fk_order_lines_changed_from_id")
        ),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_order_lines_order_id")),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name=op.f("fk_order_lines_product_id")
        ),
        sa.ForeignKeyConstraint(["slot_id"], ["slots.id"], name=op.f("fk_order_lines_slot_id")),
        sa.ForeignKeyConstraint(
            ["ticket_type_id"], ["ticket_types.id"], name=op.f("fk_order_lines_ticket_type_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_lines")),
    )
    op.create_index(op.f("ix_order_lines_order_id"), "order_lines", ["order_id"], unique=False)
    op.create_index(op.f("ix_order_lines_slot_id"), "order_lines", ["slot_id"], unique=False)
    op.create_index(
        op.f("ix_order_lines_ticket_type_id"), "order_lines", ["ticket_type_id"], unique=False
    )
    op.create_table(
        "ota_orders",
        sa.Column("order_id", sa.String(length=36), nullable=False),
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("ota_order_id", sa.String(length=64), nullable=False),
        sa.Column("created_at", columns.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["ota_accounts.id"], name=op.f("fk_ota_orders_account_id")
        ),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_ota_orders_order_id")),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_ota_orders")),
        sa.UniqueConstraint(
            "account_id", "ota_order_id", name=op.f("uq_ota_orders_account_id_ota_order_id")
        ),
    )
    op.create_table(
        "ota_products",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("plu", sa.String(length=64), nullable=False),
        sa.Column("ticket_type_id", sa.String(length=36), nullable=False),
        sa.Column("slot_at", sa.String(length=5), server_default="", nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", columns.UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "status IN ('active', 'retired')", name=op.f("ck_ota_products_status_known")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["ota_accounts.id"], name=op.f("fk_ota_products_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["ticket_type_id"], ["ticket_types.id"], name=op.f("fk_ota_products_ticket_type_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ota_products")),
        sa.UniqueConstraint("account_id", "plu", name=op.f("uq_ota_products_account_id_plu")),
    )
    op.create_index(
        op.f("ix_ota_products_ticket_type_id"), "ota_products", ["ticket_type_id"], unique=False
    )
    op.create_table(
        "payments",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("order_id", sa.String(length=36), nullable=False),
        sa.Column("tender", sa.String(length=32), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("tendered_minor", sa.BigInteger(), nullable=False),
        sa.Column("change_minor", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("refunded_minor", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("reference", sa.String(length=64), server_default="", nullable=False),
        sa.Column("shift_id", sa.String(length=36), nullable=True),
        sa.Column("created_at", columns.UtcDateTime(), nullable=False),
        sa.Column("paid_at", columns.UtcDateTime(), nullable=True),
        sa.Column("is_invited", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("way", sa.String(length=32), server_default="qr", nullable=False),
        sa.Column("closes_at", columns.UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "status IN ('created', 'pending', 'paid', 'part_refunded', 'refunded', 'failed', 'closed')",
            name=op.f("ck_payments_status_known"),
        ),
        sa.CheckConstraint(
            "tender IN ('cash', 'card', 'scan', 'wechat', 'alipay', 'stored_value', 'agent')",
            name=op.f("ck_payments_tender_known"),
        ),
        sa.CheckConstraint(
            "way IN ('qr', 'page', 'phone', 'inside')", name=op.f("ck_payments_way_known")
        ),
        sa.CheckConstraint("amount_minor >= 0", name=op.f("ck_payments_amount_not_negative")),
        sa.CheckConstraint(
            "refunded_minor >= 0 AND refunded_minor <= amount_minor",
            name=op.f("ck_payments_refunds_within_captured"),
        ),
        sa.CheckConstraint(
            "tendered_minor - change_minor = amount_minor", name=op.f("ck_payments_change_is_right")
        ),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_payments_order_id")),
        sa.ForeignKeyConstraint(["shift_id"], ["shifts.id"], name=op.f("fk_payments_shift_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payments")),
    )
    op.create_index(op.f("ix_payments_order_id"), "payments", ["order_id"], unique=False)
    op.create_index("ix_payments_paid", "payments", ["paid_at"], unique=False)
    op.create_index(op.f("ix_payments_shift_id"), "payments", ["shift_id"], unique=False)
    op.create_index("ix_payments_status", "payments", ["status", "created_at", "id"], unique=False)
    op.create_table(
        "promotion_uses",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("promotion_id", sa.String(length=36), nullable=False),
        sa.Column("order_id", sa.String(length=36), nullable=False),
        sa.Column("coupon_id", sa.String(length=36), nullable=True),
        sa.Column("counted", columns.Json(), nullable=False),
        sa.Column("tickets", sa.Integer(), nullable=False),
        sa.Column("minor", sa.BigInteger(), nullable=False),
        sa.Column("returned_minor", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("used_at", columns.UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "status IN ('held', 'used', 'returned')", name=op.f("ck_promotion_uses_status_known")
        ),
        sa.CheckConstraint(
            "returned_minor >= 0 AND returned_minor <= minor",
            name=op.f("ck_promotion_uses_returned_within"),
        ),
        sa.ForeignKeyConstraint(
            ["coupon_id"], ["coupons.id"], name=op.f("fk_promotion_uses_coupon_id")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_promotion_uses_order_id")
        ),
        sa.ForeignKeyConstraint(
            ["promotion_id"], ["promotions.id"], name=op.f("fk_promotion_uses_promotion_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promotion_uses")),
        sa.UniqueConstraint(
            "order_id", "promotion_id", name=op.f("uq_promotion_uses_order_id_promotion_id")
        ),
    )
    op.create_index(
        "ix_promotion_uses_promotion",
        "promotion_uses",
        ["promotion_id", "used_at", "id"],
        unique=False,
    )
    op.create_table(
        "refunds",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.String(length=28), nullable=False),
        sa.Column("request_id", sa.String(length=128), nullable=True),
        sa.Column("order_id", sa.String(length=36), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("cause", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("paid_minor", sa.BigInteger(), nullable=False),
        sa.Column("fee_minor", sa.BigInteger(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("approval_id", sa.String(length=36), nullable=True),
        sa.Column("requested_by", sa.String(length=36), nullable=True),
        sa.Column("requested_at", columns.UtcDateTime(), nullable=False),
        sa.Column("paid_out_at", columns.UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "cause IN ('visitor', 'operator', 'closure', 'change')",
            name=op.f("ck_refunds_cause_known"),
        ),
        sa.CheckConstraint(
            "status IN ('requested', 'approved', 'paid_out', 'rejected', 'failed')",
            name=op.f("ck_refunds_status_known"),
        ),
        sa.CheckConstraint(
            "fee_minor >= 0 AND amount_minor >= 0", name=op.f("ck_refunds_not_negative")
        ),
        sa.CheckConstraint(
            "paid_minor = fee_minor + amount_minor", name=op.f("ck_refunds_adds_up")
        ),
        sa.ForeignKeyConstraint(
            ["approval_id"], ["approvals.id"], name=op.f("fk_refunds_approval_id")
        ),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_refunds_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refunds")),
        sa.UniqueConstraint("number", name=op.f("uq_refunds_number")),
        sa.UniqueConstraint("request_id", name=op.f("uq_refunds_request_id")),
    )
    op.create_index(op.f("ix_refunds_approval_id"), "refunds", ["approval_id"], unique=False)
    op.create_index(op.f("ix_refunds_order_id"), "refunds", ["order_id"], unique=False)
    op.create_index("ix_refunds_requested", "refunds", ["requested_at", "id"], unique=False)
    op.create_index(
        "ix_refunds_requested_by", "refunds", ["requested_by", "requested_at"], unique=False
    )
    op.create_index("ix_refunds_status", "refunds", ["status", "requested_at", "id"], unique=False)
    op.create_table(
        "reseller_bookings",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("agent_id", sa.String(length=36), nullable=False),
        sa.Column("area_id", sa.String(length=36), nullable=False),
        sa.Column("uuid", sa.String(length=64), nullable=False),
        sa.Column("asked_hash", sa.String(length=64), nullable=False),
        sa.Column("order_id", sa.String(length=36), nullable=True),
        sa.Column("product_id", sa.String(length=36), nullable=False),
        sa.Column("availability_id", sa.String(length=40), nullable=False),
        sa.Column("visit_on", sa.Date(), nullable=False),
        sa.Column("cart_id", sa.String(length=64), nullable=True),
        sa.Column("reseller_reference", sa.String(length=120), server_default="", nullable=False),
        sa.Column("notes", sa.String(length=200), server_default="", nullable=False),
        sa.Column(
            "contact_sealed",
            sa.LargeBinary().with_variant(postgresql.BYTEA(), "postgresql"),
            nullable=True,
        ),
        sa.Column("items", columns.Json(), nullable=False),
        sa.Column("held_until", columns.UtcDateTime(), nullable=True),
        sa.Column("created_at", columns.UtcDateTime(), nullable=False),
        sa.Column("updated_at", columns.UtcDateTime(), nullable=False),
        sa.Column("confirmed_at", columns.UtcDateTime(), nullable=True),
        sa.Column("cancelled_at", columns.UtcDateTime(), nullable=True),
        sa.Column("cancel_reason", sa.String(length=200), server_default="", nullable=False),
        sa.Column("given", sa.String(length=32), server_default="", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["agents.id"], name=op.f("fk_reseller_bookings_agent_id")
        ),
        sa.ForeignKeyConstraint(
            ["area_id"], ["areas.id"], name=op.f("fk_reseller_bookings_area_id")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_reseller_bookings_order_id")
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name=op.f("fk_reseller_bookings_product_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reseller_bookings")),
        sa.UniqueConstraint("agent_id", "uuid", name=op.f("uq_reseller_bookings_agent_id_uuid")),
    )
    op.create_index(
        "ix_reseller_bookings_cart", "reseller_bookings", ["agent_id", "cart_id"], unique=False
    )
    op.create_index(
        "ix_reseller_bookings_day", "reseller_bookings", ["agent_id", "visit_on"], unique=False
    )
    op.create_index(
        "ix_reseller_bookings_order_id", "reseller_bookings", ["order_id"], unique=False
    )
    op.create_index(
        "ix_reseller_bookings_reference",
        "reseller_bookings",
        ["agent_id", "reseller_reference"],
        unique=False,
    )
    op.create_table(
        "waits",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("area_id", sa.String(length=36), nullable=False),
        sa.Column("slot_id", sa.String(length=36), nullable=False),
        sa.Column("customer_id", sa.String(length=36), nullable=False),
        sa.Column("heads", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=8), server_default="zh", nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("joined_at", columns.UtcDateTime(), nullable=False),
        sa.Column("offered_until", columns.UtcDateTime(), nullable=True),
        sa.Column("hold_id", sa.String(length=36), nullable=True),
        sa.Column("order_id", sa.String(length=36), nullable=True),
        sa.Column("ended_at", columns.UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "(status = 'offered') = (hold_id IS NOT NULL)", name=op.f("ck_waits_an_offer_holds")
        ),
        sa.CheckConstraint(
            "status IN ('waiting', 'offered', 'taken', 'left', 'passed', 'over')",
            name=op.f("ck_waits_status_known"),
        ),
        sa.CheckConstraint("heads > 0", name=op.f("ck_waits_somebody")),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name=op.f("fk_waits_area_id")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_waits_order_id")),
        sa.ForeignKeyConstraint(["slot_id"], ["slots.id"], name=op.f("fk_waits_slot_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waits")),
    )
    op.create_index("ix_waits_area", "waits", ["area_id", "joined_at", "id"], unique=False)
    op.create_index("ix_waits_customer_id", "waits", ["customer_id"], unique=False)
    op.create_index(
        "ix_waits_line", "waits", ["slot_id", "status", "joined_at", "id"], unique=False
    )
    op.create_index("ix_waits_status", "waits", ["status", "offered_until"], unique=False)
    op.create_index(
        "uq_waits_living",
        "waits",
        ["slot_id", "customer_id"],
        unique=True,
        sqlite_where=sa.text("status IN ('waiting', 'offered')"),
        postgresql_where=sa.text("status IN ('waiting', 'offered')"),
    )
    op.create_table(
        "card_lots",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("membership_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("order_id", sa.String(length=36), nullable=True),
        sa.Column("order_line_id", sa.String(length=36), nullable=True),
        sa.Column("principal_minor", sa.BigInteger(), nullable=False),
        sa.Column("bonus_minor", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("principal_left_minor", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("bonus_left_minor", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("uses", sa.Integer(), server_default="0", nullable=False),
        sa.Column("uses_left", sa.Integer(), server_default="0", nullable=False),
        sa.Column("entry_price_minor", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("terms", columns.Json(), nullable=False),
        sa.Column("bought_at", columns.UtcDateTime(), nullable=False),
        sa.Column("closed_at", columns.UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('balance', 'deposit', 'term', 'uses')", name=op.f("ck_card_lots_kind_known")
        ),
        sa.CheckConstraint(
            "principal_left_minor >= 0 AND principal_left_minor <= principal_minor AND bonus_left_minor >= 0 AND bonus_left_minor <= bonus_minor",
            name=op.f("ck_card_lots_left_within_bought"),
        ),
        sa.CheckConstraint(
            "uses_left >= 0 AND uses_left <= uses", name=op.f("ck_card_lots_uses_within_bought")
        ),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["memberships.id"], name=op.f("fk_card_lots_membership_id")
        ),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_card_lots_order_id")),
        sa.ForeignKeyConstraint(
            ["order_line_id"], ["order_lines.id"], name=op.f("fk_card_lots_order_line_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card_lots")),
    )
    op.create_index(
        op.f("ix_card_lots_membership_id"), "card_lots", ["membership_id"], unique=False
    )
    op.create_index(op.f("ix_card_lots_order_id"), "card_lots", ["order_id"], unique=False)
    op.create_table(
        "changes",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("request_id", sa.String(length=128), nullable=True),
        sa.Column("order_id", sa.String(length=36), nullable=False),
        sa.Column("old_minor", sa.BigInteger(), nullable=False),
        sa.Column("new_minor", sa.BigInteger(), nullable=False),
        sa.Column("refund_id", sa.String(length=36), nullable=True),
        sa.Column("payment_id", sa.String(length=36), nullable=True),
        sa.Column("window_id", sa.String(length=36), nullable=True),
        sa.Column("changed_by", sa.String(length=36), nullable=True),
        sa.Column("changed_at", columns.UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "old_minor >= 0 AND new_minor >= 0", name=op.f("ck_changes_not_negative")
        ),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_changes_order_id")),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["payments.id"], name=op.f("fk_changes_payment_id")
        ),
        sa.ForeignKeyConstraint(["refund_id"], ["refunds.id"], name=op.f("fk_changes_refund_id")),
        sa.ForeignKeyConstraint(["window_id"], ["windows.id"], name=op.f("fk_changes_window_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_changes")),
        sa.UniqueConstraint("request_id", name=op.f("uq_changes_request_id")),
    )
    op.create_index("ix_changes_changed", "changes", ["changed_at", "id"], unique=False)
    op.create_index(op.f("ix_changes_order_id"), "changes", ["order_id"], unique=False)
    op.create_table(
        "groups",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.String(length=28), nullable=False),
        sa.Column("request_id", sa.String(length=128), nullable=False),
        sa.Column("area_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("leader_name", sa.String(length=120), nullable=False),
        sa.Column(
            "phone_sealed",
            sa.LargeBinary().with_variant(postgresql.BYTEA(), "postgresql"),
            nullable=True,
        ),
        sa.Column("phone_hash", sa.String(length=64), nullable=True),
        sa.Column("phone_mask", sa.String(length=24), server_default="", nullable=False),
        sa.Column("planned", sa.Integer(), nullable=False),
        sa.Column("guides", sa.Integer(), nullable=False),
        sa.Column("visit_on", sa.Date(), nullable=False),
        sa.Column("slot_id", sa.String(length=36), nullable=True),
        sa.Column("ticket_type_id", sa.String(length=36), nullable=False),
        sa.Column("least", sa.Integer(), nullable=False),
        sa.Column("reprices", sa.Boolean(), nullable=False),
        sa.Column("single_price_minor", sa.BigInteger(), nullable=False),
        sa.Column("deposit_minor", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("pay_until", columns.UtcDateTime(), nullable=False),
        sa.Column("invoice_title", sa.String(length=120), server_default="", nullable=False),
        sa.Column("note", sa.String(length=200), server_default="", nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("order_id", sa.String(length=36), nullable=False),
        sa.Column("booked_by", sa.String(length=36), nullable=True),
        sa.Column("booked_at", columns.UtcDateTime(), nullable=False),
        sa.Column("closed_at", columns.UtcDateTime(), nullable=True),
        sa.Column("entrants", sa.Integer(), nullable=True),
        sa.Column("refund_id", sa.String(length=36), nullable=True),
        sa.Column("surcharge_order_id", sa.String(length=36), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "kind IN ('agency', 'school', 'company', 'other')", name=op.f("ck_groups_kind_known")
        ),
        sa.CheckConstraint(
            "status IN ('open', 'closed', 'cancelled')", name=op.f("ck_groups_status_known")
        ),
        sa.CheckConstraint(
            "entrants >= 0 AND entrants <= planned", name=op.f("ck_groups_entrants_within_heads")
        ),
        sa.CheckConstraint("planned > 0 AND guides >= 0", name=op.f("ck_groups_heads")),
        sa.CheckConstraint(
            "single_price_minor >= 0 AND deposit_minor >= 0", name=op.f("ck_groups_not_negative")
        ),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name=op.f("fk_groups_area_id")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_groups_order_id")),
        sa.ForeignKeyConstraint(["refund_id"], ["refunds.id"], name=op.f("fk_groups_refund_id")),
        sa.ForeignKeyConstraint(["slot_id"], ["slots.id"], name=op.f("fk_groups_slot_id")),
        sa.ForeignKeyConstraint(
            ["surcharge_order_id"], ["orders.id"], name=op.f("fk_groups_surcharge_order_id")
        ),
        sa.ForeignKeyConstraint(
            ["ticket_type_id"], ["ticket_types.id"], name=op.f("fk_groups_ticket_type_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_groups")),
        sa.UniqueConstraint("number", name=op.f("uq_groups_number")),
        sa.UniqueConstraint("order_id", name=op.f("uq_groups_order_id")),
        sa.UniqueConstraint("request_id", name=op.f("uq_groups_request_id")),
        sa.UniqueConstraint("surcharge_order_id", name=op.f("uq_groups_surcharge_order_id")),
    )
    op.create_index("ix_groups_area_day", "groups", ["area_id", "visit_on", "id"], unique=False)
    op.create_index("ix_groups_booked", "groups", ["booked_at", "id"], unique=False)
    op.create_index(
        "ix_groups_identity",
        "groups",
        ["visit_on", "id"],
        unique=False,
        sqlite_where=sa.text("leader_name <> ''"),
        postgresql_where=sa.text("leader_name <> ''"),
    )
    op.create_index("ix_groups_phone", "groups", ["phone_hash", "visit_on"], unique=False)
    op.create_table(
        "invoice_reds",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("invoice_id", sa.String(length=36), nullable=False),
        sa.Column("refund_id", sa.String(length=36), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("number", sa.String(length=40), server_default="", nullable=False),
        sa.Column("due_at", columns.UtcDateTime(), nullable=False),
        sa.Column("written_at", columns.UtcDateTime(), nullable=True),
        sa.Column("written_by", sa.String(length=36), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "(status = 'written') = (number <> '')", name=op.f("ck_invoice_reds_written_has_number")
        ),
        sa.CheckConstraint(
            "status IN ('due', 'written')", name=op.f("ck_invoice_reds_status_known")
        ),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_invoice_reds_amount_positive")),
        sa.ForeignKeyConstraint(
            ["invoice_id"], ["invoice_requests.id"], name=op.f("fk_invoice_reds_invoice_id")
        ),
        sa.ForeignKeyConstraint(
            ["refund_id"], ["refunds.id"], name=op.f("fk_invoice_reds_refund_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice_reds")),
        sa.UniqueConstraint("refund_id", name=op.f("uq_invoice_reds_refund_id")),
    )
    op.create_index(
        op.f("ix_invoice_reds_invoice_id"), "invoice_reds", ["invoice_id"], unique=False
    )
    op.create_table(
        "order_visitors",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("order_id", sa.String(length=36), nullable=False),
        sa.Column("order_line_id", sa.String(length=36), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("area_id", sa.String(length=36), nullable=False),
        sa.Column("product_id", sa.String(length=36), nullable=False),
        sa.Column("visit_on", sa.Date(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("document_kind", sa.String(length=32), nullable=False),
        sa.Column(
            "document_sealed",
            sa.LargeBinary().with_variant(postgresql.BYTEA(), "postgresql"),
            nullable=True,
        ),
        sa.Column("document_hash", sa.String(length=64), nullable=True),
        sa.Column("document_mask", sa.String(length=24), server_default="", nullable=False),
        sa.Column("born_on", sa.Date(), nullable=True),
        sa.Column("proof", sa.String(length=64), server_default="", nullable=False),
        sa.Column("released_at", columns.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_order_visitors_order_id")
        ),
        sa.ForeignKeyConstraint(
            ["order_line_id"], ["order_lines.id"], name=op.f("fk_order_visitors_order_line_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_visitors")),
    )
    op.create_index(
        "ix_order_visitors_document", "order_visitors", ["document_hash", "visit_on"], unique=False
    )
    op.create_index(
        "ix_order_visitors_identity",
        "order_visitors",
        ["visit_on", "id"],
        unique=False,
        sqlite_where=sa.text("name <> ''"),
        postgresql_where=sa.text("name <> ''"),
    )
    op.create_index("ix_order_visitors_name", "order_visitors", ["name", "visit_on"], unique=False)
    op.create_index(
        op.f("ix_order_visitors_order_id"), "order_visitors", ["order_id"], unique=False
    )
    op.create_index(
        op.f("ix_order_visitors_order_line_id"), "order_visitors", ["order_line_id"], unique=False
    )
    op.create_index(
        "ux_order_visitors_day",
        "order_visitors",
        ["product_id", "visit_on", "document_hash"],
        unique=True,
        sqlite_where=sa.text("released_at IS NULL AND document_hash IS NOT NULL"),
        postgresql_where=sa.text("released_at IS NULL AND document_hash IS NOT NULL"),
    )
    op.create_table(
        "ota_calls",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("area_id", sa.String(length=36), nullable=False),
        sa.Column("service", sa.String(length=40), nullable=False),
        sa.Column("sequence_id", sa.String(length=64), nullable=True),
        sa.Column("mark", sa.String(length=64), server_default="", nullable=False),
        sa.Column("shown", columns.Json(), nullable=False),
        sa.Column("result_code", sa.String(length=4), nullable=False),
        sa.Column("result_message", sa.String(length=200), server_default="", nullable=False),
        sa.Column(
            "answer_sealed",
            sa.LargeBinary().with_variant(postgresql.BYTEA(), "postgresql"),
            nullable=True,
        ),
        sa.Column("order_id", sa.String(length=36), nullable=True),
        sa.Column("refund_id", sa.String(length=36), nullable=True),
        sa.Column("confirmed_at", columns.UtcDateTime(), nullable=True),
        sa.Column("address", sa.String(length=64), server_default="", nullable=False),
        sa.Column("at", columns.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["ota_accounts.id"], name=op.f("fk_ota_calls_account_id")
        ),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name=op.f("fk_ota_calls_area_id")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_ota_calls_order_id")),
        sa.ForeignKeyConstraint(["refund_id"], ["refunds.id"], name=op.f("fk_ota_calls_refund_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ota_calls")),
        sa.UniqueConstraint(
            "account_id",
            "service",
            "sequence_id",
            name=op.f("uq_ota_calls_account_id_service_sequence_id"),
        ),
    )
    op.create_index("ix_ota_calls_area_at", "ota_calls", ["area_id", "at", "id"], unique=False)
    op.create_index(op.f("ix_ota_calls_order_id"), "ota_calls", ["order_id"], unique=False)
    op.create_index(
        "ix_ota_calls_waiting",
        "ota_calls",
        ["refund_id"],
        unique=False,
        sqlite_where=sa.text("refund_id IS NOT NULL AND confirmed_at IS NULL"),
        postgresql_where=sa.text("refund_id IS NOT NULL AND confirmed_at IS NULL"),
    )
    op.create_table(
        "ota_items",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("order_id", sa.String(length=36), nullable=False),
        sa.Column("item_id", sa.String(length=64), nullable=False),
        sa.Column("product_id", sa.String(length=36), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_ota_items_something_bought")),
        sa.ForeignKeyConstraint(
            ["order_id"], ["ota_orders.order_id"], name=op.f("fk_ota_items_order_id")
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["ota_products.id"], name=op.f("fk_ota_items_product_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ota_items")),
        sa.UniqueConstraint("order_id", "item_id", name=op.f("uq_ota_items_order_id_item_id")),
    )
    op.create_table(
        "payouts",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("payment_id", sa.String(length=36), nullable=False),
        sa.Column("refund_id", sa.String(length=36), nullable=True),
        sa.Column("tender", sa.String(length=32), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("reference", sa.String(length=64), server_default="", nullable=False),
        sa.Column("problem", sa.String(length=200), server_default="", nullable=False),
        sa.Column("shift_id", sa.String(length=36), nullable=True),
        sa.Column("created_at", columns.UtcDateTime(), nullable=False),
        sa.Column("paid_out_at", columns.UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "status IN ('due', 'paid_out', 'failed')", name=op.f("ck_payouts_status_known")
        ),
        sa.CheckConstraint(
            "tender IN ('cash', 'card', 'scan', 'wechat', 'alipay', 'stored_value', 'agent')",
            name=op.f("ck_payouts_tender_known"),
        ),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_payouts_amount_positive")),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["payments.id"], name=op.f("fk_payouts_payment_id")
        ),
        sa.ForeignKeyConstraint(["refund_id"], ["refunds.id"], name=op.f("fk_payouts_refund_id")),
        sa.ForeignKeyConstraint(["shift_id"], ["shifts.id"], name=op.f("fk_payouts_shift_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payouts")),
        sa.UniqueConstraint("number", name=op.f("uq_payouts_number")),
    )
    op.create_index("ix_payouts_paid_out", "payouts", ["paid_out_at"], unique=False)
    op.create_index(op.f("ix_payouts_payment_id"), "payouts", ["payment_id"], unique=False)
    op.create_index(op.f("ix_payouts_refund_id"), "payouts", ["refund_id"], unique=False)
    op.create_index(op.f("ix_payouts_shift_id"), "payouts", ["shift_id"], unique=False)
    op.create_index("ix_payouts_status", "payouts", ["status", "created_at", "id"], unique=False)
    op.create_table(
        "promotion_moves",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("use_id", sa.String(length=36), nullable=False),
        sa.Column("promotion_id", sa.String(length=36), nullable=False),
        sa.Column("order_line_id", sa.String(length=36), nullable=False),
        sa.Column("area_id", sa.String(length=36), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("owner_id", sa.String(length=36), nullable=False),
        sa.Column("minor", sa.BigInteger(), nullable=False),
        sa.Column("at", columns.UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('area', 'unit', 'platform')", name=op.f("ck_promotion_moves_kind_known")
        ),
        sa.ForeignKeyConstraint(
            ["order_line_id"], ["order_lines.id"], name=op.f("fk_promotion_moves_order_line_id")
        ),
        sa.ForeignKeyConstraint(
            ["use_id"], ["promotion_uses.id"], name=op.f("fk_promotion_moves_use_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promotion_moves")),
        info={"append_only": True},
    )
    op.create_index("ix_promotion_moves_day", "promotion_moves", ["area_id", "day"], unique=False)
    op.create_index(op.f("ix_promotion_moves_use_id"), "promotion_moves", ["use_id"], unique=False)
    op.create_table(
        "promotion_use_lines",
        sa.Column("use_id", sa.String(length=36), nullable=False),
        sa.Column("order_line_id", sa.String(length=36), nullable=False),
        sa.Column("minor", sa.BigInteger(), nullable=False),
        sa.Column("returned_minor", sa.BigInteger(), server_default="0", nullable=False),
        sa.CheckConstraint(
            "returned_minor >= 0 AND returned_minor <= minor",
            name=op.f("ck_promotion_use_lines_returned_within"),
        ),
        sa.ForeignKeyConstraint(
            ["order_line_id"], ["order_lines.id"], name=op.f("fk_promotion_use_lines_order_line_id")
        ),
        sa.ForeignKeyConstraint(
            ["use_id"], ["promotion_uses.id"], name=op.f("fk_promotion_use_lines_use_id")
        ),
        sa.PrimaryKeyConstraint("use_id", "order_line_id", name=op.f("pk_promotion_use_lines")),
    )
    op.create_index(
        "ix_promotion_use_lines_line", "promotion_use_lines", ["order_line_id"], unique=False
    )
    op.create_table(
        "refund_lines",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("refund_id", sa.String(length=36), nullable=False),
        sa.Column("order_line_id", sa.String(length=36), nullable=False),
        sa.Column("subject_id", sa.String(length=36), nullable=False),
        sa.Column("persons", sa.Integer(), nullable=False),
        sa.Column("rate_bps", sa.Integer(), nullable=False),
        sa.Column("paid_minor", sa.BigInteger(), nullable=False),
        sa.Column("fee_minor", sa.BigInteger(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "paid_minor = fee_minor + amount_minor", name=op.f("ck_refund_lines_adds_up")
        ),
        sa.ForeignKeyConstraint(
            ["order_line_id"], ["order_lines.id"], name=op.f("fk_refund_lines_order_line_id")
        ),
        sa.ForeignKeyConstraint(
            ["refund_id"], ["refunds.id"], name=op.f("fk_refund_lines_refund_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refund_lines")),
    )
    op.create_index(op.f("ix_refund_lines_refund_id"), "refund_lines", ["refund_id"], unique=False)
    op.create_index(
        op.f("ix_refund_lines_subject_id"), "refund_lines", ["subject_id"], unique=False
    )
    op.create_table(
        "told_bookings",
        sa.Column("booking_id", sa.String(length=36), nullable=False),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["booking_id"],
            ["reseller_bookings.id"],
            name=op.f("fk_told_bookings_booking_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("booking_id", name=op.f("pk_told_bookings")),
    )
    op.create_table(
        "card_spend_parts",
        sa.Column("spend_id", sa.String(length=36), nullable=False),
        sa.Column("lot_id", sa.String(length=36), nullable=False),
        sa.Column("principal_minor", sa.BigInteger(), nullable=False),
        sa.Column("bonus_minor", sa.BigInteger(), nullable=False),
        sa.Column("principal_back_minor", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("bonus_back_minor", sa.BigInteger(), server_default="0", nullable=False),
        sa.CheckConstraint(
            "principal_back_minor >= 0 AND principal_back_minor <= principal_minor AND bonus_back_minor >= 0 AND bonus_back_minor <= bonus_minor",
            name=op.f("ck_card_spend_parts_back_within_spent"),
        ),
        sa.ForeignKeyConstraint(
            ["lot_id"], ["card_lots.id"], name=op.f("fk_card_spend_parts_lot_id")
        ),
        sa.ForeignKeyConstraint(
            ["spend_id"], ["card_spends.id"], name=op.f("fk_card_spend_parts_spend_id")
        ),
        sa.PrimaryKeyConstraint("spend_id", "lot_id", name=op.f("pk_card_spend_parts")),
    )
    op.create_table(
        "change_holds",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("request_id", sa.String(length=128), nullable=False),
        sa.Column("order_id", sa.String(length=36), nullable=False),
        sa.Column("area_id", sa.String(length=36), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("visit_on", sa.Date(), nullable=False),
        sa.Column("slot_id", sa.String(length=36), nullable=True),
        sa.Column("old_minor", sa.BigInteger(), nullable=False),
        sa.Column("new_minor", sa.BigInteger(), nullable=False),
        sa.Column("held_until", columns.UtcDateTime(), nullable=False),
        sa.Column("change_id", sa.String(length=36), nullable=True),
        sa.Column("made_by", sa.String(length=36), nullable=True),
        sa.Column("made_at", columns.UtcDateTime(), nullable=False),
        sa.Column("ended_at", columns.UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "(status = 'held') = (ended_at IS NULL)", name=op.f("ck_change_holds_ended_or_held")
        ),
        sa.CheckConstraint(
            "status IN ('held', 'done', 'lapsed', 'given_up', 'returned')",
            name=op.f("ck_change_holds_status_known"),
        ),
        sa.CheckConstraint(
            "old_minor >= 0 AND new_minor > old_minor", name=op.f("ck_change_holds_dearer")
        ),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name=op.f("fk_change_holds_area_id")),
        sa.ForeignKeyConstraint(
            ["change_id"], ["changes.id"], name=op.f("fk_change_holds_change_id")
        ),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_change_holds_order_id")),
        sa.ForeignKeyConstraint(["slot_id"], ["slots.id"], name=op.f("fk_change_holds_slot_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change_holds")),
        sa.UniqueConstraint("request_id", name=op.f("uq_change_holds_request_id")),
    )
    op.create_index(op.f("ix_change_holds_order_id"), "change_holds", ["order_id"], unique=False)
    op.create_index("ix_change_holds_until", "change_holds", ["status", "held_until"], unique=False)
    op.create_index(
        "uq_change_holds_living",
        "change_holds",
        ["order_id"],
        unique=True,
        sqlite_where=sa.text("status = 'held'"),
        postgresql_where=sa.text("status = 'held'"),
    )
    op.create_table(
        "change_lines",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("change_id", sa.String(length=36), nullable=False),
        sa.Column("old_line_id", sa.String(length=36), nullable=False),
        sa.Column("new_line_id", sa.String(length=36), nullable=False),
        sa.Column("old_subject_id", sa.String(length=36), nullable=False),
        sa.Column("new_subject_id", sa.String(length=36), nullable=False),
        sa.Column("old_minor", sa.BigInteger(), nullable=False),
        sa.Column("new_minor", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["change_id"], ["changes.id"], name=op.f("fk_change_lines_change_id")
        ),
        sa.ForeignKeyConstraint(
            ["new_line_id"], ["order_lines.id"], name=op.f("fk_change_lines_new_line_id")
        ),
        sa.ForeignKeyConstraint(
            ["old_line_id"], ["order_lines.id"], name=op.f("fk_change_lines_old_line_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change_lines")),
    )
    op.create_index(op.f("ix_change_lines_change_id"), "change_lines", ["change_id"], unique=False)
    op.create_index(
        op.f("ix_change_lines_new_subject_id"), "change_lines", ["new_subject_id"], unique=False
    )
    op.create_index(
        op.f("ix_change_lines_old_subject_id"), "change_lines", ["old_subject_id"], unique=False
    )
    op.create_table(
        "group_members",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("group_id", sa.String(length=36), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("document_kind", sa.String(length=32), server_default="", nullable=False),
        sa.Column(
            "document_sealed",
            sa.LargeBinary().with_variant(postgresql.BYTEA(), "postgresql"),
            nullable=True,
        ),
        sa.Column("document_hash", sa.String(length=64), nullable=True),
        sa.Column("document_mask", sa.String(length=24), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"], ["groups.id"], name=op.f("fk_group_members_group_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_members")),
        sa.UniqueConstraint(
            "group_id", "position", name=op.f("uq_group_members_group_id_position")
        ),
    )
    op.create_index(
        op.f("ix_group_members_document_hash"), "group_members", ["document_hash"], unique=False
    )
    op.create_table(
        "tickets",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("token", sa.BigInteger(), nullable=False),
        sa.Column("order_id", sa.String(length=36), nullable=False),
        sa.Column("order_line_id", sa.String(length=36), nullable=False),
        sa.Column("visitor_id", sa.String(length=36), nullable=True),
        sa.Column("ticket_type_id", sa.String(length=36), nullable=False),
        sa.Column("product_id", sa.String(length=36), nullable=False),
        sa.Column("area_id", sa.String(length=36), nullable=False),
        sa.Column("slot_id", sa.String(length=36), nullable=True),
        sa.Column("visit_on", sa.Date(), nullable=False),
        sa.Column("seats", sa.Text(), server_default="", nullable=False),
        sa.Column("holder_name", sa.String(length=120), server_default="", nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("gate_mode", sa.String(length=32), nullable=False),
        sa.Column("scope_bits", sa.BigInteger(), nullable=False),
        sa.Column("persons", sa.Integer(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("heads", sa.Integer(), nullable=False),
        sa.Column("entries_left", sa.Integer(), nullable=False),
        sa.Column("entries_used", sa.Integer(), server_default="0", nullable=False),
        sa.Column("spots_used", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("passback_minutes", sa.Integer(), server_default="10", nullable=False),
        sa.Column("inside", sa.Integer(), server_default="0", nullable=False),
        sa.Column("away", sa.Integer(), server_default="0", nullable=False),
        sa.Column("valid_from", columns.UtcDateTime(), nullable=False),
        sa.Column("valid_until", columns.UtcDateTime(), nullable=False),
        sa.Column("price_paid_minor", sa.BigInteger(), nullable=False),
        sa.Column("concession", sa.String(length=32), server_default="", nullable=False),
        sa.Column("issue_serial", sa.Integer(), server_default="1", nullable=False),
        sa.Column("reprints", sa.Integer(), server_default="0", nullable=False),
        sa.Column("changes", sa.Integer(), server_default="0", nullable=False),
        sa.Column("changed_to_id", sa.String(length=36), nullable=True),
        sa.Column("held_by", sa.String(length=36), nullable=True),
        sa.Column("held_until", columns.UtcDateTime(), nullable=True),
        sa.Column("held_persons", sa.Integer(), server_default="0", nullable=False),
        sa.Column("last_passed_at", columns.UtcDateTime(), nullable=True),
        sa.Column("last_gate_id", sa.String(length=36), nullable=True),
        sa.Column("sold_at", columns.UtcDateTime(), nullable=False),
        sa.Column("ended_at", columns.UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "gate_mode IN ('one_one', 'one_many', 'multi_entry', 're_entry', 'multi_spot')",
            name=op.f("ck_tickets_gate_mode_known"),
        ),
        sa.CheckConstraint(
            "status IN ('sold', 'partly_used', 'used', 'refund_pending', 'refunded', 'changed', 'locked')",
            name=op.f("ck_tickets_status_known"),
        ),
        sa.CheckConstraint(
            "entries = 0 OR entries_left + entries_used = heads",
            name=op.f("ck_tickets_entries_add_up"),
        ),
        sa.CheckConstraint("entries_left >= 0", name=op.f("ck_tickets_entries_left_not_negative")),
        sa.CheckConstraint("inside >= 0 AND away >= 0", name=op.f("ck_tickets_heads_not_negative")),
        sa.CheckConstraint("persons > 0", name=op.f("ck_tickets_persons_positive")),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name=op.f("fk_tickets_area_id")),
        sa.ForeignKeyConstraint(
            ["changed_to_id"], ["tickets.id"], name=op.f("fk_tickets_changed_to_id")
        ),
        sa.ForeignKeyConstraint(
            ["last_gate_id"], ["gates.id"], name=op.f("fk_tickets_last_gate_id")
        ),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_tickets_order_id")),
        sa.ForeignKeyConstraint(
            ["order_line_id"], ["order_lines.id"], name=op.f("fk_tickets_order_line_id")
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name=op.f("fk_tickets_product_id")
        ),
        sa.ForeignKeyConstraint(["slot_id"], ["slots.id"], name=op.f("fk_tickets_slot_id")),
        sa.ForeignKeyConstraint(
            ["ticket_type_id"], ["ticket_types.id"], name=op.f("fk_tickets_ticket_type_id")
        ),
        sa.ForeignKeyConstraint(
            ["visitor_id"], ["order_visitors.id"], name=op.f("fk_tickets_visitor_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tickets")),
        sa.UniqueConstraint("number", name=op.f("uq_tickets_number")),
        sa.UniqueConstraint("token", name=op.f("uq_tickets_token")),
    )
    op.create_index("ix_tickets_area_day", "tickets", ["area_id", "visit_on"], unique=False)
    op.create_index("ix_tickets_area_until", "tickets", ["area_id", "valid_until"], unique=False)
    op.create_index(
        "ix_tickets_held_until",
        "tickets",
        ["held_until"],
        unique=False,
        sqlite_where=sa.text("held_until IS NOT NULL"),
        postgresql_where=sa.text("held_until IS NOT NULL"),
    )
    op.create_index(op.f("ix_tickets_order_id"), "tickets", ["order_id"], unique=False)
    op.create_index(op.f("ix_tickets_order_line_id"), "tickets", ["order_line_id"], unique=False)
    op.create_index(op.f("ix_tickets_visitor_id"), "tickets", ["visitor_id"], unique=False)
    op.create_table(
        "change_hold_lines",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("hold_id", sa.String(length=36), nullable=False),
        sa.Column("subject_id", sa.String(length=36), nullable=False),
        sa.Column("line", columns.Json(), nullable=False),
        sa.Column("slot_hold_id", sa.String(length=36), nullable=True),
        sa.ForeignKeyConstraint(
            ["hold_id"], ["change_holds.id"], name=op.f("fk_change_hold_lines_hold_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change_hold_lines")),
    )
    op.create_index(
        op.f("ix_change_hold_lines_hold_id"), "change_hold_lines", ["hold_id"], unique=False
    )
    op.create_table(
        "change_hold_payments",
        sa.Column("payment_id", sa.String(length=36), nullable=False),
        sa.Column("hold_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["hold_id"], ["change_holds.id"], name=op.f("fk_change_hold_payments_hold_id")
        ),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["payments.id"], name=op.f("fk_change_hold_payments_payment_id")
        ),
        sa.PrimaryKeyConstraint("payment_id", name=op.f("pk_change_hold_payments")),
    )
    op.create_index(
        op.f("ix_change_hold_payments_hold_id"), "change_hold_payments", ["hold_id"], unique=False
    )
    op.create_table(
        "media",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("ticket_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("issue_serial", sa.Integer(), nullable=False),
        sa.Column("kid", sa.Integer(), nullable=True),
        sa.Column("status", sa.String(length=32), server_default="active", nullable=False),
        sa.Column("issued_at", columns.UtcDateTime(), nullable=False),
        sa.Column("issued_by", sa.String(length=36), nullable=True),
        sa.Column("printed_at", columns.UtcDateTime(), nullable=True),
        sa.Column("died_at", columns.UtcDateTime(), nullable=True),
        sa.Column("reason", sa.String(length=200), server_default="", nullable=False),
        sa.CheckConstraint(
            "kind IN ('paper', 'phone', 'nfc', 'id_card')", name=op.f("ck_media_kind_known")
        ),
        sa.CheckConstraint(
            "status IN ('active', 'dead', 'lost')", name=op.f("ck_media_status_known")
        ),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_media_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_media")),
        sa.UniqueConstraint("code", name=op.f("uq_media_code")),
    )
    op.create_index(
        "ix_media_reprints",
        "media",
        ["issued_at"],
        unique=False,
        sqlite_where=sa.text("issue_serial > 1"),
        postgresql_where=sa.text("issue_serial > 1"),
    )
    op.create_index(op.f("ix_media_ticket_id"), "media", ["ticket_id"], unique=False)
    op.create_index(
        "ux_media_ticket_serial",
        "media",
        ["ticket_id", "issue_serial"],
        unique=True,
        sqlite_where=sa.text("issue_serial > 0"),
        postgresql_where=sa.text("issue_serial > 0"),
    )
    op.create_table(
        "ota_tickets",
        sa.Column("ticket_id", sa.String(length=36), nullable=False),
        sa.Column("item_id", sa.String(length=36), nullable=False),
        sa.Column("visit_on", sa.Date(), nullable=False),
        sa.Column("told_at", columns.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["item_id"], ["ota_items.id"], name=op.f("fk_ota_tickets_item_id")),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_ota_tickets_ticket_id")
        ),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_ota_tickets")),
    )
    op.create_index(op.f("ix_ota_tickets_item_id"), "ota_tickets", ["item_id"], unique=False)
    op.create_index(
        "ix_ota_tickets_untold",
        "ota_tickets",
        ["visit_on", "ticket_id"],
        unique=False,
        sqlite_where=sa.text("told_at IS NULL"),
        postgresql_where=sa.text("told_at IS NULL"),
    )
    op.create_table(
        "ticket_seats",
        sa.Column("slot_id", sa.String(length=36), nullable=False),
        sa.Column("seat", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("ticket_id", sa.String(length=36), nullable=False),
        sa.CheckConstraint("seat > 0", name=op.f("ck_ticket_seats_seat_positive")),
        sa.ForeignKeyConstraint(["slot_id"], ["slots.id"], name=op.f("fk_ticket_seats_slot_id")),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_ticket_seats_ticket_id")
        ),
        sa.PrimaryKeyConstraint("slot_id", "seat", name=op.f("pk_ticket_seats")),
    )
    op.create_index(op.f("ix_ticket_seats_ticket_id"), "ticket_seats", ["ticket_id"], unique=False)
    op.create_table(
        "redemptions",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("asker_id", sa.String(length=36), nullable=False),
        sa.Column("scan_id", sa.String(length=64), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("gate_id", sa.String(length=36), nullable=False),
        sa.Column("area_id", sa.String(length=36), nullable=False),
        sa.Column("device_id", sa.String(length=36), nullable=True),
        sa.Column("staff_id", sa.String(length=36), nullable=True),
        sa.Column("ticket_id", sa.String(length=36), nullable=True),
        sa.Column("medium_id", sa.String(length=36), nullable=True),
        sa.Column("card_id", sa.String(length=36), nullable=True),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("direction", sa.String(length=32), nullable=False),
        sa.Column("decision", sa.String(length=32), nullable=False),
        sa.Column("refusal", sa.String(length=32), nullable=True),
        sa.Column("persons", sa.Integer(), nullable=False),
        sa.Column("deadline_at", columns.UtcDateTime(), nullable=True),
        sa.Column("detail", columns.Json(), nullable=False),
        sa.Column("reason", sa.String(length=200), server_default="", nullable=False),
        sa.Column("scanned_at", columns.UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "decision IN ('allow', 'deny')", name=op.f("ck_redemptions_decision_known")
        ),
        sa.CheckConstraint(
            "direction IN ('in', 'out')", name=op.f("ck_redemptions_direction_known")
        ),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name=op.f("fk_redemptions_area_id")),
        sa.ForeignKeyConstraint(
            ["device_id"], ["devices.id"], name=op.f("fk_redemptions_device_id")
        ),
        sa.ForeignKeyConstraint(["gate_id"], ["gates.id"], name=op.f("fk_redemptions_gate_id")),
        sa.ForeignKeyConstraint(["medium_id"], ["media.id"], name=op.f("fk_redemptions_medium_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_redemptions_staff_id")),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_redemptions_ticket_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_redemptions")),
        sa.UniqueConstraint("asker_id", "scan_id", name=op.f("uq_redemptions_asker_id_scan_id")),
        info={"append_only": True},
    )
    op.create_index(
        "ix_redemptions_area_scanned", "redemptions", ["area_id", "scanned_at", "id"], unique=False
    )
    op.create_index(
        "ix_redemptions_card_deadline",
        "redemptions",
        ["deadline_at"],
        unique=False,
        sqlite_where=sa.text("card_id IS NOT NULL"),
        postgresql_where=sa.text("card_id IS NOT NULL"),
    )
    op.create_index(op.f("ix_redemptions_card_id"), "redemptions", ["card_id"], unique=False)
    op.create_index(
        "ix_redemptions_gate_scanned", "redemptions", ["gate_id", "scanned_at", "id"], unique=False
    )
    op.create_index(
        "ix_redemptions_refusal_scanned",
        "redemptions",
        ["refusal", "scanned_at", "id"],
        unique=False,
        sqlite_where=sa.text("refusal IS NOT NULL"),
        postgresql_where=sa.text("refusal IS NOT NULL"),
    )
    op.create_index(op.f("ix_redemptions_ticket_id"), "redemptions", ["ticket_id"], unique=False)
    op.create_table(
        "passages",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("asker_id", sa.String(length=36), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("redemption_id", sa.String(length=36), nullable=True),
        sa.Column("ticket_id", sa.String(length=36), nullable=True),
        sa.Column("card_id", sa.String(length=36), nullable=True),
        sa.Column("gate_id", sa.String(length=36), nullable=False),
        sa.Column("area_id", sa.String(length=36), nullable=False),
        sa.Column("spot_id", sa.String(length=36), nullable=True),
        sa.Column("result", sa.String(length=32), nullable=False),
        sa.Column("direction", sa.String(length=32), nullable=False),
        sa.Column("persons", sa.Integer(), nullable=False),
        sa.Column("sensor", sa.String(length=32), server_default="none", nullable=False),
        sa.Column("counted", sa.Integer(), nullable=False),
        sa.Column("passed_at", columns.UtcDateTime(), nullable=False),
        sa.CheckConstraint("direction IN ('in', 'out')", name=op.f("ck_passages_direction_known")),
        sa.CheckConstraint(
            "result IN ('passed', 'timeout', 'reverse', 'tailgate', 'forced')",
            name=op.f("ck_passages_result_known"),
        ),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name=op.f("fk_passages_area_id")),
        sa.ForeignKeyConstraint(["gate_id"], ["gates.id"], name=op.f("fk_passages_gate_id")),
        sa.ForeignKeyConstraint(
            ["redemption_id"], ["redemptions.id"], name=op.f("fk_passages_redemption_id")
        ),
        sa.ForeignKeyConstraint(["spot_id"], ["spots.id"], name=op.f("fk_passages_spot_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_passages_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passages")),
        sa.UniqueConstraint("asker_id", "key", name=op.f("uq_passages_asker_id_key")),
        info={"append_only": True},
    )
    op.create_index(
        "ix_passages_area_passed",
        "passages",
        ["area_id", "passed_at", "spot_id", "direction", "counted"],
        unique=False,
    )
    op.create_index(op.f("ix_passages_card_id"), "passages", ["card_id"], unique=False)
    op.create_index(
        "ix_passages_gate_passed", "passages", ["gate_id", "passed_at", "counted"], unique=False
    )
    op.create_index(op.f("ix_passages_redemption_id"), "passages", ["redemption_id"], unique=False)
    op.create_index(op.f("ix_passages_ticket_id"), "passages", ["ticket_id"], unique=False)
    op.create_table(
        "incidents",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("area_id", sa.String(length=36), nullable=False),
        sa.Column("gate_id", sa.String(length=36), nullable=True),
        sa.Column("ticket_id", sa.String(length=36), nullable=True),
        sa.Column("passage_id", sa.String(length=36), nullable=True),
        sa.Column("heads", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=200), server_default="", nullable=False),
        sa.Column("status", sa.String(length=32), server_default="open", nullable=False),
        sa.Column("raised_at", columns.UtcDateTime(), nullable=False),
        sa.Column("assigned_to", sa.String(length=36), nullable=True),
        sa.Column("resolved_by", sa.String(length=36), nullable=True),
        sa.Column("resolved_at", columns.UtcDateTime(), nullable=True),
        sa.Column("note", sa.String(length=400), server_default="", nullable=False),
        sa.CheckConstraint(
            "kind IN ('dup_pass', 'tailgate', 'forced', 'refused_pass', 'unknown_pass', 'manual', 'overcount')",
            name=op.f("ck_incidents_kind_known"),
        ),
        sa.CheckConstraint(
            "status IN ('open', 'resolved')", name=op.f("ck_incidents_status_known")
        ),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name=op.f("fk_incidents_area_id")),
        sa.ForeignKeyConstraint(["gate_id"], ["gates.id"], name=op.f("fk_incidents_gate_id")),
        sa.ForeignKeyConstraint(
            ["passage_id"], ["passages.id"], name=op.f("fk_incidents_passage_id")
        ),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_incidents_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incidents")),
    )
    op.create_index("ix_incidents_area", "incidents", ["area_id", "raised_at"], unique=False)
    op.create_index(op.f("ix_incidents_passage_id"), "incidents", ["passage_id"], unique=False)
    op.create_index("ix_incidents_status", "incidents", ["status", "raised_at", "id"], unique=False)
    op.create_index("ix_incidents_ticket", "incidents", ["ticket_id", "kind"], unique=False)
    op.forbid_changes("audit_entries")
    op.forbid_changes("audit_seals")
    op.forbid_changes("ledger_entries")
    op.forbid_changes("ledger_postings")
    op.forbid_changes("stock_moves")
    op.forbid_changes("stock_shortfalls")
    op.forbid_changes("ticket_type_versions")
    op.forbid_changes("cash_moves")
    op.forbid_changes("agent_entries")
    op.forbid_changes("promotion_moves")
    op.forbid_changes("redemptions")
    op.forbid_changes("passages")
    op.forbid_overlaps("stock_holdings")
    op.forbid_overlaps("stock_lots")
