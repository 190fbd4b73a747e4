"""Counting wrong guesses, so that a short code or a PIN can be typed and not tried out.

A lane is who guesses, and what: `collect:<device>`, `collect:<address>`, `pin:<device>`.
"""

from datetime import datetime, timedelta

from domain.admission.collections import store
from domain.kernel import ids
from domain.kernel.db import Tx
from domain.kernel.errors import TooOften, say

MEMORY = timedelta(minutes=10)
MOST_WRONG = 8


async def is_too_many(tx: Tx, lane: str, now: datetime, most: int = MOST_WRONG) -> bool:
    """Whether this lane must wait before it may guess again. A question."""
    row = await tx.one(store.COUNT_GUESSES, lane=lane, since=now - MEMORY)
    return bool(row.many >= most)


async def check(tx: Tx, lane: str, now: datetime, most: int = MOST_WRONG) -> None:
    """Raises TooOften for a lane that guessed wrong too often in ten minutes."""
    if await is_too_many(tx, lane, now, most):
        raise TooOften(say("Too many tries. Please wait ten minutes, or ask the staff."))


async def take(tx: Tx, lane: str, now: datetime, most: int = MOST_WRONG) -> str:
    """One try, counted as wrong before it is looked at: a hundred tries at once are no more than
    `most`. Gives its id for `forgive`. Its own act, in the lane. Raises TooOften."""
    await check(tx, lane, now, most)
    guess_id = ids.new_id()
    tx.add(store.ADD_GUESS, id=guess_id, lane=lane, at=now)
    return guess_id


async def forgive(tx: Tx, guess_id: str) -> None:
    """The try was right, or it was no guess after all."""
    await tx.run(store.FORGIVE_GUESS, guess=guess_id)


async def count_wrong(tx: Tx, lane: str, now: datetime) -> None:
    """One more wrong guess. Its own act: what refuses the guess must not undo the count."""
    tx.add(store.ADD_GUESS, id=ids.new_id(), lane=lane, at=now)


async def forget(tx: Tx, now: datetime) -> None:
    """Housekeeping: guesses that no longer count."""
    await tx.run(store.FORGET_GUESSES, before=now - MEMORY)
