"""Building the demo in an empty database, and telling its keys."""

import random
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from domain.admission.devices import DeviceKind
from domain.admission.tickets import signing_keys
from domain.cards.products import CardKind
from domain.kernel import clock
from domain.kernel.clock import local_day
from domain.kernel.db import Database, Tx
from domain.kernel.vault import Vault
from domain.operation import places, settings
from domain.operation.messages import MessageChannel, ProviderInput, ProviderKind, providers
from domain.operation.places import PlaceKind
from domain.operation.staff import passwords
from domain.reports import days as days_in_figures
from webapp.demo import (
    agents,
    alerts,
    bills,
    blanks,
    catalogue,
    days,
    deals,
    groups,
    imported,
    machines,
    members,
    network,
    otas,
    paperwork,
    people,
    printing,
    shop,
    stock,
)
from webapp.demo.agents import AgentKey
from webapp.demo.catalogue import Makers
from webapp.demo.days import World
from webapp.demo.machines import Key
from webapp.demo.people import Login
from webapp.demo.places import AREA_CODE
from webapp.demo.places import build as build_places
from webapp.site import SHANGHAI

HISTORY_DAYS = 30
AHEAD_DAYS = 7  # people buy on the web so long before they come
SALES_A_DAY = 36
UNUSED_TODAY, UNUSED_TOMORROW = 4_000, 200
SEED = 20261122  # the same history everywhere; codes and passwords are random all the same
Tell = Callable[[str], None]


class Keys(NamedTuple):
    """Who can sign in, which devices can connect, and what agents use."""

    staff: list[Login]
    devices: list[Key]
    agents: list[AgentKey]


async def is_loaded(tx: Tx) -> bool:
    return any(area.code == AREA_CODE for area in await places.list_places(tx, PlaceKind.AREA))


async def is_empty(tx: Tx) -> bool:
    return not await places.list_places(tx, PlaceKind.UNIT)


async def load(db: Database, vault: Vault, tell: Tell) -> list[Login]:
    """The whole demo; gives the staff's passwords, which nobody can find out afterwards."""
    now = clock.utc_now()
    today = local_day(now, SHANGHAI)
    first_day = today - timedelta(days=HISTORY_DAYS)
    opened = now - timedelta(days=max(HISTORY_DAYS, AHEAD_DAYS) + 3)
    logins = new_logins()
    hashes = {one.login: passwords.hash_password(one.password) for one in logins}
    await db.act(keep_key_since, vault, opened)

    async def make(tx: Tx) -> tuple[Any, Any, Any, Any]:
        actors = await people.take_on(tx, hashes, opened)
        area = await build_places(tx, actors["yangmin"], opened)
        makers = makers_of(actors)
        sold = await catalogue.build(tx, area, makers, first_day, opened)
        await machines.build(tx, area, vault, opened)
        kinds = await members.build(tx, area.id, makers, opened)
        edition = (await settings.own(tx)).edition
        await settings.change(tx, actors["yangmin"], CHOICES, opened, edition=edition)
        return actors, area, sold, kinds

    tell("building the area")
    actors, area, sold, kinds = await db.act(make)
    cashiers = [actors[login] for login in people.CASHIERS]
    world = World(db, area, sold, cashiers, random.Random(SEED))
    await play_history(world, makers_of(actors), today, now, tell)
    await alerts.play(db, area.id, today, actors["yangmin"], actors["sunhai"], opened)
    await days.play(world, today, SALES_A_DAY, now)
    tell("opening member cards")
    await stock_and_members(world, vault, kinds, actors, now)
    await who_sells_for_us(world, vault, actors, opened, now)
    tell("selling tickets for today")
    await sell_ahead(world, today, now)
    await come_soon(world, vault, actors, today, now)
    return logins


def makers_of(actors: dict[str, Any]) -> Makers:
    return Makers(actors["lijianping"], actors["zhouying"])


async def who_sells_for_us(
    world: World, vault: Vault, actors: dict[str, Any], opened: datetime, now: datetime
) -> None:
    """Travel agencies, and a platform whose programs order."""
    await agents.build(world, actors["zhaolei"], actors["wuqiong"], opened, now)
    await otas.build(world, vault, actors["zhaolei"], opened, now)


