"""Retrievers of earlier origins, so that a ranker can learn from what they would have said."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from millrace_training import atomic, fitting, retriever
from millrace_training.ranking.replay import Fold, Stream
from millrace_training.recipes import Recipe
from millrace_training.sasrec import SasRec
from millrace_training.serving import ExportedRetriever
from millrace_training.vocabulary import FIRST_ITEM


@dataclass(frozen=True)
class FoldPlan:
    """How the training events are cut.

    Attributes:
        cut: events that may be learned from.
        share: of them between one origin and the next.
        count: origins; the newest fold's targets choose, those of the others are learned from.
    """

    cut: int
    share: float = 0.1
    count: int = 4

    def spans(self) -> list[tuple[int, int]]:
        """Origin and end of each fold, newest first; an origin with less than a third of the events is left out."""
        step = int(self.cut * self.share)
        spans = [(self.cut - step * (number + 1), self.cut - step * number) for number in range(self.count)]
        return [(origin, end) for origin, end in spans if 3 * origin >= self.cut]


def build(
    stream: Stream,
    plan: FoldPlan,
    recipe: Recipe,
    seed: int,
    epochs: int,
    work: Path | None,
    say: Callable[[str], None],
) -> Sequence[Fold]:
    """Train the retriever of every fold as the version's own was trained, newest first.

    Args:
        stream: the events; those from ``plan.cut`` on are not looked at.
        plan: where the folds lie.
        recipe: of the version's retriever.
        seed: of the version's retriever.
        epochs: that the version's retriever was trained for.
        work: folder for finished retrievers, from which an interrupted run goes on; None keeps none.
        say: takes progress.
    """
    folds = []
    for origin, end in plan.spans():
        say(f"fold: knows {origin:,} events, asked about those up to {end:,}")
        model = _model(stream, origin, recipe, seed, epochs, work)
        allowed = np.zeros(stream.vocabulary.size, dtype=np.bool_)
        allowed[stream.sequences.item_index[:origin]] = True
        allowed[:FIRST_ITEM] = False
        graph = ExportedRetriever(retriever.export(model, recipe, allowed))
        learned = model.items.weight[FIRST_ITEM:].detach().numpy()
        folds.append(Fold(origin, end, graph, stream.catalogue(origin, learned)))
    return folds


def _model(stream: Stream, origin: int, recipe: Recipe, seed: int, epochs: int, work: Path | None) -> SasRec:
    path = None if work is None else work / f"{recipe.name}-{seed}-{epochs}-{origin}.pt"
    if path is not None and path.is_file():
        model = SasRec(recipe, stream.vocabulary.size)
        model.load_state_dict(torch.load(path, weights_only=True))
        return model.eval()
    model = fitting.refit(stream.events[:origin], stream.vocabulary, recipe, seed, epochs)
    if path is not None:
        content = io.BytesIO()
        torch.save(model.state_dict(), content)
        atomic.write_file(path, content.getvalue())
    return model
