"""A holder's own page: a code to the phone on file, what the card holds, loss, contact."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from starlette.applications import Starlette

from domain.admission import faces
from domain.admission.faces import Binding, Owner
from domain.cards import memberships
from domain.cards.memberships import visiting
from domain.kernel import clock, onetime
from domain.kernel.actors import SYSTEM
from domain.operation import outbox
from domain.operation.outbox import Parcel
from tests.webapp.routes.window.cards import Counter, open_counter

PHONE = "13800138000"


class Holder:
    """张伟 with a phone and a browser of his own."""

    def __init__(self, counter: Counter, card: Any) -> None:
        self.counter, self.card = counter, card
        self.client, self.app = counter.client, counter.app
        self.sent: list[tuple[str, str]] = []

    async def ask(self, **data: str) -> httpx2.Response:
        given = {"number": self.card.number, "phone": PHONE} | data
        return await self.client.post("/cards/codes", data=given)

    async def deliver(self) -> None:
        """Carry what waits in the outbox: the code arrives."""

        async def send(number: str, phone: str, language: str, code: str) -> None:
            self.sent.append((phone, code))

        carriers = memberships.code_carriers(self.app.state.db, self.app.state.vault, send)
        rows = await self.app.state.db.ask(outbox.worklist.about, "membership", self.card.id)
        self.sent.clear()
        for row in reversed(rows):
            parcel = Parcel(row.id, row.kind, "membership", self.card.id, row.payload, 1, 1)
            await carriers[visiting.CODE](parcel)

    async def enter(self, page: httpx2.Response, code: str) -> httpx2.Response:
        nonce = page.text.split('name="nonce" value="')[1].split('"')[0]
        data = {"number": self.card.number, "phone": PHONE, "nonce": nonce, "code": code}
        return await self.client.post("/cards/visits", data=data)

    async def come_in(self) -> None:
        page = await self.ask()
        await self.deliver()
        opened = await self.enter(page, self.sent[-1][1])
        assert opened.headers["location"].endswith("/cards/mine"), opened.text


@pytest.fixture
async def holder(app: Starlette, client: httpx2.AsyncClient) -> Holder:
    counter = await open_counter(app, client)
    card = await counter.open(counter.stored, amount_minor="3000")
    client.cookies.clear()
    return Holder(counter, card)


async def test_a_code_opens_the_card(holder: Holder) -> None:
    page = await holder.ask()
    await holder.deliver()
    ((phone, code),) = holder.sent
    assert phone == PHONE
    assert code not in page.text

    opened = await holder.enter(page, code)
    shown = await holder.client.get(opened.headers["location"])

    assert shown.status_code == 200
    assert "4,000.00" in shown.text
    assert holder.card.number in shown.text
    assert PHONE not in shown.text
    assert shown.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("wrong", [{"phone": "13900139000"}, {"number": "01999999999"}])
async def test_what_does_not_fit_together_is_not_said(
    holder: Holder, wrong: dict[str, str]
) -> None:
    right, other = await holder.ask(), await holder.ask(**wrong)
    await holder.deliver()

    assert right.status_code == other.status_code == 200
    assert len(holder.sent) == 1
    assert "验证码" in other.text


async def test_a_wrong_code_opens_nothing_and_is_counted(holder: Holder) -> None:
    page = await holder.ask()
    await holder.deliver()
    code = holder.sent[0][1]
    wrong = "000000" if code != "000000" else "111111"

    for _ in range(5):
        refused = await holder.enter(page, wrong)
        assert refused.status_code == 422
    locked = await holder.enter(page, code)

    assert locked.status_code == 429
    assert (await holder.client.get("/cards/mine")).status_code == 303


async def test_codes_tried_at_once_are_counted_as_well(holder: Holder) -> None:
    page = await holder.ask()
    await holder.deliver()
    right = int(holder.sent[0][1])

    tries = [holder.enter(page, f"{(right + n) % 1_000_000:06d}") for n in range(1, 31)]
    answers = [one.status_code for one in await asyncio.gather(*tries)]

    assert sorted(set(answers)) == [422, 429]
    assert answers.count(422) == 5


async def test_a_number_that_grows_in_capitals_is_only_wrong(holder: Holder) -> None:
    page = await holder.ask(number="ΐ" * 32)
    nonce = page.text.split('name="nonce" value="')[1].split('"')[0]
    data = {"number": "ΐ" * 32, "phone": PHONE, "nonce": nonce, "code": "000000"}

    for expected in [422] * 5 + [429]:
        assert (await holder.client.post("/cards/visits", data=data)).status_code == expected


async def test_codes_asked_for_at_once_are_three(holder: Holder) -> None:
    answers = await asyncio.gather(*[holder.ask() for _ in range(20)])
    await holder.deliver()

    assert [one.status_code for one in answers].count(200) == 12
    assert len(holder.sent) == 3


async def test_no_more_than_three_codes_are_sent(holder: Holder) -> None:
    for _ in range(5):
        await holder.ask()
    await holder.deliver()

    assert len(holder.sent) == 3


async def test_an_old_code_is_no_code(holder: Holder) -> None:
    vault, card_id = holder.app.state.vault, holder.card.id
    nonce = memberships.nonce_at(clock.utc_now() - onetime.LIFE * 2)
    code = onetime.code_for(vault, visiting.PURPOSE, card_id, nonce)
    now = clock.utc_now()

    assert not memberships.is_code(vault, card_id, nonce, code, now)
    assert memberships.is_code(vault, card_id, nonce, code, now - onetime.LIFE * 2)
    assert not memberships.is_code(vault, holder.counter.stored, nonce, code, now)


@pytest.mark.parametrize("cookie", ["", "x.y.z", "1.2", "01900000.9999999999.1.forged"])
async def test_a_forged_cookie_shows_nothing(holder: Holder, cookie: str) -> None:
    holder.client.cookies.set("shanmen_card", cookie)

    assert (await holder.client.get("/cards/mine")).status_code == 303
    assert (await holder.client.post("/cards/mine/losses")).status_code == 303


async def test_a_holder_reports_the_loss(holder: Holder) -> None:
    await holder.come_in()
    assert (await holder.client.post("/cards/mine/losses")).status_code == 422

    done = await holder.client.post("/cards/mine/losses", data={"sure": "on"})

    assert done.status_code == 303
    assert (await holder.counter.card(holder.card.id)).status == "lost"
    page = await holder.client.get("/cards/mine")
    assert "挂失" in page.text


async def test_a_holder_changes_the_phone(holder: Holder) -> None:
    await holder.come_in()
    found = await holder.app.state.db.ask(memberships.detail, holder.card.id)
    data = {"version": found.holder.version, "phone": "13900139000", "language": "en"}

    assert (await holder.client.post("/cards/mine/contact", data=data)).status_code == 303
    stale = await holder.client.post("/cards/mine/contact", data=data)

    assert stale.status_code == 422
    found = await holder.app.state.db.ask(memberships.detail, holder.card.id)
    assert (found.holder.phone_mask[-4:], found.holder.language) == ("9000", "en")


async def test_who_leaves_is_forgotten(holder: Holder) -> None:
    await holder.come_in()

    left = await holder.client.post("/cards/visits/end")

    assert left.status_code == 303
    assert (await holder.client.get("/cards/mine")).status_code == 303


async def test_the_holder_has_the_face_deleted(holder: Holder) -> None:
    card, now = holder.card, clock.utc_now()
    binding = Binding(Owner.CARD, card.id, card.area_id, now, now + timedelta(days=30))
    await holder.app.state.db.act(faces.bind, binding, ("v1.mark",), None, SYSTEM)
    assert (await holder.client.post("/cards/mine/face")).headers["location"].endswith("/cards")
    assert await holder.app.state.db.ask(faces.of, Owner.CARD, card.id) is not None

    await holder.come_in()
    assert "/cards/mine/face" in (await holder.client.get("/cards/mine")).text
    await holder.client.post("/cards/mine/face")

    assert "/cards/mine/face" not in (await holder.client.get("/cards/mine")).text
    assert await holder.app.state.db.ask(faces.of, Owner.CARD, card.id) is None
