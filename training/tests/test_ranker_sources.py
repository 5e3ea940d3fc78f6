"""Neighbour tables, sources and candidates, on numbers small enough to work out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from millrace_training.errors import TrainingError
from millrace_training.ranking import candidates, popular_now, sources, tables
from millrace_training.ranking.candidates import NOT_BROUGHT, Retrieved
from millrace_training.ranking.requests import NONE, Batch, Request
from millrace_training.ranking.sources import Catalogue
from millrace_training.ranking.tables import NeighbourTable


def table(*rows: list[float]) -> NeighbourTable:
    return NeighbourTable.of_matrix(np.array(rows, dtype=np.float32), 2)


FOUR = table([9, 0.5, 0.25, 0], [1, 9, 0, 0], [0, 0, 9, 2], [0.5, 0.75, 1, 9])


def batch(*requests: Request) -> Batch:
    return Batch.of(requests, items=4, max_history=5)


def test_a_table_keeps_the_best_and_no_item_is_its_own_neighbour() -> None:
    assert FOUR.neighbours.tolist() == [[1, 2], [0, -1], [3, -1], [2, 1]]
    assert FOUR.weights.tolist() == [[0.5, 0.25], [1, 0], [2, 0], [1, 0.75]]


def test_a_table_is_read_as_it_was_written() -> None:
    read = NeighbourTable.of_bytes(FOUR.to_bytes(), "file")

    assert read.neighbours.tolist() == FOUR.neighbours.tolist()
    assert read.weights.tolist() == FOUR.weights.tolist()
    assert FOUR.to_bytes()[:16] == b"MRNB" + bytes([1, 0, 0, 0, 4, 0, 0, 0, 2, 0, 0, 0])


@pytest.mark.parametrize(
    "content", [b"", b"MRNB", b"XXXX" + FOUR.to_bytes()[4:], FOUR.to_bytes()[:-1], FOUR.to_bytes() + b"\0"]
)
def test_another_file_is_refused_by_its_name(content: bytes) -> None:
    with pytest.raises(TrainingError, match=r"text\.neighbours"):
        NeighbourTable.of_bytes(content, "text.neighbours")


def test_nearer_followers_count_more() -> None:
    found = tables.transitions([np.array([0, 1, 2])], 3, depth=2)

    assert found[0, 1] == pytest.approx(1 / (1.5 + 5))
    assert found[0, 2] == pytest.approx(0.5 / (1.5 + 5))
    assert found[2].sum() == 0


def test_items_that_share_users_go_together() -> None:
    found = tables.cooccurrence([np.array([0, 1]), np.array([0, 1]), np.array([2])], 3)

    assert found[0, 1] > 0
    assert found[0, 2] == pytest.approx(0, abs=1e-6)


def test_an_unknown_event_takes_its_turn_and_brings_nothing() -> None:
    rows = batch(Request([0, NONE], [1, 1], [5, 0]), Request([0], [1], [0]))

    assert sources.neighbours(rows, FOUR, events=5, decay=0.5).tolist() == [[0, 0.25, 0.125, 0], [0, 0.5, 0.25, 0]]


def test_a_session_ends_at_a_long_gap() -> None:
    rows = batch(
        Request([0, 1, 2], [1] * 3, [4000, 1800, 0]), Request([0], [1], [0]), Request(), Request([3, 3], [1, 1], [0, 0])
    )

    assert sources.session_lengths(rows).tolist() == [2, 1, 0, 2]
    assert sources.continuation(rows, 4, 1800).tolist() == [[0, 0.5, 1, 0], [1, 0, 0, 0], [0] * 4, [0, 0, 0, 1]]


def test_rising_is_the_share_now_over_the_share_before() -> None:
    catalogue = Catalogue(np.array([8.0, 0, 0, 0]), None, {})
    rows = batch(Request(popular=((0, 3.0), (2, 1.0))))

    assert sources.rising(rows, catalogue)[0].tolist() == pytest.approx([0.75 / (9 / 12), 0, 0.25 / (1 / 12), 0])


def test_the_union_has_no_item_twice_and_keeps_every_place() -> None:
    catalogue = Catalogue(np.array([1.0, 5, 2, 2]), None, {"transitions": FOUR})
    settings = {"transitions": {"quota": 2, "events": 1, "decay": 1}, "popular": {"quota": 1}, "text": {"quota": 9}}
    rows = batch(Request([0], [1], [0], exclude=[0]), Request([2], [1], [0], exclude=[1, 2]))
    retrieved = Retrieved(np.array([[2, 3], [3, NONE]]), np.array([[2, 1], [1, 0]], dtype=np.float32))

    found = candidates.gather(rows, retrieved, catalogue, settings)

    assert found.items.tolist() == [[2, 3, 1], [3, NONE, NONE]] or found.items.tolist() == [[2, 3, 1], [3, 0, NONE]]
    assert found.places["transitions"].tolist()[0] == [NOT_BROUGHT, 0, 1, NOT_BROUGHT]
    assert found.places["popular"].tolist() == [[NOT_BROUGHT, 0, NOT_BROUGHT, NOT_BROUGHT], [NOT_BROUGHT] * 3 + [0]]
    assert "text" not in found.places


def test_equal_scores_go_by_popularity_and_then_by_number() -> None:
    catalogue = Catalogue(np.array([1.0, 1, 4, 1]), None, {})
    rows = batch(Request(popular=((3, 2.0), (1, 2.0), (2, 2.0))))
    nothing = Retrieved(np.full((1, 1), NONE), np.zeros((1, 1), dtype=np.float32))

    found = candidates.gather(rows, nothing, catalogue, {"popular_now": {"quota": 4}})

    assert found.items.tolist() == [[2, 1, 3]]


def test_what_was_popular_fades_by_half_in_a_half_life() -> None:
    day = 86_400
    items, times = np.array([0, 1, 1, NONE, 2]), np.array([0, 7 * day, 7 * day, 7 * day, 7 * day])

    found = list(popular_now.replay(items, times, [0, 1, 4], sent=2, count=3))

    assert found[0] == ()
    assert found[1] == ((0, 1.0),)
    assert found[2] == ((1, 2.0), (0, 0.5))


def test_what_was_popular_stays_a_number_over_centuries() -> None:
    items = np.array([0, 1, 1])
    found = list(popular_now.replay(items, np.array([0, 10**10, 10**10]), [3], sent=2, count=2))

    assert found[0] == ((1, 2.0),)
