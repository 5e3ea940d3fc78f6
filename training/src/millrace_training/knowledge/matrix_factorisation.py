"""Matrix factorisation of a well-kept library (scikit-surprise's SVD), for comparison, and the same with fresh users.

The library learns user and item vectors from the ratings before the cut, once. Of users who came later it knows
nothing, so a second row keeps its items and computes each user's bias and vector anew before every prediction, by
ridge regression on all of the user's ratings so far. That is more than the library offers, and the fair opponent of
a head that reads histories.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from millrace_training.errors import TrainingError
from millrace_training.knowledge.rating_rows import RatingRows

GRID = tuple((factors, penalty, 40) for factors in (20, 50, 100, 200) for penalty in (0.05, 0.1, 0.15))
"""Factors, penalty and epochs of the library's candidates."""

RIDGES = (3.0, 10.0, 30.0, 100.0)
"""Candidates of the penalty on a fresh user's bias and vector."""

Predictions = NDArray[np.float64]


@dataclass(frozen=True)
class Factors:
    """What the library learned of items.

    Attributes:
        mean: of all ratings.
        bias: float64 [1 + items]; 0 for an unknown item.
        vectors: float64 [1 + items, D]; 0 for an unknown item.
        predictions: float64, of the rows that were asked for, within the scale.
    """

    mean: float
    bias: Predictions
    vectors: Predictions
    predictions: Predictions


def fit(
    rows: RatingRows, cut: int, last: int, settings: tuple[int, float, int], scale: tuple[float, float], seed: int
) -> Factors:
    """Learn from the first ``cut`` rows and predict those from there to ``last``.

    Raises:
        TrainingError: the library is not installed.
    """
    try:
        from surprise import SVD, Dataset, Reader
    except ModuleNotFoundError as error:
        raise TrainingError(
            "comparing with matrix factorisation needs the package scikit-surprise; install scikit-surprise==1.1.5 "
            "into this Python with pip"
        ) from error
    factors, penalty, epochs = settings
    known = [
        (user, item, float(value), None)
        for user, item, value in zip(
            rows.user[:cut].tolist(), rows.item[:cut].tolist(), rows.value[:cut].tolist(), strict=True
        )
    ]
    table = Dataset(Reader(rating_scale=scale)).construct_trainset(known)
    model = SVD(n_factors=factors, reg_all=penalty, n_epochs=epochs, random_state=seed).fit(table)
    size = int(rows.item.max()) + 1
    bias, vectors = np.zeros(size), np.zeros((size, factors))
    for item in np.unique(rows.item[:cut]).tolist():
        inner = table.to_inner_iid(item)
        bias[item], vectors[item] = model.bi[inner], model.qi[inner]
    asked = zip(rows.user[cut:last].tolist(), rows.item[cut:last].tolist(), strict=True)
    predictions = np.array([model.predict(user, item).est for user, item in asked])
    return Factors(float(table.global_mean), bias, vectors, predictions)


def with_fresh_users(
    factors: Factors, rows: RatingRows, first: int, last: int, ridge: float, scale: tuple[float, float]
) -> Predictions:
    """Predict rows ``first`` to ``last``, each user's side computed from all of their ratings before the row."""
    wide = np.column_stack([np.ones(len(factors.bias)), factors.vectors])
    penalty = ridge * np.eye(wide.shape[1])
    # A user's bias is a single number that every rating bears on; the library penalises both alike, and so is it here.
    past: dict[int, list[int]] = {}
    predicted = np.zeros(last - first)
    for row in range(last):
        earlier = past.setdefault(int(rows.user[row]), [])
        item = rows.item[row]
        if row >= first:
            expected = factors.mean + factors.bias[item]
            if earlier:
                seen = wide[rows.item[earlier]]
                left = rows.value[earlier] - factors.mean - factors.bias[rows.item[earlier]]
                expected += wide[item] @ np.linalg.solve(seen.T @ seen + penalty, seen.T @ left)
            predicted[row - first] = expected
        earlier.append(row)
    return np.clip(predicted, *scale)


def tuned(
    rows: RatingRows,
    cut: int,
    last: int,
    scale: tuple[float, float],
    grid: Sequence[tuple[int, float, int]] = GRID,
    ridges: Sequence[float] = RIDGES,
) -> tuple[tuple[int, float, int], float]:
    """The settings and the ridge with the least RMSE on rows ``cut`` to ``last``, learned from those before."""
    value = rows.value[cut:last]
    fitted = {settings: fit(rows, cut, last, settings, scale, 1) for settings in grid}
    best = min(fitted, key=lambda settings: _rmse(fitted[settings].predictions, value))
    errors = {ridge: _rmse(with_fresh_users(fitted[best], rows, cut, last, ridge, scale), value) for ridge in ridges}
    return best, min(errors, key=errors.__getitem__)


def _rmse(predicted: Predictions, value: NDArray[np.float32]) -> float:
    return float(np.sqrt(((predicted - value) ** 2).mean()))
