"""A window that sells cards and a gate that reads them: one call a step."""

from collections.abc import Sequence
from datetime import datetime
from itertools import count
from typing import Any

from domain.admission import redemptions
from domain.admission.redemptions import Answer, Direction, Passage, PassResult, Recorded
from domain.cards import memberships, products
from domain.cards.memberships import (
    CardMediumKind,
    Holder,
    HolderInput,
    MembershipStatus,
    ReplacementCause,
)
from domain.cards.products import CardKind, CardProductInput
from domain.commerce import ledger, orders
from domain.commerce.ledger import AccountKind
from domain.commerce.orders import FromAccount, Order, Sale, Wanted
from domain.commerce.payments import Tender
from domain.kernel import ids
from domain.kernel.channels import Channel
from domain.kernel.db import Database
from domain.operation import approvals, verification
from domain.operation.approvals import ApprovalStatus
from tests.domain.admission.tickets import market
from tests.domain.admission.tickets.market import VAULT, Market
from tests.domain.commerce.factories import NOON, TODAY

PERSON, OTHER = "11010519491231002X", "440524199001010018"
UID = "04A1B2C3D4E5F6"
CHECKS = ("ledger", "orders", "payments", "refunds", "shifts", "cards", "card_spends")
STORED = {
    "kind": CardKind.STORED_VALUE,
    "top_ups": [{"amount_minor": 300_000, "bonus_minor": 100_000}],
    "deposit_minor": 2_000,
    "points_per_yuan": 1,
    "levels": [
        {"points": 500, "name_zh": "银卡"},
        {"points": 1_000, "name_zh": "金卡"},
    ],
}
TERM = {"kind": CardKind.TERM, "price_minor": 36_500, "term_days": 365}
COUNT = {
    "kind": CardKind.COUNT,
    "price_minor": 100_000,
    "uses": 10,
    "entry_price_minor": 13_000,
}
_keys = count(1)


class Desk:
    """The first window of a small area, its open shift, and a gate."""

    def __init__(self, made: Market, gate_id: str) -> None:
        self.market, self.db, self.world = made, made.db, made.world
        self.gate_id = gate_id

    async def product(self, **values: Any) -> str:
        """A product that is on sale: written by one, approved by another."""
        values = {"code": f"K{next(_keys)}", "name_zh": "云岭卡", "is_named": True} | values
        given = CardProductInput.model_validate(values)
        maker, checker = self.world.cashier_2, self.world.supervisor
        area_id = self.world.area_id
        product_id = await self.db.act(products.add_product, area_id, given, maker, NOON)
        approval = await self.db.act(products.propose, product_id, given, maker, NOON, "新卡")
        await self.db.act(approvals.decide, approval, ApprovalStatus.APPROVED, checker, NOON)
        return product_id

    def holder(self, document: str = PERSON, **values: Any) -> Holder:
        given = {"name": "张伟", "phone": "13800138000", "document_number": document} | values
        return memberships.holder(VAULT, HolderInput(**given), ids.new_id(), TODAY)

    async def buy(
        self,
        *wanted: Wanted,
        holders: Sequence[Holder] = (),
        now: datetime = NOON,
        paid: bool = True,
        request_id: str = "",
    ) -> Order:
        sale = Sale(
            request_id or ids.new_id(),
            self.world.area_id,
            Channel.WINDOW,
            wanted,
            self.world.window_id,
            cash_minor=100_000_000 if paid else None,
        )
        return await self.db.act(memberships.sell, sale, holders, self.world.cashier, now)

    async def open(
        self,
        product_id: str,
        *,
        top_up: int = 0,
        uid: str = "",
        now: datetime = NOON,
        **values: Any,
    ) -> Any:
        """An open card of 张伟, its row."""
        who = self.holder(**values)
        media = [(CardMediumKind.NFC, uid)] if uid else []
        wanted = memberships.opening(
            product_id, TODAY, holder=who, media=media, top_up_minor=top_up
        )
        order = await self.buy(wanted, holders=[who], now=now)
        return await self.card(order.lines[0].terms["card_id"])

    async def card(self, card_id: str) -> Any:
        return (await self.db.ask(memberships.detail, card_id)).card

    async def top_up(self, card_id: str, minor: int) -> Order:
        return await self.buy(memberships.top_up(card_id, minor, TODAY))

    async def tickets(self, quantity: int = 1, *, paid: bool = False) -> Order:
        """An order of adult tickets at 98.00 each, held."""
        wanted = Wanted(self.world.adult_id, quantity, TODAY)
        return await self.buy(wanted, paid=paid)

    async def pay(self, card_id: str, order: Order, minor: int = 0, **values: Any) -> Order:
        values.setdefault("request_id", ids.new_id())
        values.setdefault("proof", marks())
        asked = FromAccount(
            order_id=order.id,
            tender=Tender.STORED_VALUE,
            account_id=card_id,
            amount_minor=minor,
            window_id=self.world.window_id,
            **values,
        )
        return await self.db.act(orders.pay_from, asked, self.world.cashier, NOON)

    async def replace(
        self,
        card_id: str,
        cause: ReplacementCause = ReplacementCause.LOST,
        *,
        document: str = PERSON,
        uid: str = "",
        **values: Any,
    ) -> Any:
        """The successor's row."""
        media = [(CardMediumKind.NFC, uid)] if uid else []
        wanted = memberships.replacement(
            card_id, cause, TODAY, document_marks=marks(document), media=media
        )
        order = await self.buy(wanted, **values)
        return await self.card(order.lines[0].terms["new_card_id"])

    async def approve(self, approval_id: str | None, now: datetime = NOON) -> None:
        supervisor = self.world.supervisor
        assert approval_id is not None
        await self.db.act(approvals.decide, approval_id, ApprovalStatus.APPROVED, supervisor, now)

    async def scan(self, code: str = UID, now: datetime = NOON, **values: Any) -> Answer:
        values.setdefault("kind", "nfc")
        return await self.market.scan(self.gate_id, code, now, **values)

    async def walk(
        self, scan_id: str, now: datetime = NOON, result: PassResult = PassResult.PASSED
    ) -> Recorded:
        passage = Passage(
            None,
            ids.new_id(),
            scan_id,
            self.gate_id,
            result,
            1,
            Direction.IN,
            "rotor",
            None,
        )
        return await self.db.act(redemptions.record_passage, passage, now)

    async def enter(self, code: str = UID, now: datetime = NOON) -> Answer:
        """Scan, and walk through when let in."""
        scan_id = ids.new_id()
        answer = await self.scan(code, now, scan_id=scan_id)
        if answer.allowed:
            await self.walk(scan_id, now)
        return answer

    async def balance(self, account: AccountKind, owner_id: str, currency: str = "CNY") -> int:
        return await self.db.ask(ledger.balance, account, owner_id, currency)

    async def findings(self) -> list[str]:
        found = [await self.db.ask(verification.run, name) for name in CHECKS]
        return [f"{one.check}, {one.subject}: {one.problem}" for each in found for one in each]

    async def status(self, card_id: str) -> MembershipStatus:
        return MembershipStatus((await self.card(card_id)).status)


def marks(document: str = PERSON) -> tuple[str, ...]:
    return VAULT.fingerprints("document", document)


async def opened(db: Database) -> Desk:
    return Desk(*await market.opened(db))
