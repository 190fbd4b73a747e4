"""The message to who waits: places are held for you. Looked up when it is sent, so nobody is told
of an offer that is over; at night it waits for the morning, and the offer with it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from domain.commerce.orders.visitors import PHONE
from domain.commerce.waiting.model import WaitStatus
from domain.commerce.waiting.offering import WAIT_OFFER
from domain.commerce.waiting.standing import get_wait
from domain.kernel.clock import utc_now
from domain.kernel.db import Database, Tx
from domain.kernel.errors import say
from domain.kernel.vault import Vault
from domain.operation import settings
from domain.operation.messages import MessageChannel, Messenger, Outgoing
from domain.operation.messages.limits import quiet_until
from domain.operation.outbox import Carrier, CarryLater, Parcel
from domain.operation.places import PlaceKind, get_place


class Told(NamedTuple):
    """What the message is made of."""

    wait: Any
    area: Any
    zone: ZoneInfo


async def told(tx: Tx, wait_id: str) -> Told:
    wait = await get_wait(tx, wait_id)
    chosen = await settings.current(tx, wait.area_id)
    area = await get_place(tx, PlaceKind.AREA, wait.area_id)
    return Told(wait, area, ZoneInfo(chosen.time_zone))


def values_of(found: Told, link: str) -> dict[str, object]:
    wait, area, zone = found
    english = wait.language == "en"
    return {
        "area": area.name_en if english and area.name_en else area.name_zh,
        "product": wait.name_en if english and wait.name_en else wait.name_zh,
        "visit_on": wait.visit_on.isoformat(),
        "time": f"{wait.starts_at.astimezone(zone):%H:%M}",
        "people": wait.heads,
        "until": f"{wait.offered_until.astimezone(zone):%H:%M}",
        "link": link,
    }


def carriers(
    db: Database,
    vault: Vault,
    messenger: Messenger,
    link_of: Callable[[str], str],
    clock: Callable[[], datetime] = utc_now,
) -> dict[str, Carrier]:
    """What the outbox needs to tell those who wait; `link_of` a wait's page."""

    async def carry(parcel: Parcel) -> None:
        found = await db.ask(told, parcel.subject_id)
        wait = found.wait
        if wait.status != WaitStatus.OFFERED or wait.phone_sealed is None:
            return
        if (until := quiet_until(clock(), found.zone)) is not None:
            raise CarryLater(until, say("Quiet hours, or a limit is reached."))
        await messenger.deliver(
            Outgoing(
                parcel.id,
                WAIT_OFFER,
                MessageChannel.SMS,
                vault.open(PHONE, wait.phone_sealed).decode(),
                wait.language,
                values_of(found, link_of(wait.id)),
                ("wait", wait.id),
                wait.area_id,
                parcel.id,
                datetime.fromisoformat(parcel.payload["good_until"]),
            )
        )

    return {WAIT_OFFER: carry}
