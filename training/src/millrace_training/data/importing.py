"""Read a source as its mapping says, leave out what its rules name, and lay the rest out as histories."""

from __future__ import annotations

import bisect
import csv
import gzip
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, TextIO

import numpy as np

from millrace_training.data.dataset import CleaningStep, DataSet
from millrace_training.data.histories import MOST_ACTIONS, Histories
from millrace_training.data.mapping import SourceMapping
from millrace_training.errors import TrainingError

Row = Mapping[str, str]
"""Cells by the source's column names; absent or empty where there is none."""


def import_data(folder: Path, mapping: SourceMapping) -> DataSet:
    """Import one source.

    Users and items are numbered in the order of their first appearance among the rows that are kept. A user's
    events go by time, those of the same moment in the order of the file.

    Args:
        folder: holds the mapping's file.
        mapping: what the file means.

    Raises:
        TrainingError: the file is missing, a column is, a cell can't be read, or nothing remains.
    """
    source = folder / mapping.file
    if not source.is_file():
        raise TrainingError(f"{source}: no such file; the mapping {mapping.name!r} expects it in --data")
    try:
        rows = (_sequences if mapping.format == "sequences" else _events)(source, mapping)
    except (UnicodeDecodeError, gzip.BadGzipFile, EOFError, OSError, csv.Error) as error:
        raise TrainingError(f"{source}: can't be read as {mapping.format} ({error})") from error
    if not rows.users:
        raise TrainingError(f"{source}: no events are left after cleaning; look at the mapping's leave_out")
    user_numbers, user_ids = _numbered(rows.users)
    item_numbers, item_ids = _numbered(rows.items)
    action_numbers, actions = _numbered(rows.actions or [])
    if len(actions) > MOST_ACTIONS:
        raise TrainingError(
            f"{source}: {len(actions)} different actions, {MOST_ACTIONS} are possible; "
            "declare fewer levels, or another type"
        )
    time = None if rows.times_s is None else np.array(rows.times_s, dtype=np.int64)
    order = np.argsort(user_numbers, kind="stable") if time is None else np.lexsort((time, user_numbers))
    counts = np.bincount(user_numbers, minlength=len(user_ids))
    return DataSet(
        mapping.name,
        Histories(
            item_numbers[order].astype(np.int32),
            np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
            len(item_ids),
            None if time is None else time[order],
            None if rows.actions is None else (1 + action_numbers[order]).astype(np.int8),
        ),
        user_ids,
        item_ids,
        mapping.file,
        hashlib.sha256(source.read_bytes()).hexdigest(),
        rows.cleaning,
        actions,
    )


@dataclass(frozen=True)
class _Rows:
    """What is kept of a source, in its order."""

    users: list[str]
    items: list[str]
    times_s: list[int] | None = None
    actions: list[str] | None = None
    cleaning: tuple[CleaningStep, ...] = ()


def _sequences(source: Path, mapping: SourceMapping) -> _Rows:
    users: list[str] = []
    items: list[str] = []
    known: set[str] = set()
    with _text(source) as lines:
        for number, line in enumerate(lines, start=1):
            user, *chosen = line.split() or [""]
            if not user or user in known:
                problem = f"user {user!r} has a second line" if user else "an empty line"
                raise TrainingError(f"{source}:{number}: {problem}; every line is 'user item item ...'")
            known.add(user)
            users += [user] * len(chosen)
            items += chosen
    return _Rows(users, items)


