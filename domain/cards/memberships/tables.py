"""Member cards, their holders and media, what was bought with them and spent from them.

Balances on a card are caches of the ledger; what is unspent of each lot adds up to them.
`shanmen verify` recomputes both.
"""

import sqlalchemy as sa

from domain.cards.memberships.model import (
    CardMediumKind,
    CardMediumStatus,
    LotKind,
    MembershipStatus,
    ReturnReason,
    ReturnStatus,
)
from domain.cards.products.model import CardKind
from domain.kernel.columns import Bytes, Id, Json, Name, UtcDateTime, Word, metadata, one_of

card_holders = sa.Table(
    "card_holders",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("name", Name, nullable=False, index=True),
    sa.Column("phone_sealed", Bytes),
    sa.Column("phone_hash", sa.String(64), index=True),
    sa.Column("phone_mask", sa.String(24), nullable=False, server_default=""),
    sa.Column("document_kind", Word, nullable=False, server_default=""),
    sa.Column("document_sealed", Bytes),
    sa.Column("document_hash", sa.String(64), index=True),
    sa.Column("document_mask", sa.String(24), nullable=False, server_default=""),
    sa.Column("born_on", sa.Date),
    sa.Column("photo_file_id", Id, sa.ForeignKey("files.id")),
    sa.Column("language", sa.String(8), nullable=False, server_default="zh"),
    sa.Column("created_at", UtcDateTime, nullable=False, index=True),
    sa.Column("version", sa.Integer, nullable=False, server_default="1"),
)

