"""How fast a model is trained here, beside the same model in eager PyTorch.

Contestants take turns: each trains the same examples for a few steps, one after the other, and what is said of two of
them is the median of the ratios in the same turn. So a machine that others use, too, does not decide.

===========  =========================================================================================================
``eager``    as it is usually written: every window padded to the longest that the model takes, logits of every
             place, PyTorch's dropout and cross-entropy, places of padding ignored by the loss
``careful``  the same, but windows padded to the longest of their step, and logits of places with a target only
``ours``     :class:`millrace_training.neural.lessons.Windows`, as recipes are trained
===========  =========================================================================================================
"""

from __future__ import annotations

import copy
import json
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from millrace_training import atomic
from millrace_training.benchmark import recipe
from millrace_training.benchmark.recipe import BenchmarkRecipe
from millrace_training.benchmark.running import open_data
from millrace_training.data.histories import Histories
from millrace_training.errors import TrainingError
from millrace_training.machine import Machine
from millrace_training.neural.dropout import Dropout
from millrace_training.neural.lessons import Examples, Lesson, Windows, padded
from millrace_training.neural.model import PADDING
from millrace_training.neural.sasrec import SasRec, SasRecSettings
from millrace_training.neural.trainer import TrainerSettings
from millrace_training.progress import Progress

_IGNORED = -100


class EagerWindows(Windows):
    """The lesson of ``eager`` and ``careful``: the loss of all places at once, by PyTorch's own parts."""

    def __init__(self, model: SasRec, histories: Histories, careful: bool) -> None:
        """Let ``model`` learn from ``histories``; its dropout is replaced by PyTorch's.

        Args:
            model: with full cross-entropy.
            histories: of training.
            careful: whether padding is kept short and left out of the logits.
        """
        super().__init__(model, histories)
        self._sasrec = model
        self._careful = careful
        for module in list(model.modules()):
            for name, part in module.named_children():
                if isinstance(part, Dropout):
                    setattr(module, name, nn.Dropout(part.share).train(part.training))

    def loss(self, examples: Examples) -> tuple[Tensor, int]:
        """Full cross-entropy at all targets."""
        model, (starts, ends) = self._sasrec, examples.T
        indices, wanted = (
            self._columns(self.histories.between(starts + shift, ends + shift), model.device) for shift in (0, 1)
        )
        hidden, targets = model.states(indices), wanted.masked_fill(wanted == PADDING, _IGNORED + 1) - 1
        if self._careful:
            real = targets != _IGNORED
            hidden, targets = hidden[real], targets[real]
        logits = (hidden @ model.item_vectors().T).flatten(0, -2)
        loss = functional.cross_entropy(logits, targets.flatten(), ignore_index=_IGNORED, reduction="sum")
        return loss, int((targets != _IGNORED).sum())

    def _columns(self, histories: Histories, device: torch.device) -> Tensor:
        longest = self._sasrec.max_history
        columns = padded(histories, longest, device).indices
        return columns if self._careful else functional.pad(columns, (longest - columns.shape[1], 0), value=PADDING)


@dataclass(frozen=True)
class SpeedJob:
    """What is compared.

    Attributes:
        histories: of training.
        settings: of the model.
        batch_size: examples per step.
        turns: how often every contestant is measured.
        steps: of one turn.
        machine: what it runs on.
        seed: decides weights, windows and their order.
    """

    histories: Histories
    settings: SasRecSettings
    batch_size: int
    turns: int
    steps: int
    machine: Machine
    seed: int = 1


@dataclass(frozen=True)
class SpeedCommand:
    """The same, by names.

    Attributes:
        recipe: of a benchmark.
        data: folder with its source file, or one that was imported already.
        turns: how often every contestant is measured.
        steps: of one turn.
        machine: what it runs on.
    """

    recipe: str
    data: Path
    turns: int
    steps: int
    machine: Machine


