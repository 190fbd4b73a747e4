"""The hash chain over the audit trail.

Entries are written plain, so that no two acts wait for each other. A schedule seals them in blocks:
each seal covers all numbers from the one after the last seal on, and holds SHA-256 of the seal
before it and of its entries in canonical JSON. Whoever alters, removes or inserts an entry, or a
seal, breaks the chain from there on; whoever cuts off its end must also answer for the last hash
that was noted elsewhere (`shanmen verify` prints it; note it down).

Numbers are given before a transaction commits, so on PostgreSQL a lower number may appear after a
higher one. A block is sealed up to a number only when every transaction that was under way after
that number had been given is over (`Watermark`), so nothing can appear inside a sealed block.
"""

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, NamedTuple

from domain.kernel.db import Database, Tx
from domain.operation.audit import store
from domain.operation.verification import Finding

BLOCK = 1_000
MOST_BLOCKS = 50  # at once; the rest at the next time
GENESIS = "0" * 64


class Watermark(NamedTuple):
    """Entries up to `seq` were there when transactions from `transaction` on had not begun."""

    seq: int
    transaction: int


def canonical(entry: Any) -> bytes:
    """An entry as it is hashed: the same on both engines, for ever."""
    fields = [
        entry.seq,
        entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        entry.actor_kind,
        entry.actor_id,
        entry.place_id,
        entry.address,
        entry.act,
        entry.noun,
        entry.subject_id,
        entry.detail,
    ]
    if entry.request_id is not None:
        fields += [entry.area_id, entry.number, entry.request_id]
    elif entry.area_id is not None or entry.number is not None:
        fields += [entry.area_id, entry.number]
    text = json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode() + b"\n"


def hash_of(previous_hash: str, first_seq: int, last_seq: int, entries: Iterable[Any]) -> str:
    """A block's hash, over the one before it, its bounds and its entries in order."""
    digest = hashlib.sha256(f"{previous_hash}\n{first_seq}\n{last_seq}\n".encode())
    for entry in entries:
        digest.update(canonical(entry))
    return digest.hexdigest()


async def last_seq(tx: Tx) -> int:
    return int((await tx.one(store.LAST_SEQ)).seq)


async def next_transaction(tx: Tx) -> int:
    return int((await tx.one(store.HORIZON)).next)


async def seal_block(tx: Tx, mark: Watermark, now: datetime) -> int:
    """Seal the next block of what stands before the mark; gives how many entries it has.

    Nothing while a transaction is under way that may still bring one of those numbers. Of two
    sealers at once the second breaks the primary key and does nothing.
    """
    if (await tx.one(store.HORIZON)).oldest < mark.transaction:
        return 0
    last = await tx.one(store.LAST_SEAL)
    after = last.last_seq if last else 0
    entries = await tx.rows(store.ENTRIES_AFTER, after=after, up_to=mark.seq, most=BLOCK)
    if not entries:
        return 0
    previous_hash = last.hash if last else GENESIS
    first, final = after + 1, entries[-1].seq
    tx.add(
        store.ADD_SEAL,
        number=(last.number if last else 0) + 1,
        first_seq=first,
        last_seq=final,
        entries=len(entries),
        previous_hash=previous_hash,
        hash=hash_of(previous_hash, first, final, entries),
        sealed_at=now,
    )
    return len(entries)


class Sealer:
    """The schedule's run; one in each process. It remembers the mark from one time to the next, so
    a process seals nothing at its first time."""

    def __init__(self) -> None:
        self._seen_seq = 0
        self._mark: Watermark | None = None

    async def run(self, db: Database, now: datetime) -> None:
        """Seal what is surely complete, then move the mark on: first a number is seen, at the next
        time the transactions after it, at the one after that all before those may be over."""
        if self._mark is not None:
            for _ in range(MOST_BLOCKS):
                if await db.act(seal_block, self._mark, now) < BLOCK:
                    break
        transaction = await db.ask(next_transaction)
        self._mark = Watermark(self._seen_seq, transaction)
        self._seen_seq = await db.ask(last_seq)


async def seal_all(db: Database, now: datetime) -> int:
    """Seal all there is, for whoever knows that nobody else writes (tests, before a backup on a
    stopped server). Gives the number of entries."""
    mark = Watermark(await db.ask(last_seq), 0)
    sealed = 0
    while count := await db.act(seal_block, mark, now):
        sealed += count
    return sealed


async def head(tx: Tx) -> Any | None:
    """The newest seal; None while there is none."""
    return await tx.one(store.LAST_SEAL)


async def verify(tx: Tx) -> list[Finding]:
    """Recompute the chain from its beginning."""
    findings: list[Finding] = []
    number, last, previous_hash = 0, 0, GENESIS
    while seals := await tx.rows(store.SEALS_AFTER, number=number, most=100):
        for seal in seals:
            number += 1
            if seal.number != number or seal.first_seq != last + 1:
                findings.append(Finding("audit", f"seal {seal.number}", "a seal is missing before"))
                number = seal.number
            if seal.previous_hash != previous_hash:
                findings.append(Finding("audit", f"seal {seal.number}", "does not follow"))
            entries = await tx.rows(store.ENTRIES_BETWEEN, first=seal.first_seq, last=seal.last_seq)
            findings += problems_of(seal, entries)
            last, previous_hash = seal.last_seq, seal.hash
    return findings


def problems_of(seal: Any, entries: list[Any]) -> list[Finding]:
    """What is wrong inside one block."""
    subject = f"entries {seal.first_seq} to {seal.last_seq}"
    if len(entries) != seal.entries:
        return [Finding("audit", subject, f"{seal.entries} were sealed, {len(entries)} are there")]
    found = hash_of(seal.previous_hash, seal.first_seq, seal.last_seq, entries)
    if found != seal.hash:
        return [Finding("audit", subject, "altered since they were sealed")]
    return []
