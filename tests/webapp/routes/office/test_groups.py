"""Groups in the office and at a window: booked, listed, named, paid, printed, closed."""

import io
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx2
import pytest
import xlsxwriter
from starlette.applications import Starlette

from domain.admission import groups
from domain.admission.groups import Booking, GroupKind
from domain.commerce import orders
from domain.kernel import clock
from domain.kernel.actors import SYSTEM
from domain.kernel.db import Tx
from domain.operation.places.tables import areas
from domain.operation.staff import Role
from tests.domain.commerce.factories import World, add_world
from tests.webapp.people import sign_in_as
from tests.webapp.routes.window.tills import open_till
from webapp.routes.office.groups import today_of

ID = "11010519491231002X"


def contract(world: World, **more: str) -> dict[str, str]:
    day = (clock.utc_now() + timedelta(hours=8, days=1)).date()
    return {
        "area_id": world.area_id,
        "request_id": "b1",
        "kind": "agency",
        "name": "黔程国旅",
        "leader_name": "赵磊",
        "phone": "13800138000",
        "planned": "50",
        "guides": "1",
        "visit_on": day.isoformat(),
        "ticket_type_id": world.group_id,
        **more,
    }


async def booked(client: httpx2.AsyncClient, world: World, **more: str) -> str:
    response = await client.post("/office/groups", data=contract(world, **more))
    assert response.status_code == 303, response.text
    return str(response.headers["location"])


async def test_a_group_is_booked_once_and_listed(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    world = await add_world(app.state.db)
    await sign_in_as(client, app, Role.SUPERVISOR)

    first, second = await booked(client, world), await booked(client, world)

    assert first == second
    for address in ("/office/groups", "/office/groups?q=13800138000", "/office/groups/calendar"):
        assert "黔程国旅" in (await client.get(address)).text, address
    shown = (await client.get(first)).text
    assert "3,760.00" in shown
    assert "13800138000" not in shown
    assert (await client.get("/office/groups/new")).status_code == 200
    assert "黔程国旅" in (await client.get(f"{first}/edit")).text


@pytest.mark.parametrize(
    ("field", "value"), [("planned", "0"), ("name", ""), ("phone", "12"), ("reprices", "on")]
)
async def test_a_wrong_contract_is_shown_again(
    app: Starlette, client: httpx2.AsyncClient, field: str, value: str
) -> None:
    world = await add_world(app.state.db)
    await sign_in_as(client, app, Role.SUPERVISOR)

    response = await client.post("/office/groups", data=contract(world, **{field: value}))

    assert response.status_code == 422
    assert "aria-invalid" in response.text


async def test_a_contract_is_changed_and_given_up(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    world = await add_world(app.state.db)
    await sign_in_as(client, app, Role.SUPERVISOR)
    address = await booked(client, world)

    changed = await client.post(address, data=contract(world, planned="32", phone="", version="1"))
    stale = await client.post(address, data=contract(world, planned="33", phone="", version="1"))
    gone = await client.post(f"{address}/cancellations", data={"version": "2", "reason": "改期"})

    assert (changed.status_code, stale.status_code, gone.status_code) == (303, 422, 303)
    assert "已取消" in (await client.get(address)).text


async def test_a_cashier_sees_groups_and_books_none(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    world = await add_world(app.state.db)
    await sign_in_as(client, app, Role.CASHIER)

    assert (await client.get("/office/groups")).status_code == 200
    assert (await client.post("/office/groups", data=contract(world))).status_code == 403


async def test_a_roster_is_pasted_or_uploaded_and_every_mistake_is_named(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    world = await add_world(app.state.db)
    await sign_in_as(client, app, Role.SUPERVISOR)
    address = await booked(client, world)

    pasted = {"rows": f"姓名,证件号\n张伟,{ID}\n李娜,110105194912310021\n王芳,{ID}\n,{ID}"}
    wrong = await client.post(f"{address}/roster", data=pasted)
    assert wrong.status_code == 422
    assert all(f"第 {row} 行" in wrong.text for row in (3, 4, 5))
    file = {"file": ("名单.csv", f"姓名\t证件号\n张伟\t{ID}\n李娜\t\n".encode("gb18030"))}
    saved = await client.post(f"{address}/roster", data={"rows": ""}, files=file)

    assert saved.status_code == 303
    shown = (await client.get(address)).text
    assert "李娜" in shown
    assert ID not in shown
    assert (await client.get(f"{address}/roster")).status_code == 200


async def test_a_workbook_is_read(app: Starlette, client: httpx2.AsyncClient) -> None:
    world = await add_world(app.state.db)
    await sign_in_as(client, app, Role.SUPERVISOR)
    address = await booked(client, world)

    saved = await client.post(
        f"{address}/roster", data={"rows": ""}, files={"file": ("a.xlsx", workbook())}
    )
    broken = await client.post(
        f"{address}/roster", data={"rows": ""}, files={"file": ("a.xlsx", b"PK\x03\x04nothing")}
    )

    assert (saved.status_code, broken.status_code) == (303, 422)
    assert "欧阳文博" in (await client.get(address)).text


def workbook() -> bytes:
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["序号", "姓名", "身份证号"])
    sheet.write_row(1, 0, [1, "欧阳文博", ID])
    book.close()
    return content.getvalue()


async def test_a_window_opens_a_booked_group_and_takes_its_money(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    world = (await open_till(app, client)).world
    group_id = await book_for_today(app, world)

    listed = await client.get("/window/bookings")
    found = await client.post("/window/bookings/found", data={"q": "13800138000"})
    opened = await client.get(f"/window/bookings/{group_id}")
    assert "黔程国旅" in listed.text
    assert "黔程国旅" in found.text
    payment = await client.get(opened.headers["location"])
    assert "3,760.00" in payment.text
    group = await app.state.db.ask(groups.get, group_id)
    paid = await client.post(
        f"/window/orders/{group.order_id}/payments",
        data={"tender": "cash", "tendered": "3800", "seen": "0"},
    )
    assert paid.status_code == 303
    assert (await app.state.db.ask(groups.get, group_id)).order_status == "paid"
    assert "/orders/" in (await client.get(f"/window/bookings/{group_id}")).headers["location"]
    closed = await client.get(f"/office/groups/{group_id}")
    assert "3,760.00" in closed.text


async def book_for_today(app: Starlette, world: World) -> Any:
    now = clock.utc_now()
    contact = orders.contact(app.state.vault, "赵磊", "13800138000")
    given = Booking(
        world.area_id,
        GroupKind.AGENCY,
        "黔程国旅",
        contact,
        50,
        1,
        (now + timedelta(hours=8)).date(),
        None,
        world.group_id,
        False,
    )
    return await app.state.db.act(groups.book, given, "today", SYSTEM, now)


async def test_the_calendar_begins_on_the_day_of_the_area(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    world = await add_world(app.state.db)
    late = datetime(2026, 6, 30, 17, 0, tzinfo=UTC)  # 1 July in Shanghai, 30 June in Urumqi

    async def move(tx: Tx) -> None:
        await tx.run(areas.update().values(time_zone="Asia/Urumqi"))

    assert await app.state.db.ask(today_of, {world.area_id: ""}, late) == date(2026, 7, 1)
    await app.state.db.act(move)
    assert await app.state.db.ask(today_of, {world.area_id: ""}, late) == date(2026, 6, 30)
