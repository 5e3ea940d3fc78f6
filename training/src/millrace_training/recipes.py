"""Named training recipes: everything that decides a model, apart from data and seed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Recipe:
    """One frozen set of sizes and settings.

    Attributes:
        name: how the recipe is chosen and what the bundle records.
        dimensions: width of the model.
        layers: number of attention layers, at least 1.
        max_history: events of a history that the model sees; older ones are dropped.
        dropout: share of activations dropped while training, 0 to 1.
        batch_size: windows per step.
        learning_rate: peak of the schedule: linear warm-up, then cosine decay to a tenth.
        warm_up: share of the steps that warm up.
        max_epochs: passes over the training windows in the run that is validated; the final run stops
            where that one was best.
        validate_every: epochs between two validations.
        validation_share: newest share of the training events that is held out to choose the number of epochs.
    """

    name: str
    dimensions: int = 64
    layers: int = 2
    max_history: int = 100
    dropout: float = 0.35
    batch_size: int = 16
    learning_rate: float = 5e-3
    warm_up: float = 0.05
    max_epochs: int = 28
    validate_every: int = 4
    validation_share: float = 0.1


RECIPES: Mapping[str, Recipe] = {recipe.name: recipe for recipe in (Recipe(name="demo"),)}
"""Recipes by name."""
