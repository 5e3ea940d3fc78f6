"""Which events are targets, and what is seen before each."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import torch
from torch import Tensor

from millrace_training.data.histories import Histories
from millrace_training.errors import TrainingError
from millrace_training.neural.bsarec import BsaRec, BsaRecSettings
from millrace_training.neural.lessons import Prefixes, Windows, chunks, padded

HISTORIES = Histories.of([[0, 1, 2], [], [3], [4, 5, 6, 7, 0, 1, 2, 3, 4], [6, 7]], item_count=8)


class Recorder:
    """Its states are the indices themselves, and its loss remembers what it was given."""

    max_history = 4
    device = torch.device("cpu")

    def __init__(self) -> None:
        self.pairs: list[tuple[int, int]] = []

    def states(self, indices: Tensor, times_s: Tensor | None = None, actions: Tensor | None = None) -> Tensor:
        return indices[:, :, None].float()

    def loss(self, hidden: Tensor, targets: Tensor) -> Tensor:
        self.pairs += zip((hidden[:, 0].long() - 1).tolist(), targets.tolist(), strict=True)
        return hidden.sum()


def consecutive(histories: Histories) -> list[tuple[int, int]]:
    users = [histories[user].tolist() for user in range(len(histories))]
    return sorted(pair for user in users for pair in pairwise(user))


def test_the_newest_events_are_kept_and_an_empty_history_is_padding() -> None:
    timed = Histories.of([[5, 6, 7], [], [4]], 8, [[10, 20, 30], [], [40]])

    indices, times_s, actions = padded(timed, 2)

    assert indices.tolist() == [[7, 8], [0, 0], [0, 5]]
    assert times_s is not None
    assert times_s.tolist() == [[20, 30], [0, 0], [0, 40]]
    assert actions is None


def test_what_was_done_stays_beside_its_event() -> None:
    histories = replace(Histories.of([[5, 6, 7], [4, 3]], 8), actions=np.array([1, 2, 1, 3, 2], dtype=np.int8))

    pieces = histories.between(np.array([3, 0]), np.array([5, 2]))
    shorter = histories.shortened(np.array([1, 2]))

    assert padded(pieces, 3).actions.tolist() == [[3, 2], [1, 2]]  # type: ignore[union-attr]
    assert shorter.actions is not None
    assert shorter.actions.tolist() == [1, 3, 2]
    with pytest.raises(TrainingError, match="1 actions for 5 events"):
        replace(histories, actions=np.ones(1, dtype=np.int8))


def test_there_is_a_column_without_any_event_and_no_times_where_none_are_known() -> None:
    indices, times_s, _ = padded(Histories.of([[], []], 8), 2)

    assert indices.tolist() == [[0], [0]]
    assert times_s is None


def test_every_event_with_one_before_it_is_the_target_of_a_prefix() -> None:
    lesson = Prefixes(BsaRec(BsaRecSettings(dimensions=4), 8), HISTORIES)

    examples = lesson.examples(np.random.default_rng(1))

    assert sorted(examples.tolist()) == [[0, 1], [0, 2], *([4, end] for end in range(5, 13)), [13, 14]]
    assert lesson.target_count == len(examples) == 11
    assert lesson.loss(examples)[1] == 11


@pytest.mark.parametrize("seed", range(5))
def test_every_event_with_one_before_it_is_a_target_of_one_window(seed: int) -> None:
    model = Recorder()
    lesson = Windows(model, HISTORIES)

    examples = lesson.examples(np.random.default_rng(seed))
    _, targets = lesson.loss(examples)

    assert sorted(model.pairs) == consecutive(HISTORIES)
    assert targets == lesson.target_count == 11
    assert max(end - start for start, end in examples.tolist()) <= 4


def test_a_long_history_is_cut_elsewhere_in_every_epoch() -> None:
    lesson = Windows(Recorder(), HISTORIES)

    cuts = {tuple(sorted(map(tuple, lesson.examples(np.random.default_rng(seed)).tolist()))) for seed in range(20)}

    assert len(cuts) == 4


@pytest.mark.parametrize("lesson", [Prefixes, Windows])
def test_nothing_to_learn_from_is_an_error(lesson: type[Prefixes] | type[Windows]) -> None:
    with pytest.raises(TrainingError, match="no next item"):
        lesson(Recorder(), Histories.of([[1], []], 12))  # type: ignore[arg-type]


def test_more_examples_than_are_computed_together_lose_no_target() -> None:
    many = Histories.of([[(user + step) % 9 for step in range(2 + user % 7)] for user in range(150)], 9)
    model = Recorder()
    lesson = Windows(model, many)

    lesson.loss(lesson.examples(np.random.default_rng(1)))

    assert sorted(model.pairs) == consecutive(many)


def test_examples_that_are_computed_together_are_alike_and_few_where_they_are_long() -> None:
    random = np.random.default_rng(1)
    starts = random.integers(0, 50, 300)
    examples = np.stack([starts, starts + random.integers(0, 900, 300)], axis=1)

    parts = list(chunks(examples, max_history=512))

    assert sorted(map(tuple, np.concatenate(parts).tolist())) == sorted(map(tuple, examples.tolist()))
    lengths = [np.minimum(part[:, 1] - part[:, 0] + 1, 512) for part in parts]
    assert all(len(each) * each.max() <= 2048 and len(each) <= 64 for each in lengths)
    assert all(before.min() >= after.max() for before, after in pairwise(lengths))
