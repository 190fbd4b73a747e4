"""What resellers are shown: suppliers, products, availability."""

from datetime import timedelta
from typing import Any

import httpx2
import pytest

from tests.webapp.octo.resellers import SEATS, Program


async def test_a_supplier_is_told_in_both_ways(program: Program) -> None:
    one = await program.call("GET", "/supplier")

    assert one["endpoint"] == "http://park.test/octo"
    assert set(one) == {"id", "name", "endpoint", "contact"}
    assert await program.call("GET", "/suppliers") == [one]
    assert await program.call("GET", f"/suppliers/{one['id']}") == one


async def test_products_have_options_and_units_with_prices(program: Program) -> None:
    world = program.reseller.world
    found = {one["id"]: one for one in await program.call("GET", "/products")}

    day, boat = found[world.product_id], found[world.boat_id]
    assert (day["availabilityType"], boat["availabilityType"]) == ("OPENING_HOURS", "START_TIME")
    assert boat["options"][0]["availabilityLocalStartTimes"] == ["09:00"]
    units = {unit["id"]: unit for unit in day["options"][0]["units"]}
    assert world.group_id not in units
    assert (units[world.adult_id]["type"], units[world.child_id]["type"]) == ("ADULT", "CHILD")
    assert units[world.named_id]["restrictions"]["idRequired"]
    (price,) = units[world.adult_id]["pricingFrom"]
    assert (price["original"], price["retail"], price["net"]) == (9_800, 9_800, 8_820)
    assert await program.call("GET", f"/products/{world.boat_id}") == boat


async def test_prices_are_for_who_asks_for_them(program: Program) -> None:
    headers: dict[str, Any] = {"Octo-Capabilities": ""}
    (first, *_) = await program.call("GET", "/products", **headers)
    assert "pricingFrom" not in first["options"][0]["units"][0]
    (first, *_) = await program.call("GET", "/products?_capabilities=pricing,content", **headers)
    assert first["options"][0]["units"][0]["pricingFrom"]
    assert first["title"]


async def test_capabilities_and_languages_are_echoed(program: Program) -> None:
    answer = await program.client.get(
        "/octo/products",
        headers=program.reseller.headers
        | {"Octo-Capabilities": "pricing, octo/cart, octo/unknown", "Accept-Language": "en"},
    )
    assert answer.headers["octo-capabilities"] == "octo/pricing, octo/cart"
    assert answer.headers["content-language"] == "en"
    assert "zh-CN" in answer.headers["available-languages"]


def ask(program: Program, **changed: Any) -> dict[str, Any]:
    world = program.reseller.world
    return {"productId": world.product_id, "optionId": "DEFAULT"} | changed


async def test_a_calendar_has_one_object_a_day(program: Program) -> None:
    world, day = program.reseller.world, program.reseller.day
    dates = {
        "localDateStart": (day - timedelta(days=1)).isoformat(),
        "localDateEnd": (day + timedelta(days=1)).isoformat(),
    }
    units = [{"id": world.adult_id, "quantity": 2}]
    days = await program.call("POST", "/availability/calendar", ask(program, **dates, units=units))
    boats = await program.call(
        "POST", "/availability/calendar", ask(program, productId=world.boat_id, **dates)
    )

    assert [one["status"] for one in days] == ["AVAILABLE"] * 3
    assert days[0]["pricingFrom"]["net"] == 2 * 8_820
    assert days[0]["openingHours"] == [{"from": "08:00", "to": "18:00"}]
    assert [one["status"] for one in boats] == ["CLOSED", "AVAILABLE", "CLOSED"]
    assert boats[1]["vacancies"] == SEATS


async def test_availability_is_a_day_or_a_slot(program: Program) -> None:
    world, day = program.reseller.world, program.reseller.day.isoformat()
    (whole,) = await program.call("POST", "/availability", ask(program, localDate=day))
    boat = ask(program, productId=world.boat_id, availabilityIds=[program.reseller.boat_at])
    (slot,) = await program.call("POST", "/availability", boat)
    boat["units"] = [{"id": world.boat_ticket_id, "quantity": SEATS + 1}]
    (full,) = await program.call("POST", "/availability", boat)

    assert (whole["id"], whole["allDay"], whole["capacity"]) == (day, True, 5_000)
    assert (slot["id"], slot["allDay"]) == (program.reseller.boat_at, False)
    assert slot["unitPricing"][0]["net"] == 5_400
    assert (full["available"], full["status"]) == (False, "SOLD_OUT")


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"productId": "x"}, "INVALID_PRODUCT_ID"),
        ({"optionId": "x"}, "INVALID_OPTION_ID"),
        ({"units": [{"id": "x", "quantity": 1}]}, "INVALID_UNIT_ID"),
        ({"localDate": None}, "BAD_REQUEST"),
        ({"localDate": "tomorrow"}, "BAD_REQUEST"),
        ({"localDate": None, "availabilityIds": ["x"]}, "INVALID_AVAILABILITY_ID"),
        ({"localDateStart": "2026-07-02", "localDateEnd": "2026-07-01", "localDate": None},
         "BAD_REQUEST"),
        ({"localDateStart": "2026-07-01", "localDateEnd": "2226-07-01", "localDate": None},
         "BAD_REQUEST"),
    ],
)  # fmt: skip
async def test_what_makes_no_sense_has_its_error(
    program: Program, changed: dict[str, Any], error: str
) -> None:
    body = ask(program, localDate=program.reseller.day.isoformat()) | changed
    told = await program.call("POST", "/availability", body, 400)
    assert told["error"] == error
    assert told["errorMessage"]


async def test_who_has_no_key_hears_no_more_than_that(client: httpx2.AsyncClient) -> None:
    for headers in ({}, {"Authorization": "Bearer sm_wrong"}):
        answer = await client.get("/octo/products", headers=headers)
        assert (answer.status_code, answer.json()["error"]) == (401, "UNAUTHORIZED")
    assert (await client.get("/octo/nothing")).status_code == 404


async def test_no_product_of_another_kind_of_address(program: Program) -> None:
    assert (await program.call("GET", "/products/x", status=400))["productId"] == "x"
