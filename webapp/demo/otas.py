"""A travel platform of the demo: its account, its codes, and a month of what it asked."""

import json
import secrets
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from domain.admission import ota
from domain.admission.ota import AccountInput, Answer, Keys, Port, ProductInput, ProductStatus, wire
from domain.commerce import agents, orders
from domain.commerce.agents import AgentInput, LevelInput
from domain.commerce.orders import Wanted
from domain.kernel import ids
from domain.kernel.actors import Actor
from domain.kernel.channels import Channel
from domain.kernel.clock import local_day
from domain.kernel.db import Tx
from domain.kernel.vault import Vault
from webapp import i18n
from webapp.demo.days import World
from webapp.site import SHANGHAI

CODE, ACCOUNT = "TP01", "lvxing-demo"
CREDIT_MINOR, OFF_BPS = 20_000_000, 1_200
PLUS = (("YL-ADULT", "ADULT", ProductStatus.ACTIVE), ("YL-FAMILY", "FAMILY", ProductStatus.RETIRED))
LAST, FIRST, EVERY = 27, 1, 2  # orders: so many days ago, and so often
ADDRESS = "203.0.113.24"  # kept for examples (RFC 5737)


class Platform(NamedTuple):
    """The platform's side: who it is here, and the keys that it signs with."""

    port: Port
    agent_id: str
    keys: Keys

    async def ask(self, service: str, body: dict[str, Any], at: datetime, **header: str) -> Answer:
        """Signed and sealed as the port wants it."""
        moment = at.astimezone(SHANGHAI).strftime(wire.TIME_FORM)
        sent = wire.seal(json.dumps(body), self.keys.seal, self.keys.vector)
        key = self.keys.sign
        told = {
            "accountId": ACCOUNT,
            "serviceName": service,
            "requestTime": moment,
            "version": wire.VERSION,
            "sign": wire.sign(ACCOUNT, service, moment, sent, wire.VERSION, key),
        }
        message = json.dumps({"header": told | header, "body": sent}).encode()
        return (await self.port.answer(message, ADDRESS, at)).answer


async def build(world: World, vault: Vault, clerk: Actor, opened: datetime, now: datetime) -> None:
    keys = Keys(secrets.token_hex(16), secrets.token_hex(8), secrets.token_hex(8))
    agent_id = await world.db.act(take_on, world, vault, keys, clerk, opened)
    platform = Platform(Port(world.db, vault, i18n.translate), agent_id, keys)
    for number, ago in enumerate(range(LAST, FIRST - 1, -EVERY)):
        at = now - timedelta(days=ago)
        if at > opened:
            await buy(world, platform, number, at)
    await ask_in_vain(platform, now - timedelta(minutes=50))


async def take_on(
    tx: Tx, world: World, vault: Vault, keys: Keys, clerk: Actor, now: datetime
) -> str:
    """No address for notices: a demo calls nobody."""
    area_id, types = world.area.id, world.catalogue.types
    level = LevelInput("旅行平台", "Travel platforms", OFF_BPS, {})
    level_id = await agents.save_level(tx, area_id, None, level, 1, clerk, now)
    about = AgentInput("行者旅行网", "沈佳", "021-50810003", "", level_id, CREDIT_MINOR)
    agent_id = await agents.add_agent(tx, area_id, CODE, about, clerk, now)
    given = AccountInput("", keys=keys)
    account_id = await ota.add_account(tx, vault, agent_id, ACCOUNT, given, clerk, now)
    account = await ota.get_account(tx, account_id)
    for plu, word, status in PLUS:
        product = ProductInput(types[word], "", status)
        await ota.add_product(tx, account, plu, product, clerk, now)
    return agent_id


async def buy(world: World, platform: Platform, number: int, at: datetime) -> None:
    """For the day after. One in four gives a ticket back, one in three is asked about."""
    day = local_day(at, SHANGHAI) + timedelta(days=1)
    heads = 2 + number % 3
    wanted = (Wanted(world.catalogue.types["ADULT"], heads, day),)
    [line] = await world.db.ask(
        orders.quote, world.area.id, Channel.OTA, None, wanted, at, platform.agent_id
    )
    cost = line.unit_price_minor / 100
    name = f"TP{day:%m%d}{number:03d}"
    item = {"itemId": "1", "PLU": PLUS[0][0], "useStartDate": day.isoformat()}
    asked = {"otaOrderId": name, "items": [item | {"quantity": heads, "cost": cost}]}
    await platform.ask("VerifyOrder", asked | sequence(), at)
    sold = await platform.ask("CreateOrder", asked | sequence(), at)
    if number % 3 == 0:
        await platform.ask("QueryOrder", {"otaOrderId": name} | sequence(), at)
    if number % 4 == 0 and sold.body is not None:
        given = {"otaOrderId": name, "supplierOrderId": sold.body["supplierOrderId"]}
        back = given | {"items": [{"itemId": "1", "quantity": 1}]}
        await platform.ask("CancelOrder", back | sequence(), at + timedelta(minutes=20))


async def ask_in_vain(platform: Platform, at: datetime) -> None:
    """What an office has to look at: an old code, another price, a wrong signature."""
    day = (local_day(at, SHANGHAI) + timedelta(days=2)).isoformat()
    item = {"itemId": "1", "useStartDate": day, "quantity": 2, "cost": 1}
    for plu in (PLUS[0][0], PLUS[1][0], "YL-SENIOR"):
        asked = {"otaOrderId": f"TP-{plu}", "items": [item | {"PLU": plu}]}
        await platform.ask("CreateOrder", asked | sequence(), at)
    await platform.ask("QueryOrder", {"otaOrderId": "TP-0"} | sequence(), at, sign="0" * 32)


def sequence() -> dict[str, str]:
    return {"sequenceId": ids.new_id()}
