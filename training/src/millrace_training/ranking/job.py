"""The ``rank`` command: give a published version candidate sources and a ranker, without touching its retriever."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from millrace_training import atomic, interactions
from millrace_training.errors import TrainingError
from millrace_training.interactions import Interactions
from millrace_training.ranking import bundle, evaluation, folds, learning, new_items, parity, replay, tables
from millrace_training.ranking import export as exporting
from millrace_training.ranking.examples import Examples
from millrace_training.ranking.features import taken
from millrace_training.ranking.fitting import FitSettings
from millrace_training.ranking.folds import FoldPlan
from millrace_training.ranking.learning import Learned
from millrace_training.ranking.replay import Fold, Stream
from millrace_training.ranking.sources import FRESH_DAYS, Catalogue
from millrace_training.recipes import RECIPES, Recipe
from millrace_training.repository import ModelRepository
from millrace_training.serving import ExportedRetriever

GRAPH = "ranker.onnx"
MAX_HISTORY = 50
"""Newest events that the ranker's attention sees."""

SOURCES: Mapping[str, Mapping[str, Any]] = {
    "transitions": {"quota": 50, "events": 5, "decay": 0.8},
    "cooccurrence": {"quota": 50, "events": 20, "decay": 0.9},
    "text": {"quota": 30, "events": 5, "decay": 0.8},
    "popular": {"quota": 30},
    "popular_now": {"quota": 30},
    "rising": {"quota": 10},
}
"""What a version's lists are made from, beside the retriever, where a user's own items are left out."""

OPTIONAL: Mapping[str, Mapping[str, Any]] = {
    "multi_interest": {"quota": 50, "events": 25, "decay": 0.95, "interests": 4},
    "fresh": {"quota": 20, "events": 10, "decay": 0.9, "days": FRESH_DAYS, "listed": 0},
}
"""Sources that are off unless they are asked for by name."""

PROFILES: Mapping[str, Mapping[str, Any]] = {"keywords": {"quota": 50}, "profile": {"quota": 50}}
"""Sources that profiles turn on; a replay of events has none."""

REPEATED: Mapping[str, Any] = {"quota": 20, "session_s": 1800}
"""``continuation``, where users choose the same items again."""


@dataclass(frozen=True)
class RankJob:
    """What to add to, and from what to learn.

    Attributes:
        models: repository whose latest version gets the ranker.
        data: the events that its retriever was trained on.
        until: the cut, as in ``train``; it must be the retriever's own.
        command: how it was started, for the bundle.
        recipe: of the version's retriever; None looks its name up.
        work: folder for the folds' retrievers, or None.
        threads: of PyTorch.
        plan_share: see :class:`FoldPlan`.
        plan_count: likewise.
        fit: how the ranker is fitted.
        also: names of :data:`OPTIONAL`, sources that the version gets, too.
    """

    models: Path
    data: Path
    until: str
    command: str
    recipe: Recipe | None = None
    work: Path | None = None
    threads: int = 1
    plan_share: float = 0.1
    plan_count: int = 4
    fit: FitSettings = field(default_factory=FitSettings)
    also: Sequence[str] = ()


@dataclass(frozen=True)
class Ranked:
    """What was learned, for whoever measures it.

    Attributes:
        stream: the events.
        cut: how many were learned from.
        catalogue: as the version has it.
        settings: ``sources`` of the bundle.
        learned: the ranker.
        newest: examples of the newest fold.
        max_history: events of a history that features see.
        made: how it was learned, as the bundle records it.
        test: the events after the cut.
    """

    stream: Stream
    cut: int
    catalogue: Catalogue
    settings: Mapping[str, Any]
    learned: Learned
    newest: Examples
    max_history: int
    made: Mapping[str, Any]
    test: Fold

    @property
    def features(self) -> Sequence[str]:
        """Columns of the ranker."""
        return taken(self.settings)

    def tested(self, watch: replay.Watch = lambda *_: None) -> Examples:
        """Rows of the events after the cut."""
        return replay.examples(
            self.stream, self.test, self.settings, self.features, self.max_history, MAX_HISTORY, watch
        )


