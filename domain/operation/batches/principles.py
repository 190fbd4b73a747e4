"""The seven principles: which row gets which value. Pure; nothing is read, nothing is written."""

import heapq
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from itertools import cycle
from types import MappingProxyType
from typing import NamedTuple

from domain.kernel.errors import InvalidInput, Message, say

MOST_ROWS = 5_000
MOST_WEIGHT = 1_000_000
NOTHING: Mapping[str, str] = MappingProxyType({})
NO_COUNTS: Mapping[str, int] = MappingProxyType({})


class Principle(StrEnum):
    EVEN = "even"
    SEQUENTIAL = "sequential"
    WEIGHTED = "weighted"
    UNIFORM = "uniform"
    BY_ATTRIBUTE = "by_attribute"
    LEAST_LOADED = "least_loaded"
    MANUAL = "manual"


class Row(NamedTuple):
    """A row that is to get a value; `attribute` is what BY_ATTRIBUTE looks at."""

    id: str
    attribute: str = ""


class Shares(NamedTuple):
    """What a principle is told. `targets` are the values that are shared out."""

    targets: Sequence[str] = ()
    weights: Mapping[str, int] = NO_COUNTS  # WEIGHTED: by target
    table: Mapping[str, str] = NOTHING  # BY_ATTRIBUTE: attribute to value
    loads: Mapping[str, int] = NO_COUNTS  # LEAST_LOADED: what each target has by now
    typed: Mapping[str, str] = NOTHING  # MANUAL: row to value


class Shared(NamedTuple):
    """The value of each row, in the order of the rows; rows without one are in `failed`."""

    values: Mapping[str, str]
    failed: Mapping[str, Message]


def share_out(principle: Principle, rows: Sequence[Row], shares: Shares) -> Shared:
    """Give each row its value. Raises InvalidInput VALIDATION: rows, targets, weights."""
    check_rows([row.id for row in rows])
    if principle in (Principle.BY_ATTRIBUTE, Principle.MANUAL):
        return _looked_up(principle, rows, shares)
    if len(set(shares.targets)) != len(shares.targets):
        raise InvalidInput({"targets": say("The same value is chosen twice.")})
    if not shares.targets:
        raise InvalidInput({"targets": say("Choose at least one value to share out.")})
    given = _GIVEN[principle](len(rows), shares)
    return Shared(dict(zip((row.id for row in rows), given, strict=True)), {})


def check_rows(row_ids: Sequence[str]) -> None:
    """One to 5,000 rows, none twice."""
    if not row_ids:
        raise InvalidInput({"rows": say("Mark at least one row.")})
    if len(row_ids) > MOST_ROWS:
        raise InvalidInput(
            {
                "rows": say(
                    "At most {most} rows at once; these are {rows}.",
                    most=MOST_ROWS,
                    rows=len(row_ids),
                )
            }
        )
    if len(set(row_ids)) != len(row_ids):
        raise InvalidInput({"rows": say("A row is marked twice.")})


def largest_remainder(total: int, weights: Sequence[int]) -> list[int]:
    """Whole parts of `total` in proportion to `weights` that add up; ties go to the first."""
    whole = sum(weights)
    parts = [total * weight // whole for weight in weights]
    rests = [total * weight % whole for weight in weights]
    order = sorted(range(len(weights)), key=lambda at: (-rests[at], at))
    for at in order[: total - sum(parts)]:
        parts[at] += 1
    return parts


def _even(count: int, shares: Shares) -> list[str]:
    """Round-robin by id."""
    turns = cycle(sorted(shares.targets))
    return [next(turns) for _ in range(count)]


def _sequential(count: int, shares: Shares) -> list[str]:
    """Consecutive blocks, in the order of the targets; the first ones take what is left over."""
    return _blocks(shares.targets, largest_remainder(count, [1] * len(shares.targets)))


def _weighted(count: int, shares: Shares) -> list[str]:
    weights = [shares.weights.get(target, 0) for target in shares.targets]
    if any(weight < 0 or weight > MOST_WEIGHT for weight in weights):
        raise InvalidInput(
            {"weights": say("A weight is a whole number from 0 to {most}.", most=MOST_WEIGHT)}
        )
    if not any(weights):
        raise InvalidInput({"weights": say("At least one weight must be above 0.")})
    return _blocks(shares.targets, largest_remainder(count, weights))


def _uniform(count: int, shares: Shares) -> list[str]:
    if len(shares.targets) != 1:
        raise InvalidInput({"targets": say("Choose one value for all rows.")})
    return [shares.targets[0]] * count


def _least_loaded(count: int, shares: Shares) -> list[str]:
    """Each row goes to whoever has the fewest by then; ties by id."""
    heap = [(shares.loads.get(target, 0), target) for target in shares.targets]
    heapq.heapify(heap)
    given = []
    for _ in range(count):
        load, target = heap[0]
        given.append(target)
        heapq.heapreplace(heap, (load + 1, target))
    return given


def _blocks(targets: Sequence[str], sizes: Sequence[int]) -> list[str]:
    return [target for target, size in zip(targets, sizes, strict=True) for _ in range(size)]


def _looked_up(principle: Principle, rows: Sequence[Row], shares: Shares) -> Shared:
    """Each row finds its own value; those that find none fail."""
    values: dict[str, str] = {}
    failed: dict[str, Message] = {}
    for row in rows:
        if principle is Principle.MANUAL:
            value, why = shares.typed.get(row.id, ""), say("No value was filled in.")
        else:
            value = shares.table.get(row.attribute, "")
            why = say("The table has no value for {attribute}.", attribute=row.attribute or "—")
        if value:
            values[row.id] = value
        else:
            failed[row.id] = why
    return Shared(values, failed)


_GIVEN: Mapping[Principle, Callable[[int, Shares], list[str]]] = {
    Principle.EVEN: _even,
    Principle.SEQUENTIAL: _sequential,
    Principle.WEIGHTED: _weighted,
    Principle.UNIFORM: _uniform,
    Principle.LEAST_LOADED: _least_loaded,
}
