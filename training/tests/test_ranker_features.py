"""Candidates and features against the golden file that the model server's tests read too."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from millrace_training.ranking import candidates, features
from millrace_training.ranking.bundle import RankedBundle
from millrace_training.ranking.candidates import NOT_BROUGHT, Retrieved
from millrace_training.ranking.requests import NONE, Batch, Request
from millrace_training.serving import NOT_RETURNED, ExportedRetriever, Row
from millrace_training.vocabulary import FIRST_ITEM

_MODELS = Path(__file__).parents[2] / "model-server" / "src" / "test" / "resources" / "ranked-models"
_GOLDEN = json.loads((_MODELS / "ranker-features-golden.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def bundle() -> RankedBundle:
    return RankedBundle.read(_MODELS / "recommender" / "1")


@pytest.fixture(scope="module")
def retriever() -> ExportedRetriever:
    return ExportedRetriever((_MODELS / "recommender" / "1" / "retriever.onnx").read_bytes())


def _request(row: dict[str, Any], bundle: RankedBundle) -> Request:
    def numbers(ids: list[str]) -> list[int]:
        return [max(index - FIRST_ITEM, NONE) for index in bundle.vocabulary.indices(ids)]

    popular = tuple(zip(numbers(row["popular_id"]), row["popular_count"], strict=True))
    profile = np.array(row["profile"], dtype=np.float32) if row["profile"] else None
    items = numbers(row["item_id"])
    return Request(items, row["event_type"], row["age_s"], numbers(row["exclude_id"]), popular, profile)


def _retrieved(request: Request, retriever: ExportedRetriever, max_history: int) -> Retrieved:
    newest = slice(max(0, len(request.items) - max_history), None)
    index = [item + FIRST_ITEM if item != NONE else 2 for item in request.items[newest]]
    excluded = [item + FIRST_ITEM for item in request.exclude]
    row = Row(index, request.event_types[newest], request.ages_s[newest], excluded, request.profile)
    found, scores = retriever.retrieve([row])
    there = scores > NOT_RETURNED
    return Retrieved(np.where(there, found.astype(np.int64) - FIRST_ITEM, NONE), np.where(there, scores, 0))


@pytest.mark.parametrize("number", range(len(_GOLDEN["rows"])))
def test_every_row_has_the_golden_candidates_and_features(
    number: int, bundle: RankedBundle, retriever: ExportedRetriever
) -> None:
    row = _GOLDEN["rows"][number]
    request = _request(row, bundle)
    batch = Batch.of([request], bundle.catalogue.items, bundle.max_history)
    gathered = candidates.gather(
        batch, _retrieved(request, retriever, bundle.max_history), bundle.catalogue, bundle.settings
    )
    values = features.compute(bundle.features, batch, gathered, bundle.catalogue, bundle.settings)
    found = {bundle.vocabulary.ids[item]: column for column, item in enumerate(gathered.items[0]) if item != NONE}
    assert set(found) == {each["id"] for each in row["candidates"]}
    for each in row["candidates"]:
        column = found[each["id"]]
        item = gathered.items[0, column]
        brought = [name for name, places in gathered.places.items() if places[0, item] != NOT_BROUGHT]
        assert brought == each["sources"]
        np.testing.assert_allclose(values[0, column], each["values"], rtol=1e-5, atol=1e-6)


def test_rows_in_one_batch_get_what_they_get_alone(bundle: RankedBundle, retriever: ExportedRetriever) -> None:
    requests = [_request(row, bundle) for row in _GOLDEN["rows"]]
    alone = [_retrieved(request, retriever, bundle.max_history) for request in requests]
    together = Retrieved(
        np.concatenate([each.items for each in alone]), np.concatenate([each.scores for each in alone])
    )
    batch = Batch.of(requests, bundle.catalogue.items, bundle.max_history)
    gathered = candidates.gather(batch, together, bundle.catalogue, bundle.settings)
    values = features.compute(bundle.features, batch, gathered, bundle.catalogue, bundle.settings)
    for row, items, computed in zip(_GOLDEN["rows"], gathered.items, values, strict=True):
        expected = {each["id"]: each["values"] for each in row["candidates"]}
        assert (items != NONE).sum() == len(expected)
        for item, own in zip(items, computed, strict=True):
            if item != NONE:
                np.testing.assert_allclose(own, expected[bundle.vocabulary.ids[item]], rtol=1e-5, atol=1e-6)
