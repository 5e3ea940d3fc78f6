"""A progress line on standard error: what is done, how fast, and when it will be over."""

from __future__ import annotations

import io
import sys
import time
from collections.abc import Callable
from types import TracebackType
from typing import TextIO

_WIDTH = 30
_REDRAW_S = 0.1
_LOG_LINE_S = 15.0


class Progress:
    """One bar for a known amount of work; on anything but a terminal, a plain line every 15 seconds.

    Use it as a context manager; :meth:`advance` may be called as often as one likes.
    """

    def __init__(
        self,
        label: str,
        total: int,
        unit: str,
        out: TextIO | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Describe the work.

        Args:
            label: what is being done.
            total: how many units it takes, at least 0.
            unit: plural name of the unit, such as ``events``.
            out: where to draw, standard error by default.
            clock: seconds that only grow.
        """
        self._label = label
        self._total = max(total, 1)
        self._unit = unit
        self._out = out if out is not None else sys.stderr
        self._clock = clock
        self._live = self._out.isatty()
        self._interval_s = _REDRAW_S if self._live else _LOG_LINE_S
        self._start_s = self._drawn_s = clock()
        self._done = self._skipped = 0
        self._note = ""

    def __enter__(self) -> Progress:
        """Start the clock."""
        self._start_s = self._drawn_s = self._clock()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Draw the last state and end the line."""
        self._draw(self._clock())
        if self._live:
            self._out.write("\n")
        self._out.flush()

    def skip(self, units: int) -> None:
        """Count units that an earlier run has done: a part of the bar, but not of the speed."""
        self._done += units
        self._skipped += units

    def advance(self, units: int, note: str = "") -> None:
        """Count finished units; ``note`` (kept until the next one) is shown behind the bar."""
        self._done += units
        self._note = note or self._note
        now_s = self._clock()
        if now_s - self._drawn_s >= self._interval_s:
            self._draw(now_s)

    def _draw(self, now_s: float) -> None:
        self._drawn_s = now_s
        share = min(self._done / self._total, 1.0)
        elapsed_s = now_s - self._start_s
        speed = (self._done - self._skipped) / elapsed_s if elapsed_s > 0 else 0.0
        left_s = max(self._total - self._done, 0) / speed if speed > 0 else 0.0
        filled = round(share * _WIDTH)
        line = (
            f"{self._label:<24} [{'#' * filled}{'.' * (_WIDTH - filled)}] {share:4.0%}  "
            f"{speed:,.0f} {self._unit}/s  {_minutes(elapsed_s)} gone, {_minutes(left_s)} left"
            f"{'  ' + self._note if self._note else ''}"
        )
        self._out.write(f"\r\x1b[2K{line}" if self._live else f"{line}\n")
        self._out.flush()


def unseen(label: str, total: int, unit: str) -> Progress:
    """A line that nobody sees, for work that is told of when it is done."""
    return Progress(label, total, unit, out=io.StringIO())


def _minutes(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
