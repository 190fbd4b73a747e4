"""Money is whole fen (`_minor`), shares are basis points (`_bps`). Rounding is done here only."""

import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal

CURRENCY = "CNY"
AMOUNT = re.compile(r"-?([0-9]+(\.[0-9]*)?|\.[0-9]+)")  # what people type: no 1e9, no 1_000
LONGEST = 24
MOST_MINOR = 10**13  # a hundred billion yuan: beyond it is a typing mistake


def share(amount_minor: int, basis_points: int) -> int:
    """A percentage of an amount, half a fen rounding away from zero. 250 is 2.5 %."""
    exact = Decimal(amount_minor) * basis_points / 10_000
    return int(exact.quantize(Decimal(1), ROUND_HALF_UP))


def split(amount_minor: int, weights: list[int]) -> list[int]:
    """Divide an amount by weight so that the parts add up to it exactly.

    Fen that rounding left over go to the largest remainders, earliest first. With no weight at
    all the parts are equal.
    """
    if not weights:
        return []
    total = sum(weights)
    if total == 0:
        return split(amount_minor, [1] * len(weights))
    parts = [amount_minor * weight // total for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: -(amount_minor * weights[i] % total))
    for i in by_remainder[: amount_minor - sum(parts)]:
        parts[i] += 1
    return parts


def to_text(amount_minor: int) -> str:
    """`123456` as `1,234.56`: no currency sign, which the page adds."""
    sign = "-" if amount_minor < 0 else ""
    return f"{sign}{abs(amount_minor) // 100:,}.{abs(amount_minor) % 100:02d}"


def from_text(typed: str) -> int:
    """Yuan as typed (`1,234.5`, `￥12`) to fen. ValueError when it is no whole number of fen."""
    cleaned = unicodedata.normalize("NFKC", typed).strip().lstrip("¥").replace(",", "").strip()
    if not AMOUNT.fullmatch(cleaned) or len(cleaned) > LONGEST:
        raise ValueError(f"not an amount: {typed!r}")
    exact = Decimal(cleaned) * 100
    if abs(exact) > MOST_MINOR or exact != exact.to_integral_value():
        raise ValueError(f"not an amount: {typed!r}")
    return int(exact)
