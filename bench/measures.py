"""What was measured: rows, as a table for people and as JSON for programs."""

import math
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import psutil

MIB = 1024 * 1024
ADDITIONS = 10_000_000
HEADS = ("name", "engine", "rows", "in_flight", "per_s", "p50_ms", "p95_ms", "p99_ms", "cpu_ms",
         "pss_mb")  # fmt: skip


class Row(NamedTuple):
    """`rows` is how many orders there were; `cpu_ms` what one took of the server's processor time;
    `pss_mb` all processes, shared memory counted once."""

    name: str
    engine: str
    rows: int | None = None
    in_flight: int | None = None
    per_s: float | None = None
    p50_ms: float | None = None
    p95_ms: float | None = None
    p99_ms: float | None = None
    cpu_ms: float | None = None
    pss_mb: float | None = None


class Load(NamedTuple):
    """What a load process saw. `bad` were answered, but not as they should be."""

    waits_ms: Sequence[float]
    seconds: float
    bad: int

    def row(self, name: str, engine: str, *, in_flight: int, cpu_seconds: float,
            rows: int | None = None, pss_mb: float | None = None) -> Row:  # fmt: skip
        if self.bad or not self.waits_ms:
            raise SystemExit(f"{name}: {self.bad} bad answers of {len(self.waits_ms) + self.bad}")
        return Row(
            name,
            engine,
            rows,
            in_flight,
            per_s=round(len(self.waits_ms) / self.seconds, 1),
            p50_ms=percentile(self.waits_ms, 50),
            p95_ms=percentile(self.waits_ms, 95),
            p99_ms=percentile(self.waits_ms, 99),
            cpu_ms=round(cpu_seconds / len(self.waits_ms) * 1000, 3),
            pss_mb=pss_mb,
        )


def percentile(values: Sequence[float], percent: int) -> float:
    """The nearest rank."""
    ranked = sorted(values)
    return round(ranked[max(0, math.ceil(len(ranked) * percent / 100) - 1)], 2)


def family(pid: int) -> list[psutil.Process]:
    """The server with its broker and its printing process."""
    server = psutil.Process(pid)
    return [server, *server.children(recursive=True)]


def cpu_seconds(pid: int) -> float:
    return sum(one.cpu_times().user + one.cpu_times().system for one in family(pid))


def pss_mb(pid: int) -> float:
    total = sum(one.memory_full_info().pss for one in family(pid))
    return round(total / MIB, 1)


def table(rows: Sequence[Row]) -> str:
    cells = [HEADS, *(tuple("" if each is None else f"{each}" for each in row) for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(HEADS))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if column < 2 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        for line in cells
    )


def disk_is(path: Path) -> str:
    """Where the database lies, for the note below the table."""
    best = max(
        (part for part in psutil.disk_partitions(all=True)
         if str(path.resolve()).startswith(part.mountpoint)),
        key=lambda part: len(part.mountpoint),
    )  # fmt: skip
    return f"{best.device} ({best.fstype})"


def yardstick() -> float:
    """Millions of additions a second by this Python on one core, the better of two: the same
    machine may be twice as slow on another day, and rates follow it."""
    best = math.inf
    for _ in range(2):
        began = time.process_time()
        total = 0
        for number in range(ADDITIONS):
            total += number
        best = min(best, time.process_time() - began)
    return ADDITIONS / best / 1_000_000
