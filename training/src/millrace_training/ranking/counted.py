"""A ranker over a counting retriever, on data sets for which no neural retriever is published.

First-order Markov counts are the best counting method on Online Retail by time, where baskets repeat.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from millrace_training.data import importing, mapping
from millrace_training.errors import TrainingError
from millrace_training.interactions import EventType, Interactions
from millrace_training.ranking import job, measuring
from millrace_training.ranking.fitting import FitSettings
from millrace_training.ranking.folds import FoldPlan
from millrace_training.ranking.replay import Fold, Stream
from millrace_training.ranking.requests import Values
from millrace_training.retriever import CANDIDATES, MASKED
from millrace_training.serving import Row
from millrace_training.vocabulary import FIRST_ITEM, Vocabulary

_MAX_HISTORY = 100
_TEST_SHARE = 0.2


class MarkovRetriever:
    """What followed the newest item most often; equal counts go by popularity."""

    def __init__(self, stream: Stream, origin: int) -> None:
        """Count the events before ``origin``."""
        items, users = stream.items[:origin], stream.events.user[:origin]
        size = len(stream.vocabulary.ids)
        order = np.argsort(users, kind="stable")
        before, after = items[order][:-1], items[order][1:]
        same = (users[order][:-1] == users[order][1:]) & (before >= 0) & (after >= 0)
        self._counts = np.zeros((size, size), dtype=np.float32)
        np.add.at(self._counts, (before[same], after[same]), 1)
        met = np.bincount(items[items >= 0], minlength=size)
        self._by_popularity = np.argsort(-met, kind="stable")

    def retrieve(self, rows: Sequence[Row]) -> tuple[NDArray[np.int32], Values]:
        """See :class:`millrace_training.ranking.replay.Retriever`."""
        newest = np.array([row.items[-1] if len(row.items) else 0 for row in rows]) - FIRST_ITEM
        scores = np.log1p(self._counts[np.maximum(newest, 0)]) * (newest >= 0)[:, None]
        for row, given in enumerate(rows):
            scores[row, np.asarray(given.exclude, dtype=np.int64) - FIRST_ITEM] = 0
        ordered = scores[:, self._by_popularity]
        best = np.argsort(-ordered, axis=1, kind="stable")[:, :CANDIDATES]
        found = np.take_along_axis(ordered, best, axis=1).astype(np.float32)
        indices = (self._by_popularity[best] + FIRST_ITEM).astype(np.int32)
        return indices, np.where(found > 0, found, np.float32(MASKED))


def run(
    data: Path,
    name: str,
    share: float,
    results: Path,
    threads: int,
    say: Callable[[str], None],
    also: Sequence[str] = (),
) -> Path:
    """Learn, measure and write the result file.

    Args:
        data: folder with the source file.
        name: of the mapping.
        share: of the targets that are drawn at random, from the folds and from the test, above 0 and at most 1.
        results: folder for the result file.
        threads: of PyTorch.
        say: takes progress.
        also: names of :data:`job.OPTIONAL`, sources that are asked, too.

    Raises:
        TrainingError: the data have no times, or the share is out of range.
    """
    if not 0 < share <= 1:
        raise TrainingError(f"--share {share}: must be above 0 and at most 1")
    started_s = time.monotonic()
    torch.set_num_threads(threads)
    stream = _stream(data, name)
    times = stream.events.time_s
    # The temporal protocol's moment: whatever shares it comes after the cut.
    cut = int(np.searchsorted(times, times[int(len(times) * (1 - _TEST_SHARE))], side="left"))
    settings: dict[str, Any] = {each: dict(entry) for each, entry in job.SOURCES.items() if each != "text"}
    settings["continuation"] = dict(job.REPEATED)
    settings.update({each: dict(job.OPTIONAL[each]) for each in also})
    built = [
        Fold(origin, end, MarkovRetriever(stream, origin), stream.catalogue(origin), share)
        for origin, end in FoldPlan(cut).spans()
    ]
    own = MarkovRetriever(stream, cut)
    catalogue = stream.catalogue(cut)
    ranked, _ = job.learn(stream, cut, built, own, catalogue, settings, _MAX_HISTORY, FitSettings(), say, share)
    ranked = replace(ranked, made={**ranked.made, "duration_s": round(time.monotonic() - started_s, 1)})
    command = f"python -m millrace_training rank-counted --data {name} --mapping {name} --share {share:g}"
    command += "".join(f" --with {each}" for each in also)
    what = f"first-order Markov counts (seen items not filtered, {share:.0%} of all targets drawn)"
    return measuring.run(ranked, name, what, f"{command} --results results", results, say)


def _stream(data: Path, name: str) -> Stream:
    imported = importing.import_data(data, mapping.load(name))
    histories = imported.histories
    if histories.times_s is None:
        raise TrainingError(f"--mapping {name}: has no times; a ranker by time needs them")
    users = np.repeat(np.arange(len(histories)), histories.lengths)
    types = np.full(len(users), int(EventType.PURCHASE), dtype=np.int64)
    events = Interactions(
        users,
        histories.items.astype(np.int64),
        histories.times_s,
        types,
        tuple(imported.user_ids),
        tuple(imported.item_ids),
    ).by_time()
    return Stream.of(events, Vocabulary(tuple(imported.item_ids)), None, filter_seen=False)
