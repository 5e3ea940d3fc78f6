"""Histories: the flat columns, their views and what they refuse."""

import numpy as np
import pytest

from millrace_training.data.histories import Histories
from millrace_training.errors import TrainingError

THREE = Histories.of([[0, 1, 2], [], [2, 2]], item_count=4, times_s=[[1, 2, 3], [], [5, 9]])


def test_users_keep_their_order_and_their_events() -> None:
    assert [THREE[user].tolist() for user in range(len(THREE))] == [[0, 1, 2], [], [2, 2]]
    assert THREE.lengths.tolist() == [3, 0, 2]
    assert THREE.popularity().tolist() == [1, 1, 3, 0]


def test_shortened_keeps_the_oldest_events_and_their_times() -> None:
    short = THREE.shortened(np.array([2, 5, -1]))

    assert [short[user].tolist() for user in range(3)] == [[0, 1], [], []]
    assert short.times_s is not None
    assert short.times_s.tolist() == [1, 2]


def test_pieces_of_the_columns_are_histories_with_times_of_their_own() -> None:
    pieces = THREE.between(np.array([1, 4, 0]), np.array([3, 4, 1]))

    assert [history.tolist() for history in pieces] == [[1, 2], [], [0]]
    assert pieces.times_s is not None
    assert pieces.times_s.tolist() == [2, 3, 1]


@pytest.mark.parametrize(
    ("items", "offsets", "message"),
    [
        ([0, 1], [0, 1], "do not span"),
        ([0, 1], [0, 2, 1, 2], "fall"),
        ([0, 4], [0, 2], "outside 0 to 3"),
        ([-1], [0, 1], "outside 0 to 3"),
    ],
)
def test_columns_that_do_not_fit_are_refused(items: list[int], offsets: list[int], message: str) -> None:
    with pytest.raises(TrainingError, match=message):
        Histories(np.array(items, dtype=np.int32), np.array(offsets), 4)


def test_times_must_be_as_many_as_events() -> None:
    with pytest.raises(TrainingError, match="1 times for 2 events"):
        Histories.of([[0, 1]], 2, [[1]])
