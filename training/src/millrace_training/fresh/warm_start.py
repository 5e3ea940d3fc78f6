"""Read the weights of a published version back out of its graph, so that the next one may start from them.

The graph is the checkpoint: nothing else has to be kept beside a version, and one that was trained elsewhere will
do. What the export folded together comes back as a model that computes the same: the gains of the norms are ones
and their values are in the weights behind them; the special indices' rows of the item table are exact.
"""

from __future__ import annotations

import math

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper

from millrace_training.errors import TrainingError
from millrace_training.recipes import Recipe
from millrace_training.sasrec import EVENT_TYPES, TIME_BUCKETS, Block, SasRec
from millrace_training.vocabulary import START

_FUTURE = -1e29
"""What lies below is the mask of the future, not a bias."""


def read(graph: bytes, recipe: Recipe, size: int, known: int, seed: int) -> SasRec:
    """Make a model that computes what an exported one does.

    Args:
        graph: a serialised ``retriever.onnx``.
        recipe: sizes; they must be the graph's own.
        size: number of indices of the new vocabulary, at least ``known``.
        known: number of indices of the graph's vocabulary, the special ones included.
        seed: decides the weights of items that the graph does not know.

    Raises:
        TrainingError: the graph is of another architecture or size.
    """
    try:
        weights = {each.name: numpy_helper.to_array(each) for each in onnx.load_from_string(graph).graph.initializer}
    except Exception as error:  # protobuf raises several unrelated types for a bad file
        raise TrainingError(f"retriever.onnx can't be read: {str(error).splitlines()[0]}") from error
    torch.manual_seed(seed)
    model = SasRec(recipe, size)
    try:
        with torch.no_grad():
            _fill(model, weights, recipe, known)
    except (KeyError, ValueError, RuntimeError) as error:
        raise TrainingError(
            f"retriever.onnx can't be started from with the recipe {recipe.name} ({error}); train with the recipe that "
            "it was made with, or from nothing with --from-scratch"
        ) from error
    return model


def _fill(model: SasRec, weights: dict[str, NDArray[np.float32]], recipe: Recipe, known: int) -> None:
    root = math.sqrt(recipe.dimensions)
    if weights["items"].shape[1] != recipe.dimensions:
        raise ValueError(f"it is {weights['items'].shape[1]} wide, the recipe {recipe.dimensions}")
    model.items.weight[:known] = _tensor(weights["items"][:known])
    pairs = weights["type_and_gap"].reshape(EVENT_TYPES, TIME_BUCKETS, -1)
    # Only their sums are in the graph: the first gap's share goes to the types.
    model.event_types.weight.copy_(_tensor(pairs[:, 0]))
    model.gaps.weight.copy_(_tensor(pairs[0] - pairs[0, 0]))
    model.items.weight[START] = _tensor(weights["start"][0] - pairs[0, 0])
    blocks = [block for block in model.blocks if isinstance(block, Block)]
    for number, block in enumerate(blocks):
        name = f"layer{number}"
        for kind, linear, scale in (
            ("query", block.query, 1.0),
            ("key", block.key, 1 / root),
            ("value", block.value, 1 / root),
        ):
            linear.weight.copy_(_tensor(weights[f"{name}.{kind}"].T * scale))
        block.distance_bias.copy_(_tensor(_distances(weights, name, len(block.distance_bias))))
        block.out.weight.copy_(_tensor(weights[f"{name}.out"].T))
        block.widen.weight.copy_(_tensor(weights[f"{name}.widen"].T / root))
        block.widen.bias.copy_(_tensor(weights[f"{name}.widen_bias"]))
        block.narrow.weight.copy_(_tensor(weights[f"{name}.narrow"].T))
    if f"layer{len(blocks)}.query" in weights:
        raise ValueError(f"it has more than the recipe's {len(blocks)} layers")
    model.final_gain.copy_(_tensor(weights["final_gain"] / root))
    gated = weights["condition"]
    if gated.any():
        model.condition.copy_(_tensor(gated))
        model.condition_gate.fill_(1.0)


def _distances(weights: dict[str, NDArray[np.float32]], name: str, length: int) -> NDArray[np.float32]:
    """The bias by distance, of an inner layer as a matrix and of the last as a vector."""
    if f"{name}.distance_bias" in weights:
        return weights[f"{name}.distance_bias"][length - 1, ::-1]
    bias = weights[f"{name}.newest_bias"]
    return bias[bias > _FUTURE]


def _tensor(values: NDArray[np.float32]) -> torch.Tensor:
    return torch.from_numpy(np.array(values, dtype=np.float32))
