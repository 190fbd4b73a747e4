"""The gate tablet in a real browser: a reader that types, a camera, a server that goes away."""

import asyncio
import base64
import io
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.async_api import Page, Request, Route, async_playwright, expect

from domain.admission import devices
from domain.admission.devices import DeviceInput, DeviceKind
from domain.kernel.actors import SYSTEM
from domain.operation.staff import Role
from tests.domain.admission.world import DAY, Made, World, built
from tests.e2e.conftest import ARGUMENTS, House, look_over
from tests.requirements import require
from webapp.printing.qr import picture

pytestmark = pytest.mark.browser


class Gate:
    """The south gate of a house, and tickets for it."""

    def __init__(self, house: House, world: World, gate_id: str) -> None:
        self.house, self.world, self.gate_id = house, world, gate_id

    async def ticket(self, **values: Any) -> Made:
        now = datetime.now(UTC)
        return await self.world.add_ticket(
            **{"valid_from": now - DAY, "valid_until": now + DAY} | values
        )

    async def open(self, page: Page) -> None:
        """Sign in and choose the gate."""
        await page.set_viewport_size({"width": 1280, "height": 800})
        await self.house.sign_in(page, Role.GATE_STAFF)
        await page.goto(f"{self.house.url}/gate")
        await page.click("text=南门 3 号")
        await ready(page)


async def ready(page: Page) -> None:
    """The page's script runs: from now on keys are heard."""
    await expect(page.locator("[data-clock]")).to_have_attribute("data-clock", re.compile(r"\d"))


@pytest.fixture
async def gate(house: House) -> AsyncIterator[Gate]:
    async with built(house.app.state.db) as world:
        day = {"opens_at": "00:00", "closes_at": "24:00", "last_entry_at": "24:00"}
        await world.change("areas", world.area_id, **day)
        gate_id = await world.add_gate(name_zh="南门 3 号", name_en="South gate 3")
        yield Gate(house, world, gate_id)


async def wedge(page: Page, code: str) -> None:
    """A reader: every key at once, then Enter."""
    await page.keyboard.type(code)
    await page.keyboard.press("Enter")


async def test_a_reader_admits_once_and_then_says_when_and_where(
    gate: Gate, browser_page: Page
) -> None:
    page = browser_page
    ticket = await gate.ticket()
    await page.set_viewport_size({"width": 1280, "height": 800})
    await gate.house.sign_in(page, Role.GATE_STAFF)
    await page.goto(f"{gate.house.url}/gate")
    await look_over(page)
    await page.click("text=南门 3 号")
    await ready(page)
    await look_over(page)

    await wedge(page, ticket.qr())
    await expect(page.locator("#gate")).to_have_attribute("data-state", "admitted")
    await expect(page.locator("h1")).to_have_text("请通行")
    await expect(page.locator("h1")).to_have_text("请刷票", timeout=4_000)  # two seconds later
    await expect(page.locator("[data-count=came]")).to_have_text("1")

    await wedge(page, ticket.qr())
    await expect(page.locator("h1")).to_have_text("请勿通行")
    await expect(page.locator(".what")).to_contain_text("此票已使用")
    await expect(page.locator(".what")).to_contain_text("南门 3 号")
    await look_over(page)


async def test_a_reader_is_heard_wherever_the_focus_is(gate: Gate, browser_page: Page) -> None:
    page = browser_page
    ticket = await gate.ticket()
    await gate.open(page)

    await page.focus("[name=persons]")
    await wedge(page, ticket.qr())

    await expect(page.locator("#gate")).to_have_attribute("data-state", "admitted")


async def test_a_group_comes_in_by_touch(gate: Gate, browser_page: Page) -> None:
    page = browser_page
    group = {"persons": 12, "entries": 12, "entries_left": 12, "heads": 12}
    ticket = await gate.ticket(gate_mode="one_many", **group)
    await gate.open(page)

    await wedge(page, ticket.short)
    await expect(page.locator(".huge")).to_contain_text("1 / 12")
    await look_over(page)
    await page.keyboard.press("Space")
    await expect(page.locator(".huge")).to_contain_text("2 / 12")
    await page.click("text=撤回一人")
    await expect(page.locator(".huge")).to_contain_text("1 / 12")
    await wedge(page, ticket.short)
    await page.click("text=其余 10 人")
    await expect(page.locator(".huge")).to_contain_text("12 / 12")
    await page.click("text=结束")
    await expect(page.locator("h1")).to_have_text("请刷票")


