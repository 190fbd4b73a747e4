"""What devices write, cut to what a database can keep. The contract sets few bounds; a column does.

PostgreSQL keeps no NUL in a text and neither engine a number beyond its column; a fact that cannot
be stored must not be lost over a detail.
"""

import math
from typing import Any

MOST_INT = 2**31 - 1
LONGEST_TEXT, MOST_PARTS, DEEPEST = 200, 64, 5


def text(value: str, most: int = LONGEST_TEXT) -> str:
    return value.replace("\x00", "")[:most]


def whole(value: int, least: int = 0, most: int = MOST_INT) -> int:
    return min(max(value, least), most)


def document(value: Any, depth: int = DEEPEST) -> Any:
    """The same JSON, shorter and shallower where it was enormous."""
    if isinstance(value, str):
        return text(value)
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int):
        return whole(value, -MOST_INT)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if depth == 0:
        return None
    if isinstance(value, dict):
        parts = list(value.items())[:MOST_PARTS]
        return {text(key): document(part, depth - 1) for key, part in parts}
    return [document(part, depth - 1) for part in value[:MOST_PARTS]]
