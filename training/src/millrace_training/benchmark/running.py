"""Run a benchmark recipe: import or open its data, let every method choose and learn, measure, write the results."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from millrace_training import atomic
from millrace_training.benchmark import candidates
from millrace_training.benchmark.candidates import Candidate
from millrace_training.benchmark.recipe import BenchmarkRecipe
from millrace_training.benchmark.trained import Circumstances
from millrace_training.data import dataset, importing, mapping
from millrace_training.data.dataset import DataSet
from millrace_training.machine import ONE_CORE, Machine
from millrace_training.protocols import groups, measures, ranking
from millrace_training.protocols.lists import ListMeasures
from millrace_training.protocols.ranking import Ranking
from millrace_training.protocols.splits import Split

_DIGITS = 5
_HEADLINES = ("hit_rate_at_10", "ndcg_at_10")


@dataclass(frozen=True)
class BenchmarkJob:
    """One recipe on one machine.

    Attributes:
        recipe: what to run.
        data: folder with the source file, or one that was imported already.
        results: folder for one JSON file per method.
        work: folder for checkpoints, from which an interrupted run goes on; None keeps nothing.
        machine: what models are trained on.
    """

    recipe: BenchmarkRecipe
    data: Path
    results: Path
    work: Path | None = None
    machine: Machine = ONE_CORE


def run(job: BenchmarkJob, say: Callable[[str], None] = print) -> list[Path]:
    """Run all methods of a recipe; return the result files.

    Choices are made on the validation cases. The test cases are asked once per method and seed, after that.

    Raises:
        TrainingError: the data can't be read, or a method can't learn from them.
    """
    recipe = job.recipe
    data = open_data(job.data, recipe.dataset)
    split = recipe.split(data.histories)
    say(data.summary())
    say(f"{split.protocol}, {len(split.test_train.items):,} events to learn from, {len(split.test):,} test cases")
    lists = ListMeasures(split.test_train)
    checkpoints = None if job.work is None else job.work / _slug(f"{recipe.dataset} {recipe.protocol}")
    written = []
    for name, settings in recipe.methods.items():
        runs: list[_Run] = []
        for seed in recipe.seeds:
            around = Circumstances(seed, recipe.filter_seen, checkpoints, job.machine)
            candidate = candidates.build(settings, around)
            runs.append(_run(candidate, seed, split, recipe.filter_seen))
            if not candidate.random:
                break
        result = _result(job, data, split, name, runs, lists)
        path = job.results / f"{recipe.name}.{_slug(name)}.json"
        atomic.write_file(path, (json.dumps(result, indent=1, ensure_ascii=False) + "\n").encode("utf-8"))
        written.append(path)
        say(f"{name:<28} {_headline(result)}")
    return written


def open_data(folder: Path, name: str) -> DataSet:
    """Open a folder in the canonical form, or import the source that is in it with the mapping ``name``."""
    return dataset.read(folder) if dataset.is_imported(folder) else importing.import_data(folder, mapping.load(name))


@dataclass(frozen=True)
class _Run:
    seed: int | None
    chosen: dict[str, Any]
    validation: dict[str, float]
    test: dict[str, float]
    answers: Ranking


def _run(candidate: Candidate, seed: int, split: Split, filter_seen: bool) -> _Run:
    chosen = candidate.choose(split)
    validation = ranking.rank(candidate, split.validation, filter_seen)
    if split.test_train is not split.train:
        candidate.learn_again(split.test_train)
    answers = ranking.rank(candidate, split.test, filter_seen)
    return _Run(
        seed if candidate.random else None,
        chosen,
        measures.accuracy(validation.ranks),
        measures.accuracy(answers.ranks),
        answers,
    )


def _result(
    job: BenchmarkJob, data: DataSet, split: Split, method: str, runs: list[_Run], lists: ListMeasures
) -> dict[str, Any]:
    first = runs[0].answers
    parts = {**groups.by_user(split.test), **groups.by_item(split.test, split.test_train)}
    result = {
        "dataset": data.name,
        "protocol": split.protocol,
        "filter_seen": job.recipe.filter_seen,
        "recipe": job.recipe.name,
        "method": method,
        "settings": job.recipe.methods[method],
        "seeds": [each.seed for each in runs if each.seed is not None],
        "precision": job.machine.precision,
        "command": f"./millrace train --recipe {job.recipe.name} --data {data.name} --results training/results",
        "data": {
            "users": len(data.user_ids),
            "items": len(data.item_ids),
            "events": len(data.histories.items),
            "source_sha256": data.source_sha256,
            "cleaning": {step.name: step.removed for step in data.cleaning},
        },
        "trained_on_events": len(split.test_train.items),
        "cases": {"validation": len(split.validation), "test": len(split.test)},
        "chosen": [each.chosen for each in runs],
        "validation": measures.over_seeds([each.validation for each in runs]),
        "test": measures.over_seeds([each.test for each in runs]),
        "interval_95": {
            f"{name}_at_10": measures.interval(values(first.ranks, 10)) for name, values in measures.PER_CASE.items()
        },
        "lists_at_10": lists.of(first.lists),
        "groups": {name: _part(first, chosen) for name, chosen in parts.items()},
    }
    rounded: dict[str, Any] = _rounded(result)
    return rounded


def _part(answers: Ranking, chosen: np.ndarray[Any, np.dtype[np.bool_]]) -> dict[str, float]:
    accuracy = measures.accuracy(answers.ranks[chosen], cutoffs=[10])
    return {"cases": int(chosen.sum()), **{name: accuracy[name] for name in _HEADLINES}}


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, _DIGITS)
    if isinstance(value, dict):
        return {key: _rounded(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(each) for each in value]
    return value


def _headline(result: Mapping[str, Any]) -> str:
    hit, gain = (result["test"][name] for name in _HEADLINES)
    spread = f"  (sd {hit['sd']:.4f}, {gain['sd']:.4f} over {len(result['seeds'])} seeds)" if result["seeds"] else ""
    return f"HR@10 {hit['mean']:.4f}  NDCG@10 {gain['mean']:.4f}{spread}"


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