async def come_soon(
    world: World, vault: Vault, actors: dict[str, Any], today: date, now: datetime
) -> None:
    """Network orders and groups that are expected; and a printer, which begins with what is sold
    from now on."""
    await network.build(world, vault, today, now)
    await groups.build(world, vault, actors["yangmin"], today, now)
    await shop.build(world, vault, actors["wuqiong"], today, now)
    await bills.play(world.db, today, actors["wuqiong"], now)
    await paperwork.change_together(world.db, world.area.id, actors["yangmin"], now)
    if max(paperwork.CLOSED) < HISTORY_DAYS:
        hands = actors["wuqiong"], actors["zhaolei"]
        await paperwork.close_days(world.db, world.area.id, today, *hands, now)
    await connect_log(world.db, vault, actors["yangmin"], now)
    await world.db.act(printing.add_printer, world.area.id, world.area.windows["W3"], now)


async def connect_log(db: Database, vault: Vault, actor: Any, now: datetime) -> None:
    """Messages of the demo are written down, so that their log is alive and nobody is bothered."""
    for channel in MessageChannel:
        given = ProviderInput(ProviderKind.LOG, "演示（仅记录）", {}, channel=channel)
        provider_id = await db.act(providers.add, vault, given, actor, now)
        await db.act(providers.use, provider_id, True, actor, now)


async def play_history(
    world: World, makers: Makers, today: date, now: datetime, tell: Tell
) -> None:
    for number in range(HISTORY_DAYS, 0, -1):
        day = today - timedelta(days=number)
        busy = SALES_A_DAY * (2 if day.weekday() >= 5 else 1)
        await days.play(world, day, busy, now)
        if number % 10 == 0:
            tell(f"playing the last {number} days")
    await deals.play(world, makers, now - timedelta(days=HISTORY_DAYS - 1), now)


async def stock_and_members(
    world: World, vault: Vault, kinds: dict[CardKind, str], actors: dict[str, Any], now: datetime
) -> None:
    """Blank tickets and cards in the warehouse, and cards in people's pockets."""
    hands = blanks.Hands(actors["tanlin"], actors["zhaolei"])
    await world.db.act(blanks.build, world.area, hands, now)
    await members.play(world, vault, kinds, actors["huyating"], now)
    movers = imported.Hands(actors["yangmin"], actors["wuqiong"])
    await imported.bring(world.db, vault, world.area.id, movers, now)


async def sell_ahead(world: World, today: date, now: datetime) -> None:
    """For today and tomorrow, to people who have not come yet."""
    for day, count in ((today, UNUSED_TODAY), (today + timedelta(days=1), UNUSED_TOMORROW)):
        await days.sell_ahead(world, day, count, now)
        await stock.sell_rides(world.db, world.area.id, day, now, stock.A_WEEK)
    await world.db.act(days_in_figures.forget_all)  # a server may have added up meanwhile


async def keep_key_since(tx: Tx, vault: Vault, opened: datetime) -> None:
    """The tickets of the past need a key, also where a server has made its first one only now."""
    known = await signing_keys.list_public(tx)
    if not any(key.signs_from <= opened for key in known):
        await signing_keys.make(tx, vault, opened, opened)


CHOICES = {
    "name_zh": "云岭景区",
    "name_en": "Yunling Scenic Area",
    "service_phone": "0859-3216888",
    "ticket_footer_zh": "时段结束后 30 分钟停止入园。票面遗失可凭身份证补打。",
    "ticket_footer_en": "Entry ends 30 minutes after the slot. Lost tickets are printed again.",
}


def new_logins() -> list[Login]:
    return [Login(role, login, people.new_password()) for login, _, role in people.STAFF]


async def new_keys(db: Database, vault: Vault) -> Keys:
    """New passwords for the demo's staff, and the devices' own secrets."""
    logins = new_logins()
    hashes = {one.login: passwords.hash_password(one.password) for one in logins}
    await db.act(people.change_passwords, hashes, clock.utc_now())
    return await with_others(db, vault, logins)


async def with_others(db: Database, vault: Vault, logins: list[Login]) -> Keys:
    """The staff's passwords, and what devices and agents use."""
    of_agents = await agents.new_keys(db, clock.utc_now())
    return Keys(logins, await keys_of_devices(db, vault), of_agents)


async def keys_of_devices(db: Database, vault: Vault) -> list[Key]:
    return await db.ask(machines.keys, DeviceKind.HANDHELD, vault)
