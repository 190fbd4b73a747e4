"""The server is killed without a word between a kiosk's money and its paper, and while it prints:
the sale stands at the next start, is printed once more, and is neither lost nor sold twice."""

import asyncio
from collections.abc import AsyncIterator

import httpx2
import pytest

from tests.e2e.installation import Installation
from tests.e2e.test_kills import party_of

pytestmark = [pytest.mark.broker, pytest.mark.slow]

PAYERS_CODE = "134567890123456789"


class Kiosk:
    """A browser that is paired as a kiosk, and outlives the server."""

    def __init__(self, installation: Installation, client: httpx2.AsyncClient) -> None:
        self.installation, self.client = installation, client

    async def pair(self) -> None:
        added = self.installation.run("device", "add", "S1", "--kind", "kiosk", "--pair")
        code = added.split("code ")[1].strip()
        paired = await self.client.post("/kiosk/pairing", data={"code": code})
        assert paired.status_code == 303, paired.text

    async def order(self) -> None:
        """Two adults, as far as the money."""
        adult = next(iter(party_of(self.installation)))
        for _ in range(2):
            await self.client.post("/kiosk/sale", data={"add": adult})
        await self.client.post("/kiosk/sale/next")
        held = await self.client.post("/kiosk/order")
        assert held.headers["location"].endswith("/payment"), held.text

    async def pay(self) -> httpx2.Response:
        return await self.client.post("/kiosk/payment/codes", data={"code": PAYERS_CODE})

    async def killed(self) -> None:
        self.installation.kill()
        await self.installation.start()

    async def home(self) -> str:
        return (await self.client.get("/kiosk")).text

    def sold(self) -> list[tuple[str, str, str]]:
        """Numbers, ids and states of what was sold here."""
        return self.installation.rows(
            "SELECT number, id, status FROM orders WHERE channel = 'kiosk' AND placed_at >="
            " (SELECT created_at FROM devices WHERE kind = 'kiosk') ORDER BY placed_at"
        )


@pytest.fixture
async def kiosk(installation: Installation) -> AsyncIterator[Kiosk]:
    await installation.start()
    try:
        async with httpx2.AsyncClient(base_url=installation.url, timeout=30) as client:
            made = Kiosk(installation, client)
            await made.pair()
            yield made
    finally:
        installation.stop()


async def test_a_kiosk_whose_server_dies_owes_what_was_paid(kiosk: Kiosk) -> None:
    await kiosk.order()
    await kiosk.pay()
    await kiosk.killed()

    ((number, order_id, status),) = kiosk.sold()
    home = await kiosk.home()
    handout = "/kiosk/handouts/" + home.split("/kiosk/handouts/")[1].split('"')[0]
    printing = await kiosk.client.get(f"{handout}/tickets.pdf")
    await kiosk.killed()
    again = await kiosk.home()
    paper = await kiosk.client.get(f"{handout}/tickets.pdf")
    await kiosk.client.post(f"{handout}/end")

    assert status == "paid"
    assert number in home and number in again
    assert printing.content.startswith(b"%PDF") and paper.content.startswith(b"%PDF")
    assert number not in await kiosk.home()
    owned = kiosk.installation.rows(
        "SELECT media.printed_at FROM tickets JOIN media ON media.ticket_id = tickets.id"
        " WHERE tickets.order_id = ?",
        order_id,
    )
    assert len(owned) == 2 and all(printed_at for (printed_at,) in owned)
    assert await kiosk.installation.verify()


async def test_killed_while_the_platform_answers(kiosk: Kiosk) -> None:
    """Whatever the visitor was told, money and paper agree: unpaid, or owed at the next start."""
    await kiosk.order()
    paying = asyncio.create_task(kiosk.pay())
    await asyncio.sleep(0.01)
    await kiosk.killed()
    await asyncio.gather(paying, return_exceptions=True)

    ((number, order_id, status),) = kiosk.sold()
    assert status in {"held", "paid", "lapsed", "cancelled"}
    assert (number in await kiosk.home()) is (status == "paid")
    owned = kiosk.installation.rows("SELECT id FROM tickets WHERE order_id = ?", order_id)
    assert len(owned) == (2 if status == "paid" else 0)
    assert await kiosk.installation.verify()
