"""Protocols: what may be learned, what is asked, and that nothing from the test is in what is learned."""

import numpy as np
import pytest

from millrace_training.data.histories import Histories
from millrace_training.errors import TrainingError
from millrace_training.protocols import splits
from millrace_training.protocols.splits import Cases

ORDERED = Histories.of([[0, 1, 2, 3], [4, 5], [6, 7, 8]], item_count=9)
TIMED = Histories.of([[0, 1, 2, 3], [4, 5], [6, 7, 8, 9]], item_count=10, times_s=[[1, 2, 8, 9], [3, 10], [4, 5, 6, 7]])


def rows(histories: Histories) -> list[list[int]]:
    return [histories[user].tolist() for user in range(len(histories))]


def asked(cases: Cases) -> list[tuple[list[int], int]]:
    return list(zip(rows(cases.histories), cases.targets.tolist(), strict=True))


def test_leave_one_out_takes_the_last_two_items_away() -> None:
    split = splits.leave_one_out(ORDERED)

    assert rows(split.train) == [[0, 1], [4, 5], [6]]
    assert asked(split.validation) == [([0, 1], 2), ([6], 7)]
    assert asked(split.test) == [([0, 1, 2], 3), ([6, 7], 8)]
    assert split.test_train is split.train


def test_refit_learns_the_validation_items_for_the_test_only() -> None:
    split = splits.leave_one_out(ORDERED, refit=True)

    assert rows(split.train) == [[0, 1], [4, 5], [6]]
    assert rows(split.test_train) == [[0, 1, 2], [4, 5], [6, 7]]
    assert split.protocol == "leave-one-out, refit"


def test_nobody_to_ask_is_an_error() -> None:
    with pytest.raises(TrainingError, match="nothing to leave out"):
        splits.leave_one_out(Histories.of([[0, 1], [2]], 3))


def test_the_temporal_split_cuts_everybody_at_the_same_moments() -> None:
    split = splits.temporal(TIMED, test_share=0.2, validation_share=0.25)

    assert rows(split.train) == [[0, 1], [4], [6, 7, 8]]
    assert asked(split.validation) == [([0, 1], 2), ([6, 7, 8], 9)]
    assert rows(split.test_train) == [[0, 1, 2], [4], [6, 7, 8, 9]]
    assert asked(split.test) == [([0, 1, 2], 3), ([4], 5)]
    assert split.validation.histories.times_s is not None
    assert split.validation.histories.times_s.tolist() == [1, 2, 4, 5, 6]


def test_nothing_that_is_learned_is_younger_than_what_is_asked() -> None:
    random = np.random.default_rng(3)
    times_s = [sorted(random.integers(0, 1000, 20).tolist()) for _ in range(30)]
    histories = Histories.of([random.integers(0, 50, 20).tolist() for _ in range(30)], 50, times_s)

    split = splits.temporal(histories)

    ordered = np.sort(np.concatenate(times_s))
    moment = ordered[int(len(ordered) * 0.8)]
    assert split.test_train.times_s is not None
    assert split.test_train.times_s.max() < moment
    # A case for every event from that moment on, since everybody has earlier events.
    assert len(split.test) == np.count_nonzero(ordered >= moment)


def test_an_order_alone_can_not_be_split_by_time() -> None:
    with pytest.raises(TrainingError, match="use leave-one-out"):
        splits.temporal(ORDERED)


@pytest.mark.parametrize("share", [0.0, 1.0, -0.1])
def test_shares_lie_between_nothing_and_everything(share: float) -> None:
    with pytest.raises(TrainingError, match="test_share"):
        splits.temporal(TIMED, test_share=share)


def test_one_moment_for_everything_can_not_be_cut() -> None:
    with pytest.raises(TrainingError, match="before the cut"):
        splits.temporal(Histories.of([[0, 1, 2]], 3, [[7, 7, 7]]))
