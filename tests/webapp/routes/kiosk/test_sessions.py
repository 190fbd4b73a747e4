"""Who a kiosk is: paired once, good for /kiosk only, locked and retired from the office; the
staff's PIN; and nothing typed at it breaks a page."""

import asyncio
import random

import httpx2
import pytest
from starlette.applications import Starlette

from domain.admission import devices, kiosks
from domain.admission.devices import AlarmCode, DeviceKind
from domain.kernel import clock, ids
from domain.kernel.actors import SYSTEM
from domain.operation.staff import Role
from tests.properties.test_every_form import CLEAR, NASTY, address_of
from tests.webapp.people import sign_in_as
from tests.webapp.routes.kiosk.stand import PIN, set_up, stand_at
from webapp.permissions import Guarded
from webapp.routes import ROUTES

FIELDS = ["q", "tail", "document", "name", "add", "take", "on", "code", "how", "fault", "act"]
FIELDS += ["order_id", "ticket_id", "handout_id", "pin", "language", "low", "contrast", "slot.x"]


def kiosk_routes() -> list[Guarded]:
    return [route for route in ROUTES if isinstance(route, Guarded) and route.access.kiosk]


async def test_nobody_but_a_kiosk_opens_its_pages(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    await sign_in_as(client, app, Role.ADMINISTRATOR)
    for route in kiosk_routes():
        method = "POST" if "POST" in (route.methods or ()) else "GET"
        response = await client.request(method, address_of(route, ids.new_id()))
        assert response.headers.get("location") == "/kiosk/pairing", route.path


async def test_a_kiosk_opens_nothing_else(app: Starlette, client: httpx2.AsyncClient) -> None:
    await stand_at(app, client)
    for route in ROUTES:
        if not isinstance(route, Guarded) or route.access.public or route.access.kiosk:
            continue
        if route.access.caller is not None or route.access.agent:
            continue  # the portal of agents has a door of its own
        method = "POST" if "POST" in (route.methods or ()) else "GET"
        response = await client.request(method, address_of(route, ids.new_id()))
        assert response.status_code in (303, 401), route.path
        assert response.headers.get("location", "/sign-in").startswith("/sign-in"), route.path


async def test_wrong_codes_pair_nothing(app: Starlette, client: httpx2.AsyncClient) -> None:
    _, code = await set_up(app)
    for wrong in ("", "AAAAAAAA", "x" * 65):
        response = await client.post("/kiosk/pairing", data={"code": wrong})
        assert response.status_code == 422
        assert "set-cookie" not in response.headers
    right = await client.post("/kiosk/pairing", data={"code": code})
    again = await client.post("/kiosk/pairing", data={"code": code})
    assert right.status_code == 303
    assert "Path=/kiosk" in right.headers["set-cookie"]
    assert "HttpOnly" in right.headers["set-cookie"]
    assert again.status_code == 422


async def test_a_turnstiles_code_makes_no_kiosk(app: Starlette, client: httpx2.AsyncClient) -> None:
    _, code = await set_up(app, DeviceKind.TURNSTILE)
    response = await client.post("/kiosk/pairing", data={"code": code})
    assert response.status_code == 422 and "不属于自助机" in response.text


async def test_a_retired_kiosk_is_out(app: Starlette, client: httpx2.AsyncClient) -> None:
    stand = await stand_at(app, client)
    row = await app.state.db.ask(devices.get, stand.device_id)
    await app.state.db.act(devices.retire, stand.device_id, row.version, SYSTEM, clock.utc_now())
    response = await client.get("/kiosk")
    assert response.headers["location"] == "/kiosk/pairing"


async def test_a_locked_kiosk_says_so_and_sells_nothing(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    stand = await stand_at(app, client)
    await app.state.db.act(kiosks.minding.lock, stand.device_id, SYSTEM, clock.utc_now())

    home = await client.get("/kiosk")
    sale = await client.get("/kiosk/sale")
    beat = await client.post("/kiosk/heartbeats")

    assert "本机暂停服务" in home.text
    assert sale.headers["location"] == "/kiosk"
    assert beat.json()["locked"] is True


async def test_the_pin_opens_the_menu_and_guesses_are_counted(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    stand = await stand_at(app, client)
    closed = await client.post("/kiosk/staff/acts", data={"act": "lock"})
    wrong = await client.post("/kiosk/staff", data={"pin": "000000"})
    right = await client.post("/kiosk/staff", data={"pin": PIN}, follow_redirects=True)
    await client.post("/kiosk/staff/acts", data={"act": "report-paper"})
    reported = (await stand.kiosk()).faults
    await client.post("/kiosk/staff/acts", data={"act": "clear-paper"})
    await client.post("/kiosk/staff/acts", data={"act": "lock"})
    locked = await stand.kiosk()
    test = await client.get("/kiosk/staff/test.pdf")
    await client.post("/kiosk/staff/acts", data={"act": "unlock"})
    await client.post("/kiosk/staff/acts", data={"act": "leave"})
    left = await client.get("/kiosk/staff")

    assert closed.status_code == 403 and wrong.status_code == 422
    assert "今日售票额" in right.text
    assert reported == {AlarmCode.PAPER} and not (await stand.kiosk()).faults
    assert locked.locked_at is not None
    assert test.content.startswith(b"%PDF")
    assert "员工密码" in left.text and "今日售票额" not in left.text
    for _ in range(4):
        await client.post("/kiosk/staff", data={"pin": "000000"})
    assert (await client.post("/kiosk/staff", data={"pin": PIN})).status_code == 422


async def test_pins_tried_at_once_are_counted_as_well(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    await stand_at(app, client)
    tries = [client.post("/kiosk/staff", data={"pin": f"{n:06d}"}) for n in range(12)]
    pages = [page.text for page in await asyncio.gather(*tries)]

    assert sum("密码不正确。" in page for page in pages) == 5
    assert (await client.post("/kiosk/staff", data={"pin": PIN})).status_code == 422


async def test_language_and_reach_are_the_visits(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    await stand_at(app, client)
    await client.post("/kiosk/preferences", data={"language": "en"})
    await client.post("/kiosk/preferences", data={"low": "on"})
    english = await client.get("/kiosk")
    await client.post("/kiosk/end")
    chinese = await client.get("/kiosk")

    assert "Buy tickets" in english.text and "data-low" in english.text
    assert 'lang="zh-CN"' in chinese.text and "data-low" not in chinese.text


async def test_the_office_sees_and_looks_after_it(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    stand = await stand_at(app, client)
    await client.post("/kiosk/calls")
    await client.post("/kiosk/heartbeats")
    await sign_in_as(client, app, Role.ADMINISTRATOR)
    at = f"/office/kiosks/{stand.device_id}"

    listed = await client.get("/office/kiosks")
    weak = await client.post(f"{at}/pin", data={"pin": "111111"})
    short = await client.post(f"{at}/pin", data={"pin": "12"})
    await client.post(f"{at}/pin", data={"pin": "390517"})
    await client.post(at, data={"act": "answer"})
    await client.post(at, data={"act": "lock"})
    page = await client.get(at)

    assert ("呼叫" in listed.text and "已连接" in listed.text) or "在线" in listed.text
    assert weak.status_code == short.status_code == 422
    kiosk = await stand.kiosk()
    assert kiosk.called_at is None and kiosk.locked_at is not None
    assert "解锁本机" in page.text
    opened = await client.post("/kiosk/staff", data={"pin": "390517"})
    assert opened.status_code == 303


@pytest.mark.parametrize("seed", range(3))
async def test_nothing_typed_breaks_a_page(
    app: Starlette, client: httpx2.AsyncClient, seed: int
) -> None:
    stand = await stand_at(app, client)
    chance = random.Random(seed)
    await client.post("/kiosk/staff", data={"pin": PIN})
    await client.post("/kiosk/sale", data={"add": stand.world.named_id})
    for route in kiosk_routes():
        if route.name.endswith("stream"):
            continue
        for _ in range(4):
            typed = {name: chance.choice(NASTY) for name in FIELDS}
            address = address_of(route, chance.choice([ids.new_id(), chance.choice(NASTY)]))
            method = "POST" if "POST" in (route.methods or ()) else "GET"
            response = await client.request(
                method, address, data=typed if method == "POST" else None
            )
            assert response.status_code in CLEAR, f"{route.path} {typed}"
            assert "<script>alert(1)" not in response.text
