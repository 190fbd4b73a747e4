"""Pages of a list by keyset: the next page begins where this one ended, however long the list is.

    asked = paging.read(request)                     # None: the first page
    rows = await db.ask(orders.page, filters, asked, paging.SIZE + 1)
    page = paging.page_of(rows, asked, key=lambda row: (row.placed_at, row.id))

The question gets the cursor: without one, or with an OLDER one, it sorts newest first and asks for
keys below `asked.key`; with a NEWER one it sorts oldest first and asks for keys above.
"""

import base64
import json
from collections.abc import Callable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Generic, NamedTuple, TypeVar

from starlette.exceptions import HTTPException
from starlette.requests import Request

from domain.kernel.db.keyset import Cut

Row = TypeVar("Row")
Key = tuple[datetime | str | int, ...]

SIZE = 50
PARAMETER = "at"
MOST_CHARACTERS = 400


class Direction(StrEnum):
    OLDER = "older"
    NEWER = "newer"


class Cursor(NamedTuple):
    """Where a page begins: beyond this key, in this direction."""

    direction: Direction
    key: Key


class Page(NamedTuple, Generic[Row]):
    """Rows as the list shows them, and the cursors of its neighbours ("" where there is none)."""

    rows: list[Row]
    newer: str = ""
    older: str = ""


def read(request: Request) -> Cursor | None:
    """The cursor in the address. A broken one is a broken link: 400."""
    text = request.query_params.get(PARAMETER, "")
    if not text:
        return None
    try:
        return decode(text)
    except (ValueError, TypeError, KeyError) as error:
        raise HTTPException(400) from error


def cut(asked: Cursor | None, size: int = SIZE) -> Cut:
    """The same for a list that is a domain.kernel.db.keyset.Keyset."""
    if asked is None:
        return Cut(most=size + 1)
    return Cut(asked.key, asked.direction is Direction.NEWER, size + 1)


def page_of(
    rows: Sequence[Row],
    asked: Cursor | None,
    *,
    key: Callable[[Row], Key],
    size: int = SIZE,
) -> Page[Row]:
    """A page of the `size` + 1 rows that were asked for; the one too many tells there are more."""
    shown, is_more = list(rows[:size]), len(rows) > size
    came_back = asked is not None and asked.direction is Direction.NEWER
    if came_back:
        shown.reverse()
    if not shown:
        return Page([])
    before = is_more if came_back else asked is not None
    after = came_back or is_more
    return Page(
        shown,
        newer=encode(Cursor(Direction.NEWER, key(shown[0]))) if before else "",
        older=encode(Cursor(Direction.OLDER, key(shown[-1]))) if after else "",
    )


def encode(cursor: Cursor) -> str:
    parts = [cursor.direction.value, *(_packed(part) for part in cursor.key)]
    text = json.dumps(parts, separators=(",", ":"), ensure_ascii=False).encode()
    return base64.urlsafe_b64encode(text).decode().rstrip("=")


def decode(text: str) -> Cursor:
    """ValueError when this is no cursor of ours."""
    if len(text) > MOST_CHARACTERS:
        raise ValueError("too long")
    raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    direction, *key = json.loads(raw)
    if not key:
        raise ValueError("no key")
    return Cursor(Direction(direction), tuple(_unpacked(part) for part in key))


def _packed(part: datetime | str | int) -> object:
    return {"t": part.isoformat()} if isinstance(part, datetime) else part


def _unpacked(part: object) -> datetime | str | int:
    if isinstance(part, dict):
        moment = datetime.fromisoformat(part["t"])
        if moment.tzinfo is None:
            raise ValueError("a moment without a zone")
        return moment
    if isinstance(part, str) and "\0" not in part:
        part.encode()  # half a character is a ValueError
        return part
    if isinstance(part, int) and not isinstance(part, bool) and abs(part) < 2**63:
        return part
    raise ValueError("neither moment, text nor number")
