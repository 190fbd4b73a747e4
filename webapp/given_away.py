"""What promotions take off a sale, as faces show it, and the coupon that a buyer types."""

from collections.abc import Sequence
from typing import NamedTuple

from domain.commerce import promotions
from domain.commerce.orders import Line
from domain.kernel.db import Tx
from domain.kernel.errors import Message
from domain.kernel.refusals import Refusal
from webapp import i18n
from webapp.forms import Typed

LONGEST = 32


class GivenAway(NamedTuple):
    """One promotion of an order: its name in both languages, and what it takes off in all."""

    name_zh: str
    name_en: str
    minor: int

    @property
    def name(self) -> str:
        """In the reader's language."""
        return self.name_en if i18n.current() == "en" and self.name_en else self.name_zh


def given_away(lines: Sequence[Line]) -> list[GivenAway]:
    """By promotion, in the order in which they were applied."""
    found: dict[str, GivenAway] = {}
    for line in lines:
        for one in line.terms.get("promotions", ()):
            known = found.get(one["id"])
            minor = one["minor"] + (known.minor if known else 0)
            found[one["id"]] = GivenAway(one["name_zh"], one["name_en"], minor)
    return list(found.values())


def coupon_of(typed: Typed) -> tuple[str, ...]:
    """The code in the form's field, as an order takes it."""
    text = typed.text("coupon").strip().upper()[:LONGEST]
    return (text,) if text else ()


async def problem_with(
    tx: Tx, area_id: str, coupon: tuple[str, ...], lines: Sequence[Line]
) -> Message | None:
    """What to say of a code that lowers none of these lines."""
    if not coupon or await promotions.do_codes_work(tx, area_id, coupon, lines):
        return None
    return Message(Refusal.COUPON_INVALID.message)
