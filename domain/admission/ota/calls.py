"""Every call and its answer: the same sequence gets the same answer, whatever happened between.

The row is claimed first and finished in the transaction that acts, so of many at once one acts and
the others read what it answered; after a crash either both are there or neither.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

import msgspec

from domain.admission.ota import store
from domain.admission.ota.bodies import MOST_SHOWN, Body, masked
from domain.admission.ota.codes import Told
from domain.admission.ota.model import Answer, Code, Service
from domain.kernel import ids
from domain.kernel.db import Tx
from domain.kernel.db.keyset import Cut
from domain.kernel.errors import NotFound, say
from domain.kernel.vault import Vault

PURPOSE = "ota-answer"
MARKS = "ota-body"


class Call(NamedTuple):
    """One call that may be answered: its signature is right and its body was read."""

    account: Any
    service: Service
    body: Body
    text: str  # of the body, as it was signed for
    address: str = ""

    @property
    def sequence(self) -> str:
        return self.body.sequenceId


def same_text(text: str) -> str:
    """The body without its spaces and order: the same request, written by another hand."""
    return json.dumps(json.loads(text), sort_keys=True, ensure_ascii=False)


async def claim(tx: Tx, vault: Vault, call: Call, now: datetime) -> tuple[str, Answer | None]:
    """This call's row, or the answer that was given to it before. Told OTHER_BODY when the
    sequence came with another body."""
    made = await tx.one(store.CLAIM, **row_of(vault, call, now))
    if made is not None:
        return str(made.id), None
    answer = await earlier(tx, vault, call)
    if answer is None:
        raise NotFound()
    return "", answer


async def earlier(tx: Tx, vault: Vault, call: Call) -> Answer | None:
    """What was answered before. A question."""
    known = await tx.one(
        store.EARLIER,
        account=call.account.id,
        service=call.service.value,
        sequence=call.sequence,
    )
    if known is None:
        return None
    if known.mark not in vault.fingerprints(MARKS, same_text(call.text)):
        raise Told(Code.OTHER_BODY, say("This sequence was used for another request."))
    body = None
    if known.answer_sealed is not None:
        body = json.loads(vault.open(PURPOSE, known.answer_sealed, known.id))
    return Answer(known.result_code, known.result_message, body, known.order_id, known.refund_id)


def row_of(vault: Vault, call: Call, now: datetime) -> dict[str, Any]:
    return {
        "id": ids.new_id(),
        "account_id": call.account.id,
        "area_id": call.account.area_id,
        "service": call.service.value,
        "sequence_id": call.sequence,
        "mark": vault.fingerprint(MARKS, same_text(call.text)),
        "shown": shown(call.text),
        "result_code": "",
        "result_message": "",
        "answer_sealed": None,
        "order_id": None,
        "refund_id": None,
        "confirmed_at": None,
        "address": call.address[:64],
        "at": now,
    }


def shown(text: str) -> Any:
    found = masked(msgspec.json.decode(text.encode()))
    return found if len(json.dumps(found)) <= MOST_SHOWN else {"sequenceId": "…"}


async def finish(tx: Tx, vault: Vault, call_id: str, answer: Answer) -> None:
    body = None
    if answer.body is not None:
        body = vault.seal(PURPOSE, json.dumps(answer.body).encode(), call_id)
    await tx.run(
        store.FINISH,
        call=call_id,
        to_code=answer.code,
        to_message=answer.message[:200],
        to_answer=body,
        to_order=answer.order_id,
        to_refund=answer.refund_id,
    )


async def keep(tx: Tx, vault: Vault, call: Call, answer: Answer, now: datetime) -> Answer:
    """An answer that changed nothing; or what somebody answered meanwhile."""
    call_id, before = await claim(tx, vault, call, now)
    if before is not None:
        return before
    await finish(tx, vault, call_id, answer)
    return answer


async def note_failure(
    tx: Tx, account: Any, service: str, answer: Answer, address: str, now: datetime
) -> None:
    """A call that was turned away at the door, for staff to see: no sequence, no body."""
    tx.add(
        store.ADD_CALL,
        id=ids.new_id(),
        account_id=account.id,
        area_id=account.area_id,
        service="".join(filter(str.isalnum, service))[:40],
        sequence_id=None,
        mark="",
        shown={},
        result_code=answer.code,
        result_message=answer.message[:200],
        address=address[:64],
        at=now,
    )


class Sought(NamedTuple):
    """Filters of the log."""

    areas: Sequence[str]
    account: str = ""
    service: str = ""
    words: str = ""  # a sequence or a code
    failed: bool = False


async def list_calls(tx: Tx, sought: Sought, cut: Cut) -> list[Any]:
    """Newest first. A question."""
    return await store.LIST_CALLS.page(
        tx,
        cut,
        areas=list(sought.areas),
        of=sought.account,
        by=sought.service,
        words=sought.words,
        failed=sought.failed,
    )


async def get_call(tx: Tx, call_id: str) -> Any:
    """Its row with `account_word`, `agent_name`, `order_number`. A question. NotFound."""
    row = await tx.one(store.GET_CALL, id=call_id)
    if row is None:
        raise NotFound()
    return row
