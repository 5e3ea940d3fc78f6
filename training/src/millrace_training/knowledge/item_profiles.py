"""What items' text vectors do where they meet a profile's vector: beside a retriever, and for somebody without events.

For every kind of vectors the weights are chosen as where a version is made, on events that neither the retriever
nor the profiles know; then the events after the cut are asked about once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from millrace_training import evaluation
from millrace_training.evaluation import Target
from millrace_training.interactions import Interactions
from millrace_training.profiles import near_cold, weights
from millrace_training.profiles.catalogue import Profile
from millrace_training.profiles.encoder import Encoder, Vectors
from millrace_training.profiles.replaying import Replay
from millrace_training.profiles.rule import RuleProfiles
from millrace_training.profiles.sources import catalogue_of, counts
from millrace_training.profiles.texts import ItemText
from millrace_training.serving import ExportedRetriever
from millrace_training.vocabulary import Vocabulary
from millrace_training.windows import Sequences

_NEAR_COLD = ("keywords and vector, as chosen", "vector alone")


@dataclass(frozen=True)
class Known:
    """A retriever and what it knows.

    Attributes:
        events: how many of the stream.
        session: the retriever.
    """

    events: int
    session: ExportedRetriever


def measure(
    stream: Interactions,
    vocabulary: Vocabulary,
    described: Mapping[str, ItemText],
    encoder: Encoder,
    kinds: Mapping[str, Vectors],
    trial: Known,
    own: Known,
) -> dict[str, Any]:
    """NDCG@10 of lists with profiles of a rule, and of lists from statements alone.

    Args:
        stream: the events.
        vocabulary: of both retrievers and the vectors.
        described: texts by item id.
        encoder: of the profiles.
        kinds: float32 [items, 384] by name; the first is what the others are compared with.
        trial: chooses the weights on what lies between its events and those of ``own``.
        own: is measured on what lies behind its events.
    """
    choosing = _Side(stream, vocabulary, described, encoder, trial)
    past, sequences = stream[: own.events], Sequences.of(stream[: own.events], vocabulary)
    targets = list(evaluation.targets(past, trial.events))
    fusions = {
        name: weights.choose(
            past,
            sequences,
            trial.events,
            targets,
            trial.session,
            choosing.catalogue.with_vectors(vectors),
            choosing.rule,
            encoder,
        )
        for name, vectors in kinds.items()
    }
    side = _Side(stream, vocabulary, described, encoder, own)
    expected = list(evaluation.targets(stream, own.events))
    replay = Replay(stream, expected, vocabulary, own.session, side.catalogue)
    profiles = _profiles(stream, expected, side.rule, encoder)
    base = replay.without_profiles()
    table, cold, plain = [replay.row("retriever", base, base)], [], None
    for name, vectors in kinds.items():
        catalogue = side.catalogue.with_vectors(vectors)
        beside = replay.beside(catalogue)
        ranks = beside.chosen(beside.pools(profiles), fusions[name])
        plain = ranks if plain is None else plain
        row = beside.row(name, ranks, plain)
        table.append({**row, "change_against_retriever": beside.row(name, ranks, base)["change"]})
        alone = near_cold.measure(
            stream, own.events, vocabulary, own.session, catalogue, side.rule, encoder, fusions[name]
        )
        cold += [{**each, "name": f"{name}: {each['name']}"} for each in alone["rows"] if each["name"] in _NEAR_COLD]
    return {"fusion": fusions, "targets": len(expected), "rows": table, "near_cold": cold}


class _Side:
    """What is known of items and claims when a retriever's events are."""

    def __init__(
        self,
        stream: Interactions,
        vocabulary: Vocabulary,
        described: Mapping[str, ItemText],
        encoder: Encoder,
        known: Known,
    ) -> None:
        past = stream[: known.events]
        self.rule = RuleProfiles(described, counts(past))
        self.catalogue = catalogue_of(past, vocabulary, described, self.rule, encoder)


def _profiles(stream: Interactions, expected: Sequence[Target], rule: RuleProfiles, encoder: Encoder) -> list[Profile]:
    return weights.with_vectors([rule.claims(weights.history(stream, each.history)) for each in expected], encoder)
