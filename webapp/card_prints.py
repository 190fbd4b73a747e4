"""From a member card of the domain to the slip that its holder takes home."""

from datetime import datetime

from starlette.requests import Request

from domain.cards import memberships
from domain.cards.memberships import CardMediumKind, CardMediumStatus, Detail
from domain.cards.products import WITH_BALANCE, CardKind
from domain.kernel import money
from domain.kernel.db import Tx
from domain.kernel.errors import NotFound
from webapp import card_words, i18n
from webapp.card_words import Line
from webapp.parts import db_of, printer_of, staff_of
from webapp.printing.model import Label, Letterhead, PrintedCard, PrintedEntry
from webapp.prints import letterhead_of
from webapp.till import Till

MOST_ENTRIES = 8


async def slip_pdf(request: Request, till: Till, card_id: str, now: datetime) -> bytes:
    """The card's slip as a PDF. NotFound for a card of another area."""
    cashier = staff_of(request).name
    slip = await db_of(request).ask(
        slip_of, till.area.id, card_id, till.window.name_zh, cashier, now
    )
    return await printer_of(request).card_slip(slip)


async def slip_of(
    tx: Tx, area_id: str, card_id: str, window: str, cashier: str, now: datetime
) -> PrintedCard:
    """NotFound for a card of another area."""
    found = await memberships.detail(tx, card_id)
    if found.card.area_id != area_id:
        raise NotFound()
    rows = await memberships.statement(tx, card_id, most=MOST_ENTRIES * 4)
    lines = card_words.entries(rows)[:MOST_ENTRIES]
    head = await letterhead_of(tx, area_id)
    return paper_of(found, lines, head, window, cashier, now)


def paper_of(
    found: Detail, lines: list[Line], head: Letterhead, window: str, cashier: str, now: datetime
) -> PrintedCard:
    card, product, holder = found.card, found.product, found.holder
    codes = [
        one.code
        for one in found.media
        if one.kind == CardMediumKind.QR and one.status == CardMediumStatus.ACTIVE
    ]
    return PrintedCard(
        head,
        card.number,
        Label(product.name_zh, product.name_en) if product else Label(""),
        holder.name if holder else "",
        card.principal_minor + card.bonus_minor if card.kind in WITH_BALANCE else None,
        card.bonus_minor,
        card.uses_left if card.kind == CardKind.COUNT else None,
        card.points,
        card.valid_until,
        tuple(PrintedEntry(one.at, both(one), amount_of(one)) for one in lines),
        window,
        cashier,
        now,
        next(iter(codes), ""),
    )


def both(line: Line) -> Label:
    return Label(i18n.translate("zh", line.what), i18n.translate("en", line.what))


def amount_of(line: Line) -> str:
    """Money where there is any, else entries, else nothing."""
    if line.money_minor:
        sign = "+" if line.money_minor > 0 else "\u2212"
        return f"{sign}{money.to_text(abs(line.money_minor))}"
    return f"{line.uses:+d}" if line.uses else ""
