"""The database, on SQLite or PostgreSQL: the same acts, the same questions, the same answers.

    db = await Database.open(url)
    answer = await db.act(orders.place, order, actor, now)  # every change
    rows = await db.ask(orders.page, filters, after)        # every read
    async with db.write() as tx: ...                        # only imports and their like

An act is `async def act(tx, ...)`. It awaits `tx.one`, `tx.rows` and `tx.run` and nothing else, and
has no effect outside `tx`, for it may run more than once. An act calls another by passing its `tx`.
Statements are constants of a `store.py`:

- Values are the names of its bindparams, or for an INSERT or UPDATE without `.values()` the names
  of the columns to be written (an UPDATE's bindparams must then have other names than columns).
- One of a list: `where(among(orders.c.id, "ids"))`, never `in_(bindparam(..., expanding=True))`.
- ON CONFLICT: `from sqlalchemy.dialects.postgresql import insert`; it is understood on both.
- Who was first: `UPDATE ... WHERE ... RETURNING`, then `tx.one` is None for the loser.
- Next page: `tuple_(t.c.placed_at, t.c.id) < tuple_(bindparam("at"), bindparam("id"))`.
"""

from domain.kernel.db.acts import ActWaited, Tx
from domain.kernel.db.database import Database
from domain.kernel.db.lists import among
from domain.kernel.db.problems import Busy, ConstraintBroken, DatabaseDown, Kind

__all__ = [
    "ActWaited",
    "Busy",
    "ConstraintBroken",
    "Database",
    "DatabaseDown",
    "Kind",
    "Tx",
    "among",
]
