"""Batch changes through the office: the dialog, the preview, a checker, the record, the undo."""

import re

import httpx2
import pytest
from starlette.applications import Starlette

from domain.admission import devices
from domain.admission.devices import DeviceInput, DeviceKind
from domain.kernel.actors import SYSTEM
from domain.kernel.clock import utc_now
from domain.kernel.db import Tx
from domain.operation.staff import Role
from tests.places import House, build
from tests.webapp.people import add_person, sign_in, sign_in_as


@pytest.fixture
async def house(app: Starlette, client: httpx2.AsyncClient) -> House:
    house = await build(app.state.db)
    await sign_in_as(client, app, Role.ADMINISTRATOR)
    client.headers["Accept-Language"] = "zh"
    return house


async def stand(app: Starlette, house: House, count: int, kind: str = "turnstile") -> list[str]:
    async def act(tx: Tx) -> list[str]:
        return [
            await devices.add(
                tx,
                DeviceInput(name=f"闸机 {at:03}", kind=DeviceKind(kind), area_id=house.area),
                SYSTEM,
                utc_now(),
            )
            for at in range(count)
        ]

    made: list[str] = await app.state.db.act(act)
    return made


async def dialog(client: httpx2.AsyncClient, rows: list[str], **chosen: str) -> str:
    query = {"noun": "device", "field": "gate", "row": rows, **chosen}
    response = await client.get("/office/batches/new", params=query)
    assert response.status_code == 200, response.text
    found = re.search(r'name="request_id" value="([^"]+)"', response.text)
    assert found
    return found[1]


async def previewed(client: httpx2.AsyncClient, rows: list[str], **typed: str) -> str:
    request_id = await dialog(client, rows)
    fields = {"noun": "device", "field": "gate", "row": rows, "request_id": request_id, **typed}
    response = await client.post("/office/batches", data=fields)
    assert response.status_code == 303, response.text
    return str(response.headers["Location"])


async def gates_of(app: Starlette, rows: list[str]) -> set[str | None]:
    return {(await app.state.db.ask(devices.get, row)).gate_id for row in rows}


async def test_devices_are_moved_together_by_two_people_and_put_back(
    app: Starlette, client: httpx2.AsyncClient, house: House
) -> None:
    rows = await stand(app, house, 3)
    assert 'form="batch"' in (await client.get("/office/devices")).text
    address = await previewed(client, rows, principle="uniform", target=house.gate)
    shown = (await client.get(address)).text
    assert "闸机 002" in shown and "修改 3 条" in shown

    blank = await client.post(f"{address}/confirmation", data={})
    assert blank.status_code == 422
    done = await client.post(f"{address}/confirmation", data={"reason": "换到南门"})
    again = await client.post(f"{address}/confirmation", data={"reason": "换到南门"})
    assert (done.status_code, again.status_code) == (303, 303)
    approval = re.search(r"/office/approvals/[\w-]+", (await client.get(address)).text)
    assert approval and await gates_of(app, rows) == {None}
    own = await client.post(approval[0], data={"to": "approve"})
    assert own.status_code == 403

    await sign_in(client, app, await add_person(app.state.db, login="checker"))
    yes = await client.post(approval[0], data={"to": "approve"})
    assert yes.status_code == 303, yes.text
    assert await gates_of(app, rows) == {house.gate}
    listed = (await client.get("/office/batches")).text
    assert address in listed and "已执行" in listed

    back = await client.post(f"{address}/undo")
    assert back.status_code == 303
    assert await gates_of(app, rows) == {None}
    trail = (await client.get("/office/audit")).text
    assert address in trail


async def test_the_same_dialog_sent_twice_is_one_batch(
    app: Starlette, client: httpx2.AsyncClient, house: House
) -> None:
    rows = await stand(app, house, 2)
    fields = {
        "noun": "device",
        "field": "gate",
        "row": rows,
        "request_id": await dialog(client, rows),
        "principle": "even",
        "target": house.gate,
    }
    first = await client.post("/office/batches", data=fields)
    second = await client.post("/office/batches", data=fields)
    assert first.headers["Location"] == second.headers["Location"]


async def test_every_principle_has_its_dialog(
    app: Starlette, client: httpx2.AsyncClient, house: House
) -> None:
    rows = await stand(app, house, 2) + await stand(app, house, 1, "kiosk")
    weighted = await previewed(client, rows, principle="weighted", **{f"weight.{house.gate}": "5"})
    assert "× 5" in (await client.get(weighted)).text
    by_kind = await previewed(client, rows, principle="by_attribute", **{"table.kiosk": house.gate})
    assert "对照表中没有" in (await client.get(by_kind)).text
    by_hand = await previewed(client, rows, principle="manual", **{f"typed.{rows[0]}": house.gate})
    assert "没有填值" in (await client.get(by_hand)).text
    for principle in ("manual", "weighted", "by_attribute", "least_loaded", "uniform"):
        await dialog(client, rows, principle=principle)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"principle": "even"}, "请至少选一个要分配的值"),
        ({"principle": "weighted"}, "请至少选一个要分配的值"),
        ({"principle": "weighted", "weight.GATE": "0"}, "至少有一个权重大于 0"),
        ({"principle": "weighted", "weight.GATE": "2.5"}, "权重须为整数"),
        ({"principle": "uniform", "target": "nowhere"}, "请选择"),
        ({"principle": "even", "target": "GATE", "row": ""}, "请至少选一行"),
    ],
)
async def test_what_makes_no_sense_is_said_in_the_dialog(
    app: Starlette,
    client: httpx2.AsyncClient,
    house: House,
    typed: dict[str, str],
    sentence: str,
) -> None:
    rows = await stand(app, house, 2)
    given = {key.replace("GATE", house.gate): text for key, text in typed.items()}
    given = {key: text.replace("GATE", house.gate) for key, text in given.items()}
    fields = {"noun": "device", "field": "gate", "row": rows, **given}
    response = await client.post("/office/batches", data=fields)
    assert response.status_code == 422
    assert sentence in response.text


async def test_all_that_match_the_filter_are_taken(
    app: Starlette, client: httpx2.AsyncClient, house: House
) -> None:
    await stand(app, house, 12)
    fields = {"noun": "device", "field": "gate", "all": "on", "question": "q=闸机 00"}
    fields |= {"principle": "uniform", "target": house.gate}
    response = await client.post("/office/batches", data=fields)
    assert "修改 10 条" in (await client.get(response.headers["Location"])).text


async def test_who_may_not_change_a_list_gets_no_dialog(
    app: Starlette, client: httpx2.AsyncClient, house: House
) -> None:
    rows = await stand(app, house, 1)
    address = await previewed(client, rows, principle="uniform", target=house.gate)
    await sign_in_as(client, app, Role.AUDITOR)
    query: dict[str, str | list[str]] = {"noun": "device", "row": rows}
    assert (await client.get("/office/batches/new", params=query)).status_code == 403
    assert (await client.post("/office/batches", data=query)).status_code == 403
    for what in ("confirmation", "undo", "retry"):
        assert (await client.post(f"{address}/{what}", data={"reason": "x"})).status_code in (
            403,
            404,
        )
    unknown = await client.get("/office/batches/new", params={"noun": "nothing"})
    assert unknown.status_code == 404
