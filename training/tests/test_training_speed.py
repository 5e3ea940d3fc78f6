"""What is compared computes the same, and what is said of it follows from the turns."""

from itertools import count
from pathlib import Path

import numpy as np
import pytest
import torch

from conftest import ring
from millrace_training.benchmark import training_speed
from millrace_training.benchmark.training_speed import EagerWindows, SpeedCommand, SpeedJob
from millrace_training.errors import TrainingError
from millrace_training.machine import Machine
from millrace_training.neural.lessons import Windows
from millrace_training.neural.sasrec import SasRec, SasRecSettings

SETTINGS = SasRecSettings(dimensions=16, max_history=5, dropout=0.5, initial_std=0.1)


@pytest.mark.parametrize("careful", [False, True])
def test_eager_is_the_same_model_with_the_same_loss(careful: bool) -> None:
    histories = ring()
    torch.manual_seed(1)
    model = SasRec(SETTINGS, 12).eval()
    ours = Windows(model, histories)
    examples = ours.examples(np.random.default_rng(1))

    loss, targets = ours.loss(examples)
    eager_loss, eager_targets = EagerWindows(model, histories, careful).loss(examples)

    assert targets == eager_targets
    torch.testing.assert_close(loss, eager_loss)
    assert any(isinstance(part, torch.nn.Dropout) for part in model.modules())


def test_ratios_are_of_the_same_turn() -> None:
    # A clock that ticks once per look, but four times while the first contestant, eager, trains.
    looks = count()

    def clock() -> float:
        number = next(looks)
        return number // 6 * 9 + [0, 4, 5, 6, 7, 8][number % 6]

    turns: list[None] = []
    job = SpeedJob(ring(), SETTINGS, batch_size=4, turns=3, steps=2, machine=Machine())
    figures = training_speed.compare(job, lambda: turns.append(None), clock)

    assert len(turns) == 4
    assert figures["ours_to"]["eager"] == {"median": 4.0, "least": 4.0, "largest": 4.0}
    assert figures["ours_to"]["careful"]["median"] == 1.0
    assert figures["targets_per_s"]["ours"] == 4 * figures["targets_per_s"]["eager"]


def test_a_recipe_without_such_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="ml-1m-baselines: has no SASRec with full cross-entropy"):
        training_speed.run(SpeedCommand("ml-1m-baselines", tmp_path, 1, 1, Machine()), None)
