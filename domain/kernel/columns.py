"""Column types and the one MetaData, for both engines."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class UtcDateTime(sa.types.TypeDecorator[datetime]):
    """An aware moment in UTC. timestamptz on PostgreSQL; whole microseconds since 1970 on SQLite,
    which sort, compare and need no parsing."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: sa.Dialect) -> sa.types.TypeEngine[Any]:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(sa.BigInteger())
        return dialect.type_descriptor(sa.DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a zone")
        if dialect.name != "sqlite":
            return value
        return (value - EPOCH) // MICROSECOND

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> datetime | None:
        if value is None or dialect.name != "sqlite":
            return value  # type: ignore[no-any-return]  # asyncpg gives aware datetimes
        return _moment(value)

    def result_processor(self, dialect: sa.Dialect, coltype: object) -> Any:
        """Straight to the point: rows are full of moments."""
        return _moment if dialect.name == "sqlite" else None


EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def _moment(microseconds: int | None) -> datetime | None:
    return None if microseconds is None else EPOCH + timedelta(0, 0, microseconds)


class Json(sa.types.TypeDecorator[Any]):
    """A JSON document as text on both engines: written compactly, Chinese as it is."""

    impl = sa.Text
    cache_ok = True

    def load_dialect_impl(self, dialect: sa.Dialect) -> sa.types.TypeEngine[Any]:
        return dialect.type_descriptor(sa.Text())

    def process_bind_param(self, value: Any, dialect: sa.Dialect) -> str | None:
        return _text(value)

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> Any:
        return _document(value)

    def bind_processor(self, dialect: sa.Dialect) -> Any:
        return _text

    def result_processor(self, dialect: sa.Dialect, coltype: object) -> Any:
        return _document


def _text(document: Any) -> str | None:
    return None if document is None else _encode(document)


def _document(text: str | None) -> Any:
    return None if text is None else msgspec.json.decode(text)


# made once: json.dumps would make an encoder for every value
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode


Id = sa.String(36)  # a UUIDv7 as text
Word = sa.String(32)  # one of a StrEnum
Name = sa.String(120)  # what people call it
Text = sa.Text
Minor = sa.BigInteger  # whole fen
Bytes = sa.LargeBinary().with_variant(postgresql.BYTEA(), "postgresql")
Sequence = sa.BigInteger().with_variant(sa.Integer, "sqlite")  # a key the database counts up


def one_of(column: str, words: type[Any]) -> sa.CheckConstraint:
    """CHECK that a status column holds one of its words."""
    listed = ", ".join(f"'{word.value}'" for word in words)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")
