"""Pages of a list by keyset, both ways: a constant of a `store.py`, asked by one function.

    ORDERS = Keyset.of(sa.select(orders).where(...), orders.c.placed_at, orders.c.id)
    rows = await ORDERS.page(tx, Cut(), window_id=...)                        # the newest
    rows = await ORDERS.page(tx, Cut((at, id)), window_id=...)                # those after
    rows = await ORDERS.page(tx, Cut((at, id), is_newer=True), window_id=...) # those before

The last one comes in reverse order, nearest first: whoever shows it turns it round.
"""

from typing import Any, NamedTuple, Self

import sqlalchemy as sa

from domain.kernel.db.acts import Tx
from domain.kernel.errors import InvalidInput


class Cut(NamedTuple):
    """Where a page begins: at the first row, or beyond a key; and how many rows it has, one more
    than are shown, to see whether there are more."""

    key: tuple[Any, ...] | None = None
    is_newer: bool = False
    most: int = 51


class Keyset(NamedTuple):
    """One list: its first page, the next ones, and the way back."""

    first: sa.Select[Any]
    after: sa.Select[Any]
    before: sa.Select[Any]
    types: tuple[type, ...]

    @classmethod
    def of(
        cls, select: sa.Select[Any], *columns: sa.ColumnElement[Any], ascending: bool = False
    ) -> Self:
        """The list of a select's rows by these columns, the last of them unique; newest first
        unless `ascending`."""
        row: Any = sa.tuple_(*columns) if len(columns) > 1 else columns[0]
        binds = [
            sa.bindparam(f"key_{number}", type_=column.type)
            for number, column in enumerate(columns)
        ]
        key: Any = sa.tuple_(*binds) if len(binds) > 1 else binds[0]
        down = [column.desc() for column in columns]
        up = [column.asc() for column in columns]
        forth, back = (up, down) if ascending else (down, up)
        most = sa.bindparam("most", type_=sa.Integer)
        return cls(
            select.order_by(*forth).limit(most),
            select.where(row > key if ascending else row < key).order_by(*forth).limit(most),
            select.where(row < key if ascending else row > key).order_by(*back).limit(most),
            tuple(column.type.python_type for column in columns),
        )

    async def page(self, tx: Tx, cut: Cut, **values: Any) -> list[Any]:
        """Its rows. A key that cannot be one of this list is InvalidInput."""
        key = cut.key
        if key is None:
            return await tx.rows(self.first, most=cut.most, **values)
        if len(key) != len(self.types) or not all(map(isinstance, key, self.types)):
            raise InvalidInput({})
        keys = {f"key_{number}": part for number, part in enumerate(key)}
        statement = self.before if cut.is_newer else self.after
        return await tx.rows(statement, most=cut.most, **keys, **values)
