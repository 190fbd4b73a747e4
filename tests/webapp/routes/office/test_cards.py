"""Member cards in the office: found, looked at, frozen, changed with a checker; blanks; kinds."""

from datetime import timedelta
from typing import Any

import httpx2
import pytest
from starlette.applications import Starlette

from domain.cards import memberships, products
from domain.kernel import clock
from domain.operation import approvals
from domain.operation.approvals import ApprovalStatus
from domain.operation.staff import Role
from tests.webapp.exports import at_work, taken
from tests.webapp.people import sign_in_as
from tests.webapp.routes.window.cards import PERSON, UID, Counter, open_counter


class Office:
    """Customer service, looking at the card of 张伟."""

    def __init__(self, counter: Counter, card: Any) -> None:
        self.counter, self.card = counter, card
        self.client, self.db = counter.client, counter.app.state.db

    async def post(self, path: str, **data: Any) -> httpx2.Response:
        return await self.client.post(f"/office/cards/{self.card.id}/{path}", data=data)

    async def now(self) -> Any:
        return await self.counter.card(self.card.id)


@pytest.fixture
async def office(app: Starlette, client: httpx2.AsyncClient) -> Office:
    counter = await open_counter(app, client)
    card = await counter.open(counter.annual, medium=UID)
    await sign_in_as(client, app, Role.CUSTOMER_SERVICE)
    return Office(counter, card)


@pytest.mark.parametrize("q", [UID, "13800138000", PERSON, "张伟"])
async def test_a_card_is_found(office: Office, q: str) -> None:
    page = await office.client.get("/office/cards", params={"q": q})

    assert office.card.number in page.text
    assert "138****8000" in page.text


@pytest.mark.parametrize(
    ("query", "is_shown"),
    [
        ({}, True),
        ({"status": "active"}, True),
        ({"status": "frozen"}, False),
        ({"status": "active", "level": "1"}, False),
        ({"ending": "30"}, False),
        ({"ending": "400"}, True),
        ({"status": "nonsense"}, True),
    ],
)
async def test_the_list_is_filtered(office: Office, query: dict[str, str], is_shown: bool) -> None:
    page = await office.client.get("/office/cards", params=query)

    assert page.status_code == 200
    assert (office.card.number in page.text) is is_shown


async def test_pages_follow_one_another(office: Office) -> None:
    wanted = memberships.Range(office.counter.world.area_id, "B", "001", "120")
    now = clock.utc_now() + timedelta(seconds=1)
    await office.db.act(memberships.add_blanks, wanted, None, office.counter.world.supervisor, now)

    first = await office.client.get("/office/cards", headers={"HX-Request": "true"})
    assert first.text.count("<tr>") == 51
    assert "?at=" in first.text


async def test_a_card_is_frozen_with_a_reason_and_free_again(office: Office) -> None:
    assert (await office.post("freeze", reason=" ")).status_code == 422
    assert (await office.post("freeze", reason="信息待核实")).status_code == 303
    assert (await office.now()).status == "frozen"
    page = await office.client.get(f"/office/cards/{office.card.id}")
    assert "信息待核实" in page.text
    assert (await office.post("unfreeze", reason="已核实")).status_code == 303
    assert (await office.now()).status == "active"


async def test_a_loss_is_reported_by_phone(office: Office) -> None:
    assert (await office.post("losses", reason="电话挂失")).status_code == 303
    assert (await office.now()).status == "lost"


async def test_rights_wait_for_another_person(office: Office) -> None:
    before = await office.now()
    asked = await office.post(
        "rights", last_on="2030-01-31", daily_entries="2", opens_area="on", reason="补偿"
    )
    assert asked.status_code == 303
    assert (await office.now()).daily_entries == before.daily_entries
    (waiting,) = await office.db.ask(approvals.worklist.about, "membership", office.card.id)

    checker = office.counter.world.supervisor
    await office.db.act(
        approvals.decide, waiting.id, ApprovalStatus.APPROVED, checker, clock.utc_now()
    )

    after = await office.now()
    assert after.daily_entries == 2
    assert clock.utc_now().year < after.valid_until.year == 2030


