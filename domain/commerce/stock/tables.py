"""Blank tickets and cards: which serials there are, where they lie, and how they came there."""

import sqlalchemy as sa

from domain.commerce.stock.model import (
    DocumentKind,
    DocumentStatus,
    LineRole,
    StockAct,
    StockForm,
)
from domain.kernel.columns import (
    Id,
    Json,
    Name,
    Sequence,
    UtcDateTime,
    Word,
    metadata,
    one_of,
)


def serials() -> list[sa.schema.SchemaItem]:
    """A range: its series (prefix and width), first and last number."""
    return [
        sa.Column("prefix", sa.String(16), nullable=False),
        sa.Column("width", sa.Integer, nullable=False),
        sa.Column("from_no", sa.BigInteger, nullable=False),
        sa.Column("to_no", sa.BigInteger, nullable=False),
        sa.CheckConstraint("from_no <= to_no", name="in_order"),
    ]


stock_kinds = sa.Table(
    "stock_kinds",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("area_id", Id, sa.ForeignKey("areas.id"), nullable=False),
    sa.Column("code", sa.String(32), nullable=False),
    sa.Column("name_zh", Name, nullable=False),
    sa.Column("name_en", Name, nullable=False, server_default=""),
    sa.Column("form", Word, nullable=False),
    sa.Column("paper", sa.String(8), nullable=False, server_default=""),  # of tickets: 80mm, a4
    sa.Column("edition", sa.Integer, nullable=False, server_default="1"),  # raised by every move
    sa.Column("version", sa.Integer, nullable=False, server_default="1"),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("retired_at", UtcDateTime),
    one_of("form", StockForm),
    sa.UniqueConstraint("area_id", "code"),
)

# every serial that was ever received: none twice, whatever became of it
stock_lots = sa.Table(
    "stock_lots",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("kind_id", Id, sa.ForeignKey("stock_kinds.id"), nullable=False),
    *serials(),
    sa.Column("document_id", Id, nullable=False),
    sa.Column("received_at", UtcDateTime, nullable=False),
    sa.UniqueConstraint("kind_id", "prefix", "width", "from_no"),
    info={"disjoint": True},
)

# what lies where now: a holder is a warehouse or a window
stock_holdings = sa.Table(
    "stock_holdings",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("kind_id", Id, sa.ForeignKey("stock_kinds.id"), nullable=False),
    sa.Column("holder_id", Id, nullable=False),
    *serials(),
    sa.UniqueConstraint("kind_id", "prefix", "width", "from_no"),
    sa.Index("ix_stock_holdings_holder", "holder_id", "kind_id", "prefix", "width", "from_no"),
    info={"disjoint": True},
)

stock_numbers = sa.Table(
    "stock_numbers",
    metadata,
    sa.Column("area_id", Id, sa.ForeignKey("areas.id"), primary_key=True),
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("last", sa.Integer, nullable=False),
)

stock_documents = sa.Table(
    "stock_documents",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("number", sa.String(32), nullable=False, unique=True),
    sa.Column("kind", Word, nullable=False),
    sa.Column("status", Word, nullable=False),
    sa.Column("area_id", Id, sa.ForeignKey("areas.id"), nullable=False),
    sa.Column("stock_kind_id", Id, sa.ForeignKey("stock_kinds.id"), nullable=False),
    sa.Column("from_id", Id),
    sa.Column("to_id", Id),
    sa.Column("received_by", Id, sa.ForeignKey("staff.id")),  # who signs for an issue
    sa.Column("pieces", sa.BigInteger, nullable=False),
    sa.Column("note", sa.String(400), nullable=False, server_default=""),
    sa.Column("request_id", sa.String(64), unique=True),
    sa.Column("approval_id", Id),
    sa.Column("made_by", Id),
    sa.Column("made_at", UtcDateTime, nullable=False),
    sa.Column("approved_by", Id),
    sa.Column("approved_at", UtcDateTime),
    sa.Column("posted_by", Id),
    sa.Column("posted_at", UtcDateTime),
    sa.Column("reversed_by", Id),
    sa.Column("reversed_at", UtcDateTime),
    sa.Column("reverse_reason", sa.String(400), nullable=False, server_default=""),
    sa.Column("version", sa.Integer, nullable=False, server_default="1"),
    one_of("kind", DocumentKind),
    one_of("status", DocumentStatus),
    sa.CheckConstraint("pieces >= 0", name="pieces_not_negative"),
    sa.Index("ix_stock_documents_made", "made_at", "id"),
    sa.Index("ix_stock_documents_area_made", "area_id", "made_at", "id"),
)

