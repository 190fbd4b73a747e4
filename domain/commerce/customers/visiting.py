"""Browsers that buy, and the phones that they prove to be theirs."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from domain.commerce.customers import store
from domain.commerce.orders import Contact, visitors
from domain.kernel import identity, ids
from domain.kernel.actors import Actor
from domain.kernel.db import Tx
from domain.kernel.errors import InvalidInput, NotFound, TooOften, say
from domain.kernel.vault import Vault
from domain.operation import settings
from domain.operation.audit import record
from domain.operation.messages import MessageChannel, Verdict, codes

PURPOSE = "customer"
SMS = MessageChannel.SMS
ADDRESS = "shop_address"
LIFE = timedelta(days=30)  # of a browser; longer than anybody books ahead
MOST_ORDERS = 50
MOST_UNPAID = 3


class Phone(NamedTuple):
    """A phone, checked and sealed. Made by `phone_of`; `marks` under every secret there was."""

    sealed: bytes
    marks: tuple[str, ...]
    mask: str


class Visit(NamedTuple):
    """A browser; `customer_id` when it has proved a phone to be its own."""

    id: str
    customer_id: str | None = None
    phone_mask: str = ""
    marks: tuple[str, ...] = ()  # of that phone, under every secret there was


def phone_of(vault: Vault, typed: str) -> Phone:
    """Raises InvalidInput at `phone`."""
    cleaned = identity.normalise_phone(typed)
    if problem := identity.problem_with_mobile(cleaned):
        raise InvalidInput({"phone": problem})
    purpose = visitors.PHONE
    return Phone(
        vault.seal(purpose, cleaned.encode()),
        vault.fingerprints(purpose, cleaned),
        identity.mask(cleaned),
    )


async def begin(tx: Tx, now: datetime) -> tuple[Visit, str]:
    """A new browser, and the token that its cookie holds."""
    token, visit_id = secrets.token_urlsafe(32), ids.new_id()
    tx.add(
        store.ADD_VISIT,
        id=visit_id,
        token_hash=hash_of(token),
        customer_id=None,
        created_at=now,
        ends_at=now + LIFE,
    )
    return Visit(visit_id), token


async def seen(tx: Tx, vault: Vault, token: str, now: datetime) -> Visit | None:
    """The browser with this token; None when it is unknown or too old. A question."""
    row = await tx.one(store.FIND_VISIT, token=hash_of(token), now=now)
    if row is None:
        return None
    if row.customer_id is None:
        return Visit(row.id)
    number = vault.open(visitors.PHONE, row.phone_sealed).decode()
    marks = vault.fingerprints(visitors.PHONE, number)
    return Visit(row.id, row.customer_id, row.phone_mask, marks)


async def send_code(
    tx: Tx, vault: Vault, typed: str, language: str, asker: str, now: datetime
) -> None:
    """A code goes to the phone. Whether that phone bought anything is nobody's business, so it is
    sent to any. Raises InvalidInput at `phone`, TooOften; pass `code_lane`."""
    phone = phone_of(vault, typed)
    number = vault.open(visitors.PHONE, phone.sealed).decode()
    await codes.issue(tx, vault, PURPOSE, SMS, number, language, now, asker)


async def is_code(tx: Tx, vault: Vault, phone: str, typed: str, now: datetime) -> bool:
    """Whether this is the code that was sent to the phone last. An act of its own: what was tried
    is counted whatever becomes of it."""
    number = identity.normalise_phone(phone)
    verdict = await codes.verify(tx, vault, PURPOSE, SMS, number, typed, now)
    return verdict is Verdict.RIGHT


def code_lane(vault: Vault, phone: str) -> str:
    return codes.lane(PURPOSE, vault, SMS, identity.normalise_phone(phone))


async def recognise(
    tx: Tx, visit: Visit, phone: Phone, language: str, actor: Actor, now: datetime
) -> str:
    """This browser belongs to this phone. Gives the customer's id."""
    known = await tx.one(store.BY_PHONE, marks=list(phone.marks))
    if known is None:
        customer_id = ids.new_id()
        tx.add(
            store.ADD_CUSTOMER,
            id=customer_id,
            phone_hash=phone.marks[0],
            phone_sealed=phone.sealed,
            phone_mask=phone.mask,
            language=language,
            created_at=now,
            seen_at=now,
        )
    else:
        customer_id = known.id
        await tx.run(store.SEE_CUSTOMER, customer=customer_id, now=now, spoken=language)
    if not await tx.one(store.KNOW_VISIT, visit=visit.id, customer=customer_id, until=now + LIFE):
        raise NotFound()
    record(tx, actor, "customer.signed_in", customer_id, now, after={"phone": phone.mask})
    return str(customer_id)


