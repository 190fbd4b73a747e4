"""Days of the week as forms show them, and as the domain keeps them: bit 0 is Monday."""

from collections.abc import Iterable

from babel.dates import get_day_names

from webapp import i18n


def weekdays() -> list[tuple[int, str]]:
    """Monday first, in the reader's language."""
    is_chinese = i18n.current() == "zh"
    names = get_day_names("narrow" if is_chinese else "abbreviated", locale=i18n.current())
    return [(number, names[number]) for number in range(7)]


def bits_of(chosen: Iterable[str]) -> int:
    """What was ticked; what is no day of the week does not count."""
    return sum(1 << int(day) for day in set(chosen) if day in set("0123456"))
