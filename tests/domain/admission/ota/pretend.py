"""A pretend OTA: it signs and seals as the supplier API says, and reads what it is answered."""

import json
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from domain.admission import ota
from domain.admission.ota import AccountInput, Keys, ProductInput, wire
from domain.commerce import agents
from domain.commerce.agents import AgentInput, LevelInput, Receipt
from domain.kernel import ids
from domain.kernel.actors import SYSTEM
from domain.kernel.db import Database
from domain.kernel.vault import Vault
from tests.domain.commerce.factories import NOON, TODAY, World
from webapp import i18n

SHANGHAI = ZoneInfo("Asia/Shanghai")
KEYS = Keys("0b75ca17d50544ca", "d2f9c80bdbaa4f9d", "701e042f8402cf8c")
PLAIN = Keys("0b75ca17d50544ca")
ID_NUMBERS = ("11010519491231002X", "110101199003077475")
COST = 88.2  # 98.00 less ten per cent
Post = Callable[[bytes], Awaitable[bytes]]


class PretendOta:
    """One account at one house. `post` is the wire."""

    def __init__(self, post: Post, account_id: str, keys: Keys = KEYS) -> None:
        self.post, self.account_id, self.keys = post, account_id, keys
        self.now = NOON

    def message(self, service: str, body: Any, **header: str) -> bytes:
        """Signed over the very text that is sent."""
        at = self.now.astimezone(SHANGHAI).strftime(wire.TIME_FORM)
        text = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)
        sent = wire.seal(text, self.keys.seal, self.keys.vector) if self.keys.seal else text
        told = {
            "accountId": self.account_id,
            "serviceName": service,
            "requestTime": at,
            "version": "1.0",
        } | header
        signed = (told["accountId"], told["serviceName"], told["requestTime"], sent)
        told.setdefault("sign", wire.sign(*signed, told["version"], self.keys.sign))
        raw = json.dumps(sent) if self.keys.seal else sent
        return f'{{"header": {json.dumps(told)}, "body": {raw}}}'.encode()

    async def ask(self, service: str, body: Any, **header: str) -> tuple[str, Any]:
        """The result code, and the body of the answer."""
        return self.read(await self.post(self.message(service, body, **header)))

    def read(self, answered: bytes) -> tuple[str, Any]:
        told = json.loads(answered)
        body = told.get("body")
        if isinstance(body, str):
            body = json.loads(wire.unseal(body, self.keys.seal, self.keys.vector))
        assert told["header"]["resultMessage"]
        return told["header"]["resultCode"], body

    def order(self, quantity: int = 2, plu: str = "ADULT", **fields: Any) -> dict[str, Any]:
        number = ids.new_id()
        return {
            "sequenceId": number,
            "otaOrderId": number[-12:],
            "confirmType": 2,
            "contacts": [{"name": "王芳", "mobile": "13800001234", "intlCode": ""}],
            "items": [self.item(quantity, plu)],
        } | fields

    def item(self, quantity: int = 2, plu: str = "ADULT", **fields: Any) -> dict[str, Any]:
        return {
            "itemId": "i1",
            "PLU": plu,
            "useStartDate": TODAY.isoformat(),
            "useEndDate": TODAY.isoformat(),
            "price": 98,
            "cost": COST,
            "quantity": quantity,
            "passengers": [],
        } | fields

    async def create(self, quantity: int = 2, **fields: Any) -> dict[str, Any]:
        """An order that is sold: what was asked, with its `supplierOrderId` and `vouchers`."""
        asked = self.order(quantity, **fields)
        code, body = await self.ask("CreateOrder", asked)
        assert code == "0000", (code, body)
        sold: dict[str, Any] = asked | body
        return sold

    def about(self, order: dict[str, Any], **fields: Any) -> dict[str, Any]:
        """A later request about an order."""
        return {
            "sequenceId": ids.new_id(),
            "otaOrderId": order["otaOrderId"],
            "supplierOrderId": order["supplierOrderId"],
        } | fields

    async def cancel(self, order: dict[str, Any], quantity: int = 1) -> str:
        items = [{"itemId": "i1", "PLU": "ADULT", "quantity": quantity, "amount": 1}]
        code, _ = await self.ask("CancelOrder", self.about(order, confirmType=2, items=items))
        return code

    async def state(self, order: dict[str, Any]) -> tuple[int, int, int, int]:
        """orderStatus, quantity, useQuantity, cancelQuantity of the first item."""
        code, body = await self.ask("QueryOrder", self.about(order))
        assert code == "0000"
        item = body["items"][0]
        return tuple(
            item[name] for name in ("orderStatus", "quantity", "useQuantity", "cancelQuantity")
        )


async def add_ota(
    db: Database,
    vault: Vault,
    world: World,
    now: datetime = NOON,
    *,
    keys: Keys = KEYS,
    url: str = "",
    prepaid: int = 1_000_000,
) -> tuple[str, str]:
    """An agent with a deposit, its account at the port and its products; their ids."""
    level = LevelInput("一级", "Level 1", 1_000, {})
    level_id = await db.act(agents.save_level, world.area_id, None, level, 1, SYSTEM, now)
    given = AgentInput("携程", "", "", "", level_id, 0)
    agent_id = await db.act(agents.add_agent, world.area_id, "CTRIP", given, SYSTEM, now)
    if prepaid:
        await db.act(agents.receive, Receipt("r1", agent_id, prepaid, "BOC"), SYSTEM, now)
    made = AccountInput(url, keys=keys)
    account_id = await db.act(ota.add_account, vault, agent_id, "ctrip01", made, SYSTEM, now)
    account = await db.ask(ota.get_account, account_id)
    for plu, type_id, slot in (
        ("ADULT", world.adult_id, ""),
        ("NAMED", world.named_id, ""),
        ("BOAT", world.boat_ticket_id, "12:00"),
    ):
        await db.act(ota.add_product, account, plu, ProductInput(type_id, slot), SYSTEM, now)
    return agent_id, account_id


async def connected(
    db: Database, vault: Vault, world: World, **values: Any
) -> tuple[PretendOta, str]:
    """A pretend OTA that calls the port without a network, at noon; and its agent."""
    agent_id, _ = await add_ota(db, vault, world, **values)
    port = ota.Port(db, vault, i18n.translate)

    async def post(message: bytes) -> bytes:
        return (await port.answer(message, "127.0.0.1", NOON)).encoded()

    return PretendOta(post, "ctrip01", values.get("keys", KEYS)), agent_id
