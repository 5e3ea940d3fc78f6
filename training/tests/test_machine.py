"""What models are trained on: devices by name, threads that are claimed, and mixed precision that learns the same."""

import numpy as np
import pytest
import torch

from conftest import ring
from millrace_training.errors import TrainingError
from millrace_training.machine import PRECISIONS, Machine
from millrace_training.neural.cross_entropy import linear_cross_entropy
from millrace_training.neural.lessons import Windows
from millrace_training.neural.sasrec import SasRec, SasRecSettings
from millrace_training.neural.trainer import NeuralScorer, Trainer, TrainerSettings
from millrace_training.protocols import ranking, splits

SETTINGS = SasRecSettings(dimensions=16, heads=2, max_history=8, dropout=0.1, initial_std=0.1)
HALF = Machine(precision="bf16")


def test_what_cant_be_used_is_refused_by_its_name() -> None:
    with pytest.raises(TrainingError, match="--device abacus: can't be used"):
        Machine.named("abacus")
    with pytest.raises(TrainingError, match="--precision fp8: unknown; known are fp32, bf16"):
        Machine.named("cpu", "fp8")


def test_auto_is_a_gpu_where_there_is_one() -> None:
    assert Machine.named().device.type == ("cuda" if torch.cuda.is_available() else "cpu")


def test_training_uses_the_threads_it_was_given() -> None:
    before = torch.get_num_threads()
    split = splits.leave_one_out(ring())
    model = SasRec(SETTINGS, 12)
    try:
        Trainer(model, Windows(model, split.train), TrainerSettings(), 1, machine=Machine(threads=2)).run_epochs(1)

        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)


def test_half_precision_computes_products_and_nothing_else_in_it() -> None:
    torch.manual_seed(1)
    hidden, items = torch.randn(200, 16), torch.randn(50, 16)
    targets = torch.randint(0, 50, (200,))
    found = {}
    for precision in PRECISIONS:
        inputs = [each.clone().requires_grad_() for each in (hidden, items)]
        with Machine(precision=precision).arithmetic():
            loss = linear_cross_entropy(*inputs, targets)
        loss.backward()
        found[precision] = [loss.detach(), *(each.grad for each in inputs)]

    for exact, rounded in zip(*found.values(), strict=True):
        assert rounded is not None
        assert rounded.dtype == torch.float32
        torch.testing.assert_close(rounded, exact, rtol=0.02, atol=0.05)
    assert not torch.equal(found["bf16"][0], found["fp32"][0])


@pytest.mark.parametrize("objective", ["full", "sampled"])
def test_it_learns_in_half_precision_and_is_measured_in_full(objective: str) -> None:
    split = splits.leave_one_out(ring())
    torch.manual_seed(1)
    model = SasRec(SasRecSettings(**{**vars(SETTINGS), "objective": objective, "negatives": 6}), 12)

    settings = TrainerSettings(batch_size=16, learning_rate=5e-3, max_epochs=20, patience=20)
    Trainer(model, Windows(model, split.train), settings, 1, machine=HALF).run(split.validation)

    assert all(weight.dtype == torch.float32 for weight in model.parameters())
    assert NeuralScorer(model).scores(split.test.histories).dtype == np.float32
    assert np.mean(ranking.rank(NeuralScorer(model), split.test).ranks == 1) > 0.9


def test_runs_in_different_precisions_are_different_runs() -> None:
    names = {Trainer.identity(SETTINGS, TrainerSettings(), 1, precision) for precision in PRECISIONS}

    assert len(names) == len(PRECISIONS)