def _events(source: Path, mapping: SourceMapping) -> _Rows:
    users: list[str] = []
    items: list[str] = []
    times_s: list[int] | None = [] if "time" in mapping.columns else None
    actions: list[str] | None = [] if mapping.tells_actions else None
    removed = dict.fromkeys((rule.name for rule in mapping.leave_out), 0)
    seconds = _clock(mapping.time)
    needed = {*mapping.columns.values(), *(rule.column for rule in mapping.leave_out)}
    for number, row in _rows(source, mapping):
        missing = sorted(needed - set(row))
        if missing:
            raise TrainingError(f"{source}:{number}: no column {missing[0]!r}; there are {', '.join(sorted(row))}")
        try:
            rule = next((rule for rule in mapping.leave_out if rule.applies(row[rule.column])), None)
            if rule is not None:
                removed[rule.name] += 1
                continue
            if times_s is not None:
                times_s.append(seconds(row[mapping.columns["time"]]))
            if actions is not None:
                actions.append(_action(row, mapping))
        except (ValueError, OverflowError) as error:
            raise TrainingError(f"{source}:{number}: {error}; correct it, or leave such rows out") from error
        user, item = row[mapping.columns["user"]], row[mapping.columns["item"]]
        if not user or not item or "\n" in user + item:
            kind, column = ("user", mapping.columns["user"]) if not user else ("item", mapping.columns["item"])
            raise TrainingError(
                f"{source}:{number}: {kind} id in column {column!r} is empty or has a line break; leave such rows out"
            )
        users.append(user)
        items.append(item)
    cleaning = tuple(CleaningStep(name, count) for name, count in removed.items())
    return _Rows(users, items, times_s, actions, cleaning)


def _action(row: Row, mapping: SourceMapping) -> str:
    """Type and level, as they are shown: ``rate from 4``, ``view``, ``from 2``, ``below 2``."""
    words = [row[mapping.columns["type"]]] if "type" in mapping.columns else []
    cell = row[mapping.columns["value"]] if "value" in mapping.columns else ""
    if cell:
        level = bisect.bisect_right(mapping.levels, float(cell))
        words.append(f"from {mapping.levels[level - 1]:g}" if level else f"below {mapping.levels[0]:g}")
    return " ".join(words)


def _rows(source: Path, mapping: SourceMapping) -> Iterator[tuple[int, Row]]:
    """Numbered rows, numbered as an editor shows them."""
    if mapping.format == "parquet":
        yield from _parquet(source, mapping)
        return
    with _text(source) as lines:
        if mapping.format == "csv":
            for number, row in enumerate(csv.DictReader(lines, delimiter=mapping.delimiter), start=2):
                if None in row or None in row.values():
                    raise TrainingError(f"{source}:{number}: as many cells as the header has names are expected")
                yield number, row
        else:
            for number, line in enumerate(lines, start=1):
                try:
                    record = json.loads(line)
                    yield number, {name: _cell(value) for name, value in record.items()}
                except (ValueError, AttributeError) as error:
                    raise TrainingError(f"{source}:{number}: not a JSON object ({error})") from error


def _parquet(source: Path, mapping: SourceMapping) -> Iterator[tuple[int, Row]]:
    from pyarrow import ArrowException, parquet

    try:
        file = parquet.ParquetFile(source)
        number = 0
        for batch in file.iter_batches():
            for record in batch.to_pylist():
                number += 1
                yield number, {name: _cell(value) for name, value in record.items()}
    except ArrowException as error:
        raise TrainingError(f"{source}: can't be read as parquet ({str(error).splitlines()[0]})") from error


def _cell(value: Any) -> str:
    if isinstance(value, datetime):
        return str(int((value if value.tzinfo else value.replace(tzinfo=timezone.utc)).timestamp()))
    return "" if value is None else str(value)


def _clock(declared: str) -> Callable[[str], int]:
    """How a cell becomes seconds since the epoch."""
    if declared == "seconds":
        return lambda cell: int(float(cell))
    if declared == "milliseconds":
        return lambda cell: int(float(cell)) // 1000
    return lambda cell: int(datetime.strptime(cell, declared).replace(tzinfo=timezone.utc).timestamp())


def _numbered(ids: list[str]) -> tuple[np.ndarray[tuple[int], np.dtype[np.int64]], tuple[str, ...]]:
    numbers: dict[str, int] = {}
    return np.array([numbers.setdefault(each, len(numbers)) for each in ids], dtype=np.int64), tuple(numbers)


def _text(source: Path) -> TextIO:
    if source.suffix == ".gz":
        return gzip.open(source, "rt", encoding="utf-8", newline="")
    return source.open(encoding="utf-8", newline="")