memberships = sa.Table(
    "memberships",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("number", sa.String(32), nullable=False, unique=True),
    sa.Column("area_id", Id, sa.ForeignKey("areas.id"), nullable=False),
    sa.Column("product_id", Id, sa.ForeignKey("card_products.id"), index=True),
    sa.Column("kind", Word),  # none while it is blank
    sa.Column("holder_id", Id, sa.ForeignKey("card_holders.id"), index=True),
    sa.Column("status", Word, nullable=False),
    sa.Column("note", sa.String(200), nullable=False, server_default=""),  # why lost, frozen ...
    # what of the ledger and of its lots it holds
    sa.Column("principal_minor", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("bonus_minor", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("deposit_minor", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("uses_left", sa.Integer, nullable=False, server_default="0"),
    sa.Column("points", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("level", sa.Integer, nullable=False, server_default="0"),
    # what it opens and how, as sold
    sa.Column("scope_bits", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("daily_entries", sa.Integer, nullable=False, server_default="0"),
    sa.Column("passback_minutes", sa.Integer, nullable=False, server_default="10"),
    sa.Column("entry_price_minor", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("pays_entry", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("valid_from", UtcDateTime),
    sa.Column("valid_until", UtcDateTime),  # none: without end
    sa.Column("reminded", sa.Integer, nullable=False, server_default="999"),  # days before, last
    # at the gates
    sa.Column("held_by", Id),
    sa.Column("held_until", UtcDateTime),
    sa.Column("inside", sa.Integer, nullable=False, server_default="0"),
    sa.Column("entered_on", sa.Date),
    sa.Column("entered_times", sa.Integer, nullable=False, server_default="0"),  # on that day
    sa.Column("last_passed_at", UtcDateTime),
    sa.Column("last_gate_id", Id, sa.ForeignKey("gates.id")),
    sa.Column("pin_mark", sa.String(64)),  # keyed
    sa.Column("pin_failures", sa.Integer, nullable=False, server_default="0"),
    sa.Column("replaces_id", Id, sa.ForeignKey("memberships.id")),
    sa.Column("replaced_by_id", Id, sa.ForeignKey("memberships.id")),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("opened_at", UtcDateTime),
    sa.Column("status_at", UtcDateTime, nullable=False),
    sa.Column("version", sa.Integer, nullable=False, server_default="1"),
    one_of("status", MembershipStatus),
    one_of("kind", CardKind),
    sa.CheckConstraint("principal_minor >= 0 AND bonus_minor >= 0", name="balance_not_negative"),
    sa.CheckConstraint("deposit_minor >= 0 AND points >= 0", name="deposit_not_negative"),
    sa.CheckConstraint("uses_left >= 0", name="uses_not_negative"),
    sa.Index("ix_memberships_area_created", "area_id", "created_at", "id"),
    sa.Index("ix_memberships_status_created", "area_id", "status", "created_at", "id"),
    sa.Index("ix_memberships_product_created", "product_id", "created_at", "id"),
    sa.Index("ix_memberships_ending", "status", "valid_until"),
    sa.Index("ix_memberships_opened", "opened_at"),
)

card_media = sa.Table(
    "card_media",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("membership_id", Id, sa.ForeignKey("memberships.id"), nullable=False, index=True),
    sa.Column("kind", Word, nullable=False),
    sa.Column("code", sa.String(64), nullable=False, unique=True),  # nfc:UID, bar:..., or ours
    sa.Column("status", Word, nullable=False, server_default="active"),
    sa.Column("issued_at", UtcDateTime, nullable=False),
    sa.Column("died_at", UtcDateTime),
    one_of("kind", CardMediumKind),
    one_of("status", CardMediumStatus),
)

card_lots = sa.Table(
    "card_lots",
    metadata,
    sa.Column("id", Id, primary_key=True),  # sorts by the time of purchase: the first is spent
    sa.Column("membership_id", Id, sa.ForeignKey("memberships.id"), nullable=False, index=True),
    sa.Column("kind", Word, nullable=False),
    sa.Column("order_id", Id, sa.ForeignKey("orders.id"), index=True),
    sa.Column("order_line_id", Id, sa.ForeignKey("order_lines.id")),
    sa.Column("principal_minor", sa.BigInteger, nullable=False),  # P
    sa.Column("bonus_minor", sa.BigInteger, nullable=False, server_default="0"),  # G
    sa.Column("principal_left_minor", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("bonus_left_minor", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("uses", sa.Integer, nullable=False, server_default="0"),  # N, free ones included
    sa.Column("uses_left", sa.Integer, nullable=False, server_default="0"),
    sa.Column("entry_price_minor", sa.BigInteger, nullable=False, server_default="0"),  # u
    sa.Column("from_on", sa.Date),  # of a term
    sa.Column("until_on", sa.Date),  # the first day that it is no longer valid
    sa.Column("terms", Json, nullable=False),  # the product as it was sold
    sa.Column("bought_at", UtcDateTime, nullable=False),
    sa.Column("closed_at", UtcDateTime),  # returned
    one_of("kind", LotKind),
    sa.CheckConstraint(
        "principal_left_minor >= 0 AND principal_left_minor <= principal_minor"
        " AND bonus_left_minor >= 0 AND bonus_left_minor <= bonus_minor",
        name="left_within_bought",
    ),
    sa.CheckConstraint("uses_left >= 0 AND uses_left <= uses", name="uses_within_bought"),
)

card_spends = sa.Table(
    "card_spends",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("membership_id", Id, sa.ForeignKey("memberships.id"), nullable=False),
    sa.Column("cause_noun", sa.String(32), nullable=False),  # payment, redemption
    sa.Column("cause_id", Id, nullable=False),
    sa.Column("area_id", Id, sa.ForeignKey("areas.id"), nullable=False),
    sa.Column("face_minor", sa.BigInteger, nullable=False),
    sa.Column("back_minor", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("points", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("points_back", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("spent_at", UtcDateTime, nullable=False),
    sa.CheckConstraint("back_minor >= 0 AND back_minor <= face_minor", name="back_within_spent"),
    sa.CheckConstraint("points_back >= 0 AND points_back <= points", name="points_within_given"),
    sa.UniqueConstraint("cause_noun", "cause_id"),
    sa.Index("ix_card_spends_membership", "membership_id", "spent_at", "id"),
)

card_spend_parts = sa.Table(
    "card_spend_parts",
    metadata,
    sa.Column("spend_id", Id, sa.ForeignKey("card_spends.id"), primary_key=True),
    sa.Column("lot_id", Id, sa.ForeignKey("card_lots.id"), primary_key=True),
    sa.Column("principal_minor", sa.BigInteger, nullable=False),
    sa.Column("bonus_minor", sa.BigInteger, nullable=False),
    sa.Column("principal_back_minor", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("bonus_back_minor", sa.BigInteger, nullable=False, server_default="0"),
    sa.CheckConstraint(
        "principal_back_minor >= 0 AND principal_back_minor <= principal_minor"
        " AND bonus_back_minor >= 0 AND bonus_back_minor <= bonus_minor",
        name="back_within_spent",
    ),
)

# an unpaid order keeps its cards, so that nothing else happens to them before it is paid
card_reservations = sa.Table(
    "card_reservations",
    metadata,
    sa.Column("order_line_id", Id, primary_key=True),  # written before its line is
    sa.Column("membership_id", Id, sa.ForeignKey("memberships.id"), primary_key=True),
    sa.Column("purpose", Word, nullable=False),  # a line's kind
    sa.Index("ix_card_reservations_membership", "membership_id"),
)

card_returns = sa.Table(
    "card_returns",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("request_id", sa.String(128), nullable=False, unique=True),
    sa.Column("membership_id", Id, sa.ForeignKey("memberships.id"), nullable=False, index=True),
    sa.Column("area_id", Id, sa.ForeignKey("areas.id"), nullable=False),
    sa.Column("status", Word, nullable=False),
    sa.Column("reason", Word, nullable=False),
    sa.Column("note", sa.String(400), nullable=False),
    sa.Column("is_intact", sa.Boolean, nullable=False),
    sa.Column("value_minor", sa.BigInteger, nullable=False),
    sa.Column("deposit_minor", sa.BigInteger, nullable=False),
    sa.Column("detail", Json, nullable=False),  # lot by lot
    sa.Column("approval_id", Id, sa.ForeignKey("approvals.id")),
    sa.Column("requested_by", Id),
    sa.Column("requested_at", UtcDateTime, nullable=False),
    sa.Column("decided_at", UtcDateTime),
    one_of("status", ReturnStatus),
    one_of("reason", ReturnReason),
    sa.CheckConstraint("value_minor >= 0 AND deposit_minor >= 0", name="not_negative"),
    sa.Index("ix_card_returns_area", "area_id", "requested_at", "id"),
)

card_numbers = sa.Table(
    "card_numbers",
    metadata,
    sa.Column("area_id", Id, sa.ForeignKey("areas.id"), primary_key=True),
    sa.Column("last", sa.BigInteger, nullable=False),
)
