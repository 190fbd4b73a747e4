"""Codes that a gate refuses by itself: lost, frozen and dead cards, for when it cannot ask.

A code stands there as a mark, so that what is still good for a card that will be found again lies
on no device. Each change raises the area's revision; a device that tells which one it has gets what
changed since, whatever it has, and a digest of the whole to know that it has the same.
"""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from domain.admission.blocklists import store
from domain.kernel.db import Tx

MARK_CHARACTERS = 32


class Changes(NamedTuple):
    """From one revision to another; everything when `base` is None."""

    rev: int
    base: int | None
    added: Sequence[str]
    removed: Sequence[str]
    digest: str  # of the whole list as it is then
    size: int


def mark_of(code: str) -> str:
    """How a code stands in the list: `nfc:` and a UID, `bar:` and a barcode, or a code of ours."""
    return hashlib.sha256(code.encode()).hexdigest()[:MARK_CHARACTERS]


def digest_of(marks: Iterable[str]) -> str:
    """Of a whole list: the same for the same marks."""
    return hashlib.sha256("\n".join(sorted(marks)).encode()).hexdigest()


async def block(tx: Tx, area_id: str, codes: Sequence[str], now: datetime) -> None:
    """Gates of the area refuse these codes from now on. Part of the act that ends the code, which
    writes the audit entry."""
    await change(tx, area_id, codes, True, now)


async def unblock(tx: Tx, area_id: str, codes: Sequence[str], now: datetime) -> None:
    """They are good again."""
    await change(tx, area_id, codes, False, now)


async def change(
    tx: Tx, area_id: str, codes: Sequence[str], is_blocked: bool, now: datetime
) -> None:
    if not codes:
        return
    rev = (await tx.one(store.NEXT_REV, area=area_id)).rev
    for code in sorted(codes):
        await tx.run(
            store.PUT,
            area=area_id,
            code_mark=mark_of(code),
            at_rev=rev,
            blocked=is_blocked,
            now=now,
        )


async def revisions(tx: Tx) -> dict[str, int]:
    """Of every area that ever blocked a code."""
    return {row.area_id: int(row.rev) for row in await tx.rows(store.REVISIONS)}


async def changes_since(tx: Tx, area_id: str, have: int) -> Changes:
    """What a device needs that has revision `have`: 0 for none, or for one that it cannot trust.
    One that we never gave (the database was restored since) gets everything, too."""
    row = await tx.one(store.REVISION, area=area_id)
    rev = int(row.rev) if row else 0
    marks = [one.mark for one in await tx.rows(store.BLOCKED, area=area_id)]
    if not 0 < have <= rev:
        return Changes(rev, None, marks, (), digest_of(marks), len(marks))
    rows = await tx.rows(store.CHANGED, area=area_id, since=have)
    added = [one.mark for one in rows if one.is_blocked]
    removed = [one.mark for one in rows if not one.is_blocked]
    return Changes(rev, have, added, removed, digest_of(marks), len(marks))
