"""What a new version holds beside its graph so that profiles bring items."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from millrace_training import retriever
from millrace_training.fitting import Fit
from millrace_training.interactions import Interactions
from millrace_training.profiles import texts, weights
from millrace_training.profiles.catalogue import Catalogue
from millrace_training.profiles.encoder import NAME, Encoder
from millrace_training.profiles.like_minded import LikeMinded
from millrace_training.profiles.pools import BASES, LIKE_MINDED
from millrace_training.profiles.rule import RuleProfiles
from millrace_training.profiles.texts import ItemText
from millrace_training.recipes import Recipe
from millrace_training.repository import Sources
from millrace_training.serving import ExportedRetriever
from millrace_training.vocabulary import FIRST_ITEM, Vocabulary
from millrace_training.windows import Sequences


@dataclass(frozen=True)
class SourcesJob:
    """What to build from.

    Attributes:
        data: folder that may have an ``items.tsv``.
        recipe: of the model.
        threads: for the graph.
        with_texts: whether titles and attributes become part of the version.
        load: loads the encoder; only called for data with texts.
    """

    data: Path
    recipe: Recipe
    threads: int
    with_texts: bool
    load: Callable[[], Encoder]


def build(
    job: SourcesJob,
    past: Interactions,
    vocabulary: Vocabulary,
    allowed: NDArray[np.bool_],
    fitted: Fit,
    say: Callable[[str], None],
) -> Sources | None:
    """Item texts, their vectors, and weights chosen on the validation events; None for data without texts.

    Args:
        job: the files and settings.
        past: the training events.
        vocabulary: the new version's.
        allowed: bool [size]; what the new version may recommend.
        fitted: the model, and the run that has not seen the validation events.
        say: takes progress.
    """
    described = texts.read(job.data)
    if not described:
        return None
    encoding = job.load()
    sequences = Sequences.of(past, vocabulary)
    before = past[: fitted.held_out]
    known = np.zeros(vocabulary.size, dtype=np.bool_)
    known[sequences.item_index[: fitted.held_out]] = True
    known[:FIRST_ITEM] = False
    rule = RuleProfiles(described, counts(before))
    fusion = weights.choose(
        past,
        sequences,
        fitted.held_out,
        fitted.expected,
        ExportedRetriever(retriever.export(fitted.trial, job.recipe, known), job.threads),
        catalogue_of(before, vocabulary, described, rule, encoding),
        rule,
        encoding,
    )
    say(f"profiles beside the retriever, chosen by validation: {shown(fusion)}")
    final = texts.in_order(described, vocabulary.ids, allowed[FIRST_ITEM:].tolist())
    liked = LikeMinded.learn(past, RuleProfiles(described, counts(past)), vocabulary.ids)
    return Sources(
        texts.to_bytes(final) if job.with_texts else b"",
        encoding.encode([text.sentence() for text in final]),
        NAME,
        fusion,
        liked.to_bytes() if any(step.get("base") == LIKE_MINDED for step in fusion["steps"]) else b"",
    )


def catalogue_of(
    past: Interactions,
    vocabulary: Vocabulary,
    described: Mapping[str, ItemText],
    rule: RuleProfiles,
    encoder: Encoder,
) -> Catalogue:
    """The catalogue of a version that was trained on some events.

    Args:
        past: the events; only their items may be recommended.
        vocabulary: the version's.
        described: texts by item id.
        rule: learned from the same events.
        encoder: of the texts.
    """
    allowed = np.zeros(vocabulary.size, dtype=np.bool_)
    allowed[Sequences.of(past, vocabulary).item_index] = True
    allowed[:FIRST_ITEM] = False
    liked = LikeMinded.learn(past, rule, vocabulary.ids)
    return Catalogue(vocabulary, described, allowed, counts(past), encoder, liked)


def counts(events: Interactions) -> dict[str, int]:
    """How often each item was met."""
    numbers, found = np.unique(events.item, return_counts=True)
    return {events.item_ids[number]: int(count) for number, count in zip(numbers, found, strict=True)}


def shown(fusion: Mapping[str, Any]) -> str:
    """Weights as a line."""
    return "; ".join(
        f"from {step['from_events']} events keywords {step['keywords']}, vector {step['profile']}"
        + (f" beside {BASES[step['base']]}" if "base" in step else "")
        for step in fusion["steps"]
    )
