"""axe over every page of the window, the gate and the house: Chinese and English, light and dark.

A page that nobody listed here fails the first test.
"""

from typing import Any

import pytest
from playwright.async_api import Page

from domain.commerce import orders
from domain.commerce.orders import OrderFilter
from domain.kernel.actors import SYSTEM
from domain.kernel.clock import utc_now
from domain.kernel.db import Tx
from domain.operation import places
from domain.operation.places import PlaceKind
from domain.operation.staff import Role
from tests.domain.commerce.factories import add_world
from tests.e2e.conftest import House, look_over
from tests.e2e.test_sold_orders import NO_PAPER
from webapp.permissions import Guarded
from webapp.routes import ROUTES

NO_PAGES = {
    "files.show",
    "brand",
    "healthz",
    "readyz",
    "metrics",
    "home",
    "window.home",
    "card_photos.show",
    "said.window",
    "said.gate",
    "window.bookings.show",
}
PAPERS = {
    "window.shifts.paper",
    "window.orders.paper",
    "window.prints.show",
    "window.card_slips.show",
}
# Pages that stand at the end of something, which this walk does not do.
ELSEWHERE = {
    "setup.new",
    "window.collections.show",
    "window.payments.new",
    "window.refunds.show",
    "window.changes.show",
    "window.reprints.show",
    "window.prints.index",
    "window.shifts.show",
    "window.cards.new",
    "window.cards.show",
    "window.card_top_ups.new",
    "window.card_renewals.new",
    "window.card_replacements.new",
    "window.card_returns.new",
}
WALKED = {
    "sessions.new": "/sign-in",
    "account.show": "/account",
    "password.edit": "/account/password",
    "totp.new": "/account/totp",
    "posts.index": "/gate",
    "redemptions.new": "/gate/{gate_id}",
    "admissions.new": "/gate/{gate_id}/admissions/new",
    "lookups.new": "/gate/{gate_id}/lookups/new",
    "window.choose": "/window/tills",
    "window.shifts.new": "/window/shifts/new",
    "window.shifts.close": "/window/shift",
    "window.drops.new": "/window/drops/new",
    "window.sales.new": "/window/sales/new",
    "window.held.index": "/window/held",
    "window.paper.show": "/window/paper",
    "window.collections.new": "/window/collections/new",
    "window.cards.index": "/window/cards",
    "window.groups.new": "/window/groups/new",
    "window.bookings.index": "/window/bookings",
    "window.orders.index": "/window/orders",
    "window.orders.show": "/window/orders/{order_id}",
    "window.orders.done": "/window/orders/{order_id}/done",
    "window.refunds.new": "/window/orders/{order_id}/refunds/new",
    "window.changes.new": "/window/orders/{order_id}/changes/new",
    "window.reprints.new": "/window/orders/{order_id}/reprints/new",
}


def test_every_page_of_these_faces_is_listed() -> None:
    faces = ("/office", "/api", "/shop", "/kiosk", "/agents", "/cards", "/hooks", "/octo")
    ours = {
        route.name
        for route in ROUTES
        if isinstance(route, Guarded)
        and route.access.caller is None
        and "GET" in (route.methods or ())
        and not route.path.startswith(faces)
        and not route.name.endswith("stream")
        and not route.name.startswith("shop.")  # test_shop.py
    }

    assert ours - NO_PAGES - PAPERS - ELSEWHERE == set(WALKED)


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("language", ["zh", "en"])
async def test_axe_finds_nothing_on_any_of_them(
    house: House, browser_page: Page, language: str
) -> None:
    page, db = browser_page, house.app.state.db
    await page.add_init_script(NO_PAPER)
    await page.set_extra_http_headers({"Accept-Language": language})
    world = await add_world(db)
    await page.goto(f"{house.url}/sign-in")
    await look_over(page)
    await house.sign_in(page, Role.CASHIER)
    await look_at(house, page, "/window/tills")
    await page.click("form button[name=window_id]")
    await look_at(house, page, "/window/shifts/new")
    await page.fill("[name=float_minor]", "500")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/window/sales/new")
    form: dict[str, str | float | bool] = {
        "request_id": "01900000-0000-7000-8000-000000000001",
        f"q.{world.adult_id}": "2",
    }
    assert (await page.request.post(f"{house.url}/window/sales", form=form)).ok
    (order,) = await db.ask(orders.list_orders, OrderFilter())
    done = {"sessions.new", "window.choose", "window.shifts.new"}
    for name, path in WALKED.items():
        if name not in done and not path.startswith("/gate"):
            await look_at(house, page, path.format(order_id=order.id))
    await page.context.clear_cookies()
    await house.sign_in(page, Role.GATE_STAFF)
    gate_id = await db.act(add_gate, world.area_id)
    for path in WALKED.values():
        if path.startswith("/gate"):
            await look_at(house, page, path.format(gate_id=gate_id))


async def add_gate(tx: Tx, area_id: str) -> str:
    now = utc_now()
    of_area: dict[str, Any] = {"code": "S", "name_zh": "南门", "area_id": area_id}
    site = places.NOUNS[PlaceKind.CHECK_SITE].input(**of_area)
    site_id = await places.add_place(tx, PlaceKind.CHECK_SITE, site, SYSTEM, now)
    at_site: dict[str, Any] = {"code": "S1", "name_zh": "南门 1 号", "check_site_id": site_id}
    at_site |= {"number": 1, "direction": "both"}
    gate = places.NOUNS[PlaceKind.GATE].input(**at_site)
    return str(await places.add_place(tx, PlaceKind.GATE, gate, SYSTEM, now))


async def look_at(house: House, page: Page, path: str) -> None:
    await page.goto(house.url + path)
    assert page.url.endswith(path), f"{path} leads to {page.url}"
    await look_over(page)
