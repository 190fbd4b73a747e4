"""Agents as a file: the list of the office with the filters of its page."""

from collections.abc import Sequence
from typing import Any

from domain.commerce import agents
from domain.kernel.db import Tx
from domain.kernel.db.keyset import Cut
from domain.kernel.errors import say
from domain.operation.staff import SignedIn
from webapp import agent_pages, forms, i18n, office_orders
from webapp.exporting.model import Cell, Column, ExportList, Kind, Reading, by_keyset
from webapp.forms import Typed
from webapp.words import label_of


async def opened(tx: Tx, staff: SignedIn, typed: Typed) -> Reading:
    wanted = forms.parse(agent_pages.FilterForm, typed)
    areas = await office_orders.areas_for(tx, staff, agent_pages.SEE)
    state = wanted.status.value if wanted.status else ""

    async def page(tx: Tx, cut: Cut) -> Sequence[Any]:
        return await agents.list_agents(tx, list(areas), state, wanted.q, cut)

    return by_keyset(page, lambda row: (row.created_at, row.id), cells)


def cells(row: Any) -> Sequence[Cell]:
    english = i18n.current() == "en" and row.level_en
    return (
        row.code,
        row.name,
        row.contact,
        row.phone,
        row.level_en if english else row.level_zh,
        row.credit_limit_minor,
        row.prepaid_minor,
        row.owed_minor,
        agents.available(row),
        i18n.here(label_of(agent_pages.status_of(row))),
        row.credit_frozen_at,
    )


LIST = ExportList(
    say("Agents"),
    agent_pages.SEE,
    (
        Column(say("Code")),
        Column(say("Name"), width=24),
        Column(say("Contact")),
        Column(say("Phone")),
        Column(say("Level")),
        Column(say("Credit limit"), Kind.MONEY),
        Column(say("Prepaid"), Kind.MONEY),
        Column(say("Owed"), Kind.MONEY),
        Column(say("Available"), Kind.MONEY),
        Column(say("State")),
        Column(say("Credit frozen since"), Kind.MOMENT, 20),
    ),
    opened,
)
