"""OTAs in the office: accounts whose keys nobody reads, codes, and the log of calls."""

import re

import httpx2
import pytest
from starlette.applications import Starlette

from domain.admission import ota
from domain.admission.ota import Keys
from domain.admission.ota.accounts import keys_of
from domain.kernel import clock
from domain.operation.staff import Role
from tests.domain.admission.ota.pretend import KEYS, PretendOta, add_ota
from tests.domain.commerce.factories import World, add_world
from tests.webapp.people import sign_in_as

KEY = "a0ed6ce96975da24"


@pytest.fixture
async def world(app: Starlette, client: httpx2.AsyncClient) -> World:
    made = await add_world(app.state.db)
    await add_ota(app.state.db, app.state.vault, made, clock.utc_now())
    await sign_in_as(client, app, Role.SUPERVISOR)
    return made


async def test_keys_are_changed_and_never_shown(
    app: Starlette, client: httpx2.AsyncClient, world: World
) -> None:
    row = await app.state.db.ask(ota.find_account, "ctrip01")
    one = f"/office/ota-accounts/{row.id}"
    form = {"version": "1", "status": "active", "notice_url": "ftp://x", "sign_key": KEY}

    wrong = await client.post(one, data=form)
    assert wrong.status_code == 422 and KEY not in wrong.text
    done = await client.post(one, data=form | {"notice_url": "https://ota.example/notice"})
    assert done.status_code == 303
    stale = await client.post(one, data=form | {"notice_url": ""})
    assert stale.status_code == 422

    row = await app.state.db.ask(ota.find_account, "ctrip01")
    assert keys_of(app.state.vault, row) == Keys(KEY)
    for address in (one, f"{one}/edit", "/office/ota-accounts"):
        shown = await client.get(address)
        assert shown.status_code == 200
        assert KEY not in shown.text and KEYS.sign not in shown.text


async def test_a_code_is_made_changed_and_retired(
    app: Starlette, client: httpx2.AsyncClient, world: World
) -> None:
    row = await app.state.db.ask(ota.find_account, "ctrip01")
    one = f"/office/ota-accounts/{row.id}"
    assert (await client.get(f"{one}/products/new")).status_code == 200
    form = {"plu": "KIDS", "ticket_type_id": world.child_id, "slot_at": "", "status": "active"}
    for bad in ({"ticket_type_id": world.group_id}, {"slot_at": "9"}, {"plu": "ADULT"}):
        assert (await client.post(f"{one}/products", data=form | bad)).status_code == 422
    assert (await client.post(f"{one}/products", data=form)).status_code == 303

    page = (await client.get(one)).text
    found = re.search(r"/office/ota-products/([0-9a-f-]{36})/edit\">KIDS", page)
    assert found is not None
    product = f"/office/ota-products/{found[1]}"
    retired = form | {"status": "retired", "version": "1"}
    assert (await client.post(product, data=retired)).status_code == 303
    assert (await client.post(product, data=retired)).status_code == 422


async def test_calls_are_listed_masked_and_filtered(
    app: Starlette, client: httpx2.AsyncClient, world: World
) -> None:
    async def post(message: bytes) -> bytes:
        return (await client.post("/api/ota/orders", content=message)).content

    them = PretendOta(post, "ctrip01")
    them.now = clock.utc_now()
    asked = them.order(plu="NOBODY", items=[them.item(1, "NOBODY")])
    assert (await them.ask("VerifyOrder", asked))[0] == "1001"
    assert (await them.ask("QueryOrder", asked, sign="x"))[0] == "0002"

    page = (await client.get("/office/ota-calls?failed=true&service=VerifyOrder")).text
    assert asked["sequenceId"] in page and "1001" in page and "0002" not in page
    found = re.search(r"/office/ota-calls/[0-9a-f-]{36}", page)
    assert found is not None
    shown = (await client.get(found[0])).text
    assert "NOBODY" in shown and "王芳" not in shown and "13800001234" not in shown
    assert (await client.get("/office/ota-calls?service=x")).status_code == 200
