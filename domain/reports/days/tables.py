"""Days that are over, added up: made from the sales and passages themselves, never the other way
round, and thrown away and made again at will."""

import sqlalchemy as sa

from domain.kernel.columns import Id, UtcDateTime, Word, metadata


def figure(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=False)


# A day is in `sales_days` and `entry_hours` when it stands here; else it is read live.
summed_days = sa.Table(
    "summed_days",
    metadata,
    sa.Column("area_id", Id, primary_key=True),
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("built_at", UtcDateTime, nullable=False),
)

sales_days = sa.Table(
    "sales_days",
    metadata,
    sa.Column("area_id", Id, primary_key=True),
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("kind", Word, primary_key=True),
    sa.Column("ticket_type_id", Id, primary_key=True),  # "": no ticket; so with the next two
    sa.Column("window_id", Id, primary_key=True),
    sa.Column("staff_id", Id, primary_key=True),
    sa.Column("channel", Word, primary_key=True),
    figure("tickets"),
    figure("persons"),
    figure("list_minor"),
    figure("sold_minor"),
    figure("changed_in"),
    figure("changed_out"),
    figure("changed_minor"),
    figure("returned"),
    figure("fee_minor"),
    figure("returned_minor"),
)

entry_hours = sa.Table(
    "entry_hours",
    metadata,
    sa.Column("area_id", Id, primary_key=True),
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("hour", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("gate_id", Id, primary_key=True),
    figure("entered"),
    figure("left"),
    figure("refused"),
)
