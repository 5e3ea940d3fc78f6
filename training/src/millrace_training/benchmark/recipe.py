"""Benchmark recipes: one JSON file per table row or group of rows, with everything that decides the figures."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

from millrace_training.benchmark import candidates, recipe_names
from millrace_training.benchmark.trained import Circumstances
from millrace_training.data import mapping
from millrace_training.data.histories import Histories
from millrace_training.errors import TrainingError
from millrace_training.protocols import splits
from millrace_training.protocols.splits import Split

PROTOCOLS = {
    "leave-one-out": splits.leave_one_out,
    "leave-one-out, refit": lambda histories: splits.leave_one_out(histories, refit=True),
    "temporal": splits.temporal,
}
"""Protocols by the name that a recipe gives."""

_KEYS = {"dataset", "protocol", "filter_seen", "seeds", "methods"}


@dataclass(frozen=True)
class BenchmarkRecipe:
    """One frozen recipe.

    Attributes:
        name: how it is run and what its results record.
        dataset: name of a mapping.
        protocol: key of :data:`PROTOCOLS`.
        filter_seen: whether a user's own items are left out of what is ranked.
        seeds: one run each, for methods that have something random.
        methods: declared settings by the method's name in tables.
    """

    name: str
    dataset: str
    protocol: str
    filter_seen: bool
    seeds: tuple[int, ...]
    methods: Mapping[str, Mapping[str, Any]]

    def split(self, histories: Histories) -> Split:
        """Apply the protocol."""
        return PROTOCOLS[self.protocol](histories)


def load(name: str) -> BenchmarkRecipe:
    """Read a recipe that ships with Millrace.

    Raises:
        TrainingError: there is none of this name, or something in it is unknown or missing.
    """
    if name not in recipe_names():
        raise TrainingError(f"benchmark {name}: unknown; known are {', '.join(recipe_names())}")
    text = (resources.files("millrace_training.benchmark") / "recipes" / f"{name}.json").read_text("utf-8")
    return parse(name, json.loads(text))


def parse(name: str, declared: Mapping[str, Any]) -> BenchmarkRecipe:
    """Check a declared recipe, its methods included.

    Raises:
        TrainingError: something in it is unknown or missing.
    """
    if set(declared) != _KEYS:
        wrong = sorted(set(declared) ^ _KEYS)[0]
        raise TrainingError(f"recipe {name}: {wrong!r} is {'missing' if wrong in _KEYS else 'unknown'}")
    for key, known in (("dataset", mapping.shipped()), ("protocol", list(PROTOCOLS))):
        if declared[key] not in known:
            raise TrainingError(f"recipe {name}: {key} {declared[key]!r} is unknown; known are {', '.join(known)}")
    if not declared["seeds"] or not declared["methods"]:
        raise TrainingError(f"recipe {name}: at least one seed and one method are needed")
    for method, settings in declared["methods"].items():
        try:
            candidates.build(settings, Circumstances())
        except TrainingError as error:
            raise TrainingError(f"recipe {name}, {method}: {error}") from error
    return BenchmarkRecipe(
        name,
        declared["dataset"],
        declared["protocol"],
        declared["filter_seen"],
        tuple(declared["seeds"]),
        declared["methods"],
    )
