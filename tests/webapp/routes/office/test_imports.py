"""Imports in the browser: a file, its columns, its mistakes, an approval, totals, taking back."""

import io
import re
import zipfile
from typing import Any

import httpx2
import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook
from starlette.applications import Starlette

from domain.cards import products
from domain.kernel import clock
from domain.operation import approvals, imports, jobs
from domain.operation.approvals import ApprovalStatus
from domain.operation.imports import ImportStatus, Worker
from domain.operation.jobs.running import LEASE, lease
from domain.operation.staff import Role
from tests.webapp.people import sign_in_as
from tests.webapp.routes.window.cards import Counter, open_counter

HEADINGS = ["卡号", "卡种", "姓名", "手机号", "实付", "有效期至"]
GOOD = ["OLD1", "ANNUAL", "张伟", "13800138001", "365", "2099-12-31"]
BAD = ["OLD2", "ANNUAL", "李娜", "123", "365", "2099-12-31"]


def workbook(*rows: list[str], formula: str = "") -> bytes:
    written = io.BytesIO()
    book = xlsxwriter.Workbook(written)
    sheet = book.add_worksheet()
    for at, row in enumerate([HEADINGS, *rows]):
        for column, text in enumerate(row):
            sheet.write_string(at, column, text)
    if formula:
        sheet.write_formula(1, 4, formula, value=365)
    book.close()
    return written.getvalue()


class Office:
    def __init__(self, counter: Counter) -> None:
        self.counter, self.client, self.app = counter, counter.client, counter.app
        self.db = counter.app.state.db

    async def upload(self, content: bytes, name: str = "会员.xlsx") -> httpx2.Response:
        data = {"area_id": self.counter.world.area_id, "kind": "members", "source": "老系统"}
        files = {"file": (name, content)}
        return await self.client.post("/office/imports", data=data, files=files)

    async def checked(self, content: bytes, name: str = "会员.xlsx") -> str:
        """Uploaded, its columns taken as they were guessed, its rows checked; the address."""
        response = await self.upload(content, name)
        assert response.status_code == 303, response.text
        address: str = response.headers["location"]
        mapping = (await self.row(address)).mapping
        asked = {word: str(at) for word, at in mapping.items()}
        assert (await self.client.post(f"{address}/check", data=asked)).status_code == 303
        await self.work()
        return address

    async def row(self, address: str) -> Any:
        return await self.db.ask(imports.get, address.rpartition("/")[2])

    async def work(self) -> None:
        now = clock.utc_now()
        worker = Worker(self.db, self.app.state.vault, clock.utc_now)
        for job in await self.db.act(lease, ["import"], now, 5, now + LEASE):
            while not (progress := await worker.step(job)).is_finished:
                job = job._replace(cursor=progress.cursor)
            await self.db.act(jobs.advance, job, progress, now + LEASE, now)

    async def approve(self, address: str, **values: str) -> None:
        given = {"backup": "2026.backup", "reason": "换系统"} | values
        response = await self.client.post(f"{address}/ask", data=given)
        assert response.status_code == 303, response.text
        row = await self.row(address)
        other, now = self.counter.world.supervisor, clock.utc_now()
        decided = (row.approval_id, ApprovalStatus.APPROVED, other, now)
        await self.db.act(approvals.decide, *decided)
        await self.work()


@pytest.fixture
async def office(app: Starlette, client: httpx2.AsyncClient) -> Office:
    counter = await open_counter(app, client)
    await sign_in_as(client, app, Role.ADMINISTRATOR)
    return Office(counter)


async def code_of(office: Office) -> str:
    """The code of the annual card's product."""
    return str((await office.db.ask(products.get_product, office.counter.annual)).code)


async def rows(office: Office, *given: list[str]) -> list[list[str]]:
    code = await code_of(office)
    return [[code if cell == "ANNUAL" else cell for cell in row] for row in given]


async def test_a_file_comes_in_and_goes_back(office: Office) -> None:
    address = await office.checked(workbook(*await rows(office, GOOD)))
    page = (await office.client.get(address)).text
    assert "列对应关系" in page
    await office.approve(address)

    page = (await office.client.get(address)).text
    assert "已导入" in page
    assert "OLD1" in (await office.client.get("/office/cards?q=OLD1")).text
    assert (await office.client.post(f"{address}/undo")).status_code == 303
    await office.work()
    assert (await office.row(address)).status == ImportStatus.UNDONE
    assert "OLD1" not in (await office.client.get("/office/cards?q=YYY")).text


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
async def test_a_csv_of_any_encoding(office: Office, encoding: str) -> None:
    lines = [HEADINGS, *await rows(office, GOOD)]
    content = "\r\n".join(",".join(line) for line in lines).encode(encoding)
    address = await office.checked(content, "会员.csv")
    assert (await office.row(address)).good_rows == 1


