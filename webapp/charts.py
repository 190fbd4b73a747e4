"""Charts as numbers: where each bar and line stands. shared/charts.html draws them as inline SVG.

    drawn = charts.bars(hours, [Series(_("Sold"), sold), Series(_("Came in"), came, "b"),
                                Series(_("Last week"), before, "l")])

Shapes are those of charts.css: "a" and "b" are bars, "l" is a dashed line of comparison.
"""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from webapp import filters, i18n

Shape = Literal["a", "b", "l"]
FILLS = {"a": "#1d6f54", "b": "#8fb7a6", "l": "#6b7a74"}  # for paper; on screen the theme's
LEFT, TOP, BOTTOM = 46.0, 12.0, 26.0
MOST_LABELS = 12
LARGE = 400_000  # higher marks are told in ten thousands
STEPS = (1, 2, 2.5, 4, 5)


class Series(NamedTuple):
    """One row of figures; None is a gap (an hour that has not come yet)."""

    label: str
    values: Sequence[int | None]
    shape: Shape = "a"


class Mark(NamedTuple):
    """A line of the grid or a label of the axis."""

    at: float
    text: str


class Bar(NamedTuple):
    x: float
    y: float
    width: float
    height: float
    shape: Shape
    label: str  # what a pointer resting on it reads


class Line(NamedTuple):
    """Points of a line, as SVG wants them."""

    points: str
    shape: Shape


class Chart(NamedTuple):
    """Everything in its place, and the figures themselves for the table beside it."""

    width: float
    height: float
    grid: list[Mark]
    ticks: list[Mark]
    bars: list[Bar]
    lines: list[Line]
    labels: Sequence[str]
    series: Sequence[Series]
    unit: str


def bars(
    labels: Sequence[str],
    series: Sequence[Series],
    *,
    unit: str = "",
    width: float = 760,
    height: float = 206,
) -> Chart:
    """Bars side by side, lines over them."""
    top = scale_top([value for row in series for value in row.values if value is not None])
    plot = Plot(width, height, top, max(len(labels), 1))
    columns = [row for row in series if row.shape != "l"]
    drawn = []
    for number, row in enumerate(columns):
        for index, value in enumerate(row.values):
            if value:
                drawn.append(plot.bar(index, value, number, len(columns), row, labels))
    return _chart(plot, labels, series, drawn, unit)


def stacked(
    labels: Sequence[str],
    series: Sequence[Series],
    *,
    unit: str = "",
    width: float = 760,
    height: float = 206,
) -> Chart:
    """Bars on top of each other: parts of a whole."""
    sums = [sum(row.values[i] or 0 for row in series) for i in range(len(labels))]
    plot = Plot(width, height, scale_top(sums), max(len(labels), 1))
    drawn = []
    for index in range(len(labels)):
        below = 0
        for row in series:
            value = row.values[index] or 0
            if value:
                drawn.append(plot.bar(index, value, 0, 1, row, labels, below=below))
            below += value
    return _chart(plot, labels, series, drawn, unit)


def lines(
    labels: Sequence[str],
    series: Sequence[Series],
    *,
    unit: str = "",
    width: float = 760,
    height: float = 206,
) -> Chart:
    """Lines only."""
    top = scale_top([value for row in series for value in row.values if value is not None])
    plot = Plot(width, height, top, max(len(labels), 1))
    return _chart(plot, labels, series, [], unit, all_lines=True)


def scale_top(values: Sequence[int]) -> int:
    """A round number above them all whose quarter is whole too."""
    highest = max([*values, 4])
    size = 1
    while True:
        for step in STEPS:
            top = int(step * size)
            if highest <= top and top % 4 == 0:
                return top
        size *= 10


def axis_text(value: int, top: int) -> str:
    """A mark of the axis, short enough to stand beside it: 250 万, 2,500k."""
    if top < LARGE:
        return filters.number(value)
    if i18n.current() == "zh":
        return f"{value / 10_000:,g} 万"
    return f"{value / 1_000:,g}k"


class Plot(NamedTuple):
    """The field between the axes."""

    width: float
    height: float
    top: int
    columns: int

    @property
    def step(self) -> float:
        return (self.width - LEFT) / self.columns

    def y(self, value: float) -> float:
        floor = self.height - BOTTOM
        return round(floor - (floor - TOP) * value / self.top, 1)

    def middle(self, index: int) -> float:
        return round(LEFT + self.step * (index + 0.5), 1)

    def bar(
        self,
        index: int,
        value: int,
        number: int,
        count: int,
        row: Series,
        labels: Sequence[str],
        *,
        below: int = 0,
    ) -> Bar:
        """The bar of one value: `number` of `count` beside each other, on what is `below`."""
        room = min(self.step * 0.72, 30.0 * count)
        each = room / count
        y = self.y(below + value)
        return Bar(
            round(self.middle(index) - room / 2 + each * number, 1),
            y,
            round(max(each - 2, 1), 1),
            round(max(self.y(below) - y, 0.5), 1),
            row.shape,
            f"{labels[index]} {row.label} {filters.number(value)}",
        )

    def points(self, row: Series) -> str:
        return " ".join(
            f"{self.middle(index)},{self.y(value)}"
            for index, value in enumerate(row.values)
            if value is not None
        )


def _chart(
    plot: Plot,
    labels: Sequence[str],
    series: Sequence[Series],
    drawn: list[Bar],
    unit: str,
    *,
    all_lines: bool = False,
) -> Chart:
    quarter = plot.top // 4
    skip = -(-len(labels) // MOST_LABELS) or 1
    return Chart(
        plot.width,
        plot.height,
        [Mark(plot.y(quarter * i), axis_text(quarter * i, plot.top)) for i in range(5)],
        [Mark(plot.middle(i), text) for i, text in enumerate(labels) if i % skip == 0],
        drawn,
        [Line(plot.points(row), row.shape) for row in series if row.shape == "l" or all_lines],
        labels,
        series,
        unit,
    )
