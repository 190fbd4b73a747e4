"""Member cards of an old system: a row of its file becomes an open card, as it stood there.

What a card holds comes out of the area's opening account, so the ledger stays in balance. It was
paid for elsewhere: its lots have no order, and giving such a card back is for finance to pay out.
"""

import re
from collections.abc import Mapping, Sequence, Set
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from domain.admission import blocklists
from domain.cards import products
from domain.cards.memberships import numbering, store
from domain.cards.memberships.cards import WORTHLESS, zone_of
from domain.cards.memberships.holders import Holder, HolderInput, holder
from domain.cards.memberships.imported import FIELDS, FIGURES, STATES
from domain.cards.memberships.model import (
    POINT,
    USE,
    CardMediumKind,
    CardMediumStatus,
    LotKind,
    MembershipStatus,
)
from domain.cards.products import WITH_BALANCE, CardKind, CardProductStatus, level_at, levels_of
from domain.commerce import ledger
from domain.commerce.ledger import AccountKind, Entry, Posting
from domain.kernel import ids
from domain.kernel.actors import SYSTEM, Actor
from domain.kernel.clock import day_bounds, local_day
from domain.kernel.db import Tx
from domain.kernel.errors import InvalidInput, Message, say
from domain.kernel.vault import Vault
from domain.operation import imports
from domain.operation.audit import record
from domain.operation.imports import Checked

MOST_MINOR = 100_000_000
MOST_USES = 10_000
MOST_POINTS = 1_000_000_000
DATE = re.compile(r"(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?(?:[ T]00:00(?::00)?)?")
CAUSE = "import"  # of ledger entries


class Around(NamedTuple):
    """What rows are checked against."""

    products: Mapping[str, Any]  # by code and by name
    zone: ZoneInfo
    today: date


class Row(NamedTuple):
    """A card as the old system had it."""

    number: str
    product: Any
    holder: Holder | None
    media: Sequence[Mapping[str, str]]
    status: MembershipStatus
    principal_minor: int
    bonus_minor: int
    deposit_minor: int
    uses: int
    uses_left: int
    points: int
    paid_minor: int
    from_on: date
    until_on: date | None  # the first day that it is no longer valid
    zone: ZoneInfo

    @property
    def figures(self) -> dict[str, int]:
        return {
            "cards": 1,
            "principal": self.principal_minor,
            "bonus": self.bonus_minor,
            "deposit": self.deposit_minor,
            "uses": self.uses_left,
            "points": self.points,
        }


async def surroundings(tx: Tx, area_id: str, now: datetime) -> Around:
    zone = await zone_of(tx, area_id)
    found: dict[str, Any] = {}
    for row in await products.list_products(tx, area_id):
        if row.status in (CardProductStatus.ON_SALE, CardProductStatus.PAUSED):
            found |= {row.name_zh.casefold(): row, row.code.casefold(): row}
    return Around(found, zone, local_day(now, zone))


# -- reading cells


def amount(text: str, most: int = MOST_MINOR) -> int:
    """Fen of yuan as they are written: 1,200.50, ¥80, 80元. ValueError for anything else."""
    cleaned = re.sub(r"[¥￥元,，\s]", "", text) or "0"
    if not re.fullmatch(r"-?\d{1,12}(\.\d{1,6})?", cleaned):
        raise ValueError(text)
    try:
        exact = Decimal(cleaned) * 100
    except InvalidOperation:
        raise ValueError(text) from None
    if exact != exact.to_integral_value() or not 0 <= exact <= most:
        raise ValueError(text)
    return int(exact)


def whole(text: str, most: int) -> int:
    """A number of pieces. ValueError."""
    cleaned = re.sub(r"[,，次分\s]", "", text) or "0"
    if not re.fullmatch(r"\d{1,12}(\.0+)?", cleaned) or int(cleaned.partition(".")[0]) > most:
        raise ValueError(text)
    return int(cleaned.partition(".")[0])


def day(text: str) -> date | None:
    """2027-06-30, 2027/6/30, 20270630 or 2027年6月30日; None when empty. ValueError."""
    if not text:
        return None
    match = DATE.fullmatch(text.strip())
    if not match or (len(match[2]) == 1 and text.strip().isdigit()):
        raise ValueError(text)
    found = date(int(match[1]), int(match[2]), int(match[3]))
    if not 1990 <= found.year <= 2100:
        raise ValueError(text)
    return found


