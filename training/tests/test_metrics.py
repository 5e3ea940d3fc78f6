"""Every metric against a case worked out by hand."""

import math

import numpy as np
import pytest

from millrace_training import metrics

SCORES = np.array([0.5, 0.9, 0.5, 0.1, 0.0])


@pytest.mark.parametrize(
    ("seen", "target", "expected"),
    [
        ([], 1, 1),
        ([], 0, 2),
        ([], 2, 3),
        ([1], 2, 2),
        ([0, 1], 2, 1),
        ([], 3, 4),
        ([], 4, metrics.UNRANKED),
        ([3], 3, metrics.UNRANKED),
    ],
)
def test_rank_counts_what_is_above_and_not_seen(seen: list[int], target: int, expected: int) -> None:
    assert metrics.rank(SCORES, seen, target) == expected


def test_hit_rate_is_the_share_within_the_list() -> None:
    assert metrics.hit_rate(np.array([1, 10, 11, metrics.UNRANKED]), 10) == 0.5


def test_ndcg_discounts_by_the_logarithm_of_the_rank() -> None:
    expected = (1 + 1 / math.log2(3) + 1 / math.log2(11) + 0 + 0) / 5

    assert metrics.ndcg(np.array([1, 2, 10, 11, metrics.UNRANKED]), 10) == pytest.approx(expected, abs=1e-12)


def test_without_targets_metrics_are_zero() -> None:
    none = np.array([], dtype=np.int64)

    assert (metrics.hit_rate(none, 10), metrics.ndcg(none, 10)) == (0.0, 0.0)
