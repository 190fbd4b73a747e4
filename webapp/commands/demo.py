"""`shanmen demo`: a believable area to look at, and its keys."""

import json
import sys
from typing import Annotated

import typer

from domain.kernel.db import Database
from webapp.commands.user import run
from webapp.demo import building, bulk, copies
from webapp.demo.building import Keys
from webapp.machines import usual_broker
from webapp.settings import Settings, open_vault


def demo(
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the keys as one JSON object.")
    ] = False,
    orders: Annotated[
        int, typer.Option(min=0, max=20_000_000, help="Add so many historical orders.")
    ] = 0,
    if_empty: Annotated[
        bool, typer.Option("--if-empty", help="Do nothing unless the database is empty.")
    ] = False,
) -> None:
    """Load the demo area into an empty database. Where it is loaded already, nothing is added;
    passwords cannot be shown again, so new ones are set."""
    settings = Settings()
    vault = open_vault(settings)

    async def act(db: Database) -> Keys | None:
        if not await db.ask(building.is_loaded):
            if not await db.ask(building.is_empty):
                if if_empty:
                    return None
                raise typer.BadParameter("the database holds an area of somebody's own")
            logins = await building.load(db, vault, tell)
            keys = await building.with_others(db, vault, logins)
            if not is_server(settings.database):
                tell("copying the database")
                await copies.keep_one(db, settings)
            return keys
        if if_empty:
            return None
        tell("the demo is loaded already; its staff get new passwords")
        return await building.new_keys(db, vault)

    keys = run(act)
    if orders:
        run(lambda db: bulk.add_orders(db, orders, tell))
    if keys is not None:
        show(keys, settings, as_json)


def is_server(url: str) -> bool:
    """Whether a copy takes programs that a trial may be without."""
    return not url.startswith("sqlite")


def tell(text: str) -> None:
    print(f"demo: {text}", file=sys.stderr, flush=True)


def show(keys: Keys, settings: Settings, as_json: bool) -> None:
    if as_json:
        print(json.dumps(as_document(keys, settings), ensure_ascii=False))
        return
    print(f"{settings.base_url} - the demo's staff (their passwords are shown only now):")
    for one in keys.staff:
        print(f"  {one.login:<14} {one.password:<40} {one.role.value}")
    print(f"{settings.base_url}/agents - the demo's agents (their codes are shown only now):")
    for peer in keys.agents:
        print(f"  {peer.code:<14} {peer.access:<40} {peer.name}")


def as_document(keys: Keys, settings: Settings) -> dict[str, object]:
    """What contracts promise to scripts."""
    broker = usual_broker(settings)
    return {
        "url": settings.base_url,
        "staff": [
            {"role": one.role.value, "login": one.login, "password": one.password}
            for one in keys.staff
        ],
        "agents": [one._asdict() for one in keys.agents],
        "devices": [{"id": one.id, "secret": one.secret, "gate": one.gate} for one in keys.devices],
        "mqtt": {"host": broker.host, "port": broker.port},
    }
