"""Train a next-item model: one target per prefix, full cross-entropy, early stopping, resumable.

Every event with at least one event before it is an example of its own, behind everything that came before
("prefix splitting"). Together with cross-entropy over all items and heavy dropout this is what makes these models
strong; none of the three does it alone.

All randomness of an epoch follows from the seed and the epoch's number, so a run that was interrupted and goes on
from its checkpoint makes the same model, on one machine with one number of threads, as one that was not.
"""

from __future__ import annotations

import copy
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from millrace_training import atomic
from millrace_training.data.histories import Histories, Items
from millrace_training.errors import TrainingError
from millrace_training.neural.bsarec import PADDING, BsaRec, BsaRecSettings
from millrace_training.neural.cross_entropy import linear_cross_entropy
from millrace_training.progress import Progress
from millrace_training.protocols import measures, ranking
from millrace_training.protocols.ranking import Scores
from millrace_training.protocols.splits import Cases

ProgressFactory = Callable[[str, int, str], Progress]
"""Makes a progress line from label, total and unit."""

_CHUNK = 64
"""Examples of similar length that are computed together; a step adds the gradients of its chunks."""


@dataclass(frozen=True)
class TrainerSettings:
    """How a model is trained.

    Attributes:
        batch_size: examples per step.
        learning_rate: of Adam, constant.
        max_epochs: passes over all examples, at most.
        patience: epochs without a better validation NDCG@10 before training stops.
        threads: CPU threads; another number rounds differently.
    """

    batch_size: int = 256
    learning_rate: float = 5e-4
    max_epochs: int = 200
    patience: int = 10
    threads: int = 1


