"""What an OTA is told: that tickets were used, that others count, what was decided."""

import json
from datetime import timedelta
from typing import Any

from domain.admission import ota
from domain.commerce import orders, refunds
from domain.commerce.refunds import Refund
from domain.kernel.db import Database, Tx
from domain.kernel.db.keyset import Cut
from domain.kernel.ports import Unknown
from domain.operation import approvals, outbox
from domain.operation.approvals import ApprovalStatus
from tests.domain.admission.ota.pretend import KEYS, PretendOta, connected
from tests.domain.admission.tickets.market import VAULT, opened
from tests.domain.commerce.factories import NOON, TOMORROW

URL = "https://ota.test/notice"


class Inbox:
    """The OTA's end: it checks the signature, remembers, and can lose an answer."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, dict[str, Any]]] = []
        self.lose = 0
        self.code = "0000"

    async def send(self, url: str, message: bytes) -> bytes:
        assert url == URL
        told = json.loads(message)
        header, body = told["header"], told["body"]
        expected = ota.wire.sign(
            header["accountId"], header["serviceName"], header["requestTime"], body,
            header["version"], KEYS.sign,
        )  # fmt: skip
        assert header["sign"] == expected
        plain = json.loads(ota.wire.unseal(body, KEYS.seal, KEYS.vector))
        self.heard.append((header["serviceName"], plain))
        if self.lose:
            self.lose -= 1
            raise Unknown()
        return json.dumps({"header": {"resultCode": self.code}}).encode()


async def refunds_of(tx: Tx, number: str) -> list[Refund]:
    [order] = await orders.find_orders(tx, orders.search_for(VAULT, number))
    return await refunds.refunds_of(tx, order.id)


async def house(db: Database) -> tuple[Any, str, PretendOta, Inbox, outbox.Worker]:
    market, gate_id = await opened(db)
    them, _ = await connected(db, VAULT, market.world, url=URL)
    inbox = Inbox()
    for kind, carrier in ota.carriers(db, VAULT, inbox.send, lambda: NOON).items():
        outbox.register(kind, carrier)
    clock = iter(NOON + timedelta(minutes=10 * number) for number in range(1_000))
    return market, gate_id, them, inbox, outbox.Worker(db, clock=lambda: next(clock))


async def test_a_used_ticket_is_told_once_also_when_the_answer_is_lost(db: Database) -> None:
    market, gate_id, them, inbox, worker = await house(db)
    order = await them.create(2)
    await ota.sweep(db, NOON)
    assert (await worker.turn(), inbox.heard) == (0, [])

    used = order["vouchers"][1]
    assert (await market.go(gate_id, used["voucherCode"])).allowed
    inbox.lose = 1
    for _ in range(3):
        await ota.sweep(db, NOON)
        await worker.turn()

    services = [service for service, _ in inbox.heard]
    assert services == ["OrderConsumedNotice"] * 2
    (_, first), (_, second) = inbox.heard
    assert first == second  # the same sequence: it counts once there
    assert first["otaOrderId"] == order["otaOrderId"]
    item = first["items"][0]
    assert (item["itemId"], item["quantity"], item["useQuantity"]) == ("i1", 2, 1)
    assert item["vouchers"] == [{"voucherId": used["voucherId"]}]


async def test_changed_tickets_have_other_vouchers(sqlite_db: Database) -> None:
    _, _, them, inbox, worker = await house(sqlite_db)
    order = await them.create(items=[them.item(1, useStartDate=TOMORROW.isoformat())])
    later = TOMORROW + timedelta(days=1)
    change = [{"itemId": "i1", "targetUseStartDate": later.isoformat()}]
    assert (await them.ask("EditOrder", them.about(order, items=change)))[0] == "0000"
    await worker.turn()

    [(service, body)] = inbox.heard
    assert service == "OrderTravelNotice"
    assert body["vouchers"][0]["voucherCode"] != order["vouchers"][0]["voucherCode"]
    assert body["items"] == [{"itemId": "i1"}]
    await ota.forget_over(sqlite_db, NOON)


async def test_what_a_person_decides_is_confirmed(sqlite_db: Database) -> None:
    market, _, them, inbox, worker = await house(sqlite_db)
    order = await them.create(60)
    asked = them.about(order, items=[{"itemId": "i1", "quantity": 60}])
    _, body = await them.ask("CancelOrder", asked)
    assert body["supplierConfirmType"] == 2
    await ota.sweep(sqlite_db, NOON)
    assert await worker.turn() == 0

    [waiting] = await sqlite_db.ask(refunds_of, order["supplierOrderId"])
    assert waiting.approval_id is not None
    yes, boss = ApprovalStatus.APPROVED, market.world.supervisor
    await sqlite_db.act(approvals.decide, waiting.approval_id, yes, boss, NOON)
    for _ in range(2):
        await ota.sweep(sqlite_db, NOON)
        await worker.turn()

    [(_, told)] = [one for one in inbox.heard if one[0] == "CancelOrderConfirm"]
    assert (told["sequenceId"], told["confirmResultCode"]) == (asked["sequenceId"], "0000")
    assert await them.state(order) == (5, 60, 0, 60)


async def test_vouchers_are_sent_once_more_when_asked(db: Database) -> None:
    market, _, them, inbox, worker = await house(db)
    order = await them.create(2)
    asked = them.about(order, mobile="13900002222", intlCode="", email="a@example.cn")
    for _ in range(3):  # the same sequence: pushed once
        assert (await them.ask("SendVoucher", asked))[0] == "0000"
    await worker.turn()

    [(service, body)] = inbox.heard
    assert (service, body["supplierOrderId"]) == ("OrderTravelNotice", order["supplierOrderId"])
    assert body["vouchers"] == order["vouchers"]
    rows = await db.ask(ota.list_calls, ota.Sought([market.world.area_id]), Cut())
    kept = json.dumps([row.shown for row in rows])
    assert "13900002222" not in kept and "a@example.cn" not in kept

    assert (await them.ask("SendVoucher", them.about(order)))[0] == "0000"
    await worker.turn()
    assert len(inbox.heard) == 2
    unknown = them.about(order) | {"otaOrderId": "nobody"}
    assert (await them.ask("SendVoucher", unknown))[0] == "2001"
    assert await them.cancel(order, 2) == "0000"
    assert (await them.ask("SendVoucher", them.about(order)))[0] == "2004"
    await worker.turn()
    assert [service for service, _ in inbox.heard] == ["OrderTravelNotice"] * 2


async def test_no_voucher_is_said_to_be_sent_where_nobody_listens(sqlite_db: Database) -> None:
    market, _ = await opened(sqlite_db)
    them, _ = await connected(sqlite_db, VAULT, market.world)
    order = await them.create(1)
    assert (await them.ask("SendVoucher", them.about(order)))[0] == "1100"
