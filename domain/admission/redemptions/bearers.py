"""What opens gates besides tickets: member cards. Whoever keeps them registers when imported.

Admission asks for what was presented, says no for the gate's own reasons (closed, full, out of
hours), and keeps every scan and passage; who may enter how often is the keeper's business. The
keeper's changes are part of the scan's transaction.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from domain.kernel.db import Tx
from domain.kernel.refusals import Refusal


class AtGate(NamedTuple):
    """Where and when a bearer goes."""

    gate_id: str
    area_id: str
    gate_bit: int  # of the scope: bit 0 is the area's own entrance
    time_zone: str
    at: datetime


class Bearer(Protocol):
    """Something that was presented and is known; read in this transaction."""

    @property
    def id(self) -> str: ...

    @property
    def details(self) -> Mapping[str, Any]:
        """What the gate shows: number, type_zh, type_en, mode, holder (masked), left ..."""

    @property
    def good_until(self) -> datetime | None:
        """When it ends; None when it has no end."""

    @property
    def is_inside(self) -> bool:
        """Whether it came in and was not seen going out."""

    def refusal(self, at: AtGate) -> Refusal | None:
        """Why it may not come in; None when it may."""

    def worthless(self, at: AtGate) -> Refusal | None:
        """Why it stands for nothing at any gate (lost, frozen, over); None when it does."""

    async def hold(self, tx: Tx, redemption_id: str, until: datetime) -> None:
        """Keep one entry for who is walking through a gate now."""

    async def free(self, tx: Tx, redemption_id: str) -> None:
        """Nobody went: the entry is as it was."""

    async def enter(self, tx: Tx, heads: int, redemption_id: str, at: AtGate) -> int:
        """So many came in; how many of them it did not cover."""

    async def leave(self, tx: Tx, at: AtGate) -> None:
        """It went out."""


class Keeper(Protocol):
    """Who keeps one kind of bearers."""

    async def find(self, tx: Tx, code: str) -> Bearer | None:
        """By what was read: `nfc:` and a UID, `bar:` and a barcode, or a code of ours. Nobody
        else changes it until this transaction ends."""

    async def find_again(self, tx: Tx, bearer_id: str) -> Bearer | None:
        """By its id, likewise."""

    async def find_by_document(self, tx: Tx, documents: Sequence[str]) -> Sequence[Bearer]:
        """By keyed marks of its holder's document, likewise; what costs the holder least first."""


_keepers: list[Keeper] = []


def register(keeper: Keeper) -> None:
    """Say, when a package is imported, who else is to be asked about a code."""
    _keepers.append(keeper)


async def find(tx: Tx, code: str) -> Bearer | None:
    """What a code that was read stands for; a blank one (another form of code) for nothing."""
    if not code:
        return None
    for keeper in _keepers:
        if (found := await keeper.find(tx, code)) is not None:
            return found
    return None


async def find_by_document(tx: Tx, documents: Sequence[str]) -> list[Bearer]:
    """Whatever belongs to the person with this document."""
    return [found for keeper in _keepers for found in await keeper.find_by_document(tx, documents)]


async def find_again(tx: Tx, bearer_id: str) -> Bearer:
    for keeper in _keepers:
        if (found := await keeper.find_again(tx, bearer_id)) is not None:
            return found
    raise LookupError(f"nobody keeps {bearer_id}")
