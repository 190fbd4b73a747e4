"""Reading a card, changing its state, and moving what it holds: every act does it through these."""

from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from domain.admission import blocklists
from domain.cards.memberships import store
from domain.cards.memberships.model import MEMBERSHIP_MOVES, CardMediumStatus, MembershipStatus
from domain.cards.products import get_product, level_at, levels_of
from domain.kernel.clock import day_bounds, local_day
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, NotFound, Refused
from domain.kernel.refusals import Refusal
from domain.kernel.states import move

NOUN = "membership"  # of audit entries and of the ledger's causes
LOT_NOUN = "card_lot"
WORTHLESS = frozenset(
    {
        MembershipStatus.LOST,
        MembershipStatus.FROZEN,
        MembershipStatus.REPLACED,
        MembershipStatus.RETURNED,
    }
)


class Change(NamedTuple):
    """How much more (or less) a card holds."""

    principal_minor: int = 0
    bonus_minor: int = 0
    deposit_minor: int = 0
    uses: int = 0
    points: int = 0


async def get(tx: Tx, card_id: str) -> Any:
    """The card's row. Raises NotFound."""
    row = await tx.one(store.GET_CARD, id=card_id)
    if row is None:
        raise NotFound()
    return row


async def locked(tx: Tx, card_id: str) -> Any:
    """The same, and nobody else changes it until this transaction ends."""
    row = await tx.one(store.LOCK_CARD, id=card_id)
    if row is None:
        raise NotFound()
    return row


async def newest(tx: Tx, card_id: str) -> Any:
    """The card, or what it was replaced by, locked."""
    card = await locked(tx, card_id)
    while card.replaced_by_id is not None:
        card = await locked(tx, card.replaced_by_id)
    return card


async def move_to(tx: Tx, card: Any, to: MembershipStatus, why: str, now: datetime) -> None:
    """Change the state. Raises Conflict when it cannot follow, or somebody was first."""
    move(MEMBERSHIP_MOVES, MembershipStatus(card.status), to)
    moved = await tx.one(
        store.MOVE_CARD, card=card.id, seen=card.status, to_status=to.value, why=why[:200], now=now
    )
    if moved is None:
        raise Conflict()
    await tell_gates(tx, card, to, now)


async def tell_gates(tx: Tx, card: Any, to: MembershipStatus, now: datetime) -> None:
    """What gates refuse even when they cannot ask: the media of a card that is lost, frozen or
    dead; and no longer those of one that is good again."""
    if to not in WORTHLESS and card.status not in WORTHLESS:
        return
    media = await tx.rows(store.MEDIA_OF, card=card.id)
    if to in WORTHLESS:
        await blocklists.block(tx, card.area_id, [one.code for one in media], now)
        return
    good = [one.code for one in media if one.status != CardMediumStatus.DEAD]
    await blocklists.unblock(tx, card.area_id, good, now)


async def change_balance(tx: Tx, card: Any, change: Change) -> None:
    """Write down what a card holds after an entry in the ledger; its level follows its points."""
    level = card.level
    if change.points:
        product = await get_product(tx, card.product_id)
        level = level_at(levels_of(product.levels), card.points + change.points)
    await tx.one(
        store.MOVE_BALANCE,
        card=card.id,
        principal=change.principal_minor,
        bonus=change.bonus_minor,
        deposit=change.deposit_minor,
        uses=change.uses,
        more_points=change.points,
        to_level=level,
    )


def refusal_for_use(card: Any, now: datetime) -> Refusal | None:
    """Why a card can neither pay nor open a gate; None when it can."""
    dead = {
        MembershipStatus.BLANK: Refusal.CARD_INACTIVE,
        MembershipStatus.INITIALISED: Refusal.CARD_INACTIVE,
        MembershipStatus.LOST: Refusal.LOST,
        MembershipStatus.FROZEN: Refusal.LOCKED,
        MembershipStatus.EXPIRED: Refusal.EXPIRED,
        MembershipStatus.REPLACED: Refusal.MEDIUM_DEAD,
        MembershipStatus.RETURNED: Refusal.MEDIUM_DEAD,
    }
    if refusal := dead.get(MembershipStatus(card.status)):
        return refusal
    if card.valid_until is not None and now >= card.valid_until:
        return Refusal.EXPIRED
    if card.valid_from is not None and now < card.valid_from:
        return Refusal.NOT_YET
    return None


async def must_be_free(tx: Tx, card: Any) -> None:
    """Raises Refused CARD_RESERVED while an unpaid order holds the card."""
    if await tx.rows(store.RESERVATIONS_OF, card=card.id):
        raise Refused(Refusal.CARD_RESERVED)


# -- terms


async def zone_of(tx: Tx, area_id: str) -> ZoneInfo:
    area = await tx.one(store.AREA, area=area_id)
    if area is None:
        raise NotFound()
    return ZoneInfo(area.time_zone)


def add_term(day: date, months: int, days: int) -> date:
    """The day so long after another; the end of a month stays within its month."""
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    first_of_next = date(year + month // 12, month % 12 + 1, 1)
    last = (first_of_next - timedelta(days=1)).day
    return date(year, month, min(day.day, last)) + timedelta(days=days)


class Term(NamedTuple):
    """From the first day until the first day that it is no longer valid."""

    from_on: date
    until_on: date


def renewed(product: Any, card: Any, today: date, zone: ZoneInfo) -> Term | None:
    """A new term: renewed early it begins where the old one ends, late today; None without one."""
    if not (product.term_months or product.term_days):
        return None
    starts = today
    if card is not None and card.valid_until is not None:
        starts = max(today, local_day(card.valid_until, zone))
    return Term(starts, add_term(starts, product.term_months, product.term_days))


def last_day_of(term: Term | None) -> date | None:
    """The last day on which a term's card is good."""
    return None if term is None else term.until_on - timedelta(days=1)


def end_of(term: Term | None, zone: ZoneInfo) -> datetime | None:
    """The first moment that a term is over."""
    return None if term is None else day_bounds(term.until_on, zone)[0]
