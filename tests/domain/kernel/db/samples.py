"""Two small tables of every kind of column, and acts over them, for the tests of this folder."""

from collections.abc import Sequence as List
from typing import Any

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlalchemy.schema import CreateTable

from domain.kernel.columns import Bytes, Json, Sequence, UtcDateTime, metadata
from domain.kernel.db import Database, Tx, among

own = sa.MetaData(naming_convention=metadata.naming_convention)

samples = sa.Table(
    "samples",
    own,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("name", sa.String(60), nullable=False, server_default=""),
    sa.Column("amount_minor", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("small", sa.Integer),
    sa.Column("at", UtcDateTime),
    sa.Column("day", sa.Date),
    sa.Column("document", Json),
    sa.Column("raw", Bytes),
    sa.Column("yes", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("word", sa.String(8), nullable=False, default="plain"),
    sa.UniqueConstraint("name", "small"),
    sa.CheckConstraint("amount_minor >= 0", name="amount_not_negative"),
)
children = sa.Table(
    "sample_children",
    own,
    sa.Column("seq", Sequence, primary_key=True, autoincrement=True),
    sa.Column("sample_id", sa.String(36), sa.ForeignKey("samples.id"), nullable=False),
    sa.Column(
        "later_id",
        sa.String(36),
        sa.ForeignKey("samples.id", deferrable=True, initially="DEFERRED"),
    ),
    sa.Column("text", sa.String(20), nullable=False, server_default=""),
    sqlite_autoincrement=True,
)

ADD = samples.insert()
ADD_CHILD = children.insert()
SAVE = samples.update().where(samples.c.id == bindparam("key"))
ONE = sa.select(samples).where(samples.c.id == bindparam("id"))
ALL = sa.select(samples).order_by(samples.c.id)
COUNT = sa.select(sa.func.count().label("n")).select_from(samples)
CHILDREN = sa.select(children).order_by(children.c.seq)
TAKE = (
    samples.update()
    .where(samples.c.id == bindparam("key"), samples.c.amount_minor > 0)
    .values(amount_minor=samples.c.amount_minor - 1)
    .returning(samples.c.amount_minor)
)
AMONG = sa.select(samples.c.id).where(among(samples.c.id, "ids")).order_by(samples.c.id)

CREATE = [CreateTable(samples), CreateTable(children)]


async def create(url: str) -> None:
    db = await Database.open(url)
    async with db.write() as tx:
        for statement in CREATE:
            await tx.run(statement)
    await db.close()


async def add(tx: Tx, key: str, amount_minor: int = 0) -> str:
    tx.add(ADD, id=key, amount_minor=amount_minor)
    return key


async def add_and_forget(tx: Tx, key: str) -> None:
    await tx.run(ADD, id=key)


async def add_and_fail(tx: Tx, key: str) -> None:
    await tx.run(ADD, id=key)
    raise ValueError(key)


async def take(tx: Tx, key: str) -> bool:
    return await tx.one(TAKE, key=key) is not None


async def count(tx: Tx) -> int:
    return int((await tx.one(COUNT)).n)


async def keys(tx: Tx) -> list[str]:
    return [row.id for row in await tx.rows(ALL)]


async def find(tx: Tx, key: str) -> Any:
    return await tx.one(ONE, id=key)


async def find_all(tx: Tx, wanted: List[str]) -> list[str]:
    return [row.id for row in await tx.rows(AMONG, ids=wanted)]