class Reader:
    """Reads the cells of one row, and keeps what is wrong with each."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self.values, self.wrong = values, dict[str, Message]()

    def money(self, word: str) -> int:
        try:
            return amount(self.values.get(word, ""))
        except ValueError:
            self.wrong[word] = say("Write an amount from 0 to 1,000,000 yuan, like 1200.50.")
            return 0

    def count(self, word: str, most: int) -> int:
        try:
            return whole(self.values.get(word, ""), most)
        except ValueError:
            self.wrong[word] = say("Write a whole number from 0 to {most}.", most=most)
            return 0

    def day(self, word: str) -> date | None:
        try:
            return day(self.values.get(word, ""))
        except ValueError:
            self.wrong[word] = say("Write a day like 2027-06-30.")
            return None


def check(around: Around, vault: Vault, values: Mapping[str, str], key: str) -> Checked:
    """Raises InvalidInput with what is wrong with each cell."""
    cells = Reader(values)
    number = cell_of(cells, "number", numbering.typed_number, {"number": values.get("number", "")})
    if not number and "number" not in cells.wrong:
        cells.wrong["number"] = say("A card needs its number.")
    product = around.products.get(values.get("product", "").casefold())
    if product is None:
        cells.wrong["product"] = say("There is no such kind of card on sale. Use its code or name.")
        raise InvalidInput(cells.wrong)
    status = STATES.get(values.get("state", "").casefold())
    if status is None:
        cells.wrong["state"] = say("Write active, lost or frozen.")
    media = media_of(cells)
    who = holder_of(cells, vault, product, key, around.today)
    row = Row(
        number or "",
        product,
        who,
        media,
        status or MembershipStatus.ACTIVE,
        cells.money("principal"),
        cells.money("bonus"),
        cells.money("deposit"),
        cells.count("uses", MOST_USES) or cells.count("uses_left", MOST_USES),
        cells.count("uses_left", MOST_USES),
        cells.count("points", MOST_POINTS),
        cells.money("paid"),
        cells.day("valid_from") or around.today,
        after(cells.day("valid_until")),
        around.zone,
    )
    must_fit(row, cells)
    if cells.wrong:
        raise InvalidInput(cells.wrong)
    marks = (f"number:{row.number}", *map(mark_of, media))
    external_id = values.get("external_id") or row.number
    if len(external_id) > imports.MOST_OF_AN_ID:
        raise InvalidInput({"external_id": say("At most {most} characters.", most=64)})
    return Checked(external_id, row, row.figures, marks)


def mark_of(medium: Mapping[str, str]) -> str:
    word = "chip" if medium["kind"] == CardMediumKind.NFC else "barcode"
    return f"{word}:{medium['code'].partition(':')[2]}|{medium['code']}"


def after(last: date | None) -> date | None:
    return last + timedelta(days=1) if last else None


def cell_of(cells: Reader, word: str, read: Any, given: Any) -> Any:
    """What a reader makes of a cell; its complaint is the cell's."""
    try:
        return read(given)
    except InvalidInput as error:
        cells.wrong[word] = next(iter(error.fields.values()))
        return None


def media_of(cells: Reader) -> list[dict[str, str]]:
    """Chip and barcode, as gates read them."""
    found: list[dict[str, str]] = []
    for word, kind in (("chip", CardMediumKind.NFC), ("barcode", CardMediumKind.BARCODE)):
        if text := cells.values.get(word, ""):
            given = {"media": [{"kind": kind, "code": text}]}
            found += cell_of(cells, word, numbering.typed_media, given) or []
    return found


def holder_of(cells: Reader, vault: Vault, product: Any, key: str, today: date) -> Holder | None:
    """The person, checked and sealed; None for a card that is nobody's."""
    name, phone = cells.values.get("name", ""), cells.values.get("phone", "")
    document = cells.values.get("document", "")
    if not (name or phone or document) and not product.is_named:
        return None
    if name.startswith(("=", "+", "-", "@")):
        cells.wrong["name"] = say("A name does not begin like a formula.")
        return None
    try:
        return holder(vault, HolderInput(name, phone, document), key, today)
    except InvalidInput as error:
        words = {"document_number": "document"}
        cells.wrong |= {words.get(field, field): said for field, said in error.fields.items()}
        return None


