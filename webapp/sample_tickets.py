"""A ticket that was never sold, for looking at: marked as a sample, with a code no gate takes."""

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from domain.commerce.catalog.model import GateMode
from domain.commerce.payments import Tender
from domain.kernel import clock
from webapp import i18n
from webapp.printing.model import Label, Letterhead, PrintedGroup, PrintedTicket
from webapp.words import label_of

NO_CODE = "0123456789" * 23  # as long as a real one; its first digit names no kind of code
NO_SHORT_CODE = "0" * 16
SLOT = (time(9), time(11))
HEADS = 30  # of a group's sample


def sample_of(
    document: Mapping[str, Any],
    head: Letterhead,
    entrances: tuple[Label, ...],
    terms: Label,
    now: datetime,
    *,
    slotted: bool,
) -> PrintedTicket:
    """A ticket for today, bought in cash for the list price."""
    is_group = document.get("gate_mode") == GateMode.ONE_MANY
    persons = HEADS if is_group else int(document.get("persons") or 1)
    price = int(document["list_price_minor"])
    cash = label_of(Tender.CASH)
    return PrintedTicket(
        head=head,
        code=NO_CODE,
        short_code=NO_SHORT_CODE,
        ticket_number="00000000-0000-1",
        order_number="00000000-0000",
        type_name=Label(document["name_zh"], document.get("name_en") or ""),
        visit_on=clock.local_day(now, ZoneInfo(head.zone)),
        persons=persons,
        paid_minor=price * (persons if is_group else 1),
        list_price_minor=price,
        payment=Label(i18n.translate("zh", cash), i18n.translate("en", cash)),
        window="",
        cashier="",
        printed_at=now,
        slot_from=SLOT[0] if slotted else None,
        slot_until=SLOT[1] if slotted else None,
        entries=int(document.get("entries", 1)),
        entrances=entrances,
        visitors=("王小明",) if document.get("real_name") else (),
        is_real_name=bool(document.get("real_name")),
        must_show_proof=bool(document.get("concession_only")),
        group=PrintedGroup("样例旅行团") if is_group else None,
        terms=terms,
        is_sample=True,
    )
