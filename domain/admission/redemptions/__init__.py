"""Redeeming tickets at gates, in two steps.

    presented = await reader.read(scan, now)                # a CodeReader, one a process
    answer = await db.act(authorise, presented, now)        # yes holds the ticket
    recorded = await db.act(record_passage, passage, now)   # the arm turned, or it did not

A refusal is an answer, not an error; it is kept like every scan.
"""

from domain.admission.redemptions import batching, bearers
from domain.admission.redemptions.authorising import authorise
from domain.admission.redemptions.by_hand import (
    MOST_HEADS,
    ByHand,
    admit,
    assign_incident,
    count_open_incidents,
    get_incident,
    list_incidents,
    resolve_incident,
    take_back,
    undo,
)
from domain.admission.redemptions.lapsing import (
    annul_lapsed,
    annul_lapsed_card,
    lapsed,
    lapsed_cards,
)
from domain.admission.redemptions.looking import (
    GateDay,
    Preview,
    Sought,
    day_of_gate,
    get,
    list_passages,
    list_scans,
    preview,
    preview_of_ticket,
)
from domain.admission.redemptions.model import (
    Answer,
    Decision,
    Direction,
    IncidentKind,
    IncidentStatus,
    Passage,
    PassResult,
    Recorded,
    Scan,
    ScanKind,
)
from domain.admission.redemptions.passing import record_passage
from domain.admission.redemptions.reading import CodeReader, nfc_code, printed_code
from domain.admission.redemptions.rules import Form, Presented, refusal_for

__all__ = [
    "MOST_HEADS",
    "Answer",
    "ByHand",
    "CodeReader",
    "Decision",
    "Direction",
    "Form",
    "GateDay",
    "IncidentKind",
    "IncidentStatus",
    "PassResult",
    "Passage",
    "Presented",
    "Preview",
    "Recorded",
    "Scan",
    "ScanKind",
    "Sought",
    "admit",
    "annul_lapsed",
    "annul_lapsed_card",
    "assign_incident",
    "authorise",
    "batching",
    "bearers",
    "count_open_incidents",
    "day_of_gate",
    "get",
    "get_incident",
    "lapsed",
    "lapsed_cards",
    "list_incidents",
    "list_passages",
    "list_scans",
    "nfc_code",
    "preview",
    "preview_of_ticket",
    "printed_code",
    "record_passage",
    "refusal_for",
    "resolve_incident",
    "take_back",
    "undo",
]
