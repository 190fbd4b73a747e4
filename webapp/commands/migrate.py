"""`shanmen migrate`: the database at the newest schema."""

import typer

from domain.kernel.db.migrations import current_revision, head_revision
from domain.kernel.db.migrations import migrate as run_migrations
from webapp.settings import Settings


def migrate() -> None:
    """Bring the database to the newest schema, before the first start and after an update."""
    settings = Settings()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    before = current_revision(settings.database)
    run_migrations(settings.database)
    after = head_revision()
    typer.echo(f"schema {after}" if before == after else f"schema {before or 'empty'} -> {after}")
