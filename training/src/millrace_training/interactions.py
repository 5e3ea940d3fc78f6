"""Import interaction events, order them in time and cut them into what is trained on and what is not.

Three layouts are told apart by the files in the folder:

======================  ==============================================================================
``interactions.tsv``    our own: tab-separated with a header. Columns ``user``, ``item``, ``timestamp``
                        (seconds since the epoch) are required; ``type`` (an event type's name) and
                        ``rating`` (makes the type ``rate``; profiles look at its value) are optional
``*.inter``             RecBole: tab-separated with a ``name:type`` header (``user_id``, ``item_id``,
                        ``timestamp``, optional ``rating``)
``u.data``              GroupLens: tab-separated without a header: user, item, rating, timestamp
======================  ==============================================================================
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from enum import IntEnum
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from millrace_training.errors import TrainingError


class EventType(IntEnum):
    """Codes of the event types, the same as everywhere on the wire; 0 is none or unknown."""

    UNKNOWN = 0
    VIEW = 1
    CLICK = 2
    LIKE = 3
    DISLIKE = 4
    RATE = 5
    PURCHASE = 6
    SKIP = 7


@dataclass(frozen=True)
class Interactions:
    """Events as parallel arrays of length N, in file order until :meth:`by_time` is called.

    Attributes:
        user: int64 [N], index into ``user_ids``.
        item: int64 [N], index into ``item_ids``.
        time_s: int64 [N], seconds since the epoch.
        event_type: int64 [N], codes of :class:`EventType`.
        user_ids: distinct user ids in the order of first appearance in the file.
        item_ids: distinct item ids in the order of first appearance in the file.
        value: float64 [N], stars of a rating; NaN for an event without one, None for a file without the column.
    """

    user: NDArray[np.int64]
    item: NDArray[np.int64]
    time_s: NDArray[np.int64]
    event_type: NDArray[np.int64]
    user_ids: tuple[str, ...]
    item_ids: tuple[str, ...]
    value: NDArray[np.float64] | None = None

    def __len__(self) -> int:
        """Number of events."""
        return len(self.user)

    def by_time(self, ties: str = "file") -> Interactions:
        """Order by time; events of the same second keep their file order, or go by item id.

        Args:
            ties: ``file`` (the stream's own rule) or ``item`` (numerically if every id is a number); the
                latter only serves to compare with figures measured that way, since an order by item id
                tells something about the next item that no live stream tells.
        """
        if ties == "file":
            return self._take(np.argsort(self.time_s, kind="stable"))
        return self._take(np.lexsort((_ranks(self.item_ids)[self.item], self.time_s)))

    def __getitem__(self, part: slice) -> Interactions:
        """The events in a slice, with the same ids."""
        return self._take(np.arange(len(self))[part])

    def _take(self, order: NDArray[np.int64]) -> Interactions:
        return Interactions(
            self.user[order],
            self.item[order],
            self.time_s[order],
            self.event_type[order],
            self.user_ids,
            self.item_ids,
            None if self.value is None else self.value[order],
        )


def read(folder: Path) -> Interactions:
    """Read the events of a data folder, in file order.

    Raises:
        TrainingError: no known layout, a missing or unknown column, a value that is not a number, no events.
    """
    if not folder.is_dir():
        raise TrainingError(f"--data {folder}: not a folder; pass the folder that holds the events")
    own, grouplens = folder / "interactions.tsv", folder / "u.data"
    recbole = sorted(folder.glob("*.inter"))
    if own.is_file():
        return _read_table(own, header=None)
    if len(recbole) > 1:
        raise TrainingError(f"--data {folder}: {len(recbole)} .inter files; keep the one to train on")
    if recbole:
        return _read_table(recbole[0], header=None)
    if grouplens.is_file():
        return _read_table(grouplens, header=("user", "item", "rating", "timestamp"))
    raise TrainingError(f"--data {folder}: found neither interactions.tsv nor *.inter nor u.data")


def cut(events: Interactions, until: str) -> int:
    """Number of leading events (of ``events`` in time order) that lie before ``until``.

    Args:
        events: in time order.
        until: a share of the events such as ``80%``, or a time: ISO 8601 (UTC unless it names an offset)
            or seconds since the epoch. Events at exactly that time come after the cut.

    Raises:
        TrainingError: ``until`` cannot be read, or leaves nothing to train on.
    """
    if until.endswith("%"):
        number = int(len(events) * _share(until))
    else:
        number = int(np.searchsorted(events.time_s, _seconds(until), side="left"))
    if number == 0:
        first = datetime.fromtimestamp(int(events.time_s[0]), timezone.utc)
        raise TrainingError(f"--until {until}: no event lies before it; the first is at {first.isoformat()}")
    return number


_COLUMNS = {
    "user": "user",
    "user_id": "user",
    "item": "item",
    "item_id": "item",
    "rating": "rating",
    "timestamp": "timestamp",
    "type": "type",
}
_REQUIRED = ("user", "item", "timestamp")
_END_OF_TIME_S = 253_402_300_800


def _read_table(path: Path, header: Sequence[str] | None) -> Interactions:
    try:
        return _parsed(path, header)
    except (UnicodeDecodeError, csv.Error, OSError) as error:
        raise TrainingError(f"{path}: can't be read as tab-separated UTF-8 text ({error})") from error


def _parsed(path: Path, header: Sequence[str] | None) -> Interactions:
    with path.open(encoding="utf-8", newline="") as file:
        lines = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        names = _canonical_names(path, header if header is not None else next(lines, []))
        column = {name: position for position, name in enumerate(names)}
        users: dict[str, int] = {}
        items: dict[str, int] = {}
        rows: list[tuple[int, int, int, int]] = []
        values: list[float] = []
        first_line = 1 if header is not None else 2
        for number, row in enumerate(lines, start=first_line):
            if len(row) != len(names):
                raise TrainingError(f"{path}:{number}: {len(row)} columns, expected {len(names)} ({', '.join(names)})")
            user, item = row[column["user"]], row[column["item"]]
            if not user or not item:
                raise TrainingError(f"{path}:{number}: empty {'user' if not user else 'item'} id")
            rows.append(
                (
                    users.setdefault(user, len(users)),
                    items.setdefault(item, len(items)),
                    _timestamp(path, number, row[column["timestamp"]]),
                    _event_type(path, number, row, column),
                )
            )
            if "rating" in column:
                values.append(_value(path, number, row[column["rating"]]))
    if not rows:
        raise TrainingError(f"{path}: no events")
    table = np.array(rows, dtype=np.int64)
    value = np.array(values, dtype=np.float64) if values else None
    return Interactions(table[:, 0], table[:, 1], table[:, 2], table[:, 3], tuple(users), tuple(items), value)


def _canonical_names(path: Path, header: Sequence[str]) -> list[str]:
    names = []
    for cell in header:
        name = cell.split(":")[0].strip()
        if name not in _COLUMNS:
            raise TrainingError(f"{path}: unknown column {cell!r}; known are {', '.join(sorted(_COLUMNS))}")
        names.append(_COLUMNS[name])
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise TrainingError(f"{path}: column {twice!r} is there twice; keep one")
    missing = [name for name in _REQUIRED if name not in names]
    if missing:
        raise TrainingError(f"{path}: column {missing[0]!r} is missing; required are {', '.join(_REQUIRED)}")
    return names


def _timestamp(path: Path, number: int, cell: str) -> int:
    try:
        seconds = int(float(cell))
    except (ValueError, OverflowError) as error:
        raise TrainingError(f"{path}:{number}: timestamp {cell!r} is not a number of seconds") from error
    if not 0 <= seconds < _END_OF_TIME_S:
        raise TrainingError(
            f"{path}:{number}: timestamp {cell} is not between 1970 and 9999; give seconds, not milliseconds"
        )
    return seconds


def _value(path: Path, number: int, cell: str) -> float:
    try:
        return float(cell) if cell.strip() else float("nan")
    except ValueError as error:
        raise TrainingError(f"{path}:{number}: rating {cell!r} is not a number") from error


def _event_type(path: Path, number: int, row: Sequence[str], column: dict[str, int]) -> int:
    if "type" not in column:
        return EventType.RATE if "rating" in column else EventType.UNKNOWN
    name = row[column["type"]].strip().upper()
    if name not in EventType.__members__:
        known = ", ".join(member.lower() for member in EventType.__members__)
        raise TrainingError(f"{path}:{number}: unknown event type {row[column['type']]!r}; known are {known}")
    return EventType[name]


def _ranks(ids: Sequence[str]) -> NDArray[np.int64]:
    numeric = all(each.isdecimal() for each in ids)
    order = sorted(range(len(ids)), key=lambda index: int(ids[index]) if numeric else ids[index])
    ranks = np.empty(len(ids), dtype=np.int64)
    ranks[order] = np.arange(len(ids))
    return ranks


def _share(until: str) -> float:
    try:
        percent = float(until[:-1])
    except ValueError as error:
        raise TrainingError(f"--until {until}: not a percentage; write for example 80%") from error
    if not 0 < percent <= 100:
        raise TrainingError(f"--until {until}: must be above 0% and at most 100%")
    return percent / 100


def _seconds(until: str) -> float:
    try:
        return float(until)
    except ValueError:
        pass
    try:
        moment = datetime.fromisoformat(until.replace("Z", "+00:00"))
    except ValueError as error:
        raise TrainingError(
            f"--until {until}: neither a percentage (80%), nor an ISO time (1998-04-01T00:00:00Z), nor epoch seconds"
        ) from error
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone.utc)
    return moment.timestamp()
