"""Small statistics and a table, shared by the benches."""

import json
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field


def percentile(values: Sequence[float], part: float) -> float:
    """Give the value below which that part (0 to 1) of the values lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(part * (len(ordered) - 1)))]


@dataclass
class Line:
    """One figure with its goal: `good` says whether it was reached."""

    what: str
    value: float
    unit: str
    goal: str
    good: bool


@dataclass
class Report:
    """What one bench found."""

    title: str
    lines: list[Line] = field(default_factory=list)

    def at_most(self, what: str, value: float, limit: float, unit: str) -> None:
        """Add a figure that should not exceed its limit."""
        self.lines.append(Line(what, value, unit, f"at most {limit:g}", value <= limit))

    def at_least(self, what: str, value: float, limit: float, unit: str) -> None:
        """Add a figure that should reach its limit."""
        self.lines.append(Line(what, value, unit, f"at least {limit:g}", value >= limit))

    def fact(self, what: str, value: float, unit: str) -> None:
        """Add a figure without a goal."""
        self.lines.append(Line(what, value, unit, "", True))

    def text(self) -> str:
        """Give the report as a Markdown table."""
        rows = [f"## {self.title}", "", "| what | measured | goal | |", "|---|---:|---|---|"]
        for line in self.lines:
            mark = "" if not line.goal else "reached" if line.good else "MISSED"
            rows.append(f"| {line.what} | {line.value:.3g} {line.unit} | {line.goal} {line.unit if line.goal else ''} | {mark} |")
        return "\n".join(rows) + "\n"

    def json(self) -> str:
        """Give the report as JSON."""
        return json.dumps(asdict(self), indent=1)


def median(values: Sequence[float]) -> float:
    """Give the middle value."""
    return statistics.median(values)
