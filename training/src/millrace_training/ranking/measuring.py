"""Measure a learned ranker on the events after the cut, and write the result file."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from millrace_training import atomic
from millrace_training.ranking import diversity, evaluation, report
from millrace_training.ranking.examples import Examples
from millrace_training.ranking.job import Ranked
from millrace_training.ranking.replay import Stream
from millrace_training.ranking.requests import NONE, Values


def run(ranked: Ranked, dataset: str, retriever: str, command: str, results: Path, say: Callable[[str], None]) -> Path:
    """Measure once and write; return the file.

    Args:
        ranked: what was learned.
        dataset: name.
        retriever: what the ranker's order is compared with, in words.
        command: how to measure again.
        results: folder for the file.
        say: takes the figures.
    """
    recall = evaluation.SourceRecall(ranked.catalogue.places())
    tested = ranked.tested(recall.watch)
    learned = ranked.learned
    table, scored = evaluation.stages(learned.ranker, tested, ranked.features)
    made = ranked.made
    result: dict[str, Any] = {
        "kind": report.KIND,
        "dataset": dataset,
        "retriever": retriever,
        "command": command,
        "folds": made["folds"],
        "rows": made["rows"],
        "seed": made["seed"],
        "duration_s": made["duration_s"],
        "targets": len(tested),
        "users": len(np.unique(tested.users)),
        "candidates": round(float(tested.counts.mean()), 1),
        "union_recall": round(float((tested.column >= 0).mean()), 5),
        "validation": learned.tried,
        "stages": table,
        "sources": recall.table(),
        "brought_by_one": recall.brought_by_one(),
        "validation_sources": made["sources"],
        "diversity": _diversity(ranked, tested, scored),
        "calibration": evaluation.calibration(learned.ranker, scored, tested),
        "rating": made["rating"],
    }
    path = results / f"{dataset}-ranker.json"
    atomic.write_file(path, (json.dumps(result, indent=2) + "\n").encode("utf-8"))
    for row in table:
        say(f"{row['name']:<50} NDCG@10 {row['ndcg_at_10']:.4f} ({row['change']:+.1%}, {row['change_95']})")
    return path


def _diversity(ranked: Ranked, tested: Examples, scored: list[Values]) -> list[dict[str, Any]]:
    if ranked.stream.vectors is None:
        return []
    return diversity.measure(tested, scored, ranked.stream.vectors, users_in_common(ranked.stream, ranked.cut))


def users_in_common(stream: Stream, cut: int) -> Values:
    """Cosine of the items' sets of users before the cut: float32 [items, items]."""
    users = np.zeros((int(stream.events.user.max()) + 1, len(stream.vocabulary.ids)), dtype=np.float32)
    known = stream.items[:cut] != NONE
    users[stream.events.user[:cut][known], stream.items[:cut][known]] = 1
    together = users.T @ users
    norm = np.sqrt(np.maximum(np.diagonal(together), 1))
    return np.asarray(together / norm[:, None] / norm[None, :], dtype=np.float32)
