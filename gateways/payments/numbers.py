"""Our numbers as the platforms take them: at most 32 letters and digits, so ids lose their dashes;
and amounts, which one of them wants in yuan."""

import re
from decimal import Decimal, InvalidOperation

SHORT = re.compile(r"[0-9a-f]{32}")


def shortened(number: str) -> str:
    return number.replace("-", "")


def lengthened(number: str) -> str:
    """The id of a payment again; anything else stays as it is, and will not be found."""
    if not SHORT.fullmatch(number):
        return number
    return "-".join((number[:8], number[8:12], number[12:16], number[16:20], number[20:]))


def yuan(minor: int) -> str:
    return f"{minor // 100}.{minor % 100:02d}"


def fen(text: str) -> int:
    """`98`, `98.00` or `-98.00` yuan. ValueError when it is no whole number of fen."""
    try:
        exact = Decimal(text.strip()) * 100
        whole = int(exact)
    except (InvalidOperation, OverflowError) as error:
        raise ValueError(f"not an amount: {text!r}") from error
    if exact != whole:
        raise ValueError(f"not an amount: {text!r}")
    return whole
