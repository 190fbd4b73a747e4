"""Files from an old system: what was in them (sealed, until it is over), and each row's fate."""

import sqlalchemy as sa

from domain.kernel.columns import Bytes, Id, Json, UtcDateTime, Word, metadata, one_of
from domain.operation.imports.model import MOST_OF_AN_ID, ImportRowStatus, ImportStatus


def count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False, server_default="0")


imports = sa.Table(
    "imports",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("area_id", Id, sa.ForeignKey("areas.id"), nullable=False),
    sa.Column("kind", sa.String(32), nullable=False),  # members, stock
    sa.Column("source", sa.String(80), nullable=False),  # what the old system is called
    sa.Column("file_name", sa.String(200), nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("size_bytes", sa.Integer, nullable=False),
    sa.Column("headings", Json, nullable=False),
    sa.Column("mapping", Json, nullable=False),  # the column of each field
    sa.Column("status", Word, nullable=False),
    sa.Column("is_partial", sa.Boolean, nullable=False, server_default=sa.false()),
    count("all_rows"),
    count("good_rows"),
    count("bad_rows"),
    count("known_rows"),
    count("parts"),
    sa.Column("figures", Json, nullable=False),  # what the good rows come to
    sa.Column("before", Json),  # of the area
    sa.Column("after", Json),
    sa.Column("backup", sa.String(120), nullable=False, server_default=""),
    sa.Column("reason", sa.String(400), nullable=False, server_default=""),
    sa.Column("approval_id", Id),
    sa.Column("job_id", Id),
    sa.Column("created_by", Id, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("started_at", UtcDateTime),
    sa.Column("ended_at", UtcDateTime),
    sa.Column("wiped_at", UtcDateTime),  # the file is gone
    one_of("status", ImportStatus),
    sa.Index("ix_imports_area_id", "area_id", "created_at", "id"),
    sa.Index("ix_imports_status", "status", "created_at"),
)

import_parts = sa.Table(
    "import_parts",
    metadata,
    sa.Column("import_id", Id, sa.ForeignKey("imports.id"), primary_key=True),
    sa.Column("part", sa.Integer, primary_key=True),
    sa.Column("sealed", Bytes, nullable=False),
)

import_rows = sa.Table(
    "import_rows",
    metadata,
    sa.Column("import_id", Id, sa.ForeignKey("imports.id"), primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True),  # the row in the file
    sa.Column("external_id", sa.String(MOST_OF_AN_ID), nullable=False),
    sa.Column("status", Word, nullable=False),
    sa.Column("problems", Json, nullable=False),  # [[field, sentence, its values], ...]
    sa.Column("figures", Json, nullable=False),
    sa.Column("subject_id", Id),
    one_of("status", ImportRowStatus),
    sa.Index("ix_import_rows_status", "import_id", "status", "position"),
)

# what has come in: the same row of the same old system comes in once
imported_subjects = sa.Table(
    "imported_subjects",
    metadata,
    sa.Column("area_id", Id, primary_key=True),
    sa.Column("kind", sa.String(32), primary_key=True),
    sa.Column("source", sa.String(80), primary_key=True),
    sa.Column("external_id", sa.String(MOST_OF_AN_ID), primary_key=True),
    sa.Column("import_id", Id, nullable=False),
)

# which column was which the last time
import_mappings = sa.Table(
    "import_mappings",
    metadata,
    sa.Column("area_id", Id, primary_key=True),
    sa.Column("kind", sa.String(32), primary_key=True),
    sa.Column("source", sa.String(80), primary_key=True),
    sa.Column("columns", Json, nullable=False),  # the heading of each field
)
