"""Measure what knowledge adds to a ranker that predicts likes, in KAR's protocol (see ``preference_rows``).

Up to ten splits of the users, each with a seed of its own: a tenth is tested, a tenth of the others chooses the epoch.
With ten splits every user is tested once. The control has the same vectors, given to other users and items.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from millrace_training import atomic, interactions
from millrace_training.errors import TrainingError
from millrace_training.knowledge import preference_rows, wording
from millrace_training.knowledge.area import area, area_interval, log_loss
from millrace_training.knowledge.augmentation_training import fitted, predict
from millrace_training.knowledge.endpoint import Answers, Chat
from millrace_training.knowledge.fibinet import Knowledge
from millrace_training.knowledge.preference_rows import PreferenceRows
from millrace_training.profiles import texts
from millrace_training.profiles.encoder import Encoder
from millrace_training.profiles.texts import ItemText

KIND = "knowledge-augmentation"
FOLDS = 10
"""Parts that the users are in, one of which is tested in a split."""

_SPLIT_SEED = 1
_PLAIN = "backbone"

Scores = NDArray[np.float64]


@dataclass(frozen=True)
class AugmentationJob:
    """What to measure.

    Attributes:
        data: folder with ratings and ``items.tsv``.
        answers: file of a language model's answers.
        model: its name, whose answers are used.
        chat: asked for the answers that are missing; None measures with those that are there.
        at_once: most questions on their way.
        most_items: asked about, the most rated ones.
        splits: how many, up to ``FOLDS``.
        load: loads the text encoder.
        threads: for training.
        results: folder for the result file.
    """

    data: Path
    answers: Path
    model: str
    chat: Chat | None
    at_once: int
    most_items: int
    splits: int
    load: Callable[[], Encoder]
    threads: int
    results: Path


def run(job: AugmentationJob, say: Callable[[str], None] = print) -> Path:
    """Ask what is missing, measure, and write one result file; return it.

    Raises:
        TrainingError: the data lack ratings or texts, no user has an answer, or the endpoint fails.
    """
    torch.set_num_threads(job.threads)
    stream = interactions.read(job.data).by_time()
    described = texts.read(job.data)
    if not described:
        raise TrainingError(f"--data {job.data}: knowledge is made from items.tsv, and there is none")
    data = preference_rows.rows(stream)
    answers = Answers(job.answers)
    if job.chat is not None:
        users, items = wording.questions(data.known, stream.item_ids, described)
        popular = np.argsort(-np.bincount(stream.item, minlength=len(stream.item_ids)), kind="stable")
        asked = [*users, *(items[number] for number in popular[: job.most_items])]
        answers.ask(job.chat, [each for each in asked if each is not None], job.at_once, say)
    written = wording.by_model(data.known, stream.item_ids, described, answers, job.model)
    if written.answered_users == 0:
        raise TrainingError(f"--answers {job.answers}: no answer of {job.model} about a user; pass --llm to ask")
    ruled = wording.by_rule(data.known, stream.item_ids, described)
    encoder = job.load()
    knowledge = written.knowledge(encoder)
    arms: dict[str, Callable[[int], Knowledge | None]] = {
        _PLAIN: lambda seed: None,
        f"with knowledge of {job.model}": lambda seed: knowledge,
        "control: the same, shuffled": lambda seed: wording.shuffled(knowledge, seed),
    }
    by_rule = ruled.knowledge(encoder)
    arms["with knowledge by rule"] = lambda seed: by_rule
    started = time.monotonic()
    measured = measure(data, traits(stream.item_ids, described), arms, job.splits, say)
    result = {
        "kind": KIND,
        "dataset": job.data.name,
        "command": f"python -m millrace_training knowledge --data {job.data.name} --answers {job.answers.name} "
        f"--llm-model {job.model} --items {job.most_items} --splits {job.splits}",
        "protocol": f"users split 90/10, {job.splits} times; like = rating of 4 or more; last 10 events as history; "
        "knowledge from the first half of a user's events, at most 30, which are never rows",
        "model": job.model,
        "users": len(data.known),
        "rows": len(data.user),
        "answered_users": written.answered_users,
        "answered_items": written.answered_items,
        "items": len(stream.item_ids),
        "backbone": "FiBiNET",
        "arms": measured,
        "training_s": round(time.monotonic() - started),
    }
    path = job.results / f"{job.data.name}-knowledge-{job.model.replace('/', '-')}.json"
    atomic.write_file(path, (json.dumps(result, indent=2) + "\n").encode("utf-8"))
    return path


def measure(
    data: PreferenceRows,
    item_traits: torch.Tensor,
    arms: Mapping[str, Callable[[int], Knowledge | None]],
    splits: int,
    say: Callable[[str], None],
) -> list[dict[str, Any]]:
    """One row for each arm; the first is what the others are compared with.

    Args:
        data: all rows.
        item_traits: see :func:`traits`.
        arms: by name, the knowledge in a split; None for the plain backbone.
        splits: how many.
        say: told every AUC as soon as it is known.
    """
    fold = preference_rows.folds(len(data.known), FOLDS, _SPLIT_SEED)[data.user]
    tested = [np.flatnonzero(fold == split) for split in range(splits)]
    positive = [data.liked[rows] > 0 for rows in tested]
    scores: dict[str, list[Scores]] = {}
    for name, knowledge in arms.items():
        scores[name] = []
        for split, rows in enumerate(tested):
            validation = (split + 1) % FOLDS
            train = np.flatnonzero((fold != split) & (fold != validation))
            model = fitted(data, item_traits, knowledge(split), train, np.flatnonzero(fold == validation), split)
            scores[name].append(predict(model, data, rows))
            say(f"{name:<42} split {split + 1} of {splits}: AUC {area(scores[name][-1], positive[split]):.4f}")
    return _table(scores, positive, [data.user[rows] for rows in tested])


def _table(
    scores: Mapping[str, Sequence[Scores]], positive: Sequence[NDArray[np.bool_]], users: Sequence[NDArray[np.int64]]
) -> list[dict[str, Any]]:
    base = next(iter(scores.values()))
    plain = _areas(base, positive)
    table = []
    for name, found in scores.items():
        areas = _areas(found, positive)
        losses = [log_loss(each, right) for each, right in zip(found, positive, strict=True)]
        row: dict[str, Any] = {"name": name, "auc": round(float(np.mean(areas)), 5)}
        row["log_loss"] = round(float(np.mean(losses)), 5)
        row["auc_by_split"] = [round(each, 5) for each in areas]
        if found is not base:
            row["auc_gain"] = round(float(np.mean(areas) - np.mean(plain)), 5)
            row["auc_gain_relative"] = round(float(np.mean(areas) / np.mean(plain) - 1), 5)
            row["auc_gain_interval"] = area_interval(found, base, positive, users)
            row["splits_with_a_gain"] = int(sum(one > other for one, other in zip(areas, plain, strict=True)))
        table.append(row)
    return table


def _areas(scores: Sequence[Scores], positive: Sequence[NDArray[np.bool_]]) -> list[float]:
    return [area(each, right) for each, right in zip(scores, positive, strict=True)]


def traits(item_ids: Sequence[str], described: Mapping[str, ItemText]) -> torch.Tensor:
    """Float [items, traits], 1 where an item has an attribute that is no number."""
    own = [
        [each for each in described[item].attributes if not each.isdecimal()] if item in described else []
        for item in item_ids
    ]
    names = sorted({name for each in own for name in each})
    number = {name: place for place, name in enumerate(names)}
    table = torch.zeros(len(item_ids), max(1, len(names)))
    for item, names_of_item in enumerate(own):
        table[item, [number[name] for name in names_of_item]] = 1
    return table
