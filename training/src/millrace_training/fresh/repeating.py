"""Round after round, for ever: when the next is due, one line for each, and a clean end.

A round that fails says why, and the next is tried. There is never more than one at a time: in this process because
they follow each other, and in this repository because of a lock.
"""

from __future__ import annotations

import fcntl
import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from millrace_training.errors import TrainingError
from millrace_training.fresh.durations import Every
from millrace_training.fresh.training_round import Outcome

_LOOK_S = 0.5
_LONGEST_PAUSE_S = 60.0
_LOCK = ".training.lock"


@dataclass
class Repetition:
    """The loop.

    Attributes:
        every: when a round is due.
        waiting: how many offsets of the topic are not read yet.
        run: runs one round.
        say: takes a line.
        as_json: whether lines are JSON.
        clock: seconds that only grow.
        stop: set to end the loop.
    """

    every: Every
    waiting: Callable[[], int]
    run: Callable[[], Outcome]
    say: Callable[[str], None]
    as_json: bool = False
    clock: Callable[[], float] = time.monotonic
    stop: threading.Event = field(default_factory=threading.Event)
    rounds: int = 0

    def go(self) -> None:
        """Go on until stopped. A time's first round comes at once, a count's when so many events are there."""
        due_s = self.clock()
        while not self.stop.is_set():
            if not self._due(due_s):
                self.stop.wait(_LOOK_S)
                continue
            started_s = self.clock()
            failed = self._round(started_s)
            due_s = started_s + (self.every.seconds or 0.0)
            if failed:
                # What failed at once would fail at once again.
                self.stop.wait(min(_LONGEST_PAUSE_S, max(_LOOK_S, self.every.seconds or 0.0)))

    def _due(self, due_s: float) -> bool:
        if self.every.events is None:
            return self.clock() >= due_s
        try:
            return self.waiting() >= self.every.events
        except TrainingError as error:
            self._tell("failed", str(error), None, {}, self.clock())
            self.stop.wait(_LONGEST_PAUSE_S)
            return False

    def _round(self, started_s: float) -> bool:
        self.rounds += 1
        try:
            outcome = self.run()
        except Exception as error:  # whatever it is, the next round is tried
            reason = str(error) if isinstance(error, TrainingError) else f"{type(error).__name__}: {error}"
            self._tell("failed", reason, None, {}, started_s)
            return True
        self._tell(outcome.result, outcome.detail, outcome.version, outcome.figures, started_s)
        return False

    def _tell(
        self, result: str, detail: str, version: int | None, figures: Mapping[str, Any], started_s: float
    ) -> None:
        took_s = round(self.clock() - started_s, 1)
        if self.as_json:
            fields = {"round": self.rounds, "result": result, "version": version, "seconds": took_s, "detail": detail}
            self.say(json.dumps({**fields, **figures}))
            return
        what = f"version {version} published" if version is not None else result
        events = f" · {figures['events']:,} events, {figures['new']:,} new" if "events" in figures else ""
        self.say(f"round {self.rounds} · {what} · {detail}{events} · {took_s:.1f} s")


@contextmanager
def alone(models: Path) -> Iterator[None]:
    """Keep every other training out of a repository.

    Raises:
        TrainingError: another one is in it, or the folder can't be written.
    """
    try:
        models.mkdir(parents=True, exist_ok=True)
        file: IO[bytes] = (models / _LOCK).open("ab")
    except OSError as error:
        raise TrainingError(f"--models {models}: can't be written ({error.strerror})") from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise TrainingError(
                f"--models {models}: another training publishes into it; stop that one, or use another folder"
            ) from error
        yield
