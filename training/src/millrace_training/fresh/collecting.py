"""Events of a topic, collected over several readings, in the form in which a file's are read."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from millrace_training.fresh.decoding import RecordDecoder, UnusableError
from millrace_training.fresh.log import Log, Record, Spans
from millrace_training.fresh.reading import Reading
from millrace_training.interactions import Interactions

ERASED = "erased"

Numbers = NDArray[np.int64]


@dataclass(frozen=True)
class Collected:
    """What the topic held.

    Attributes:
        events: in time order; events of the same millisecond by partition and offset.
        spans: offsets that were read, by partition.
        left_out: records that are no event of the window, by reason.
    """

    events: Interactions
    spans: Spans
    left_out: Mapping[str, int]

    def as_dict(self, topic: str) -> dict[str, object]:
        """For the bundle."""
        return {
            "topic": topic,
            "offsets": {str(partition): list(span) for partition, span in sorted(self.spans.items())},
            "left_out": dict(sorted(self.left_out.items())),
        }


@dataclass
class _Columns:
    """A row for each event, in the order of reading."""

    user: array[int] = field(default_factory=lambda: array("q"))
    item: array[int] = field(default_factory=lambda: array("q"))
    time_ms: array[int] = field(default_factory=lambda: array("q"))
    event_type: array[int] = field(default_factory=lambda: array("q"))
    partition: array[int] = field(default_factory=lambda: array("q"))
    offset: array[int] = field(default_factory=lambda: array("q"))
    value: array[float] = field(default_factory=lambda: array("d"))


class Collection:
    """Reads a topic from where it stopped the last time, and remembers the events: about 200 bytes for each.

    An id that a user had before is a duplicate. A user who asked to be forgotten is: events up to that time are left
    out.
    """

    def __init__(self, log: Log, decoder: RecordDecoder, window_s: float | None = None, erasures: Log | None = None):
        """Nothing is read yet.

        Args:
            log: the topic.
            decoder: for its records.
            window_s: how far back from the newest event the events go that are given; None for all.
            erasures: wishes to be forgotten; None for nobody's.
        """
        self._log = Reading(log)
        self._decoder = decoder
        self._window_ms = None if window_s is None else round(window_s * 1000)
        self._erasures = None if erasures is None else Reading(erasures)
        self._columns = _Columns()
        self._users: dict[str, int] = {}
        self._items: dict[str, int] = {}
        self._ids: set[tuple[int, str]] = set()
        self._unusable: Counter[str] = Counter()
        self._erased_ms: dict[str, int] = {}

    def waiting(self) -> int:
        """Offsets of the topic that are not read yet."""
        return self._log.waiting()

    def read(self) -> None:
        """Read up to the present end of every partition.

        Raises:
            TrainingError: broker or registry can't be asked; what was read until then is kept, and not read again.
        """
        if self._erasures is not None:
            self._erasures.read(self._forget)
        self._log.read(self._take)

    def _forget(self, record: Record) -> None:
        try:
            user, time_ms = self._decoder.erasure(record)
        except UnusableError:
            # The job makes a dead letter of it.
            return
        self._erased_ms[user] = max(time_ms, self._erased_ms.get(user, 0))

    def _take(self, record: Record) -> None:
        try:
            event = self._decoder.event(record)
        except UnusableError as reason:
            self._unusable[str(reason)] += 1
            return
        user = self._users.setdefault(event.user, len(self._users))
        if (user, event.event_id) in self._ids:
            self._unusable["duplicate"] += 1
            return
        self._ids.add((user, event.event_id))
        columns = self._columns
        columns.user.append(user)
        columns.item.append(self._items.setdefault(event.item, len(self._items)))
        columns.time_ms.append(event.time_ms)
        columns.event_type.append(event.event_type)
        columns.partition.append(record.partition)
        columns.offset.append(record.offset)
        columns.value.append(event.value)

    def collected(self) -> Collected:
        """The events of the window, and why others are not among them."""
        columns = self._columns
        time_ms, partition, offset = (_numbers(each) for each in (columns.time_ms, columns.partition, columns.offset))
        order = np.lexsort((offset, partition, time_ms))
        user = _numbers(columns.user)
        erased = time_ms <= self._erasure_times()[user] if len(user) else np.zeros(0, dtype=np.bool_)
        usable = time_ms[~erased]
        early = np.zeros(len(user), dtype=np.bool_)
        if self._window_ms is not None and len(usable):
            early = time_ms < usable.max() - self._window_ms
        kept = order[~(erased | early)[order]]
        left_out = Counter(self._unusable)
        left_out[ERASED] += int(erased.sum())
        left_out["before the window"] += int((early & ~erased).sum())
        value = np.array(columns.value, dtype=np.float64)[kept]
        users, user_ids = _renumbered(user[kept], tuple(self._users))
        items, item_ids = _renumbered(_numbers(columns.item)[kept], tuple(self._items))
        events = Interactions(
            users,
            items,
            time_ms[kept] // 1000,
            _numbers(columns.event_type)[kept],
            user_ids,
            item_ids,
            None if np.isnan(value).all() else value,
        )
        return Collected(events, self._log.spans, {name: count for name, count in left_out.items() if count})

    def _erasure_times(self) -> Numbers:
        times = np.full(len(self._users), -1, dtype=np.int64)
        for user, time_ms in self._erased_ms.items():
            if user in self._users:
                times[self._users[user]] = time_ms
        return times


def _numbers(column: array[int]) -> Numbers:
    return np.array(column, dtype=np.int64)


def _renumbered(numbers: Numbers, names: tuple[str, ...]) -> tuple[Numbers, tuple[str, ...]]:
    """Numbers in the order of first appearance, and the names that they stand for."""
    found, first = np.unique(numbers, return_index=True)
    in_order = found[np.argsort(first)]
    place = np.zeros(len(names), dtype=np.int64)
    place[in_order] = np.arange(len(in_order))
    return place[numbers], tuple(names[number] for number in in_order.tolist())
