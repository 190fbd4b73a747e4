"""`op.forbid_changes("ledger_postings")`: rows are added and never changed, whoever asks.
`op.forbid_overlaps("stock_lots")`: no two ranges of serials of one series overlap.

autogenerate writes them for every new table with `info={"append_only": True}` or
`{"disjoint": True}`. On SQLite a batch alteration drops a table's triggers: say it again at the end
of such a migration (a test looks).
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
OVERLAP = (
    "SELECT 1 FROM {table} other WHERE other.id <> NEW.id AND other.kind_id = NEW.kind_id"
    " AND other.prefix = NEW.prefix AND other.width = NEW.width"
    " AND other.from_no <= NEW.to_no AND other.to_no >= NEW.from_no"
)
GROWN = (  # a range that only shrinks can meet no other
    "(NEW.from_no < OLD.from_no OR NEW.to_no > OLD.to_no OR NEW.kind_id <> OLD.kind_id"
    " OR NEW.prefix <> OLD.prefix OR NEW.width <> OLD.width)"
)
SQLITE_DISJOINT = [
    "CREATE TRIGGER {table}_disjoint_insert BEFORE INSERT ON {table} WHEN EXISTS ("
    + OVERLAP
    + ") BEGIN SELECT RAISE(ABORT, '{table} overlaps'); END",
    f"CREATE TRIGGER {{table}}_disjoint_update BEFORE UPDATE ON {{table}} WHEN {GROWN}"
    f" AND EXISTS ({OVERLAP}) BEGIN SELECT RAISE(ABORT, '{{table}} overlaps'); END",
]
POSTGRESQL_DISJOINT = [  # by the lock two transactions that add to one kind wait for each other
    "CREATE FUNCTION {table}_disjoint() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
    " PERFORM pg_advisory_xact_lock(hashtextextended('{table}' || NEW.kind_id, 0));"
    " IF EXISTS (" + OVERLAP + ") THEN"
    " RAISE EXCEPTION '{table} overlaps'"
    " USING ERRCODE = 'restrict_violation', TABLE = '{table}'; END IF; RETURN NEW; END $$",
    "CREATE TRIGGER {table}_disjoint_insert BEFORE INSERT ON {table}"
    " FOR EACH ROW EXECUTE FUNCTION {table}_disjoint()",
    f"CREATE TRIGGER {{table}}_disjoint_update BEFORE UPDATE ON {{table}} FOR EACH ROW"
    f" WHEN {GROWN} EXECUTE FUNCTION {{table}}_disjoint()",
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


@Operations.register_operation("forbid_overlaps")
class ForbidOverlaps(MigrateOperation):
    def __init__(self, table: str) -> None:
        self.table = table

    @classmethod
    def forbid_overlaps(cls, operations: Operations, table: str) -> Any:
        return operations.invoke(cls(table))


@Operations.implementation_for(ForbidOverlaps)
def _create_overlap_triggers(operations: Operations, forbid: ForbidOverlaps) -> None:
    engine = operations.get_bind().dialect.name
    for statement in SQLITE_DISJOINT if engine == "sqlite" else POSTGRESQL_DISJOINT:
        operations.execute(statement.replace("{table}", forbid.table))


@renderers.dispatch_for(ForbidOverlaps)
def _render_overlaps(_autogen_context: Any, forbid: ForbidOverlaps) -> str:
    return f'op.forbid_overlaps("{forbid.table}")'


def add_to_new_tables(_context: Any, _revision: Any, scripts: Sequence[MigrationScript]) -> None:
    """What autogenerate found, and the guards of the tables that it creates."""
    for script in scripts:
        upgrade = script.upgrade_ops
        if upgrade is None:
            continue
        made = [step.table_name for step in upgrade.ops if isinstance(step, ops.CreateTableOp)]
        guarded = [name for name in made if metadata.tables[name].info.get("append_only")]
        upgrade.ops.extend(ForbidChanges(name) for name in guarded)
        disjoint = [name for name in made if metadata.tables[name].info.get("disjoint")]
        upgrade.ops.extend(ForbidOverlaps(name) for name in disjoint)
