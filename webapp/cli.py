"""The `shanmen` command. Each command is a module of webapp/commands."""

import os

import typer

from webapp import logs
from webapp.commands import backup, demo, device, migrate, serve, simulate, user, verify
from webapp.settings import Settings

app = typer.Typer(
    name="shanmen",
    help="Shanmen (山门): the whole day of a small scenic area, from one server.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.callback()(logs.to_stderr)
app.command("serve")(serve.serve)
app.command("migrate")(migrate.migrate)
app.command("backup")(backup.backup)
app.command("restore")(backup.restore)
app.command("demo")(demo.demo)
app.command("simulate")(simulate.simulate)
app.command("verify")(verify.verify)
app.add_typer(user.app, name="user")
app.add_typer(device.app, name="device")


def main() -> None:
    """Answers go to standard output, what is noticed on the way to standard error."""
    os.umask(0o077)  # what is written is nobody else's: the database, copies of it
    settings = Settings()
    logs.set_up(settings.log_level, settings.log_format)
    app()
