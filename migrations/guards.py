"""`op.forbid_changes("ledger_postings")`: rows are added and never changed, whoever asks.

autogenerate writes this for every new table with `info={"append_only": True}`. On SQLite a batch
alteration drops a table's triggers: say it again at the end of such a migration (a test looks).
"""

from collections.abc import Sequence
from typing import Any

from alembic.autogenerate import renderers
from alembic.operations import MigrateOperation, MigrationScript, Operations, ops

from domain.kernel.columns import metadata

SQLITE = [
    "CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table}"
    " BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END",
    "CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table}"
    " BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END",
]
POSTGRESQL = [
    "CREATE OR REPLACE FUNCTION forbid_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
    " RAISE EXCEPTION '% is append-only', TG_TABLE_NAME"
    " USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME; END $$",
    "CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table}"
    " FOR EACH ROW EXECUTE FUNCTION forbid_change()",
    "CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}"
    " FOR EACH STATEMENT EXECUTE FUNCTION forbid_change()",
]


@Operations.register_operation("forbid_changes")
class ForbidChanges(MigrateOperation):
    def __init__(self, table: str) -> None:
        self.table = table

    @classmethod
    def forbid_changes(cls, operations: Operations, table: str) -> Any:
        return operations.invoke(cls(table))


@Operations.implementation_for(ForbidChanges)
def _create_triggers(operations: Operations, forbid: ForbidChanges) -> None:
    engine = operations.get_bind().dialect.name
    for statement in SQLITE if engine == "sqlite" else POSTGRESQL:
        operations.execute(statement.replace("{table}", forbid.table))


@renderers.dispatch_for(ForbidChanges)
def _render(_autogen_context: Any, forbid: ForbidChanges) -> str:
    return f'op.forbid_changes("{forbid.table}")'


def add_to_new_tables(_context: Any, _revision: Any, scripts: Sequence[MigrationScript]) -> None:
    """What autogenerate found, and the guards of the tables that it creates."""
    for script in scripts:
        upgrade = script.upgrade_ops
        if upgrade is None:
            continue
        made = [step.table_name for step in upgrade.ops if isinstance(step, ops.CreateTableOp)]
        guarded = [name for name in made if metadata.tables[name].info.get("append_only")]
        upgrade.ops.extend(ForbidChanges(name) for name in guarded)
