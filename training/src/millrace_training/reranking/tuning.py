"""Learn from lists: AdamW, early stopping on validation lists, resumable.

The order of an epoch follows from the seed and its number, and nothing else is random after the learner's start. So a
run that was interrupted and goes on from its checkpoint makes the same model as one that was not, on one machine with
one number of threads.
"""

from __future__ import annotations

import copy
import io
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor, nn

from millrace_training import atomic
from millrace_training.errors import TrainingError
from millrace_training.progress import Progress

ProgressFactory = Callable[[str, int, str], Progress]
"""Makes a progress line from label, total and unit."""

_GRADIENT_NORM = 1.0


@dataclass(frozen=True)
class TuningSettings:
    """How a run goes.

    Attributes:
        learning_rate: of AdamW, constant after the warm-up.
        warm_up: steps in which it grows to that.
        batch: lists per step.
        max_steps: steps at most.
        validate_every: steps between two validations, each of which writes the checkpoint.
        patience: validations without a lower loss before tuning stops.
    """

    learning_rate: float = 5e-4
    warm_up: int = 10
    batch: int = 8
    max_steps: int = 400
    validate_every: int = 10
    patience: int = 4


class LearnableLists(Protocol):
    """Lists, and what the one who learns loses on each.

    Attributes:
        tokens: that are computed for all of them.
    """

    tokens: int

    def __len__(self) -> int:
        """How many lists."""
        ...

    def tokens_of(self, number: int) -> int:
        """Tokens that are computed for a list."""
        ...

    def loss(self, number: int) -> Tensor:
        """The listwise loss of a list, in nats."""
        ...

    def digest(self) -> str:
        """The same for the same lists."""
        ...


@dataclass
class Curve:
    """What validation said.

    Attributes:
        steps: after how many steps it was asked; 0 is the model as it was.
        losses: mean listwise loss in nats.
    """

    steps: list[int] = field(default_factory=list)
    losses: list[float] = field(default_factory=list)

    @property
    def best_step(self) -> int:
        """Where the loss was lowest."""
        return self.steps[int(np.argmin(self.losses))]

    @property
    def since_best(self) -> int:
        """Validations after that."""
        return len(self.losses) - 1 - int(np.argmin(self.losses))


class Tuner:
    """One run.

    Attributes:
        step: steps that are behind.
        curve: of validation.
    """

    def __init__(
        self,
        learner: nn.Module,
        learned: LearnableLists,
        validated: LearnableLists,
        settings: TuningSettings,
        seed: int,
        checkpoint: Path | None = None,
    ) -> None:
        """Prepare a run, and go on from its checkpoint if there is one.

        Args:
            learner: as it starts, on its device; its parameters learn, its state is what is kept.
            learned: lists to learn from.
            validated: lists that choose when to stop.
            settings: how.
            seed: decides the order.
            checkpoint: file that is rewritten after every validation; None keeps nothing.

        Raises:
            TrainingError: the checkpoint is of another run.
        """
        self.step = 0
        self.curve = Curve()
        self._learner, self._settings, self._seed, self._checkpoint = learner, settings, seed, checkpoint
        self._learned, self._validated = learned, validated
        self._best = self._state()
        self._optimizer = torch.optim.AdamW(
            [each for each in learner.parameters() if each.requires_grad], lr=settings.learning_rate, weight_decay=0.0
        )
        if checkpoint is not None and checkpoint.is_file():
            self._resume(checkpoint)

    def run(self, progress: ProgressFactory = Progress) -> None:
        """Learn until validation no longer improves, and leave the learner as it was at its best."""
        settings = self._settings
        per_step = self._learned.tokens / len(self._learned) * settings.batch
        if not self.curve.steps:
            with progress("before tuning", self._validated.tokens, "tokens") as line:
                self._validate(lambda tokens: line.advance(tokens))
        with progress("tuning", int(settings.max_steps * per_step), "tokens") as line:
            line.skip(int(self.step * per_step))
            line.advance(0, self._note())
            while self.step < settings.max_steps and self.curve.since_best < settings.patience:
                self._take_step(lambda tokens: line.advance(tokens))
                if self.step % settings.validate_every == 0 or self.step == settings.max_steps:
                    self._validate(lambda _: None)
                    line.advance(0, self._note())
        self._learner.load_state_dict(self._best, strict=True)

    def _take_step(self, advance: Callable[[int], None]) -> None:
        for group in self._optimizer.param_groups:
            group["lr"] = self._settings.learning_rate * min(1.0, (self.step + 1) / max(1, self._settings.warm_up))
        self._optimizer.zero_grad()
        chosen = self._chosen()
        for number in chosen:
            (self._learned.loss(number) / len(chosen)).backward()  # type: ignore[no-untyped-call]
            advance(self._learned.tokens_of(number))
        torch.nn.utils.clip_grad_norm_(self._learner.parameters(), _GRADIENT_NORM)
        self._optimizer.step()
        self.step += 1

    def _chosen(self) -> list[int]:
        """Lists of the present step; the last of an epoch may be fewer."""
        steps = -(-len(self._learned) // self._settings.batch)
        epoch, at = divmod(self.step, steps)
        order = np.random.default_rng([self._seed, epoch]).permutation(len(self._learned))
        chosen: list[int] = order[at * self._settings.batch : (at + 1) * self._settings.batch].tolist()
        return chosen

    @torch.no_grad()
    def _validate(self, advance: Callable[[int], None]) -> None:
        total = 0.0
        for number in range(len(self._validated)):
            total += float(self._validated.loss(number))
            advance(self._validated.tokens_of(number))
        self.curve.steps.append(self.step)
        self.curve.losses.append(total / len(self._validated))
        if self.curve.since_best == 0:
            self._best = self._state()
        self._save()

    def _note(self) -> str:
        return f"step {self.step}, validation loss {self.curve.losses[-1]:.4f}, best {min(self.curve.losses):.4f}"

    def _state(self) -> dict[str, Tensor]:
        return copy.deepcopy(self._learner.state_dict())

    def _identity(self) -> dict[str, Any]:
        # A run may be taken up again with more steps, more patience, or other memory.
        settings = replace(self._settings, max_steps=0, patience=0)
        return {
            "settings": repr(settings),
            "shapes": {name: list(values.shape) for name, values in self._best.items()},
            "seed": self._seed,
            "learned": self._learned.digest(),
            "validated": self._validated.digest(),
        }

    def _save(self) -> None:
        if self._checkpoint is None:
            return
        content = io.BytesIO()
        torch.save(
            {
                "identity": self._identity(),
                "step": self.step,
                "steps": self.curve.steps,
                "losses": self.curve.losses,
                "state": self._learner.state_dict(),
                "best": self._best,
                "optimizer": self._optimizer.state_dict(),
            },
            content,
        )
        atomic.write_file(self._checkpoint, content.getvalue())

    def _resume(self, checkpoint: Path) -> None:
        saved = torch.load(checkpoint, weights_only=True)
        if saved["identity"] != self._identity():
            raise TrainingError(
                f"{checkpoint} belongs to another run (other data, settings or seed); remove it to start afresh"
            )
        self.step = saved["step"]
        self.curve = Curve(saved["steps"], saved["losses"])
        self._learner.load_state_dict(saved["state"])
        self._best = saved["best"]
        self._optimizer.load_state_dict(saved["optimizer"])
