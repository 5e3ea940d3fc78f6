"""SASRec that is told what was done: it begins as SASRec, and learns what items alone do not say."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from millrace_training.data.histories import Histories
from millrace_training.errors import TrainingError
from millrace_training.neural.acting import ActingSasRec, ActingSasRecSettings
from millrace_training.neural.lessons import Windows, padded
from millrace_training.neural.sasrec import SasRec, SasRecSettings
from millrace_training.neural.trainer import NeuralScorer, Trainer, TrainerSettings
from millrace_training.protocols import ranking, splits

ITEMS = 12
SETTINGS = ActingSasRecSettings(dimensions=16, max_history=8, dropout=0.1, initial_std=0.1)


def led_by_actions(users: int = 150, events: int = 8) -> Histories:
    """The next item is one further after action 1, and three further after action 2; actions are drawn."""
    random = np.random.default_rng(5)
    actions = random.integers(1, 3, (users, events)).astype(np.int8)
    steps = np.where(actions[:, :-1] == 1, 1, 3)
    starts = random.integers(0, ITEMS, (users, 1))
    items = np.concatenate([starts, starts + np.cumsum(steps, axis=1)], axis=1) % ITEMS
    return replace(Histories.of(items.tolist(), ITEMS), actions=actions.ravel())


def first_places(kind: type[SasRec], settings: SasRecSettings) -> float:
    split = splits.leave_one_out(led_by_actions())
    torch.manual_seed(1)
    model = kind(settings, ITEMS)
    training = TrainerSettings(batch_size=16, learning_rate=5e-3, max_epochs=25, patience=25)
    Trainer(model, Windows(model, split.train), training, seed=1).run(split.validation, filter_seen=False)
    return float(np.mean(ranking.rank(NeuralScorer(model), split.test, filter_seen=False).ranks == 1))


def test_it_learns_what_items_alone_do_not_say() -> None:
    assert first_places(ActingSasRec, SETTINGS) > 0.9
    assert first_places(SasRec, SasRecSettings(**vars(SETTINGS))) < 0.7


def test_it_begins_as_sasrec() -> None:
    torch.manual_seed(1)
    acting = ActingSasRec(SETTINGS, ITEMS).eval()
    torch.manual_seed(1)
    plain = SasRec(SETTINGS, ITEMS).eval()
    columns = padded(led_by_actions(), 8)

    torch.testing.assert_close(acting(*columns), plain(*columns))


def test_data_that_do_not_say_what_was_done_are_refused() -> None:
    with pytest.raises(TrainingError, match="declare a column for 'type' or 'value' in their mapping"):
        ActingSasRec(SETTINGS, ITEMS)(*padded(Histories.of([[1, 2]], ITEMS), 8))
