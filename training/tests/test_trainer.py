"""Training of next-item models: it learns, stops when it should, and goes on where it was interrupted."""

from pathlib import Path

import numpy as np
import pytest
import torch

from conftest import ring
from millrace_training.data.histories import Histories
from millrace_training.errors import TrainingError
from millrace_training.neural.bsarec import BsaRec, BsaRecSettings
from millrace_training.neural.lessons import Prefixes
from millrace_training.neural.trainer import NeuralScorer, Trainer, TrainerSettings
from millrace_training.protocols import ranking, splits

SMALL = BsaRecSettings(dimensions=16, max_history=8, dropout=0.1, initial_std=0.1)


def trainer(epochs: int, checkpoint: Path | None = None, seed: int = 1) -> Trainer:
    torch.manual_seed(seed)
    settings = TrainerSettings(batch_size=64, learning_rate=5e-3, max_epochs=epochs)
    model = BsaRec(SMALL, 12)
    return Trainer(model, Prefixes(model, splits.leave_one_out(ring()).train), settings, seed, checkpoint)


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

        def skip(self, units: int) -> None:
            pass

        def advance(self, units: int, note: str = "") -> None:
            if self.validated == 2:
                raise InterruptionError
            self.validated += bool(note)

    checkpoint = tmp_path / "run.pt"
    with pytest.raises(InterruptionError):
        trainer(4, checkpoint).run(validation, progress=UntilTheThirdEpoch)  # type: ignore[arg-type]
    continued = trainer(4, checkpoint)
    assert continued.epoch == 2
    continued.run(validation)

    assert continued.best == whole.best
    assert continued.curve == whole.curve
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


def test_the_epoch_is_chosen_among_the_items_that_are_ranked_when_it_is_measured() -> None:
    repeated = Histories.of([[3, 5, 3, 5, 3, 5]] * 20, item_count=12)
    filtered, unfiltered = trainer(epochs=2), trainer(epochs=2)

    filtered.run(splits.leave_one_out(repeated).validation, filter_seen=True)
    unfiltered.run(splits.leave_one_out(repeated).validation, filter_seen=False)

    assert filtered.curve == [0.0, 0.0]
    assert max(unfiltered.curve) == unfiltered.best["ndcg_at_10"] > 0
    assert unfiltered.curve[unfiltered.best_epoch - 1] == unfiltered.best["ndcg_at_10"]
