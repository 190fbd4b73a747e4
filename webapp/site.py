"""What every page says about the house: whose it is, and whose clock it goes by."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from domain.kernel import clock
from webapp import i18n

SHANGHAI = ZoneInfo("Asia/Shanghai")
DEFAULT_HUE = 164  # tokens.css
THEME_COOKIE = "shanmen_theme"


@dataclass(frozen=True, slots=True)
class Site:
    """The operator's own words and colour."""

    name_zh: str = "山门"
    name_en: str = "Shanmen"
    unit_name: str = ""
    zone: ZoneInfo = SHANGHAI
    brand_hue: int = DEFAULT_HUE
    logo_file_id: str | None = None

    @property
    def name(self) -> str:
        return self.name_zh if i18n.current() == "zh" else self.name_en


DEFAULT = Site()
_current: ContextVar[Site] = ContextVar("site", default=DEFAULT)


def current() -> Site:
    """The site whose page is being made."""
    return _current.get()


def today() -> date:
    """The day that it is by the site's clock."""
    return clock.local_day(clock.utc_now(), current().zone)


@contextmanager
def using(site: Site) -> Iterator[None]:
    token = _current.set(site)
    try:
        yield
    finally:
        _current.reset(token)
