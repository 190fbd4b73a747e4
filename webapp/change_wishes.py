"""A wish to change tickets to another day or time: what was typed, and what it would come to.
Window, office, shop and agents' portal ask the same."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from domain.commerce import capacity, changes, payments
from domain.commerce.capacity import SlotView
from domain.commerce.changes import Quote, Target
from domain.commerce.orders import Line, Order
from domain.kernel.clock import local_day
from domain.kernel.db import Tx
from domain.kernel.errors import InvalidInput, Message, Refused, say
from webapp import forms
from webapp.form_fields import Day, Id
from webapp.forms import Form, Typed
from webapp.till_orders import chosen_of


class QuoteForm(Form):
    tickets: list[Id] = []  # noqa: RUF012  # pydantic copies it
    on: Day | None = None
    slot_id: Id | None = None


class ChangeForm(QuoteForm):
    """A change that is confirmed as it was quoted."""

    request_id: Id
    on: Day
    quoted_minor: int  # the difference that the page showed, in fen

    def asked(self, order_id: str, **paid: Any) -> changes.Request:
        """`paid`: with what a positive difference is paid."""
        target, chosen = Target(self.on, self.slot_id), tuple(self.tickets)
        return changes.Request(self.request_id, order_id, chosen, target, self.quoted_minor, **paid)


class Asked(NamedTuple):
    """The form as the server understands it: a quote, or why there is none."""

    order: Order
    rows: Sequence[Any]
    target: Target
    slots: Sequence[SlotView] | None  # None: the tickets have no time slots
    quote: Quote | None
    problem: Message | None


def read_wish(form: Typed) -> QuoteForm:
    """The tickets must be right; a day or slot that makes no sense is as good as none."""
    try:
        return forms.parse(QuoteForm, form)
    except InvalidInput as error:
        if "tickets" in error.fields:
            raise
        values = {"tickets": form.texts("tickets")}
        return forms.parse(QuoteForm, Typed(values))


async def asked_of(tx: Tx, order: Order, wanted: QuoteForm, zone: ZoneInfo, now: datetime) -> Asked:
    """What the wish comes to. InvalidInput for tickets that are none of the order's, or no
    change together."""
    rows = await chosen_of(tx, order.id, wanted.tickets)
    by_id = {line.id: line for line in order.lines}
    lines = [by_id[row.order_line_id] for row in rows]
    slotted = {line.product_id for line in lines if has_slots(line)}
    if slotted and len({line.product_id for line in lines}) > 1:
        raise InvalidInput({"tickets": say("Change the tickets of one product at a time.")})
    product_id = next(iter(slotted), None)
    day = wanted.on or first_day(lines, local_day(now, zone), slotted=bool(slotted))
    slots = None
    if product_id is not None:
        slots = await capacity.slots_on(tx, product_id, day, order.channel, now)
    target = Target(day, slot_for(slots, wanted.slot_id, {line.slot_id for line in lines}))
    quote, problem = await _priced(tx, order.id, [row.id for row in rows], target, now)
    if slots is not None and target.slot_id is None:
        problem = say("No time of that day has places left.")
    return Asked(order, rows, target, slots, quote, problem)


async def _priced(
    tx: Tx, order_id: str, ticket_ids: Sequence[str], target: Target, now: datetime
) -> tuple[Quote | None, Message | None]:
    try:
        return await changes.quote(tx, order_id, ticket_ids, target, now), None
    except InvalidInput as error:
        return None, next(iter(error.fields.values()), error.message)
    except Refused as refused:
        return None, refused.message


def has_slots(line: Line) -> bool:
    """Was a time chosen? A day's quota is a slot too, but nobody's choice."""
    return line.slot_id is not None and line.terms["daily_quota"] is None


def first_day(lines: Sequence[Line], today: date, *, slotted: bool) -> date:
    """What the page proposes: another time of the same day, or else the next day."""
    day = max(today, max(line.visit_on for line in lines))
    return day if slotted else day + timedelta(days=1)


def slot_for(
    slots: Sequence[SlotView] | None, wanted: str | None, own: set[str | None]
) -> str | None:
    """The slot that was chosen; else the first with a place that is not the old one."""
    if slots is None:
        return None
    if any(slot.id == wanted for slot in slots):
        return wanted
    free = [slot.id for slot in slots if slot.is_open and slot.left > 0 and slot.id not in own]
    return free[0] if free else None


def routes_back(asked: Asked) -> list[tuple[payments.Payment, int]]:
    """By which ways a difference would go back."""
    if asked.quote is None or asked.quote.difference_minor >= 0:
        return []
    return payments.payouts.routes(-asked.quote.difference_minor, asked.order.payments)