async def renew(tx: Tx, visit: Visit) -> str:
    """A new token for the browser's cookie; the old one is worth nothing."""
    token = secrets.token_urlsafe(32)
    await tx.run(store.RENEW_VISIT, visit=visit.id, token=hash_of(token))
    return token


async def end(tx: Tx, visit: Visit, now: datetime) -> None:
    """Whoever has this browser next sees nothing."""
    await tx.run(store.END_VISIT, visit=visit.id, now=now)


async def number_of(tx: Tx, vault: Vault, customer_id: str) -> str:
    """A customer's phone number. A question; for acts about that very customer."""
    row = await tx.one(store.GET_CUSTOMER, customer=customer_id)
    if row is None:
        raise NotFound()
    return vault.open(visitors.PHONE, row.phone_sealed).decode()


async def check_unpaid(tx: Tx, contact: Contact, request_id: str) -> None:
    """Raises InvalidInput at `phone` when it holds places with too many unpaid orders already:
    nobody keeps a day from others without paying. The same request again is no new order."""
    row = await tx.one(store.UNPAID, phone=contact.phone_hash, but=request_id)
    if row.many >= MOST_UNPAID:
        sentence = say(
            "This phone has {many} orders that are not paid. Please pay or cancel one first.",
            many=row.many,
        )
        raise InvalidInput({"phone": sentence})


async def check_address(tx: Tx, marks: Sequence[str], request_id: str, area_id: str) -> None:
    """Raises TooOften when browsers of one address hold places with too many unpaid orders, by
    whatever phones. How many is the operator's setting: a network has one address for many."""
    most = (await settings.current(tx, area_id)).shop_unpaid_per_address
    if not most:
        return
    row = await tx.one(store.UNPAID_OF_ADDRESS, marks=list(marks), but=request_id)
    if row.many >= most:
        raise TooOften(
            say("Too many orders from your network wait to be paid. Please try again later.")
        )


def address_marks(vault: Vault, address: str) -> tuple[str, ...]:
    """What a network address is counted by; the address itself is not kept."""
    return vault.fingerprints(ADDRESS, address) if address else ()


async def keep_order(
    tx: Tx, visit: Visit, order_id: str, now: datetime, address_hash: str | None = None
) -> None:
    """This browser placed the order. In the act that places it, which may be repeated."""
    if await tx.one(store.PLACED_BY, order_id=order_id) is None:
        tx.add(
            store.ADD_ORDER,
            order_id=order_id,
            visit_id=visit.id,
            address_hash=address_hash,
            at=now,
        )


async def is_own(tx: Tx, visit: Visit | None, order_id: str) -> bool:
    """May this browser look at the order: it placed it, or proved its phone. A question."""
    if visit is None:
        return False
    placed = await tx.one(store.PLACED_BY, order_id=order_id)
    if placed is not None and placed.visit_id == visit.id:
        return True
    if visit.customer_id is None:
        return False
    row = await tx.one(store.PHONE_OF_ORDER, order_id=order_id)
    return row is not None and row.phone_hash in visit.marks


async def orders_of(tx: Tx, visit: Visit) -> list[str]:
    """Ids of what this browser bought, and of what was bought with its phone; newest first. A
    question."""
    found = await tx.rows(store.ORDERS_OF_VISIT, visit=visit.id, most=MOST_ORDERS)
    if visit.customer_id is not None:
        found += await tx.rows(store.ORDERS_OF_PHONE, marks=list(visit.marks), most=MOST_ORDERS)
    newest = sorted({(row.placed_at, row.id) for row in found}, reverse=True)
    return [order_id for _, order_id in newest[:MOST_ORDERS]]


async def forget(tx: Tx, now: datetime) -> None:
    """Housekeeping: browsers whose time is over."""
    await tx.run(store.FORGET_VISITS, before=now - LIFE)


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
