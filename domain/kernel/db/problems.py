"""What a database says no with, in the same words for both engines.

No message here carries a value: drivers quote what was typed, and messages end in logs.
"""

import re
import sqlite3
from enum import StrEnum
from typing import TypeVar

import asyncpg
import sqlalchemy as sa

from domain.kernel.columns import metadata
from domain.kernel.errors import Conflict, InvalidInput, Message, Unavailable, say


class Busy(Unavailable):
    """Too much is waiting: say so now rather than answer late. Nothing was changed."""

    code = "BUSY"

    def __init__(self, message: Message | None = None) -> None:
        super().__init__(message or say("Too much is waiting just now. Please try again."))


class DatabaseDown(Unavailable):
    """The database or its disk failed. Nothing was changed, unless `unknown` is true: then the
    connection was lost while the commit was under way, and only looking tells."""

    code = "DATABASE_DOWN"

    def __init__(self, *, unknown: bool = False) -> None:
        super().__init__()
        self.unknown = unknown


class Kind(StrEnum):
    UNIQUE = "unique"
    CHECK = "check"
    NOT_NULL = "not_null"
    FOREIGN_KEY = "foreign_key"
    APPEND_ONLY = "append_only"


class ConstraintBroken(Conflict):
    """A constraint said no. `name` is the constraint's own (`uq_orders_number`,
    `ck_slots_never_oversold`), `table.column` for NOT NULL, the table for APPEND_ONLY, and empty
    for a foreign key, whose name SQLite does not tell."""

    def __init__(self, kind: Kind, name: str = "") -> None:
        unique = kind is Kind.UNIQUE
        super().__init__(
            say("This exists already.") if unique else None,
            code="DUPLICATE" if unique else None,
        )
        self.kind = kind
        self.name = name
        self.add_note(f"{kind.value} {name}")


# -- SQLite: the message names columns, or the constraint of a CHECK

SQLITE_KINDS = {
    "SQLITE_CONSTRAINT_UNIQUE": Kind.UNIQUE,
    "SQLITE_CONSTRAINT_PRIMARYKEY": Kind.UNIQUE,
    "SQLITE_CONSTRAINT_ROWID": Kind.UNIQUE,
    "SQLITE_CONSTRAINT_CHECK": Kind.CHECK,
    "SQLITE_CONSTRAINT_NOTNULL": Kind.NOT_NULL,
    "SQLITE_CONSTRAINT_FOREIGNKEY": Kind.FOREIGN_KEY,
    "SQLITE_CONSTRAINT_TRIGGER": Kind.APPEND_ONLY,
}
ACTS_OWN_FAULT = {  # everything else means that the file, the disk or the memory failed
    sqlite3.SQLITE_ERROR,
    sqlite3.SQLITE_CONSTRAINT,
    sqlite3.SQLITE_MISMATCH,
    sqlite3.SQLITE_TOOBIG,
    sqlite3.SQLITE_RANGE,
    sqlite3.SQLITE_MISUSE,
    sqlite3.SQLITE_READONLY,
}


def not_storable() -> InvalidInput:
    """A number too large or a text that is none, where it was only looked for."""
    return InvalidInput({}, say("This holds a character that cannot be kept."))


def said_by_sqlite(problem: Exception) -> Exception:
    """The problem in our words; itself when it is a mistake in the statement."""
    if isinstance(problem, OverflowError | UnicodeEncodeError):
        return not_storable()
    if isinstance(problem, sqlite3.IntegrityError):
        return broken_in_sqlite(problem)
    return problem if is_acts_own_fault(problem) else DatabaseDown()


def broken_in_sqlite(problem: sqlite3.IntegrityError) -> ConstraintBroken:
    kind = SQLITE_KINDS.get(problem.sqlite_errorname, Kind.CHECK)
    said = str(problem).partition(": ")[2]
    if problem.sqlite_errorname == "SQLITE_CONSTRAINT_PRIMARYKEY":
        return ConstraintBroken(kind, f"pk_{said.partition('.')[0]}")
    if kind is Kind.UNIQUE:
        return ConstraintBroken(kind, unique_name(said))
    if kind is Kind.APPEND_ONLY:
        return ConstraintBroken(kind, str(problem).partition(" ")[0])
    return ConstraintBroken(kind, said)


