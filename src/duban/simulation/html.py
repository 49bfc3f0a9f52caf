"""A simulation as one self-contained HTML page that prints on A4 landscape."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from duban.base import language
from duban.documents.pages import shade, template
from duban.simulation import tables, words
from duban.simulation.model import DayAhead, Simulation

WIDTH, HEIGHT, FLOOR, TOP = 1160, 150, 130, 16


@dataclass(frozen=True)
class Bar:
    """One week of the chart, in the drawing's own units; `month` is set on the first week of a month."""

    x: float
    y: float
    width: float
    height: float
    count: int
    told: str
    month: str

    @property
    def middle(self) -> float:
        """Where its number stands."""
        return round(self.x + self.width / 2, 1)


@dataclass(frozen=True)
class Chart:
    """What is due in each week, all units together."""

    bars: tuple[Bar, ...]
    worst: int
    width: int = WIDTH
    height: int = HEIGHT
    floor: int = FLOOR


def as_html(simulation: Simulation) -> str:
    """The simulation as a page: no request leaves it, it needs no script, and a colour only repeats its number."""
    starts = _month_starts(simulation)
    return template("simulation.html.j2", "duban.simulation").render(
        simulation=simulation,
        words=words,
        tables=tables,
        lang=language.current(),
        shade=shade,
        figures=words.figures(simulation),
        flooded=[tables.flooded_row(post) for post in simulation.flooded],
        busiest=[tables.busiest_row(day) for day in simulation.busiest()],
        worst_cell=max(simulation.by_line_and_period.values(), default=0),
        worst_week=max((unit.most for unit in simulation.load), default=0),
        worst_day=max((day.due_count for day in simulation.days), default=0),
        chart=_chart(simulation, starts),
        month_starts=starts,
        month_spans=_month_spans(simulation, starts),
        months=[*_months(simulation)],
        dues={
            month: [(day, due) for day in days for due in day.due] for month, days in _by_month(simulation)
        },
    )


def _by_month(simulation: Simulation) -> list[tuple[str, list[DayAhead]]]:
    return [(month, [*days]) for month, days in groupby(simulation.days, key=lambda day: f"{day.on:%Y-%m}")]


def _months(simulation: Simulation) -> list[tuple[str, Sequence[DayAhead | None]]]:
    """Each month's days, with empty places around them so that weeks are whole."""
    found: list[tuple[str, Sequence[DayAhead | None]]] = []
    for month, days in _by_month(simulation):
        before: list[DayAhead | None] = [None] * days[0].on.weekday()
        after: list[DayAhead | None] = [None] * (6 - days[-1].on.weekday())
        found.append((month, before + days + after))
    return found


def _month_starts(simulation: Simulation) -> list[int]:
    """The places of the weeks in which a month begins, the first week among them."""
    months = [f"{max(monday, simulation.first):%Y-%m}" for monday in simulation.weeks]
    return [place for place, month in enumerate(months) if place == 0 or month != months[place - 1]]


def _month_spans(simulation: Simulation, starts: Sequence[int]) -> list[tuple[str, int]]:
    ends = [*starts[1:], len(simulation.weeks)]
    return [
        (words.month_short(f"{max(simulation.weeks[start], simulation.first):%Y-%m}"), end - start)
        for start, end in zip(starts, ends, strict=True)
    ]


def _chart(simulation: Simulation, starts: Sequence[int]) -> Chart:
    sums = [sum(unit.weeks[place] for unit in simulation.load) for place in range(len(simulation.weeks))]
    worst = max(sums, default=0) or 1
    step = WIDTH / max(len(sums), 1)
    bars = []
    for place, (monday, count) in enumerate(zip(simulation.weeks, sums, strict=True)):
        height = round((FLOOR - TOP) * count / worst, 1)
        begins = max(monday, simulation.first)
        bars.append(
            Bar(
                x=round(place * step + step * 0.1, 1),
                y=round(FLOOR - height, 1),
                width=round(step * 0.8, 1),
                height=height,
                count=count,
                told=f"{words.week_name(monday)}: {count}",
                month=words.month_short(f"{begins:%Y-%m}") if place in starts else "",
            )
        )
    return Chart(tuple(bars), worst)
