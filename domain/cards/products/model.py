"""What kinds of member card there are, and what a card of each is bought for."""

from collections.abc import Mapping, Sequence, Set
from enum import StrEnum
from typing import Any, NamedTuple


class CardKind(StrEnum):
    STORED_VALUE = "stored_value"  # 普通: a balance that pays
    VIP = "vip"  # 贵宾: the same, with rights
    TERM = "term"  # 年卡: any number of entries for so long
    COUNT = "count"  # 次卡: so many entries


WITH_BALANCE = frozenset({CardKind.STORED_VALUE, CardKind.VIP})


class CardProductStatus(StrEnum):
    DRAFT = "draft"  # never approved
    ON_SALE = "on_sale"
    PAUSED = "paused"
    RETIRED = "retired"


_S = CardProductStatus
PRODUCT_MOVES: Mapping[CardProductStatus, Set[CardProductStatus]] = {
    _S.DRAFT: {_S.ON_SALE, _S.RETIRED},
    _S.ON_SALE: {_S.PAUSED, _S.RETIRED},
    _S.PAUSED: {_S.ON_SALE, _S.RETIRED},
    _S.RETIRED: frozenset(),
}


class Level(NamedTuple):
    """A member with so many points has it (and none that needs more)."""

    points: int
    name_zh: str
    name_en: str = ""
    discount_bps: int = 0  # for tickets, once the level is reached


def levels_of(rows: Sequence[Mapping[str, Any]]) -> list[Level]:
    """A product's levels, the lowest first."""
    return sorted(Level(**row) for row in rows)


def level_at(levels: Sequence[Level], points: int) -> int:
    """The number of the level that so many points give; 0 for none yet."""
    return sum(1 for level in levels if level.points <= points)


def bonus_for(tiers: Sequence[Mapping[str, int]], amount_minor: int) -> int:
    """What is given on top of a top-up: the highest tier that it reaches, once."""
    reached = [tier for tier in tiers if tier["amount_minor"] <= amount_minor]
    return max(reached, key=lambda tier: tier["amount_minor"])["bonus_minor"] if reached else 0
