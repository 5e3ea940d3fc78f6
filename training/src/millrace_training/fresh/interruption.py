"""Ends that leave nothing half-written: SIGTERM as Ctrl-C, what must be done whole, and a parent that is gone."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

_INTERRUPTING = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def interrupted_by_termination() -> Iterator[None]:
    """Let SIGTERM end what runs as Ctrl-C does, so that it cleans up behind itself."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def undisturbed() -> Iterator[None]:
    """Keep Ctrl-C and SIGTERM waiting until the block is over, for what must be done whole."""
    received: list[int] = []
    before = {each: signal.signal(each, lambda number, _: received.append(number)) for each in _INTERRUPTING}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
    if received:
        raise KeyboardInterrupt


def end_with(lifeline: IO[bytes]) -> None:
    """Terminate this process when an input ends: whoever started it holds the other end, and is gone then."""

    def watch() -> None:
        while lifeline.read(1):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="lifeline", daemon=True).start()
