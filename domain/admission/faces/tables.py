"""Whose face a gate knows: a keyed mark of the terminal's own reference, never a picture."""

import sqlalchemy as sa

from domain.admission.faces.model import Owner
from domain.kernel.columns import Id, UtcDateTime, Word, metadata, one_of

face_bindings = sa.Table(
    "face_bindings",
    metadata,
    sa.Column("owner", Word, primary_key=True),  # ticket or card
    sa.Column("owner_id", Id, primary_key=True),
    sa.Column("area_id", Id, sa.ForeignKey("areas.id"), nullable=False),
    sa.Column("mark", sa.String(80), nullable=False),  # keyed hash under one of the vault's secrets
    sa.Column("bound_at", UtcDateTime, nullable=False),
    sa.Column("bound_by", Id),  # the device that the person agreed at
    sa.Column("valid_until", UtcDateTime, nullable=False),
    one_of("owner", Owner),
    sa.Index("ix_face_bindings_mark", "mark"),
    sa.Index("ix_face_bindings_area", "area_id"),
    sa.Index("ix_face_bindings_over", "valid_until"),
)
