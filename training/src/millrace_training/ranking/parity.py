"""Check that the exported ranker computes what the trained one computes, with every row in one batch of several."""

from __future__ import annotations

import numpy as np
import onnxruntime
import torch
from numpy.typing import NDArray

from millrace_training.errors import TrainingError
from millrace_training.ranking.examples import Examples
from millrace_training.ranking.model import Ranker
from millrace_training.ranking.requests import Numbers

TOLERANCE = 1e-4
"""Largest accepted difference of a score, a probability or a rating."""

_BATCH = 16


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
    """
    exported = session(graph)
    chosen = np.random.default_rng(seed).permutation(len(examples))[:rows]
    names = [each.name for each in exported.get_outputs()]
    worst = dict.fromkeys(names, 0.0)
    for start in range(0, len(chosen), _BATCH):
        part = chosen[start : start + _BATCH]
        tensors, there = feeds(examples, part)
        expected = _eager(ranker, examples, part)
        for name, found in zip(names, exported.run(names, tensors), strict=True):
            worst[name] = max(worst[name], float(np.abs(found - expected[name])[there].max(initial=0)))
    if not max(worst.values()) <= TOLERANCE:
        raise TrainingError(f"the exported ranker differs from the trained one: {worst}, accepted is {TOLERANCE:g}")
    return {"rows": len(chosen), **{f"max_{name}_difference": round(value, 8) for name, value in worst.items()}}


def _eager(ranker: Ranker, examples: Examples, rows: Numbers) -> dict[str, NDArray[np.float32]]:
    given, there = examples.whole(rows)
    with torch.no_grad():
        score, hidden = ranker(given)
        outputs = {"score": score.numpy(), "click": ranker.click(score, torch.from_numpy(there)).numpy()}
        if ranker.settings.rating:
            outputs["rating"] = ranker.rating(hidden)[0].numpy()
    return outputs
