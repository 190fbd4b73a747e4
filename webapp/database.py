"""The database's life beside the app, and what follows from it: vault, doorkeeper, checks."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

from starlette.applications import Starlette

from domain.admission import ota
from domain.admission.tickets import signing_keys
from domain.kernel import clock, ids
from domain.kernel.db import Database
from domain.kernel.db.revisions import current_revision, head_revision, require_head
from domain.kernel.vault import Vault
from domain.operation import jobs, setup
from domain.operation.staff import people, roles
from webapp import i18n
from webapp.doorkeeper import Doorkeeper
from webapp.guesses import Guesses
from webapp.health import Check, Report
from webapp.machines import Gatekeeper, usual_broker
from webapp.settings import Settings, open_vault

DAY_SECONDS = 24 * 60 * 60


@asynccontextmanager
async def opened(app: Starlette) -> AsyncIterator[None]:
    """Refuses to start on tables of another release; `shanmen migrate` brings them here."""
    settings: Settings = app.state.settings
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    await require_head(settings.database)
    db = await Database.open(settings.database)
    try:
        await db.act(roles.seed, clock.utc_now())
        app.state.db = db
        app.state.vault = open_vault(settings)
        await _keep_signing_keys(db, app.state.vault)
        app.state.doorkeeper = Doorkeeper(db, app.state.vault)
        if not await app.state.doorkeeper.is_set_up():
            announce_setup(settings, app.state.vault)
        app.state.gatekeeper = Gatekeeper(db, app.state.vault)
        app.state.ota_port = ota.Port(db, app.state.vault, i18n.translate)
        app.state.ota_guesses = Guesses()
        app.state.broker_address = usual_broker(settings)
        app.state.let_devices_in = _nothing_to_do
        app.state.checks["database"] = _answers(db)
        app.state.checks["migrations"] = _is_at_head(settings.database)
        yield
    finally:
        await db.close()


async def _nothing_to_do() -> None:
    """Until the composition root has a broker that must be told of new devices."""


async def _keep_signing_keys(db: Database, vault: Vault) -> None:
    """There is a key to sign with from the first minute, and the next one in time."""

    async def keep(db: Database, now: datetime) -> None:
        await signing_keys.keep(db, vault, now)

    await db.act(signing_keys.rotate, vault, clock.utc_now())
    jobs.every("signing_keys", DAY_SECONDS, keep)


def announce_setup(settings: Settings, vault: Vault) -> None:
    """On the console only: logs are kept, and read by others."""
    code = ids.shown_code(setup.code_of(vault))
    sys.stderr.write(f"\nNobody is here yet. Set up at {settings.base_url}/setup with {code}\n\n")


def _answers(db: Database) -> Check:
    async def check() -> Report:
        await db.ask(people.is_anybody)
        return Report(True, db.dialect)

    return check


def _is_at_head(url: str) -> Check:
    async def check() -> Report:
        current, head = await asyncio.to_thread(current_revision, url), head_revision()
        return Report(current == head, f"{current}, the program needs {head}")

    return check
