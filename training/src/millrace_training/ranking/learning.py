"""Choose a ranker on the newest fold, fit it again on all of them, and calibrate it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from millrace_training.protocols.measures import gains, hits, interval_over
from millrace_training.ranking import fitting
from millrace_training.ranking.examples import Examples
from millrace_training.ranking.fitting import FitSettings
from millrace_training.ranking.model import Ranker, RankerSettings
from millrace_training.ranking.requests import Values
from millrace_training.vocabulary import FIRST_ITEM

AT = 10
RECALL_AT = 100


@dataclass(frozen=True)
class Choice:
    """One ranker that is tried.

    Attributes:
        name: in reports.
        dimensions: see :class:`RankerSettings`.
        dropout: likewise.
    """

    name: str
    dimensions: int
    dropout: float


CHOICES = (
    Choice("features only", 0, 0.1),
    Choice("features, attention over the history", 16, 0.3),
    Choice("features, attention over the history, more dropout", 16, 0.5),
)
"""What is tried; the best by NDCG@10 on the newest fold is taken."""


@dataclass(frozen=True)
class Learned:
    """A fitted ranker.

    Attributes:
        ranker: fitted to all folds, calibrated.
        trial: the chosen one as it was validated: it has not seen the newest fold.
        tried: what each choice reached on the newest fold.
        calibration: see :func:`fitting.calibrate`.
    """

    ranker: Ranker
    trial: Ranker
    tried: list[dict[str, Any]]
    calibration: dict[str, float]


def learn(
    parts: Sequence[Examples],
    vectors: Values | None,
    size: int,
    fit: FitSettings,
    say: Callable[[str], None],
    choices: Sequence[Choice] = CHOICES,
) -> Learned:
    """Learn from folds.

    Args:
        parts: the folds' examples, newest first, at least two.
        vectors: float32 [items, 384] of the items' texts, or None.
        size: indices of the vocabulary.
        fit: how.
        say: takes progress.
        choices: what is tried.
    """
    newest, older = parts[0], Examples.joined(parts[1:])
    base = gains(fitting.retrieved_ranks(newest), AT)
    tried: list[dict[str, Any]] = []
    best: tuple[float, Choice, Ranker] | None = None
    for choice in choices:
        ranker = fresh(choice, newest, vectors, size, fit.seed)
        fitting.fit(ranker, older, fit)
        ranks = fitting.ranks(fitting.scores(ranker, newest), newest)
        found, recall = gains(ranks, AT), float(hits(ranks, RECALL_AT).mean())
        tried.append(
            {"name": choice.name, **compared(found, base, newest.users), f"recall_at_{RECALL_AT}": round(recall, 5)}
        )
        say(
            f"validation: {choice.name}: NDCG@10 {found.mean():.4f}, the retriever's order {base.mean():.4f}; "
            f"recall@{RECALL_AT} {recall:.4f}"
        )
        if best is None or found.mean() > best[0]:
            best = (float(found.mean()), choice, ranker)
    assert best is not None
    _, chosen, trial = best
    calibration = fitting.calibrate(trial, newest)
    ranker = fresh(chosen, newest, vectors, size, fit.seed)
    fitting.fit(ranker, Examples.joined(parts), fit)
    ranker.temperature.copy_(trial.temperature)
    ranker.outside.copy_(trial.outside)
    say(f"chosen: {chosen.name}; fitted to all folds")
    return Learned(ranker, trial, tried, {name: round(value, 5) for name, value in calibration.items()})


def fresh(choice: Choice, examples: Examples, vectors: Values | None, size: int, seed: int) -> Ranker:
    """A ranker that has learned nothing."""
    texts = None
    if vectors is not None:
        padded = np.zeros((size, vectors.shape[1]), dtype=np.float32)
        padded[FIRST_ITEM:] = vectors
        texts = torch.from_numpy(padded)
    torch.manual_seed(seed)
    settings = RankerSettings(
        examples.features.shape[1],
        dimensions=choice.dimensions,
        max_history=examples.history.shape[1],
        dropout=choice.dropout,
        rating=bool((~np.isnan(examples.stars)).any()),
    )
    return Ranker(settings, size, texts)


def compared(found: NDArray[np.float64], base: NDArray[np.float64], users: NDArray[np.int64]) -> dict[str, Any]:
    """NDCG@10 and its change against another order, as a share of that, with a 95 % interval over users."""
    reference = max(float(base.mean()), 1e-12)
    low, high = interval_over(found - base, users)
    return {
        "ndcg_at_10": round(float(found.mean()), 5),
        "change": round(float((found - base).mean()) / reference, 4),
        "change_95": [round(low / reference, 4), round(high / reference, 4)],
    }
