"""The prequential protocol: who is a target, with which history, and when counts are learned."""

from collections.abc import Sequence

import numpy as np

from conftest import stream
from millrace_training import evaluation, metrics
from millrace_training.counting import Popularity, Scores
from millrace_training.evaluation import Target

EVENTS = stream([("a", "x", 1), ("b", "x", 2), ("c", "y", 3), ("a", "y", 4), ("d", "x", 5), ("a", "z", 6)])


def test_only_events_with_an_earlier_event_of_the_user_are_targets() -> None:
    assert list(evaluation.targets(EVENTS, 2)) == [Target((0,), 3), Target((0, 3), 5)]


def test_counts_are_learned_after_each_event_and_not_before() -> None:
    ranks = evaluation.rank_online(EVENTS, 2, [Popularity(3)])

    # At the first target y has a count of 1 (x is filtered); at the second z has never been chosen.
    assert ranks["popular"].tolist() == [1, metrics.UNRANKED]


class Recorder:
    """Notes what it is asked and told."""

    name = "recorder"

    def __init__(self) -> None:
        self.calls: list[tuple[str, tuple[int, ...]]] = []

    def scores(self, history: Sequence[int]) -> Scores:
        self.calls.append(("asked", tuple(history)))
        return np.zeros(3)

    def learn(self, history: Sequence[int], item: int) -> None:
        self.calls.append(("told", (*history, item)))


def test_a_method_is_asked_for_a_target_before_it_is_told() -> None:
    recorder = Recorder()

    evaluation.rank_online(EVENTS, 5, [recorder])

    assert recorder.calls[-2:] == [("asked", (0, 1)), ("told", (0, 1, 2))]


def test_item_neighbours_are_left_out_where_their_matrix_does_not_fit() -> None:
    assert [method.name for method in evaluation.baselines(20_000)] == ["popular", "markov", "transitions5"]
