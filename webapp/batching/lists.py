"""Every list whose rows can be changed together, by the noun of its field groups."""

from collections.abc import Mapping
from datetime import timedelta

from domain.admission import devices, faults, redemptions
from domain.admission.faults import FaultCause, Part
from domain.admission.redemptions import IncidentStatus
from domain.cards import memberships
from domain.commerce import agents, capacity, catalog
from domain.kernel import clock
from domain.kernel.channels import Channel
from domain.kernel.db import Tx
from domain.kernel.db.keyset import Cut
from domain.kernel.errors import InvalidInput, say
from domain.operation import places
from domain.operation.batches import MOST_ROWS
from domain.operation.places import PlaceKind
from domain.operation.staff import Permission, SignedIn, StaffStatus, people
from webapp import agent_pages, forms, office_cards, office_devices, office_orders
from webapp.batching.model import BatchList
from webapp.form_fields import Day, Id
from webapp.forms import Form, Typed

MOST = MOST_ROWS + 1


class TypesForm(Form):
    q: str = ""
    area_id: Id | None = None
    retired: bool = False


class SlotsForm(Form):
    area_id: Id
    on: Day


async def every_device(tx: Tx, staff: SignedIn, typed: Typed) -> list[str]:
    rows = office_devices.filtered(await devices.health(tx), staff, Permission.DEVICES_SEE, typed)
    return [row.id for row in rows]


async def every_ticket_type(tx: Tx, staff: SignedIn, typed: Typed) -> list[str]:
    wanted = forms.parse(TypesForm, typed)
    areas = await office_orders.areas_for(tx, staff, Permission.CATALOG_SEE)
    area_id = wanted.area_id if wanted.area_id in areas else next(iter(areas), "")
    rows = await catalog.list_ticket_types(tx, area_id, wanted.q, retired=wanted.retired, most=MOST)
    return [row.id for row in rows]


async def every_slot(tx: Tx, staff: SignedIn, typed: Typed) -> list[str]:
    """Those of one day."""
    wanted = forms.parse(SlotsForm, typed)
    staff.must(Permission.CAPACITY_SEE, wanted.area_id)
    now = clock.utc_now()
    rows = await capacity.slots_of_area(tx, wanted.area_id, wanted.on, Channel.WINDOW, now)
    return [row.id for row in rows]


async def every_window(tx: Tx, staff: SignedIn, typed: Typed) -> list[str]:
    return await _every_place(tx, PlaceKind.WINDOW, staff, typed)


async def every_gate(tx: Tx, staff: SignedIn, typed: Typed) -> list[str]:
    return await _every_place(tx, PlaceKind.GATE, staff, typed)


async def _every_place(tx: Tx, kind: PlaceKind, staff: SignedIn, typed: Typed) -> list[str]:
    rows = await places.search_places(
        tx,
        kind,
        typed.text("q"),
        code="",
        most=MOST,
        before=False,
        retired=typed.has("retired"),
        within=staff.covered(Permission.PLACES_SEE),
    )
    return [row.id for row in rows]


async def everybody(tx: Tx, staff: SignedIn, typed: Typed) -> list[str]:
    rows = await people.search(
        tx,
        typed.text("q"),
        status=StaffStatus.RETIRED if typed.has("retired") else StaffStatus.ACTIVE,
        role_id=typed.text("role"),
        cut=Cut(most=MOST),
        viewer=staff,
    )
    return [row.id for row in rows]


async def every_card(tx: Tx, staff: SignedIn, typed: Typed) -> list[str]:
    """By state, kind, level or end; a search for a number or a name gives few, to be marked."""
    wanted = forms.parse(office_cards.FilterForm, typed)
    if wanted.q:
        raise InvalidInput({"rows": say("Mark what a search found row by row.")})
    areas = await office_orders.areas_for(tx, staff, Permission.CARDS_SEE)
    area_id = wanted.area_id if wanted.area_id in areas else next(iter(areas), "")
    if wanted.ending is not None:
        now = clock.utc_now()
        until = now + timedelta(days=min(wanted.ending, 3_650))
        rows = await memberships.list_ending(tx, area_id, now, until, Cut(most=MOST))
    else:
        rows = await memberships.list_cards(
            tx,
            area_id,
            Cut(most=MOST),
            status=wanted.status,
            product_id=wanted.product_id,
            level=wanted.level,
        )
    return [row.id for row in rows]


async def every_incident(tx: Tx, staff: SignedIn, typed: Typed) -> list[str]:
    """Those that nobody has settled."""
    watched = staff.covered(Permission.GATES_WATCH)
    cut = Cut(most=MOST)
    rows = await redemptions.list_incidents(tx, IncidentStatus.OPEN, cut, watched)
    return [row.id for row in rows]


async def every_fault(tx: Tx, staff: SignedIn, typed: Typed) -> list[str]:
    """Those that are not over."""
    text = typed.text("cause")
    cause = FaultCause(text) if text in set(FaultCause) else None
    mine = staff.covered(Permission.DEVICES_SEE)
    return [row.id for row in await faults.page(tx, Part.OPEN, Cut(most=MOST), mine, cause)]


async def every_agent(tx: Tx, staff: SignedIn, typed: Typed) -> list[str]:
    wanted = forms.parse(agent_pages.FilterForm, typed)
    areas = list(await office_orders.areas_for(tx, staff, Permission.AGENTS_SEE))
    state = wanted.status.value if wanted.status else ""
    rows = await agents.list_agents(tx, areas, state, wanted.q, Cut(most=MOST))
    return [row.id for row in rows]


LISTS: Mapping[str, BatchList] = {
    "device": BatchList(say("Devices"), "devices.index", every_device),
    "ticket_type": BatchList(
        say("Ticket types and prices"), "ticket_types.index", every_ticket_type
    ),
    "slot": BatchList(say("Quotas and slots"), "capacity.index", every_slot),
    "window": BatchList(say("Windows"), "windows.index", every_window),
    "gate": BatchList(say("Gates"), "gates.index", every_gate),
    "fault": BatchList(say("Device exceptions"), "device_faults.index", every_fault),
    "agent": BatchList(say("Agents"), "agents.index", every_agent),
    "staff": BatchList(say("Staff"), "staff.index", everybody),
    "incident": BatchList(say("Incidents"), "incidents.index", every_incident),
    "membership": BatchList(say("Member cards"), "cards.index", every_card),
}
