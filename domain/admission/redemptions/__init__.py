"""Redeeming tickets at gates, in two steps.

    presented = await reader.read(scan, now)                # a CodeReader, one a process
    answer = await db.act(authorise, presented, now)        # yes holds the ticket
    recorded = await db.act(record_passage, passage, now)   # the arm turned, or it did not

A refusal is an answer, not an error; it is kept like every scan.
"""

from domain.admission.redemptions.authorising import authorise
from domain.admission.redemptions.by_hand import (
    ByHand,
    admit,
    count_open_incidents,
    list_incidents,
    resolve_incident,
    take_back,
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
from domain.admission.redemptions.reading import CodeReader, nfc_code
from domain.admission.redemptions.rules import Form, Presented, refusal_for

__all__ = [
    "Answer",
    "ByHand",
    "CodeReader",
    "Decision",
    "Direction",
    "Form",
    "IncidentKind",
    "IncidentStatus",
    "PassResult",
    "Passage",
    "Presented",
    "Recorded",
    "Scan",
    "ScanKind",
    "admit",
    "authorise",
    "count_open_incidents",
    "list_incidents",
    "nfc_code",
    "record_passage",
    "refusal_for",
    "resolve_incident",
    "take_back",
]
