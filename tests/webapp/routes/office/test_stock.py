"""Stock in the office: written by one, approved by another, posted, seen, printed, reversed."""

import httpx2
import pytest
from starlette.applications import Starlette

from domain.commerce import stock
from domain.operation.staff import Role
from tests.domain.commerce.stock.stocked import Stocked, add_stock, at, issue, receive, span
from tests.webapp.people import sign_in, sign_in_as


async def step(client: httpx2.AsyncClient, address: str, noun: str, **fields: str) -> int:
    """One step with the version that the page shows."""
    shown = (await client.get(address)).text
    version = shown.partition('name="version" value="')[2].partition('"')[0] or "1"
    answer = await client.post(f"{address}/{noun}", data={"version": version, **fields})
    return answer.status_code


def draft(made: Stocked) -> dict[str, object]:
    wanted: dict[str, object] = {
        "kind": "receipt",
        "stock_kind_id": made.kind_id,
        "to_id": made.house_id,
        "first": ["10001", "20001", ""],
        "last": ["10500", "", ""],
        "request_id": "r1",
    }
    return wanted


async def test_a_receipt_is_written_approved_posted_and_reversed(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    made = await add_stock(app.state.db)
    keeper = await sign_in_as(client, app, Role.WAREHOUSE)
    written = await client.post("/office/stock/documents", data=draft(made))
    assert written.status_code == 303, written.text
    again = await client.post("/office/stock/documents", data=draft(made))
    address = written.headers["location"]
    assert again.headers["location"] == address
    assert await step(client, address, "submissions") == 303
    assert await step(client, address, "postings") == 422

    waiting = (await client.get(address)).text
    approval = waiting.partition("/office/approvals/")[2].partition('"')[0]
    yes = {"to": "approve", "note": ""}
    own = await client.post(f"/office/approvals/{approval}", data=yes)
    assert own.status_code == 403
    await sign_in_as(client, app, Role.SUPERVISOR)
    decided = await client.post(f"/office/approvals/{approval}", data=yes)
    assert decided.status_code == 303, decided.text

    await sign_in(client, app, keeper)
    assert await step(client, address, "postings") == 303
    assert await at(app.state.db, made.house_id, made.kind_id) == ["10001–10500", "20001"]
    pdf = await client.get(f"{address}/paper.pdf")
    assert pdf.content.startswith(b"%PDF")
    assert await step(client, address, "reversals", reason="写错") == 422  # one's own
    for path in ("", "/ranges", "/moves", f"/holders/{made.house_id}", "/documents", "/kinds"):
        listed = await client.get(f"/office/stock{path}")
        assert listed.status_code == 200, path
        assert "80 毫米门票卷" in listed.text, path


async def test_one_serial_is_found(app: Starlette, client: httpx2.AsyncClient) -> None:
    made = await add_stock(app.state.db)
    await receive(app.state.db, made, span(10_001, 10_500))
    await sign_in_as(client, app, Role.WAREHOUSE)
    traced = await client.get("/office/stock/serials?serial=10042")
    assert "总库" in traced.text
    assert (await client.get("/office/stock/serials?serial=x")).status_code == 422


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"first": ["abc"], "last": [""]}, "号码以不超过"),
        ({"first": ["9"], "last": ["1"]}, "止号小于起号"),
        ({"first": [""], "last": [""]}, "至少填写一段号码"),
        ({"to_id": ""}, "请"),
        ({"kind": "gold"}, "请"),
        ({"first": ["1", "3"], "last": ["5", "4"]}, "重复"),
    ],
)
async def test_a_wrong_document_is_shown_again(
    app: Starlette, client: httpx2.AsyncClient, wrong: dict[str, object], said: str
) -> None:
    made = await add_stock(app.state.db)
    await sign_in_as(client, app, Role.WAREHOUSE)

    answer = await client.post("/office/stock/documents", data=draft(made) | wrong)

    assert answer.status_code == 422
    assert said in answer.text


async def test_a_warning_level_stands_on_the_dashboard(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    made = await add_stock(app.state.db)
    await receive(app.state.db, made, span(10_001, 10_040))
    await sign_in_as(client, app, Role.WAREHOUSE)
    at_house = f"/office/stock/holders/{made.house_id}"

    saved = await client.post(
        f"{at_house}/thresholds", data={"kind_id": made.kind_id, "least": "100"}
    )

    assert saved.status_code == 303
    assert "总库的80 毫米门票卷只剩 40" in (await client.get("/office")).text
    wrong = await client.post(
        f"{at_house}/thresholds", data={"kind_id": made.kind_id, "least": "-1"}
    )
    assert wrong.status_code == 422


async def test_the_printer_of_a_window_is_set(app: Starlette, client: httpx2.AsyncClient) -> None:
    made = await add_stock(app.state.db)
    await receive(app.state.db, made, span(10_001, 10_040))
    await issue(app.state.db, made, span(10_001, 10_010))
    await sign_in_as(client, app, Role.WAREHOUSE)
    at_window = f"/office/stock/holders/{made.world.window_id}"
    wanted = {"paper": "80mm", "kind_id": made.kind_id, "next": "10005"}

    assert (await client.post(f"{at_window}/feeds", data=wanted)).status_code == 303

    feed = await app.state.db.ask(stock.feeds.find_feed, made.world.window_id, "80mm")
    assert (feed.is_on, feed.next.text) == (False, "10005")
    beyond = await client.post(f"{at_window}/feeds", data=wanted | {"next": "10011"})
    assert beyond.status_code == 422


async def test_a_cashier_has_no_business_in_the_warehouse(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    await sign_in_as(client, app, Role.CASHIER)
    for path in ("", "/documents", "/documents/new", "/kinds"):
        assert (await client.get(f"/office/stock{path}")).status_code == 403


async def test_a_keeper_does_not_sell(app: Starlette, client: httpx2.AsyncClient) -> None:
    await sign_in_as(client, app, Role.WAREHOUSE)
    assert (await client.get("/window/sales/new")).status_code == 403
