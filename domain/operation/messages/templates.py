"""What people are told: the operator's texts in two languages, changed by one and approved by
another, and switched on or off by event and channel."""

from datetime import datetime
from typing import Any, NamedTuple

from domain.kernel import ids
from domain.kernel.actors import Actor
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, NotFound, say
from domain.operation import approvals
from domain.operation.audit import record
from domain.operation.messages import store
from domain.operation.messages.catalogue import EVENTS
from domain.operation.messages.model import Content, Kind, MessageChannel, check
from domain.operation.staff.model import Permission

KIND = "message_template"
MOST_VERSIONS = 50


class Template(NamedTuple):
    """One event on one channel, as it is in force. Version 0 is what came with the program."""

    event: str
    channel: MessageChannel
    kind: Kind
    content: Content
    is_on: bool
    version: int


def preset(event: str, channel: MessageChannel) -> tuple[Kind, Content]:
    """What the catalogue says. Raises NotFound for what nobody is told that way."""
    kind = EVENTS.get(event)
    content = kind and (kind.sms if channel is MessageChannel.SMS else kind.email)
    if kind is None or content is None:
        raise NotFound()
    return kind, content


def made_of(row: Any | None, event: str, channel: MessageChannel) -> Template:
    kind, content = preset(event, channel)
    if row is None:
        return Template(event, channel, kind, content, True, 0)
    own = content_of(row.content) if row.content else content
    return Template(event, channel, kind, own, row.is_on, row.version)


def content_of(document: dict[str, Any]) -> Content:
    return Content(**{**document, "order": tuple(document.get("order", ()))})


async def get(tx: Tx, event: str, channel: MessageChannel) -> Template:
    row = await tx.one(store.GET_TEMPLATE, event=event, channel=channel.value)
    return made_of(row, event, channel)


async def listed(tx: Tx) -> list[Template]:
    rows = {(row.event, row.channel): row for row in await tx.rows(store.LIST_TEMPLATES)}
    return [
        made_of(rows.get((event, channel.value)), event, channel)
        for event, kind in EVENTS.items()
        for channel in MessageChannel
        if (kind.sms if channel is MessageChannel.SMS else kind.email) is not None
    ]


async def versions(tx: Tx, event: str, channel: MessageChannel) -> list[Any]:
    return await tx.rows(store.VERSIONS, event=event, channel=channel.value, most=MOST_VERSIONS)


async def switch(
    tx: Tx, event: str, channel: MessageChannel, on: bool, actor: Actor, now: datetime
) -> None:
    """Whether the event is told on this channel at all."""
    preset(event, channel)
    if not await tx.one(store.SWITCH_TEMPLATE, of_event=event, of_channel=channel.value, on=on):
        tx.add(
            store.ADD_TEMPLATE,
            event=event,
            channel=channel.value,
            is_on=on,
            content=None,
            version=0,
        )
    verb = "switched_on" if on else "switched_off"
    record(tx, actor, f"message_template.{verb}", f"{event}/{channel.value}", now)


async def propose(
    tx: Tx,
    event: str,
    channel: MessageChannel,
    content: Content,
    actor: Actor,
    now: datetime,
    reason: str,
) -> str:
    """Ask for another text; gives the approval's id. Raises InvalidInput."""
    known = await get(tx, event, channel)
    check(known.kind, channel, content)
    payload = {"content": content._asdict(), "version": known.version}
    subject = (KIND, f"{event}/{channel.value}")
    return approvals.request(tx, actor, KIND, subject, payload, now, reason=reason)


async def approved(tx: Tx, approval: Any, actor: Actor, now: datetime) -> None:
    """Put the text into force for the next message."""
    event, _, word = approval.subject_id.rpartition("/")
    channel = MessageChannel(word)
    known = await tx.one(store.GET_TEMPLATE, event=event, channel=word)
    seen, content = approval.payload["version"], approval.payload["content"]
    check(preset(event, channel)[0], channel, content_of(content))
    if (known.version if known else 0) != seen:
        raise Conflict(code="VERSION_CONFLICT")
    if known is None:
        tx.add(
            store.ADD_TEMPLATE,
            event=event,
            channel=word,
            is_on=True,
            content=content,
            version=1,
        )
    elif not await tx.one(
        store.SAVE_TEMPLATE, of_event=event, of_channel=word, seen=seen, to_content=content
    ):
        raise Conflict(code="VERSION_CONFLICT")
    tx.add(
        store.ADD_VERSION,
        id=ids.new_id(),
        event=event,
        channel=word,
        number=seen + 1,
        content=content,
        proposed_by=approval.requested_by,
        approved_by=actor.id,
        at=now,
    )
    record(tx, actor, "message_template.published", approval.subject_id, now, after=content)


async def rejected(tx: Tx, approval: Any, actor: Actor, now: datetime) -> None:
    """Nothing was touched by the proposal."""


approvals.register(
    KIND,
    approvals.Effect(approved, rejected, Permission.MESSAGES_APPROVE, say("New text of a message")),
)
