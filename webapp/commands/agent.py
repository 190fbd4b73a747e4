"""`shanmen agent add` and `shanmen agent key`: agents (同行) without a browser."""

from typing import Annotated

import typer

from domain.commerce import agents
from domain.commerce.agents import AgentInput, LevelInput
from domain.kernel.actors import SYSTEM
from domain.kernel.clock import utc_now
from domain.kernel.db import Tx
from domain.kernel.money import from_text
from domain.operation import places
from domain.operation.places import PlaceKind
from webapp.commands.user import run

KEY_NAME = "shanmen"
DOT = 100  # basis points in a percent

app = typer.Typer(help="Agents without a browser.", no_args_is_help=True, add_completion=False)


@app.command()
def add(
    code: Annotated[str, typer.Argument(help="A short code of letters and digits.")],
    name: Annotated[str, typer.Option(help="What people call it.")] = "",
    off: Annotated[float, typer.Option(help="Percent below the list price.")] = 0,
    credit: Annotated[str, typer.Option(help="How much it may owe, in yuan.")] = "0",
    area: Annotated[str, typer.Option(help="The code of the area; the first one without.")] = "",
) -> None:
    """Add an agent with a level of its own; the key of its program is printed once."""
    try:
        limit = from_text(credit)
    except ValueError:
        raise typer.BadParameter(f"{credit} is no amount") from None

    async def act(tx: Tx) -> tuple[str, str]:
        now, known = utc_now(), await places.list_places(tx, PlaceKind.AREA)
        place = next((row for row in known if row.code == area.upper() or not area), None)
        if place is None:
            raise typer.BadParameter(f"there is no area {area}")
        level = LevelInput(name or code, "", round(off * DOT), {})
        level_id = await agents.save_level(tx, place.id, None, level, 1, SYSTEM, now)
        given = AgentInput(name or code, "", "", "", level_id, limit)
        agent_id = await agents.add_agent(tx, place.id, code, given, SYSTEM, now)
        return agent_id, await agents.make_key(tx, agent_id, KEY_NAME, SYSTEM, now)

    agent_id, token = run(lambda db: db.act(act))
    typer.echo(f"id {agent_id}")
    typer.echo(f"octo_key {token}")


@app.command()
def key(code: Annotated[str, typer.Argument(help="Whose program.")]) -> None:
    """Make another key for an agent's program; older ones stay good until they are revoked."""

    async def act(tx: Tx) -> tuple[str, str]:
        agent_id = await agents.id_of(tx, code)
        if agent_id is None:
            raise typer.BadParameter(f"there is no agent {code}")
        return agent_id, await agents.make_key(tx, agent_id, KEY_NAME, SYSTEM, utc_now())

    agent_id, token = run(lambda db: db.act(act))
    typer.echo(f"id {agent_id}")
    typer.echo(f"octo_key {token}")