def run(command: SpeedCommand, report: Path | None, say: Callable[[str], None] = print) -> None:
    """Compare, print, and write the figures where asked.

    Raises:
        TrainingError: the data can't be read, or the recipe has no SASRec with full cross-entropy.
    """
    chosen = recipe.load(command.recipe)
    declared = _sasrec(chosen)
    data = open_data(command.data, chosen.dataset)
    trainer = TrainerSettings(**declared.pop("training", {}))
    settings = SasRecSettings(**declared)
    histories = chosen.split(data.histories).train
    say(f"{data.summary()}; {command.machine.device}, {command.machine.precision}, {command.machine.threads} threads")
    with Progress("training in turns", command.turns + 1, "turns") as line:
        job = SpeedJob(histories, settings, trainer.batch_size, command.turns, command.steps, command.machine)
        figures = compare(job, lambda: line.advance(1))
    for name, speed in figures["targets_per_s"].items():
        against = figures["ours_to"].get(name)
        spread = "" if against is None else "  ours {median:.2f} times, {least:.2f} to {largest:.2f}".format(**against)
        say(f"{name:<10} {speed:>10,} targets/s{spread}")
    if report is not None:
        about = {
            "command": f"python -m millrace_training training-speed --recipe {chosen.name} --data {chosen.dataset} "
            f"--turns {command.turns} --steps {command.steps} --device {command.machine.device} "
            f"--precision {command.machine.precision} --threads {command.machine.threads}",
            "pytorch": torch.__version__,
        }
        atomic.write_file(report, (json.dumps({**about, **figures}, indent=1) + "\n").encode("utf-8"))


def _sasrec(chosen: BenchmarkRecipe) -> dict[str, Any]:
    methods = [part for method in chosen.methods.values() for part in method.get("parts", [method])]
    for method in methods:
        if method["kind"] == "SASRec" and method.get("objective", "full") == "full":
            return {key: value for key, value in method.items() if key not in ("kind", "weights")}
    raise TrainingError(f"--recipe {chosen.name}: has no SASRec with full cross-entropy")


def compare(
    job: SpeedJob, turn: Callable[[], None] = lambda: None, clock: Callable[[], float] = time.perf_counter
) -> dict[str, Any]:
    """Let all contestants train in turns.

    Args:
        job: what is compared.
        turn: called after each turn, and after the one before them, in which everything warms up.
        clock: seconds.

    Returns:
        Median targets per second by contestant, and the median, least and largest ratio of ours to each other one.
    """
    job.machine.claim()
    contestants = _contestants(job)
    order = Windows(contestants["ours"].model, job.histories).examples(np.random.default_rng(job.seed))
    speeds: dict[str, list[float]] = {name: [] for name in contestants}
    for number in range(job.turns + 1):
        for name, contestant in contestants.items():
            speed = contestant.turn(_steps(order, number, job), job.machine, clock)
            if number:
                speeds[name].append(speed)
        turn()
    return {
        "targets_per_s": {name: round(statistics.median(found)) for name, found in speeds.items()},
        "ours_to": {name: _spread(speeds["ours"], found) for name, found in speeds.items() if name != "ours"},
    }


@dataclass(frozen=True)
class _Contestant:
    model: SasRec
    lesson: Lesson
    optimizer: torch.optim.Optimizer

    def turn(self, steps: list[Examples], machine: Machine, clock: Callable[[], float]) -> float:
        """Targets per second."""
        targets, started_s = 0, clock()
        for examples in steps:
            self.optimizer.zero_grad()
            with machine.arithmetic():
                loss, count = self.lesson.loss(examples)
            (loss / count).backward()  # type: ignore[no-untyped-call]
            self.optimizer.step()
            targets += count
        if machine.device.type == "cuda":
            torch.cuda.synchronize(machine.device)
        return targets / (clock() - started_s)


def _contestants(job: SpeedJob) -> Mapping[str, _Contestant]:
    torch.manual_seed(job.seed)
    drawn = SasRec(job.settings, job.histories.item_count).to(job.machine.device).train()

    def contestant(lesson: Callable[[SasRec], Lesson]) -> _Contestant:
        model = copy.deepcopy(drawn)
        return _Contestant(model, lesson(model), torch.optim.Adam(model.parameters()))

    return {
        "eager": contestant(lambda model: EagerWindows(model, job.histories, careful=False)),
        "careful": contestant(lambda model: EagerWindows(model, job.histories, careful=True)),
        "ours": contestant(lambda model: Windows(model, job.histories)),
    }


def _steps(order: Examples, turn: int, job: SpeedJob) -> list[Examples]:
    """Those of one turn; they begin again where an epoch ends."""
    starts = (np.arange(turn * job.steps, (turn + 1) * job.steps) * job.batch_size) % len(order)
    return [order[start : start + job.batch_size] for start in starts.tolist()]


def _spread(ours: list[float], others: list[float]) -> dict[str, float]:
    ratios = [mine / other for mine, other in zip(ours, others, strict=True)]
    return {
        "median": round(statistics.median(ratios), 3),
        "least": round(min(ratios), 3),
        "largest": round(max(ratios), 3),
    }
