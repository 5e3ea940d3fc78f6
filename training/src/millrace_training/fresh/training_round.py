"""One round: train on from the current version, ask both what came last, publish the better one.

Events that are newer than what the current version was trained on are cut in half. A trial starts from the current
version's weights, sees everything before the newer half, and is asked that half, which neither of the two has seen;
so are the counting baselines, and what ranks decides as it does in the lists that are served. If the trial is
accepted, the same is done once more with all events, and that is published.
"""

from __future__ import annotations

import shlex
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from millrace_training import acceptance, evaluation, fitting, parity, progress, retriever, training
from millrace_training.acceptance import Current, NotAcceptedError
from millrace_training.counting import Popularity, Transitions
from millrace_training.errors import TrainingError
from millrace_training.fitting import ProgressFactory
from millrace_training.fresh import arriving, carrying, warm_start
from millrace_training.fresh.arriving import Arrivals, Changed
from millrace_training.fresh.carrying import Published
from millrace_training.fresh.collecting import Collected
from millrace_training.fresh.describing import SECTION, Describe, carried
from millrace_training.fresh.interruption import undisturbed
from millrace_training.machine import PRECISIONS, Machine
from millrace_training.profiles.sources import counts
from millrace_training.ranking.bundle import RankedBundle
from millrace_training.ranking.replay import Stream
from millrace_training.ranking.sources import Catalogue
from millrace_training.recipes import RECIPES, Recipe
from millrace_training.repository import Bundle, ModelRepository, feature_schema
from millrace_training.sasrec import SasRec
from millrace_training.serving import ExportedRetriever
from millrace_training.vocabulary import FIRST_ITEM
from millrace_training.windows import Sequences

EPOCHS = 2
LEARNING_RATE = 1e-3
"""Both as measured in docs/decisions/fresh-models.md."""

RANKED = "ranked"
"""The lists as they are served, among the methods that are measured."""

_LEAST_HELD_OUT = 100
_MOST_HELD_OUT = 4_000
_LEAST_TARGETS = 20
_PARITY_ROWS = 200


@dataclass(frozen=True)
class RoundSettings:
    """How a round trains.

    Attributes:
        models: the repository.
        epochs: passes over the window's events.
        learning_rate: peak.
        seed: decides everything random.
        threads: of PyTorch and ONNX Runtime.
        max_drop: as in ``train``, of the served lists' NDCG@10.
        command: how it was started, for the bundle.
        device: as :meth:`Machine.named` finds it.
        precision: of training, as there.
    """

    models: ModelRepository
    epochs: int = EPOCHS
    learning_rate: float = LEARNING_RATE
    seed: int = 1
    threads: int = 1
    max_drop: float = acceptance.MAX_DROP
    command: Sequence[str] = ()
    device: str = "cpu"
    precision: str = PRECISIONS[0]


@dataclass(frozen=True)
class Outcome:
    """What became of a round.

    Attributes:
        result: ``published``, ``refused`` or ``skipped``.
        detail: why, or what was reached; a part of a line.
        version: the one that was published, else None.
        figures: events, targets, metrics; for those who read JSON.
    """

    result: str
    detail: str
    version: int | None
    figures: Mapping[str, Any]


@dataclass(frozen=True)
class _Candidate:
    """A version that could be."""

    graph: bytes
    session: ExportedRetriever
    model: SasRec
    allowed: NDArray[np.bool_]
    catalogue: Catalogue | None


