"""云岭景区: its spots, windows and gates.

It is open around the clock (sunrise above the clouds, the mountain by night), so that the demo
works whenever somebody tries it.
"""

from datetime import datetime
from typing import Any, NamedTuple

from domain.kernel.actors import Actor
from domain.kernel.db import Tx
from domain.operation import files, places
from domain.operation.places import PlaceKind, Position
from webapp.demo.drawing import map_picture

AREA_CODE = "YUNLING"
SPOTS = {
    "CABLE": ("云顶索道", "Cloud Top Cable Car"),
    "CAVE": ("龙吟溶洞", "Dragon Song Cave"),
    "BOAT": ("镜湖游船", "Mirror Lake Boats"),
}
SALES_SITES = {
    "SOUTH-SALES": ("南门游客中心", "South Gate Visitor Centre"),
    "NORTH-SALES": ("北门票房", "North Gate Ticket Hall"),
}
WINDOWS = (
    ("W1", 1, "1 号窗", "Window 1", "SOUTH-SALES"),
    ("W2", 2, "2 号窗", "Window 2", "SOUTH-SALES"),
    ("W3", 3, "3 号窗", "Window 3", "NORTH-SALES"),
    ("W4", 4, "4 号窗 · 团队", "Window 4 · Groups", "NORTH-SALES"),
)
CHECK_SITES = {
    "SOUTH": ("南门", "South Gate"),
    "NORTH": ("北门", "North Gate"),
    "LOWER": ("索道下站", "Lower Cable Station"),
}
GATES = (
    ("S1", 1, "南门 1 号", "South 1", "SOUTH", None, "in"),
    ("S2", 2, "南门 2 号", "South 2", "SOUTH", None, "in"),
    ("S3", 3, "南门 3 号（出）", "South 3 (out)", "SOUTH", None, "out"),
    ("N1", 1, "北门 1 号", "North 1", "NORTH", None, "in"),
    ("N2", 2, "北门 2 号", "North 2", "NORTH", None, "both"),
    ("C1", 1, "索道 1 号", "Cable 1", "LOWER", "CABLE", "in"),
)
STANDS_AT = {  # on the map, in thousandths from the left and from the top
    "CABLE": (640, 250),
    "CAVE": (300, 420),
    "BOAT": (700, 590),
    "SOUTH-SALES": (400, 920),
    "NORTH-SALES": (130, 130),
    "SOUTH": (520, 820),
    "NORTH": (250, 210),
    "LOWER": (500, 480),
}
UNIT = {
    "code": "YLWL",
    "name_zh": "云岭文旅有限公司",
    "name_en": "Yunling Culture and Tourism",
    "contact": "杨敏",
    "phone": "0859-3216800",
}
AREA = {
    "code": AREA_CODE,
    "name_zh": "云岭景区",
    "name_en": "Yunling Scenic Area",
    "opens_at": "00:00",
    "last_entry_at": "23:59",
    "closes_at": "23:59",
    "mean_stay_minutes": 300,
    "instant_capacity": 12_000,
    "daily_capacity": 48_000,
    "phone": "0859-3216888",
    "address": "贵州省黔西南州云岭镇山门路 1 号",
    "introduction_zh": "云岭主峰海拔 2,148 米，云海、溶洞与高山湖泊相邻。日出与夜游全天开放。",
    "introduction_en": "Yunling's peak stands at 2,148 m above a sea of clouds, a cave and a lake.",
}


class Area(NamedTuple):
    """What the other parts of the demo need: ids by code."""

    id: str
    spots: dict[str, str]
    windows: dict[str, str]
    gates: dict[str, str]


async def build(tx: Tx, actor: Actor, now: datetime) -> Area:
    async def add(kind: PlaceKind, **fields: Any) -> str:
        return await places.add_place(tx, kind, places.NOUNS[kind].input(**fields), actor, now)

    unit_id = await add(PlaceKind.UNIT, **UNIT)
    area_id = await add(PlaceKind.AREA, unit_id=unit_id, **AREA)
    of_area = {"area_id": area_id}
    spots = {
        code: await add(PlaceKind.SPOT, **_names(code, names), **_measures(code), **of_area)
        for code, names in SPOTS.items()
    }
    sites = {
        code: await add(PlaceKind.SALES_SITE, **_names(code, names), **of_area)
        for code, names in SALES_SITES.items()
    }
    windows = {
        code: await add(
            PlaceKind.WINDOW,
            **_names(code, (zh, en)),
            number=number,
            sales_site_id=sites[site],
        )
        for code, number, zh, en, site in WINDOWS
    }
    checks = {
        code: await add(PlaceKind.CHECK_SITE, **_names(code, names), **of_area)
        for code, names in CHECK_SITES.items()
    }
    gates = {
        code: await add(
            PlaceKind.GATE,
            **_names(code, (zh, en)),
            number=number,
            check_site_id=checks[site],
            spot_id=spots[spot] if spot else None,
            direction=direction,
        )
        for code, number, zh, en, site, spot, direction in GATES
    }
    pinned = spots | sites | checks | gates
    at = {pinned[code]: Position(*position) for code, position in STANDS_AT.items()}
    file_id = await files.add_picture(tx, actor, "map", map_picture(), now)
    await places.set_map(tx, area_id, file_id, actor, now, version=1)
    await places.place_pins(tx, area_id, at, actor, now, version=2)
    return Area(area_id, spots, windows, gates)


def _names(code: str, names: tuple[str, str]) -> dict[str, str]:
    return {"code": code, "name_zh": names[0], "name_en": names[1]}


def _measures(code: str) -> dict[str, int]:
    """For the capacity: 36,000 m² at 4 m² a head and 6,000 at 2 m² make 12,000 at once."""
    return {
        "CABLE": {"seats": 480, "runs_per_day": 120, "rides_per_visitor": 2},
        "CAVE": {"usable_m2": 6_000, "m2_per_person": 2},
        "BOAT": {"usable_m2": 36_000, "m2_per_person": 4},
    }[code]
