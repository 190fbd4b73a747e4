"""The `shanmen` command. Each command is a module of webapp/commands, read when it is asked for:
one does not wait for what another needs."""

import importlib
import os
from typing import Any

import typer
import typer.main
from typer.core import TyperGroup

from webapp import heap, logs
from webapp.settings import Settings

MODULES = {
    "serve": "serve",
    "migrate": "migrate",
    "backup": "backup",
    "restore": "backup",
    "demo": "demo",
    "simulate": "simulate",
    "printer": "printer",
    "platform": "platform",
    "verify": "verify",
    "user": "user",
    "device": "device",
    "agent": "agent",
}
GROUPS = {"user", "device", "agent"}  # their modules have an `app` of several commands


class Commands(TyperGroup):
    """Knows every command by name, and reads the module of the one that is wanted."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(MODULES)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        return command(cmd_name) if cmd_name in MODULES else None


def command(name: str) -> Any:
    """A command as Typer has it."""
    with heap.growing():
        module = importlib.import_module(f"webapp.commands.{MODULES[name]}")
    if name in GROUPS:
        made: Any = typer.main.get_command(module.app)
    else:
        alone = typer.Typer(pretty_exceptions_enable=False, add_completion=False)
        alone.command(name)(getattr(module, name))
        made = typer.main.get_command(alone)
    made.name = name
    return made


app = typer.Typer(
    name="shanmen",
    cls=Commands,
    help="Shanmen (山门): the whole day of a small scenic area, from one server.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.callback()(logs.to_stderr)


def main() -> None:
    """Answers go to standard output, what is noticed on the way to standard error."""
    os.umask(0o077)  # what is written is nobody else's: the database, copies of it
    settings = Settings()
    logs.set_up(settings.log_level, settings.log_format)
    app()
