"""What a source file means: a mapping is a small JSON file that says it, so that an importer has nothing to guess.

For rows of events (``csv``, ``jsonl`` and ``parquet``)::

    {
      "name": "online-retail",
      "file": "online-retail.csv.gz",
      "format": "csv",
      "columns": {"user": "CustomerID", "item": "StockCode", "time": "InvoiceDate"},
      "time": "%Y-%m-%d %H:%M:%S",
      "leave_out": [
        {"name": "guests", "column": "CustomerID", "is": "empty"},
        {"name": "cancellations", "column": "InvoiceNo", "matches": "C"}
      ]
    }

What was done to the item may be told, too: ``"type"`` among the columns names the one with the event's type,
``"value"`` the one with a number, such as stars, a price or a quantity, and ``"levels"``, ascending, says from which
values on it is something else: ``[4, 5]`` tells values below 4, from 4 to below 5, and from 5 on. Each type and level
is an action.

For a line per user (``sequences``: ``user item item ...``, oldest first) only the first three keys apply.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from millrace_training.errors import TrainingError

FORMATS = ("csv", "jsonl", "parquet", "sequences")
_KEYS = {"name", "file", "format", "columns", "time", "delimiter", "leave_out", "levels"}
_COLUMNS = {"user", "item", "time", "type", "value"}


@dataclass(frozen=True)
class Rule:
    """One reason to leave a row out.

    Attributes:
        name: what is left out, for the count.
        column: the source's column that decides.
        applies: whether a cell (text, empty where there is none) means that the row is left out.
    """

    name: str
    column: str
    applies: Callable[[str], bool]


@dataclass(frozen=True)
class SourceMapping:
    """How to read one source.

    Attributes:
        name: of the data set.
        file: path of the source, relative to the folder that holds the data.
        format: one of :data:`FORMATS`.
        columns: the source's column of ``user``, ``item``, ``time``, ``type`` and ``value``; without ``time`` the file
            is in order, without the last two nobody says what was done.
        time: ``seconds``, ``milliseconds`` (both since the epoch), or a strptime pattern, read as UTC.
        delimiter: between the cells of a csv file.
        leave_out: cleaning rules; a row counts for the first that applies.
        levels: ascending values from which on an event's value is another action.
    """

    name: str
    file: str
    format: str
    columns: Mapping[str, str]
    time: str = "seconds"
    delimiter: str = ","
    leave_out: tuple[Rule, ...] = ()
    levels: tuple[float, ...] = ()

    @property
    def tells_actions(self) -> bool:
        """Whether the source says what was done."""
        return "type" in self.columns or "value" in self.columns


def load(name_or_path: str) -> SourceMapping:
    """Read a mapping: one that ships with Millrace by its name, or a file of one's own.

    Raises:
        TrainingError: there is none, or something in it is unknown, missing or impossible.
    """
    path = Path(name_or_path)
    if path.suffix == ".json":
        try:
            text = path.read_text(encoding="utf-8")
        except OSError as error:
            raise TrainingError(f"mapping {path}: can't be read ({error.strerror})") from error
    elif name_or_path in shipped():
        text = (resources.files("millrace_training.data") / "mappings" / f"{name_or_path}.json").read_text("utf-8")
    else:
        raise TrainingError(
            f"mapping {name_or_path}: unknown; known are {', '.join(shipped())}, or pass a file that ends in .json"
        )
    try:
        return parse(json.loads(text))
    except (ValueError, TypeError, AttributeError) as error:
        raise TrainingError(f"mapping {name_or_path}: not a mapping ({error})") from error
    except TrainingError as error:
        raise TrainingError(f"mapping {name_or_path}: {error}") from error


def shipped() -> list[str]:
    """Names of the mappings that ship with Millrace."""
    folder = resources.files("millrace_training.data") / "mappings"
    return sorted(each.name.removesuffix(".json") for each in folder.iterdir() if each.name.endswith(".json"))


def parse(declared: Mapping[str, Any]) -> SourceMapping:
    """Check a declared mapping.

    Raises:
        TrainingError: a key is unknown or missing, or a value is impossible.
    """
    _only(declared, _KEYS)
    for key in ("name", "file", "format"):
        if not isinstance(declared.get(key), str):
            raise TrainingError(f"{key!r} is missing")
    if declared["format"] not in FORMATS:
        raise TrainingError(f"format {declared['format']!r} is unknown; known are {', '.join(FORMATS)}")
    columns = declared.get("columns", {})
    if declared["format"] != "sequences":
        _only(columns, _COLUMNS)
        for key in ("user", "item"):
            if key not in columns:
                raise TrainingError(f"columns: {key!r} is missing; name the source's column that holds it")
    levels = tuple(float(level) for level in declared.get("levels", ()))
    if list(levels) != sorted(set(levels)):
        raise TrainingError(f"levels {list(levels)}: must be ascending")
    if bool(levels) != ("value" in columns):
        raise TrainingError("levels: they and the column of the 'value' are declared together or not at all")
    return SourceMapping(
        declared["name"],
        declared["file"],
        declared["format"],
        columns,
        declared.get("time", "seconds"),
        declared.get("delimiter", ","),
        tuple(_rule(each) for each in declared.get("leave_out", ())),
        levels,
    )


def _rule(declared: Mapping[str, Any]) -> Rule:
    tests = set(declared) & {"is", "matches", "lacks", "at_most"}
    _only(declared, {"name", "column", *tests})
    if len(tests) != 1 or "name" not in declared or "column" not in declared:
        raise TrainingError(
            f"leave_out: {json.dumps(declared)} needs 'name', 'column' and one of 'is', 'matches', 'lacks', 'at_most'"
        )
    test = tests.pop()
    return Rule(declared["name"], declared["column"], _test(test, declared[test]))


def _test(test: str, value: Any) -> Callable[[str], bool]:
    if test == "is":
        wanted = "" if value == "empty" else str(value)
        return lambda cell: cell.strip() == wanted
    if test == "at_most":
        limit = float(value)
        return lambda cell: float(cell) <= limit
    pattern = re.compile(str(value))
    if test == "matches":
        return lambda cell: pattern.match(cell) is not None
    return lambda cell: pattern.match(cell) is None


def _only(declared: Mapping[str, Any], known: set[str]) -> None:
    unknown = sorted(set(declared) - known)
    if unknown:
        raise TrainingError(f"{unknown[0]!r} is unknown; known are {', '.join(sorted(known))}")
