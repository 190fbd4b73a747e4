"""`shanmen user add` and `shanmen user passwd`: staff without a browser."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from typing import Annotated, TypeVar

import typer

from domain.kernel.actors import SYSTEM
from domain.kernel.clock import utc_now
from domain.kernel.db import Database, Tx
from domain.kernel.db.revisions import require_head
from domain.kernel.errors import DomainError, InvalidInput
from domain.operation.staff import (
    Grant,
    Person,
    Role,
    credentials,
    grants,
    passwords,
    people,
    roles,
)
from webapp.settings import Settings

T = TypeVar("T")

app = typer.Typer(help="Staff without a browser.", no_args_is_help=True, add_completion=False)

Ask = Annotated[
    bool, typer.Option("--ask", help="Type the password; else a random one is printed once.")
]


@app.command()
def add(
    login: Annotated[str, typer.Argument(help="What they type to sign in.")],
    name: Annotated[str, typer.Option(help="What they are called.")] = "",
    role: Annotated[list[Role], typer.Option(help="May be said several times.")] = [],  # noqa: B006  # typer reads it, nobody writes it
    ask: Ask = False,
) -> None:
    """Take somebody on, with roles that hold everywhere."""
    password = chosen_password(login, ask)
    hashed = passwords.hash_password(password)

    async def act(tx: Tx) -> None:
        now = utc_now()
        await roles.seed(tx, now)
        staff_id = await people.add(
            tx, SYSTEM, login, Person(name or login), hashed, now, must_change_password=not ask
        )
        wanted = {Grant(await roles.id_of(tx, each)) for each in role}
        if wanted:
            await grants.replace(tx, None, SYSTEM, staff_id, wanted, now)

    run(lambda db: db.act(act))
    tell(login, password, ask)


@app.command()
def passwd(
    login: Annotated[str, typer.Argument(help="Whose.")],
    ask: Ask = False,
    drop_totp: Annotated[
        bool, typer.Option("--drop-totp", help="Also need no one-time code any more.")
    ] = False,
) -> None:
    """Give somebody a new password, and sign them out everywhere."""
    password = chosen_password(login, ask)
    hashed = passwords.hash_password(password)

    async def act(tx: Tx) -> None:
        found = await people.find_by_login(tx, login)
        if found is None:
            raise typer.BadParameter(f"nobody is called {login}")
        now = utc_now()
        await credentials.reset_password(tx, SYSTEM, found.id, hashed, now, must_change=not ask)
        if drop_totp:
            await credentials.drop_totp(tx, SYSTEM, found.id, now)

    run(lambda db: db.act(act))
    tell(login, password, ask)


def chosen_password(login: str, ask: bool) -> str:
    """Typed twice, and good enough; or random."""
    if not ask:
        return secrets.token_urlsafe(12)
    password: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    if problem := passwords.problem_with_password(password, login):
        raise typer.BadParameter(problem.in_english())
    return password


def tell(login: str, password: str, asked: bool) -> None:
    typer.echo(f"login {login}")
    if not asked:
        typer.echo(f"password {password}  (to be changed at the first sign-in)")


def run(work: Callable[[Database], Awaitable[T]]) -> T:
    """Do something with the database; a no of the domain ends the command."""

    async def opened() -> T:
        url = Settings().database
        await require_head(url)
        db = await Database.open(url)
        try:
            return await work(db)
        finally:
            await db.close()

    try:
        return asyncio.run(opened())
    except InvalidInput as refused:
        for field, message in refused.fields.items():
            typer.echo(f"{field}: {message.in_english()}", err=True)
        raise typer.Exit(1) from None
    except DomainError as refused:
        typer.echo(refused.message.in_english(), err=True)
        raise typer.Exit(1) from None
