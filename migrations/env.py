"""How alembic runs: over a connection that `domain.kernel.db.migrations` opened."""

from typing import Any, Literal

import sqlalchemy as sa
from alembic import context

from domain.kernel import columns
from domain.schema import metadata
from migrations import guards


def render_item(kind: str, item: Any, autogen_context: Any) -> str | Literal[False]:
    """Our own column types by their name in `columns`; true and false as both engines say it."""
    if kind == "server_default" and isinstance(item.arg, sa.False_ | sa.True_):
        return f"sa.{item.arg}()"
    if kind == "type" and isinstance(item, columns.UtcDateTime | columns.Json):
        return f"columns.{type(item).__name__}()"
    return False


def check_foreign_keys(ctx: Any, step: Any, heads: Any, run_args: Any) -> None:
    """SQLite copies a table to alter it, with foreign keys off. Inside the migration's
    transaction: when something points nowhere, all of it is undone."""
    if ctx.connection.dialect.name == "sqlite":
        lost = ctx.connection.exec_driver_sql("PRAGMA foreign_key_check").first()
        if lost is not None:
            raise RuntimeError(f"a row of {lost[0]} points to a row of {lost[2]} that is not there")


def run(connection: sa.Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        transaction_per_migration=True,
        transactional_ddl=True,
        render_as_batch=context.config.attributes["render_as_batch"],
        render_item=render_item,
        process_revision_directives=guards.add_to_new_tables,
        on_version_apply=check_foreign_keys,
    )
    with context.begin_transaction():
        context.run_migrations()


run(context.config.attributes["connection"])
