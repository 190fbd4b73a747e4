"""What happened at gates, as files: every scan, every passage, with the filters of their pages."""

from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from domain.admission import redemptions
from domain.admission.redemptions import Decision, Direction, PassResult, ScanKind, Sought
from domain.kernel.db import Tx
from domain.kernel.db.keyset import Cut
from domain.kernel.errors import Message, say
from domain.kernel.refusals import Refusal
from domain.operation.staff import SignedIn
from webapp import forms, gate_glass, i18n, office_gates
from webapp.exporting.model import Cell, Column, ExportList, Key, Kind, Reading, by_keyset
from webapp.forms import Typed
from webapp.office_gates import WATCH, FilterForm
from webapp.words import label_of

Page = Callable[[Tx, Sought, Cut], Coroutine[Any, Any, Sequence[Any]]]


async def opened(
    tx: Tx,
    staff: SignedIn,
    typed: Typed,
    page: Page,
    key: Callable[[Any], Key],
    cells: Callable[[Any], Sequence[Cell]],
) -> Reading:
    wanted = forms.parse(FilterForm, typed)
    sought = await office_gates.sought_for(tx, wanted, await office_gates.watched_by(tx, staff))

    async def rows(tx: Tx, cut: Cut) -> Sequence[Any]:
        return await page(tx, sought, cut) if sought else []

    return by_keyset(rows, key, cells)


async def scans(tx: Tx, staff: SignedIn, typed: Typed) -> Reading:
    return await opened(
        tx, staff, typed, redemptions.list_scans, lambda row: (row.scanned_at, row.id), scan_cells
    )


async def passages(tx: Tx, staff: SignedIn, typed: Typed) -> Reading:
    return await opened(
        tx,
        staff,
        typed,
        redemptions.list_passages,
        lambda row: (row.passed_at, row.id),
        passage_cells,
    )


def scan_cells(row: Any) -> Sequence[Cell]:
    reason = i18n.here(Message(Refusal(row.refusal).message)) if row.refusal else row.reason
    return (
        row.scanned_at,
        gate_of(row),
        i18n.here(label_of(Decision(row.decision))),
        reason,
        row.ticket_number,
        gate_glass.named(row.detail, "type"),
        i18n.here(label_of(ScanKind(row.kind))),
        i18n.here(label_of(Direction(row.direction))),
        row.persons if row.decision == Decision.ALLOW else None,
        int(row.heads_through) if row.heads_through else None,
        row.staff_name or row.device_name,
    )


def passage_cells(row: Any) -> Sequence[Cell]:
    return (
        row.passed_at,
        gate_of(row),
        i18n.here(label_of(PassResult(row.result))),
        i18n.here(label_of(Direction(row.direction))),
        row.persons,
        row.counted,
        row.ticket_number,
    )


def gate_of(row: Any) -> str:
    return str(row.gate_en if i18n.current() == "en" and row.gate_en else row.gate_zh)


SCANS = ExportList(
    say("Scans"),
    WATCH,
    (
        Column(say("When"), Kind.MOMENT, 20),
        Column(say("Gate"), width=18),
        Column(say("Answer")),
        Column(say("Reason"), width=24),
        Column(say("Ticket"), width=20),
        Column(say("Ticket type"), width=18),
        Column(say("Read as")),
        Column(say("Direction"), width=8),
        Column(say("People"), Kind.NUMBER, 8),
        Column(say("Went through"), Kind.NUMBER, 10),
        Column(say("By"), width=16),
    ),
    scans,
)
PASSAGES = ExportList(
    say("Passages"),
    WATCH,
    (
        Column(say("When"), Kind.MOMENT, 20),
        Column(say("Gate"), width=18),
        Column(say("What happened")),
        Column(say("Direction"), width=8),
        Column(say("People"), Kind.NUMBER, 8),
        Column(say("Counted"), Kind.NUMBER, 8),
        Column(say("Ticket"), width=20),
    ),
    passages,
)
