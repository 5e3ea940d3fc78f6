"""Check that the exported graph computes what the trained model computes.

Both run in 32-bit floats but add in different orders: a norm's gain is folded into the next weight, and ONNX
Runtime blocks its matrix products in its own way. Each of the about ten products between input and score
sums 64 terms, so relative errors of a few times 64 x 2**-24 = 4e-6 are expected; scores are of the order
of 10. The tolerance is above that, and far below the differences that matter for ranking. Where two scores are
closer than the tolerance their order may differ, so order is measured and not judged: the score of each returned
candidate is, and none that is missing may have beaten the last by more than the tolerance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from millrace_training.errors import TrainingError
from millrace_training.retriever import CANDIDATES
from millrace_training.sasrec import CONDITION_DIMENSIONS, SasRec
from millrace_training.serving import NOT_RETURNED, ExportedRetriever, Row
from millrace_training.vocabulary import FIRST_ITEM, START

TOLERANCE = 1e-4
"""Largest accepted difference of a score."""

_BATCH = 64
_LIST = 10


@dataclass(frozen=True)
class Parity:
    """The outcome of a comparison.

    Attributes:
        rows: how many requests were compared.
        max_score_difference: largest difference of a returned candidate's score.
        max_missed: by how much the best item that was not returned beat the last one returned; 0 where none did.
        same_top_10: share of requests with the same ten best items in the same order.
        tolerance: what was accepted.
    """

    rows: int
    max_score_difference: float
    max_missed: float
    same_top_10: float
    tolerance: float = TOLERANCE

    def as_dict(self) -> dict[str, float]:
        """For the bundle."""
        return {name: round(value, 8) for name, value in asdict(self).items()}


def check(
    model: SasRec, exported: ExportedRetriever, allowed: NDArray[np.bool_], rows: Sequence[Row], max_history: int
) -> Parity:
    """Compare both on ``rows``.

    Raises:
        TrainingError: they differ by more than :data:`TOLERANCE`.
    """
    worst, missed, same = 0.0, 0.0, 0
    for start in range(0, len(rows), _BATCH):
        part = rows[start : start + _BATCH]
        candidates, scores = exported.retrieve(part)
        for row, found, found_scores in zip(part, candidates, scores, strict=True):
            expected = eager_scores(model, allowed, row, max_history)
            real = found_scores > NOT_RETURNED
            if real.any():
                worst = max(worst, float(np.abs(expected[found[real]] - found_scores[real]).max()))
            best = np.argsort(-expected, kind="stable")[:_LIST]
            same += np.array_equal(best[expected[best] > -np.inf], found[real][:_LIST])
            rest = expected.copy()
            rest[found[real]] = -np.inf
            last = found_scores[real][-1] if real.sum() == CANDIDATES else -np.inf
            if rest.max() > -np.inf:
                missed = max(missed, float(rest.max() - last))
    outcome = Parity(len(rows), worst, missed, same / len(rows))
    if not (worst <= TOLERANCE and missed <= TOLERANCE):
        raise TrainingError(
            f"the exported model differs from the trained one: scores by {worst:.2g}, order by {missed:.2g}, "
            f"accepted is {TOLERANCE:.2g}; nothing was published"
        )
    return outcome


def eager_scores(model: SasRec, allowed: NDArray[np.bool_], row: Row, max_history: int) -> NDArray[np.float32]:
    """Score every index with the trained model, float32 [size]; -inf for what may not be returned."""
    newest = slice(max(0, len(row.items) - max_history), None)
    # As a server is told them: beyond 2**24 s, or 194 days, single precision has no odd seconds.
    ages_s = torch.from_numpy(np.asarray(row.ages_s[newest], np.float32)).double()
    oldest_s = ages_s.max() if len(ages_s) else torch.zeros(())
    with torch.no_grad():
        hidden = model(
            torch.tensor([[START, *row.items[newest]]]),
            torch.tensor([[0, *row.event_types[newest]]]),
            torch.cat([torch.zeros(1), oldest_s - ages_s])[None].to(torch.int64),
        )[:, -1]
        conditions = [_condition(vector) for vector in (row.profile, row.query)]
        scores: NDArray[np.float32] = model.logits(model.conditioned(hidden, *conditions))[0].numpy()
    scores[:FIRST_ITEM] = -np.inf
    scores[~allowed] = -np.inf
    scores[list(row.exclude)] = -np.inf
    return scores


def _condition(vector: NDArray[np.float32] | None) -> torch.Tensor:
    return torch.zeros(1, CONDITION_DIMENSIONS) if vector is None else torch.from_numpy(vector)[None]
