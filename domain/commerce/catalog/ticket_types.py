"""Ticket types: draft, submit, approve, and then a version for ever (maker and checker)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from domain.commerce.catalog import store
from domain.commerce.catalog.inputs import PriceRuleInput, TicketTypeInput
from domain.commerce.catalog.model import TICKET_TYPE_MOVES, TicketTypeStatus
from domain.commerce.catalog.products import code_taken, get_product, like
from domain.kernel import ids
from domain.kernel.actors import Actor
from domain.kernel.db import ConstraintBroken, Tx
from domain.kernel.errors import Conflict, InvalidInput, NotFound, say
from domain.kernel.states import move
from domain.operation import approvals
from domain.operation.audit import record
from domain.operation.staff import Permission

KIND = "ticket_type"
MOST_NUMBER = 65_535  # u16 in ticket codes


async def get_ticket_type(tx: Tx, type_id: str) -> Any:
    """The row in force (or the bare draft's), also when it is retired. Raises NotFound."""
    row = await tx.one(store.GET_TYPE, id=type_id)
    if row is None:
        raise NotFound()
    return row


async def list_ticket_types(
    tx: Tx, area_id: str, words: str = "", after: int = 0, retired: bool = False, most: int = 50
) -> list[Any]:
    """One page of an area's ticket types by number: those that contain `words`, `after` a number.

    `draft_saved_at` and `approval_id` tell whether one is being changed or waits for a checker.
    """
    return await tx.rows(
        store.LIST_TYPES, area=area_id, like=like(words), after=after, retired=retired, most=most
    )


async def rules_of(tx: Tx, type_id: str) -> list[Any]:
    """The price rules in force, the strongest first."""
    return await tx.rows(store.RULES_OF_TYPE, type=type_id)


async def versions_of(tx: Tx, type_id: str) -> list[Any]:
    """Every published version, newest first: version, document, made_by, approved_by."""
    return await tx.rows(store.LIST_VERSIONS, type=type_id)


async def get_draft(tx: Tx, type_id: str) -> Any | None:
    """The draft: document, based_on_version, saved_by, saved_at, approval_id; None without one."""
    return await tx.one(store.GET_DRAFT, type=type_id)


async def document_of(tx: Tx, type_id: str) -> dict[str, Any]:
    """What an editor starts from: the draft, or else the version in force, as its input's JSON."""
    if draft := await get_draft(tx, type_id):
        return dict(draft.document)
    row = await get_ticket_type(tx, type_id)
    document = {
        name: getattr(row, name) for name in TicketTypeInput.model_fields if name != "prices"
    }
    fields = list(PriceRuleInput.model_fields)
    rules = sorted(await rules_of(tx, type_id), key=lambda rule: str(rule.id))
    document["prices"] = [{name: getattr(rule, name) for name in fields} for rule in rules]
    return TicketTypeInput.model_validate(document).model_dump(mode="json")


async def add_ticket_type(
    tx: Tx, product_id: str, given: TicketTypeInput, actor: Actor, now: datetime
) -> str:
    """A new type as a draft: nothing is sold until it was submitted and approved."""
    product = await get_product(tx, product_id)
    number = (await tx.one(store.LAST_NUMBER)).last + 1
    if number > MOST_NUMBER:
        raise Conflict(say("There are too many ticket types."))
    type_id = ids.new_id()
    values = given.model_dump(mode="json", exclude={"prices", "valid_from_on", "valid_until_on"})
    try:
        await tx.run(
            store.ADD_TYPE,
            id=type_id,
            product_id=product_id,
            area_id=product.area_id,
            number=number,
            valid_from_on=given.valid_from_on,
            valid_until_on=given.valid_until_on,
            status=TicketTypeStatus.DRAFT.value,
            version=0,
            created_at=now,
            **values,
        )
    except ConstraintBroken as broken:
        raise code_taken() from broken
    await save_draft(tx, type_id, given, actor, now, version=0)
    return type_id


async def save_draft(
    tx: Tx, type_id: str, given: TicketTypeInput, actor: Actor, now: datetime, version: int
) -> None:
    """Keep what the type will say. `version` is the published one that it was written from."""
    row = await get_ticket_type(tx, type_id)
    if row.version != version:
        raise Conflict(code="VERSION_CONFLICT")
    prices = [
        rule if rule.id else rule.model_copy(update={"id": ids.new_id()}) for rule in given.prices
    ]
    document = given.model_copy(update={"prices": prices}).model_dump(mode="json")
    saved = await tx.one(
        store.SAVE_DRAFT, type=type_id, document=document, based_on=version, by=actor.id, now=now
    )
    if saved is None:
        raise Conflict(say("It waits for approval; withdraw the request first."))
    record(tx, actor, "ticket_type.drafted", type_id, now, area_id=row.area_id)


async def discard_draft(tx: Tx, type_id: str, actor: Actor, now: datetime) -> None:
    """Throw the draft away; one that waits for approval must be withdrawn first."""
    if not await tx.one(store.DISCARD_DRAFT, type=type_id):
        raise Conflict(say("There is no draft, or it waits for approval."))
    record(tx, actor, "ticket_type.draft_discarded", type_id, now)


async def submit(tx: Tx, type_id: str, actor: Actor, now: datetime, reason: str) -> str:
    """Ask another to publish the draft; gives the approval's id."""
    row, draft = await get_ticket_type(tx, type_id), await get_draft(tx, type_id)
    if draft is None or draft.approval_id is not None:
        raise Conflict(say("There is no draft, or it waits for approval."))
    if row.status == TicketTypeStatus.RETIRED or draft.based_on_version != row.version:
        raise Conflict(code="VERSION_CONFLICT")
    approval_id = approvals.request(
        tx,
        actor,
        KIND,
        (KIND, type_id),
        {"version": row.version},
        now,
        reason=reason,
        area_id=row.area_id,
    )
    await tx.one(store.SUBMIT_DRAFT, type=type_id, approval=approval_id)
    return approval_id


async def approved(tx: Tx, approval: Any, actor: Actor, now: datetime) -> None:
    """Publish: the next order is sold by the new version, what was sold keeps its own."""
    type_id = approval.subject_id
    row, draft = await get_ticket_type(tx, type_id), await get_draft(tx, type_id)
    if draft is None or draft.based_on_version != row.version:
        raise Conflict(code="VERSION_CONFLICT")
    await _publish(tx, row, dict(draft.document), draft.saved_by, actor, now)


async def republish(
    tx: Tx,
    type_id: str,
    changed: Mapping[str, Any],
    version: int,
    made_by: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Publish a type as it is but for some fields: for batches, whose checker has agreed to it."""
    row = await get_ticket_type(tx, type_id)
    if row.version != version:
        raise Conflict(code="VERSION_CONFLICT")
    if row.version == 0 or await get_draft(tx, type_id) is not None:
        raise Conflict(say("It has a draft; publish or discard that first."))
    document = {**await document_of(tx, type_id), **changed}
    try:
        given = TicketTypeInput.model_validate(document)
    except ValidationError as error:
        raise InvalidInput({}, say("The ticket type would make no sense like this.")) from error
    prices = [
        rule if rule.id else rule.model_copy(update={"id": ids.new_id()}) for rule in given.prices
    ]
    whole = given.model_copy(update={"prices": prices}).model_dump(mode="json")
    await _publish(tx, row, whole, made_by, actor, now)


async def _publish(
    tx: Tx, row: Any, document: dict[str, Any], made_by: str, actor: Actor, now: datetime
) -> None:
    type_id, given = row.id, TicketTypeInput.model_validate(document)
    values = given.model_dump(mode="json", exclude={"prices", "valid_from_on", "valid_until_on"})
    status = TicketTypeStatus(row.status)
    if status is TicketTypeStatus.DRAFT:
        status = TicketTypeStatus.ON_SALE
    try:
        published = await tx.one(
            store.PUBLISH,
            type=type_id,
            seen=row.version,
            to_status=status.value,
            to_published_at=now,
            to_valid_from_on=given.valid_from_on,
            to_valid_until_on=given.valid_until_on,
            **{f"to_{name}": value for name, value in values.items()},
        )
    except ConstraintBroken as broken:
        raise code_taken() from broken
    if published is None:
        raise Conflict(code="VERSION_CONFLICT")
    await replace_rules(tx, type_id, given)
    tx.add(
        store.ADD_VERSION,
        ticket_type_id=type_id,
        version=published.version,
        document=document,
        made_by=made_by,
        approved_by=actor.id,
        published_at=now,
    )
    await tx.run(store.DROP_DRAFT, type=type_id)
    record(tx, actor, "ticket_type.published", type_id, now, version=published.version)


async def replace_rules(tx: Tx, type_id: str, given: TicketTypeInput) -> None:
    await tx.run(store.DROP_RULES, type=type_id)
    for rule in given.prices:
        values = rule.model_dump()
        values["channel"] = rule.channel.value if rule.channel else None
        tx.add(store.ADD_RULE, ticket_type_id=type_id, **values)


async def rejected(tx: Tx, approval: Any, actor: Actor, now: datetime) -> None:
    """The draft can be edited again."""
    await tx.run(store.REOPEN_DRAFT, type=approval.subject_id)


async def set_status(
    tx: Tx, type_id: str, to: TicketTypeStatus, actor: Actor, now: datetime
) -> None:
    """Pause, resume or retire. What was sold stays good."""
    row = await get_ticket_type(tx, type_id)
    seen = TicketTypeStatus(row.status)
    if (seen, to) == (TicketTypeStatus.DRAFT, TicketTypeStatus.ON_SALE):
        raise Conflict(say("Somebody must approve it first."))
    move(TICKET_TYPE_MOVES, seen, to)
    ended_at = now if to is TicketTypeStatus.RETIRED else None
    if not await tx.one(
        store.SET_STATUS,
        type=type_id,
        from_status=seen.value,
        to_status=to.value,
        ended_at=ended_at,
    ):
        raise Conflict()
    if to is TicketTypeStatus.RETIRED:
        await tx.one(store.DISCARD_DRAFT, type=type_id)
    record(
        tx,
        actor,
        f"ticket_type.{to.value}",
        type_id,
        now,
        before={"status": seen.value},
        area_id=row.area_id,
    )


approvals.register(
    KIND,
    approvals.Effect(approved, rejected, Permission.CATALOG_APPROVE, say("Publish a ticket type")),
)
