"""Blank cards from ranges of numbers, writing their keys, and rebuilding data after a migration."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from domain.cards.memberships import numbering, store
from domain.cards.memberships.cards import locked, move_to
from domain.cards.memberships.model import CardMediumKind, MembershipStatus
from domain.cards.memberships.opening import Media, listed
from domain.kernel import ids
from domain.kernel.actors import Actor
from domain.kernel.db import ConstraintBroken, Tx
from domain.kernel.errors import Conflict, InvalidInput, Refused, say
from domain.kernel.refusals import Refusal
from domain.operation import approvals
from domain.operation.audit import record
from domain.operation.staff import Permission

KIND = "card_rebuild"
MOST_AT_ONCE = 5_000
HELD = ("principal", "bonus", "deposit", "uses", "points")


class Range(NamedTuple):
    """Numbers from `first` to `last`, both with the prefix and as wide as they are written."""

    area_id: str
    prefix: str
    first: str
    last: str

    def numbers(self) -> list[str]:
        """Raises InvalidInput when it is no range of at most 5,000."""
        plain = self.first.isascii() and self.last.isascii()
        if not plain or not (self.first.isdigit() and self.last.isdigit()):
            raise InvalidInput({"first": say("A range goes from a number to a number.")})
        many = int(self.last) - int(self.first) + 1
        if not 1 <= many <= MOST_AT_ONCE or len(self.first) != len(self.last):
            raise InvalidInput({"last": say("A range has from 1 to {most} numbers.", most=5_000)})
        width = len(self.first)
        return [
            f"{self.prefix}{number:0{width}d}"
            for number in range(int(self.first), int(self.last) + 1)
        ]


async def add_blanks(
    tx: Tx, wanted: Range, product_id: str | None, actor: Actor, now: datetime
) -> int:
    """Blank cards for a range of numbers, of a product or of any; how many. Raises InvalidInput
    when a number of them exists."""
    numbers = wanted.numbers()
    for number in numbers:
        numbering.typed_number({"number": number})
        tx.add(
            store.ADD_CARD,
            id=ids.new_id(),
            number=number,
            area_id=wanted.area_id,
            product_id=product_id,
            status=MembershipStatus.BLANK.value,
            created_at=now,
            status_at=now,
        )
    batch = ids.new_id()
    after = {"first": numbers[0], "last": numbers[-1], "count": len(numbers)}
    record(tx, actor, "card_batch.added", batch, now, after=after)
    try:
        await tx.one(store.GET_CARD, id=batch)  # writes what was added, to hear what is wrong
    except ConstraintBroken as broken:
        raise InvalidInput({"first": say("A number of this range exists already.")}) from broken
    return len(numbers)


async def initialise(tx: Tx, card_id: str, media: Media, actor: Actor, now: datetime) -> None:
    """The keys are written: what will be read of the card is known. Conflict unless it is blank."""
    card = await locked(tx, card_id)
    if not media:
        raise InvalidInput({"media": say("This is no chip or barcode that a gate could read.")})
    await move_to(tx, card, MembershipStatus.INITIALISED, "", now)
    typed = numbering.typed_media({"media": listed(media)})
    await numbering.add_media(tx, card.id, typed, now)
    kinds = sorted({one["kind"] for one in typed})
    record(tx, actor, "membership.initialised", card.id, now, media=kinds)


async def initialise_all(
    tx: Tx, read: Sequence[tuple[str, str]], actor: Actor, now: datetime
) -> int:
    """Many blank cards with their chips, as an encoder writes them: (number, UID); how many."""
    if not 1 <= len(read) <= MOST_AT_ONCE:
        raise InvalidInput({"rows": say("A range has from 1 to {most} numbers.", most=5_000)})
    for row, (number, uid) in enumerate(read, start=1):
        card = await tx.one(store.LOCK_BY_NUMBER, number=number)
        if card is None or card.status != MembershipStatus.BLANK:
            sentence = say("Row {row}: there is no blank card {number}.", row=row, number=number)
            raise InvalidInput({"rows": sentence})
        await initialise(tx, card.id, [(CardMediumKind.NFC, uid)], actor, now)
    return len(read)


# -- rebuilding


async def propose_rebuild(
    tx: Tx, wanted: Range, backup: str, reason: str, actor: Actor, now: datetime
) -> str:
    """Ask another person to compute a range of cards anew from the ledger, after a migration.

    `backup` names the backup that was made before. Refused NOT_RETURNABLE for a range with an
    active card that holds something; gives the approval's id."""
    if not backup.strip() or not reason.strip():
        raise InvalidInput({"backup": say("Name the backup that was made, and the reason.")})
    numbers = wanted.numbers()
    await cards_of(tx, wanted, numbers)
    payload = {"range": list(wanted), "backup": backup}
    subject = ("card_batch", ids.new_id())
    return approvals.request(
        tx, actor, KIND, subject, payload, now, reason=reason, area_id=wanted.area_id
    )


async def cards_of(tx: Tx, wanted: Range, numbers: Sequence[str]) -> list[Any]:
    found = await tx.rows(
        store.IN_RANGE,
        area=wanted.area_id,
        first=numbers[0],
        last=numbers[-1],
        width=len(numbers[0]),
        most=MOST_AT_ONCE,
    )
    for card in found:
        holds = card.principal_minor + card.bonus_minor + card.deposit_minor + card.uses_left
        if card.status == MembershipStatus.ACTIVE and holds:
            sentence = say("Card {number} is active and holds something.", number=card.number)
            raise Refused(Refusal.CARD_INACTIVE, sentence)
    if not found:
        raise InvalidInput({"first": say("There are no cards in this range.")})
    return found


async def rebuilt(tx: Tx, approval: Any, actor: Actor, now: datetime) -> None:
    """Each card holds what the ledger says; all of them together must hold as much as before."""
    wanted = Range(*approval.payload["range"])
    found = await cards_of(tx, wanted, wanted.numbers())
    before = dict.fromkeys(HELD, 0)
    after = dict.fromkeys(HELD, 0)
    for card in found:
        row = await tx.one(store.LEDGER_OF, card=card.id)
        says = {name: int(getattr(row, name)) if row else 0 for name in HELD}
        for name, value in zip(HELD, held_by(card), strict=True):
            before[name] += value
            after[name] += says[name]
        to_points = says.pop("points")
        await tx.run(store.REBUILD, card=card.id, to_points=to_points, **says)
    if before != after:
        raise Conflict(say("The totals before and after are not the same: nothing was changed."))
    backup = approval.payload["backup"]
    record(
        tx,
        actor,
        "card_batch.rebuilt",
        approval.subject_id,
        now,
        before=before,
        after=after,
        backup=backup,
        count=len(found),
    )


def held_by(card: Any) -> tuple[int, ...]:
    return (
        card.principal_minor,
        card.bonus_minor,
        card.deposit_minor,
        card.uses_left,
        card.points,
    )


async def rejected(tx: Tx, approval: Any, actor: Actor, now: datetime) -> None:
    """Nothing was touched by asking."""


approvals.register(
    KIND,
    approvals.Effect(
        rebuilt, rejected, Permission.SETTINGS_EDIT, say("Compute cards anew from the ledger")
    ),
)
