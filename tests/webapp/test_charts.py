"""Bars and lines stand where their figures say."""

import pytest

from webapp import charts, i18n
from webapp.charts import Series


@pytest.mark.parametrize(
    ("values", "top"),
    [
        ([], 4),
        ([3], 4),
        ([868], 1000),
        ([1001], 2000),
        ([2100], 2500 - 500 + 500),
        ([9999], 10_000),
    ],
)
def test_the_scale_ends_on_a_round_number(values: list[int], top: int) -> None:
    found = charts.scale_top(values)

    assert found == top
    assert found % 4 == 0
    assert found >= max([*values, 4])


def test_bars_grow_with_their_values() -> None:
    drawn = charts.bars(
        ["08:00", "09:00"], [Series("Sold", [100, 200]), Series("Came", [None, 50], "b")]
    )

    by_label = {bar.label: bar for bar in drawn.bars}
    assert len(by_label) == 3
    assert by_label["09:00 Sold 200"].height == pytest.approx(
        2 * by_label["08:00 Sold 100"].height, abs=0.2
    )
    assert by_label["09:00 Sold 200"].y >= 0
    assert drawn.lines == []


def test_stacked_bars_stand_on_each_other() -> None:
    drawn = charts.stacked(["a"], [Series("x", [30]), Series("y", [10], "b")])
    below, above = drawn.bars

    assert above.y + above.height == pytest.approx(below.y, abs=0.2)


def test_a_line_leaves_out_what_has_not_come_yet() -> None:
    drawn = charts.lines(["a", "b", "c"], [Series("x", [1, None, 3], "l")])

    assert len(drawn.lines[0].points.split()) == 2


def test_many_columns_have_few_labels() -> None:
    drawn = charts.bars([str(n) for n in range(100)], [Series("x", list(range(100)))])

    assert len(drawn.ticks) <= charts.MOST_LABELS
    assert len(drawn.bars) == 99


def test_nothing_to_show_is_no_error() -> None:
    assert charts.bars([], []).bars == []


def test_high_marks_are_told_in_ten_thousands() -> None:
    assert charts.axis_text(75_000, 100_000) == "75,000"
    with i18n.using("zh"):
        assert charts.axis_text(2_500_000, 10_000_000) == "250 万"
    with i18n.using("en"):
        assert charts.axis_text(2_500_000, 10_000_000) == "2,500k"