class Trainer:
    """One training run that advances an epoch at a time and remembers its best one."""

    def __init__(
        self,
        model: BsaRec,
        histories: Histories,
        settings: TrainerSettings,
        seed: int,
        checkpoint: Path | None = None,
    ) -> None:
        """Prepare a run, and go on from its checkpoint if there is one.

        Args:
            model: fresh weights.
            histories: what is learned from.
            settings: how.
            seed: decides order and dropout.
            checkpoint: file that is rewritten after every epoch; None keeps nothing.

        Raises:
            TrainingError: nobody has two events, or the checkpoint is of another run.
        """
        self.model = model
        self.epoch = 0
        self.best_epoch = 0
        self.best: dict[str, float] = {}
        self._histories = histories
        self._settings = settings
        self._seed = seed
        self._checkpoint = checkpoint
        self._best_weights = copy.deepcopy(model.state_dict())
        self._optimizer = torch.optim.Adam(model.parameters(), lr=settings.learning_rate)
        behind_others = np.ones(len(histories.items), dtype=np.bool_)
        behind_others[histories.offsets[:-1][histories.lengths > 0]] = False
        self._positions = np.flatnonzero(behind_others)
        if not len(self._positions):
            raise TrainingError("no user has two events, so there is no next item to learn from")
        self._starts = np.repeat(histories.offsets[:-1], histories.lengths)
        if checkpoint is not None and checkpoint.is_file():
            self._resume(checkpoint)

    @staticmethod
    def identity(model: BsaRecSettings, settings: TrainerSettings, seed: int) -> str:
        """What the weights after a given epoch follow from, apart from the data; not when training stops.

        A run may so be taken up again with more epochs or more patience.
        """
        return repr((model, replace(settings, max_epochs=0, patience=0), seed))

    @property
    def examples(self) -> int:
        """Examples of one epoch."""
        return len(self._positions)

    def run(self, validation: Cases, progress: ProgressFactory = Progress) -> None:
        """Train until validation no longer improves, and keep the weights that were best.

        Args:
            validation: chooses the epoch.
            progress: makes progress lines.
        """
        torch.set_num_threads(self._settings.threads)
        total = self._settings.max_epochs * self.examples
        with progress("training", total, "examples") as line:
            line.advance(self.epoch * self.examples)
            while self.epoch < self._settings.max_epochs and self.epoch - self.best_epoch < self._settings.patience:
                loss = self._train_epoch(lambda done: line.advance(done))
                measured = measures.accuracy(ranking.rank(NeuralScorer(self.model), validation).ranks)
                if measured["ndcg_at_10"] > self.best.get("ndcg_at_10", -1.0):
                    self.best_epoch, self.best = self.epoch, measured
                    self._best_weights = copy.deepcopy(self.model.state_dict())
                self._save()
                line.advance(0, f"epoch {self.epoch}, loss {loss:.4f}, NDCG@10 {measured['ndcg_at_10']:.4f}")
        self.model.load_state_dict(self._best_weights)
        self.model.eval()

    def run_epochs(self, epochs: int, progress: ProgressFactory = Progress) -> None:
        """Train for a number of epochs that was chosen elsewhere, as a refit does, and keep the last weights."""
        torch.set_num_threads(self._settings.threads)
        with progress("training again", epochs * self.examples, "examples") as line:
            line.advance(self.epoch * self.examples)
            while self.epoch < epochs:
                self._train_epoch(lambda done: line.advance(done))
                self._save()
        self.model.eval()

    def _train_epoch(self, advance: Callable[[int], None]) -> float:
        torch.manual_seed(self._seed * 100_003 + self.epoch)
        order = np.random.default_rng([self._seed, self.epoch]).permutation(self._positions)
        self.model.train()
        loss = 0.0
        for start in range(0, len(order), self._settings.batch_size):
            batch = order[start : start + self._settings.batch_size]
            loss += self._step(batch)
            advance(len(batch))
        self.epoch += 1
        return loss / len(order)

    def _step(self, positions: NDArray[np.int64]) -> float:
        self._optimizer.zero_grad()
        hidden, targets = [], []
        for chunk in self._chunks(positions):
            histories = [self._histories.items[self._starts[position] : position] for position in chunk]
            hidden.append(self.model(padded(histories, self.model.settings.max_history)))
            targets.append(torch.from_numpy(self._histories.items[chunk].astype(np.int64)))
        loss = linear_cross_entropy(torch.cat(hidden), self.model.item_vectors(), torch.cat(targets))
        (loss / len(positions)).backward()  # type: ignore[no-untyped-call]
        self._optimizer.step()
        return float(loss.detach())

    def _chunks(self, positions: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
        ordered = positions[np.argsort(positions - self._starts[positions], kind="stable")]
        for start in range(0, len(ordered), _CHUNK):
            yield ordered[start : start + _CHUNK]

    def _of_this_run(self) -> dict[str, Any]:
        return {
            "run": self.identity(self.model.settings, self._settings, self._seed),
            "events": len(self._histories.items),
            "items": self._histories.item_count,
        }

    def _save(self) -> None:
        if self._checkpoint is None:
            return
        content = io.BytesIO()
        torch.save(
            {
                "identity": self._of_this_run(),
                "epoch": self.epoch,
                "best_epoch": self.best_epoch,
                "best": self.best,
                "weights": self.model.state_dict(),
                "best_weights": self._best_weights,
                "optimizer": self._optimizer.state_dict(),
            },
            content,
        )
        atomic.write_file(self._checkpoint, content.getvalue())

    def _resume(self, checkpoint: Path) -> None:
        saved = torch.load(checkpoint, weights_only=True)
        if saved["identity"] != self._of_this_run():
            raise TrainingError(
                f"{checkpoint} belongs to another run (other data, settings or seed); remove it to start afresh"
            )
        self.epoch, self.best_epoch, self.best = saved["epoch"], saved["best_epoch"], saved["best"]
        self.model.load_state_dict(saved["weights"])
        self._best_weights = saved["best_weights"]
        self._optimizer.load_state_dict(saved["optimizer"])


class NeuralScorer:
    """Asks a trained model."""

    def __init__(self, model: BsaRec) -> None:
        """Take the model as it is; dropout is off while it is asked."""
        self._model = model

    def scores(self, histories: Sequence[Items]) -> Scores:
        """Logits of all items, float32 [B, item_count]."""
        self._model.eval()
        with torch.no_grad():
            hidden = self._model(padded(histories, self._model.settings.max_history))
            logits: Scores = (hidden @ self._model.item_vectors().T).numpy()
        return logits


def padded(histories: Sequence[Items], max_history: int) -> torch.Tensor:
    """Indices of the newest items, int64 [B, L]: histories end in the last column, at least one column."""
    length = max(1, min(max_history, max((len(history) for history in histories), default=1)))
    indices = np.full((len(histories), length), PADDING, dtype=np.int64)
    for row, history in enumerate(histories):
        newest = history[-length:]
        indices[row, length - len(newest) :] = newest + 1
    return torch.from_numpy(indices)
