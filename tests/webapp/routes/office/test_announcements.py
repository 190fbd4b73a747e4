"""Announcements: drafted and released in the office, shown at windows within seconds."""

import httpx2
from starlette.applications import Starlette

from domain.admission import announcements
from domain.kernel.db.keyset import Cut
from domain.operation.staff import Role
from tests.webapp.people import sign_in_as
from tests.webapp.routes.window.tills import open_till


def words(area_id: str, **more: str) -> dict[str, object]:
    return {
        "area_id": area_id,
        "text_zh": "索道检修",
        "text_en": "Cable car closed",
        "places": ["window", "gate"],
        "from_at": "2026-01-01T08:00",
        "until_at": "2199-01-01T08:00",
        **more,
    }


async def test_a_released_announcement_stands_at_the_window(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    world = (await open_till(app, client)).world
    assert (await client.get("/announcements/window")).status_code == 204
    cashier = dict(client.cookies)

    client.cookies.clear()
    await sign_in_as(client, app, Role.SAFETY_OFFICER)
    assert (await client.get("/office/announcements/new")).status_code == 200
    drafted = await client.post("/office/announcements", data=words(world.area_id))
    assert drafted.status_code == 303
    assert "索道检修" in (await client.get("/office/announcements")).text
    (row,) = await app.state.db.ask(announcements.log, [world.area_id], Cut())
    released = await client.post(
        f"/office/announcements/{row.id}/releases", data={"version": str(row.version)}
    )
    assert released.status_code == 303
    officer = dict(client.cookies)

    app.state.said = None
    client.cookies.clear()
    client.cookies.update(cashier)
    strip = await client.get("/announcements/window")
    assert "索道检修" in strip.text
    again = await client.get(f"/announcements/window?seen={row.id[-12:]}")
    assert again.status_code == 204

    client.cookies.clear()
    client.cookies.update(officer)
    gone = await client.post(
        f"/office/announcements/{row.id}/withdrawals", data={"version": str(row.version + 1)}
    )
    assert gone.status_code == 303
    assert "已撤回" in (await client.get("/office/announcements")).text


async def test_nonsense_is_shown_again(app: Starlette, client: httpx2.AsyncClient) -> None:
    world = (await open_till(app, client)).world
    client.cookies.clear()
    await sign_in_as(client, app, Role.SAFETY_OFFICER)

    wrong = await client.post("/office/announcements", data=words(world.area_id, text_en=""))

    assert wrong.status_code == 422
    assert "aria-invalid" in wrong.text
