"""Run an exported retriever in ONNX Runtime, as the model server does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from millrace_training.errors import TrainingError
from millrace_training.sasrec import CONDITION_DIMENSIONS

Vector = NDArray[np.float32]

NOT_RETURNED = -1e30
"""A candidate with this score or a lower one is no candidate."""


@dataclass(frozen=True)
class Row:
    """One request, in indices.

    Attributes:
        items: history, oldest event first; may be empty.
        event_types: one code per event.
        ages_s: seconds from each event to the newest one.
        exclude: item indices that may not be returned.
        profile: float [384], or None for no profile.
        query: float [384], or None for no query.
    """

    items: Sequence[int] = ()
    event_types: Sequence[int] = ()
    ages_s: Sequence[float] = ()
    exclude: Sequence[int] = ()
    profile: Vector | None = None
    query: Vector | None = None


class ExportedRetriever:
    """An ONNX Runtime session over a retriever's graph."""

    def __init__(self, model: bytes, threads: int = 1) -> None:
        """Load the graph on the CPU.

        Args:
            model: serialised ONNX model.
            threads: threads for one call.
        """
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        try:
            self._session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        except Exception as error:  # ONNX Runtime raises several unrelated types for a bad file
            raise TrainingError(f"the exported model can't be loaded: {str(error).splitlines()[0]}") from error

    @property
    def inputs(self) -> list[str]:
        """Names of the graph's inputs."""
        return [each.name for each in self._session.get_inputs()]

    def retrieve(self, rows: Sequence[Row]) -> tuple[NDArray[np.int32], Vector]:
        """Run a batch.

        Args:
            rows: at least one.

        Returns:
            Candidates int32 [B, K] and scores float32 [B, K], best first; see :data:`NOT_RETURNED`.
        """
        candidates, scores = self.run(feeds(rows))
        return candidates, scores

    def run(self, tensors: dict[str, NDArray[np.generic]]) -> tuple[NDArray[np.int32], Vector]:
        """Run a batch that :func:`feeds` has laid out already."""
        candidates, scores = self._session.run(["candidate", "score"], tensors)
        return candidates, scores


def feeds(rows: Sequence[Row]) -> dict[str, NDArray[np.generic]]:
    """Lay a batch out as the graph's inputs."""
    profile, profile_on = _conditions([row.profile for row in rows])
    query, query_on = _conditions([row.query for row in rows])
    return {
        "item_index": _flat([row.items for row in rows], np.int32),
        "event_type": _flat([row.event_types for row in rows], np.int32),
        "age_s": _flat([row.ages_s for row in rows], np.float32),
        "row_ends": np.cumsum([len(row.items) for row in rows], dtype=np.int32),
        "profile": profile,
        "profile_on": profile_on,
        "query": query,
        "query_on": query_on,
        "exclude_index": _flat([row.exclude for row in rows], np.int32),
        "exclude_ends": np.cumsum([len(row.exclude) for row in rows], dtype=np.int32),
    }


def _flat(parts: Sequence[Sequence[float]], kind: type[np.generic]) -> NDArray[np.generic]:
    return np.concatenate([np.asarray(part, dtype=kind) for part in parts])


def _conditions(vectors: Sequence[Vector | None]) -> tuple[Vector, Vector]:
    values = np.zeros((len(vectors), CONDITION_DIMENSIONS), dtype=np.float32)
    on = np.zeros((len(vectors), 1), dtype=np.float32)
    for row, vector in enumerate(vectors):
        if vector is not None:
            values[row], on[row] = vector, 1
    return values, on
