"""Read of a published version what sources and features need, as the model server does."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from millrace_training.errors import TrainingError
from millrace_training.ranking import new_items
from millrace_training.ranking.requests import DIMENSIONS
from millrace_training.ranking.sources import LOOKED_UP, Catalogue
from millrace_training.ranking.tables import NeighbourTable
from millrace_training.repository import VECTORS
from millrace_training.vocabulary import Vocabulary


@dataclass(frozen=True)
class RankedBundle:
    """A version with sources.

    Attributes:
        vocabulary: its items.
        catalogue: counts, text vectors and tables.
        settings: ``sources`` of ``bundle.json``; empty for a version without.
        features: columns of the ranker; empty for a version without one.
        max_history: events of a history that count.
    """

    vocabulary: Vocabulary
    catalogue: Catalogue
    settings: Mapping[str, Any]
    features: Sequence[str]
    max_history: int

    @staticmethod
    def read(folder: Path, with_tables: bool = True) -> RankedBundle:
        """Read a version's folder.

        Args:
            folder: of one version.
            with_tables: whether to read the tables that it has.

        Raises:
            TrainingError: a file is missing or does not fit the vocabulary.
        """
        try:
            manifest = json.loads((folder / "bundle.json").read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise TrainingError(f"{folder / 'bundle.json'}: can't be read ({error})") from error
        vocabulary = Vocabulary.read(folder / "vocabulary.txt")
        settings = manifest.get("sources", {})
        tables = {
            name: _table(folder / settings[name]["file"], vocabulary)
            for name in LOOKED_UP
            if with_tables and name in settings
        }
        new = _new(folder / settings["fresh"]["file"], vocabulary) if "fresh" in settings else None
        catalogue = Catalogue(_counts(folder, vocabulary), _vectors(folder, vocabulary), tables, new)
        features = manifest.get("ranker", {}).get("features", [])
        return RankedBundle(vocabulary, catalogue, settings, features, int(manifest["max_history"]))


def _table(path: Path, vocabulary: Vocabulary) -> NeighbourTable:
    table = NeighbourTable.of_bytes(path.read_bytes(), str(path))
    if table.items != len(vocabulary.ids):
        raise TrainingError(f"{path}: has {table.items} items, vocabulary.txt beside it {len(vocabulary.ids)}")
    return table


def _new(path: Path, vocabulary: Vocabulary) -> NDArray[np.bool_]:
    return new_items.marked(new_items.of_bytes(path.read_bytes(), str(path)), vocabulary)


def _counts(folder: Path, vocabulary: Vocabulary) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    lines = (folder / "popular.tsv").read_text(encoding="utf-8").splitlines()
    counts = dict(line.split("\t") for line in lines)
    return np.array([float(counts.get(item, 0)) for item in vocabulary.ids])


def _vectors(folder: Path, vocabulary: Vocabulary) -> np.ndarray[tuple[int, int], np.dtype[np.float32]] | None:
    path = folder / VECTORS
    if not path.is_file():
        return None
    numbers = np.frombuffer(path.read_bytes(), dtype="<f2").astype(np.float32)
    if len(numbers) != len(vocabulary.ids) * DIMENSIONS:
        raise TrainingError(f"{path}: {len(numbers)} numbers, expected {len(vocabulary.ids)} x {DIMENSIONS}")
    return of_length_one(numbers.reshape(-1, DIMENSIONS))


def of_length_one(
    vectors: np.ndarray[tuple[int, int], np.dtype[np.float32]],
) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    """Vectors as they are compared: of length one, or zeros."""
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.where(length > 0, vectors / np.maximum(length, 1e-9), 0).astype(np.float32)
