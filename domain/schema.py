"""All tables together. Only what looks at the schema as a whole needs this: migrations, tests."""

import importlib
from pathlib import Path

from domain.kernel.columns import metadata

HERE = Path(__file__).parent


def load_tables() -> None:
    """Import every `tables.py` of the domain, so that `metadata` knows all tables."""
    for path in sorted(HERE.rglob("tables.py")):
        parts = path.relative_to(HERE.parent).with_suffix("").parts
        importlib.import_module(".".join(parts))


load_tables()

__all__ = ["metadata"]