async def test_by_hand_and_look_up_are_accessible(gate: Gate, browser_page: Page) -> None:
    page = browser_page
    ticket = await gate.ticket()
    await gate.open(page)

    await page.click("text=查询")
    await page.wait_for_url("**/lookups/new")
    await expect(page.locator("[name=code]")).to_be_focused()
    await wedge(page, ticket.short)
    await expect(page.locator(".what")).to_contain_text("可在本闸机通行")
    await look_over(page)
    await page.click("text=返回")
    await page.click("text=人工放行")
    await look_over(page)
    await page.fill("[name=persons]", "2")
    await page.fill("[name=reason]", "票码破损")
    await page.click("button:has-text('放行')")
    await expect(page.locator(".what")).to_have_text("人工放行 · 2 人")


async def test_a_lost_answer_is_asked_for_again_and_counts_once(
    gate: Gate, browser_page: Page, page_errors: list[str]
) -> None:
    """The server commits the scan and its answer is lost on the way; then the line is back."""
    page = browser_page
    ticket = await gate.ticket()
    await gate.open(page)
    sent: list[str] = []
    line = {"is_cut": True}

    async def cut(route: Route, request: Request) -> None:
        sent.append(request.post_data or "")
        if not line["is_cut"]:
            return await route.continue_()
        await route.fetch()
        await route.abort()

    await page.route("**/redemptions", cut)
    await wedge(page, ticket.qr())
    await expect(page.locator("#gate")).to_have_attribute("data-offline", "")
    await expect(page.locator("header")).to_contain_text("连接中断")
    await expect(page.locator("h1")).to_have_text("请稍候")
    await look_over(page)
    line["is_cut"] = False

    await expect(page.locator("h1")).to_have_text("请通行", timeout=10_000)
    await expect(page.locator("#gate")).not_to_have_attribute("data-offline", "")
    assert len(sent) > 1 and len(set(sent)) == 1
    assert len(await gate.world.rows("redemptions")) == 1
    assert [row.counted for row in await gate.world.rows("passages")] == [1]
    page_errors[:] = [each for each in page_errors if "ERR_FAILED" not in each]


async def test_at_a_gate_whose_device_counts_the_next_scan_settles_the_last(
    gate: Gate, browser_page: Page
) -> None:
    page, db, now = browser_page, gate.house.app.state.db, datetime.now(UTC)
    given = DeviceInput(
        name="T", kind=DeviceKind.TURNSTILE, area_id=gate.world.area_id, gate_id=gate.gate_id
    )
    device_id = await db.act(devices.add, given, SYSTEM, now)
    await db.act(devices.issue_secret, device_id, gate.house.app.state.vault, SYSTEM, now)
    first, second = await gate.ticket(), await gate.ticket()
    await gate.open(page)

    await wedge(page, first.qr())
    await expect(page.get_by_role("button", name="未通行")).to_be_visible()
    await look_over(page)
    await wedge(page, second.qr())
    await page.get_by_role("button", name="未通行").click()
    await expect(page.locator("h1")).to_have_text("请刷票")
    await wedge(page, first.qr())
    await expect(page.locator("h1")).to_have_text("请勿通行")

    assert [row.counted for row in await gate.world.rows("passages")] == [1, 0]


def film(code: str, file: Path) -> None:
    """A second of a ticket's QR in front of a camera, as MJPEG."""
    symbol = Image.open(io.BytesIO(base64.b64decode(picture(code).partition(",")[2])))
    sheet = Image.new("RGB", (640, 480), "white")
    sheet.paste(symbol.convert("RGB").resize((420, 420)), (110, 30))
    frame = io.BytesIO()
    sheet.save(frame, "JPEG", quality=90)
    file.write_bytes(frame.getvalue() * 10)


async def test_the_camera_reads_a_ticket(gate: Gate, tmp_path: Path) -> None:
    ticket = await gate.ticket()
    await asyncio.to_thread(film, ticket.qr(), tmp_path / "ticket.mjpeg")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=require("chromium"),
            args=[
                *ARGUMENTS,
                "--use-fake-device-for-media-stream",
                "--use-fake-ui-for-media-stream",
                f"--use-file-for-fake-video-capture={tmp_path / 'ticket.mjpeg'}",
            ],
        )
        page = await browser.new_page(locale="zh-CN")
        errors: list[str] = []
        page.on("console", lambda message: errors.append(message.text))
        await gate.open(page)
        await page.click("text=摄像头")

        await expect(page.locator("h1")).to_have_text("请通行", timeout=20_000)
        assert [row.kind for row in await gate.world.rows("redemptions")] == ["qr"]
        assert not errors
        await browser.close()
