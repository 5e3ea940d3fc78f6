"""A repository with an untrained model of any size, to measure what serving a larger one costs.

``python -m millrace_training.untrained --like models --dimensions 224 --layers 3 --to large-models``

Same architecture, same graph, same signature and vocabulary as the published model; the weights are drawn
from a seed. Its lists mean nothing, its speed is that of a trained model of this size.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from millrace_training.errors import TrainingError
from millrace_training.recipes import RECIPES, Recipe
from millrace_training.repository import Bundle, ModelRepository
from millrace_training.retriever import export
from millrace_training.sasrec import SasRec
from millrace_training.vocabulary import FIRST_ITEM, Vocabulary


def publish(vocabulary: Vocabulary, recipe: Recipe, seed: int, target: ModelRepository) -> int:
    """Draw the weights, export the graph and publish it as the next version of a repository.

    Args:
        vocabulary: item ids.
        recipe: sizes.
        seed: of the weights.
        target: repository to publish to.

    Returns:
        The version.
    """
    torch.manual_seed(seed)
    size = vocabulary.size
    allowed = np.arange(size) >= FIRST_ITEM
    return target.publish(
        Bundle(
            retriever=export(SasRec(recipe, size), recipe, allowed),
            vocabulary=vocabulary,
            popular={},
            max_history=recipe.max_history,
            training={
                "seed": seed,
                "epochs": 0,
                "model": {"architecture": "sasrec", "dimensions": recipe.dimensions, "layers": recipe.layers},
            },
            metrics={},
            parity={},
        )
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; 1 with a message if the vocabulary or the target can't be used."""
    parser = argparse.ArgumentParser(prog="millrace_training.untrained", description=__doc__.splitlines()[0])
    parser.add_argument("--like", type=Path, required=True, metavar="DIR", help="repository whose items to take")
    parser.add_argument("--to", type=Path, required=True, metavar="DIR", help="repository to publish to")
    parser.add_argument("--dimensions", type=int, default=224, help="width; default: %(default)s")
    parser.add_argument("--layers", type=int, default=3, help="attention layers; default: %(default)s")
    parser.add_argument("--seed", type=int, default=1, help="of the weights; default: %(default)s")
    options = parser.parse_args(arguments)
    recipe = replace(RECIPES["demo"], name="untrained", dimensions=options.dimensions, layers=options.layers)
    try:
        vocabulary = ModelRepository(options.like).vocabulary()
        if not vocabulary.ids:
            raise TrainingError(f"--like {options.like} has no recommender; give a repository with a version of one")
        version = publish(vocabulary, recipe, options.seed, ModelRepository(options.to))
    except TrainingError as error:
        print(f"untrained: {error}", file=sys.stderr)
        return 1
    print(f"version {version} in {options.to}: {recipe.dimensions} wide, {recipe.layers} layers, untrained")
    return 0


if __name__ == "__main__":
    sys.exit(main())
