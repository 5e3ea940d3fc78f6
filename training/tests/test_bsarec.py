"""BSARec's parts against the paper's formulas, and its training: it learns, and goes on where it stopped."""

from pathlib import Path

import numpy as np
import pytest
import torch

from millrace_training.data.histories import Histories
from millrace_training.errors import TrainingError
from millrace_training.neural import bsarec
from millrace_training.neural.bsarec import BsaRec, BsaRecSettings
from millrace_training.neural.cross_entropy import linear_cross_entropy
from millrace_training.neural.trainer import NeuralScorer, Trainer, TrainerSettings, padded
from millrace_training.protocols import ranking, splits

SMALL = BsaRecSettings(dimensions=16, max_history=8, dropout=0.1, initial_std=0.1)


@pytest.mark.parametrize(("length", "cutoff"), [(50, 5), (50, 3), (8, 1), (7, 4), (6, 99)])
def test_the_low_pass_is_a_fourier_transform_without_high_frequencies(length: int, cutoff: int) -> None:
    x = torch.randn(3, length, 4)
    spectrum = torch.fft.rfft(x, dim=1)
    spectrum[:, cutoff // 2 + 1 :] = 0

    expected = torch.fft.irfft(spectrum, n=length, dim=1)

    torch.testing.assert_close(bsarec.low_pass(length, cutoff) @ x, expected, atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("rows", [1, 64, 150])
def test_cross_entropy_in_slices_is_cross_entropy(rows: int) -> None:
    torch.manual_seed(1)
    hidden, items = torch.randn(rows, 8, requires_grad=True), torch.randn(30, 8, requires_grad=True)
    targets = torch.randint(0, 30, (rows,))
    plain = torch.nn.functional.cross_entropy(hidden @ items.T, targets, reduction="sum")
    expected = torch.autograd.grad(plain / 7, (hidden, items))

    sliced = linear_cross_entropy(hidden, items, targets)
    found = torch.autograd.grad(sliced / 7, (hidden, items))

    torch.testing.assert_close(sliced, plain)
    torch.testing.assert_close(found, expected)


def test_what_is_in_front_of_a_history_does_not_matter() -> None:
    torch.manual_seed(2)
    model = BsaRec(SMALL, item_count=9).eval()
    history = np.array([3, 1, 4], dtype=np.int32)

    alone = model(padded([history], 8))
    beside_a_longer_one = model(padded([history, np.arange(8, dtype=np.int32)], 8))[:1]

    torch.testing.assert_close(alone, beside_a_longer_one)


def test_the_newest_items_are_kept_and_an_empty_history_is_padding() -> None:
    histories = [np.array([5, 6, 7], dtype=np.int32), np.array([], dtype=np.int32)]

    assert padded(histories, 2).tolist() == [[7, 8], [0, 0]]
    assert padded(histories[1:], 2).tolist() == [[0]]


def ring(users: int = 60, events: int = 9, items: int = 12) -> Histories:
    """Everybody walks the same ring of items from a place of their own."""
    starts = np.random.default_rng(3).integers(0, items, users)
    return Histories.of([[(start + step) % items for step in range(events)] for start in starts.tolist()], items)


def trainer(epochs: int, checkpoint: Path | None = None, seed: int = 1) -> Trainer:
    torch.manual_seed(seed)
    settings = TrainerSettings(batch_size=64, learning_rate=5e-3, max_epochs=epochs)
    return Trainer(BsaRec(SMALL, 12), splits.leave_one_out(ring()).train, settings, seed, checkpoint)


def test_it_learns_what_follows_what() -> None:
    split = splits.leave_one_out(ring())
    run = trainer(epochs=30)

    run.run(split.validation)

    ranks = ranking.rank(NeuralScorer(run.model), split.test).ranks
    assert np.mean(ranks == 1) > 0.9
    assert run.best["ndcg_at_10"] > 0.9


def test_an_interrupted_run_goes_on_to_the_same_model(tmp_path: Path) -> None:
    validation = splits.leave_one_out(ring()).validation
    whole = trainer(epochs=4)
    whole.run(validation)

    class InterruptionError(Exception):
        pass

    class UntilTheThirdEpoch:
        def __init__(self, *_: object) -> None:
            self.validated = 0

        def __enter__(self) -> "UntilTheThirdEpoch":
            return self

        def __exit__(self, *_: object) -> None:
            pass

        def advance(self, units: int, note: str = "") -> None:
            if self.validated == 2:
                raise InterruptionError
            self.validated += bool(note)

    checkpoint = tmp_path / "run.pt"
    with pytest.raises(InterruptionError):
        trainer(4, checkpoint).run(validation, UntilTheThirdEpoch)  # type: ignore[arg-type]
    continued = trainer(4, checkpoint)
    assert continued.epoch == 2
    continued.run(validation)

    assert continued.best == whole.best
    for left, right in zip(continued.model.parameters(), whole.model.parameters(), strict=True):
        assert torch.equal(left, right)


def test_a_checkpoint_of_another_run_is_refused(tmp_path: Path) -> None:
    checkpoint = tmp_path / "run.pt"
    trainer(1, checkpoint).run_epochs(1)

    with pytest.raises(TrainingError, match="belongs to another run"):
        trainer(1, checkpoint, seed=2)


def test_a_finished_run_may_be_taken_up_with_more_epochs(tmp_path: Path) -> None:
    validation = splits.leave_one_out(ring()).validation
    trainer(2, tmp_path / "run.pt").run(validation)
    more, whole = trainer(4, tmp_path / "run.pt"), trainer(4)
    more.run(validation)
    whole.run(validation)

    assert more.best == whole.best
    assert torch.equal(more.model.item_vectors(), whole.model.item_vectors())


def test_training_stops_when_validation_no_longer_improves() -> None:
    run = trainer(epochs=500)

    run.run(splits.leave_one_out(ring()).validation)

    assert run.epoch == run.best_epoch + TrainerSettings().patience
    assert run.epoch < 500


def test_nothing_to_learn_from_is_an_error() -> None:
    with pytest.raises(TrainingError, match="no next item"):
        Trainer(BsaRec(SMALL, 12), Histories.of([[1], []], 12), TrainerSettings(), 1)
