"""Every counting baseline against counts worked out by hand."""

import math

import pytest

from millrace_training.counting import ItemNeighbours, OnlineRecommender, Popularity, Transitions


def learn(method: OnlineRecommender, *histories: list[int]) -> None:
    for history in histories:
        for position, item in enumerate(history):
            method.learn(history[:position], item)


def test_popularity_counts() -> None:
    method = Popularity(4)
    learn(method, [0, 1], [1])

    assert method.scores([0]).tolist() == [1, 2, 0, 0]


def test_markov_counts_what_followed_the_last_item() -> None:
    method = Transitions("markov", 4, depth=1)
    learn(method, [0, 1, 2], [0, 1], [0, 3])

    assert method.scores([2, 0]) == pytest.approx([0, 2, 0, 1], abs=1e-6)


def test_transitions_weigh_by_distance_when_counting_and_when_scoring() -> None:
    method = Transitions("transitions5", 4, depth=5)
    learn(method, [0, 1, 2])

    # 0 -> 1 counts 1, 0 -> 2 counts 1/2, 1 -> 2 counts 1; item 1 is last, item 0 one before.
    assert method.scores([0, 1]) == pytest.approx([0, 1 / 2, 1 + 1 / 4, 0], abs=1e-6)


def test_transitions_forget_what_lies_beyond_their_depth() -> None:
    method = Transitions("transitions5", 8, depth=5)
    learn(method, [0, 1, 2, 3, 4, 5, 6])

    assert method.scores([0])[5] == pytest.approx(1 / 5, abs=1e-6)
    assert method.scores([0])[6] < 1e-6


def test_ties_go_by_popularity_and_never_outweigh_a_count() -> None:
    method = Transitions("markov", 4, depth=1)
    learn(method, [0, 1], *([[3]] * 50))

    scores = method.scores([0])
    assert scores[1] > scores[3] > scores[0] > scores[2] == 0


def test_item_neighbours_are_cosines_of_user_sets() -> None:
    method = ItemNeighbours(3)
    learn(method, [0, 1], [0, 1], [0, 2])

    # Item 0 has 3 users, item 1 has 2 (both shared), item 2 has 1 (shared).
    assert method.scores([0])[1:] == pytest.approx([2 / math.sqrt(6), 1 / math.sqrt(3)], abs=1e-6)


def test_a_repeated_item_counts_once_per_user() -> None:
    method = ItemNeighbours(2)
    learn(method, [0, 1, 1, 0])

    assert method.scores([0])[1] == pytest.approx(1.0, abs=1e-6)


def test_only_the_newest_items_vote() -> None:
    method = ItemNeighbours(4, recent=1)
    learn(method, [0, 1], [2, 3])

    assert method.scores([0, 2])[1] < 1e-6 < method.scores([0, 2])[3]
