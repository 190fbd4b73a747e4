"""What 云岭景区 sells: twelve ticket types of five products, dearer at weekends and on holidays."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from domain.commerce import capacity, catalog
from domain.commerce.capacity import PlanInput
from domain.commerce.catalog import (
    ConcessionInput,
    PriceRuleInput,
    ProductInput,
    RefundPolicyInput,
    TicketTypeInput,
    TierInput,
)
from domain.commerce.catalog.concessions import PRESETS
from domain.commerce.catalog.model import TicketKind
from domain.kernel.actors import Actor
from domain.kernel.db import Tx
from domain.operation import approvals
from domain.operation.approvals import ApprovalStatus
from webapp.demo.places import Area

WEEKEND = 0b1100000  # Saturday and Sunday
REASON = "开园定价"
CONCESSIONS = [
    ConcessionInput(**one._asdict())
    for one in (*PRESETS["national"], *PRESETS["seniors_half_60_free_70"])
]


class Catalogue(NamedTuple):
    """Ids by code."""

    products: dict[str, str]
    types: dict[str, str]


class Makers(NamedTuple):
    """One drafts, another publishes."""

    editor: Actor
    checker: Actor


PRODUCTS: dict[str, dict[str, Any]] = {
    "GATE": {"name_zh": "大门票", "name_en": "Admission", "book_days_ahead": 30},
    "CABLE": {
        "name_zh": "索道",
        "name_en": "Cable car",
        "opens_area": False,
        "counts_capacity": False,
        "slotted": True,
        "spots": ["CABLE"],
    },
    "BOAT": {
        "name_zh": "游船",
        "name_en": "Boat",
        "opens_area": False,
        "counts_capacity": False,
        "slotted": True,
        "seated": True,
        "spots": ["BOAT"],
    },
    "COMBO": {
        "name_zh": "三景联票",
        "name_en": "Three-sight ticket",
        "spots": ["CABLE", "CAVE", "BOAT"],
        "book_days_ahead": 30,
    },
    "STAY": {"name_zh": "多日票", "name_en": "Several days", "book_days_ahead": 30},
}

# code, product, Chinese, English, kind, list price in fen, the rest
TYPES: tuple[tuple[str, str, str, str, str, int, dict[str, Any]], ...] = (
    ("ADULT", "GATE", "成人票", "Adult", "adult", 9_800, {"hint_zh": "全价", "hint_en": "full"}),
    (
        "CHILD",
        "GATE",
        "儿童票",
        "Child",
        "child",
        4_900,
        {"hint_zh": "6–18 周岁", "hint_en": "6 to 18 years"},
    ),
    (
        "STUDENT",
        "GATE",
        "学生票",
        "Student",
        "student",
        4_900,
        {"hint_zh": "凭学生证", "hint_en": "with a card"},
    ),
    (
        "SENIOR",
        "GATE",
        "老人票",
        "Senior",
        "senior",
        4_900,
        {"hint_zh": "60–69 周岁", "hint_en": "60 to 69 years"},
    ),
    (
        "CABLE-RETURN",
        "CABLE",
        "索道往返",
        "Cable car, return",
        "adult",
        8_000,
        {"gate_mode": "multi_entry", "entries": 2, "passback_minutes": 5},
    ),
    ("CABLE-SINGLE", "CABLE", "索道单程", "Cable car, single", "adult", 5_000, {}),
    ("BOAT", "BOAT", "游船票", "Boat", "adult", 6_000, {}),
    (
        "FAMILY",
        "GATE",
        "家庭套票",
        "Family",
        "family",
        22_800,
        {
            "persons": 3,
            "gate_mode": "one_many",
            "hint_zh": "2 大 1 小",
            "hint_en": "2 adults, 1 child",
        },
    ),
    (
        "FREE",
        "GATE",
        "免费票",
        "Free",
        "infant",
        0,
        {"hint_zh": "6 岁以下、70 岁以上", "hint_en": "under 7, from 70", "channels": ["window"]},
    ),
    (
        "GROUP",
        "GATE",
        "团体票",
        "Group",
        "group",
        8_000,
        {
            "gate_mode": "one_many",
            "group_min": 10,
            "group_free_every": 16,
            "hint_zh": "10 人起，满 16 免 1",
            "hint_en": "from 10, one free per 16",
        },
    ),
    (
        "NAMED",
        "GATE",
        "实名优惠票",
        "Concession, by name",
        "other",
        9_800,
        {
            "real_name": True,
            "concessions": CONCESSIONS,
            "hint_zh": "按证件计优惠",
            "hint_en": "by the document",
        },
    ),
    (
        "COMBO",
        "COMBO",
        "三景联票",
        "Three sights",
        "adult",
        18_800,
        {"gate_mode": "multi_spot", "hint_zh": "大门+索道+溶洞+游船", "hint_en": "all sights"},
    ),
)
PEAK: Mapping[str, int] = {"ADULT": 11_800, "FAMILY": 26_800, "COMBO": 20_800}


async def build(tx: Tx, area: Area, makers: Makers, first_day: date, now: datetime) -> Catalogue:
    """Everything on sale, drafted by one and published by another, from `first_day` on."""
    policy_id = await add_policy(tx, makers, now)
    products = {code: await add_product(tx, area, code, makers.editor, now) for code in PRODUCTS}
    types = {}
    for position, (code, product, zh, en, kind, price, rest) in enumerate(TYPES, 1):
        given = TicketTypeInput(
            code=code,
            name_zh=zh,
            name_en=en,
            kind=TicketKind(kind),
            list_price_minor=price,
            refund_policy_id=policy_id,
            position=position,
            prices=prices(code, first_day),
            **rest,
        )
        types[code] = await publish(tx, products[product], given, makers, now)
    for code, quota in (("CABLE", 960), ("BOAT", 240)):
        plan = PlanInput(
            from_on=first_day,
            until_on=first_day + timedelta(days=400),
            starts="00:00",
            ends="24:00",
            every_minutes=120,
            quota=quota,
            window_bps=2_000,
        )
        await capacity.add_plan(tx, products[code], plan, makers.editor, now)
    return Catalogue(products, types)


def prices(code: str, first_day: date) -> list[PriceRuleInput]:
    if code not in PEAK:
        return []
    return [
        PriceRuleInput(
            label_zh="旺",
            label_en="peak",
            from_on=first_day,
            until_on=first_day + timedelta(days=730),
            weekdays=WEEKEND,
            price_minor=PEAK[code],
            priority=10,
        )
    ]


async def add_policy(tx: Tx, makers: Makers, now: datetime) -> str:
    """The rules of domain.md 5: all until a day before, 90 % until the start, 80 % on the day."""
    given = RefundPolicyInput(
        code="STANDARD",
        name_zh="标准退改规则",
        name_en="Standard",
        tiers=[
            TierInput(bps=10_000, hours_before=24),
            TierInput(bps=9_000, hours_before=0),
            TierInput(bps=8_000),
        ],
    )
    approval_id = await catalog.propose_policy(tx, None, given, makers.editor, now, REASON)
    await approvals.decide(tx, approval_id, ApprovalStatus.APPROVED, makers.checker, now)
    return str((await catalog.list_policies(tx))[0].id)


async def add_product(tx: Tx, area: Area, code: str, actor: Actor, now: datetime) -> str:
    fields = dict(PRODUCTS[code])
    spots = {area.spots[spot]: 0 for spot in fields.pop("spots", [])}
    given = ProductInput(code=code, spots=spots, **fields)
    return await catalog.add_product(tx, area.id, given, actor, now)


async def publish(
    tx: Tx, product_id: str, given: TicketTypeInput, makers: Makers, now: datetime
) -> str:
    type_id = await catalog.add_ticket_type(tx, product_id, given, makers.editor, now)
    approval_id = await catalog.submit(tx, type_id, makers.editor, now, REASON)
    await approvals.decide(tx, approval_id, ApprovalStatus.APPROVED, makers.checker, now)
    return type_id
