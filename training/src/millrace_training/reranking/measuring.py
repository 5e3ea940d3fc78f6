"""Measure a language model as a reranker of the latest version's best 50 candidates.

Lists are a seeded sample of the events after the cut: of the earlier half for validation, which fixes weights and
groups, of the later half for the test. The retriever has seen neither. The profile's keywords are the rule's, made
from the events before each target.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from millrace_training import atomic, evaluation, interactions
from millrace_training.errors import TrainingError
from millrace_training.evaluation import Target
from millrace_training.interactions import Interactions
from millrace_training.profiles import catalogue, texts, weights
from millrace_training.profiles.texts import ItemText
from millrace_training.protocols.measures import accuracy, gains, hits, interval_over
from millrace_training.repository import ModelRepository
from millrace_training.reranking import fusion
from millrace_training.reranking.asking import MOST_HISTORY, MOST_SOFT_HISTORY, Instruction, Rerank
from millrace_training.reranking.fusion import ScoredList
from millrace_training.reranking.likelihood import Likelihoods
from millrace_training.reranking.wording import Wording
from millrace_training.serving import ExportedRetriever
from millrace_training.windows import Sequences

KIND = "language-model-reranker"
CANDIDATES = 50

_SEED = 1
_ALONE = 1e6
"""A weight beside which the retriever's scores only break ties."""


@dataclass(frozen=True)
class RerankingJob:
    """What to measure.

    Attributes:
        models: repository whose latest version retrieves.
        data: events and ``items.tsv``.
        until: the cut.
        instruction: which prompt.
        model: the language model's name, for the record.
        likelihoods: asked.
        lists: how many for validation, and as many for the test.
        results: folder for the result file.
    """

    models: Path
    data: Path
    until: str
    instruction: Instruction
    model: str
    likelihoods: Likelihoods
    lists: int
    results: Path


def run(job: RerankingJob, say: Callable[[str], None] = print) -> Path:
    """Score, fix weights on validation, measure, write one result file; return it.

    Raises:
        TrainingError: no version, no texts, nothing after the cut, or the endpoint fails.
    """
    repository = ModelRepository(job.models)
    version = repository.latest()
    described = texts.read(job.data)
    if version is None or not described:
        raise TrainingError(f"--models {job.models} needs a version, and --data {job.data} an items.tsv")
    stream = interactions.read(job.data).by_time()
    cut = interactions.cut(stream, job.until)
    expected = list(evaluation.targets(stream, cut))
    if len(expected) < 2:
        raise TrainingError(f"--until {job.until}: no events after it to measure on")
    lists = _Lists(job, repository, version, described, stream, cut)
    middle, random = len(expected) // 2, np.random.default_rng(_SEED)
    parts = {}
    for name, part in (("validation", expected[:middle]), ("test", expected[middle:])):
        chosen = random.permutation(len(part))[: job.lists]
        say(f"{name}: {len(chosen)} lists")
        parts[name] = lists.scored([part[number] for number in chosen], say)
    decisions = fusion.decide(parts["validation"])
    result = {
        "kind": KIND,
        "dataset": job.data.name,
        "command": f"python -m millrace_training rerank --models {job.models.name} --data {job.data.name} "
        f"--until {job.until} --llm-model {job.model} --instruction {job.instruction.name.lower()} --lists {job.lists}",
        "model": job.model,
        "prompt": job.instruction.value,
        "candidates": CANDIDATES,
        "history": MOST_SOFT_HISTORY if job.instruction is Instruction.RECOMMEND_SOFT else MOST_HISTORY,
        "decisions": [asdict(each) for each in decisions],
        "test": _figures(parts["test"], decisions),
        "every_weight": {
            name: {str(weight): _short(part, weight) for weight in (0.0, *fusion.WEIGHTS)}
            for name, part in parts.items()
        },
        "model_alone_on_validation": _short(parts["validation"], _ALONE),
        "model_alone_on_test": _short(parts["test"], _ALONE),
    }
    path = job.results / f"{job.data.name}-rerank-{job.instruction.value}-{job.model}.json"
    atomic.write_file(path, (json.dumps(result, indent=2) + "\n").encode("utf-8"))
    return path


def _figures(lists: Sequence[ScoredList], decisions: Sequence[fusion.Decision]) -> dict[str, Any]:
    base, ours = fusion.ranks(lists, 0.0), fusion.apply(lists, decisions)
    users = np.array([each.user for each in lists], dtype=np.int64)
    return {
        "lists": len(lists),
        "target_among_candidates": round(float(np.isfinite(base).mean()), 4),
        "retriever": _rounded(accuracy(base, (10,))),
        "with_policy": _rounded(accuracy(ours, (10,))),
        "ndcg_at_10_gain_interval": interval_over(gains(ours, 10) - gains(base, 10), users),
        "hit_rate_at_10_gain_interval": interval_over(hits(ours, 10) - hits(base, 10), users),
    }


def _short(lists: Sequence[ScoredList], weight: float) -> dict[str, Any]:
    base, ours = fusion.ranks(lists, 0.0), fusion.ranks(lists, weight)
    users = np.array([each.user for each in lists], dtype=np.int64)
    interval = interval_over(gains(ours, 10) - gains(base, 10), users)
    found = ours[np.isfinite(ours)]
    return {
        **_rounded(accuracy(ours, (10,))),
        "ndcg_at_10_gain_interval": interval,
        "mean_rank_among_candidates": round(float(found.mean()), 2) if len(found) else None,
    }


def _rounded(values: dict[str, float]) -> dict[str, float]:
    return {name: round(value, 5) for name, value in values.items() if not name.startswith("mrr")}


class _Lists:
    """Makes scored lists of targets."""

    def __init__(
        self,
        job: RerankingJob,
        repository: ModelRepository,
        version: int,
        described: dict[str, ItemText],
        stream: Interactions,
        cut: int,
    ) -> None:
        self._stream = stream
        self._ids = repository.vocabulary().ids
        self._sequences = Sequences.of(stream, repository.vocabulary())
        self._session = ExportedRetriever((repository.folder(version) / "retriever.onnx").read_bytes())
        self._wording = Wording(described, stream, cut)
        self._rerank = Rerank(job.likelihoods, job.instruction, [self._wording.title(each) for each in self._ids])

    def scored(self, targets: Sequence[Target], say: Callable[[str], None]) -> list[ScoredList]:
        retrieved = catalogue.retrieve(self._session, catalogue.rows(self._sequences, targets))
        wanted = weights.item_numbers(self._sequences, [target.position for target in targets])
        found = []
        for number, (target, best, item) in enumerate(zip(targets, retrieved, wanted, strict=True), start=1):
            items = best.items[:CANDIDATES]
            places = np.flatnonzero(items == item)
            found.append(
                ScoredList(
                    int(self._stream.user[target.position]),
                    len(target.history),
                    int(places[0]) if len(places) else -1,
                    best.scores[:CANDIDATES],
                    self._scores(target, items) if len(places) else np.zeros(len(items)),
                )
            )
            if number % 20 == 0:
                say(f"  {number} of {len(targets)} lists")
        return found

    def _scores(self, target: Target, items: NDArray[np.int64]) -> NDArray[np.float64]:
        """The language model's; of a list without its target nobody asks, as no order of it counts."""
        return self._rerank.scores(
            self._wording.history(target.history, MOST_SOFT_HISTORY),
            self._wording.keywords(target.history),
            [self._wording.title(self._ids[each]) for each in items],
        )
