"""Training windows hold every event once, and batches pair each event with what comes before it."""

import numpy as np

from conftest import stream
from millrace_training.vocabulary import START, Vocabulary
from millrace_training.windows import IGNORED, Sequences, batches, windows

EVENTS = stream([("a", "x", 1), ("b", "y", 2), ("a", "y", 3), ("a", "new", 9)])


def sequences() -> Sequences:
    return Sequences.of(EVENTS, Vocabulary(("x", "y")))


def test_histories_are_grouped_by_user_in_stream_order() -> None:
    assert [history.tolist() for history in sequences().histories] == [[0, 2, 3], [1]]


def test_a_row_starts_with_the_start_token_and_its_targets_are_shifted() -> None:
    batch = next(batches(sequences(), list(sequences().histories), 2))

    assert batch.items.tolist() == [[START, 3, 4], [START, 0, 0]]
    assert batch.times_s.tolist() == [[0, 1, 3], [0, 2, 2]]
    assert batch.targets.tolist() == [[3, 4, IGNORED], [4, IGNORED, IGNORED]]
    assert batch.events == 4


def test_long_histories_are_cut_so_that_every_event_is_a_target_once() -> None:
    history = np.arange(250)

    pieces = windows([history, np.arange(3)], 101, np.random.default_rng(1))

    assert max(len(piece) for piece in pieces) <= 101
    assert sorted(np.concatenate(pieces).tolist()) == sorted([*range(250), *range(3)])


def test_the_cuts_differ_from_epoch_to_epoch() -> None:
    random = np.random.default_rng(1)

    cuts = {tuple(sorted(piece[0] for piece in windows([np.arange(250)], 101, random))) for _ in range(5)}

    assert len(cuts) == 5
