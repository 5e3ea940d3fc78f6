"""Charts as SVG, drawn without any library: a few curves over one axis, or points that are named."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

_WIDTH, _HEIGHT = 720, 390
_LEFT, _RIGHT, _TOP, _BOTTOM = 60, 20, 54, 48
_TICKS = 5
_LINE_HEIGHT = 17
_COLOURS = (
    "#1b6ca8", "#d1495b", "#3a7d44", "#8a5a9e", "#b8860b", "#555555", "#2a9d8f", "#7f4f24", "#e76fb0", "#8cb369"
)  # fmt: skip


@dataclass(frozen=True)
class Curve:
    """One line.

    Attributes:
        name: what the legend calls it.
        points: (x, y) from left to right, at least one.
        marked: the number of the point that has a circle around it.
    """

    name: str
    points: Sequence[tuple[float, float]]
    marked: int


@dataclass(frozen=True)
class Point:
    """One named point.

    Attributes:
        name: what the legend calls it.
        x: how far right.
        y: how far up.
    """

    name: str
    x: float
    y: float


def line_chart(title: str, x_label: str, y_label: str, curves: Sequence[Curve]) -> str:
    """Draw at least one curve; both axes begin where round numbers below all points are."""
    x_axis = _Axis.over([x for curve in curves for x, _ in curve.points], _LEFT, _WIDTH - _RIGHT)
    y_axis = _Axis.over([y for curve in curves for _, y in curve.points], _HEIGHT - _BOTTOM, _TOP)
    parts = _frame(title, x_label, y_label, x_axis, y_axis)
    for number, curve in enumerate(curves):
        parts += _curve(curve, _COLOURS[number % len(_COLOURS)], x_axis, y_axis)
    parts += _legend([curve.name for curve in curves])
    return "\n".join([*parts, "</svg>"]) + "\n"


def point_chart(title: str, x_label: str, y_label: str, points: Sequence[Point]) -> str:
    """Draw at least one point; both axes begin where round numbers below all points are."""
    x_axis = _Axis.over([point.x for point in points], _LEFT, _WIDTH - _RIGHT)
    y_axis = _Axis.over([point.y for point in points], _HEIGHT - _BOTTOM, _TOP)
    parts = _frame(title, x_label, y_label, x_axis, y_axis)
    for number, point in enumerate(points):
        x, y = x_axis.place(point.x), y_axis.place(point.y)
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" fill="{_COLOURS[number % len(_COLOURS)]}"/>')
    parts += _legend([point.name for point in points])
    return "\n".join([*parts, "</svg>"]) + "\n"


def _legend(names: Sequence[str]) -> list[str]:
    """At the bottom right, where what rises and levels off leaves room."""
    bottom = _HEIGHT - _BOTTOM - 10 - _LINE_HEIGHT * (len(names) - 1)
    return [
        _text(_WIDTH - _RIGHT - 10, bottom + _LINE_HEIGHT * number, name, "end", _COLOURS[number % len(_COLOURS)])
        for number, name in enumerate(names)
    ]


def _frame(title: str, x_label: str, y_label: str, x_axis: _Axis, y_axis: _Axis) -> list[str]:
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" font-family="sans-serif" '
        'font-size="12">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="white"/>',
        _text(_WIDTH / 2, 20, title, "middle"),
        _text(8, _TOP - 12, y_label, "start"),
        _text((_LEFT + _WIDTH - _RIGHT) / 2, _HEIGHT - 10, x_label, "middle"),
    ]
    for value in y_axis.ticks():
        y = y_axis.place(value)
        parts.append(f'<path d="M{_LEFT} {y:.1f}H{_WIDTH - _RIGHT}" stroke="#ddd"/>')
        parts.append(_text(_LEFT - 8, y + 4, y_axis.shown(value), "end"))
    for value in x_axis.ticks():
        parts.append(_text(x_axis.place(value), _HEIGHT - _BOTTOM + 18, x_axis.shown(value), "middle"))
    parts.append(f'<path d="M{_LEFT} {_TOP}V{_HEIGHT - _BOTTOM}H{_WIDTH - _RIGHT}" fill="none" stroke="black"/>')
    return parts


def _curve(curve: Curve, colour: str, x_axis: _Axis, y_axis: _Axis) -> list[str]:
    places = [(x_axis.place(x), y_axis.place(y)) for x, y in curve.points]
    path = "L".join(f"{x:.1f} {y:.1f}" for x, y in places)
    x, y = places[curve.marked]
    return [
        f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="2"/>',
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="white" stroke="{colour}" stroke-width="2"/>',
    ]


def _text(x: float, y: float, content: str, anchor: str, colour: str = "black") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}">{escape(content)}</text>'


@dataclass(frozen=True)
class _Axis:
    lowest: float
    step: float
    steps: int
    start: float
    end: float

    @staticmethod
    def over(values: Sequence[float], start: float, end: float) -> _Axis:
        """Round numbers around all values, drawn from ``start`` to ``end``."""
        spread = (max(values) - min(values)) or abs(values[0]) or 1.0
        magnitude = 10.0 ** math.floor(math.log10(spread / _TICKS))
        step = next(magnitude * round_one for round_one in (1, 2, 5, 10) if magnitude * round_one * _TICKS >= spread)
        first, last = math.floor(min(values) / step), math.ceil(max(values) / step)
        return _Axis(first * step, step, max(1, last - first), start, end)

    def place(self, value: float) -> float:
        return self.start + (value - self.lowest) / (self.step * self.steps) * (self.end - self.start)

    def ticks(self) -> list[float]:
        return [self.lowest + number * self.step for number in range(self.steps + 1)]

    def shown(self, value: float) -> str:
        digits = max(0, -math.floor(math.log10(self.step) + 1e-9))
        return f"{value:.{digits}f}"
