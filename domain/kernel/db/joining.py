"""The inserts of one act in as few round trips as PostgreSQL allows, in the order they were added.

Rows of the same insert become one `VALUES (...), (...)`; different inserts become one statement,
`WITH a0 AS (INSERT ...), a1 AS (INSERT ...) INSERT ...`, which checks foreign keys at its end.
PostgreSQL runs the parts of such a statement in an order of its own, so no table is in it twice:
keys that a table counts up stay in the order of adding.
"""

import functools
import itertools
import re
from collections.abc import Iterator, Sequence
from typing import Any

from domain.kernel.db.statements import Prepared

MOST_VALUES = 1_000  # in one joined statement; PostgreSQL allows 32,767
MANY = 20  # rows of one insert from which the driver's own bulk way is better
ONE_ROW = re.compile(r"(INSERT INTO (\S+) \(.*?\) VALUES )(\(.*\))", re.DOTALL)

Added = tuple[Prepared, list[Any]]


def batches(added: Sequence[Added]) -> Iterator[tuple[str, list[Any], bool]]:
    """(SQL, values, many): `many` when values is [a list of rows] for executemany."""
    waiting: list[tuple[Prepared, list[list[Any]]]] = []
    for prepared, alike in itertools.groupby(added, key=lambda pair: pair[0]):
        rows = [row for _, row in alike]
        parts = ONE_ROW.fullmatch(prepared.sql)
        if parts is None or len(rows) >= MANY:
            yield from joined_batch(waiting)
            waiting = []
            yield prepared.sql, [rows], True
        else:
            if is_full(waiting, prepared):
                yield from joined_batch(waiting)
                waiting = []
            waiting.append((prepared, rows))
    yield from joined_batch(waiting)


def is_full(waiting: Sequence[tuple[Prepared, list[list[Any]]]], prepared: Prepared) -> bool:
    values = sum(len(rows) * len(rows[0]) for _, rows in waiting)
    tables = {table_of(other) for other, _ in waiting}
    return values > MOST_VALUES or table_of(prepared) in tables


def table_of(prepared: Prepared) -> str:
    parts = ONE_ROW.fullmatch(prepared.sql)
    return parts[2] if parts else ""


def joined_batch(
    waiting: Sequence[tuple[Prepared, list[list[Any]]]],
) -> Iterator[tuple[str, list[Any], bool]]:
    if waiting:
        sql = joined(tuple((prepared.sql, len(rows)) for prepared, rows in waiting))
        yield sql, [value for _, rows in waiting for row in rows for value in row], False


@functools.lru_cache(maxsize=1_000)
def joined(inserts: tuple[tuple[str, int], ...]) -> str:
    """Each insert's $1…$n for each of its rows, moved behind those before it."""
    parts, used = [], 0
    for sql, rows in inserts:
        found = ONE_ROW.fullmatch(sql)
        assert found is not None
        head, one_row = found[1], found[3]
        wide = len(set(re.findall(r"\$\d+", one_row)))
        shown = [moved(one_row, used + wide * row) for row in range(rows)]
        parts.append(head + ", ".join(shown))
        used += wide * rows
    *first, last = parts
    with_first = ", ".join(f"a{n} AS ({sql})" for n, sql in enumerate(first))
    return f"WITH {with_first} {last}" if first else last


def moved(sql: str, by: int) -> str:
    return re.sub(r"\$(\d+)", lambda found: f"${int(found[1]) + by}", sql)
