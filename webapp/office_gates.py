"""Which areas and gates somebody may look back at, and what their filters ask for."""

from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from domain.admission import tickets
from domain.admission.redemptions import Decision, Sought
from domain.kernel import clock
from domain.kernel.db import Tx
from domain.kernel.errors import Message
from domain.kernel.refusals import Refusal
from domain.operation import places
from domain.operation.places import PlaceKind
from domain.operation.staff import Permission, SignedIn
from webapp.form_fields import Day, Id, Line
from webapp.forms import Form
from webapp.words import label_of

WATCH = Permission.GATES_WATCH
AT_GATES = tuple(Refusal)[: tuple(Refusal).index(Refusal.BAD_CODE) + 1]


class FilterForm(Form):
    """`said` is a decision or a refusal."""

    area_id: Id | None = None
    gate_id: Id | None = None
    said: Line = ""
    day: Day | None = None
    ticket: Line = ""


class Watched(NamedTuple):
    """What somebody may look at: areas and gates by their ids."""

    areas: dict[str, Any]
    gates: dict[str, Any]


async def watched_by(tx: Tx, staff: SignedIn) -> Watched:
    areas = await places.list_places(tx, PlaceKind.AREA)
    gates = await places.list_places(tx, PlaceKind.GATE)
    return Watched(
        {area.id: area for area in areas if staff.may(WATCH, area.id)},
        {gate.id: gate for gate in gates if staff.may(WATCH, gate.id)},
    )


async def sought_for(tx: Tx, wanted: FilterForm, watched: Watched) -> Sought | None:
    """What to list: one gate, else one area, the first when none is said. None: nothing."""
    gate_id, area_id = wanted.gate_id, wanted.area_id
    if gate_id is None and area_id is None:
        area_id = next(iter(watched.areas), None)
        gate_id = None if area_id else next(iter(watched.gates), None)
    if gate_id is not None and gate_id in watched.gates:
        area_id = watched.gates[gate_id].area_id
    elif gate_id is not None or area_id not in watched.areas:
        return None
    sought = Sought(str(area_id), gate_id, said_in(wanted.said))
    if wanted.day is not None:
        area = await places.get_place(tx, PlaceKind.AREA, sought.area_id)
        bounds = clock.day_bounds(wanted.day, ZoneInfo(area.time_zone))
        sought = sought._replace(between=bounds)
    if wanted.ticket:
        ticket = await tickets.find_by_number(tx, wanted.ticket)
        if ticket is None:
            return None
        sought = sought._replace(ticket_id=ticket.id)
    return sought


def said_in(text: str) -> str:
    """A decision or a refusal; anything else narrows nothing."""
    return text if text in set(Decision) or text in set(Refusal) else ""


def answers() -> list[tuple[str, Message]]:
    """What a gate may have said, as options of a filter."""
    decisions = [(each.value, label_of(each)) for each in Decision]
    return [*decisions, *((each.value, Message(each.message)) for each in AT_GATES)]
