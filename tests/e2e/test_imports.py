"""A file of an old system in a real browser: uploaded, named, checked; and the logs."""

import asyncio

import pytest
from playwright.async_api import FilePayload, Page, expect

from domain.operation.jobs import Runner
from domain.operation.staff import Role
from tests.domain.commerce.factories import add_world
from tests.e2e.conftest import House, look_over
from webapp.importing import desk


async def be_checked(house: House, page: Page) -> None:
    """The background work does it, while the page follows."""
    desk.register(house.app.state.vault)
    runner = asyncio.create_task(Runner(house.app.state.db, poll_seconds=0.05).run())
    try:
        await page.get_by_role("button", name="校验全部行").click()
        wrong = page.get_by_role("heading", name="未导入的行")
        await expect(wrong).to_be_visible(timeout=20_000)
    finally:
        runner.cancel()
        await asyncio.gather(runner, return_exceptions=True)


@pytest.mark.browser
async def test_a_file_is_named_and_checked(house: House, browser_page: Page) -> None:
    await add_world(house.app.state.db)
    await house.sign_in(browser_page, Role.ADMINISTRATOR)
    await browser_page.goto(f"{house.url}/office/imports/new")
    await look_over(browser_page)
    rows = "卡号,卡种,姓名,手机号\nA1,无,张伟,13800138000\nA2,无,李娜,123\n"
    content = rows.encode("gb18030")
    file = FilePayload(name="老会员.csv", mimeType="text/csv", buffer=content)
    await browser_page.set_input_files("[name=file]", file)
    await browser_page.select_option("[name=kind]", "members")
    await browser_page.fill("[name=source]", "旧票务系统")
    await browser_page.get_by_role("button", name="上传").click()
    await expect(browser_page.get_by_label("卡号")).to_have_value("0")
    await look_over(browser_page)

    await be_checked(house, browser_page)
    await browser_page.reload()
    await look_over(browser_page)
    await browser_page.goto(f"{house.url}/office/imports")
    await look_over(browser_page)
    await browser_page.goto(f"{house.url}/office/logs")
    await look_over(browser_page)