stock_document_lines = sa.Table(
    "stock_document_lines",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("document_id", Id, sa.ForeignKey("stock_documents.id"), nullable=False, index=True),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("role", Word, nullable=False),
    *serials(),
    one_of("role", LineRole),
)

stock_moves = sa.Table(
    "stock_moves",
    metadata,
    sa.Column("seq", Sequence, primary_key=True, autoincrement=True),
    sa.Column("kind_id", Id, sa.ForeignKey("stock_kinds.id"), nullable=False),
    sa.Column("holder_id", Id, nullable=False),
    sa.Column("act", Word, nullable=False),
    *serials(),
    sa.Column("pieces", sa.BigInteger, nullable=False),  # to the holder is positive
    sa.Column("cause_noun", sa.String(32), nullable=False),  # stock_document, ticket, shift ...
    sa.Column("cause_id", Id, nullable=False),
    sa.Column("shift_id", Id),  # the shift that was open at the window
    sa.Column("staff_id", Id),
    sa.Column("note", sa.String(200), nullable=False, server_default=""),
    sa.Column("at", UtcDateTime, nullable=False),
    one_of("act", StockAct),
    sa.CheckConstraint("abs(pieces) = to_no - from_no + 1", name="pieces_are_serials"),
    sa.Index("ix_stock_moves_holder", "holder_id", "kind_id", "seq"),
    sa.Index("ix_stock_moves_shift", "shift_id", "kind_id"),
    sa.Index("ix_stock_moves_at", "at"),
    sa.Index("ix_stock_moves_cause", "cause_noun", "cause_id"),
    sa.Index("ix_stock_moves_serial", "prefix", "width", "from_no"),
    sa.Index(  # few: what moved one serial is found by its own number, or among these
        "ix_stock_moves_ranges",
        "prefix",
        "width",
        "to_no",
        sqlite_where=sa.text("to_no > from_no"),
        postgresql_where=sa.text("to_no > from_no"),
    ),
    info={"append_only": True},
    sqlite_autoincrement=True,
)

# which blanks a window prints on; without a row, or switched off, printing uses up nothing
stock_feeds = sa.Table(
    "stock_feeds",
    metadata,
    sa.Column("window_id", Id, sa.ForeignKey("windows.id"), primary_key=True),
    sa.Column("paper", sa.String(8), primary_key=True),
    sa.Column("kind_id", Id, sa.ForeignKey("stock_kinds.id"), nullable=False),
    sa.Column("is_on", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("prefix", sa.String(16), nullable=False, server_default=""),
    sa.Column("width", sa.Integer, nullable=False, server_default="0"),
    sa.Column("next_no", sa.BigInteger),  # none: the book has no blank left here
)

# what was printed though the book had nothing left at the window
stock_shortfalls = sa.Table(
    "stock_shortfalls",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("kind_id", Id, sa.ForeignKey("stock_kinds.id"), nullable=False),
    sa.Column("holder_id", Id, nullable=False),
    sa.Column("shift_id", Id, index=True),
    sa.Column("cause_noun", sa.String(32), nullable=False),
    sa.Column("cause_id", Id, nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    info={"append_only": True},
)

stock_thresholds = sa.Table(
    "stock_thresholds",
    metadata,
    sa.Column("holder_id", Id, primary_key=True),
    sa.Column("kind_id", Id, sa.ForeignKey("stock_kinds.id"), primary_key=True),
    sa.Column("least", sa.BigInteger, nullable=False),
    sa.CheckConstraint("least > 0", name="least_positive"),
)

# what a cashier found at the end of a shift, and said of the differences
stock_shift_counts = sa.Table(
    "stock_shift_counts",
    metadata,
    sa.Column("shift_id", Id, sa.ForeignKey("shifts.id"), primary_key=True),
    sa.Column("counted", Json, nullable=False),  # [[kind id, first, last], ...]
    sa.Column("lines", Json, nullable=False),  # the differences
    sa.Column("report", Json),  # once the shift is closed: what moved in it, by kind
    sa.Column("counted_at", UtcDateTime, nullable=False),
)