def run(job: RankJob, say: Callable[[str], None] = print) -> Ranked:
    """Learn a ranker and write it into the latest version's folder; ``bundle.json`` is replaced last.

    Raises:
        TrainingError: there is no version, it was trained on other events, or the export differs from the ranker.
    """
    started_s = time.monotonic()
    torch.set_num_threads(job.threads)
    repository = ModelRepository(job.models)
    version = repository.latest()
    if version is None:
        raise TrainingError(f"--models {job.models}: has no version; train one first")
    folder = repository.folder(version)
    manifest = json.loads((folder / "bundle.json").read_text(encoding="utf-8"))
    trained = manifest["training"]
    events = interactions.read(job.data).by_time(trained["ties"])
    cut = _cut(events, job, trained)
    read = bundle.RankedBundle.read(folder, with_tables=False)
    stream = Stream.of(events, read.vocabulary, read.catalogue.vectors)
    settings: dict[str, Any] = {name: dict(entry) for name, entry in SOURCES.items()}
    settings.update({name: dict(OPTIONAL[name]) for name in job.also})
    if stream.vectors is None:
        del settings["text"]
        settings.pop("fresh", None)
    built = folds.build(
        stream,
        FoldPlan(cut, job.plan_share, job.plan_count),
        job.recipe or RECIPES[trained["recipe"]],
        int(trained["seed"]),
        int(trained["epochs"]),
        job.work,
        say,
    )
    if len(built) < 2:
        raise TrainingError(f"--until {job.until}: too few events for two folds; a ranker needs one to be chosen on")
    max_history = int(manifest["max_history"])
    exported = (folder / "retriever.onnx").read_bytes()
    own = ExportedRetriever(exported, job.threads)
    catalogue = stream.catalogue(cut, tables.item_vectors(exported, len(stream.vocabulary.ids)))
    ranked, graph = learn(stream, cut, built, own, catalogue, settings, max_history, job.fit, say)
    made = {"command": job.command, **ranked.made, "duration_s": round(time.monotonic() - started_s, 1)}
    ranked = replace(ranked, made=made)
    _write(folder, manifest, ranked, graph)
    say(f"version {version} in {job.models} has a ranker now")
    return ranked


def learn(
    stream: Stream,
    cut: int,
    built: Sequence[Fold],
    own: replay.Retriever,
    catalogue: Catalogue,
    settings: Mapping[str, Any],
    max_history: int,
    fit: FitSettings,
    say: Callable[[str], None],
    share: float = 1.0,
) -> tuple[Ranked, bytes]:
    """Learn from folds; gives the ranker and its graph, which is checked against it.

    Args:
        stream: the events.
        cut: how many may be learned from.
        built: the folds, newest first.
        own: the retriever that serves, which knows everything before the cut.
        catalogue: counts and tables of the same events.
        settings: ``sources`` of the bundle.
        max_history: events of a history that features see.
        fit: how the ranker is fitted.
        say: takes progress.
        share: of the events after the cut that are measured, drawn at random.

    Raises:
        TrainingError: the export differs from the ranker.
    """
    names = taken(settings)
    recall = evaluation.SourceRecall(built[0].catalogue.places())
    watches: list[replay.Watch] = [recall.watch, *[_unwatched] * (len(built) - 1)]
    parts = [
        replay.examples(stream, fold, settings, names, max_history, MAX_HISTORY, watch)
        for fold, watch in zip(built, watches, strict=True)
    ]
    found = {"recall_at_100": recall.table(), "union": recall.union(), "brought_by_one": recall.brought_by_one()}
    say(f"sources on the newest fold: {found}")
    learned = learning.learn(parts, stream.vectors, stream.vocabulary.size, fit, say)
    rated = _rated(stream, built[0], learned, parts[0], say)
    graph = exporting.export(learned.ranker)
    checked = parity.check(learned.ranker, graph, parts[0])
    say(f"the exported ranker agrees with the trained one: {checked}")
    made = {
        "folds": [[fold.origin, fold.end] for fold in built],
        "rows": sum(len(part) for part in parts),
        "seed": fit.seed,
        "epochs": fit.epochs,
        "validation": learned.tried,
        "calibration": learned.calibration,
        "parity": checked,
        "rating": rated,
        "sources": found,
    }
    test = Fold(cut, len(stream.events), own, catalogue, share)
    return Ranked(stream, cut, catalogue, settings, learned, parts[0], max_history, made, test), graph


