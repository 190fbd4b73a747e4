"""What keeps a message back: unsubscribing, limits, quiet hours; and changing these."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from domain.kernel import ids
from domain.kernel.actors import SYSTEM, Actor
from domain.kernel.db import Tx
from domain.kernel.db.keyset import Cut
from domain.kernel.errors import InvalidInput, NotFound, say
from domain.kernel.vault import Vault
from domain.operation import settings
from domain.operation.audit import record
from domain.operation.messages import addresses, store
from domain.operation.messages.limits import LIMITS, Limit, quiet_until, wait_for
from domain.operation.messages.model import Kind, MessageChannel

FIRST = Cut()
MOST_LIMIT = 1_000_000


async def limits(tx: Tx) -> dict[str, int]:
    """What holds now, by word."""
    own = {row.word: row.most for row in await tx.rows(store.LIST_LIMITS)}
    return {word: own.get(word, limit.most) for word, limit in LIMITS.items()}


async def set_limit(tx: Tx, word: str, most: int, actor: Actor, now: datetime) -> None:
    if word not in LIMITS:
        raise NotFound()
    if not 0 <= most <= MOST_LIMIT:
        raise InvalidInput({word: say("From 0 to {most}.", most=MOST_LIMIT)})
    before = (await limits(tx))[word]
    if before == most:
        return
    if not await tx.one(store.SAVE_LIMIT, of_word=word, to_most=most, now=now):
        tx.add(store.ADD_LIMIT, word=word, most=most, changed_at=now)
    was, then = {"most": before}, {"most": most}
    record(tx, actor, "message_limit.changed", word, now, before=was, after=then)


async def exceeded(
    tx: Tx, channel: MessageChannel, event: str, marks: Sequence[str], now: datetime
) -> Limit | None:
    """The limit that another message would break."""
    most = await limits(tx)
    for word, limit in LIMITS.items():
        if limit.channel != channel.value or limit.event not in ("", event):
            continue
        since = now - timedelta(minutes=limit.minutes)
        values: dict[str, Any] = {"channel": channel.value, "since": since, "most": most[word]}
        if limit.is_of_recipient:
            values["marks"] = list(marks)
        if limit.event:
            values["event"] = limit.event
        counted = {
            (True, True): store.COUNT_TO_OF_EVENT,
            (True, False): store.COUNT_TO,
            (False, True): store.COUNT_OF_EVENT,
            (False, False): store.COUNT_ALL,
        }[limit.is_of_recipient, bool(limit.event)]
        if (await tx.one(counted, **values)).many >= most[word]:
            return limit
    return None


async def wait_until(
    tx: Tx, kind: Kind, channel: MessageChannel, event: str, marks: Sequence[str], now: datetime
) -> datetime | None:
    """When it may be tried, if not now."""
    if not kind.is_urgent and channel is MessageChannel.SMS:
        zone = ZoneInfo((await settings.current(tx)).time_zone)
        if (until := quiet_until(now, zone)) is not None:
            return until
    limit = await exceeded(tx, channel, event, marks, now)
    return None if limit is None else now + wait_for(limit)


async def is_out(tx: Tx, channel: MessageChannel, marks: Sequence[str]) -> bool:
    found = await tx.one(store.IS_OUT, channel=channel.value, marks=list(marks))
    return found is not None


async def opt_out(
    tx: Tx,
    vault: Vault,
    channel: MessageChannel,
    address: str,
    reason: str,
    now: datetime,
    actor: Actor = SYSTEM,
) -> None:
    """This address wants nothing but what it asked for. The same again changes nothing."""
    plain = addresses.tidy(channel, address)
    marks = addresses.marks(vault, channel, plain)
    if await is_out(tx, channel, marks):
        return
    opt_out_id = ids.new_id()
    tx.add(
        store.ADD_OPT_OUT,
        id=opt_out_id,
        channel=channel.value,
        address_hash=marks[0],
        address_mask=addresses.shown(channel, plain),
        reason=reason.strip()[:200],
        at=now,
    )
    record(tx, actor, "message_opt_out.added", opt_out_id, now, reason=reason.strip()[:200])


async def opt_in(tx: Tx, opt_out_id: str, actor: Actor, now: datetime) -> None:
    if not await tx.one(store.END_OPT_OUT, which=opt_out_id):
        raise NotFound()
    record(tx, actor, "message_opt_out.removed", opt_out_id, now)


async def opt_outs(tx: Tx, cut: Cut = FIRST) -> list[Any]:
    return await store.OPT_OUTS.page(tx, cut)
