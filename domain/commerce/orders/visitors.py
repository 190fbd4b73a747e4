"""Naming visitors: documents are checked and sealed before an act sees them.

One document has one ticket of a product a day, held orders included; a partial unique index is the
last guard. Documents are matched by a keyed hash, under every secret the installation has had.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from domain.commerce.orders import store
from domain.commerce.orders.lines import Line, Visitor, Wanted
from domain.commerce.orders.model import Contact, OrderStatus
from domain.kernel import identity, ids
from domain.kernel.db import Tx
from domain.kernel.errors import InvalidInput, Message, Refused, say
from domain.kernel.identity import DocumentKind
from domain.kernel.refusals import Refusal
from domain.kernel.vault import Vault

DOCUMENT, PHONE = "document", "phone"  # what the vault seals and marks them for


class VisitorInput(NamedTuple):
    """What was typed or read about a visitor. Without a kind the number's form tells it."""

    name: str = ""
    document_number: str = ""
    document_kind: DocumentKind | None = None
    born_on: date | None = None  # for those whose document does not tell
    height_cm: int | None = None
    proof_kind: str = ""
    proof: str = ""
    is_companion: bool = False


def named(vault: Vault, given: VisitorInput, today: date) -> Visitor:
    """Check and seal. Raises InvalidInput with the exact mistake at `document_number`."""
    visitor = Visitor(
        ids.new_id(),
        given.name.strip()[:120],
        born_on=given.born_on,
        height_cm=given.height_cm,
        proof_kind=given.proof_kind,
        proof=given.proof.strip()[:64],
        is_companion=given.is_companion,
    )
    number = identity.normalise(given.document_number)
    if not number:
        return visitor
    kind = given.document_kind or identity.guess_kind(number)
    problem = (
        say("This is not the number of a document that we know.")
        if kind is None
        else identity.problem_with(kind, number, today=today)
    )
    if kind is None or problem is not None:
        raise InvalidInput({"document_number": problem or say("Please check this number.")})
    marks = vault.fingerprints(DOCUMENT, number)
    return visitor._replace(
        document_kind=kind.value,
        document_sealed=vault.seal(DOCUMENT, number.encode(), visitor.id),
        document_hash=marks[0],
        document_hashes=marks,
        document_mask=identity.mask(number),
        born_on=identity.born_on(kind, number) or given.born_on,
    )


def contact(vault: Vault, name: str, phone: str) -> Contact:
    """Check and seal a buyer's phone. Raises InvalidInput at `phone`; an empty one is none."""
    cleaned = identity.normalise_phone(phone)
    if not cleaned:
        return Contact(name.strip()[:120])
    if problem := identity.problem_with_mobile(cleaned):
        raise InvalidInput({"phone": problem})
    return Contact(
        name.strip()[:120],
        vault.seal(PHONE, cleaned.encode()),
        vault.fingerprint(PHONE, cleaned),
        identity.mask(cleaned),
    )


def check_named_once(wanted: Sequence[Wanted]) -> None:
    """The same document twice for a product and day: both places are named. The products are not
    known yet here, so the same ticket type counts; the index sees the rest."""
    seen: dict[tuple[str, date, str], tuple[int, int]] = {}
    wrong: dict[str, Message] = {}
    for line, one in enumerate(wanted):
        for position, visitor in enumerate(one.visitors):
            if visitor.document_hash is None:
                continue
            key = (one.subject_id, one.visit_on, visitor.document_hash)
            if first := seen.get(key):
                wrong[f"lines.{line}.visitors.{position}"] = say(
                    "The same document as visitor {number}.", number=first[1] + 1
                )
            else:
                seen[key] = (line, position)
    if wrong:
        raise InvalidInput(wrong)


class Taken(NamedTuple):
    """A document that has a ticket already, and the order that holds it."""

    order_id: str
    is_lapsed: bool


async def find_taken(tx: Tx, lines: Sequence[Line], now: datetime) -> list[tuple[Visitor, Taken]]:
    """Visitors of these lines who have a ticket of the same product for the same day."""
    marks = {
        mark: (line.product_id, line.visit_on, visitor)
        for line in lines
        for visitor in line.visitors
        for mark in visitor.document_hashes
    }
    if not marks:
        return []
    found: list[tuple[Visitor, Taken]] = []
    for row in await tx.rows(store.VISITORS_BY_MARK, marks=list(marks)):
        product_id, visit_on, visitor = marks[row.document_hash]
        if row.id != visitor.id and (row.product_id, row.visit_on) == (product_id, visit_on):
            lapsed = row.status == OrderStatus.HELD and row.held_until <= now
            found.append((visitor, Taken(row.order_id, lapsed)))
    return found


def has_one(visitor: Visitor) -> Refused:
    name = visitor.name or visitor.document_mask
    return Refused(
        Refusal.DUPLICATE_VISITOR, say("{name} already has a ticket for that day.", name=name)
    )


def add_visitors(tx: Tx, order_id: str, area_id: str, lines: Sequence[Line]) -> None:
    for line in lines:
        for position, visitor in enumerate(line.visitors):
            tx.add(store.ADD_VISITOR, **row_of(visitor, order_id, area_id, line, position))


def row_of(
    visitor: Visitor, order_id: str, area_id: str, line: Line, position: int
) -> dict[str, Any]:
    return {
        "id": visitor.id,
        "order_id": order_id,
        "order_line_id": line.id,
        "position": position,
        "area_id": area_id,
        "product_id": line.product_id,
        "visit_on": line.visit_on,
        "name": visitor.name,
        "document_kind": visitor.document_kind,
        "document_sealed": visitor.document_sealed,
        "document_hash": visitor.document_hash,
        "document_mask": visitor.document_mask,
        "born_on": visitor.born_on,
        "proof": visitor.proof,
    }


def from_row(row: Any) -> Visitor:
    return Visitor(
        row.id,
        row.name,
        row.document_kind,
        row.document_sealed,
        row.document_hash,
        (row.document_hash,) if row.document_hash else (),
        row.document_mask,
        row.born_on,
        proof=row.proof,
    )
