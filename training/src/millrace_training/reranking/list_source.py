"""Lists of a data set for learning to rerank, as a version of the retriever would have made them earlier."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from millrace_training import interactions
from millrace_training.errors import TrainingError
from millrace_training.profiles import texts
from millrace_training.ranking import folds
from millrace_training.ranking.folds import FoldPlan
from millrace_training.ranking.replay import Stream
from millrace_training.recipes import RECIPES
from millrace_training.repository import ModelRepository
from millrace_training.reranking import tuning_lists
from millrace_training.reranking.tuning_lists import ListPlan, TuningList
from millrace_training.reranking.wording import Wording


@dataclass(frozen=True)
class ListSource:
    """Where lists come from.

    Attributes:
        models: repository whose latest version's lists are to be reordered.
        data: events and ``items.tsv``.
        until: the cut; nothing after it is looked at.
        work: folder for the earlier retriever.
        plan: how many lists of which size.
        share: of the events before the cut, the newest, that make lists.
    """

    models: Path
    data: Path
    until: str
    work: Path
    plan: ListPlan = field(default_factory=ListPlan)
    share: float = 0.1


@dataclass(frozen=True)
class SourcedLists:
    """What was made.

    Attributes:
        learned: lists to learn from.
        validated: lists that choose when to stop.
        about: where they come from, for the record.
    """

    learned: list[TuningList]
    validated: list[TuningList]
    about: dict[str, object]


def build(source: ListSource, say: Callable[[str], None]) -> SourcedLists:
    """Make the lists; the earlier retriever is trained unless ``work`` has it.

    Raises:
        TrainingError: something is missing, or too few events make lists.
    """
    repository = ModelRepository(source.models)
    version = repository.latest()
    described = texts.read(source.data)
    if version is None or not described:
        raise TrainingError(f"--models {source.models} needs a version, and --data {source.data} an items.tsv")
    trained = json.loads((repository.folder(version) / "bundle.json").read_text(encoding="utf-8"))["training"]
    events = interactions.read(source.data).by_time(trained["ties"])
    cut = interactions.cut(events, source.until)
    stream = Stream.of(events[:cut], repository.vocabulary(), None)
    fold = folds.build(
        stream,
        FoldPlan(cut, source.share, 1),
        RECIPES[trained["recipe"]],
        int(trained["seed"]),
        int(trained["epochs"]),
        source.work,
        say,
    )[0]
    learned, validated = tuning_lists.build(stream, fold, Wording(described, events, fold.origin), source.plan)
    about = {"dataset": source.data.name, "until": source.until, "events": cut, "retriever_events": fold.origin}
    return SourcedLists(learned, validated, about)
