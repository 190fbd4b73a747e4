"""The page of identities: days, a run by hand with its report, a hold by a number."""

import httpx2
from starlette.applications import Starlette

from domain import retention
from domain.operation import jobs
from domain.operation import settings as choices
from domain.operation.staff import Role
from tests.domain.commerce.factories import add_world
from tests.webapp.people import sign_in_as
from tests.webapp.routes.office.test_orders import sold

PLAN = {
    "retention_visitor_days": "90",
    "retention_contact_days": "1095",
    "retention_group_days": "0",
    "retention_holder_days": "1095",
    "retention_customer_days": "1095",
}


async def test_days_are_chosen_and_too_few_are_marked(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    await sign_in_as(client, app, Role.ADMINISTRATOR)
    edition = (await app.state.db.ask(choices.own)).edition
    wrong = {**PLAN, "edition": edition, "retention_visitor_days": "7"}
    assert (await client.post("/office/retention", data=wrong)).status_code == 422

    saved = await client.post("/office/retention", data={**PLAN, "edition": edition})

    assert saved.status_code == 303
    own = (await app.state.db.ask(choices.own)).values
    assert own == {"retention_visitor_days": 90, "retention_group_days": 0}
    assert "长期保存" in (await client.get("/office/retention")).text


async def test_a_run_is_asked_for_once_and_its_report_is_shown(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    await sign_in_as(client, app, Role.ADMINISTRATOR)

    asked = await client.post("/office/retention/runs")

    assert asked.status_code == 303
    assert (await client.post("/office/retention/runs")).status_code == 409
    assert "票上游客" in (await client.get(asked.headers["location"])).text
    assert [row.kind for row in await app.state.db.ask(jobs.page)] == ["retention"]
    await sign_in_as(client, app, Role.AUDITOR)
    assert (await client.get("/office/retention")).status_code == 200
    assert (await client.post("/office/retention/runs")).status_code == 403


async def test_an_order_is_held_by_its_number_and_let_go(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    (order,) = await sold(app.state.db, await add_world(app.state.db))
    await sign_in_as(client, app, Role.ADMINISTRATOR)
    wish = {"noun": "order", "number": order.number, "reason": "纠纷未结"}
    unknown = await client.post("/office/retention/holds", data={**wish, "number": "x"})
    assert unknown.status_code == 422

    assert (await client.post("/office/retention/holds", data=wish)).status_code == 303

    assert "纠纷未结" in (await client.get("/office/retention")).text
    (hold,) = await app.state.db.ask(retention.list_holds)
    release = f"/office/retention/holds/{hold.id}/release"
    assert (await client.post(release)).status_code == 303
    assert (await client.post(release)).status_code == 409
    assert "纠纷未结" not in (await client.get("/office/retention")).text
