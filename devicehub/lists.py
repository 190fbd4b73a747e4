"""Lists on their way to devices (what to refuse without asking), and on the device's own side.

A list travels as JSON, compressed, in parts: what came and what went since a revision, and a digest
of the whole list as it is afterwards. A device whose list does not have that digest asks for all.
"""

import base64
import hashlib
import json
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from devicehub.messages import ListPart
from devicehub.mqtt import Reply
from devicehub.redemptions import unix_ms
from domain.admission import blocklists
from domain.admission.blocklists import Changes, digest_of, mark_of
from domain.admission.devices import Presence
from domain.kernel.db import Database

BLOCK: Final = "block"
PART_CHARACTERS = 64 * 1024
MOST_BYTES = 64 * 1024 * 1024  # unpacked
LIFE = timedelta(hours=24)
FRESHEN = timedelta(hours=6)
PATIENCE = timedelta(seconds=20)  # a device says with every heartbeat what it has
HERE = frozenset({Presence.ONLINE, Presence.DEGRADED})


class BlockLists:
    """Which revision of its area's list each device was told last, and when."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._told: dict[str, tuple[int, datetime]] = {}

    async def due(self, known: Iterable[Any], now: datetime) -> list[Reply]:
        """For every device that keeps a list and is behind, or whose list grows old."""
        keepers = [row for row in known if row.presence in HERE and self.kept_by(row) is not None]
        if not keepers:
            return []
        revisions = await self._db.ask(blocklists.revisions)
        replies: list[Reply] = []
        for row in keepers:
            have, told_at = self._last(row, now)
            if have != revisions.get(row.area_id, 0) or now - told_at > FRESHEN:
                replies += await self.send(row, have, now)
        return replies

    async def send(self, row: Any, have: int, now: datetime) -> list[Reply]:
        """What a device needs that has revision `have`."""
        changes = await self._db.ask(blocklists.changes_since, row.area_id, have)
        self._told[row.id] = changes.rev, now
        return [Reply(row.id, part) for part in parts_of(changes, now)]

    def kept_by(self, row: Any) -> int | None:
        """The revision that it said it has; None for a device that keeps no list."""
        have = (row.heartbeat.get("lists") or {}).get(BLOCK)
        if isinstance(have, int):
            return have
        return 0 if row.id in self._told else None

    def _last(self, row: Any, now: datetime) -> tuple[int, datetime]:
        """What it was told last, unless it has had time to say that it never got it."""
        have = self.kept_by(row) or 0
        told, told_at = self._told.setdefault(row.id, (have, now))
        if have < told and now - told_at > PATIENCE:
            self._told[row.id] = told, told_at = have, now
        return told, told_at


def parts_of(changes: Changes, now: datetime) -> list[ListPart]:
    document = {
        "add": list(changes.added),
        "remove": list(changes.removed),
        "count": changes.size,
        "digest": changes.digest,
    }
    plain = json.dumps(document, separators=(",", ":")).encode()
    data = base64.b64encode(zlib.compress(plain)).decode()
    pieces = [data[at : at + PART_CHARACTERS] for at in range(0, len(data), PART_CHARACTERS)]
    return [
        ListPart(
            v=1,
            ts=unix_ms(now),
            list=BLOCK,
            rev=changes.rev,
            base=changes.base,
            i=number,
            of=len(pieces),
            data=piece,
            sha256=hashlib.sha256(plain).hexdigest(),
            exp=unix_ms(now + LIFE),
        )
        for number, piece in enumerate(pieces)
    ]


# -- on the device


class BadList(ValueError):
    """What came cannot be used: ask for everything."""


@dataclass(slots=True)
class KeptList:
    """A list as a device keeps it."""

    rev: int = 0
    marks: set[str] = field(default_factory=set)
    coming: dict[int, ListPart] = field(default_factory=dict)

    def holds(self, code: str) -> bool:
        """Whether a code that was read is blocked: a chip as `nfc:UID`, other codes as they are."""
        return not self.marks.isdisjoint({mark_of(code), mark_of(f"bar:{code.upper()}")})

    def take(self, part: ListPart) -> bool:
        """Keep a part; True when the list is whole and new. Raises BadList."""
        first = next(iter(self.coming.values()), part)
        if (part.rev, part.base, part.sha256) != (first.rev, first.base, first.sha256):
            self.coming.clear()
        self.coming[part.i] = part
        if len(self.coming) < part.of:
            return False
        parts = [self.coming[number] for number in sorted(self.coming)]
        self.coming.clear()
        self._replace(parts)
        return True

    def _replace(self, parts: list[ListPart]) -> None:
        last = parts[-1]
        document = document_of(parts)
        if last.base is not None and last.base != self.rev:
            raise BadList("changes to another revision")
        marks = set() if last.base is None else self.marks
        marks = (marks - set(document["remove"])) | set(document["add"])
        if digest_of(marks) != document["digest"]:
            raise BadList("not the list that was meant")
        self.marks, self.rev = marks, last.rev


def document_of(parts: list[ListPart]) -> Any:
    """Parts in their order, put together and checked."""
    data = "".join(part.data for part in parts)
    try:
        if parts[0].enc == "json":
            plain = data.encode()
        else:
            plain = zlib.decompressobj().decompress(base64.b64decode(data), MOST_BYTES)
        if hashlib.sha256(plain).hexdigest() != parts[0].sha256:
            raise BadList("damaged on its way")
        return json.loads(plain)
    except (ValueError, zlib.error) as error:
        raise BadList(str(error)) from None
