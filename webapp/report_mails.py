"""The carrier of reports that are due: each recipient gets a mail of his own, with the file."""

import asyncio
import hashlib

from domain.kernel.db import Database
from domain.kernel.errors import say
from domain.kernel.ports import Attachment
from domain.operation.messages import MessageChannel, Messenger, Outgoing
from domain.operation.outbox import Carrier, CarryFailed, CarryLater, Parcel
from domain.reports.saved.sending import EMAIL_MESSAGE
from webapp.exporting import desk
from webapp.settings import Settings

MIMES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
    "pdf": "application/pdf",
}
MOST_BYTES = 20_000_000  # larger ones no mailbox takes
REPORT = "report"


def carriers(settings: Settings, db: Database, messenger: Messenger) -> dict[str, Carrier]:
    """What the outbox needs to send reports."""

    async def carry(parcel: Parcel) -> None:
        attached = await asyncio.to_thread(attachment, settings, parcel)
        await to_everybody(messenger, parcel, attached)

    return {EMAIL_MESSAGE: carry}


def attachment(settings: Settings, parcel: Parcel) -> Attachment:
    """The file, under the report's name. CarryFailed when it is gone or too large."""
    said = parcel.payload["attachment"]
    path = desk.path_of(settings, said["export_id"], said["format"])
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise CarryFailed(say("The file of the report is gone."), permanent=True) from None
    if len(content) > MOST_BYTES:
        raise CarryFailed(say("The file is too large for a mail."), permanent=True)
    name = "".join(letter for letter in parcel.payload["subject"] if letter not in '\\/:*?"<>|')
    mime = MIMES.get(said["format"], "application/octet-stream")
    return Attachment(f"{name.strip() or REPORT}.{said['format']}", content, mime)


async def to_everybody(messenger: Messenger, parcel: Parcel, attached: Attachment) -> None:
    """One who cannot be reached keeps no other from his mail; then the trouble is told that time
    may mend, else the first."""
    troubles: list[CarryFailed | CarryLater] = []
    for address in parcel.payload["to"]:
        mark = hashlib.sha256(address.strip().lower().encode()).hexdigest()[:24]
        outgoing = Outgoing(
            f"{parcel.id}:{mark}",
            REPORT,
            MessageChannel.EMAIL,
            address,
            parcel.payload["language"],
            {"name": parcel.payload["subject"]},
            (parcel.noun, parcel.subject_id),
            parcel.area_id,
            parcel.id,
            attachments=(attached,),
        )
        try:
            await messenger.deliver(outgoing)
        except (CarryFailed, CarryLater) as problem:
            troubles.append(problem)
    if troubles:
        raise min(troubles, key=lambda each: getattr(each, "permanent", False))
