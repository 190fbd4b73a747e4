"""Finding cards by what people know, and looking at one: questions only."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from domain.admission.redemptions import nfc_code, printed_code
from domain.cards.memberships import store
from domain.cards.memberships.cards import get
from domain.cards.memberships.model import MembershipStatus
from domain.cards.products import Level, get_product, levels_of
from domain.kernel import identity, ids
from domain.kernel.db import Tx
from domain.kernel.db.keyset import Cut
from domain.kernel.vault import Vault

MOST_FOUND = 50
NEWEST = 2**62
FIRST = Cut()


class Search(NamedTuple):
    """What somebody typed or read, in every form that it may be. Made by `search_for`."""

    number: str
    media: tuple[str, ...]
    phones: tuple[str, ...]
    documents: tuple[str, ...]
    name: str


def search_for(vault: Vault, typed: str) -> Search:
    """A number, what a reader read of a card, a phone, a document, a name."""
    text = typed.strip()
    code = ids.clean_code(text)
    media = [nfc_code(text), printed_code(text)]
    media.append(code if len(code) == ids.CODE_LENGTH else None)
    phone = identity.normalise_phone(text)
    document = identity.normalise(text)
    is_phone = identity.problem_with_mobile(phone) is None
    is_document = identity.guess_kind(document) is not None
    return Search(
        text.upper(),
        tuple(one for one in media if one),
        vault.fingerprints("phone", phone) if is_phone else (),
        vault.fingerprints("document", document) if is_document else (),
        text,
    )


async def find_shown(tx: Tx, sought: Search) -> list[Any]:
    """Cards by what somebody has in hand: the card (its number, its chip, its barcode), or the
    holder's identity document, which finds all of theirs."""
    if row := await tx.one(store.FIND_BY_NUMBER, number=sought.number):
        return [row]
    for code in sought.media:
        if row := await tx.one(store.FIND_BY_MEDIUM, medium_code=code):
            return [row]
    if not sought.documents:
        return []
    by_document = {"marks": list(sought.documents), "most": MOST_FOUND}
    return await tx.rows(store.FIND_BY_DOCUMENT, **by_document)


async def find(tx: Tx, sought: Search) -> list[Any]:
    """Cards, the surest way first: number, medium, document, phone, the holder's whole name. Rows
    as in `list_cards`; those of another area too."""
    if rows := await find_shown(tx, sought):
        return rows
    if sought.phones:
        by_phone = {"marks": list(sought.phones), "most": MOST_FOUND}
        if rows := await tx.rows(store.FIND_BY_PHONE, **by_phone):
            return rows
    return await tx.rows(store.FIND_BY_NAME, name=sought.name, most=MOST_FOUND)


async def list_cards(
    tx: Tx,
    area_id: str,
    cut: Cut = FIRST,
    *,
    status: MembershipStatus | None = None,
    product_id: str | None = None,
    level: int | None = None,
) -> list[Any]:
    """One page by (created_at, id), newest first; of a state, a product, a level, or all of them
    at once."""
    given = {"status": status and status.value, "product_id": product_id, "level": level}
    values = {name: value for name, value in given.items() if value is not None}
    return await store.LISTS[tuple(values)].page(tx, cut, area=area_id, **values)


async def list_ending(
    tx: Tx, area_id: str, since: datetime, until: datetime, cut: Cut = FIRST
) -> list[Any]:
    """Active cards whose end is near, by (valid_until, id); `reminded` says how many days before
    their holders were last reminded (999: not yet)."""
    return await store.LIST_ENDING.page(tx, cut, area=area_id, since=since, until=until)


class Detail(NamedTuple):
    """All about one card."""

    card: Any
    product: Any | None
    holder: Any | None
    media: Sequence[Any]
    lots: Sequence[Any]
    level: Level | None
    next_level: Level | None


async def detail(tx: Tx, card_id: str) -> Detail:
    card = await get(tx, card_id)
    product = await get_product(tx, card.product_id) if card.product_id else None
    holder = await tx.one(store.GET_HOLDER, id=card.holder_id) if card.holder_id else None
    levels = levels_of(product.levels) if product else []
    return Detail(
        card,
        product,
        holder,
        await tx.rows(store.MEDIA_OF, card=card_id),
        await tx.rows(store.LOTS_OF, card=card_id),
        levels[card.level - 1] if 0 < card.level <= len(levels) else None,
        levels[card.level] if card.level < len(levels) else None,
    )


async def statement(tx: Tx, card_id: str, before: int = NEWEST, most: int = 50) -> list[Any]:
    """What went onto a card (less than nothing in the ledger's sense) and off it, newest first:
    seq, at, account_kind, currency, amount_minor, text, cause_noun, cause_id. The next page starts
    `before` the last seq; what was before a replacement stands under the old number."""
    return await tx.rows(store.STATEMENT, card=card_id, before=before, most=most)


async def spends(tx: Tx, card_id: str, most: int = 50) -> list[Any]:
    """What it paid for: cause_noun, cause_id, face_minor, back_minor, points, spent_at."""
    return await tx.rows(store.SPENDS_OF, card=card_id, most=most)


async def returns(tx: Tx, card_id: str) -> list[Any]:
    """Its returns, rejected ones too."""
    return await tx.rows(store.RETURNS_OF, card=card_id)


async def waiting_orders(tx: Tx, card_id: str) -> list[str]:
    """The unpaid orders that hold a card."""
    return [str(row.order_id) for row in await tx.rows(store.WAITING_ORDERS, card=card_id)]


async def numbers_of(tx: Tx, card_ids: Sequence[str]) -> dict[str, str]:
    """Cards' numbers by id."""
    if not card_ids:
        return {}
    return {row.id: row.number for row in await tx.rows(store.NUMBERS, cards=list(card_ids))}


async def area_of_number(tx: Tx, text: str) -> str | None:
    """The area of the card with this number, a blank one too; None when there is none."""
    row = await tx.one(store.FIND_BY_NUMBER, number=text.strip().upper())
    return None if row is None else str(row.area_id)


async def lot_totals(tx: Tx, area_id: str) -> list[Any]:
    """What was bought and what of it is left, by product and kind of lot: lots, principal_minor,
    principal_left_minor, bonus_minor, bonus_left_minor, uses, uses_left. Reads all of them."""
    return await tx.rows(store.LOT_TOTALS, area=area_id)


async def totals(tx: Tx, area_id: str) -> list[Any]:
    """An area's cards by kind and state: cards, principal_minor, bonus_minor, deposit_minor,
    uses_left, points. Reads all of them."""
    return await tx.rows(store.TOTALS, area=area_id)
