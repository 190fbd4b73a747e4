"""`shanmen verify`: recompute what the database says of itself."""

import asyncio
import importlib
import json
import pkgutil
from typing import Annotated

import typer

import domain
from domain.kernel.db import Database
from domain.kernel.db.revisions import require_head
from domain.operation import audit, verification
from domain.operation.verification import Finding
from webapp.settings import Settings


def verify(
    as_json: Annotated[bool, typer.Option("--json", help="One object instead of lines.")] = False,
) -> None:
    """Recompute ledger, audit chain and every other sum; exit 1 and a list when one differs."""
    load_every_check()
    found, head = asyncio.run(ask(Settings().database))
    count = sum(map(len, found.values()))
    if as_json:
        listed = [finding._asdict() for findings in found.values() for finding in findings]
        typer.echo(
            json.dumps(
                {"checks": list(found), "findings": listed, "audit_head": head}, ensure_ascii=False
            )
        )
    else:
        for name, findings in found.items():
            typer.echo(f"{name}: {'ok' if not findings else f'{len(findings)} differ'}")
            for finding in findings:
                typer.echo(f"  {finding.subject}: {finding.problem}")
        typer.echo(f"audit chain ends with {head or 'nothing sealed yet'}")
    raise typer.Exit(1 if count else 0)


def load_every_check() -> None:
    """Packages register their checks when they are imported."""
    for module in pkgutil.walk_packages(domain.__path__, "domain."):
        importlib.import_module(module.name)


async def ask(url: str) -> tuple[dict[str, list[Finding]], str]:
    """Every check in one read transaction, while the server goes on."""
    await require_head(url)
    db = await Database.open(url)
    try:
        found = await db.ask(verification.run_all)
        seal = await db.ask(audit.head)
    finally:
        await db.close()
    return found, f"{seal.number}:{seal.hash}" if seal else ""
