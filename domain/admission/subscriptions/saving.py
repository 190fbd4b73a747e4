"""Making, changing and ending subscriptions. An agent sees its own only."""

import json
import secrets
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from domain.admission.subscriptions import store
from domain.admission.subscriptions.model import (
    ADDRESS,
    HEADER,
    LONGEST_HEADER,
    MOST,
    MOST_HEADERS,
    OURS,
    Subscription,
    SubscriptionInput,
)
from domain.kernel import ids
from domain.kernel.actors import Actor
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, InvalidInput, Message, NotFound, say
from domain.kernel.vault import Vault
from domain.operation.audit import record

PURPOSE = "reseller-subscription"


async def add(
    tx: Tx,
    vault: Vault,
    agent_id: str,
    area_id: str,
    given: SubscriptionInput,
    actor: Actor,
    now: datetime,
) -> Subscription:
    """InvalidInput at `url`, `notificationTypes`, `headers`; Conflict for one too many."""
    check(given)
    if len(await tx.rows(store.OF_AGENT, agent=agent_id)) >= MOST:
        raise Conflict(say("There are {most} subscriptions already. Delete one.", most=MOST))
    made = ids.new_id()
    secret = secrets.token_urlsafe(32)
    tx.add(
        store.ADD,
        id=made,
        agent_id=agent_id,
        area_id=area_id,
        url=given.url,
        types=[one.value for one in given.types],
        kept_sealed=sealed(vault, made, given, secret),
        made_at=now,
        version=1,
    )
    record(tx, actor, "subscription.added", made, now, after=told(given), area_id=area_id)
    return Subscription(made, agent_id, area_id, given.url, given.types, given.headers, secret, 1)


async def change(
    tx: Tx, vault: Vault, known: Subscription, given: SubscriptionInput, actor: Actor, now: datetime
) -> Subscription:
    """Conflict when somebody changed it since `known` was read."""
    check(given)
    saved = await tx.one(
        store.SAVE,
        subscription=known.id,
        seen=known.version,
        to_url=given.url,
        to_types=[one.value for one in given.types],
        to_kept=sealed(vault, known.id, given, known.secret),
    )
    if saved is None:
        raise Conflict()
    before = told(SubscriptionInput(known.url, known.types, known.headers))
    record(
        tx, actor, "subscription.changed", known.id, now,
        before=before, after=told(given), area_id=known.area_id,
    )  # fmt: skip
    return known._replace(
        url=given.url, types=given.types, headers=given.headers, version=saved.version
    )


async def remove(tx: Tx, known: Subscription, actor: Actor, now: datetime) -> None:
    """What is on its way to it is not sent any more. Again: nothing."""
    if await tx.one(store.REMOVE, id=known.id):
        record(tx, actor, "subscription.removed", known.id, now, area_id=known.area_id)


async def get(tx: Tx, vault: Vault, agent_id: str, subscription_id: str) -> Subscription:
    """Raises NotFound, also for one of another agent. A question."""
    row = await tx.one(store.GET, id=subscription_id, agent=agent_id)
    if row is None:
        raise NotFound()
    return opened(vault, row)


async def of_agent(tx: Tx, vault: Vault, agent_id: str) -> list[Subscription]:
    return [opened(vault, row) for row in await tx.rows(store.OF_AGENT, agent=agent_id)]


def opened(vault: Vault, row: Any) -> Subscription:
    return Subscription.of(row, json.loads(vault.open(PURPOSE, row.kept_sealed, row.id)))


def sealed(vault: Vault, subscription_id: str, given: SubscriptionInput, secret: str) -> bytes:
    kept = {"headers": dict(given.headers), "secret": secret}
    return vault.seal(PURPOSE, json.dumps(kept).encode(), subscription_id)


def told(given: SubscriptionInput) -> dict[str, Any]:
    """For the audit trail: the names of headers, not what they say."""
    host = urlsplit(given.url).hostname or ""
    return {
        "host": host,
        "notices": [one.value for one in given.types],
        "headers": [*given.headers],
    }


def check(given: SubscriptionInput) -> None:
    wrong: dict[str, Message] = {}
    if len(given.url) > 300 or not ADDRESS.fullmatch(given.url):
        wrong["url"] = say("An address that begins with https://.")
    if not given.types:
        wrong["notificationTypes"] = say("Choose at least one.")
    bad = [
        name
        for name, value in given.headers.items()
        if not HEADER.fullmatch(name)
        or name.lower() in OURS
        or not value.isprintable()
        or not value.isascii()
        or len(value) > LONGEST_HEADER
    ]
    if bad or len(given.headers) > MOST_HEADERS:
        wrong["headers"] = say("At most {most} plain headers.", most=MOST_HEADERS)
    if wrong:
        raise InvalidInput(wrong)
