"""Measure what written knowledge of items is worth where their text vectors are used.

The vectors of titles and attributes, of the same with a language model's answer behind them, and as the control with
another item's answer: in the source ``text``, in a ranker, beside a profile's vector, and as the likeness that keeps
lists varied. The newest fold before the cut chooses weights and strengths; what lies after the cut is asked once.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from millrace_training import atomic, interactions
from millrace_training.errors import TrainingError
from millrace_training.interactions import Interactions
from millrace_training.knowledge import item_lists, item_profiles, item_vectors
from millrace_training.knowledge.endpoint import Answers
from millrace_training.profiles import texts
from millrace_training.profiles.encoder import Encoder
from millrace_training.ranking import folds
from millrace_training.ranking.bundle import RankedBundle
from millrace_training.ranking.folds import FoldPlan
from millrace_training.ranking.replay import Fold, Stream
from millrace_training.recipes import RECIPES, Recipe
from millrace_training.repository import ModelRepository
from millrace_training.serving import ExportedRetriever

KIND = "item-knowledge-effect"


@dataclass(frozen=True)
class ItemEffectJob:
    """What to measure.

    Attributes:
        models: repository whose latest version's retriever is measured with.
        data: its events, and ``items.tsv``.
        until: the cut that it was trained with.
        answers: file of a language model's answers about the items.
        model: its name, whose answers are used.
        work: folder for the folds' retrievers, as in ``rank``; None keeps none.
        folds: cuts of the past to learn rankers from; the newest one chooses.
        seeds: rankers of each kind.
        load: loads the text encoder.
        threads: for training.
        results: folder for the result file.
        recipe: of the version's retriever; None looks its name up.
    """

    models: Path
    data: Path
    until: str
    answers: Path
    model: str
    work: Path | None
    folds: int
    seeds: int
    load: Callable[[], Encoder]
    threads: int
    results: Path
    recipe: Recipe | None = None


def run(job: ItemEffectJob, say: Callable[[str], None] = print) -> Path:
    """Measure and write one result file; return it.

    Raises:
        TrainingError: there is no version, it was trained on other events, or texts or answers are missing.
    """
    torch.set_num_threads(job.threads)
    version = _Version.latest(job)
    described = texts.read(job.data)
    if not described:
        raise TrainingError(f"--data {job.data}: knowledge is added to items.tsv, and there is none")
    encoder, vocabulary = job.load(), version.bundle.vocabulary
    vectors = item_vectors.encoded(vocabulary.ids, described, Answers(job.answers), job.model, encoder)
    stream = Stream.of(version.events, vocabulary, vectors.kinds[item_vectors.PLAIN])
    built = version.folds(stream, job, say)
    own = ExportedRetriever((version.folder / "retriever.onnx").read_bytes(), job.threads)
    test = Fold(version.cut, len(version.events), own, stream.catalogue(version.cut))
    trial = built[0].retriever
    assert isinstance(trial, ExportedRetriever)
    result: dict[str, Any] = {
        "kind": KIND,
        "dataset": job.data.name,
        "command": shlex.join(_command(job)),
        "model": job.model,
        "answered_items": vectors.answered,
        "items": len(vocabulary.ids),
        "seeds": job.seeds,
        **item_lists.measure(stream, built, test, vectors.kinds, version.bundle.max_history, job.seeds, say),
        "profiles": item_profiles.measure(
            version.events,
            vocabulary,
            described,
            encoder,
            vectors.kinds,
            item_profiles.Known(built[0].origin, trial),
            item_profiles.Known(version.cut, own),
        ),
    }
    path = job.results / f"{job.data.name}-item-knowledge-{job.model.replace('/', '-')}.json"
    atomic.write_file(path, (json.dumps(result, indent=2) + "\n").encode("utf-8"))
    for stage in ("text_source", "ranker"):
        for row in result[stage]["test"]:
            figures = f"NDCG@10 {row['ndcg_at_10']:.4f}, recall@100 {row['recall_at_100']:.4f}"
            say(f"{stage}: {row['name']:<40} {row['group']:<32} {figures}")
    for row in result["profiles"]["rows"]:
        say(f"profiles: {row['name']:<40} NDCG@10 {row['ndcg_at_10']:.4f}")
    return path


@dataclass(frozen=True)
class _Version:
    """A published version and the events that it was trained on and is measured with.

    Attributes:
        folder: its own.
        bundle: what it holds beside the retriever.
        trained: how the retriever was trained, as the version records it.
        events: of the data folder, in the order of the training.
        cut: how many of them the retriever knows.
    """

    folder: Path
    bundle: RankedBundle
    trained: Mapping[str, Any]
    events: Interactions
    cut: int

    @staticmethod
    def latest(job: ItemEffectJob) -> _Version:
        repository = ModelRepository(job.models)
        number = repository.latest()
        if number is None:
            raise TrainingError(f"--models {job.models}: has no version; train one first")
        folder = repository.folder(number)
        trained = json.loads((folder / "bundle.json").read_text(encoding="utf-8"))["training"]
        events = interactions.read(job.data).by_time(trained["ties"])
        cut = interactions.cut(events, job.until)
        if cut != trained["events"]:
            raise TrainingError(
                f"--until {job.until}: {cut:,} events lie before it, but the version was trained on "
                f"{trained['events']:,}; pass the cut that it was trained with"
            )
        return _Version(folder, RankedBundle.read(folder, with_tables=False), trained, events, cut)

    def folds(self, stream: Stream, job: ItemEffectJob, say: Callable[[str], None]) -> Sequence[Fold]:
        recipe, plan = job.recipe or RECIPES[self.trained["recipe"]], FoldPlan(self.cut, count=job.folds)
        seed, epochs = int(self.trained["seed"]), int(self.trained["epochs"])
        built = folds.build(stream, plan, recipe, seed, epochs, job.work, say)
        if len(built) < 2:
            raise TrainingError(f"--until {job.until}: too few events for two folds; rankers need one to be chosen on")
        return built


def _command(job: ItemEffectJob) -> list[str]:
    command = ["python", "-m", "millrace_training", "item-knowledge", "--models", job.models.name]
    command += ["--data", job.data.name, "--until", job.until, "--answers", job.answers.name]
    return [*command, "--llm-model", job.model, "--folds", str(job.folds), "--seeds", str(job.seeds)]
