"""Several interests and new items as sources, on numbers small enough to work out by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from millrace_training.errors import TrainingError
from millrace_training.graph import FLOAT, INT32, GraphWriter
from millrace_training.ranking import candidates, command, features, interests, job, new_items, sources, tables
from millrace_training.ranking.candidates import Retrieved
from millrace_training.ranking.new_items import DAY_S
from millrace_training.ranking.requests import NONE, Batch, Request
from millrace_training.ranking.sources import Catalogue
from millrace_training.ranking.tables import NeighbourTable
from millrace_training.vocabulary import Vocabulary

FIVE = NeighbourTable.of_matrix(
    np.array([[0, 3, 1, 0, 0], [3, 0, 0, 0, 0], [0, 0, 0, 0, 0], [0, 0, 0, 0, 2], [0, 0, 0, 2, 0]], dtype=np.float32), 2
)
"""0 goes with 1 and 2, 3 with 4; 2 has no neighbours."""


def batch(*requests: Request) -> Batch:
    return Batch.of(requests, items=5, max_history=6)


def history(*items: int) -> Request:
    return Request(items, [1] * len(items), [0.0] * len(items))


def test_every_interest_has_the_room_that_its_events_count() -> None:
    found = interests.mixture(batch(history(3, 0)), FIVE, events=5, decay=0.5, interests=2)

    # The interest of item 0 counts 1, that of item 3 a half.
    assert found[0].tolist() == pytest.approx([0, 2 / 3 * 3 / 4, 2 / 3 * 1 / 4, 0, 1 / 3])


def test_an_event_joins_the_interest_that_it_goes_with() -> None:
    found = interests.mixture(batch(history(1, 3, 0)), FIVE, events=5, decay=1, interests=2)

    # Items 0 and 1 are one interest of two events: 0 speaks for 1 and 2, 1 for 0.
    assert found[0].tolist() == pytest.approx([2 / 3 * 3 / 7, 2 / 3 * 3 / 7, 2 / 3 * 1 / 7, 0, 1 / 3])


def test_what_would_be_one_interest_too_many_says_nothing() -> None:
    found = interests.mixture(batch(history(3, 0)), FIVE, events=5, decay=0.5, interests=1)

    assert found[0].tolist() == pytest.approx([0, 3 / 4, 1 / 4, 0, 0])


def test_events_without_neighbours_and_unknown_ones_take_their_turn_alone() -> None:
    rows = batch(history(0, NONE), history(0, 2), history(NONE), Request(), history(0, 3))

    found = interests.mixture(rows, FIVE, events=1, decay=0.5, interests=3)

    assert not found[:4].any()
    assert found[4].tolist() == [0, 0, 0, 0, 1]


def test_items_are_alike_in_what_the_retriever_learned_unless_nobody_met_them() -> None:
    vectors = np.array([[3, 0], [1, 0], [1, 1], [5, 0]], dtype=np.float32)

    found = tables.alike(vectors, np.array([True, True, True, False]))

    assert found[0].tolist() == pytest.approx([1, 1, 0.5**0.5, 0])


def test_the_vectors_of_an_exported_retriever_are_read_back() -> None:
    writer = GraphWriter()
    writer.input("index", INT32, ["T"])
    table = np.arange(14, dtype=np.float32).reshape(7, 2)
    writer.output("vector", writer.op("Gather", writer.weight("items", table), "index"), FLOAT, ["T", 2])
    graph = writer.model("retriever", "test")

    assert tables.item_vectors(graph, 3).tolist() == table[3:6].tolist()
    with pytest.raises(TrainingError, match="no vectors of 5 items"):
        tables.item_vectors(graph, 5)


def test_new_is_what_was_met_first_within_the_last_days_and_not_at_the_beginning() -> None:
    items = np.array([0, 1, 2, 0, 3, NONE, 2])
    times_s = np.array([0, 3, 40, 50, 58, 58, 60]) * DAY_S

    assert new_items.first_met(items, times_s, 5, 15).tolist() == [NONE, NONE, NONE, 58 * DAY_S, NONE]
    assert new_items.first_met(items, times_s, 5, 25).tolist() == [NONE, NONE, 40 * DAY_S, 58 * DAY_S, NONE]
    # A stream that is no longer than the days cannot tell what was there before it.
    assert new_items.first_met(items, times_s, 5, 60).tolist() == [NONE] * 5
    assert new_items.first_met(items[:0], times_s[:0], 2, 15).tolist() == [NONE, NONE]


VECTORS = np.array([[1, 0], [0, 1], [0.6, 0.8], [0, 0], [-1, 0]], dtype=np.float32)


def rows(*requests: Request) -> Batch:
    """With the profile (0, 3) each."""
    return replace(batch(*requests), profile=np.array([[0, 3]] * len(requests), dtype=np.float32))


def test_new_items_are_as_close_as_their_texts_to_those_of_the_newest_events() -> None:
    new = np.array([False, False, True, True, True])

    found = new_items.closeness(rows(history(4, 1, 0)), VECTORS, new, events=2, decay=0.5)

    length = (1 + 0.25) ** 0.5
    assert found[0].tolist() == pytest.approx([0, 0, (0.6 + 0.4) / length, 0, -1 / length])


def test_without_texts_in_the_history_the_profile_says_what_is_close() -> None:
    found = new_items.closeness(rows(history(3, NONE), Request()), VECTORS, np.ones(5, dtype=bool), events=2, decay=1)

    assert found.ravel().tolist() == pytest.approx([0, 1, 0.8, 0, 0] * 2)


def test_the_source_brings_what_is_new_and_close_and_nothing_else() -> None:
    new = np.array([False, True, True, True, True])
    catalogue = Catalogue(np.ones(5), VECTORS, {}, new)
    nothing = Retrieved(np.full((1, 1), NONE), np.zeros((1, 1), dtype=np.float32))
    settings = {"fresh": {"quota": 4, "events": 2, "decay": 0.5}}

    found = candidates.gather(rows(history(1, 0)), nothing, catalogue, settings)

    assert found.items.tolist() == [[2, 1]]
    without_texts = Catalogue(np.ones(5), None, {}, new)
    assert not sources.score("fresh", rows(history(1, 0)), without_texts, settings["fresh"]).any()


def test_the_list_of_new_items_is_read_as_it_was_written() -> None:
    since = {"b": 17, "z": 5}

    assert new_items.of_bytes(new_items.to_bytes(since), "fresh.tsv") == since
    assert new_items.marked(since, Vocabulary(("a", "b", "c"))).tolist() == [False, True, False]
    for content in (b"b\n", b"b\tx\n", b"\xff\t1\n"):
        with pytest.raises(TrainingError, match=r"fresh\.tsv"):
            new_items.of_bytes(content, "fresh.tsv")


def test_a_ranker_is_told_of_optional_sources_only_where_they_are_on() -> None:
    on = features.taken({"multi_interest": {}, "fresh": {}})

    assert set(on) - set(features.taken({})) == {"multi_interest", "multi_interest_place", "fresh", "fresh_place"}
    assert "text_recent" not in on
    assert tuple(job.OPTIONAL) == command.OPTIONAL == features.OPTIONAL