def unique_name(said: str) -> str:
    """`orders.number` or `slots.product_id, slots.visit_on` or `index 'uq_...'` to its name."""
    if said.startswith("index "):
        return said.removeprefix("index ").strip("'")
    table = said.partition(".")[0]
    columns = [column.partition(".")[2] for column in said.split(", ")]
    if table in metadata.tables:
        for name, covered in unique_sets(metadata.tables[table]):
            if covered == columns:
                return name
    return "_".join(["uq", table, *columns])


def unique_sets(table: sa.Table) -> list[tuple[str, list[str]]]:
    constraints = [
        (str(made.name), [column.name for column in made.columns])
        for made in table.constraints
        if isinstance(made, sa.UniqueConstraint)
    ]
    indexes = [
        (str(index.name), [column.name for column in index.columns])
        for index in table.indexes
        if index.unique
    ]
    return constraints + indexes


def is_acts_own_fault(problem: Exception) -> bool:
    code = getattr(problem, "sqlite_errorcode", None)
    return code is None or code & 0xFF in ACTS_OWN_FAULT


# -- PostgreSQL: the message has fields

POSTGRES_KINDS: list[tuple[type[Exception], Kind]] = [
    (asyncpg.UniqueViolationError, Kind.UNIQUE),
    (asyncpg.CheckViolationError, Kind.CHECK),
    (asyncpg.NotNullViolationError, Kind.NOT_NULL),
    (asyncpg.ForeignKeyViolationError, Kind.FOREIGN_KEY),
    (asyncpg.RestrictViolationError, Kind.APPEND_ONLY),
]
WORTH_RETRYING = (
    asyncpg.UniqueViolationError,  # the row that was first is visible to the next try
    asyncpg.SerializationError,
    asyncpg.DeadlockDetectedError,
    asyncpg.InvalidCachedStatementError,
)
CONNECTION_LOST = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.CannotConnectNowError,
    asyncpg.IdleInTransactionSessionTimeoutError,
    OSError,
)
SERVER_FAILED = (
    asyncpg.InsufficientResourcesError,
    asyncpg.OperatorInterventionError,
    asyncpg.PostgresSystemError,
    asyncpg.InternalServerError,
    asyncpg.SerializationError,
    asyncpg.DeadlockDetectedError,
)


E = TypeVar("E", bound=BaseException)


def said_by_postgres(problem: E) -> E | Exception:
    """The problem in our words; itself when it is a mistake in the statement."""
    if isinstance(problem, asyncpg.IntegrityConstraintViolationError):
        return broken_in_postgres(problem)
    if isinstance(problem, asyncpg.DataError) or (
        isinstance(problem, asyncpg.InterfaceError) and isinstance(problem, ValueError)
    ):
        return wrong_value(problem)
    if isinstance(problem, asyncpg.LockNotAvailableError):
        return Busy()
    if isinstance(problem, (*SERVER_FAILED, *CONNECTION_LOST)):
        return DatabaseDown()
    return problem


def broken_in_postgres(problem: asyncpg.IntegrityConstraintViolationError) -> ConstraintBroken:
    kind = next((k for error, k in POSTGRES_KINDS if isinstance(problem, error)), Kind.CHECK)
    table, column = problem.table_name or "", problem.column_name or ""
    if kind is Kind.NOT_NULL:
        return ConstraintBroken(kind, f"{table}.{column}")
    if kind is Kind.FOREIGN_KEY:
        return ConstraintBroken(kind)
    if kind is Kind.APPEND_ONLY:
        return ConstraintBroken(kind, table)
    return ConstraintBroken(kind, problem.constraint_name or "")


NOT_STORABLE = (asyncpg.CharacterNotInRepertoireError, asyncpg.NumericValueOutOfRangeError)


def wrong_value(problem: Exception) -> Exception:
    """asyncpg quotes the value; we keep its place and what was expected."""
    said = str(problem)
    if isinstance(problem, NOT_STORABLE) or "out of" in said or "surrogates" in said:
        return not_storable()
    place = re.search(r"query argument (\$\d+)", said)
    wanted = re.search(r"\(([^()]*(?:expected|range|out of|must)[^()]*)\)\s*$", said)
    text = f"{place[1] if place else 'a value'} does not fit its column"
    return TypeError(f"{text}: {wanted[1]}" if wanted and "'" not in wanted[1] else text)
