"""What templates may do to a value: money, days and times in the area's zone, masks."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

from babel.dates import format_date, format_timedelta, get_day_names
from markupsafe import Markup

from domain.kernel import clock, money
from webapp import i18n, site
from webapp.given_away import given_away

NOTHING = "—"


def money_span(amount_minor: int | None) -> Markup | str:
    """An amount as the style sheet wants it: the sign and the ¥ are drawn by CSS."""
    if amount_minor is None:
        return NOTHING
    sign = ' data-sign="-"' if amount_minor < 0 else ""
    text = money.to_text(abs(amount_minor))  # digits and points: nothing to escape
    return Markup(f'<span class="money"{sign}>{text}</span>')


def money_text(amount_minor: int) -> str:
    """An amount inside a sentence or an attribute."""
    sign = "−" if amount_minor < 0 else ""
    return f"{sign}¥{money.to_text(abs(amount_minor))}"


def number(value: int | float | None) -> str:
    """With thousands separated; nothing is a dash."""
    return NOTHING if value is None else f"{value:,}".replace("-", "−")


def percent(bps: int | None) -> str:
    """Basis points as a percentage: 8360 is 83.6%."""
    return NOTHING if bps is None else f"{bps / 100:.2f}".rstrip("0").rstrip(".") + "%"


def moment(value: datetime | None) -> str:
    """A moment on the clocks of the area, to the minute."""
    return NOTHING if value is None else _local(value).isoformat(" ", "minutes")[:16]


def moment_seconds(value: datetime | None) -> str:
    return NOTHING if value is None else _local(value).isoformat(" ", "seconds")[:19]


def day(value: date | datetime | None) -> str:
    """A calendar day: 2026-11-22. A moment gives the day on which it falls in the area."""
    return NOTHING if value is None else _day(value).isoformat()


def long_day(value: date | datetime) -> str:
    """A calendar day as people say it: 11月22日 星期日; Sunday 22 November."""
    pattern = "M月d日 EEEE" if i18n.current() == "zh" else "EEEE d MMMM"
    return format_date(_day(value), pattern, locale=i18n.current())


def clock_time(value: datetime | time | None) -> str:
    """A time of day: 14:31."""
    if value is None:
        return NOTHING
    return f"{_local(value) if isinstance(value, datetime) else value:%H:%M}"


def clock_seconds(value: datetime) -> str:
    return f"{_local(value):%H:%M:%S}"


def masked(value: str | None) -> str:
    """An identity number or a phone as a screen may show it: the first 3 and the last 4."""
    if not value:
        return NOTHING
    if len(value) < 9:
        return value[:1] + "*" * (len(value) - 1)
    return value[:3] + "*" * (len(value) - 7) + value[-4:]


def machine_time(value: datetime) -> str:
    """What a <time datetime> wants."""
    return value.isoformat(timespec="seconds")


def weekday(value: date) -> str:
    """A day's name, short: 周一, Mon."""
    names = get_day_names("abbreviated", locale=i18n.current())
    return str(names[value.weekday()])


def lasting(seconds: int) -> str:
    """Seconds in their largest unit: 5分钟, 1 day."""
    return str(format_timedelta(timedelta(seconds=seconds), locale=i18n.current()))


def _local(value: datetime) -> datetime:
    return value.astimezone(site.current().zone)


def _day(value: date | datetime) -> date:
    return clock.local_day(value, site.current().zone) if isinstance(value, datetime) else value


FILTERS: dict[str, Callable[..., Any]] = {
    "money": money_span,
    "money_text": money_text,
    "number": number,
    "percent": percent,
    "datetime": moment,
    "datetime_seconds": moment_seconds,
    "date": day,
    "long_date": long_day,
    "weekday": weekday,
    "time": clock_time,
    "time_seconds": clock_seconds,
    "iso": machine_time,
    "lasting": lasting,
    "masked": masked,
    "given_away": given_away,
    "t": i18n.here,
}
