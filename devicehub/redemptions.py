"""A scan and its answer, a passage and its receipt."""

from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import structlog

from devicehub import refusals, tidy
from devicehub.messages import Ok, Pass, Scan, ScanReply
from devicehub.refusals import Translate
from domain.admission import redemptions
from domain.admission.redemptions import (
    Answer,
    CodeReader,
    Direction,
    Passage,
    PassResult,
    ScanKind,
)
from domain.kernel.db import Database
from domain.kernel.errors import Conflict, DomainError, Unavailable, say
from domain.kernel.refusals import Refusal

MOST_PERSONS = 10_000  # the domain counts what it can believe and reports the rest
OLDEST_PASSAGE = timedelta(days=7)  # a gate that was cut off for longer is dated by our clock
LONGEST_FACE = 512  # characters, as of every code
SAME_MOMENT = timedelta(seconds=5)

log = structlog.get_logger()


class Desk(NamedTuple):
    """What answering takes."""

    db: Database
    reader: CodeReader
    translate: Translate


def unix_ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


async def answer_scan(desk: Desk, device: Any, scan: Scan, now: datetime) -> ScanReply:
    """Yes, no, or "decide for yourself" when we cannot. The gate stays shut on anything else."""
    try:
        answer = await decide(desk, device, scan, now)
    except Unavailable as error:
        return reply_to(
            scan, now, "local", error.code, show=refusals.failure(desk.translate, error)
        )
    except DomainError as error:
        return reply_to(scan, now, "deny", error.code, show=refusals.failure(desk.translate, error))
    if answer.refusal is not None:
        shown = refusals.refusal(desk.translate, answer.refusal, answer.details)
        return reply_to(scan, now, "deny", answer.refusal.value, show=shown)
    return reply_to(
        scan,
        now,
        "allow",
        None,
        show=refusals.welcome(desk.translate, answer.persons, answer.details),
        open_ms=device.open_ms,
        persons=answer.persons,
        hold=answer.hold,
    )


async def decide(desk: Desk, device: Any, scan: Scan, now: datetime) -> Answer:
    """Past its deadline a scan is written down and nothing is decided: the gate went on alone, and
    the passage that it may report belongs to this scan."""
    if device.gate_id is None:
        raise Conflict(say("This device stands at no gate."), code="NO_GATE")
    is_late = unix_ms(now) > scan.deadline
    asked = redemptions.Scan(
        scan_id=scan.cid,
        gate_id=device.gate_id,
        device_id=device.id,
        code=scan.code,
        kind=ScanKind(scan.kind),
        direction=Direction(scan.dir),
        finding=Refusal.TOO_LATE if is_late else finding_of(scan),
        face=face_of(scan),
        agrees=scan.local is not None and scan.local.get("agrees") is True,
    )
    presented = await desk.reader.read(asked, now)
    return await desk.db.act(redemptions.authorise, presented, now)


def finding_of(scan: Scan) -> Refusal | None:
    """What the device itself found: that the person is not the one on file."""
    is_other = scan.local is not None and scan.local.get("match") is False
    return Refusal.BIO_MISMATCH if is_other else None


def face_of(scan: Scan) -> str:
    """The device's reference of the face it saw; anything that is none is nobody's."""
    said = scan.local.get("face") if scan.local is not None else None
    return said if isinstance(said, str) and len(said) <= LONGEST_FACE else ""


async def record_pass(desk: Desk, device: Any, passage: Pass, now: datetime) -> Ok | None:
    """The receipt, once the passage is on the disk; without one the device says it again."""
    if device.gate_id is None:
        log.warning("pass.nowhere", device_id=device.id)
        return None
    happened_at = happened(passage.ts, device.clock_offset_ms, now)
    seen = Passage(
        device_id=device.id,
        key=passage.key,
        scan_id=passage.cid,
        gate_id=device.gate_id,
        result=PassResult(passage.result),
        persons=tidy.whole(passage.n, 1, MOST_PERSONS),
        direction=Direction(passage.dir),
        sensor=passage.sensor,
        happened_at=happened_at,
    )
    await desk.db.act(redemptions.record_passage, seen, now)
    return Ok(v=1, ts=unix_ms(now), keys=[passage.key])


def happened(device_ms: int, offset_ms: int | None, now: datetime) -> datetime:
    """When it was, by our clock. The device's own counts once it has told how wrong it is; what it
    says happened just now happened now."""
    if offset_ms is None:
        return now
    at_ms = device_ms + offset_ms
    earliest = unix_ms(now - OLDEST_PASSAGE)
    latest = unix_ms(now - SAME_MOMENT)
    return moment(at_ms) if earliest <= at_ms <= latest else now


def reply_to(
    scan: Scan,
    now: datetime,
    decision: Any,
    reason: str | None,
    *,
    show: dict[str, Any],
    open_ms: int | None = None,
    persons: int = 1,
    hold: bool = True,
) -> ScanReply:
    return ScanReply(
        v=1,
        ts=unix_ms(now),
        cid=scan.cid,
        decision=decision,
        reason=reason,
        open_ms=open_ms,
        persons=persons,
        show=show,
        hold=hold and decision == "allow",
    )
