"""Recompute the features of lists that a model server answered, from what was sent and what it dumped.

A dump has a JSON object on every line::

    {"items": [ids, oldest first], "event_types": [], "ages_s": [], "exclude": [ids], "popular": [[id, count]],
     "features": [names], "candidates": [{"id": "…", "values": []}]}

What the retriever answered is not in it: it is asked again with the same inputs.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from millrace_training.errors import TrainingError
from millrace_training.ranking import candidates, features
from millrace_training.ranking.bundle import RankedBundle
from millrace_training.ranking.candidates import Candidates, Retrieved
from millrace_training.ranking.requests import NONE, Batch, Request
from millrace_training.repository import ModelRepository
from millrace_training.serving import NOT_RETURNED, ExportedRetriever, Row
from millrace_training.vocabulary import FIRST_ITEM, UNKNOWN

TOLERANCE = 1e-4
"""Largest accepted difference, as a share of values above 1."""


def check(models: Path, dump: Path, say: Callable[[str], None]) -> dict[str, float]:
    """Compare, and say the largest difference of each feature.

    Raises:
        TrainingError: a line can't be read, a candidate is another, or a difference is above :data:`TOLERANCE`.
    """
    repository = ModelRepository(models)
    version = repository.latest()
    if version is None:
        raise TrainingError(f"--models {models}: has no version")
    bundle = RankedBundle.read(repository.folder(version))
    retriever = ExportedRetriever((repository.folder(version) / "retriever.onnx").read_bytes())
    worst: dict[str, float] = {}
    lists = values = 0
    for number, line in enumerate(dump.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            dumped = json.loads(line)
            found = _differences(dumped, bundle, retriever)
        except (ValueError, KeyError, TypeError) as error:
            raise TrainingError(f"{dump}:{number}: not a dumped list ({error!r})") from error
        for name, difference in found.items():
            worst[name] = max(worst.get(name, 0.0), difference)
        lists += 1
        values += len(dumped["candidates"]) * len(found)
    for name, difference in worst.items():
        say(f"{name:<24} {difference:.2e}")
    say(f"{values:,} values of {lists:,} lists compared")
    if not lists:
        raise TrainingError(f"{dump}: no lists")
    if max(worst.values(), default=0.0) > TOLERANCE:
        raise TrainingError(f"features differ by up to {max(worst.values()):.2e}, accepted is {TOLERANCE:g}")
    return worst


def _differences(dumped: Mapping[str, Any], bundle: RankedBundle, retriever: ExportedRetriever) -> dict[str, float]:
    request = _request(dumped, bundle)
    batch = Batch.of([request], bundle.catalogue.items, bundle.max_history)
    retrieved = _retrieved(request, bundle, retriever)
    gathered = candidates.gather(batch, retrieved, bundle.catalogue, bundle.settings)
    asked = np.array([[_number(each["id"], bundle) for each in dumped["candidates"]]], dtype=np.int64)
    if not asked.size:
        return {}
    # The dump's candidates, which profiles may have added to, with the places and scores of our own sources.
    listed = Candidates(asked, gathered.places, gathered.scores, gathered.retrieved)
    names = [name for name in dumped["features"] if name in features.NAMES]
    computed = features.compute(names, batch, listed, bundle.catalogue, bundle.settings)[0]
    columns = [dumped["features"].index(name) for name in names]
    told = np.array([each["values"] for each in dumped["candidates"]], dtype=np.float64)[:, columns]
    difference = np.abs(told - computed) / np.maximum(1, np.abs(computed))
    return {name: float(value) for name, value in zip(names, difference.max(axis=0), strict=True)}


def _request(dumped: Mapping[str, Any], bundle: RankedBundle) -> Request:
    return Request(
        [_number(item, bundle) for item in dumped["items"]],
        dumped["event_types"],
        dumped["ages_s"],
        [_number(item, bundle) for item in dumped["exclude"]],
        tuple((_number(item, bundle), float(count)) for item, count in dumped["popular"]),
        np.array(dumped["profile"], dtype=np.float32) if dumped.get("profile") else None,
    )


def _retrieved(request: Request, bundle: RankedBundle, retriever: ExportedRetriever) -> Retrieved:
    newest = slice(max(0, len(request.items) - bundle.max_history), None)
    index = [UNKNOWN if item == NONE else item + FIRST_ITEM for item in request.items[newest]]
    excluded = [item + FIRST_ITEM for item in request.exclude if item != NONE]
    row = Row(index, request.event_types[newest], request.ages_s[newest], excluded, request.profile)
    found, scores = retriever.retrieve([row])
    there = scores > NOT_RETURNED
    return Retrieved(np.where(there, found.astype(np.int64) - FIRST_ITEM, NONE), np.where(there, scores, 0))


def _number(item: str, bundle: RankedBundle) -> int:
    return max(bundle.vocabulary.index(item) - FIRST_ITEM, NONE)
