"""What pages say of a member card: what it holds, its lots, what went onto it and off it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from domain.cards import memberships
from domain.cards.memberships import CardMediumKind, Detail, LotKind, MembershipStatus
from domain.cards.memberships.model import CardMediumStatus
from domain.cards.products import WITH_BALANCE, CardKind
from domain.kernel.errors import Message, say
from webapp import i18n

_S = MembershipStatus
LIVE = frozenset({_S.ACTIVE, _S.EXPIRED})
POINTS_ONLY = say("Points")
TEXTS: Mapping[str, Message] = {
    "order.paid": say("Bought at a desk or on the web"),
    "membership.uses_bought": say("Bought at a desk or on the web"),
    "membership.bonus_given": say("Bonus"),
    "payment.paid": say("Paid with the card"),
    "payment.returned": say("Put back on the card"),
    "payout.paid_out": say("Put back on the card"),
    "membership.entry_paid": say("Entry paid at a gate"),
    "membership.used": say("One entry used at a gate"),
    "membership.replaced": say("Moved with a replacement"),
    "membership.emptied": say("Returned"),
    "refund.approved": say("Returned"),
    "membership.brought_in": say("Taken over from an old system"),
}


class Line(NamedTuple):
    """One moment in a card's life: how much more (or less) it held after it."""

    at: datetime
    what: Message
    cause_noun: str
    cause_id: str
    principal_minor: int
    bonus_minor: int
    deposit_minor: int
    uses: int
    points: int

    @property
    def money_minor(self) -> int:
        return self.principal_minor + self.bonus_minor


NAMES = {
    "member_principal": "principal_minor",
    "member_bonus": "bonus_minor",
    "member_deposits": "deposit_minor",
    "member_uses": "uses",
    "member_points": "points",
}


def entries(rows: Sequence[Any]) -> list[Line]:
    """Ledger rows of one card, put together by the moment at which they were written."""
    lines: list[Line] = []
    for row in rows:
        what = TEXTS.get(row.text, POINTS_ONLY)
        if not lines or lines[-1].at != row.at:
            lines.append(Line(row.at, what, row.cause_noun, row.cause_id, 0, 0, 0, 0, 0))
        line, name = lines[-1], NAMES[row.account_kind]
        line = line._replace(**{name: getattr(line, name) - row.amount_minor})
        if line.what == POINTS_ONLY or row.text in ("order.paid", "membership.replaced"):
            line = line._replace(what=what, cause_noun=row.cause_noun, cause_id=row.cause_id)
        lines[-1] = line
    return [line for line in lines if any(line[4:])]


def panel(found: Detail) -> dict[str, Any]:
    """What a card's panel shows: words for its state, its kind and what it holds."""
    card = found.card
    return {
        "found": found,
        "card": card,
        "product": found.product,
        "holder": found.holder,
        "state": MembershipStatus(card.status),
        "kind": CardKind(card.kind) if card.kind else None,
        "has_balance": card.kind in WITH_BALANCE,
        "balance_minor": card.principal_minor + card.bonus_minor,
        "lot_kind": LotKind,
        "medium_kind": CardMediumKind,
        "medium_state": CardMediumStatus,
        "level_name": level_name(found.level),
        "next_level": found.next_level,
        "next_level_name": level_name(found.next_level),
        "discount_bps": memberships.pricing.discount_of(found.product, card.level)
        if found.product
        else 0,
    }


def level_name(level: Any) -> str:
    """In the reader's language; "" for none."""
    if level is None:
        return ""
    return str(level.name_en if i18n.current() == "en" and level.name_en else level.name_zh)


def acts_for(found: Detail, state: MembershipStatus) -> set[str]:
    """What may be begun with a card in this state, before anybody looks closer."""
    card, product = found.card, found.product
    if product is None:
        return set()
    acts: set[str] = set()
    has_end = bool(product.term_months or product.term_days)
    if state is _S.ACTIVE:
        acts |= {"top_up"} if card.kind in WITH_BALANCE else set()
        acts |= {"lose", "pin"} if card.holder_id else set()
    if state is _S.LOST:
        acts |= {"lift"}
    if state in LIVE:
        acts |= {"return"} | ({"renew"} if has_end or card.kind not in WITH_BALANCE else set())
    if state in LIVE | {_S.LOST}:
        acts |= {"replace"}
    return acts
