"""Paper needs a font: without one these tests are skipped by name, or fail in CI."""

from functools import cache

import pytest

from tests.requirements import missing
from webapp.printing.fonts import font_problem


@pytest.fixture(autouse=True)
def _font() -> None:
    if is_without_font():
        missing("a font for Chinese")


@cache
def is_without_font() -> bool:
    return font_problem() is not None
