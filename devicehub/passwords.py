"""Who may sign in at our own broker, and with which secret while a secret is being replaced.

Mosquitto compares with one password for each user; a device whose secret is being replaced has two
that are good (docs/decisions/0003-broker-passwords.md). So the file holds one of the two, and the
other takes its place as soon as mosquitto turns somebody away: whoever comes with the other secret
gets in at the next try. A device that is connected is left alone, because mosquitto cuts off whom
the file no longer knows.
"""

from collections.abc import Iterable
from typing import NamedTuple


class Credential(NamedTuple):
    """A device and what its password is compared with, in mosquitto's format."""

    device_id: str
    verifier: str
    next_verifier: str | None = None


class Passwords:
    def __init__(self, hub_user: str, hub_verifier: str) -> None:
        self._hub = f"{hub_user}:{hub_verifier}"
        self._known: dict[str, Credential] = {}
        self._asked_next: set[str] = set()  # in rotation, and the file holds the new one
        self._connected: set[str] = set()

    def text(self) -> str:
        return "\n".join([self._hub, *map(self._line, self._known.values())]) + "\n"

    def replace(self, credentials: Iterable[Credential]) -> bool:
        """Whether the file changes."""
        before = self.text()
        self._known = {known.device_id: known for known in sorted(credentials)}
        self._asked_next &= self._rotating()
        return self.text() != before

    def expect_next(self, device_id: str) -> bool:
        """The device says that it keeps its new secret now. Whether the file changes."""
        if device_id not in self._rotating() - self._asked_next:
            return False
        self._asked_next.add(device_id)
        return True

    def turned_away(self) -> bool:
        """Somebody was refused; mosquitto does not say who. Whether the file changes."""
        doubtful = self._rotating() - self._connected
        self._asked_next ^= doubtful
        return bool(doubtful)

    def connected(self, device_id: str) -> bool:
        """Whether it came with its new secret: the old one can be forgotten."""
        self._connected.add(device_id)
        return device_id in self._asked_next

    def disconnected(self, device_id: str) -> None:
        self._connected.discard(device_id)

    def all_disconnected(self) -> None:
        self._connected.clear()

    def _rotating(self) -> set[str]:
        return {known.device_id for known in self._known.values() if known.next_verifier}

    def _line(self, known: Credential) -> str:
        device_id, verifier, next_verifier = known
        asked = next_verifier if next_verifier and device_id in self._asked_next else verifier
        return f"{device_id}:{asked}"
