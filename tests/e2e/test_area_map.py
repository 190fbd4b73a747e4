"""Places are put on an area's map with the mouse and with the keyboard, in a real browser."""

import io

import pytest
from PIL import Image
from playwright.async_api import Locator, Page

from domain.operation import places
from domain.operation.staff import Role
from tests.e2e.conftest import House, look_over
from tests.places import build

pytestmark = pytest.mark.browser


def picture() -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (800, 600), "#cfe3bd").save(made, "PNG")
    return made.getvalue()


async def drag(page: Page, pin: Locator, x: float, y: float) -> None:
    at = await pin.bounding_box()
    assert at is not None
    await page.mouse.move(at["x"] + at["width"] / 2, at["y"] + at["height"] / 2)
    await page.mouse.down()
    await page.mouse.move(x, y, steps=4)
    await page.mouse.up()


async def test_places_are_put_on_the_map(house: House, browser_page: Page) -> None:
    page, db = browser_page, house.app.state.db
    area = await build(db)
    await house.sign_in(page, Role.ADMINISTRATOR)
    await page.goto(f"{house.url}/office/areas/{area.area}/map")
    await look_over(page)
    await page.set_input_files(
        "[name=picture]", {"name": "m.png", "mimeType": "image/png", "buffer": picture()}
    )
    await page.click("text=上传导览图")

    shown = page.locator("svg[data-map]")
    box = await shown.bounding_box()
    assert box is not None
    await page.click(f"[data-row='{area.spot}'] th")
    await shown.click(position={"x": box["width"] / 4, "y": box["height"] / 2})
    pin = page.locator(f"[data-pin='{area.spot}'] circle")
    await drag(page, pin, box["x"] + box["width"] * 0.75, box["y"] + box["height"] * 0.1)
    await page.focus(f"[name=x_{area.gate}]")
    await page.keyboard.type("100")
    await page.keyboard.press("Tab")
    await page.keyboard.type("200")
    await look_over(page)
    async with page.expect_navigation():
        await page.keyboard.press("Enter")

    found = await db.ask(places.map_of, area.area)
    stands = {each.id: each.at for each in found.shown}
    assert stands[area.gate] == (100, 200)
    assert stands[area.spot] is not None
    assert abs(stands[area.spot].x - 750) <= 3
    assert abs(stands[area.spot].y - 100) <= 3
    await look_over(page)
