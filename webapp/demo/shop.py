"""What visitors of the demo's web shop asked for: invoices in every state, one of them to be taken
back in part by a red-letter invoice, and a boat of tomorrow that several wait for."""

from datetime import date, datetime, timedelta

from domain.commerce import capacity, customers, invoices, orders, refunds, waiting
from domain.commerce.capacity import SlotSetting
from domain.commerce.invoices import InvoiceInput, TitleKind
from domain.commerce.orders import Order, Sale, Wanted, contact
from domain.commerce.refunds import RefundCause
from domain.commerce.waiting import Wish
from domain.kernel import ids
from domain.kernel.actors import SYSTEM, Actor
from domain.kernel.channels import Channel
from domain.kernel.db import Tx
from domain.kernel.vault import Vault
from webapp.demo.days import World, pay_by_code

COMPANY = InvoiceInput(TitleKind.COMPANY, "贵州云程旅行社有限公司", "91110000600037341L")
TITLES = (
    COMPANY,
    InvoiceInput(TitleKind.PERSON, "陈晓雨"),
    COMPANY,
    InvoiceInput(TitleKind.COMPANY, "黔中茶业有限公司", "91110000600037341L"),
)
ISSUED, CORRECTED, TURNED_DOWN = 1, 2, 3  # of the titles; the first still waits
NUMBER = "2652000000{:010}"
WHY_NOT = "抬头与税号不符，请核对后重新申请"
WAITING = ((2, "13985100011"), (1, "13985100022"), (4, "13985100033"))  # heads, phone


async def build(world: World, vault: Vault, accountant: Actor, day: date, now: datetime) -> None:
    for number, title in enumerate(TITLES):
        await invoice(world, vault, number, title, accountant, day, now)
    lane = capacity.lane(world.area.id)
    await world.db.act(stand_in_line, world, vault, accountant, day, now, lane=lane)


async def invoice(
    world: World,
    vault: Vault,
    number: int,
    title: InvoiceInput,
    accountant: Actor,
    day: date,
    now: datetime,
) -> None:
    order = await bought(world, vault, number, day, now - timedelta(hours=20 + number))
    asked = await world.db.act(invoices.ask, order.id, title, SYSTEM, now - timedelta(hours=18))
    if not number:
        return
    told = (NUMBER.format(45_210 + number), "")
    if number == TURNED_DOWN:
        told = ("", WHY_NOT)
    at = now - timedelta(hours=3)
    await world.db.act(invoices.answer, asked, *told, 1, accountant, at)
    if number == CORRECTED:
        await world.db.act(give_one_back, order.id, now, lane=capacity.lane(world.area.id))


async def bought(world: World, vault: Vault, number: int, day: date, at: datetime) -> Order:
    wanted = (Wanted(world.catalogue.types["ADULT"], 2 + number, day + timedelta(days=2)),)
    buyer = contact(vault, TITLES[1].title, f"1398510{1_000 + number}")
    sale = Sale(ids.new_id(), world.area.id, Channel.SHOP, wanted, contact=buyer)
    placed = await world.db.act(orders.place, sale, SYSTEM, at, lane=capacity.lane(world.area.id))
    await pay_by_code(world.db, placed, SYSTEM, at)
    return placed


async def give_one_back(tx: Tx, order_id: str, now: datetime) -> None:
    cause = RefundCause.VISITOR
    whole = await refunds.quote(tx, order_id, (), cause, now)
    one = whole.lines[0]
    asked = refunds.Request(
        ids.new_id(), order_id, (one.subject_id,), cause, "行程变更", one.amount_minor
    )
    await refunds.refund(tx, asked, SYSTEM, now)


async def stand_in_line(
    tx: Tx, world: World, vault: Vault, maker: Actor, day: date, now: datetime
) -> None:
    """The fullest boat of tomorrow takes no more than it has sold."""
    product_id = world.catalogue.products["BOAT"]
    await capacity.make_slots(tx, now)
    tomorrow = day + timedelta(days=1)
    found = await capacity.slots_on(tx, product_id, tomorrow, Channel.SHOP, now)
    if not found:
        return
    slot = max(found, key=lambda one: (one.taken, one.starts_at))
    quota = max(1, slot.taken)
    setting = SlotSetting(quota, capacity.SlotStatus.OPEN, "", {}, slot.version)
    await capacity.set_slot(tx, slot.id, setting, maker, now)
    for number, (heads, phone) in enumerate(WAITING):
        visit, _ = await customers.begin(tx, now)
        mine = customers.phone_of(vault, phone)
        who = await customers.recognise(tx, visit, mine, "zh", SYSTEM, now)
        at = now - timedelta(minutes=40 - 10 * number)
        if heads > quota - slot.taken:
            await waiting.join(tx, Wish(slot.id, who, heads), SYSTEM, at)
