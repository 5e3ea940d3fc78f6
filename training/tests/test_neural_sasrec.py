"""SASRec and its losses against their formulas."""

import math

import numpy as np
import pytest
import torch
from torch import Tensor

from conftest import ring
from millrace_training.errors import TrainingError
from millrace_training.neural.lessons import Windows
from millrace_training.neural.objectives import (
    OBJECTIVES,
    generalised_binary_cross_entropy,
    sampled_cross_entropy,
)
from millrace_training.neural.sasrec import SasRec, SasRecSettings
from millrace_training.neural.trainer import NeuralScorer, Trainer, TrainerSettings
from millrace_training.protocols import ranking, splits

ITEMS = 12


def small(objective: str = "full", negatives: int = 6) -> SasRecSettings:
    return SasRecSettings(
        dimensions=16, heads=2, max_history=8, dropout=0.1, initial_std=0.1, objective=objective, negatives=negatives
    )


def states(indices: list[list[int]]) -> Tensor:
    torch.manual_seed(2)
    return SasRec(small(), ITEMS).eval().states(torch.tensor(indices))


def test_a_position_does_not_see_what_comes_later() -> None:
    one, other = states([[3, 1, 4, 2]]), states([[3, 1, 9, 5]])

    torch.testing.assert_close(one[:, :2], other[:, :2])
    assert not torch.allclose(one[:, 2:], other[:, 2:])


def test_what_is_in_front_of_a_history_does_not_matter() -> None:
    beside_longer = states([[0, 0, 3, 1], [5, 6, 7, 8]])

    torch.testing.assert_close(states([[3, 1]]), beside_longer[:1, 2:])
    assert torch.isfinite(states([[0, 0]])).all()


def test_the_newest_state_is_the_last_position() -> None:
    torch.manual_seed(2)
    model = SasRec(small(), ITEMS).eval()
    indices = torch.tensor([[4, 2, 5]])

    torch.testing.assert_close(model(indices), model.states(indices)[:, -1])


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_it_learns_what_follows_what(objective: str) -> None:
    split = splits.leave_one_out(ring())
    torch.manual_seed(1)
    model = SasRec(small(objective), ITEMS)
    # With gBCE validation stands still for ten epochs before it grows, at some seeds.
    settings = TrainerSettings(batch_size=16, learning_rate=5e-3, max_epochs=30, patience=30)

    Trainer(model, Windows(model, split.train), settings, seed=1).run(split.validation)

    ranks = ranking.rank(NeuralScorer(model), split.test).ranks
    assert np.mean(ranks == 1) > 0.9


def scores(rows: int = 5, items: int = 9) -> tuple[Tensor, Tensor, Tensor]:
    """Scores [rows, items], which item each row wants, and the scores with that one masked."""
    torch.manual_seed(3)
    logits = torch.randn(rows, items, dtype=torch.float64)
    targets = torch.arange(rows)
    return logits, targets, logits.scatter(1, targets[:, None], -math.inf)


def test_sampling_every_item_is_cross_entropy_over_all() -> None:
    logits, targets, others = scores()

    sampled = sampled_cross_entropy(logits[targets, targets], others, item_count=9)

    torch.testing.assert_close(sampled, torch.nn.functional.cross_entropy(logits, targets, reduction="sum"))


def test_a_sample_stands_for_all_that_it_was_drawn_from() -> None:
    wanted, others = torch.zeros(1), torch.zeros(1, 4)

    assert sampled_cross_entropy(wanted, others, item_count=101).item() == pytest.approx(math.log(101), rel=1e-6)


@pytest.mark.parametrize(("calibration", "beta"), [(0.0, 1.0), (1.0, 4 / 16), (0.5, 0.625)])
def test_gbce_weighs_the_wanted_item_as_published(calibration: float, beta: float) -> None:
    logits, _, _ = scores(rows=1, items=5)
    wanted, others = logits[:, 0], logits[:, 1:]

    found = generalised_binary_cross_entropy(wanted, others, item_count=17, calibration=calibration)

    expected = -beta * torch.sigmoid(wanted).log() - (1 - torch.sigmoid(others)).log().sum()
    torch.testing.assert_close(found, expected.sum())


@pytest.mark.parametrize("objective", ["sampled", "gbce"])
def test_a_wanted_item_among_the_negatives_is_not_counted_against_itself(objective: str) -> None:
    torch.manual_seed(4)
    model = SasRec(small(objective, negatives=99), ITEMS)
    hidden = torch.randn(3, 16)

    model.loss(hidden, torch.tensor([0, 5, 11])).backward()

    gradient = model.items.weight.grad
    assert gradient is not None
    assert torch.isfinite(gradient).all()
    # Towards the hidden state: its own score shall grow.
    assert (gradient[torch.tensor([1, 6, 12])] * hidden).sum(dim=1).lt(0).all()


@pytest.mark.parametrize(
    ("change", "message"),
    [({"objective": "hinge"}, "objective 'hinge' is unknown; known are full"), ({"heads": 3}, "3 heads don't divide")],
)
def test_wrong_settings_are_refused(change: dict[str, int | str], message: str) -> None:
    with pytest.raises(TrainingError, match=message):
        SasRecSettings(**change)  # type: ignore[arg-type]
