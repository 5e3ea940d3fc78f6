"""The events after a cut, each with what a retriever returned for it, ranked with profiles beside the retriever."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from millrace_training.evaluation import Target
from millrace_training.interactions import Interactions
from millrace_training.profiles import weights
from millrace_training.profiles.catalogue import Catalogue, Profile, Retrieved, retrieve, rows
from millrace_training.profiles.pools import Pools, Weights
from millrace_training.protocols.measures import gains, hits, interval_over
from millrace_training.serving import ExportedRetriever
from millrace_training.vocabulary import Vocabulary
from millrace_training.windows import Sequences

_AT = 10

Values = NDArray[np.float64]


class Replay:
    """Targets in the order of the stream; every array has one entry for each.

    Attributes:
        expected: the targets.
        lengths: events that their users had before.
        cold: whether those were fewer than ``weights.COLD_BELOW``.
        users: whose they are.
    """

    def __init__(
        self,
        stream: Interactions,
        expected: Sequence[Target],
        vocabulary: Vocabulary,
        session: ExportedRetriever,
        catalogue: Catalogue,
    ) -> None:
        """Ask the retriever about every target.

        Args:
            stream: the events.
            expected: at least one.
            vocabulary: of retriever and catalogue.
            session: the retriever.
            catalogue: of the events that the retriever knows.
        """
        sequences = Sequences.of(stream, vocabulary)
        self.expected = list(expected)
        self.lengths = np.array([len(target.history) for target in expected])
        self.cold: NDArray[np.bool_] = self.lengths < weights.COLD_BELOW
        self.users = stream.user[[target.position for target in expected]]
        self._catalogue = catalogue
        self._wanted = weights.item_numbers(sequences, [target.position for target in expected])
        self._retrieved: list[Retrieved] = retrieve(session, rows(sequences, expected))

    def only(self, mask: NDArray[np.bool_]) -> Replay:
        """The same of a part of the targets."""
        part = copy.copy(self)
        part.expected = [each for each, kept in zip(self.expected, mask, strict=True) if kept]
        part._wanted = [each for each, kept in zip(self._wanted, mask, strict=True) if kept]
        part._retrieved = [each for each, kept in zip(self._retrieved, mask, strict=True) if kept]
        part.lengths, part.cold, part.users = self.lengths[mask], self.cold[mask], self.users[mask]
        return part

    def beside(self, catalogue: Catalogue) -> Replay:
        """The same targets and the same candidates of the retriever, with another catalogue's sources beside it."""
        other = copy.copy(self)
        other._catalogue = catalogue
        return other

    def pools(self, profiles: Sequence[Profile | None]) -> Pools:
        """The candidates of all sources, a profile for each target."""
        return self._catalogue.pools(list(zip(self._wanted, self._retrieved, profiles, strict=True)))

    def without_profiles(self) -> Values:
        """Ranks in the retriever's own order."""
        return self.pools([None] * len(self.expected)).ranks(Weights())

    def chosen(
        self, pools: Pools, fusion: Mapping[str, Any], part: Callable[[Weights], Weights] = lambda w: w
    ) -> Values:
        """Ranks with a bundle's weights.

        Args:
            pools: of these targets.
            fusion: as ``bundle.json`` has it.
            part: changes the weights of each step.
        """
        found = np.empty(len(self.expected))
        for step in fusion["steps"]:
            these = self.lengths >= step["from_events"]
            found[these] = pools.ranks(part(Weights(step["keywords"], step["profile"])))[these]
        return found

    def row(self, name: str, ranks: Values, base: Values) -> dict[str, Any]:
        """Accuracy, and its change against other ranks with a 95 % interval over users: of all, and of cold users."""
        gained = gains(ranks, _AT)
        change = gained - gains(base, _AT)
        cold: dict[str, Any] = {"cold_ndcg_at_10": None, "cold_change": None, "cold_change_95": None}
        if self.cold.any():
            cold = {
                "cold_ndcg_at_10": round(float(gained[self.cold].mean()), 5),
                "cold_change": round(float(change[self.cold].mean()), 5),
                "cold_change_95": interval_over(change[self.cold], self.users[self.cold]),
            }
        return {
            "name": name,
            "ndcg_at_10": round(float(gained.mean()), 5),
            "hit_rate_at_10": round(float(hits(ranks, _AT).mean()), 5),
            "change": round(float(change.mean()), 5),
            "change_95": interval_over(change, self.users),
            **cold,
        }
