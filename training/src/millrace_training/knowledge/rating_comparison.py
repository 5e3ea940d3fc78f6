"""Measure predictors of ratings by time: learned from the first events, asked about the newest."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from millrace_training import atomic, interactions
from millrace_training.errors import TrainingError
from millrace_training.knowledge import matrix_factorisation, rating_training
from millrace_training.knowledge.rating_rows import RatingRows, rows
from millrace_training.knowledge.ratings import RatingSettings
from millrace_training.profiles import texts
from millrace_training.profiles.encoder import DIMENSIONS, Encoder
from millrace_training.protocols.measures import interval_over

KIND = "rating-prediction"
_HELD_OUT = 0.1
_MOST_EPOCHS = 12

Predictions = NDArray[np.float64]


@dataclass(frozen=True)
class RatingJob:
    """What to measure.

    Attributes:
        data: folder with ratings, and ``items.tsv`` for texts.
        until: the cut.
        load: loads the text encoder.
        seeds: how many runs of everything random.
        epochs: of the head; None chooses them on the newest tenth before the cut.
        blind: also measure the head with past ratings unknown.
        threads: for training.
        results: folder for the result file.
    """

    data: Path
    until: str
    load: Callable[[], Encoder]
    seeds: int
    epochs: int | None
    blind: bool
    threads: int
    results: Path


def run(job: RatingJob, say: Callable[[str], None] = print) -> Path:
    """Measure and write one result file; return it.

    Raises:
        TrainingError: events without ratings, nothing after the cut, or scikit-surprise is missing.
    """
    torch.set_num_threads(job.threads)
    seeds = range(1, job.seeds + 1)
    started = time.monotonic()
    stream = interactions.read(job.data).by_time()
    cut = interactions.cut(stream, job.until)
    if cut == len(stream):
        raise TrainingError(f"--until {job.until}: no events after it to measure on")
    held_out = int(_HELD_OUT * cut)
    choosing, final = rows(stream, cut - held_out), rows(stream, cut)
    scale = float(final.value[:cut].min()), float(final.value[:cut].max())
    described = texts.read(job.data)
    sentences = [described[item].sentence() if item in described else "" for item in stream.item_ids]
    vectors = torch.from_numpy(
        np.vstack([np.zeros((1, DIMENSIONS), dtype=np.float32), job.load().encode(sentences)]).astype(np.float32)
    )
    table = _Table(final, cut, say)
    table.add("item mean", final.scalars[cut:, 0])
    table.add("user and item biases, updated with every rating", final.baseline[cut:])
    settings, ridge = matrix_factorisation.tuned(choosing, cut - held_out, cut, scale)
    fitted = [matrix_factorisation.fit(final, cut, len(final), settings, scale, seed) for seed in seeds]
    table.add("matrix factorisation", *(each.predictions for each in fitted))
    fresh = [matrix_factorisation.with_fresh_users(each, final, cut, len(final), ridge, scale) for each in fitted]
    table.add("matrix factorisation, users refitted before every row", *fresh)
    epochs = {}
    for values in (True, False) if job.blind else (True,):
        sizes = RatingSettings(least=int(scale[0]), most=int(scale[1]), values=values)
        number = job.epochs or rating_training.chosen_epochs(sizes, vectors, choosing, cut, held_out, _MOST_EPOCHS, 1)
        heads = [rating_training.train(sizes, vectors, final, cut, number, seed) for seed in seeds]
        found = [rating_training.predict(head, final, cut, len(final)) for head in heads]
        known = "" if values else ", past ratings unknown"
        epochs["head" + known] = number
        for name, words in (("regression", "regression"), ("classes", "5 classes"), ("both", "mean of both")):
            table.add(f"head, {words}{known}", *(each[name] for each in found))
    table.compare("head, mean of both", "matrix factorisation", [each.predictions for each in fitted])
    table.compare("head, mean of both", "matrix factorisation, users refitted before every row", fresh)
    result = {
        "kind": KIND,
        "dataset": job.data.name,
        "command": _command(job),
        "protocol": "by time; histories grow with every rating, models do not; settings and epochs chosen on the "
        "newest tenth before the cut",
        "train": cut,
        "test": len(final) - cut,
        "test_share_of_users_before_the_cut": round(
            float(np.isin(final.user[cut:], np.unique(final.user[:cut])).mean()), 4
        ),
        "seeds": list(seeds),
        "matrix_factorisation": {
            "library": "scikit-surprise 1.1.5, SVD",
            "factors": settings[0],
            "penalty": settings[1],
            "epochs": settings[2],
            "ridge_of_refitted_users": ridge,
        },
        "epochs": epochs,
        "rows": table.rows,
        "differences": table.differences,
        "duration_s": round(time.monotonic() - started),
    }
    path = job.results / f"{job.data.name}-rating-prediction.json"
    atomic.write_file(path, (json.dumps(result, indent=2) + "\n").encode("utf-8"))
    return path


def _command(job: RatingJob) -> str:
    command = f"python -m millrace_training ratings --data {job.data.name} --until {job.until} --seeds {job.seeds}"
    command += f" --epochs {job.epochs}" if job.epochs is not None else ""
    return command + " --blind" if job.blind else command


class _Table:
    """Errors of each predictor, mean over its runs."""

    def __init__(self, final: RatingRows, cut: int, say: Callable[[str], None]) -> None:
        self._value, self._user, self._say = final.value[cut:].astype(np.float64), final.user[cut:], say
        self._squares: dict[str, Predictions] = {}
        self.rows: list[Mapping[str, Any]] = []
        self.differences: list[Mapping[str, Any]] = []

    def add(self, name: str, *runs: NDArray[Any]) -> None:
        errors = [np.asarray(run, dtype=np.float64) - self._value for run in runs]
        roots = [float(np.sqrt((error**2).mean())) for error in errors]
        absolute = [float(np.abs(error).mean()) for error in errors]
        self._squares[name] = np.mean([error**2 for error in errors], axis=0)
        row = {"name": name, "rmse": round(float(np.mean(roots)), 4), "mae": round(float(np.mean(absolute)), 4)}
        self.rows.append({**row, "runs": len(runs), "rmse_sd": round(float(np.std(roots)), 4)})
        self._say(f"{name:<60} RMSE {row['rmse']:.4f}  MAE {row['mae']:.4f}")

    def compare(self, name: str, other: str, runs: list[Predictions]) -> None:
        theirs = np.mean([(run - self._value) ** 2 for run in runs], axis=0)
        gain = theirs - self._squares[name]
        self.differences.append(
            {
                "of": name,
                "to": other,
                "mean_squared_error_less": round(float(gain.mean()), 4),
                "interval": interval_over(gain, self._user),
            }
        )
