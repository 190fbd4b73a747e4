"""What the garbage collector need not look at."""

import gc

import pytest

from webapp import heap


def test_nothing_is_collected_while_modules_are_read_and_they_are_set_apart() -> None:
    before = gc.get_freeze_count()

    with heap.growing():
        kept = [[] for _ in range(1_000)]  # type: ignore[var-annotated]
        assert not gc.isenabled()

    assert gc.isenabled()
    assert gc.get_freeze_count() >= before + len(kept)


def test_the_collector_works_again_when_reading_fails() -> None:
    with pytest.raises(ImportError), heap.growing():
        raise ImportError

    assert gc.isenabled()
