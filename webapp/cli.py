"""The `shanmen` command. Each command is a module of webapp/commands."""

import typer

from webapp.commands import backup, demo, device, migrate, serve, simulate, user, verify

app = typer.Typer(
    name="shanmen",
    help="Shanmen (山门): the whole day of a small scenic area, from one server.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
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
    app()