def _unwatched(*_: object) -> None:
    """Nobody looks on."""


def _rated(
    stream: Stream, newest: Fold, learned: Learned, asked: Examples, say: Callable[[str], None]
) -> dict[str, Any] | None:
    """What the rating head reaches on the newest fold; a head that the items' means beat is taken off."""
    found = evaluation.ratings(learned.trial, asked, item_means(stream, newest.origin))
    if found is not None and found["rating head"]["rmse"] >= found["item mean"]["rmse"]:
        learned.ranker.settings = replace(learned.ranker.settings, rating=False)
        say(f"no rating head: the items' means are closer to the stars of the newest fold: {found}")
    return found


def _cut(events: Interactions, job: RankJob, trained: Mapping[str, Any]) -> int:
    cut = interactions.cut(events, job.until)
    if cut != trained["events"]:
        raise TrainingError(
            f"--until {job.until}: {cut:,} events lie before it, but the version's retriever was trained on "
            f"{trained['events']:,}; a ranker must learn from the same ones: pass the cut that it was trained with"
        )
    return cut


def _write(folder: Path, manifest: dict[str, Any], ranked: Ranked, graph: bytes) -> None:
    files = {GRAPH: graph}
    sources = {name: dict(entry) for name, entry in ranked.settings.items()}
    for name, table in ranked.catalogue.tables.items():
        if name in sources:
            files[f"{name}.neighbours"] = table.to_bytes()
            sources[name]["file"] = f"{name}.neighbours"
    if "fresh" in sources:
        met = ranked.stream.newly_met(ranked.cut, float(sources["fresh"]["days"]))
        files[new_items.FILE] = new_items.to_bytes(new_items.named(met, ranked.stream.vocabulary))
        sources["fresh"]["file"] = new_items.FILE
    if "fusion" in manifest:
        sources.update({name: dict(entry) for name, entry in PROFILES.items()})
    described: dict[str, Any] = {
        "file": GRAPH,
        "max_history": MAX_HISTORY,
        "from_events": 1,
        "features": list(ranked.features),
        "training": dict(ranked.made),
    }
    if ranked.learned.ranker.settings.rating:
        described["rating"] = {"least": 1, "most": 5}
    for name, content in files.items():
        atomic.write_file(folder / name, content)
        manifest["files"][name] = {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
    manifest["sources"], manifest["ranker"] = sources, described
    atomic.write_file(folder / "bundle.json", (json.dumps(manifest, indent=2) + "\n").encode("utf-8"))


def item_means(stream: Stream, cut: int) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    """float32 [items]: mean stars before the cut, pulled to the overall mean by five imagined ratings."""
    count = len(stream.vocabulary.ids)
    values = stream.events.value
    if values is None:
        return np.zeros(count, dtype=np.float32)
    known = (stream.items[:cut] >= 0) & ~np.isnan(values[:cut])
    items, stars = stream.items[:cut][known], values[:cut][known]
    mean = float(stars.mean()) if len(stars) else 0.0
    sums = np.bincount(items, weights=stars, minlength=count) + 5 * mean
    return (sums / (np.bincount(items, minlength=count) + 5)).astype(np.float32)
