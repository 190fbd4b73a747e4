"""What became of reminders: on one page, and sent again where they failed."""

from datetime import datetime, timedelta
from typing import Any

import httpx2
import pytest
from starlette.applications import Starlette

from domain.cards import memberships
from domain.cards.memberships import reminders
from domain.cards.memberships.reminders import Outcome
from domain.kernel.actors import SYSTEM
from domain.kernel.clock import utc_now
from domain.kernel.errors import Conflict, say
from domain.operation import messages, outbox
from domain.operation.messages import MessageChannel, providers, rules
from domain.operation.outbox import CarryFailed, Worker
from domain.operation.staff import Role
from gateways.messages import open_carrier
from tests.webapp.people import sign_in_as
from tests.webapp.routes.window.cards import PERSON, Counter, open_counter
from webapp.main import card_messages

PAGE = "/office/card-reminders"
SENT, OUT, BROKEN = "13800138000", "13900139000", "13700137000"


class House:
    """Three cards that end in twenty days; one holder is unsubscribed, one phone is unreachable."""

    def __init__(self, counter: Counter, ends_at: datetime) -> None:
        self.counter, self.client, self.db = counter, counter.client, counter.app.state.db
        self.now = (ends_at - timedelta(days=20)).replace(hour=4)  # noon there: no quiet hours
        self.is_broken = True

    async def carry(self) -> None:
        """What is due is carried out, in this house's noon."""
        vault = self.counter.app.state.vault
        messenger = messages.Messenger(self.db, vault, open_carrier, lambda: self.now)
        (carrier,) = card_messages(self.db, vault, messenger)[0].values()

        async def carry(parcel: outbox.Parcel) -> None:
            card = await self.db.ask(memberships.detail, parcel.subject_id)
            if self.is_broken and card.holder.phone_mask.startswith("137"):
                raise CarryFailed(say("Nobody answered."), permanent=True)
            await carrier(parcel)

        outbox.register("card.reminder", carry)
        await Worker(self.db, clock=lambda: self.now).turn()

    async def outcomes(self, area_id: str) -> dict[Outcome, int]:
        counted = await self.db.ask(reminders.count_reminders, area_id, self.now)
        return {outcome: many for outcome, many in counted.items() if many}


@pytest.fixture
async def house(app: Starlette, client: httpx2.AsyncClient) -> House:
    counter = await open_counter(app, client)
    db, vault, now = app.state.db, app.state.vault, utc_now()
    cards: list[Any] = []
    for phone in (SENT, OUT, BROKEN):
        data = {"request_id": phone, "product_id": counter.annual, "name": "张伟", "phone": phone}
        opened = await counter.post("/window/cards", document_number=PERSON, **data)
        await counter.pay_cash(opened)
        rows = await db.ask(memberships.find, memberships.search_for(vault, phone))
        cards.append(await counter.card(rows[0].id))
    given = messages.ProviderInput(messages.ProviderKind.LOG, "log", {})
    provider_id = await db.act(providers.add, vault, given, SYSTEM, now)
    await db.act(providers.use, provider_id, True, SYSTEM, now)
    await db.act(rules.opt_out, vault, MessageChannel.SMS, OUT, "TD", now)
    made = House(counter, cards[0].valid_until)
    await db.act(memberships.sweep, made.now)
    await made.carry()
    await sign_in_as(client, app, Role.CUSTOMER_SERVICE)
    return made


async def test_what_was_sent_what_failed_and_who_wants_none(house: House) -> None:
    page = await house.client.get(PAGE)
    failed = await house.client.get(PAGE, params={"outcome": "failed"})
    withheld = await house.client.get(PAGE, params={"outcome": "withheld"})

    area_id = house.counter.world.area_id
    expected = {Outcome.SENT: 1, Outcome.FAILED: 1, Outcome.WITHHELD: 1}
    assert await house.outcomes(area_id) == expected
    assert page.text.count("提前 30 天") == 3
    assert "138****8000" in page.text
    assert "139****9000" in withheld.text
    assert "138****8000" not in withheld.text
    assert failed.text.count("重发卡") == 1
    assert SENT not in page.text


async def test_one_that_failed_is_sent_again_once(house: House) -> None:
    area_id = house.counter.world.area_id
    (row,) = await house.db.ask(reminders.list_reminders, area_id, Outcome.FAILED)
    house.is_broken = False

    first, again = [await house.client.post(f"{PAGE}/{row.id}") for _ in range(2)]
    for _ in range(2):
        await house.carry()

    assert (first.status_code, again.status_code) == (303, 303)
    listed = {
        outcome: await house.db.ask(reminders.list_reminders, area_id, outcome)
        for outcome in Outcome
    }
    assert [len(listed[outcome]) for outcome in Outcome] == [2, 0, 0, 2]
    (old,) = [one for one in listed[Outcome.WITHHELD] if one.outbox_status == "dropped"]
    assert old.id == row.id


async def test_what_did_not_fail_is_not_sent_again(house: House) -> None:
    area_id = house.counter.world.area_id
    (row,) = await house.db.ask(reminders.list_reminders, area_id, Outcome.SENT)

    with pytest.raises(Conflict):
        await house.db.act(reminders.send_again, row.id, SYSTEM, utc_now())


async def test_who_may_only_look_cannot_send(house: House) -> None:
    await sign_in_as(house.client, house.counter.app, Role.AUDITOR)
    area_id = house.counter.world.area_id
    (row,) = await house.db.ask(reminders.list_reminders, area_id, Outcome.FAILED)

    page = await house.client.get(PAGE)

    assert page.status_code == 200
    assert "重发卡" not in page.text
    assert (await house.client.post(f"{PAGE}/{row.id}")).status_code == 403
