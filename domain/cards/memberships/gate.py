"""A card at a gate (MEMBER mode): admission asks, this answers and counts.

A term card enters while it is valid, a count card spends one use, a card with a balance pays the
price of an entry where its product says so and else opens nothing. What is held for somebody who
walks through is counted when the arm has turned, and free again when it has not.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from domain.admission.redemptions import bearers
from domain.admission.redemptions.bearers import AtGate
from domain.cards.memberships import spending, store
from domain.cards.memberships.cards import Change, change_balance, refusal_for_use
from domain.cards.memberships.fulfilling import post_uses
from domain.cards.memberships.model import CardMediumStatus
from domain.cards.memberships.spending import Cause
from domain.cards.products import WITH_BALANCE, CardKind
from domain.commerce import ledger
from domain.commerce.ledger import AccountKind, Entry, Posting
from domain.kernel.clock import local_day
from domain.kernel.db import Tx
from domain.kernel.errors import Refused
from domain.kernel.identity import mask_name
from domain.kernel.refusals import Refusal

MODE, ENTRY = "member", "redemption"
# whose document opens a gate spends the least: a term, then what was bought by the entry
CHEAPEST = {CardKind.TERM: 0, CardKind.COUNT: 1, CardKind.VIP: 2, CardKind.STORED_VALUE: 3}


class CardAtGate:
    """A card's row as a scan found it, locked."""

    def __init__(self, row: Any) -> None:
        self.row = row
        self.id: str = row.id

    @property
    def details(self) -> Mapping[str, Any]:
        row = self.row
        shown = {
            "number": row.number,
            "type_zh": row.type_zh or "",
            "type_en": row.type_en or "",
            "mode": MODE,
            "kind": row.kind,
            "of": 1,
        }
        if row.holder_name:
            shown["holder"] = mask_name(row.holder_name)
        if row.kind == CardKind.COUNT:
            shown["left"] = row.uses_left
        if row.valid_until is not None:
            shown["valid_until"] = row.valid_until.isoformat()
        if row.last_passed_at is not None:
            shown["passed_at"] = row.last_passed_at.isoformat()
        return shown

    @property
    def good_until(self) -> datetime | None:
        until: datetime | None = self.row.valid_until
        return until

    @property
    def is_inside(self) -> bool:
        return bool(self.row.inside)

    def worthless(self, at: AtGate) -> Refusal | None:
        return refusal_for_use(self.row, at.at)

    def refusal(self, at: AtGate) -> Refusal | None:
        row = self.row
        if row.medium_status == CardMediumStatus.LOST:
            return Refusal.LOST
        if row.medium_status == CardMediumStatus.DEAD:
            return Refusal.MEDIUM_DEAD
        if refusal := refusal_for_use(row, at.at):
            return refusal
        if row.area_id != at.area_id or not row.scope_bits & at.gate_bit:
            return Refusal.WRONG_SITE
        if row.held_until is not None and row.held_until > at.at:
            return Refusal.IN_USE
        return self.entry_refusal(at)

    def entry_refusal(self, at: AtGate) -> Refusal | None:
        row = self.row
        today = local_day(at.at, ZoneInfo(at.time_zone))
        times = row.entered_times if row.entered_on == today else 0
        if row.daily_entries and times >= row.daily_entries:
            return Refusal.USED_UP
        pause = timedelta(minutes=row.passback_minutes)
        if row.inside and row.last_passed_at and at.at < row.last_passed_at + pause:
            return Refusal.PASSBACK
        if row.kind == CardKind.COUNT and row.uses_left < 1:
            return Refusal.USED_UP
        if row.kind in WITH_BALANCE:
            if not row.pays_entry:
                return Refusal.WRONG_SITE
            if row.principal_minor + row.bonus_minor < row.entry_price_minor:
                return Refusal.BALANCE_SHORT
        return None

    async def hold(self, tx: Tx, redemption_id: str, until: datetime) -> None:
        await tx.run(store.HOLD, card=self.id, new_held_by=redemption_id, new_held_until=until)

    async def free(self, tx: Tx, redemption_id: str) -> None:
        if self.row.held_by == redemption_id:
            await tx.run(store.HOLD, card=self.id, new_held_by=None, new_held_until=None)

    async def enter(self, tx: Tx, heads: int, redemption_id: str, at: AtGate) -> int:
        """A card is one head. What it no longer held (a use, a balance) is not covered; the entry
        is counted all the same, for somebody did go in."""
        row = self.row
        covered = 1
        if row.kind == CardKind.COUNT:
            covered = await self.use_one(tx, at)
        elif row.kind in WITH_BALANCE:
            covered = await self.pay_entry(tx, redemption_id, at)
        today = local_day(at.at, ZoneInfo(at.time_zone))
        times = row.entered_times if row.entered_on == today else 0
        await tx.run(
            store.ENTER,
            card=self.id,
            now_inside=1,
            on_day=today,
            times=times + 1,
            passed_at=at.at,
            gate=at.gate_id,
        )
        return heads - covered

    async def use_one(self, tx: Tx, at: AtGate) -> int:
        """One use of the oldest lot that has any; how many it covered."""
        lot = await tx.one(store.USE_LOT, card=self.id)
        if lot is None:
            return 0
        await tx.one(store.MOVE_LOT, lot=lot.id, principal=0, bonus=0, more_uses=-1)
        post_uses(tx, self.row, -1, at.area_id, "membership.used", at.at)
        await change_balance(tx, self.row, Change(uses=-1))
        return 1

    async def pay_entry(self, tx: Tx, redemption_id: str, at: AtGate) -> int:
        """The price of an entry off the balance; how many it covered."""
        price = self.row.entry_price_minor
        if not self.row.pays_entry:
            return 0
        cause = Cause(ENTRY, redemption_id, at.area_id)
        try:
            money = await spending.spend(tx, self.row, price, cause, at.at)
        except Refused:
            return 0
        postings = [*money, Posting(AccountKind.SALES, at.area_id, -price)]
        ledger.post(
            tx, Entry(ENTRY, redemption_id, "membership.entry_paid", at.area_id, postings), at.at
        )
        return 1

    async def leave(self, tx: Tx, at: AtGate) -> None:
        await tx.run(store.LEAVE, card=self.id)


class CardKeeper:
    """Registered with admission."""

    async def find(self, tx: Tx, code: str) -> CardAtGate | None:
        row = await tx.one(store.SEEN_BY_CODE, medium_code=code)
        return None if row is None else CardAtGate(row)

    async def find_again(self, tx: Tx, bearer_id: str) -> CardAtGate | None:
        row = await tx.one(store.SEEN_BY_ID, id=bearer_id)
        while row is not None and row.replaced_by_id is not None:
            row = await tx.one(store.SEEN_BY_ID, id=row.replaced_by_id)
        return None if row is None else CardAtGate(row)

    async def find_by_document(self, tx: Tx, documents: Sequence[str]) -> list[CardAtGate]:
        rows = await tx.rows(store.SEEN_BY_DOCUMENT, marks=list(documents))
        return [CardAtGate(row) for row in sorted(rows, key=lambda row: CHEAPEST[row.kind])]


bearers.register(CardKeeper())
