"""A small house of places for tests: one unit, two areas, a window and a gate in each."""

from collections.abc import Awaitable, Callable
from typing import NamedTuple

from domain.kernel.actors import SYSTEM
from domain.kernel.db import Database
from domain.operation.places import PlaceKind, add_place, inputs
from tests.staffing import NOON


class House(NamedTuple):
    unit: str
    area: str
    spot: str
    sales_site: str
    window: str
    check_site: str
    gate: str
    other_area: str
    other_sales_site: str
    other_window: str


def adder(db: Database) -> Callable[[PlaceKind, inputs.PlaceInput], Awaitable[str]]:
    return lambda kind, given: db.act(add_place, kind, given, SYSTEM, NOON)


async def build(db: Database) -> House:
    """Places with the ids that permissions are limited to."""
    add = adder(db)
    unit = await add(PlaceKind.UNIT, inputs.UnitInput(code="U1", name_zh="云岭文旅"))
    areas = [
        await add(
            PlaceKind.AREA,
            inputs.AreaInput(
                code=code, name_zh=name, unit_id=unit, instant_capacity=1700, daily_capacity=5100
            ),
        )
        for code, name in (("A1", "云岭"), ("A2", "湖"))
    ]
    sites = [
        await add(
            PlaceKind.SALES_SITE,
            inputs.SalesSiteInput(code=f"S{n}", name_zh="售票点", area_id=area),
        )
        for n, area in enumerate(areas)
    ]
    windows = [
        await add(
            PlaceKind.WINDOW,
            inputs.WindowInput(code=f"W{n}", name_zh="窗口", sales_site_id=site, number=n + 1),
        )
        for n, site in enumerate(sites)
    ]
    spot = await add(PlaceKind.SPOT, inputs.SpotInput(code="P1", name_zh="索道", area_id=areas[0]))
    check_site = await add(
        PlaceKind.CHECK_SITE, inputs.CheckSiteInput(code="C1", name_zh="南门", area_id=areas[0])
    )
    gate = await add(
        PlaceKind.GATE,
        inputs.GateInput(code="G1", name_zh="1 号闸", check_site_id=check_site, number=1),
    )
    return House(
        unit,
        areas[0],
        spot,
        sites[0],
        windows[0],
        check_site,
        gate,
        areas[1],
        sites[1],
        windows[1],
    )
