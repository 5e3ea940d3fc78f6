"""Shared small data: a stream whose next item follows from the last one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import torch

from millrace_training.data.histories import Histories
from millrace_training.interactions import Interactions
from millrace_training.recipes import Recipe
from millrace_training.sasrec import SasRec

TINY = Recipe("tiny", dimensions=16, max_history=12, dropout=0.0, batch_size=16, max_epochs=12, validate_every=4)


@pytest.fixture(autouse=True)
def single_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture
def tiny() -> Recipe:
    return TINY


@pytest.fixture
def trained_like() -> SasRec:
    """A model whose every weight matters: random, gate open."""
    return random_model(TINY, size=153)


def random_model(recipe: Recipe, size: int) -> SasRec:
    torch.manual_seed(7)
    model = SasRec(recipe, size).eval()
    with torch.no_grad():
        for name, weight in model.named_parameters():
            weight.copy_(torch.randn_like(weight) * 0.3 + (1.0 if "gain" in name else 0.0))
    return model


def stream(rows: Sequence[tuple[str, str, int]]) -> Interactions:
    """Events from (user, item, seconds), in the order given."""
    users = {user: None for user, _, _ in rows}
    items = {item: None for _, item, _ in rows}
    user_ids, item_ids = tuple(users), tuple(items)
    return Interactions(
        np.array([user_ids.index(user) for user, _, _ in rows]),
        np.array([item_ids.index(item) for _, item, _ in rows]),
        np.array([seconds for _, _, seconds in rows]),
        np.full(len(rows), 5),
        user_ids,
        item_ids,
    )


def patterned_events(users: int, events: int, items: int, seed: int) -> list[tuple[str, str, int, int]]:
    """(user, item, rating, seconds): everybody walks the same ring of items from a place of their own."""
    random = np.random.default_rng(seed)
    starts = random.integers(0, items, users)
    rows = [
        (f"u{user}", f"i{(starts[user] + step) % items}", 1 + step % 5, 1_000_000 + 60 * step + user)
        for step in range(events)
        for user in range(users)
    ]
    return [(user, item, int(rating), int(seconds)) for user, item, rating, seconds in rows]


def write_data(folder: Path, rows: Sequence[tuple[str, str, int, int]]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    lines = ["user\titem\trating\ttimestamp", *("\t".join(str(cell) for cell in row) for row in rows)]
    (folder / "interactions.tsv").write_text("".join(f"{line}\n" for line in lines))
    return folder


def ring(users: int = 60, events: int = 9, items: int = 12) -> Histories:
    """Everybody walks the same ring of items from a place of their own."""
    starts = np.random.default_rng(3).integers(0, items, users)
    return Histories.of([[(start + step) % items for step in range(events)] for start in starts.tolist()], items)
