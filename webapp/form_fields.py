"""Kinds of form fields beyond pydantic's own: yuan, percent, days, moments, lines of text."""

from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from domain.kernel import clock, money
from domain.kernel.errors import say
from webapp import site
from webapp.form_errors import NOT_A_DAY, NOT_A_TIME
from webapp.forms import wrong


def _fen(typed: Any) -> int:
    try:
        return money.from_text(str(typed))
    except ValueError:
        raise wrong(say("Please type an amount in yuan, like 98 or 98.50.")) from None


def _not_negative(amount_minor: int) -> int:
    if amount_minor < 0:
        raise wrong(say("The amount cannot be negative."))
    return amount_minor


def _more_than_nothing(amount_minor: int) -> int:
    if amount_minor <= 0:
        raise wrong(say("The amount must be more than nothing."))
    return amount_minor


def _bps(typed: Any) -> int:
    try:
        exact = Decimal(str(typed).strip().rstrip("%％")) * 100
    except InvalidOperation:
        exact = Decimal("NaN")
    if not exact.is_finite() or exact != exact.to_integral_value() or not 0 <= exact <= 10_000:
        raise wrong(say("Please type a percentage from 0 to 100, like 12.5."))
    return int(exact)


def _day(typed: Any) -> date:
    try:
        day = date.fromisoformat(str(typed).strip())
    except ValueError:
        raise wrong(NOT_A_DAY) from None
    if not 1900 <= day.year <= 2200:
        raise wrong(NOT_A_DAY)
    return day


def _time(typed: Any) -> time:
    try:
        at = time.fromisoformat(str(typed).strip())
    except ValueError:
        raise wrong(NOT_A_TIME) from None
    if at.tzinfo is not None:
        raise wrong(NOT_A_TIME)
    return at.replace(microsecond=0)


def _moment(typed: Any) -> datetime:
    """What <input type=datetime-local> sends, on the area's clock; kept in UTC."""
    try:
        local = datetime.fromisoformat(str(typed).strip())
    except ValueError:
        raise wrong(say("Please type a date and a time.")) from None
    if local.tzinfo is not None or not 1900 <= local.year <= 2200:
        raise wrong(say("Please type a date and a time."))
    return clock.local_moment(local.date(), local.time(), site.current().zone)


def _one_line(text: str) -> str:
    return " ".join(text.split())


Line = Annotated[str, StringConstraints(max_length=120), AfterValidator(_one_line)]
LongLine = Annotated[str, StringConstraints(max_length=500), AfterValidator(_one_line)]
Paragraph = Annotated[str, StringConstraints(max_length=4000)]
Secret = Annotated[str, StringConstraints(max_length=200, strip_whitespace=False)]  # a password
Code = Annotated[str, StringConstraints(max_length=64, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
Id = Annotated[str, StringConstraints(max_length=36, pattern=r"^[0-9a-fA-F-]{36}$")]
Phone = Annotated[str, StringConstraints(max_length=20, pattern=r"^\+?[0-9][0-9 -]{4,18}$")]
Count = Annotated[int, Field(ge=0, le=1_000_000)]
Version = Annotated[int, Field(ge=1)]  # of the row that the form showed: a later change is seen
AnyYuan = Annotated[int, BeforeValidator(_fen)]
Yuan = Annotated[int, AfterValidator(_not_negative), BeforeValidator(_fen)]
PositiveYuan = Annotated[int, AfterValidator(_more_than_nothing), BeforeValidator(_fen)]
Percent = Annotated[int, BeforeValidator(_bps)]
Day = Annotated[date, BeforeValidator(_day)]
Clock = Annotated[time, BeforeValidator(_time)]
LocalMoment = Annotated[datetime, BeforeValidator(_moment)]
