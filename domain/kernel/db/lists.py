"""The one way to ask for rows whose column is in a list of any length: `among`.

`IN (?, ?, ?)` is another statement for each length; this is one, and uses the index.
"""

import json
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.compiler import compiles


class ListOf(sa.types.TypeDecorator[Sequence[Any]]):
    """A list as one value: an array on PostgreSQL, JSON text on SQLite."""

    impl = sa.Text
    cache_ok = True

    def __init__(self, item: sa.types.TypeEngine[Any]) -> None:
        super().__init__()
        self.item = item

    def load_dialect_impl(self, dialect: sa.Dialect) -> sa.types.TypeEngine[Any]:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(sa.Text())
        return dialect.type_descriptor(ARRAY(self.item.dialect_impl(dialect)))

    def process_bind_param(self, value: Sequence[Any] | None, dialect: sa.Dialect) -> Any:
        if value is None or isinstance(value, str | bytes):
            raise TypeError("among() wants a list")
        convert = self.item.dialect_impl(dialect).bind_processor(dialect)
        items = [item if convert is None else convert(item) for item in value]
        return json.dumps(items, ensure_ascii=False) if dialect.name == "sqlite" else items


class Among(sa.ColumnElement[bool]):
    """`column` is one of the list that is passed as `name`."""

    inherit_cache = False
    type = sa.Boolean()

    def __init__(self, column: sa.ColumnElement[Any], name: str) -> None:
        self.column = column
        self.list = sa.bindparam(name, type_=ListOf(column.type))

    @property
    def _from_objects(self) -> Any:
        return self.column._from_objects

    def self_group(self, against: Any = None) -> Any:
        """As it is. As a boolean, SQLite would be asked whether it `= 1`, of every row there is."""
        return self


def among(column: sa.ColumnElement[Any], name: str) -> Among:
    """`where(among(orders.c.id, "ids"))`, then `tx.rows(STATEMENT, ids=[...])`."""
    return Among(column, name)


@compiles(Among, "sqlite")
def _sqlite(element: Among, compiler: Any, **kw: Any) -> str:
    column, values = compiler.process(element.column, **kw), compiler.process(element.list, **kw)
    return f"{column} IN (SELECT value FROM json_each({values}))"  # noqa: S608  # no values in it


@compiles(Among, "postgresql")
def _postgresql(element: Among, compiler: Any, **kw: Any) -> str:
    column, values = compiler.process(element.column, **kw), compiler.process(element.list, **kw)
    return f"{column} = ANY ({values})"
