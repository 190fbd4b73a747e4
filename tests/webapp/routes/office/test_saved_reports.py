"""A report is kept from its page, opened again, changed by its owner only."""

import re

import httpx2
from starlette.applications import Starlette

from domain.operation.staff import Role
from tests.webapp.people import sign_in_as

KEPT = {
    "report": "sales",
    "by": "channel",
    "channel": "shop",
    "name": "网上昨日",
    "period": "yesterday",
    "rhythm": "weekly",
    "recipients": "wu@park.cn",
    "format": "csv",
    "is_shared": "on",
}


async def test_a_report_is_kept_opened_changed_and_removed(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    await sign_in_as(client, app, Role.FINANCE)
    shown = (await client.get("/office/reports/sales?by=channel&channel=shop")).text
    assert "/office/saved-reports/new?" in shown
    form = await client.get("/office/saved-reports/new?report=sales&by=channel&channel=shop")
    assert 'name="channel" value="shop"' in form.text
    wrong = await client.post("/office/saved-reports", data=KEPT | {"recipients": "?"})
    assert wrong.status_code == 422 and 'name="channel" value="shop"' in wrong.text

    made = await client.post("/office/saved-reports", data=KEPT)
    assert made.status_code == 303, made.text
    address = made.headers["location"]
    listed = (await client.get("/office/saved-reports")).text
    assert "网上昨日" in listed
    link = re.search(r'href="(/office/reports/sales\?[^"]+)"', listed)
    assert link and "channel=shop" in link[1]
    assert (await client.get(link[1].replace("&amp;", "&"))).status_code == 200

    change = KEPT | {"version": "1", "name": "线上昨日", "rhythm": "never"}
    assert (await client.post(address, data=change)).status_code == 303
    assert (await client.post(address, data=change)).status_code == 422  # an old version
    await sign_in_as(client, app, Role.SUPERVISOR)
    assert "线上昨日" in (await client.get(address)).text
    assert (await client.post(f"{address}/removals")).status_code == 403


async def test_a_report_that_is_not_there_is_not_kept(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    await sign_in_as(client, app, Role.FINANCE)

    for report in ("gold", ""):
        answer = await client.post("/office/saved-reports", data=KEPT | {"report": report})
        assert answer.status_code == 404
