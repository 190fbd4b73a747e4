"""The slip of a member card that a window opened, filled or replaced, on the window's printer."""

from datetime import datetime

from domain.admission import printing
from domain.commerce import orders
from domain.commerce.orders import events
from domain.commerce.orders.lines import Sold
from domain.kernel.actors import Actor, ActorKind
from domain.kernel.channels import Channel
from domain.kernel.db import Tx
from domain.operation import printers
from domain.operation.printers import Post, PostKind, PrintedDocument, Sheet


async def print_slips(tx: Tx, sold: Sold, now: datetime) -> None:
    """Paid at a window that prints them: one for each card of the order."""
    if sold.channel is not Channel.WINDOW:
        return
    post = Post(PostKind.WINDOW, await printing.paid_at(tx, sold))
    documents = [PrintedDocument.CARD, PrintedDocument.LABEL]
    able = [one for one in documents if await printers.printer_for(tx, post, one) is not None]
    if not able:
        return
    order = await orders.get_order(tx, sold.id)
    terms = [line.terms for line in order.lines if "card_id" in line.terms]
    cards = {
        str(one.get("new_card_id") or one["card_id"]): str(one.get("number") or "") for one in terms
    }
    actor = Actor(ActorKind.STAFF, sold.staff_id, post.id)
    for document in able:
        sheets = [Sheet(document, card_id, number) for card_id, number in cards.items()]
        await printers.enqueue(tx, post, sheets, sold.id, actor, now)


events.when_paid(print_slips)
