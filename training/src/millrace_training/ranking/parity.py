"""Check that the exported ranker computes what the trained one computes, with every row in one batch of several."""

from __future__ import annotations

import numpy as np
import onnxruntime
import torch
from numpy.typing import NDArray

from millrace_training.errors import TrainingError
from millrace_training.ranking.examples import Examples
from millrace_training.ranking.model import HIDDEN, Ranker
from millrace_training.ranking.requests import Numbers

TOLERANCE = 1e-4
"""Largest accepted difference of a score, a probability or a rating."""

_BATCH = 16
_ROUNDING = 1e-5
"""Glances that are closer to each other may come in either order."""


def session(graph: bytes) -> onnxruntime.InferenceSession:
    """The graph on one thread of the CPU."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])


def feeds(examples: Examples, rows: Numbers) -> tuple[dict[str, NDArray[np.generic]], NDArray[np.bool_]]:
    """Rows as the graph's inputs, and which cells hold a candidate."""
    given, there = examples.whole(rows)
    lengths = (examples.history[rows] != 0).sum(axis=1)
    inside = np.arange(examples.history.shape[1])[None, :] < lengths[:, None]

    def oldest_first(table: NDArray[np.generic]) -> NDArray[np.generic]:
        # Flipped, a row's events stand at its end, the oldest first.
        return np.asarray(table[rows][:, ::-1][inside[:, ::-1]])

    return {
        "feature": given.feature.numpy(),
        "candidate": given.candidate.numpy().astype(np.int32),
        "item_index": oldest_first(examples.history).astype(np.int32),
        "event_type": oldest_first(examples.event_types).astype(np.int32),
        "age_s": oldest_first(examples.ages_s).astype(np.float32),
        "row_ends": np.cumsum(lengths).astype(np.int32),
        "profile": given.profile.numpy(),
        "profile_on": given.profile_on.numpy(),
    }, there


def check(ranker: Ranker, graph: bytes, examples: Examples, rows: int = 512, seed: int = 1) -> dict[str, float]:
    """Compare scores, probabilities and ratings.

    Args:
        ranker: trained, in evaluation mode.
        graph: its export.
        examples: to draw rows from.
        rows: how many.
        seed: decides the draw.

    Raises:
        TrainingError: one differs by more than :data:`TOLERANCE`.

    Returns:
        ``rows`` that were compared: not those in which the last candidate that is looked at closely and the first that
        is not are alike at a glance; and the largest difference of each output.
    """
    exported = session(graph)
    chosen = np.random.default_rng(seed).permutation(len(examples))[:rows]
    names = [each.name for each in exported.get_outputs()]
    worst, compared = dict.fromkeys(names, 0.0), 0
    for start in range(0, len(chosen), _BATCH):
        part = chosen[start : start + _BATCH]
        tensors, there = feeds(examples, part)
        expected, settled = _eager(ranker, examples, part)
        compared += int(settled.sum())
        for name, found in zip(names, exported.run(names, tensors), strict=True):
            difference = np.where(np.isnan(found) & np.isnan(expected[name]), 0, np.abs(found - expected[name]))
            difference = np.where(np.isnan(difference), np.inf, difference)[there & settled[:, None]]
            worst[name] = max(worst[name], float(difference.max(initial=0)))
    if not max(worst.values()) <= TOLERANCE:
        raise TrainingError(f"the exported ranker differs from the trained one: {worst}, accepted is {TOLERANCE:g}")
    return {"rows": compared, **{f"max_{name}_difference": round(value, 8) for name, value in worst.items()}}


def _eager(
    ranker: Ranker, examples: Examples, rows: Numbers
) -> tuple[dict[str, NDArray[np.float32]], NDArray[np.bool_]]:
    """What is expected, and in which rows rounding can't decide who is looked at closely, bool [B]."""
    given, inside = examples.whole(rows)
    there = torch.from_numpy(inside)
    with torch.no_grad():
        score, kept = ranker.listed(given, there)
        outputs = {"score": score.numpy(), "click": ranker.click(score, there).numpy()}
        if ranker.settings.rating:
            rating = ranker.rating(ranker(given)[1])[0]
            nobody = torch.full_like(score, torch.nan)
            outputs["rating"] = nobody.scatter(1, kept, rating.gather(1, kept)).numpy()
        glance = ranker.glance(given).masked_fill(~there, HIDDEN).sort(dim=1, descending=True).values
    last = kept.shape[1]
    settled = np.full(len(rows), True)
    if last < glance.shape[1]:
        settled = (glance[:, last - 1] - glance[:, last] > _ROUNDING).numpy()
    return outputs, settled
