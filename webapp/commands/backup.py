"""`shanmen backup` and `shanmen restore`: a copy of everything in the database, and its return."""

from pathlib import Path
from typing import Annotated, NoReturn

import typer

from domain.kernel import clock
from domain.kernel.db import copies
from webapp.safekeeping import files
from webapp.settings import Settings


def backup(
    path: Annotated[
        Path | None, typer.Argument(help="The new file; else one with a date in data_dir/backups.")
    ] = None,
) -> None:
    """Copy the database while the server goes on, check the copy, note its checksum."""
    settings = Settings()
    target = path or new_path(settings)
    try:
        copies.make(settings.database, target)
    except copies.CopyFailed as problem:
        fail(problem)
    typer.echo(f"{target}  {target.stat().st_size:,} bytes")
    typer.echo("The secret key file is not in it: keep a copy of it in another place.")


def restore(
    path: Annotated[Path, typer.Argument(help="What `shanmen backup` made.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Put a copy in the place of the database. The server must not run; the old one is kept."""
    settings = Settings()
    if not yes:
        typer.confirm("Replace the database by this copy?", abort=True)
    try:
        kept = copies.put_back(settings.database, path)
    except copies.CopyFailed as problem:
        fail(problem)
    typer.echo(f"restored {path}")
    if kept:
        typer.echo(f"the database before is kept as {kept}")
    typer.echo("Run `shanmen migrate`, then `shanmen verify`.")


def new_path(settings: Settings) -> Path:
    """A file of this second in the data directory."""
    return files.path_of(settings, files.new_name(settings, clock.utc_now()))


def fail(problem: Exception) -> NoReturn:
    typer.echo(f"{problem}", err=True)
    raise typer.Exit(1)
