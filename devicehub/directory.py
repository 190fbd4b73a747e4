"""The devices the hub knows: read again every moment, so that an office page takes effect."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from devicehub import passwords
from domain.admission import devices
from domain.kernel.db import Database

LOOK_AGAIN = timedelta(milliseconds=300)  # a stranger may have been paired just now


class Directory:
    def __init__(self, db: Database) -> None:
        self._db = db
        self._known: dict[str, Any] = {}
        self._read_at: datetime | None = None

    def __iter__(self) -> Iterator[Any]:
        return iter(self._known.values())

    async def refresh(self, now: datetime) -> None:
        rows = await self._db.ask(devices.directory)
        self._known = {row.id: row for row in rows}
        self._read_at = now

    async def find(self, device_id: str, now: datetime) -> Any:
        """The device's row; None for a stranger."""
        known = self._known.get(device_id)
        if known is None and (self._read_at is None or now - self._read_at > LOOK_AGAIN):
            await self.refresh(now)
            known = self._known.get(device_id)
        return known

    def credentials(self) -> list[passwords.Credential]:
        """For our own broker: whoever was paired."""
        return [
            passwords.Credential(row.id, row.broker_hash, row.next_broker_hash)
            for row in self
            if row.broker_hash is not None
        ]
