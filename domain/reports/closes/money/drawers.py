"""The cash of a day, drawer by drawer: what was counted, what lies in drawers over midnight."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple

from domain.kernel.db import Tx
from domain.reports.closes.model import CashFigures, Cause, Line
from domain.reports.closes.money import store
from domain.reports.days import Day


class Drawers(NamedTuple):
    figures: CashFigures
    lines: Sequence[Line]


class Flow(NamedTuple):
    """Of one drawer: what it held when the day began, and what moved on the day."""

    before: int = 0
    taken: int = 0  # sales less refunds
    moved: int = 0  # float, drops, handover, difference

    @property
    def after(self) -> int:
        return self.before + self.taken + self.moved


async def read_drawers(tx: Tx, day: Day, cash_taken: int) -> Drawers:
    bounds = day.bounds()
    shifts = await tx.rows(store.SHIFTS, **bounds)
    ids = [row.id for row in shifts]
    ends = {"day_start": bounds["day_start"], "day_end": bounds["day_end"], "shifts": ids}
    moves = await tx.rows(store.CASH_MOVED, **ends)
    flows = flows_of(
        await tx.rows(store.CASH_IN, **ends), await tx.rows(store.CASH_OUT, **ends), moves
    )
    held = {
        row.shift_id: int(row.minor)
        for row in await tx.rows(store.DRAWERS, day_end=bounds["day_end"], shifts=ids)
    }
    lines: list[Line] = []
    carried = 0
    for shift in shifts:
        flow = flows.get(shift.id, Flow())
        minor, own = of_shift(shift, flow, moves, held.get(shift.id, 0), bounds)
        carried += minor
        lines += own
    strays = cash_taken - sum(flow.taken for flow in flows.values())
    if strays:
        lines.append(Line(Cause.DRAWER_WRONG, "area", day.area_id, "", strays))
    by_kind: dict[str, int] = defaultdict(int)
    for row in moves:
        by_kind[row.kind] += int(row.during)
    figures = CashFigures(
        by_kind["float"],
        -by_kind["drop"],
        -by_kind["handover"],
        carried,
        by_kind["difference"],
    )
    return Drawers(figures, lines)


def flows_of(
    cash_in: Sequence[Any], cash_out: Sequence[Any], moves: Sequence[Any]
) -> dict[str, Flow]:
    flows: dict[str, Flow] = defaultdict(Flow)
    for sign, rows in ((1, cash_in), (-1, cash_out)):
        for row in rows:
            one = flows[row.shift_id]
            flows[row.shift_id] = one._replace(
                before=one.before + sign * int(row.before),
                taken=one.taken + sign * int(row.during),
            )
    for row in moves:
        one = flows[row.shift_id]
        flows[row.shift_id] = one._replace(
            before=one.before + int(row.before), moved=one.moved + int(row.during)
        )
    return dict(flows)


def of_shift(
    shift: Any, flow: Flow, moves: Sequence[Any], held: int, bounds: dict[str, Any]
) -> tuple[int, list[Line]]:
    """What its drawer carries over midnight, less what it brought; and what is wrong with it."""

    def line(cause: Cause, minor: int, note: str = "") -> Line:
        return Line(cause, "shift", shift.id, shift.number, minor, note=note)

    is_over = shift.closed_at is not None and shift.closed_at < bounds["day_end"]
    carried = (0 if is_over else flow.after) - flow.before
    lines = [line(Cause.DRAWER_CARRIED, carried)] if carried else []
    if shift.closed_at is None:
        lines.append(line(Cause.SHIFT_OPEN, 0))
    booked = sum(
        int(row.before) + int(row.during)
        for row in moves
        if row.shift_id == shift.id and row.kind == "difference"
    )
    wrong = held - flow.after  # the ledger and the tables disagree
    if is_over:
        wrong = held or flow.after  # a closed drawer is empty
        difference = shift.counted_minor - shift.expected_minor
        wrong = wrong or difference - booked
        if difference:
            lines.append(line(Cause.CASH_COUNTED, difference, shift.difference_note))
    if wrong:
        lines.append(line(Cause.DRAWER_WRONG, wrong))
    return carried, lines
