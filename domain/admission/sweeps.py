"""What admission looks at again and again, on one server process at a time."""

from datetime import datetime

from domain.admission import (
    collections,
    devices,
    faults,
    kiosks,
    occupancy,
    ota,
    redemptions,
    subscriptions,
)
from domain.kernel.db import Database
from domain.operation import jobs

LEVEL_SECONDS = 2  # a full area is full for nobody who came two seconds later
SILENCE_SECONDS = 5
LAPSE_SECONDS = 2
FAULT_SECONDS = 5
VISIT_SECONDS = 20
HOUR = 3_600


def register() -> None:
    """Say it once, when the program is put together."""
    jobs.every("occupancy.refresh", LEVEL_SECONDS, refresh_levels)
    jobs.every("redemptions.lapse", LAPSE_SECONDS, annul_lapsed)
    jobs.every("devices.silence", SILENCE_SECONDS, note_silence)
    jobs.every("faults.look", FAULT_SECONDS, look_for_faults)
    jobs.every("devices.attempts", HOUR, forget_attempts)
    jobs.every("kiosks.visits", VISIT_SECONDS, wipe_visits)
    jobs.every("ota.notices", ota.telling.SWEEP_SECONDS, ota.sweep)
    jobs.every("ota.over", HOUR, ota.forget_over)
    jobs.every("octo.bookings", subscriptions.BOOKING_SECONDS, subscriptions.look_at_bookings)
    jobs.every("octo.catalogue", subscriptions.CATALOGUE_SECONDS, subscriptions.look_at_catalogue)


async def refresh_levels(db: Database, now: datetime) -> None:
    """Looking costs no write; most of the time nothing has changed."""
    for area_id in await db.ask(occupancy.changed_areas, now):
        await db.act(occupancy.refresh, area_id, now)


async def annul_lapsed(db: Database, now: datetime) -> None:
    """Whoever was let in and did not come: written down where scans are looked at."""
    for ticket_id in await db.ask(redemptions.lapsed, now):
        await db.act(redemptions.annul_lapsed, ticket_id, now)
    for redemption_id in await db.ask(redemptions.lapsed_cards, now):
        await db.act(redemptions.annul_lapsed_card, redemption_id, now)


async def note_silence(db: Database, now: datetime) -> None:
    if await db.ask(devices.silent, now):
        await db.act(devices.sweep_silent, now)
    if await db.ask(devices.expired_commands, now):
        await db.act(devices.expire_commands, now)


async def look_for_faults(db: Database, now: datetime) -> None:
    """Most of the time all is as it is written down."""
    if await db.ask(faults.must_look, now):
        await db.act(faults.look, now)


async def forget_attempts(db: Database, now: datetime) -> None:
    await db.act(devices.forget_attempts, now)
    await db.act(collections.guessing.forget, now)


async def wipe_visits(db: Database, now: datetime) -> None:
    """Of kiosks whose page died before it could."""
    if await db.ask(kiosks.visiting.stale, now):
        await db.act(kiosks.visiting.end_stale, now)
