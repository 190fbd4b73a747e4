"""Every kind of place is created, found, changed and taken out of use on office pages."""

import httpx2
import pytest
from starlette.applications import Starlette

from domain.operation import places
from domain.operation.places import PlaceKind
from domain.operation.staff import Role
from tests.webapp.people import sign_in_as
from webapp.place_pages import PAGES

AREA = {
    "code": "YL",
    "name_zh": "云岭景区",
    "opens_at": "08:00",
    "last_entry_at": "17:00",
    "closes_at": "18:00",
    "time_zone": "Asia/Shanghai",
    "instant_capacity": "3400",
    "daily_capacity": "10200",
    "yellow_bps": "80",
    "orange_bps": "90",
    "red_bps": "100",
    "stop_sale_bps": "100",
}


async def create(client: httpx2.AsyncClient, slug: str, **fields: str) -> str:
    response = await client.post(f"/office/{slug}", data=fields)
    assert response.status_code == 303, response.text
    return response.headers["location"].rsplit("/", 1)[1]


async def build(client: httpx2.AsyncClient) -> dict[str, str]:
    """One of each kind, made through the pages."""
    made = {"unit": await create(client, "units", code="U", name_zh="云岭文旅有限公司")}
    made["area"] = await create(client, "areas", unit_id=made["unit"], **AREA)
    of_area = {"area_id": made["area"]}
    made["spot"] = await create(client, "spots", code="C", name_zh="索道", **of_area)
    made["sales_site"] = await create(client, "sales-sites", code="S", name_zh="票房", **of_area)
    made["check_site"] = await create(client, "check-sites", code="N", name_zh="北门", **of_area)
    made["window"] = await create(
        client, "windows", code="W1", name_zh="1 号窗", number="1", sales_site_id=made["sales_site"]
    )
    made["warehouse"] = await create(client, "warehouses", code="H", name_zh="总库", **of_area)
    made["gate"] = await create(
        client,
        "gates",
        code="G1",
        name_zh="北门 1 号",
        number="1",
        check_site_id=made["check_site"],
        direction="in",
        status="open",
    )
    return made


async def test_an_administrator_builds_an_area_from_the_office(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    await sign_in_as(client, app, Role.ADMINISTRATOR)

    made = await build(client)

    gate = await app.state.db.ask(places.get_place, PlaceKind.GATE, made["gate"])
    assert gate.area_id == made["area"]
    assert gate.has_sensor is False  # the box was not ticked
    area = await app.state.db.ask(places.get_place, PlaceKind.AREA, made["area"])
    assert area.yellow_bps == 8_000
    for this in PAGES:
        listed = await client.get(f"/office/{this.slug.replace('_', '-')}")
        assert made[this.kind.value] in listed.text


async def test_what_is_wrong_stands_beside_its_field(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    await sign_in_as(client, app, Role.ADMINISTRATOR)
    unit_id = await create(client, "units", code="U", name_zh="云岭文旅")

    response = await client.post(
        "/office/areas", data={**AREA, "unit_id": unit_id, "daily_capacity": "很多"}
    )

    assert response.status_code == 422
    assert 'id="daily_capacity-error"' in response.text
    assert "很多" in response.text
    assert await app.state.db.ask(places.list_places, PlaceKind.AREA) == []


async def test_a_stale_form_does_not_overwrite(app: Starlette, client: httpx2.AsyncClient) -> None:
    await sign_in_as(client, app, Role.ADMINISTRATOR)
    unit_id = await create(client, "units", code="U", name_zh="甲")
    address = f"/office/units/{unit_id}"
    first = await client.post(address, data={"code": "U", "name_zh": "乙", "version": "1"})

    second = await client.post(address, data={"code": "U", "name_zh": "丙", "version": "1"})

    assert (first.status_code, second.status_code) == (303, 422)
    row = await app.state.db.ask(places.get_place, PlaceKind.UNIT, unit_id)
    assert row.name_zh == "乙"


async def test_a_place_leaves_use_only_when_nothing_hangs_on_it(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    await sign_in_as(client, app, Role.ADMINISTRATOR)
    made = await build(client)

    refused = await client.post(
        f"/office/check-sites/{made['check_site']}/retirement", data={"version": "1"}
    )
    await client.post(f"/office/gates/{made['gate']}/retirement", data={"version": "1"})
    done = await client.post(
        f"/office/check-sites/{made['check_site']}/retirement", data={"version": "1"}
    )

    assert refused.status_code == 422
    assert "G1" in refused.text
    assert done.status_code == 303
    assert made["check_site"] not in (await client.get("/office/check-sites")).text
    assert made["check_site"] in (await client.get("/office/check-sites?retired=on")).text


@pytest.mark.parametrize("this", PAGES, ids=lambda this: str(this.slug))
async def test_an_empty_list_offers_the_first_step(
    app: Starlette, client: httpx2.AsyncClient, this: object
) -> None:
    await sign_in_as(client, app, Role.ADMINISTRATOR)

    response = await client.get(f"/office/{this.slug.replace('_', '-')}")  # type: ignore[attr-defined]

    assert response.status_code == 200
    assert "还没有内容" in response.text
