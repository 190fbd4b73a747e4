"""The clock and the calendar. Only the edges call `utc_now`; rules get `now` as an argument."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def utc_now() -> datetime:
    """This moment, aware, in UTC."""
    return datetime.now(UTC)


def is_zone(name: str) -> bool:
    """Is this the name of a time zone that we know, like Asia/Urumqi?"""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # unknown; no name at all; a folder of zones
        return False
    return True


def local_day(moment: datetime, zone: ZoneInfo) -> date:
    """The calendar day on which `moment` falls for people on the spot."""
    return moment.astimezone(zone).date()


def day_bounds(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The UTC ends of a local calendar day, half-open; 23 or 25 hours when summer time changes."""
    return local_moment(day, time.min, zone), local_moment(day + timedelta(days=1), time.min, zone)


def local_moment(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The UTC moment of a wall-clock time on a local day."""
    return datetime.combine(day, at, zone).astimezone(UTC)


def completed_years(born_on: date, on: date) -> int:
    """Age as the law counts it: full years on the day `on` (29 February counts from 1 March)."""
    return on.year - born_on.year - ((on.month, on.day) < (born_on.month, born_on.day))
