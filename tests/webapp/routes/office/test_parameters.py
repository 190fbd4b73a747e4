"""Every parameter on one page: its default, who changed it, back again, secrets hidden."""

import httpx2
from pydantic import SecretStr
from starlette.applications import Starlette

from domain.kernel import clock
from domain.kernel.actors import SYSTEM
from domain.kernel.db import Tx
from domain.operation import settings
from domain.operation.settings import OperatorSettings
from domain.operation.staff import Role
from tests.webapp.people import sign_in_as
from webapp.routes.office.parameters import MASK, masked
from webapp.settings import Settings
from webapp.words import acts


def test_every_parameter_has_a_name() -> None:
    assert not set(OperatorSettings.model_fields) - set(acts.FIELDS)


async def test_a_parameter_shows_who_changed_it_and_goes_back(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    db = app.state.db
    await sign_in_as(client, app, Role.ADMINISTRATOR)

    async def choose(tx: Tx) -> None:
        wanted = {"hold_minutes": 47, "refund_limit_minor": 12_345}
        await settings.change(tx, SYSTEM, wanted, clock.utc_now(), edition=0)

    await db.act(choose)
    page = (await client.get("/office/parameters?q=hold_minutes")).text
    assert "47" in page
    assert "refund_limit_minor" not in page
    assert "123.45" in (await client.get("/office/parameters")).text
    edition = (await db.ask(settings.own)).edition
    wish = {"key": "hold_minutes", "edition": edition}

    assert (await client.post("/office/parameters/reset", data=wish)).status_code == 303

    assert (await db.ask(settings.current)).hold_minutes == OperatorSettings().hold_minutes
    assert (await client.post("/office/parameters/reset", data=wish)).status_code == 409
    unknown = {"key": "no_such", "edition": edition + 1}
    assert (await client.post("/office/parameters/reset", data=unknown)).status_code == 422


async def test_the_auditor_sees_and_does_not_reset(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    await sign_in_as(client, app, Role.AUDITOR)
    page = (await client.get("/office/parameters")).text
    assert "SHANMEN_DATA_DIR" in page
    reset = {"key": "hold_minutes", "edition": 0}
    assert (await client.post("/office/parameters/reset", data=reset)).status_code == 403


def test_secrets_are_masked() -> None:
    assert masked(SecretStr("hunter2")) == MASK
    address = masked("postgresql://shanmen:hunter2@db.local:5432/shanmen?password=hunter3")
    assert address == f"postgresql://{MASK}@db.local:5432/shanmen"
    assert (
        masked(Settings(database_url="sqlite:////var/a.db").database_url) == "sqlite:////var/a.db"
    )
