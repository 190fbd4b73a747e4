"""What fits into a column, the same on both engines, told before the database is asked.

SQLite keeps a text of any length and a number of any size, PostgreSQL does not; a form should have
said so earlier, and this is what keeps it from being a fault of ours when none did.
"""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql import visitors

from domain.kernel.errors import InvalidInput, say

Convert = Callable[[Any], Any]

MOST = {sa.SmallInteger: 2**15, sa.Integer: 2**31, sa.BigInteger: 2**63}


def written(statement: Any, binds: dict[str, Any]) -> set[str]:
    """The values that go into a column. The others only look for something: what does not fit
    anywhere is simply not found."""
    if isinstance(statement, sa.Insert):
        return set(binds)
    if isinstance(statement, sa.Update) and statement.whereclause is not None:
        looked_for = visitors.iterate(statement.whereclause)
        return set(binds) - {b.key for b in looked_for if isinstance(b, sa.BindParameter)}
    return set(binds) if isinstance(statement, sa.Update) else set()


def fitting(name: str, kind: Any, convert: Convert | None) -> Convert | None:
    """`convert`, after a look at whether the value fits into a column of this kind."""
    if isinstance(kind, sa.String):
        return fitting_text(name, kind.length, convert)
    if isinstance(kind, sa.Integer):
        return fitting_number(name, kind, convert)
    return convert


def fitting_text(name: str, most: int | None, convert: Convert | None) -> Convert:
    def fit(value: Any) -> Any:
        if value is None:
            return None
        if most is not None and len(value) > most:
            raise InvalidInput(
                {name: say("Please type at most {max_length} characters.", max_length=most)}
            )
        if not value.isascii() or "\0" in value:
            check_characters(name, value)
        return value if convert is None else convert(value)

    return fit


def check_characters(name: str, value: str) -> None:
    """PostgreSQL cannot keep NUL, and nobody can keep half of a surrogate pair."""
    try:
        value.encode()
    except UnicodeEncodeError:
        bad = True
    else:
        bad = "\0" in value
    if bad:
        raise InvalidInput({name: say("This holds a character that cannot be kept.")})


def fitting_number(name: str, kind: sa.Integer, convert: Convert | None) -> Convert:
    beyond = next(MOST[base] for base in type(kind).__mro__ if base in MOST)

    def fit(value: Any) -> Any:
        if value is not None and not -beyond <= value < beyond:
            raise InvalidInput({name: say("This number is too large.")})
        return value if convert is None else convert(value)

    return fit
