"""The log of deliveries: what was told to whom, and what became of it."""

from typing import Any, NamedTuple

from domain.kernel.db import Tx
from domain.kernel.db.keyset import Cut
from domain.kernel.errors import InvalidInput, NotFound
from domain.kernel.vault import CannotOpen, Vault
from domain.operation.messages import addresses, store
from domain.operation.messages.model import MessageChannel
from domain.operation.messages.sending import TEXT

MOST_ABOUT = 50


class Sought(NamedTuple):
    """One filter at a time has an index: the address, else the state, else the event."""

    state: str = ""
    event: str = ""
    marks: tuple[str, ...] = ()


def marks_for(vault: Vault, typed: str) -> tuple[str, ...]:
    """The marks of a phone or mail address that somebody looks for; none: it can be neither."""
    channel = MessageChannel.EMAIL if "@" in typed else MessageChannel.SMS
    try:
        return addresses.marks(vault, channel, addresses.tidy(channel, typed))
    except InvalidInput:
        return ("none",)


async def listed(tx: Tx, sought: Sought, cut: Cut) -> list[Any]:
    if sought.marks:
        return await store.DELIVERIES_BY_ADDRESS.page(tx, cut, marks=list(sought.marks))
    if sought.state:
        return await store.DELIVERIES_BY_STATE.page(tx, cut, state=sought.state)
    if sought.event:
        return await store.DELIVERIES_BY_EVENT.page(tx, cut, event=sought.event)
    return await store.DELIVERIES.page(tx, cut)


async def get(tx: Tx, delivery_id: str) -> Any:
    row = await tx.one(store.GET_DELIVERY, id=delivery_id)
    if row is None:
        raise NotFound()
    return row


async def about(tx: Tx, noun: str, subject_id: str) -> list[Any]:
    """What people were told because of one thing, newest first."""
    values = {"noun": noun, "subject_id": subject_id, "most": MOST_ABOUT}
    return await tx.rows(store.DELIVERIES_ABOUT, **values)


def text_of(vault: Vault, row: Any) -> str:
    """What was sent; nothing for secret ones."""
    if row.text_sealed is None:
        return ""
    try:
        return vault.open(TEXT, row.text_sealed, row.id).decode()
    except CannotOpen:
        return ""
