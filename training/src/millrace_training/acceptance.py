"""Is a new version good enough to take the place of the current one?

Both are asked the same: the events after the new version's cut, under full ranking. The current version answers with
its own graph and vocabulary, exactly as it serves. What it can't know (an item newer than itself) counts as missed;
where it was trained on some of these events, the comparison is in its favour.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from millrace_training import evaluation
from millrace_training.errors import TrainingError
from millrace_training.evaluation import Target
from millrace_training.interactions import Interactions
from millrace_training.progress import Progress
from millrace_training.repository import ModelRepository, feature_schema
from millrace_training.serving import ExportedRetriever
from millrace_training.vocabulary import Vocabulary
from millrace_training.windows import Sequences

MEASURE = "ndcg_at_10"
"""What must not fall."""

MAX_DROP = 0.05
"""By how much it may, unless somebody says otherwise: a share of the current version's figure."""


class NotAcceptedError(TrainingError):
    """A new version falls too far below the current one."""


@dataclass(frozen=True)
class Current:
    """The version that would be replaced.

    Attributes:
        version: its number.
        measured: its metrics on the new version's targets.
    """

    version: int
    measured: Mapping[str, float]

    def check(self, candidate: Mapping[str, float], max_drop: float) -> None:
        """Accept a candidate, or say why not.

        Args:
            candidate: its metrics on the same targets.
            max_drop: share of the current version's figure that it may fall short by, 0 to 1.

        Raises:
            NotAcceptedError: it falls short by more.
        """
        ours, theirs = candidate[MEASURE], self.measured[MEASURE]
        if ours < theirs * (1 - max_drop):
            raise NotAcceptedError(
                f"NDCG@10 {ours:.4f} is {1 - ours / theirs:.1%} below version {self.version}'s {theirs:.4f} on the "
                f"same targets, accepted is {max_drop:.1%}; nothing was published. Train on more or newer events, or "
                "accept more with --max-drop"
            )

    def as_dict(self) -> dict[str, float]:
        """For the bundle."""
        return {"version": self.version, **self.measured}


def current(
    repository: ModelRepository, stream: Interactions, expected: Sequence[Target], threads: int = 1
) -> Current | None:
    """Measure the latest version, or return None where there is none or nothing to measure it on.

    Args:
        repository: where it is.
        stream: all events in time order.
        expected: the new version's targets.
        threads: CPU threads.

    Raises:
        TrainingError: the version's files can't be read or were made for other features.
    """
    version = repository.latest()
    if version is None or not expected:
        return None
    folder = repository.folder(version)
    try:
        manifest: dict[str, Any] = json.loads((folder / "bundle.json").read_text("utf-8"))
        graph = (folder / "retriever.onnx").read_bytes()
    except (OSError, ValueError) as error:
        raise TrainingError(f"{folder} can't be read ({error}); restore it, or remove it") from error
    if manifest.get("feature_schema") != feature_schema():
        raise TrainingError(
            f"version {version} was made for other features and can't be compared with; publish into a new --models"
        )
    sequences = Sequences.of(stream, Vocabulary.read(folder / "vocabulary.txt"))
    session = ExportedRetriever(graph, threads)
    with Progress(f"evaluating version {version}", len(expected), "targets") as line:
        ranks = evaluation.rank_exported(session, sequences, expected, lambda done: line.advance(done))
    return Current(version, evaluation.summary(ranks))
