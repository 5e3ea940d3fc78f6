"""Cut histories into what is trained on, what chooses between models, and what is measured once.

==================  ====================================================================================
leave one out       a user's last item is the test, the one before it validation, ``[:-2]`` is trained on
refit               the same test, but the finished choice is trained again on ``[:-1]``
temporal            one moment for everybody: what lies after it was unknown to everybody before it
==================  ====================================================================================

Leave one out is what most published figures use, so it is there to compare with; it lets a model learn from what
other users did after the moment that it is asked about. The temporal split does not.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from millrace_training.data.histories import Histories
from millrace_training.errors import TrainingError

_LEAST_EVENTS = 3


@dataclass(frozen=True)
class Cases:
    """Questions with known answers: which item does a user choose next?

    Attributes:
        histories: what is known of each case's user, one row per case; a row may be empty.
        targets: int64 [C], the item that was chosen.
    """

    histories: Histories
    targets: NDArray[np.int64]

    def __len__(self) -> int:
        """Number of cases."""
        return len(self.targets)


@dataclass(frozen=True)
class Split:
    """One protocol applied to one data set.

    Attributes:
        protocol: its name, as it is recorded.
        train: what a model may learn from while it is being chosen.
        validation: what chooses between models, settings and epochs.
        test: what is measured, once.
        test_train: what a model may learn from before it is measured: ``train`` again, or more in a refit.
    """

    protocol: str
    train: Histories
    validation: Cases
    test: Cases
    test_train: Histories


def leave_one_out(histories: Histories, refit: bool = False) -> Split:
    """Split every user's history at its end; users with fewer than three events are trained on and never asked about.

    Args:
        histories: everything that is known.
        refit: measure models that were trained again with the validation items.

    Raises:
        TrainingError: no user has three events.
    """
    lengths = histories.lengths
    asked = lengths >= _LEAST_EVENTS
    if not asked.any():
        raise TrainingError(f"no user has {_LEAST_EVENTS} events or more, so there is nothing to leave out")
    train = histories.shortened(np.where(asked, lengths - 2, lengths))
    known = histories.shortened(np.where(asked, lengths - 1, lengths))
    return Split(
        protocol="leave-one-out, refit" if refit else "leave-one-out",
        train=train,
        validation=_cases(histories, np.flatnonzero(asked), 2),
        test=_cases(histories, np.flatnonzero(asked), 1),
        test_train=known if refit else train,
    )


def temporal(histories: Histories, test_share: float = 0.2, validation_share: float = 0.1) -> Split:
    """Split the events of all users at two moments.

    Every event after a moment is a case whose history is everything that its user did before it, as far as a live
    system would know: the history grows from case to case, the model does not.

    Args:
        histories: with times.
        test_share: newest share of the events that is measured, above 0 and below 1.
        validation_share: newest share of the events before those that chooses.

    Raises:
        TrainingError: there are no times, a share is out of range, or one side of a cut is empty.
    """
    if histories.times_s is None:
        raise TrainingError("a temporal split needs times, and these data have only an order; use leave-one-out")
    for name, share in (("test_share", test_share), ("validation_share", validation_share)):
        if not 0 < share < 1:
            raise TrainingError(f"{name} {share}: must lie between 0 and 1")
    ordered = np.sort(histories.times_s, kind="stable")
    test_from = _moment(ordered, 1 - test_share)
    validation_from = _moment(ordered[ordered < test_from], 1 - validation_share)
    train = _before(histories, validation_from)
    split = Split(
        protocol=f"temporal, newest {test_share:.0%}",
        train=train,
        validation=_cases_between(histories, validation_from, test_from),
        test=_cases_between(histories, test_from, np.iinfo(np.int64).max),
        test_train=_before(histories, test_from),
    )
    if not len(train.items) or not len(split.validation) or not len(split.test):
        raise TrainingError(
            "one side of the temporal split is empty; the events are too few or too many share one moment"
        )
    return split


def _moment(ordered: NDArray[np.int64], share: float) -> int:
    if not len(ordered):
        raise TrainingError("nothing lies before the cut; choose smaller shares")
    return int(ordered[min(int(len(ordered) * share), len(ordered) - 1)])


def _before(histories: Histories, moment_s: int) -> Histories:
    times_s = _times(histories)
    user = np.repeat(np.arange(len(histories)), histories.lengths)
    return histories.shortened(np.bincount(user[times_s < moment_s], minlength=len(histories)))


def _cases(histories: Histories, users: NDArray[np.int64], from_end: int) -> Cases:
    """One case per user: the event ``from_end`` from the end, behind everything before it."""
    return _cases_at(histories, histories.offsets[users + 1] - from_end, users)


def _cases_between(histories: Histories, start_s: int, end_s: int) -> Cases:
    times_s = _times(histories)
    positions = np.flatnonzero((times_s >= start_s) & (times_s < end_s))
    users = np.searchsorted(histories.offsets, positions, side="right") - 1
    behind_others = positions > histories.offsets[users]
    return _cases_at(histories, positions[behind_others], users[behind_others])


def _cases_at(histories: Histories, positions: NDArray[np.int64], users: NDArray[np.int64]) -> Cases:
    known = histories.between(histories.offsets[users], positions)
    return Cases(known, histories.items[positions].astype(np.int64))


def _times(histories: Histories) -> NDArray[np.int64]:
    if histories.times_s is None:
        raise TrainingError("these data have no times")
    return histories.times_s