def must_fit(row: Row, cells: Reader) -> None:
    """Does what the card holds belong on a card of its kind?"""
    kind, wrong = CardKind(row.product.kind), cells.wrong
    if row.principal_minor + row.bonus_minor and kind not in WITH_BALANCE:
        wrong.setdefault("principal", say("A card of this kind holds no money."))
    if row.uses + row.uses_left and kind is not CardKind.COUNT:
        wrong.setdefault("uses_left", say("A card of this kind has no number of entries."))
    if row.uses_left > row.uses:
        wrong.setdefault("uses_left", say("More entries are left than were bought."))
    if row.until_on is None and (
        kind is CardKind.TERM or row.product.term_months + row.product.term_days
    ):
        wrong.setdefault("valid_until", say("A card for a term needs its last day."))
    if row.until_on is not None and row.until_on <= row.from_on:
        wrong.setdefault("valid_until", say("The end is before the beginning."))
    levels = levels_of(row.product.levels)
    if said := cells.values.get("level", ""):
        at = level_at(levels, row.points)
        given = levels[at - 1] if at else None
        if said not in ({given.name_zh, given.name_en} if given else {"", "0", "-"}):
            says = given.name_zh if given else "—"
            sentence = say("{points} points give the level {level}.", points=row.points, level=says)
            wrong.setdefault("level", sentence)


# -- bringing in


async def taken(tx: Tx, marks: Sequence[str]) -> Set[str]:
    """The numbers and chips among these that some card has, or had."""
    numbers = {mark.partition(":")[2]: mark for mark in marks if mark.startswith("number:")}
    codes = {mark.partition("|")[2]: mark for mark in marks if "|" in mark}
    known = await tx.rows(store.NUMBERS_AMONG, numbers=list(numbers))
    media = await tx.rows(store.CODES_AMONG, codes=list(codes))
    return {numbers[row.number] for row in known} | {codes[row.code] for row in media}


async def bring(tx: Tx, batch: Any, checked: Checked, actor: Actor, now: datetime) -> str:
    """An open card with what it held."""
    row: Row = checked.value
    card_id = ids.new_id()
    if row.holder is not None:
        tx.add(store.ADD_HOLDER, **row.holder._asdict(), created_at=now)
    tx.add(store.ADD_CARD, **card_values(row, card_id, batch.area_id, now))
    died = CardMediumStatus.LOST if row.status is MembershipStatus.LOST else CardMediumStatus.ACTIVE
    media = row.media or [{"kind": CardMediumKind.QR.value, "code": ids.new_code()}]
    for one in media:
        values = {"id": ids.new_id(), "membership_id": card_id, "issued_at": now}
        tx.add(store.ADD_MEDIUM, **one, **values, status=died.value)
    if row.status in WORTHLESS:
        await blocklists.block(tx, batch.area_id, [one["code"] for one in media], now)
    for lot in lots_of(row, card_id, batch.id, now):
        tx.add(store.ADD_LOT, **lot)
    ledger.post(tx, entry_of(row.figures, card_id, batch, "membership.brought_in", 1), now)
    after_ = {"number": row.number, "product": row.product.code} | row.figures
    record(tx, actor, "membership.brought_in", card_id, now, after=after_, area_id=batch.area_id)
    return card_id


def card_values(row: Row, card_id: str, area_id: str, now: datetime) -> dict[str, Any]:
    product = row.product
    return {
        "id": card_id,
        "number": row.number,
        "area_id": area_id,
        "product_id": product.id,
        "kind": product.kind,
        "holder_id": row.holder.id if row.holder else None,
        "status": row.status.value,
        "principal_minor": row.principal_minor,
        "bonus_minor": row.bonus_minor,
        "deposit_minor": row.deposit_minor,
        "uses_left": row.uses_left,
        "points": row.points,
        "level": level_at(levels_of(product.levels), row.points),
        "scope_bits": product.scope_bits,
        "daily_entries": product.daily_entries,
        "passback_minutes": product.passback_minutes,
        "entry_price_minor": product.entry_price_minor,
        "pays_entry": product.pays_entry,
        "valid_from": day_bounds(row.from_on, row.zone)[0],
        "valid_until": day_bounds(row.until_on, row.zone)[0] if row.until_on else None,
        "created_at": now,
        "status_at": now,
    }


