"""Platforms that were connected in the office, and when each was last heard of."""

import sqlalchemy as sa

from domain.commerce.payments.model import Tender
from domain.kernel.columns import Bytes, Json, UtcDateTime, Word, metadata, one_of

payment_platforms = sa.Table(  # no row: what the environment says
    "payment_platforms",
    metadata,
    sa.Column("tender", Word, primary_key=True),
    sa.Column("settings", Json),  # none: what the environment says; only the channels are chosen
    sa.Column("secrets_sealed", Bytes),
    sa.Column("marks", Json, nullable=False),  # by which people recognise keys
    sa.Column("channels", Json, nullable=False),  # where new payments may begin
    sa.Column("version", sa.Integer, nullable=False, server_default="1"),
    sa.Column("changed_at", UtcDateTime, nullable=False),
    one_of("tender", Tender),
)

platform_hearings = sa.Table(
    "platform_hearings",
    metadata,
    sa.Column("tender", Word, primary_key=True),
    sa.Column("callback_at", UtcDateTime),  # the latest genuine one
    sa.Column("rejected_at", UtcDateTime),  # the latest that was not
    sa.Column("tried_at", UtcDateTime),  # when somebody last tried the connection
    sa.Column("try_is_good", sa.Boolean),
    one_of("tender", Tender),
)
