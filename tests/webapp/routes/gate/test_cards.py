"""Member cards at a gate tablet: what is left, whose face, and why not."""

import io

import httpx2
import pytest
from PIL import Image
from starlette.applications import Starlette

from domain.cards.products import CardKind
from domain.operation.staff import Role
from tests.domain.admission.world import update
from tests.e2e.test_every_page import add_gate
from tests.webapp.people import sign_in_as
from tests.webapp.routes.window.cards import PERSON, UID, Counter, open_counter, product

ALL_DAY = {"opens_at": "00:00", "closes_at": "24:00", "last_entry_at": "24:00"}


class Post:
    """Gate staff in front of the window's area."""

    def __init__(self, counter: Counter, gate_id: str) -> None:
        self.counter, self.gate_id, self.scans = counter, gate_id, 0

    async def scan(self, code: str = UID) -> httpx2.Response:
        self.scans += 1
        data = {"code": code, "scan_id": f"s{self.scans}"}
        return await self.counter.client.post(f"/gate/{self.gate_id}/redemptions", data=data)

    async def let_in(self, shown: str) -> httpx2.Response:
        self.scans += 1
        data = {"request_id": f"h{self.scans}", "reason": "读卡器坏了", "shown": shown}
        return await self.counter.client.post(f"/gate/{self.gate_id}/admissions", data=data)


@pytest.fixture
async def counter(app: Starlette, client: httpx2.AsyncClient) -> Counter:
    return await open_counter(app, client)


async def stand(counter: Counter) -> Post:
    db, area_id = counter.app.state.db, counter.world.area_id
    gate_id = await db.act(add_gate, area_id)
    await db.act(update, "areas", area_id, ALL_DAY)
    await sign_in_as(counter.client, counter.app, Role.GATE_STAFF)
    return Post(counter, gate_id)


async def test_a_card_for_entries_says_what_is_left(counter: Counter) -> None:
    await counter.open(counter.visits, medium=UID)
    post = await stand(counter)

    answer = await post.scan()

    assert answer.status_code == 201, answer.text
    assert "卡内还剩 9 次" in answer.text
    assert "次卡" in answer.text


async def test_an_annual_card_says_until_when(counter: Counter) -> None:
    await counter.open(counter.annual, medium=UID)
    post = await stand(counter)

    first, second = await post.scan(), await post.scan()

    assert first.status_code == 201
    assert "有效期至" in first.text
    assert second.status_code == 422
    assert "此卡刚刚使用过" in second.text


async def test_a_lost_card_is_refused_in_words(counter: Counter) -> None:
    card = await counter.open(counter.annual, medium=UID)
    await counter.post(f"/window/cards/{card.id}/losses")
    post = await stand(counter)

    answer = await post.scan()

    assert answer.status_code == 422
    assert "挂失" in answer.text
    assert f"卡号 {card.number}" in answer.text


async def test_a_photo_is_shown_where_the_product_asks(counter: Counter) -> None:
    with_photo = await product(
        counter.app,
        counter.world,
        code="ZP",
        kind=CardKind.TERM,
        term_days=365,
        needs_photo=True,
    )
    data = {
        "request_id": "photo",
        "product_id": with_photo,
        "name": "张伟",
        "document_number": PERSON,
        "medium": UID,
    }
    without = await counter.post("/window/cards", **data)
    assert without.status_code == 422
    assert 'id="photo-error"' in without.text
    picture = io.BytesIO()
    Image.new("RGB", (300, 400), "teal").save(picture, "JPEG")
    opened = await counter.client.post(
        "/window/cards", data=data, files={"photo": ("a.jpg", picture.getvalue(), "image/jpeg")}
    )
    await counter.pay_cash(opened)
    post = await stand(counter)

    answer = await post.scan()

    assert answer.status_code == 201
    assert "请核对照片" in answer.text
    address = answer.text.split('src="/card-photos/')[1].split('"')[0]
    shown = await counter.client.get(f"/card-photos/{address}")
    assert shown.status_code == 200
    assert shown.headers["Content-Type"] == "image/webp"
    await sign_in_as(counter.client, counter.app, Role.WAREHOUSE)
    assert (await counter.client.get(f"/card-photos/{address}")).status_code == 403


@pytest.mark.parametrize("shown", ["number", UID, PERSON])
async def test_a_card_is_let_in_by_hand(counter: Counter, shown: str) -> None:
    card = await counter.open(counter.visits, medium=UID)
    post = await stand(counter)
    typed = card.number if shown == "number" else shown

    answer = await post.let_in(typed)

    assert answer.status_code == 201, answer.text
    assert "人工放行" in answer.text
    assert (await counter.card(card.id)).uses_left == 9


async def test_by_hand_says_what_is_wrong_with_a_card(counter: Counter) -> None:
    card = await counter.open(counter.annual, medium=UID)
    await counter.post(f"/window/cards/{card.id}/losses")
    for n in range(2):
        data = {"request_id": f"more-{n}", "product_id": counter.visits, "name": "张伟"}
        opened = await counter.post("/window/cards", document_number=PERSON, **data)
        await counter.pay_cash(opened)
    post = await stand(counter)

    lost, several, unknown = [await post.let_in(one) for one in (UID, PERSON, "04000000000000")]

    assert [one.status_code for one in (lost, several, unknown)] == [422, 422, 422]
    assert "挂失" in lost.text
    assert "请输入其中一张的卡号" in several.text
    assert "没有这张门票或会员卡" in unknown.text


async def test_an_identity_card_typed_at_the_tablet_opens_as_the_card(counter: Counter) -> None:
    await counter.open(counter.visits, medium=UID)
    post = await stand(counter)

    looked = await counter.client.post(f"/gate/{post.gate_id}/lookups", data={"code": PERSON})
    answer = await post.scan(PERSON)

    assert "现在可在本闸机通行" in looked.text
    assert answer.status_code == 201
    assert "卡内还剩 9 次" in answer.text
