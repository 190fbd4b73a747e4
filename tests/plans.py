"""How SQLite would look a statement up, asked of a database without statistics."""

import contextlib
import re
import sqlite3
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite

from domain.kernel.columns import UtcDateTime
from domain.kernel.db.lists import ListOf
from domain.kernel.db.statements import statements_of

MOMENT, DAY = datetime(2026, 7, 1, tzinfo=UTC), date(2026, 7, 1)
# what an index of this alone finds grows for ever
COARSE = re.compile(r"\((area_id|status|tender|kind|noun|cause_noun|account_kind|channel)=\?\)")
SMALL = {"area_states", "areas", "gates", "bills", "bill_items", "json_each"}


def plan(url: str, statement: Any, values: dict[str, Any]) -> list[str]:
    prepared = statements_of("sqlite").find(statement, values)
    with contextlib.closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as file:
        asked = f"EXPLAIN QUERY PLAN {prepared.sql}"
        return [row[3] for row in file.execute(asked, prepared.values(values))]


def astray(url: str, statement: Any) -> list[str]:
    """The steps that read a whole table, or all that an area, a status or an account ever had."""
    return [step for step in plan(url, statement, some_values(statement)) if _is_astray(step)]


def some_values(statement: Any) -> dict[str, Any]:
    """Something for each value that the statement asks for."""
    bound = statement.compile(dialect=sqlite.dialect()).binds.values()
    return {one.key: _some(one.type) for one in bound if one.required}


def _some(kind: Any) -> Any:
    if isinstance(kind, ListOf):
        return [_some(kind.item)]
    if isinstance(kind, UtcDateTime):
        return MOMENT
    if isinstance(kind, sa.Date):
        return DAY
    return 1 if isinstance(kind, sa.Integer) else "a"


def _is_astray(step: str) -> bool:
    verb, _, rest = step.partition(" ")
    table = rest.partition(" ")[0]
    if verb not in {"SCAN", "SEARCH"} or table in SMALL:
        return False
    return verb == "SCAN" or COARSE.search(rest) is not None
