"""`shanmen device add` and `shanmen device rotate`: devices without a browser."""

from typing import Annotated

import typer

from domain.admission import devices
from domain.admission.devices import DeviceInput, DeviceKind
from domain.kernel.actors import SYSTEM
from domain.kernel.clock import utc_now
from domain.kernel.db import Tx
from domain.operation import places
from domain.operation.places import PlaceKind
from webapp.commands.user import run
from webapp.settings import Settings, open_vault

app = typer.Typer(help="Devices without a browser.", no_args_is_help=True, add_completion=False)


@app.command()
def add(
    gate: Annotated[str, typer.Argument(help="The code of the gate where it stands.")],
    name: Annotated[str, typer.Option(help="What people call it.")] = "",
    kind: Annotated[DeviceKind, typer.Option(help="What it is.")] = DeviceKind.TURNSTILE,
    pair: Annotated[
        bool, typer.Option("--pair", help="Print a pairing code instead of the secret.")
    ] = False,
) -> None:
    """Add a device; its secret, or the code that it is paired with, is printed once."""
    vault = open_vault(Settings())

    async def act(tx: Tx) -> tuple[str, str, str]:
        now = utc_now()
        found = await places.list_places(tx, PlaceKind.GATE)
        place = next((row for row in found if row.code == gate.upper()), None)
        if place is None:
            raise typer.BadParameter(f"there is no gate {gate}")
        given = DeviceInput(
            name=name or place.name_zh, kind=kind, area_id=place.area_id, gate_id=place.id
        )
        device_id = await devices.add(tx, given, SYSTEM, now)
        if pair:
            made = await devices.make_code(tx, device_id, SYSTEM, now)
            return device_id, place.id, f"code {made.code}"
        secret = await devices.issue_secret(tx, device_id, vault, SYSTEM, now)
        return device_id, place.id, f"secret {secret}"

    device_id, gate_id, told = run(lambda db: db.act(act))
    typer.echo(f"id {device_id}")
    typer.echo(f"gate {gate_id}")
    typer.echo(told)


@app.command()
def rotate(device_id: Annotated[str, typer.Argument(help="Whose secret.")]) -> None:
    """Give a device a new secret: the hub tells it; both are good until the new one was used."""
    vault = open_vault(Settings())

    async def act(tx: Tx) -> str:
        return await devices.rotate(tx, device_id, vault, SYSTEM, utc_now())

    typer.echo(f"id {device_id}")
    typer.echo(f"secret {run(lambda db: db.act(act))}")
