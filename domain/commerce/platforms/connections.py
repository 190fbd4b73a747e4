"""Connecting a platform: its settings, its keys (sealed, never shown again), where it serves."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from domain.commerce.payments.model import Tender
from domain.commerce.platforms import store
from domain.kernel.actors import Actor
from domain.kernel.channels import Channel
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, NotFound
from domain.kernel.vault import Vault
from domain.operation.audit import record

PURPOSE = "payment_platform"
CONNECTED = (Tender.WECHAT, Tender.ALIPAY)  # those that can be
SERVABLE = (Channel.WINDOW, Channel.KIOSK, Channel.SHOP)  # agents pay from their account


class Wanted(NamedTuple):
    """A connection that was checked: `secrets` are all of them, `marks` how people know them."""

    settings: Mapping[str, str]
    secrets: Mapping[str, str]
    marks: Mapping[str, str]


class Kept(NamedTuple):
    tender: Tender
    settings: Mapping[str, str] | None  # none: what the environment says
    secrets_sealed: bytes | None
    marks: Mapping[str, str]
    channels: frozenset[Channel]
    version: int
    changed_at: datetime | None


async def listed(tx: Tx) -> list[Kept]:
    return [_from_row(row) for row in await tx.rows(store.LIST)]


async def find(tx: Tx, tender: Tender) -> Kept:
    """What is kept of a platform; version 0 when nothing is. NotFound of what is no platform."""
    if tender not in CONNECTED:
        raise NotFound()
    row = await tx.one(store.GET, tender=tender.value)
    if row is None:
        return Kept(tender, None, None, {}, frozenset(SERVABLE), 0, None)
    return _from_row(row)


def secrets_of(vault: Vault, kept: Kept) -> dict[str, str]:
    """ValueError when the vault that sealed them was another."""
    if kept.secrets_sealed is None:
        return {}
    found: dict[str, str] = json.loads(vault.open(PURPOSE, kept.secrets_sealed, kept.tender.value))
    return found


async def connect(
    tx: Tx,
    vault: Vault,
    tender: Tender,
    wanted: Wanted,
    version: int,
    actor: Actor,
    now: datetime,
) -> None:
    """Use this connection from now on. Raises Conflict when it was changed meanwhile."""
    before = await find(tx, tender)
    sealed = vault.seal(PURPOSE, json.dumps(dict(wanted.secrets)).encode(), tender.value)
    after = before._replace(
        settings=dict(wanted.settings), secrets_sealed=sealed, marks=dict(wanted.marks)
    )
    await _save(tx, after, version, now)
    was, is_now = dict(before.settings or {}), dict(wanted.settings)
    names = sorted(name for name in {*was, *is_now} if was.get(name) != is_now.get(name))
    keys = sorted(
        name
        for name in {*before.marks, *wanted.marks}
        if before.marks.get(name) != wanted.marks.get(name)
    )
    record(
        tx,
        actor,
        "payment_platform.connected",
        tender.value,
        now,
        before={name: was[name] for name in names if name in was},
        after={name: is_now[name] for name in names if name in is_now}
        | ({"keys": ", ".join(keys)} if keys else {}),
    )


async def serve(
    tx: Tx, tender: Tender, channels: Sequence[Channel], version: int, actor: Actor, now: datetime
) -> None:
    """Let new payments begin only there; what was begun is finished and refunded anywhere."""
    before = await find(tx, tender)
    after = before._replace(channels=frozenset(channels) & frozenset(SERVABLE))
    await _save(tx, after, version, now)
    record(
        tx,
        actor,
        "payment_platform.served",
        tender.value,
        now,
        before={"channels": _words(before.channels)},
        after={"channels": _words(after.channels)},
    )


async def _save(tx: Tx, kept: Kept, version: int, now: datetime) -> None:
    """The same connection again is no mistake; another version is."""
    settings = None if kept.settings is None else dict(kept.settings)
    if kept.version != version:
        raise Conflict(code="VERSION_CONFLICT")
    if version == 0:
        tx.add(
            store.ADD,
            tender=kept.tender.value,
            settings=settings,
            secrets_sealed=kept.secrets_sealed,
            marks=dict(kept.marks),
            channels=_words(kept.channels),
            version=1,
            changed_at=now,
        )
        return
    saved = await tx.one(
        store.SAVE,
        of_tender=kept.tender.value,
        seen=version,
        to_settings=settings,
        to_secrets=kept.secrets_sealed,
        to_marks=dict(kept.marks),
        to_channels=_words(kept.channels),
        at=now,
    )
    if saved is None:
        raise Conflict(code="VERSION_CONFLICT")


def _words(channels: frozenset[Channel]) -> list[str]:
    return [one.value for one in SERVABLE if one in channels]


def _from_row(row: Any) -> Kept:
    return Kept(
        Tender(row.tender),
        row.settings,
        row.secrets_sealed,
        row.marks,
        frozenset(Channel(word) for word in row.channels),
        row.version,
        row.changed_at,
    )