async def test_mistakes_come_back_as_a_file_that_can_be_mended(office: Office) -> None:
    address = await office.checked(workbook(*await rows(office, GOOD, BAD)))
    page = (await office.client.get(address)).text
    assert "手机" in page
    response = await office.client.get(f"{address}/mistakes")
    found = CalamineWorkbook.from_filelike(io.BytesIO(response.content)).get_sheet_by_index(0)
    head, wrong = found.to_python()
    assert head[:6] == HEADINGS
    assert (wrong[0], wrong[7]) == ("OLD2", 3.0)
    refused = await office.client.post(f"{address}/ask", data={"backup": "b", "reason": "r"})
    assert refused.status_code == 422
    await office.approve(address, is_partial="on")
    mended = await rows(office, GOOD, [*BAD[:3], "13800138002", *BAD[4:]])
    again = await office.row(await office.checked(workbook(*mended)))
    assert (again.known_rows, again.good_rows) == (1, 1)


def bomb() -> bytes:
    """A valid workbook but for a part of 200 MB of nothing."""
    written = io.BytesIO(workbook(GOOD))
    with (
        zipfile.ZipFile(written, "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/media/nothing.bin", "w") as part,
    ):
        for _ in range(200):
            part.write(b"\0" * (1 << 20))
    return written.getvalue()


def lying_bomb() -> bytes:
    """A sheet whose last cell stands in the last row and column that there can be."""
    written = io.BytesIO()
    book = xlsxwriter.Workbook(written)
    sheet = book.add_worksheet()
    sheet.write_string(0, 0, "卡号")
    sheet.write_string(1_048_575, 16_383, "x")
    book.close()
    return written.getvalue()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "空的"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "不是 Excel"),
        (b"%PDF-1.7\n\x00\x01", "不是 Excel"),
        (b"PK\x03\x04 but nothing follows", "无法读取"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "无法读取"),
        (workbook()[:-200], "无法读取"),
        (workbook(), "没有数据行"),
        ("卡号,卡号\n1,2".encode(), "表头相同"),
        (b"\xff\xfe\x00\xd8\x00", "不是 Excel"),
    ],
)
async def test_a_bad_file_is_refused(office: Office, content: bytes, says: str) -> None:
    response = await office.upload(content)

    assert response.status_code == 422
    assert says in response.text


@pytest.mark.parametrize("make", [bomb, lying_bomb])
async def test_a_bomb_is_refused(office: Office, make: object) -> None:
    response = await office.upload(make())  # type: ignore[operator]

    assert response.status_code == 422
    assert re.search("解压后过大|最多 50,?000 行", response.text)


async def test_a_large_file_is_refused(office: Office) -> None:
    response = await office.upload(b"a" * (10 * 1024 * 1024 + 1), "a.csv")
    assert response.status_code == 422
    assert "10 MB" in response.text


async def test_a_formula_is_a_mistake(office: Office) -> None:
    content = workbook(*await rows(office, GOOD), formula="=300+65")
    address = await office.checked(content)
    page = (await office.client.get(address)).text
    assert "此处是公式" in page


async def test_the_columns_are_remembered(office: Office) -> None:
    lines = [["会员代号", *HEADINGS[1:]], *await rows(office, GOOD)]
    content = "\n".join(",".join(line) for line in lines).encode()
    address = (await office.upload(content, "a.csv")).headers["location"]
    asked = {"number": "0", "product": "1", "name": "2", "paid": "4", "valid_until": "5"}
    refused = await office.client.post(f"{address}/check", data=asked | {"number": "1"})
    assert refused.status_code == 422
    assert (await office.client.post(f"{address}/check", data=asked)).status_code == 303
    await office.work()

    again = (await office.upload(content, "b.csv")).headers["location"]

    assert (await office.row(again)).mapping["number"] == 0


async def test_a_template_can_be_brought_in(office: Office) -> None:
    response = await office.client.get("/office/imports/templates/members")
    book = CalamineWorkbook.from_filelike(io.BytesIO(response.content))
    assert len(book.sheet_names) == 2
    address = (await office.upload(response.content)).headers["location"]
    fields = {field.word for field in imports.kind_of("members").fields}
    assert set((await office.row(address)).mapping) == fields
    assert (await office.client.get("/office/imports/templates/nothing")).status_code == 404


async def test_a_file_can_be_thrown_away(office: Office) -> None:
    address = (await office.upload(workbook(GOOD))).headers["location"]
    assert (await office.client.post(f"{address}/discard")).status_code == 303
    assert (await office.client.get(f"{address}/mistakes")).status_code == 404
    assert (await office.client.post(f"{address}/discard")).status_code == 409
    assert "已作废" in (await office.client.get("/office/imports")).text
