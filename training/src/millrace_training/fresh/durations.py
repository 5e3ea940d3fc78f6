"""Times and counts as people write them; the standard library only, so that wrong usage is told without any package."""

from __future__ import annotations

import re
from dataclasses import dataclass

_UNITS_S = {"s": 1, "m": 60, "h": 3600, "d": 86_400}


def seconds(text: str) -> float:
    """A time such as ``90s``, ``10m``, ``2h`` or ``30d``.

    Raises:
        ValueError: it is none.
    """
    found = re.fullmatch(r"(\d+(?:\.\d+)?)([smhd])", text)
    if found is None or float(found[1]) <= 0:
        raise ValueError(f"{text!r}: must be a time above 0 such as 90s, 10m, 2h or 30d")
    return float(found[1]) * _UNITS_S[found[2]]


@dataclass(frozen=True)
class Every:
    """When the next round is due.

    Attributes:
        seconds: after the start of the last; None for a count.
        events: new offsets of the topic since the last round began; None for a time.
    """

    seconds: float | None = None
    events: int | None = None

    @staticmethod
    def parse(text: str) -> Every:
        """``10m`` is a time, ``2000`` a number of events.

        Raises:
            ValueError: it is neither.
        """
        if text.isdecimal() and int(text) > 0:
            return Every(events=int(text))
        try:
            return Every(seconds=seconds(text))
        except ValueError as error:
            raise ValueError(
                f"{text!r}: must be a time such as 10m or 2h, or a number of events such as 2000"
            ) from error