def lots_of(row: Row, card_id: str, import_id: str, now: datetime) -> list[dict[str, Any]]:
    """What was bought in the old system, as far as it is left."""

    def lot(kind: LotKind, principal: int, **values: Any) -> dict[str, Any]:
        return {
            "id": ids.new_id(),
            "membership_id": card_id,
            "kind": kind.value,
            "principal_minor": principal,
            "terms": {"product": row.product.code, "import": import_id},
            "bought_at": now,
            **values,
        }

    found = []
    principal, bonus = row.principal_minor, row.bonus_minor
    if principal + bonus:
        left = {"principal_left_minor": principal, "bonus_left_minor": bonus}
        found.append(lot(LotKind.BALANCE, principal, bonus_minor=bonus, **left))
    if row.deposit_minor:
        found.append(lot(LotKind.DEPOSIT, row.deposit_minor))
    if row.product.kind == CardKind.COUNT:
        uses = {"uses": row.uses, "uses_left": row.uses_left}
        price = row.product.entry_price_minor
        found.append(lot(LotKind.USES, row.paid_minor, entry_price_minor=price, **uses))
    elif row.until_on is not None:
        term = {"from_on": row.from_on, "until_on": row.until_on}
        found.append(lot(LotKind.TERM, row.paid_minor, **term))
    return found


def entry_of(figures: Mapping[str, int], card_id: str, batch: Any, text: str, sign: int) -> Entry:
    """From the opening account onto the card; with -1 back."""
    moves = (
        (AccountKind.MEMBER_PRINCIPAL, figures["principal"], "CNY"),
        (AccountKind.MEMBER_BONUS, figures["bonus"], "CNY"),
        (AccountKind.MEMBER_DEPOSITS, figures["deposit"], "CNY"),
        (AccountKind.MEMBER_USES, figures["uses"], USE),
        (AccountKind.MEMBER_POINTS, figures["points"], POINT),
    )
    postings = [
        posting
        for account, many, currency in moves
        for posting in (
            Posting(account, card_id, -sign * many, currency),
            Posting(AccountKind.OPENING, batch.area_id, sign * many, currency),
        )
    ]
    return Entry(CAUSE, batch.id, text, batch.area_id, postings)


# -- taking back


async def take_back(tx: Tx, batch: Any, card_id: str, now: datetime) -> bool:
    """The card is gone, as if it had never come; False when something has happened to it since."""
    card = await tx.one(store.LOCK_CARD, id=card_id)
    if card is None or card.version != 1 or card.held_by or card.last_passed_at:
        return False
    if await tx.rows(store.USED, card=card_id):
        return False
    figures = {
        "principal": card.principal_minor,
        "bonus": card.bonus_minor,
        "deposit": card.deposit_minor,
        "uses": card.uses_left,
        "points": card.points,
    }
    ledger.post(tx, entry_of(figures, card_id, batch, "membership.taken_back", -1), now)
    if card.status in WORTHLESS:
        media = await tx.rows(store.MEDIA_OF, card=card_id)
        await blocklists.unblock(tx, card.area_id, [one.code for one in media], now)
    for statement in (store.DROP_MEDIA, store.DROP_LOTS, store.DROP_CARD):
        await tx.run(statement, card=card_id)
    if card.holder_id is not None:
        await tx.run(store.DROP_HOLDER, holder=card.holder_id)
    before = {"number": card.number} | figures
    record(tx, SYSTEM, "membership.taken_back", card_id, now, before=before, area_id=card.area_id)
    return True


# -- adding up


async def totals(tx: Tx, area_id: str) -> dict[str, int]:
    """What all open cards of an area hold."""
    row = await tx.one(store.HELD_IN, area=area_id)
    return {figure.word: int(getattr(row, figure.word) or 0) for figure in FIGURES}


async def brought(tx: Tx, import_id: str) -> dict[str, int]:
    """What the ledger says came onto cards by an import; the cards by those that are there."""
    row = await tx.one(store.BROUGHT_BY, import_id=import_id)
    return {figure.word: int(getattr(row, figure.word) or 0) for figure in FIGURES}


imports.register(
    imports.Kind(
        "members",
        say("Member cards"),
        FIELDS,
        FIGURES,
        surroundings,
        check,
        taken,
        bring,
        take_back,
        totals,
        brought,
    )
)