class Round:
    """One round on one collection of events."""

    def __init__(
        self,
        settings: RoundSettings,
        collected: Collected,
        topic: str,
        lines: ProgressFactory = progress.unseen,
        describe: Describe = carried,
        changed: Changed = arriving.nothing,
    ) -> None:
        """Look at the current version.

        Args:
            settings: how to train.
            collected: on what.
            topic: where it comes from.
            lines: makes progress lines.
            describe: says what is known of items.
            changed: says which items of the catalogue changed lately.

        Raises:
            TrainingError: there is no version to start from, or it can't be read.
        """
        version = settings.models.latest()
        if version is None:
            raise TrainingError(f"--models {settings.models.root}: has no version to go on from; train one first")
        self._settings = settings
        self._machine = Machine.named(settings.device, settings.precision, settings.threads)
        self._collected = collected
        self._topic = topic
        self._lines = lines
        self._events = collected.events
        self._published = Published.read(settings.models.folder(version))
        self._recipe = _recipe(self._published, settings)
        events = self._events
        self._vocabulary = self._published.vocabulary.extended(
            events.item_ids[item] for item in training.in_order(events.item)
        )
        self._arrivals = Arrivals.of(self._published, events, changed)
        self._vocabulary = self._vocabulary.extended(self._arrivals.unmet)
        self._described = describe(self._published, self._vocabulary, {*events.item_ids, *self._arrivals.unmet})
        self._stream = Stream.of(events, self._vocabulary, self._described.vectors)
        self._known = int(np.searchsorted(events.time_s, self._published.until_s, side="right"))

    def run(self) -> Outcome:
        """Train, measure, and publish or not."""
        started_s = time.monotonic()
        self._machine.claim()
        new = len(self._events) - self._known
        figures: dict[str, Any] = {"events": len(self._events), "new": new, "left_out": dict(self._collected.left_out)}
        if not new:
            return Outcome("skipped", f"nothing newer than version {self._published.version}", None, figures)
        cut = len(self._events) - min(max(new // 2, _LEAST_HELD_OUT), _MOST_HELD_OUT)
        expected = list(evaluation.targets(self._events, cut)) if cut > 0 else []
        if len(expected) < _LEAST_TARGETS:
            detail = f"{len(expected)} events to evaluate on, of users known before; at least {_LEAST_TARGETS} needed"
            return Outcome("skipped", detail, None, figures)
        measured, served = self._measured(cut, expected)
        current = measured["replaces"]
        figures |= {
            "targets": len(expected),
            **({SECTION: dict(self._described.figures)} if self._described.figures else {}),
            "replaces": self._published.version,
            "ndcg_at_10": served["ndcg_at_10"],
            "hit_rate_at_10": served["hit_rate_at_10"],
            "replaced_ndcg_at_10": current["ndcg_at_10"],
            "replaced_hit_rate_at_10": current["hit_rate_at_10"],
        }
        try:
            Current(self._published.version, current).check(served, self._settings.max_drop)
        except NotAcceptedError as reason:
            return Outcome("refused", str(reason), None, figures)
        version = self._publish(measured, cut, started_s)
        detail = (
            f"NDCG@10 {served['ndcg_at_10']:.4f} against {current['ndcg_at_10']:.4f} of version "
            f"{self._published.version} on {len(expected):,} targets{self._described.shown()}"
        )
        return Outcome("published", detail, version, figures)

    def _measured(self, cut: int, expected: Sequence[evaluation.Target]) -> tuple[dict[str, Any], dict[str, float]]:
        """Metrics by method on the newest events, and those of the lists that would be served."""
        trial = self._trained(cut)
        sequences = self._stream.sequences
        items = len(self._events.item_ids)
        ranks = evaluation.rank_online(self._events, cut, [Popularity(items), Transitions("transitions5", items, 5)])
        name = training.method(self._recipe)
        ranks[name] = evaluation.rank_exported(trial.session, sequences, expected, _unwatched)
        if self._published.ranked and trial.catalogue is not None:
            more = self._vocabulary.size - self._published.vocabulary.size
            ranks[RANKED] = carrying.rank(
                self._published, self._published.ranker(more), self._stream, cut, trial.session, trial.catalogue
            )
        test = {method: evaluation.summary(found) for method, found in ranks.items()}
        served = test[RANKED if self._published.ranked else name]
        return {"targets": len(expected), "test": test, "replaces": self._replaced(cut, expected)}, served

    def _replaced(self, cut: int, expected: Sequence[evaluation.Target]) -> dict[str, float]:
        """The same of the current version, exactly as it serves."""
        current, session = self._published, ExportedRetriever(self._published.retriever, self._settings.threads)
        if current.ranked:
            bundle = RankedBundle.read(current.folder)
            stream = Stream.of(self._events, current.vocabulary, bundle.catalogue.vectors)
            ranks = carrying.rank(current, current.ranker(), stream, cut, session, bundle.catalogue)
        else:
            sequences = Sequences.of(self._events, current.vocabulary)
            ranks = evaluation.rank_exported(session, sequences, expected, _unwatched)
        return {"version": current.version, **evaluation.summary(ranks)}

    def _trained(self, until: int) -> _Candidate:
        """A candidate that knows the events before a position."""
        settings, current = self._settings, self._published
        past = self._events[:until]
        start = warm_start.read(
            current.retriever, self._recipe, self._vocabulary.size, current.vocabulary.size, settings.seed
        )
        seed = settings.seed + current.version
        model = fitting.refit(
            past, self._vocabulary, self._recipe, seed, settings.epochs, start, self._lines, self._machine
        )
        allowed = np.zeros(self._vocabulary.size, dtype=np.bool_)
        allowed[self._stream.sequences.item_index[:until]] = True
        allowed[:FIRST_ITEM] = False
        graph = retriever.export(model, self._recipe, allowed)
        catalogue = None
        if "sources" in current.manifest:
            learned = model.items.weight[FIRST_ITEM:].detach().numpy()
            new = self._arrivals.marked(self._vocabulary, int(past.time_s[-1]))
            catalogue = replace(self._stream.catalogue(until, learned), new=new)
        return _Candidate(graph, ExportedRetriever(graph, settings.threads), model, allowed, catalogue)

    def _publish(self, measured: Mapping[str, Any], cut: int, started_s: float) -> int:
        settings, events, recipe = self._settings, self._events, self._recipe
        final = self._trained(len(events))
        rows = training.parity_rows(self._stream.sequences, (), events, settings.seed, _PARITY_ROWS)
        checked = parity.check(final.model, final.session, final.allowed, rows, recipe.max_history)
        with undisturbed():
            return settings.models.publish(self._bundle(final, measured, cut, checked, started_s))

    def _bundle(
        self, final: _Candidate, measured: Mapping[str, Any], cut: int, checked: parity.Parity, started_s: float
    ) -> Bundle:
        settings, events, recipe = self._settings, self._events, self._recipe
        return Bundle(
            retriever=final.graph,
            vocabulary=self._vocabulary,
            popular=counts(events),
            max_history=recipe.max_history,
            training={
                "dataset": self._topic,
                "kafka": self._collected.as_dict(self._topic),
                **({SECTION: dict(self._described.figures)} if self._described.figures else {}),
                "events": len(events),
                "from": training.iso(events.time_s[0]),
                "until": training.iso(events.time_s[-1]),
                "held_out_for_the_trial": len(events) - cut,
                "seed": settings.seed,
                "recipe": recipe.name,
                "starts_from": self._published.version,
                "epochs": settings.epochs,
                "learning_rate": settings.learning_rate,
                "model": {"architecture": "sasrec", "dimensions": recipe.dimensions, "layers": recipe.layers},
                "ties": "file",
                "command": shlex.join(settings.command),
                "duration_s": round(time.monotonic() - started_s, 1),
            },
            metrics=measured,
            parity=checked.as_dict(),
            files={
                **self._published.files(self._vocabulary, final.catalogue),
                **self._described.files(),
                **self._arrivals.files(),
            },
            sections=self._published.sections(),
        )


def _recipe(published: Published, settings: RoundSettings) -> Recipe:
    manifest = published.manifest
    if manifest.get("feature_schema") != feature_schema():
        raise TrainingError(
            f"version {published.version} was made for other features and can't be gone on from; publish into a new "
            "--models"
        )
    name = manifest["training"].get("recipe")
    if name not in RECIPES:
        raise TrainingError(
            f"version {published.version} was trained with the recipe {name}, which is not known here; known are "
            f"{', '.join(RECIPES)}"
        )
    return replace(RECIPES[name], learning_rate=settings.learning_rate, max_epochs=settings.epochs)


def _unwatched(_: int) -> None:
    """Nobody looks on."""
