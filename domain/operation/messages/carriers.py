"""What the outbox needs to send messages, and how an act says that somebody is to be told.

    messages.send(tx, vault, messages.Note("order.paid", channel, address, language, values,
                  ("order", order.id), area_id), now)

The address and the values lie sealed in the outbox until they are sent.
"""

import base64
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from domain.kernel import ids
from domain.kernel.db import Tx
from domain.kernel.vault import Vault
from domain.operation import outbox
from domain.operation.messages import addresses, codes, templates
from domain.operation.messages.model import MessageChannel
from domain.operation.messages.sending import Messenger, Outgoing
from domain.operation.outbox import Carrier, Parcel

MESSAGE, NOTE = "message", "message_note"


class Note(NamedTuple):
    """What somebody is to be told. `values` are those of the event in the catalogue."""

    event: str
    channel: MessageChannel
    address: str
    language: str
    values: Mapping[str, Any]
    about: tuple[str, str]
    area_id: str | None = None
    good_until: datetime | None = None


def send(tx: Tx, vault: Vault, note: Note, now: datetime) -> str:
    """Have somebody told, once, after this act. Raises InvalidInput at `address`, NotFound for an
    event that has no words on that channel. Gives the message's id in the outbox."""
    templates.preset(note.event, note.channel)
    address = addresses.tidy(note.channel, note.address)
    mark = ids.new_id()
    document = json.dumps({"address": address, "values": dict(note.values)}, default=str)
    payload = {
        "mark": mark,
        "event": note.event,
        "channel": note.channel.value,
        "language": note.language,
        "sealed": base64.b64encode(vault.seal(NOTE, document.encode(), mark)).decode(),
        "good_until": note.good_until.isoformat() if note.good_until else None,
    }
    noun, subject_id = note.about
    return outbox.enqueue(tx, MESSAGE, noun, subject_id, payload, now, area_id=note.area_id)


def moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def carriers(vault: Vault, messenger: Messenger) -> dict[str, Carrier]:
    """Notes and one-time codes: register each when the program is put together."""

    async def carry_note(parcel: Parcel) -> None:
        said = parcel.payload
        sealed = base64.b64decode(said["sealed"])
        document = json.loads(vault.open(NOTE, sealed, said["mark"]))
        await messenger.deliver(
            Outgoing(
                parcel.id,
                said["event"],
                MessageChannel(said["channel"]),
                document["address"],
                said["language"],
                document["values"],
                (parcel.noun, parcel.subject_id),
                parcel.area_id,
                parcel.id,
                moment(said["good_until"]),
            )
        )

    async def carry_code(parcel: Parcel) -> None:
        said, code_id = parcel.payload, parcel.subject_id
        address = vault.open(codes.ADDRESS, base64.b64decode(said["sealed"]), code_id).decode()
        minutes = round(codes.LIFE.total_seconds() / 60)
        await messenger.deliver(
            Outgoing(
                parcel.id,
                "code",
                MessageChannel(said["channel"]),
                address,
                said["language"],
                {"code": codes.code_of(vault, code_id), "minutes": minutes},
                ("one_time_code", code_id),
                None,
                parcel.id,
                moment(said["good_until"]),
            )
        )

    return {MESSAGE: carry_note, codes.CODE_MESSAGE: carry_code}
