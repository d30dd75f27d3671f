"""Plots as SVG, drawn by pygal without its scripts: bars with their numbers on them, so that no colour means anything.

A page shows one as <img> beside a table of the same numbers. An SVG of ours runs nothing and loads nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil
from xml.etree import ElementTree

from starlette.responses import Response

from broadcaster.web.desk import charts

WIDTH = 800
LONGEST_LABEL = 32
MOST_LABELS = 12
"""Side by side; of a month of days every third is named."""

_FEWEST = 8
"""People up to whom an axis reaches at the least: else it would be divided into parts of a person."""
CSP = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
"""pygal writes its style into the SVG; `sandbox`: also whoever opens the address of a plot runs nothing."""

_STYLE = charts.Style(
    background="#ffffff",
    plot_background="#ffffff",
    foreground="#17252a",
    foreground_strong="#17252a",
    foreground_subtle="#b9c2c2",
    colors=("#6fb3b6",),
    guide_stroke_color="#b9c2c2",
    major_guide_stroke_color="#b9c2c2",
    opacity="1",
    opacity_hover="1",
    font_family='system-ui, "Segoe UI", Roboto, "Noto Sans", sans-serif',
    label_font_size=14,
    major_label_font_size=14,
    value_font_size=14,
    title_font_size=18,
    no_data_font_size=20,
    transition="0s",
    value_colors=("#17252a",),
    ci_colors=("#17252a",),
)
_SVG = "{http://www.w3.org/2000/svg}"
_LEFT_OUT = frozenset({"script", f"{_SVG}script", "desc", f"{_SVG}desc"})

Spelt = Callable[[float], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """`low` and `high`: ends of an interval, drawn as a whisker."""

    label: str
    value: float
    low: float | None = None
    high: float | None = None


def bars(title: str, rows: Sequence[Bar], *, spelt: Spelt, nothing: str) -> Response:
    """One under another, from the top, each with its number beside its name; `nothing` is said where there are none."""
    chart = charts.Bars(**_looks(title, rows, spelt, nothing), height=130 + 46 * len(rows))
    chart.x_labels = [f"{_cut(row.label)}: {spelt(row.value)}" for row in reversed(rows)]
    chart.add("", [_point(row) for row in reversed(rows)])
    return _answer(chart)


def columns(title: str, rows: Sequence[Bar], *, spelt: Spelt, nothing: str) -> Response:
    """Side by side, in the order of time."""
    looks = _looks(title, rows, spelt, nothing)
    chart = charts.Columns(**looks, height=400, x_label_rotation=40, print_values=True, print_values_position="top")
    every = ceil(len(rows) / MOST_LABELS)
    chart.x_labels = [_cut(row.label) if place % every == 0 else "" for place, row in enumerate(rows)]
    chart.add("", [_point(row) for row in rows])
    return _answer(chart)


def _looks(title: str, rows: Sequence[Bar], spelt: Spelt, nothing: str) -> dict[str, object]:
    ends = [end for row in rows for end in (row.value, row.low, row.high) if end is not None]
    counts = not any(row.low is not None for row in rows)
    return {
        "title": _plain(title),
        "style": _STYLE,
        "js": [],
        "width": WIDTH,
        "show_legend": False,
        "no_prefix": True,
        "no_data_text": _plain(nothing),
        "max_scale": 8,
        "range": (min(0, *ends), max(_FEWEST if counts else 0, *ends)) if ends else (0, _FEWEST),
        "value_formatter": spelt,
    }


def _point(row: Bar) -> float | dict[str, object]:
    if row.low is None or row.high is None:
        return row.value
    return {"value": row.value, "ci": {"low": row.low, "high": row.high}}


def _cut(label: str) -> str:
    """A long name would leave no room for its bar."""
    shown = _plain(label)
    return shown if len(shown) <= LONGEST_LABEL else f"{shown[: LONGEST_LABEL - 1]}…"


def _plain(text: str) -> str:
    """XML holds no control characters."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


def _answer(chart: charts.Chart) -> Response:
    root = chart.render_tree()
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag in _LEFT_OUT or child.tag is ElementTree.Comment:
                parent.remove(child)
    svg = ElementTree.tostring(root, encoding="unicode")
    return Response(svg.encode("utf-8", "replace"), media_type="image/svg+xml", headers={"Content-Security-Policy": CSP})
