"""Fit SASRec: choose the number of epochs on the newest training events, then refit on all of them."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch.nn import functional

from millrace_training import evaluation, metrics
from millrace_training.evaluation import Ranks, Target, targets
from millrace_training.interactions import Interactions
from millrace_training.machine import ONE_CORE, Machine
from millrace_training.progress import Progress
from millrace_training.recipes import Recipe
from millrace_training.sasrec import SasRec
from millrace_training.vocabulary import FIRST_ITEM, START, Vocabulary
from millrace_training.windows import IGNORED, Sequences, batches, windows

ProgressFactory = Callable[[str, int, str], Progress]
"""Makes a progress line from label, total and unit."""

_GRADIENT_NORM = 1.0
_FINAL_RATE = 0.1
_EVALUATION_BATCH = 128
_VALIDATION_TARGETS = 4_000


@dataclass(frozen=True)
class Fit:
    """A fitted model and how it was chosen.

    Attributes:
        model: in evaluation mode.
        epochs: passes over the training windows that validation chose.
        validation: metrics of the validated run on the held-out newest training events.
        trial: the validated run's model after that many epochs, in evaluation mode; it has not seen the held-out
            events, so whatever else is chosen on them must be chosen beside it.
        held_out: position of the first held-out event.
        expected: the held-out targets that were ranked.
    """

    model: SasRec
    epochs: int
    validation: dict[str, float]
    trial: SasRec
    held_out: int
    expected: Sequence[Target]


def fit(
    events: Interactions,
    vocabulary: Vocabulary,
    recipe: Recipe,
    seed: int,
    progress: ProgressFactory = Progress,
    machine: Machine = ONE_CORE,
) -> Fit:
    """Fit a model to events in time order.

    Args:
        events: the training part of the stream; nothing after it is ever looked at.
        vocabulary: holds every item of ``events``.
        recipe: sizes and settings.
        seed: decides initial weights, window cuts, order and dropout; on one device, with one number of
            threads, the same seed gives the same weights.
        progress: makes progress lines.
        machine: what it runs on.

    Returns:
        The model refitted on all events for the number of epochs that validation chose; on the CPU.
    """
    held_out = int(len(events) * (1 - recipe.validation_share))
    trial = _Run(Sequences.of(events[:held_out], vocabulary), vocabulary, recipe, seed, machine)
    everything = Sequences.of(events, vocabulary)
    expected = _sample(list(targets(events, held_out)), seed)
    kept = copy.deepcopy(trial.model)
    best_epochs, best = 1, {"hit_rate_at_10": 0.0, "ndcg_at_10": -1.0, "recall_at_100": 0.0}
    with progress("choosing the epochs", recipe.max_epochs * trial.events, "events") as line:
        for epoch in range(1, recipe.max_epochs + 1):
            trial.epoch(recipe.max_epochs, lambda done: line.advance(done))
            if epoch % recipe.validate_every == 0 or epoch == recipe.max_epochs:
                measured = evaluation.summary(rank(trial.model, everything, expected, recipe))
                if measured["ndcg_at_10"] > best["ndcg_at_10"]:
                    best_epochs, best = epoch, measured
                    kept = copy.deepcopy(trial.model)
                line.advance(0, f"validation NDCG@10 {measured['ndcg_at_10']:.4f}")
    final = _Run(everything, vocabulary, recipe, seed, machine)
    with progress("fitting all events", best_epochs * final.events, "events") as line:
        for _ in range(best_epochs):
            final.epoch(recipe.max_epochs, lambda done: line.advance(done))
    return Fit(final.model.eval().cpu(), best_epochs, best, kept.eval().cpu(), held_out, expected)


def refit(
    events: Interactions,
    vocabulary: Vocabulary,
    recipe: Recipe,
    seed: int,
    epochs: int,
    start: SasRec | None = None,
    progress: ProgressFactory = Progress,
    machine: Machine = ONE_CORE,
) -> SasRec:
    """Fit a model to all events for a number of epochs that is known already; in evaluation mode, on the CPU.

    Args:
        events: in time order.
        vocabulary: holds every item of ``events``.
        recipe: sizes and settings.
        seed: decides everything random.
        epochs: of the recipe's schedule, after which to stop.
        start: goes on from these weights, and changes them; None begins with random ones.
        progress: makes progress lines.
        machine: what it runs on.
    """
    run = _Run(Sequences.of(events, vocabulary), vocabulary, recipe, seed, machine, start)
    with progress(f"fitting {len(events):,} events", epochs * run.events, "events") as line:
        for _ in range(epochs):
            run.epoch(recipe.max_epochs, lambda done: line.advance(done))
    return run.model.eval().cpu()


def rank(model: SasRec, sequences: Sequences, expected: Sequence[Target], recipe: Recipe) -> Ranks:
    """Rank targets with a model in PyTorch: full ranking, the user's items filtered.

    Args:
        model: used without dropout; left in the mode it was in.
        sequences: the stream that the targets' positions refer to.
        expected: what is to be predicted.
        recipe: gives the longest history.
    """
    training = model.training
    model.eval()
    ranks = np.full(len(expected), metrics.UNRANKED, dtype=np.int64)
    # Rows of similar length share a batch, so that short ones are not padded to the longest.
    order = sorted(range(len(expected)), key=lambda number: len(expected[number].history))
    with torch.no_grad():
        for start in range(0, len(order), _EVALUATION_BATCH):
            numbers = order[start : start + _EVALUATION_BATCH]
            chosen = [expected[number] for number in numbers]
            scores = _last_scores(model, sequences, chosen, recipe.max_history)
            for number, target, row in zip(numbers, chosen, scores, strict=True):
                wanted = sequences.item_index[target.position]
                if wanted >= FIRST_ITEM and row[wanted] > -np.inf:
                    ranks[number] = 1 + np.count_nonzero(row > row[wanted])
    model.train(training)
    return ranks


class _Run:
    """One training run over a fixed schedule, advanced an epoch at a time."""

    def __init__(
        self,
        sequences: Sequences,
        vocabulary: Vocabulary,
        recipe: Recipe,
        seed: int,
        machine: Machine,
        start: SasRec | None = None,
    ) -> None:
        torch.manual_seed(seed)
        self._machine = machine
        self._random = np.random.default_rng(seed)
        self._sequences = sequences
        self._recipe = recipe
        self.model = (SasRec(recipe, vocabulary.size) if start is None else start.train()).to(machine.device)
        self.model.event_types.weight.requires_grad_(len(np.unique(sequences.event_type)) > 1)
        trained = [weight for weight in self.model.parameters() if weight.requires_grad]
        self._optimizer = torch.optim.AdamW(trained, lr=recipe.learning_rate, betas=(0.9, 0.98), weight_decay=0.0)
        self._epochs_done = 0.0
        self.events = sum(len(each) for each in sequences.histories)

    @property
    def _window(self) -> int:
        return self._recipe.max_history + 1

    def epoch(self, planned: int, advance: Callable[[int], None]) -> None:
        """Go through all windows once; ``planned`` epochs make up the whole schedule."""
        recipe = self._recipe
        pieces = windows(self._sequences.histories, self._window, self._random)
        steps = math.ceil(len(pieces) / recipe.batch_size)
        for drawn in batches(self._sequences, pieces, recipe.batch_size):
            batch = drawn.on(self._machine.device)
            for group in self._optimizer.param_groups:
                group["lr"] = recipe.learning_rate * _schedule(self._epochs_done / planned, recipe.warm_up)
            with self._machine.arithmetic():
                hidden = self.model(batch.items, batch.event_types, batch.times_s)
                learned = batch.targets != IGNORED
                loss = functional.cross_entropy(self.model.logits(hidden[learned]), batch.targets[learned])
            self._optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(self.model.parameters(), _GRADIENT_NORM)
            self._optimizer.step()
            self._epochs_done += 1 / steps
            advance(batch.events)


def _schedule(done: float, warm_up: float) -> float:
    """Share of the peak learning rate: linear warm-up, cosine decay to a tenth."""
    cosine = 0.5 * (1 + math.cos(math.pi * min(done, 1.0)))
    return min(1.0, done / warm_up if warm_up else 1.0) * (_FINAL_RATE + (1 - _FINAL_RATE) * cosine)


def _sample(expected: list[Target], seed: int) -> list[Target]:
    if len(expected) <= _VALIDATION_TARGETS:
        return expected
    chosen = np.random.default_rng(seed).choice(len(expected), _VALIDATION_TARGETS, replace=False)
    return [expected[number] for number in sorted(chosen)]


def _last_scores(
    model: SasRec, sequences: Sequences, expected: Sequence[Target], max_history: int
) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    histories = [np.array(target.history[-max_history:], dtype=np.int64) for target in expected]
    width = 1 + max(len(history) for history in histories)
    shape = (len(expected), width)
    items, event_types, times_s = (torch.zeros(shape, dtype=torch.int64) for _ in range(3))
    items[:, 0] = START
    for row, history in enumerate(histories):
        filled = slice(1, len(history) + 1)
        items[row, filled] = torch.from_numpy(sequences.item_index[history])
        event_types[row, filled] = torch.from_numpy(sequences.event_type[history])
        times_s[row, filled] = torch.from_numpy(sequences.time_s[history])
        times_s[row, len(history) + 1 :] = int(sequences.time_s[history[-1]])
    last = torch.tensor([len(history) for history in histories])
    device = model.items.weight.device
    states = model(items.to(device), event_types.to(device), times_s.to(device))
    hidden = states[torch.arange(len(expected)), last]
    scores: np.ndarray[tuple[int, ...], np.dtype[np.float32]] = model.logits(hidden).cpu().numpy()
    scores[:, :FIRST_ITEM] = -np.inf
    for row, target in enumerate(expected):
        scores[row, sequences.item_index[list(target.history)]] = -np.inf
    return scores