async def test_the_contact_changes_once(office: Office) -> None:
    detail = await office.db.ask(memberships.detail, office.card.id)
    data = {"version": detail.holder.version, "name": "张伟强", "phone": "13900139000"}

    assert (await office.post("holder", **(data | {"phone": "12"}))).status_code == 422
    assert (await office.post("holder", **data)).status_code == 303
    stale = await office.post("holder", **data)

    assert stale.status_code == 422
    detail = await office.db.ask(memberships.detail, office.card.id)
    assert (detail.holder.name, detail.holder.phone_mask[-4:]) == ("张伟强", "9000")
    found = await office.client.get("/office/cards", params={"q": "13900139000"})
    assert office.card.number in found.text


async def test_the_reminder_is_sent_again(office: Office) -> None:
    assert (await office.post("reminders")).status_code == 303


async def test_blanks_are_written_down_and_initialised(office: Office) -> None:
    area_id = office.counter.world.area_id
    data = {"area_id": area_id, "prefix": "yl", "first": "0001", "last": "0003"}
    made = await office.client.post("/office/card-batches", data=data)
    assert made.status_code == 303
    twice = await office.client.post("/office/card-batches", data=data)
    assert twice.status_code == 422

    rows = "YL0001, 04AABBCC112201\nYL0002\t04AABBCC112202\n"
    wrong = await office.client.post("/office/card-batches/chips", data={"rows": "YL0001"})
    assert wrong.status_code == 422
    right = await office.client.post("/office/card-batches/chips", data={"rows": rows})

    assert right.status_code == 303
    shown = await office.client.get("/office/cards", params={"status": "initialised"})
    assert "YL0001" in shown.text
    assert "YL0003" not in shown.text
    asked = await office.client.post(
        "/office/card-batches/rebuilds", data=data | {"backup": "夜间备份", "reason": "迁移"}
    )
    assert asked.status_code == 303


async def test_the_totals_are_what_cards_hold(office: Office) -> None:
    page = await office.client.get("/office/card-batches")

    assert page.status_code == 200
    assert "365.00" in page.text


VIP = {
    "code": "GB",
    "kind": "vip",
    "name_zh": "贵宾卡",
    "channels": ["window"],
    "top_up_least_minor": "1",
    "top_up_most_minor": "5000",
    "tier_amount": ["1000", "", "3000"],
    "tier_bonus": ["100", "", "1000"],
    "level_points": ["0", "500"],
    "level_zh": ["普通", "金卡"],
    "level_en": ["", "Gold"],
    "is_named": "on",
    "opens_area": "on",
}


async def test_a_kind_of_card_is_written_and_approved(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    counter = await open_counter(app, client)
    await sign_in_as(client, app, Role.PRODUCT_MANAGER)
    data = VIP | {"area_id": counter.world.area_id}
    bad = await client.post("/office/card-products", data=data | {"kind": "term"})
    assert bad.status_code == 422
    made = await client.post("/office/card-products", data=data)
    assert made.status_code == 303, made.text
    address = made.headers["location"]
    row = await app.state.db.ask(products.get_product, address.split("/")[-1])
    assert row.top_ups == [
        {"amount_minor": 100_000, "bonus_minor": 10_000},
        {"amount_minor": 300_000, "bonus_minor": 100_000},
    ]
    page = await client.get(address)
    assert "金卡" in page.text
    assert 'value="3000"' in page.text

    asked = await client.post(address, data=data | {"reason": "旺季"})
    assert asked.status_code == 303
    (waiting,) = await app.state.db.ask(approvals.worklist.about, "card_product", row.id)
    await app.state.db.act(
        approvals.decide,
        waiting.id,
        ApprovalStatus.APPROVED,
        counter.world.supervisor,
        clock.utc_now(),
    )

    listed = await client.get("/office/card-products")
    assert "贵宾卡" in listed.text
    paused = await client.post(f"{address}/status", data={"status": "paused"})
    assert paused.status_code == 303


@pytest.mark.parametrize(("question", "many"), [("", 1), ("status=frozen", 0), ("ending=400", 1)])
async def test_the_list_is_taken_away(office: Office, question: str, many: int) -> None:
    async with at_work(office.counter.app):
        rows = await taken(office.client, "cards", question)

    assert [row["卡号"] for row in rows] == [office.card.number] * many
