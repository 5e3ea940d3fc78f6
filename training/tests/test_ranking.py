"""Full ranking, against hand-worked cases and against counting every order of tied items."""

import itertools
from collections.abc import Sequence

import numpy as np
import pytest

from millrace_training.data.histories import Histories
from millrace_training.protocols import ranking
from millrace_training.protocols.ranking import Scores
from millrace_training.protocols.splits import Cases


class Fixed:
    """Scores every history alike."""

    def __init__(self, scores: Sequence[float]) -> None:
        self._scores = np.array(scores, dtype=np.float32)

    def scores(self, histories: Histories) -> Scores:
        return np.tile(self._scores, (len(histories), 1))


def cases(rows: Sequence[tuple[Sequence[int], int]], item_count: int) -> Cases:
    return Cases(Histories.of([history for history, _ in rows], item_count), np.array([target for _, target in rows]))


@pytest.mark.parametrize(
    ("scores", "target", "expected"),
    [
        ([0.5, 0.9, 0.1], 1, 1.0),
        ([0.5, 0.9, 0.1], 2, 3.0),
        ([0.5, 0.5, 0.1], 0, 1.5),
        ([0.5, 0.5, 0.1], 1, 1.5),
        ([0.0, 0.0, 0.0], 0, 2.0),
        ([-np.inf, 0.9, 0.1], 0, np.inf),
    ],
)
def test_the_rank_is_the_mean_over_ties(scores: list[float], target: int, expected: float) -> None:
    assert ranking.mean_ranks(np.array([scores], dtype=np.float32), np.array([target])).tolist() == [expected]


def test_ranks_agree_with_counting_every_order_of_the_items() -> None:
    random = np.random.default_rng(11)
    scores = random.integers(0, 3, (40, 6)).astype(np.float32)
    targets = random.integers(0, 6, 40)

    expected = []
    for row, target in zip(scores, targets, strict=True):
        orders = [
            order
            for order in itertools.permutations(range(6))
            if all(row[left] >= row[right] for left, right in itertools.pairwise(order))
        ]
        expected.append(np.mean([1 + order.index(target) for order in orders]))

    assert ranking.mean_ranks(scores, targets) == pytest.approx(expected)


def test_what_was_seen_is_left_out_of_ranks_and_lists() -> None:
    asked = cases([((1,), 0), ((), 0), ((0, 1, 2), 3)], item_count=4)

    answers = ranking.rank(Fixed([0.2, 0.9, 0.5, 0.1]), asked)

    assert answers.ranks.tolist() == [2, 3, 1]
    assert answers.lists.tolist() == [[2, 0, 3, -1], [1, 2, 0, 3], [3, -1, -1, -1]]


def test_a_target_that_was_seen_is_missed_only_where_seen_items_are_filtered() -> None:
    asked = cases([((1,), 1)], item_count=2)

    assert ranking.rank(Fixed([0.1, 0.9]), asked).ranks.tolist() == [np.inf]
    assert ranking.rank(Fixed([0.1, 0.9]), asked, filter_seen=False).ranks.tolist() == [1]


def test_answers_come_in_the_order_of_the_cases_whatever_the_lengths() -> None:
    rows = [(tuple(range(number % 7)), 10 + number % 3) for number in range(600)]
    finished: list[int] = []

    answers = ranking.rank(Fixed([0.0] * 10 + [0.3, 0.2, 0.1]), cases(rows, 13), advance=finished.append)

    assert answers.ranks.tolist() == [1 + number % 3 for number in range(600)]
    assert sum(finished) == 600


def test_the_best_items_come_best_first_and_the_lower_number_among_equals() -> None:
    scores = np.array([[1, 3, 3, 2, 3], [-np.inf, -np.inf, 1, -np.inf, 2]], dtype=np.float32)

    assert ranking.best(scores, 3).tolist() == [[1, 2, 4], [4, 2, -1]]


def test_the_best_items_agree_with_sorting_everything() -> None:
    scores = np.random.default_rng(2).integers(0, 30, (50, 100)).astype(np.float32)

    expected = [sorted(range(100), key=lambda item: (-row[item], item))[:10] for row in scores]

    assert ranking.best(scores, 10).tolist() == expected


def test_ranks_alone_are_those_of_the_ranking() -> None:
    asked = cases([((1,), 0), ((), 0), ((0, 1, 2), 3), ((3,), 3)], item_count=4)
    scorer = Fixed([0.2, 0.9, 0.9, 0.1])

    for filter_seen in (True, False):
        assert (
            ranking.ranks(scorer, asked, filter_seen).tolist()
            == ranking.rank(scorer, asked, filter_seen).ranks.tolist()
        )
