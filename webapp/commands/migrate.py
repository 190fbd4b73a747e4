"""`shanmen migrate`: the database at the newest schema, with a copy made first."""

from pathlib import Path
from typing import Annotated

import typer

from domain.kernel.db import copies
from domain.kernel.db.migrations import migrate as run_migrations
from domain.kernel.db.revisions import current_revision, head_revision
from webapp.commands.backup import fail, new_path
from webapp.settings import Settings


def migrate(
    no_backup: Annotated[
        bool, typer.Option("--no-backup", help="You have a copy of your own.")
    ] = False,
) -> None:
    """Bring the database to the newest schema, before the first start and after an update."""
    settings = Settings()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    before, head = current_revision(settings.database), head_revision()
    if before == head:
        typer.echo(f"schema {head}")
        return
    if before and not no_backup:
        typer.echo(f"copied to {copied(settings)}")
    run_migrations(settings.database)
    typer.echo(f"schema {before or 'empty'} -> {head}")


def copied(settings: Settings) -> Path:
    """A copy of what is there, or no migration."""
    try:
        return copies.make(settings.database, new_path(settings))
    except copies.CopyFailed as problem:
        fail(problem)
