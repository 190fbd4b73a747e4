"""Who holds a card. Documents and phones are checked and sealed before an act sees them."""

import uuid
from datetime import date, datetime
from typing import Any, NamedTuple

from domain.cards.memberships import store
from domain.commerce import orders
from domain.commerce.orders import VisitorInput
from domain.kernel.db import Tx
from domain.kernel.errors import InvalidInput, NotFound, Refused, say
from domain.kernel.refusals import Refusal
from domain.kernel.vault import Vault

DOCUMENT, PHONE = "document", "phone"
SPACE = uuid.UUID("5b1b1c5e-6a3a-4d0e-9a52-6f0a2f0c9a11")  # of ids made from a form's key


class HolderInput(NamedTuple):
    """What was typed or read about a holder."""

    name: str
    phone: str = ""
    document_number: str = ""
    photo_file_id: str | None = None
    language: str = "zh"


class Holder(NamedTuple):
    """A holder, sealed. The id comes from the form's key: sent twice, it is the same person."""

    id: str
    name: str
    phone_sealed: bytes | None
    phone_hash: str | None
    phone_mask: str
    document_kind: str
    document_sealed: bytes | None
    document_hash: str | None
    document_mask: str
    born_on: date | None
    photo_file_id: str | None
    language: str


def holder(vault: Vault, given: HolderInput, key: str, today: date) -> Holder:
    """Check and seal. Raises InvalidInput at `name`, `phone` or `document_number`."""
    if not given.name.strip():
        raise InvalidInput({"name": say("A card with a named holder needs a name.")})
    holder_id = str(uuid.uuid5(SPACE, key))
    person = orders.named(vault, VisitorInput(given.name, given.document_number), today)
    contact = orders.contact(vault, given.name, given.phone)
    sealed = None
    if person.document_sealed is not None:
        plain = vault.open(DOCUMENT, person.document_sealed, person.id)
        sealed = vault.seal(DOCUMENT, plain, holder_id)
    return Holder(
        holder_id,
        person.name,
        contact.phone_sealed,
        contact.phone_hash,
        contact.phone_mask,
        person.document_kind,
        sealed,
        person.document_hash,
        person.document_mask,
        person.born_on,
        given.photo_file_id,
        given.language,
    )


def edited_holder(vault: Vault, known: Any, name: str, phone: str) -> Holder:
    """A holder as he is on file, with another name, and another phone unless it is empty. Raises
    InvalidInput at `name` or `phone`."""
    if not name.strip():
        raise InvalidInput({"name": say("A card with a named holder needs a name.")})
    values = {field: getattr(known, field) for field in Holder._fields}
    if phone.strip():
        given = orders.contact(vault, name, phone)
        values["phone_sealed"] = given.phone_sealed
        values["phone_hash"] = given.phone_hash
        values["phone_mask"] = given.phone_mask
    return Holder(**{**values, "name": name.strip()})


async def get_holder(tx: Tx, holder_id: str) -> Any:
    """The row: masked numbers for showing, sealed ones for whoever may open them."""
    row = await tx.one(store.GET_HOLDER, id=holder_id)
    if row is None:
        raise NotFound()
    return row


async def add_holder(tx: Tx, one: Holder, now: datetime) -> None:
    """Write a holder down, once."""
    if await tx.one(store.GET_HOLDER, id=one.id) is None:
        tx.add(store.ADD_HOLDER, **one._asdict(), created_at=now)


async def must_be_holder(tx: Tx, card: Any, document_marks: tuple[str, ...]) -> None:
    """The identity check: `document_marks` are the keyed hashes (`vault.fingerprints("document",
    number)`) of the document that is shown. Raises Refused HOLDER_MISMATCH; also for a card without
    a named holder, whose identity nobody can check."""
    if card.holder_id is None:
        raise Refused(Refusal.HOLDER_MISMATCH, say("Nobody is on file as this card's holder."))
    known = await get_holder(tx, card.holder_id)
    if known.document_hash is None or known.document_hash not in document_marks:
        raise Refused(Refusal.HOLDER_MISMATCH)
