"""Core statements compiled once for one engine: SQL, order and conversion of values, type of rows.

Two rules keep a typing mistake from becoming a silent NULL: a value that the statement needs and
did not get, and a value that it does not know, are both a TypeError.
"""

import collections
import functools
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
import structlog
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.dialects.sqlite.aiosqlite import SQLiteDialect_aiosqlite
from sqlalchemy.sql.ddl import DDLElement

from domain.kernel.db.limits import Convert, fitting, written

log = structlog.get_logger()

Statement = sa.sql.ClauseElement
MOST_KEPT = 4_000  # statements are constants: more than this means that somebody builds them


class Prepared:
    """One statement for one engine."""

    def __init__(
        self, statement: Statement, dialect: sa.Dialect, given: Iterable[str] | None = None
    ) -> None:
        """`given` names the values of an INSERT or UPDATE, which decide what columns it writes."""
        columns: dict[str, Any] = {} if given is None else {"column_keys": list(given)}
        compiled: Any = statement.compile(dialect=dialect, **columns)
        self.sql: str = compiled.string
        self.writes = may_write(statement, compiled)
        self._names: list[str] = []  # in the driver's order
        self._fixed: list[Any] = []  # the values of those that nobody gives
        self._convert: list[tuple[int, Convert]] = []  # the ones that go another way than they come
        self._right: set[tuple[str, ...]] = set()  # names that were given, and were right
        self._needed: frozenset[str] = frozenset()
        self._known: frozenset[str] = frozenset()
        self._read: list[tuple[int, Convert]] = []  # the columns that are not as the driver gives
        self.Row: Any = None
        if not isinstance(statement, DDLElement):
            self._learn_values(statement, compiled)
            self._learn_rows(compiled._result_columns, dialect)

    def _learn_values(self, statement: Statement, compiled: Any) -> None:
        binds = {name: bind for name, bind in compiled.binds.items() if "%" not in name}
        fixed = {name: bind.effective_value for name, bind in binds.items() if not bind.required}
        fixed.update(defaults(compiled))
        for name, bind in binds.items():
            if bind.expanding and bind.required:
                raise TypeError(f"{name}: a list of values goes through among(column, {name!r})")
        state = compiled._process_parameters_for_postcompile(
            {name: fixed.get(name) for name in binds}
        )
        convert = {**compiled._bind_processors, **state.processors}
        for name in written(statement, binds):
            if (fit := fitting(name, binds[name].type, convert.get(name))) is not None:
                convert[name] = fit
        fixed.update((n, v) for n, v in state.additional_parameters.items() if n not in binds)
        self.sql = state.statement
        names = list(state.positiontup or [])
        self._names, self._fixed = names, [fixed.get(name) for name in names]
        self._convert = [(at, convert[name]) for at, name in enumerate(names) if convert.get(name)]
        self._needed = frozenset(names) - fixed.keys()
        self._known = frozenset(binds)

    def _learn_rows(self, columns: Sequence[Any], dialect: sa.Dialect) -> None:
        if columns:
            readers = enumerate(reader(column, dialect) for column in columns)
            self._read = [(at, read) for at, read in readers if read is not None]
            self.Row = collections.namedtuple(  # type: ignore[misc]  # known only now
                "Row", [column.keyname for column in columns]
            )

    def values(self, given: Mapping[str, Any]) -> list[Any]:
        """`given` in the order and the form in which the driver wants it."""
        if (names := tuple(given)) not in self._right:
            self._check(names)
        values = list(map(given.get, self._names, self._fixed))
        for at, convert in self._convert:
            values[at] = convert(values[at])
        return values

    def _check(self, given: tuple[str, ...]) -> None:
        names = frozenset(given)
        if not self._needed <= names or not names <= self._known:
            missing, unknown = sorted(self._needed - names), sorted(names - self._known)
            raise TypeError(f"missing values {missing}, unknown values {unknown} in: {self.sql}")
        self._right.add(given)

    def row(self, raw: Iterable[Any] | None) -> Any:
        """What the driver gave, as a named tuple of Python's own values."""
        if self.Row is None:
            raise TypeError(f"this gives no rows; a text needs .columns(...): {self.sql}")
        if raw is None:
            return None
        if not self._read:
            return self.Row._make(raw)
        values = list(raw)
        for at, read in self._read:
            values[at] = read(values[at])
        return self.Row._make(values)


def may_write(statement: Statement, compiled: Any) -> bool:
    """Whether it could change something; a text could do anything."""
    if not isinstance(statement, sa.Select | sa.CompoundSelect):
        return True
    return any(getattr(cte.element, "is_dml", False) for cte in compiled.ctes or ())


def defaults(compiled: Any) -> dict[str, Any]:
    """Values of columns that the statement does not name but the table gives a fixed value."""
    columns = [*getattr(compiled, "insert_prefetch", ()), *getattr(compiled, "update_prefetch", ())]
    for column in columns:
        if column.default is None or not column.default.is_scalar or column.onupdate is not None:
            raise TypeError(f"{column}: only a fixed default= or a server_default= is understood")
    return {column.key: column.default.arg for column in columns}


def reader(column: Any, dialect: sa.Dialect) -> Convert | None:
    """How to turn what the driver gives for a result column into Python's own value."""
    known: Convert | None = column.type._cached_result_processor(dialect, None)
    computed = not any(isinstance(thing, sa.Column) for thing in column.objects[:1])
    if known is None and computed and isinstance(column.type, sa.Integer):
        return whole if dialect.name == "postgresql" else None
    return known


def whole(value: Any) -> Any:
    """PostgreSQL adds bigint up to numeric."""
    return int(value) if isinstance(value, Decimal) else value


class Statements:
    """Every statement that was used so far. Statements are module constants, so this stays small;
    one that is built for a single call still works, and is forgotten again.

    `locks` False is for questions, which change nothing and may not lock a row: FOR UPDATE is left
    out, so that what an act looks up before it changes something can be asked as well."""

    def __init__(self, dialect: sa.Dialect, *, locks: bool = True) -> None:
        self.dialect, self._locks = dialect, locks
        self._prepared: dict[Any, Prepared] = {}

    def find(self, statement: Statement, given: Mapping[str, Any]) -> Prepared:
        key: Any = statement
        if isinstance(statement, sa.Insert | sa.Update):
            key = (statement, *given)
        if (found := self._prepared.get(key)) is None:
            found = self._prepared[key] = self._prepare(statement, given)
        return found

    def _prepare(self, statement: Statement, given: Mapping[str, Any]) -> Prepared:
        if len(self._prepared) >= MOST_KEPT:
            log.warning("database.statements_forgotten", kept=MOST_KEPT)
            self._prepared.clear()
        if isinstance(statement, sa.Insert | sa.Update):
            if not statement._returning:
                statement = statement.inline()
            return Prepared(statement, self.dialect, given)
        if isinstance(statement, sa.Select) and not self._locks:
            statement = statement._clone()
            statement._for_update_arg = None
        return Prepared(statement, self.dialect)


@functools.cache
def statements_of(engine: str, *, locks: bool = True) -> Statements:
    """One table of statements for each engine, and for questions, shared by everything in the
    process."""
    if engine == "sqlite":  # which knows no FOR UPDATE
        return Statements(SQLiteDialect_aiosqlite(paramstyle="qmark"))
    return Statements(PGDialect_asyncpg(), locks=locks)  # type: ignore[no-untyped-call]
