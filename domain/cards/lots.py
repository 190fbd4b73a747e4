"""What one purchase of a card is worth, and how spending takes from it (domain.md, 6.1 and 6.4).

Pure, in whole fen. A lot is one purchase or one top-up: so much principal P was paid, so much
bonus G was given on top, and every fen spent is principal and bonus in that ratio. Ratios are never
averaged over lots: the oldest lot is spent first, to its end.

Of a lot, (a) is what is left when the seller must give it back (closure, breach, a claim), (b) when
the buyer wants it back for reasons of his own. (a) adds up over parts of a lot; (b) does not, for
it never goes below nothing: it is computed for the whole lot.
"""

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from domain.kernel.errors import InvalidInput, say
from domain.kernel.money import split

ALL_BPS = 10_000


class Worth(NamedTuple):
    """What is left of a lot: (a) not for the buyer's reason, (b) for the buyer's own."""

    by_right_minor: int
    by_wish_minor: int


def half_up(exact: Fraction) -> int:
    """Rounded once, at the end; half a fen goes up."""
    return (2 * exact.numerator + exact.denominator) // (2 * exact.denominator)


def stored_value(principal: int, bonus: int, spent: int) -> Worth:
    """K1 优惠卡: `spent` is face value, of which a part was bonus."""
    face = principal + bonus
    own = Fraction(spent * principal, face) if face else Fraction(0)
    return Worth(half_up(principal - own), max(0, principal - spent))


def discounted(principal: int, price_bps: int, list_value: int) -> Worth:
    """K2 折扣卡: what was bought at `price_bps` of its list price counts so, or in full."""
    charged = Fraction(price_bps * list_value, ALL_BPS)
    return Worth(max(0, half_up(principal - charged)), max(0, principal - list_value))


def term(fee: int, days_left: int, days_total: int) -> Worth:
    """K3 权利卡 and K5 unlimited term card: by the day, from when it ends for both."""
    worth = half_up(Fraction(fee * days_left, days_total)) if days_total else 0
    return Worth(worth, worth)


def uses(principal: int, bought: int, used: int, list_price: int) -> Worth:
    """K4 次卡: `bought` with the free ones; a use counts its list price when the buyer leaves."""
    by_right = half_up(Fraction(principal * (bought - used), bought)) if bought else 0
    return Worth(by_right, max(0, principal - used * list_price))


# -- splitting a purchase (6.1)


def split_face(amount: int, limit: int) -> list[int]:
    """Cards of at most `limit` each: as many full ones as there are, and the rest on one more."""
    if amount <= 0 or limit <= 0:
        raise InvalidInput({"amount": say("An amount and a limit above nothing are needed.")})
    rest = amount % limit
    return [limit] * (amount // limit) + ([rest] if rest else [])


def split_bonus(bonus: int, faces: Sequence[int]) -> list[int]:
    """A bonus over the cards of a split, in proportion; the parts add up."""
    return split(bonus, list(faces))


def split_uses(many: int, price: int, limit: int) -> list[int]:
    """Uses at a price each over cards of at most `limit`: whole uses only."""
    if many <= 0 or price <= 0 or limit < price:
        raise InvalidInput({"amount": say("An amount and a limit above nothing are needed.")})
    return split_face(many, limit // price)


# -- spending and putting back


class Lot(NamedTuple):
    """A purchase as it stands: what was paid and given, and what of each is unspent."""

    id: str
    principal_minor: int
    bonus_minor: int
    principal_left_minor: int
    bonus_left_minor: int

    @property
    def left_minor(self) -> int:
        return self.principal_left_minor + self.bonus_left_minor


class Part(NamedTuple):
    """What one spending takes from one lot."""

    lot_id: str
    principal_minor: int
    bonus_minor: int

    @property
    def face_minor(self) -> int:
        return self.principal_minor + self.bonus_minor


def spend(lots: Sequence[Lot], face_minor: int) -> list[Part]:
    """Take an amount from lots, the first one first. ValueError when they do not hold it."""
    parts: list[Part] = []
    rest = face_minor
    for lot in lots:
        if (taken := min(rest, lot.left_minor)) > 0:
            parts.append(part_of(lot, taken))
            rest -= taken
    if rest:
        raise ValueError("more than is left")
    return parts


def part_of(lot: Lot, face_minor: int) -> Part:
    """Principal and bonus of an amount: of all that is spent by then, principal is P/(P+G) to the
    fen, so that what is left is what (a) says; partial refunds may leave it a fen beside that."""
    spent_after = lot.principal_minor + lot.bonus_minor - lot.left_minor + face_minor
    target = split(spent_after, [lot.principal_minor, lot.bonus_minor])[0]
    principal = target - (lot.principal_minor - lot.principal_left_minor)
    least = max(0, face_minor - lot.bonus_left_minor)
    most = min(face_minor, lot.principal_left_minor)
    principal = max(least, min(most, principal))
    return Part(lot.id, principal, face_minor - principal)


def put_back(parts: Sequence[Part], face_minor: int) -> list[Part]:
    """Of what a spending took and nobody has put back yet, an amount in the same proportions; all
    of it mirrors the spending to the fen. ValueError when it is more than that."""
    flat = [minor for part in parts for minor in (part.principal_minor, part.bonus_minor)]
    if face_minor > sum(flat):
        raise ValueError("more than was taken")
    shares = split(face_minor, flat) if face_minor else [0] * len(flat)
    back = [Part(part.lot_id, shares[2 * n], shares[2 * n + 1]) for n, part in enumerate(parts)]
    return [part for part in back if part.face_minor]
