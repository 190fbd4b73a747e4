"""Sending: from what is to be said to what became of it.

Every message to one address is a delivery with a key, its cause: the same cause again is the same
delivery. It is taken (rules looked at, written down that the provider will be asked) before the
provider is asked, and settled afterwards. A delivery that was taken and never settled, or whose
answer was lost, is looked up at the provider; where nobody can tell, it is `unknown`, and a person
decides: it is never sent again blindly.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from domain.kernel import ids
from domain.kernel.actors import SYSTEM, Actor
from domain.kernel.clock import utc_now
from domain.kernel.db import Database, Tx
from domain.kernel.errors import Conflict, Message, NotFound, say
from domain.kernel.ports import (
    Attachment,
    Letter,
    MessageCarrier,
    NotSent,
    Receipt,
    SendAnswer,
    SendState,
    Unknown,
)
from domain.kernel.vault import Vault
from domain.operation.audit import record
from domain.operation.messages import addresses, providers, rules, store, templates
from domain.operation.messages.model import (
    UNSUBSCRIBE,
    DeliveryState,
    MessageChannel,
    content_for,
    fill,
    html_of,
    ordered,
    parts,
)
from domain.operation.outbox import CarryFailed, CarryLater

TEXT = "message_text"
OpenCarrier = Callable[[str, Mapping[str, Any], str], MessageCarrier]  # kind, settings, secret
OVER = {
    DeliveryState.SENT,
    DeliveryState.DELIVERED,
    DeliveryState.LOGGED,
    DeliveryState.WITHHELD,
}
UNSURE = {DeliveryState.SENDING, DeliveryState.UNKNOWN}
AFTER = {
    SendState.ACCEPTED: DeliveryState.SENT,
    SendState.DELIVERED: DeliveryState.DELIVERED,
    SendState.REFUSED: DeliveryState.FAILED,
    SendState.LOGGED: DeliveryState.LOGGED,
    SendState.NOT_FOUND: DeliveryState.WAITING,
}
BEFORE = {  # what a word about a delivery may change: nothing goes back
    DeliveryState.WAITING: ("sending", "unknown"),
    DeliveryState.SENT: ("sending", "unknown"),
    DeliveryState.LOGGED: ("sending", "unknown"),
    DeliveryState.UNKNOWN: ("sending",),
    DeliveryState.DELIVERED: ("sending", "unknown", "sent", "failed"),
    DeliveryState.FAILED: ("sending", "unknown", "sent"),
    DeliveryState.WITHHELD: ("waiting", "failed"),
}
NOBODY_KNOWS = say("Nobody knows whether this was sent. Look before it is sent again.")


class Outgoing(NamedTuple):
    """One message to one address. `key` is its cause: used again, nothing is sent again."""

    key: str
    event: str
    channel: MessageChannel
    address: str
    language: str
    values: Mapping[str, Any]
    about: tuple[str, str]  # noun, id
    area_id: str | None = None
    outbox_id: str | None = None
    good_until: datetime | None = None  # later it would be of no use
    attachments: tuple[Attachment, ...] = ()


class Taken(NamedTuple):
    """What is to be done about a delivery now."""

    row: Any
    letter: Letter | None = None  # none: nothing any more
    provider: Any = None
    is_unsure: bool = False  # look it up first
    until: datetime | None = None  # not before
    problem: Message | None = None


class Messenger:
    """What carriers of the outbox send by. Made once a process."""

    def __init__(
        self,
        db: Database,
        vault: Vault,
        open_carrier: OpenCarrier,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._db, self._vault, self._open, self._clock = db, vault, open_carrier, clock

    async def deliver(self, outgoing: Outgoing) -> DeliveryState:
        """Send it, or find out what became of it. Raises CarryFailed and CarryLater."""
        taken = await self._take(outgoing)
        if taken.is_unsure:
            if (state := await self._look_up(outgoing, taken)) is not DeliveryState.WAITING:
                return state
            taken = await self._take(outgoing)
        if taken.until is not None:
            raise CarryLater(taken.until, say("Quiet hours, or a limit is reached."))
        if taken.problem is not None:
            raise CarryFailed(taken.problem)
        if taken.letter is None:
            return DeliveryState(taken.row.state)
        return await self._ask(taken, taken.letter)

    async def _take(self, outgoing: Outgoing) -> Taken:
        return await self._db.act(
            take, self._vault, outgoing, self._clock(), lane=f"messages:{outgoing.channel.value}"
        )

    def carrier(self, provider: Any) -> MessageCarrier:
        secret = providers.secret_of(self._vault, provider)
        return self._open(provider.kind, provider.settings, secret)

    async def _ask(self, taken: Taken, letter: Letter) -> DeliveryState:
        try:
            answer = await self.carrier(taken.provider).send(letter)
        except NotSent as problem:
            await self._settle(taken.row.id, SendAnswer(SendState.NOT_FOUND))
            raise CarryFailed(problem.message) from problem
        except Unknown as problem:
            await self._db.act(note_unknown, taken.row.id, self._clock())
            raise CarryFailed(NOBODY_KNOWS) from problem
        return await self._take_word(taken.row.id, answer)

    async def _look_up(self, outgoing: Outgoing, taken: Taken) -> DeliveryState:
        """Ask the provider that had it. WAITING: it never arrived there."""
        row = taken.row
        letter = Letter(row.id, outgoing.address, "", row.taken_at)
        try:
            answer = await self.carrier(taken.provider).query(letter)
        except (Unknown, NotSent) as problem:
            await self._db.act(note_unknown, row.id, self._clock())
            raise CarryFailed(NOBODY_KNOWS) from problem
        if answer.state is SendState.NOT_FOUND:
            await self._settle(row.id, answer)
            return DeliveryState.WAITING
        return await self._take_word(row.id, answer)

    async def _take_word(self, delivery_id: str, answer: SendAnswer) -> DeliveryState:
        await self._settle(delivery_id, answer)
        if answer.state is SendState.REFUSED:
            said = answer.problem or "—"
            sentence = say("The provider refused: {problem}", problem=said)
            raise CarryFailed(sentence, permanent=not answer.may_retry)
        return AFTER[answer.state]

    async def _settle(self, delivery_id: str, answer: SendAnswer) -> None:
        await self._db.act(settle, delivery_id, answer, self._clock())

    async def hear(
        self, provider_id: str, token: str, headers: Mapping[str, str], body: bytes
    ) -> int:
        """A platform calls: what became of messages, and who wants no more. Raises NotFound and
        CallbackRejected. Gives how many it was about; told twice, it changes nothing."""
        provider = await self._db.ask(providers.get, provider_id)
        if not providers.is_token(self._vault, provider.id, token):
            raise NotFound()
        receipts = self.carrier(provider).read_receipts(headers, body)
        for receipt in receipts:
            await self._db.act(take_receipt, self._vault, provider, receipt, self._clock())
        return len(receipts)


async def take(tx: Tx, vault: Vault, outgoing: Outgoing, now: datetime) -> Taken:
    """Look at the rules, and write down that the provider will be asked."""
    address = addresses.tidy(outgoing.channel, outgoing.address)
    marks = addresses.marks(vault, outgoing.channel, address)
    row = await tx.one(store.BY_KEY, key=outgoing.key)
    if row is None:
        row = await add(tx, outgoing, address, marks[0], now)
    state = DeliveryState(row.state)
    if state in OVER:
        return Taken(row)
    if state in UNSURE:
        return Taken(row, provider=await providers.get(tx, row.provider_id), is_unsure=True)
    template = await templates.get(tx, outgoing.event, outgoing.channel)
    if (why := await held_back(tx, template, outgoing, marks, now)) is not None:
        return Taken(await withhold(tx, row, why, now))
    until = await rules.wait_until(tx, template.kind, outgoing.channel, outgoing.event, marks, now)
    if until is not None:
        return Taken(row, until=until)
    provider = await providers.in_use(tx, outgoing.channel)
    if provider is None:
        return Taken(row, problem=say("No provider is connected for this kind of message."))
    letter = letter_of(template, outgoing, address, row.id, now)
    if provider.kind in ("tencent", "alibaba") and not letter.template:
        return Taken(row, problem=say("The template has no number at the provider."))
    secret = template.kind.is_secret
    taken = await tx.one(
        store.TAKE,
        delivery=row.id,
        seen=row.attempts,
        now=now,
        provider=provider.id,
        version=template.version,
        sealed=None if secret else vault.seal(TEXT, letter.text.encode(), row.id),
        count=parts(letter.text) if outgoing.channel is MessageChannel.SMS else 1,
    )
    if taken is None:
        raise Conflict()
    return Taken(row, letter, provider)


async def add(tx: Tx, outgoing: Outgoing, address: str, mark: str, now: datetime) -> Any:
    noun, subject_id = outgoing.about
    await tx.run(
        store.ADD_DELIVERY,
        id=ids.new_id(),
        key=outgoing.key,
        event=outgoing.event,
        channel=outgoing.channel.value,
        area_id=outgoing.area_id,
        noun=noun,
        subject_id=subject_id,
        outbox_id=outgoing.outbox_id,
        address_hash=mark,
        address_mask=addresses.shown(outgoing.channel, address),
        language=outgoing.language,
        state=DeliveryState.WAITING.value,
        created_at=now,
    )
    return await tx.one(store.BY_KEY, key=outgoing.key)


async def held_back(
    tx: Tx, template: templates.Template, outgoing: Outgoing, marks: tuple[str, ...], now: datetime
) -> Message | None:
    """Why it is not to be sent at all."""
    if not template.is_on:
        return say("Switched off.")
    if outgoing.good_until is not None and outgoing.good_until <= now:
        return say("Too late to be of use.")
    if not template.kind.is_urgent and await rules.is_out(tx, outgoing.channel, marks):
        return say("Unsubscribed.")
    return None


async def withhold(tx: Tx, row: Any, why: Message, now: datetime) -> Any:
    await settle_to(tx, row.id, DeliveryState.WITHHELD, now, why=str(why))
    return row._replace(state=DeliveryState.WITHHELD.value)


def letter_of(
    template: templates.Template, outgoing: Outgoing, address: str, number: str, now: datetime
) -> Letter:
    """What the provider gets."""
    kind, language, values = template.kind, outgoing.language, outgoing.values
    subject, body, known_as = content_for(template.content, language)
    text = fill(body, kind, values, language)
    if kind.is_marketing and outgoing.channel is MessageChannel.SMS:
        text = f"{text} {UNSUBSCRIBE['en' if language == 'en' else 'zh']}"
    is_mail = outgoing.channel is MessageChannel.EMAIL
    return Letter(
        number,
        address,
        text,
        now,
        " ".join(fill(subject, kind, values, language).split()),
        html_of(text) if is_mail else "",
        known_as,
        tuple(ordered(kind, template.content, body, values, language)),
        outgoing.attachments,
    )


async def settle(tx: Tx, delivery_id: str, answer: SendAnswer, now: datetime) -> None:
    await settle_to(
        tx,
        delivery_id,
        AFTER[answer.state],
        now,
        reference=answer.reference[:200],
        why=answer.problem[:400],
        count=answer.parts,
    )


async def note_unknown(tx: Tx, delivery_id: str, now: datetime) -> None:
    why = str(NOBODY_KNOWS)
    await settle_to(tx, delivery_id, DeliveryState.UNKNOWN, now, why=why)


async def settle_to(
    tx: Tx,
    delivery_id: str,
    to: DeliveryState,
    now: datetime,
    *,
    reference: str = "",
    why: str = "",
    count: int = 0,
) -> bool:
    settled = await tx.one(
        store.SETTLE,
        delivery=delivery_id,
        from_states=list(BEFORE[to]),
        to_state=to.value,
        ref=reference,
        why=why,
        count=count,
        now=now,
    )
    return settled is not None


async def take_receipt(
    tx: Tx, vault: Vault, provider: Any, receipt: Receipt, now: datetime
) -> None:
    if receipt.reply_from:
        if receipt.reply.strip().upper() in ("T", "TD", "退订"):
            sms = MessageChannel.SMS
            await rules.opt_out(tx, vault, sms, receipt.reply_from, receipt.reply.strip(), now)
        return
    row = await tx.one(store.GET_DELIVERY, id=receipt.number) if receipt.number else None
    if row is None and receipt.reference:
        row = await tx.one(store.BY_REFERENCE, provider=provider.id, reference=receipt.reference)
    if row is None or row.provider_id != provider.id:
        return
    to = DeliveryState.DELIVERED if receipt.is_delivered else DeliveryState.FAILED
    if await settle_to(tx, row.id, to, now, reference=receipt.reference, why=receipt.problem):
        record(tx, SYSTEM, f"message_delivery.{to.value}", row.id, now, area_id=row.area_id)


async def decide(tx: Tx, delivery_id: str, was_sent: bool, actor: Actor, now: datetime) -> Any:
    """Somebody has looked at what nobody knew: it was sent, or it is to be sent again. Gives the
    row; the caller has the outbox try again. Conflict when it is known meanwhile."""
    row = await tx.one(store.GET_DELIVERY, id=delivery_id)
    if row is None:
        raise NotFound()
    to = DeliveryState.SENT if was_sent else DeliveryState.WAITING
    if row.state != DeliveryState.UNKNOWN or not await settle_to(tx, row.id, to, now):
        raise Conflict()
    verb = "found_sent" if was_sent else "sent_again"
    record(tx, actor, f"message_delivery.{verb}", row.id, now, area_id=row.area_id)
    return row
