"""What visitors and staff are told: where, in which words, from when until when. Pure."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from domain.admission.occupancy import CapacityLevel
from domain.kernel.errors import InvalidInput, say

MOST_CHARACTERS = 300


class AnnouncementStatus(StrEnum):
    DRAFT = "draft"
    RELEASED = "released"
    WITHDRAWN = "withdrawn"


class Place(StrEnum):
    """Where it is shown."""

    WINDOW = "window"
    KIOSK = "kiosk"
    GATE = "gate"
    DASHBOARD = "dashboard"
    SHOP = "shop"


EVERYWHERE = tuple(Place)


class Words(NamedTuple):
    zh: str
    en: str


class Announcement(NamedTuple):
    """What somebody wants to say."""

    area_id: str
    words: Words
    places: tuple[Place, ...]
    from_at: datetime
    until_at: datetime


TEMPLATES: Mapping[CapacityLevel, Words] = {
    CapacityLevel.YELLOW: Words(
        "景区客流已达核定最大承载量的 {percent}%，请错峰游览，注意安全。",
        "The area is at {percent} % of its capacity. Please spread out and mind your safety.",
    ),
    CapacityLevel.ORANGE: Words(
        "景区客流已达核定最大承载量的 {percent}%，尚未入园的游客请改时游览。",
        "The area is at {percent} % of its capacity. Please come at another time.",
    ),
    CapacityLevel.RED: Words(
        "景区已达核定最大承载量，暂停售票，入园执行出一进一，请听从工作人员引导。",
        "The area is full. Sales are stopped; entry goes on as visitors leave.",
    ),
}
CLOSURE = Words(
    "因故临时关闭，已购票游客可全额退票，敬请谅解。",
    "Closed for the time being. Tickets are refunded in full.",
)


def words_for(level: CapacityLevel, percent_bps: int) -> Words | None:
    """What a level says; none when there is room again."""
    template = TEMPLATES.get(level)
    if template is None:
        return None
    percent = percent_bps // 100
    return Words(*(text.format(percent=percent) for text in template))


def check(given: Announcement) -> None:
    """Raises InvalidInput at the fields."""
    wrong = {}
    for name, text in (("text_zh", given.words.zh), ("text_en", given.words.en)):
        if not 1 <= len(text.strip()) <= MOST_CHARACTERS:
            wrong[name] = say("From 1 to {most} characters.", most=MOST_CHARACTERS)
    if not given.places:
        wrong["places"] = say("Choose where it is shown.")
    if given.until_at <= given.from_at:
        wrong["until_at"] = say("The end is before the beginning.")
    if wrong:
        raise InvalidInput(wrong)
