"""Keeping pictures that the operator uploads, and giving them out again."""

import hashlib
from datetime import datetime
from typing import Any

from domain.kernel import ids
from domain.kernel.actors import Actor
from domain.kernel.db import Tx
from domain.kernel.errors import InvalidInput, NotFound
from domain.operation.audit import record
from domain.operation.files import store
from domain.operation.files.model import picture_in, problem_with


async def add_picture(
    tx: Tx,
    actor: Actor,
    name: str,
    content: bytes,
    now: datetime,
    *,
    field: str = "file",
    is_public: bool = True,
) -> str:
    """Keep a picture; gives its id. Raises InvalidInput for the form's `field`."""
    problem, picture = problem_with(content), picture_in(content)
    if problem is not None or picture is None:
        raise InvalidInput({field: problem} if problem else {})
    file_id = ids.new_id()
    digest = hashlib.sha256(content).hexdigest()
    tx.add(
        store.ADD_FILE,
        id=file_id,
        name=name[:200],
        media_type=picture.media_type,
        sha256=digest,
        size_bytes=len(content),
        width=picture.width,
        height=picture.height,
        content=content,
        is_public=is_public,
        added_by=actor.id,
        added_at=now,
    )
    after = {"media_type": picture.media_type, "size_bytes": len(content), "sha256": digest}
    record(tx, actor, "file.added", file_id, now, after=after)
    return file_id


async def get(tx: Tx, file_id: str) -> Any:
    """The file with its content. Raises NotFound."""
    row = await tx.one(store.GET_FILE, file_id=file_id)
    if row is None:
        raise NotFound()
    return row


async def get_public(tx: Tx, file_id: str) -> Any:
    """The same, when everybody may see it."""
    row = await get(tx, file_id)
    if not row.is_public:
        raise NotFound()
    return row
