"""A data set in its canonical form: histories, the ids behind the numbers, and how it came to be; in memory or on disk.

::

    manifest.json     format, name, sizes, source with its checksum, cleaning steps with their counts, checksums
    items.npy         int32 [N], user after user, oldest event first
    offsets.npy       int64 [U + 1]
    times_s.npy       int64 [N]; absent where only the order is known
    actions.npy       int8 [N], what was done: number n is line n of ``actions`` in the manifest, from 1; absent where
                      nobody said, and in format 1
    user_ids.txt      the id of user n on line n, from 0
    item_ids.txt      the id of item n on line n, from 0

The same source and mapping give the same bytes. Columns are memory-mapped when they are read: opening a folder
costs nothing, and what is never looked at is never loaded.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from millrace_training import atomic
from millrace_training.data.histories import Histories
from millrace_training.errors import TrainingError

FORMAT = 2
"""Version of the form on disk; a folder of a newer one is refused."""


@dataclass(frozen=True)
class CleaningStep:
    """One rule that left events out.

    Attributes:
        name: what was left out.
        removed: how many events it removed; each is counted for the first rule that applies.
    """

    name: str
    removed: int


@dataclass(frozen=True)
class DataSet:
    """Everything about one data set.

    Attributes:
        name: as it is recorded with results.
        histories: users and items by number, in the order of their first appearance in the source.
        user_ids: distinct.
        item_ids: distinct.
        source: name of the file it was imported from.
        source_sha256: checksum of that file.
        cleaning: what was left out, in the order of the rules.
        actions: what the numbers of ``histories.actions`` mean, in order; empty where there are none.
    """

    name: str
    histories: Histories
    user_ids: tuple[str, ...]
    item_ids: tuple[str, ...]
    source: str
    source_sha256: str
    cleaning: tuple[CleaningStep, ...] = ()
    actions: tuple[str, ...] = ()

    def summary(self) -> str:
        """One line: sizes, and what was left out."""
        sizes = f"{self.name}: {len(self.user_ids):,} users, {len(self.item_ids):,} items"
        removed = "".join(f", {step.removed:,} {step.name} left out" for step in self.cleaning)
        return f"{sizes}, {len(self.histories.items):,} events{removed}"

    def write(self, folder: Path) -> None:
        """Write the canonical form, all of it or nothing.

        Raises:
            TrainingError: the folder exists already, or can't be written.
        """
        files = {
            "items.npy": _bytes(self.histories.items),
            "offsets.npy": _bytes(self.histories.offsets),
            "user_ids.txt": _lines(self.user_ids),
            "item_ids.txt": _lines(self.item_ids),
        }
        if self.histories.times_s is not None:
            files["times_s.npy"] = _bytes(self.histories.times_s)
        if self.histories.actions is not None:
            files["actions.npy"] = _bytes(self.histories.actions)
        with atomic.new_folder(folder) as unfinished:
            for name, content in files.items():
                (unfinished / name).write_bytes(content)
            manifest = json.dumps(self._manifest(files), indent=2, ensure_ascii=False) + "\n"
            (unfinished / "manifest.json").write_text(manifest, encoding="utf-8")

    def _manifest(self, files: dict[str, bytes]) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "name": self.name,
            "users": len(self.user_ids),
            "items": len(self.item_ids),
            "events": len(self.histories.items),
            "source": {"file": self.source, "sha256": self.source_sha256},
            "actions": list(self.actions),
            "cleaning": [{"name": step.name, "removed": step.removed} for step in self.cleaning],
            "files": {name: hashlib.sha256(content).hexdigest() for name, content in sorted(files.items())},
        }


def read(folder: Path) -> DataSet:
    """Open a folder that :meth:`DataSet.write` made.

    Raises:
        TrainingError: it is not one, is of a newer format, or its files do not fit together.
    """
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        if manifest["format"] > FORMAT:
            raise TrainingError(
                f"{folder}: format {manifest['format']} is newer than {FORMAT}; import the data again with this version"
            )
        times, actions = folder / "times_s.npy", folder / "actions.npy"
        data = DataSet(
            name=manifest["name"],
            histories=Histories(
                np.load(folder / "items.npy", mmap_mode="r"),
                np.load(folder / "offsets.npy", mmap_mode="r"),
                manifest["items"],
                np.load(times, mmap_mode="r") if times.is_file() else None,
                np.load(actions, mmap_mode="r") if actions.is_file() else None,
            ),
            user_ids=_ids(folder / "user_ids.txt"),
            item_ids=_ids(folder / "item_ids.txt"),
            source=manifest["source"]["file"],
            source_sha256=manifest["source"]["sha256"],
            cleaning=tuple(CleaningStep(step["name"], step["removed"]) for step in manifest["cleaning"]),
            actions=tuple(manifest.get("actions", ())),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise TrainingError(f"{folder}: not an imported data set ({error}); import it again") from error
    if len(data.user_ids) != len(data.histories) or len(data.item_ids) != data.histories.item_count:
        raise TrainingError(f"{folder}: ids and columns differ in number; import it again")
    return data


def is_imported(folder: Path) -> bool:
    """Whether a folder claims to be in the canonical form."""
    return (folder / "manifest.json").is_file() and (folder / "offsets.npy").is_file()


def _bytes(column: NDArray[np.generic]) -> bytes:
    content = io.BytesIO()
    np.save(content, column)
    return content.getvalue()


def _lines(ids: Sequence[str]) -> bytes:
    return "".join(f"{each}\n" for each in ids).encode("utf-8")


def _ids(path: Path) -> tuple[str, ...]:
    return tuple(path.read_bytes().decode("utf-8").split("\n")[:-1])
