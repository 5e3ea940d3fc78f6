"""Values of ``train --from-kafka``'s options out of text; what is none is refused with what would be one."""

from __future__ import annotations

import argparse

from millrace_training.fresh.durations import Every, seconds

KEEP = 20
"""With a round every two hours, more than the day in which a list can be asked why it is what it is."""

LEAST_KEPT = 2
"""The version that is published, and the one that a server serves until it has loaded that."""


def duration(text: str) -> float:
    """Seconds, of a time such as 30d."""
    try:
        return seconds(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def every(text: str) -> Every:
    """When rounds are due: a time or a count of events."""
    try:
        return Every.parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def epochs(text: str) -> int:
    """A count of at least 1."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r}: must be a whole number of at least 1")
    return int(text)


def keep(text: str) -> int:
    """A count of at least ``LEAST_KEPT``."""
    if not text.isdecimal() or int(text) < LEAST_KEPT:
        raise argparse.ArgumentTypeError(
            f"{text!r}: must be a whole number of at least {LEAST_KEPT}: the newest version, and the one that is "
            "served until that is loaded"
        )
    return int(text)


def rate(text: str) -> float:
    """A number above 0 and below 1."""
    try:
        value = float(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r}: must be a number such as 0.001") from error
    if not 0 < value < 1:
        raise argparse.ArgumentTypeError(f"{text!r}: must be above 0 and below 1")
    return value
