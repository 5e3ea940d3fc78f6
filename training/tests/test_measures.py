"""Every measure against a case worked out by hand, and accuracy against another way to compute it."""

import math

import numpy as np
import pytest

from millrace_training.data.histories import Histories
from millrace_training.protocols import groups, measures
from millrace_training.protocols.lists import ListMeasures
from millrace_training.protocols.splits import Cases

RANKS = np.array([1, 2, 1.5, 10, 11, np.inf])


@pytest.mark.parametrize(
    ("measure", "expected"),
    [
        ("hit_rate_at_1", 1 / 6),
        ("hit_rate_at_10", 4 / 6),
        ("hit_rate_at_20", 5 / 6),
        ("ndcg_at_1", 1 / 6),
        ("ndcg_at_10", (1 + 1 / math.log2(3) + 1 / math.log2(2.5) + 1 / math.log2(11)) / 6),
        ("mrr_at_10", (1 + 1 / 2 + 1 / 1.5 + 1 / 10) / 6),
        ("mrr_at_50", (1 + 1 / 2 + 1 / 1.5 + 1 / 10 + 1 / 11) / 6),
    ],
)
def test_accuracy(measure: str, expected: float) -> None:
    assert measures.accuracy(RANKS)[measure] == pytest.approx(expected, abs=1e-12)


def test_accuracy_of_no_cases_is_zero() -> None:
    assert set(measures.accuracy(np.array([])).values()) == {0.0}


def test_accuracy_agrees_with_gains_over_sorted_lists() -> None:
    """The textbook way: sort all items, walk down the list, discount every relevant one, divide by the ideal."""
    random = np.random.default_rng(5)
    scores, targets = random.random((200, 80)), random.integers(0, 80, 200)
    dcg, reciprocal, hit = [], [], []
    for row, target in zip(scores, targets, strict=True):
        relevance = [float(item == target) for item in sorted(range(80), key=lambda item: -row[item])][:10]
        ideal = sum(gain / math.log2(place + 2) for place, gain in enumerate(sorted([1.0], reverse=True)))
        dcg.append(sum(gain / math.log2(place + 2) for place, gain in enumerate(relevance)) / ideal)
        reciprocal.append(max(gain / (place + 1) for place, gain in enumerate(relevance)))
        hit.append(sum(relevance))
    ranks = np.array([1.0 + np.count_nonzero(row > row[target]) for row, target in zip(scores, targets, strict=True)])

    found = measures.accuracy(ranks, cutoffs=[10])

    assert found == pytest.approx(
        {"hit_rate_at_10": np.mean(hit), "ndcg_at_10": np.mean(dcg), "mrr_at_10": np.mean(reciprocal)}
    )


def test_the_interval_of_a_share_is_the_binomial_one() -> None:
    low, high = measures.interval(np.array([1.0] * 100 + [0.0] * 900))

    error = 1.96 * math.sqrt(0.1 * 0.9 / 1000)
    assert (low, high) == pytest.approx((0.1 - error, 0.1 + error), abs=0.003)
    assert measures.interval(np.array([1.0] * 100 + [0.0] * 900)) == (low, high)


def test_seeds_are_summed_up_by_mean_and_sample_deviation() -> None:
    assert measures.over_seeds([{"a": 1.0}, {"a": 2.0}, {"a": 3.0}]) == {"a": {"mean": 2.0, "sd": 1.0}}
    assert measures.over_seeds([{"a": 1.0}]) == {"a": {"mean": 1.0, "sd": 0.0}}


# Items 0 and 1 share both of their users, 2 shares one of its two with them, 3 has nobody.
TRAIN = Histories.of([[0, 1], [0, 1, 2], [2]], item_count=4)


def test_measures_of_lists() -> None:
    found = ListMeasures(TRAIN).of(np.array([[0, 1], [0, 2], [3, -1]], dtype=np.int32))

    assert found["coverage"] == 1.0
    assert found["average_popularity"] == pytest.approx((2 + 2 + 2 + 2 + 0) / 5)
    # 6 events: items with 2 of them cost log2(3) bits, an unknown one counts as having 1.
    assert found["novelty"] == pytest.approx((4 * math.log2(3) + math.log2(6)) / 5)
    # Pairs: (0, 1) has similarity 1, (0, 2) has 1 / (√2 · √2).
    assert found["diversity"] == pytest.approx(1 - (1 + 0.5) / 2)


def test_lists_without_anything_in_them_measure_nothing() -> None:
    assert set(ListMeasures(TRAIN).of(np.full((2, 2), -1, dtype=np.int32)).values()) == {0.0}


def test_users_are_grouped_by_what_is_known_of_them() -> None:
    cases = Cases(Histories.of([[0] * length for length in (0, 4, 5, 19, 20)], 1), np.zeros(5, dtype=np.int64))

    assert {name: np.flatnonzero(chosen).tolist() for name, chosen in groups.by_user(cases).items()} == {
        "user new": [0, 1],
        "user short": [2, 3],
        "user long": [4],
    }


def test_items_are_grouped_by_thirds_of_the_events() -> None:
    train = Histories.of([[0] * 6 + [1] * 3 + [2] * 3 + [3] * 3 + [4] * 3], item_count=6)
    cases = Cases(Histories.of([[]] * 6, 6), np.arange(6))

    assert {name: np.flatnonzero(chosen).tolist() for name, chosen in groups.by_item(cases, train).items()} == {
        "item head": [0],
        "item middle": [1, 2],
        "item tail": [3, 4],
        "item unknown": [5],
    }
