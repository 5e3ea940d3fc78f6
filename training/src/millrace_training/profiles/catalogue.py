"""Everything about items that the sources need, and the questions that targets with profiles make."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from millrace_training import evaluation
from millrace_training.evaluation import Target
from millrace_training.profiles import texts
from millrace_training.profiles.encoder import Encoder, Vectors
from millrace_training.profiles.keywords import KeywordIndex
from millrace_training.profiles.like_minded import LikeMinded
from millrace_training.profiles.pools import CANDIDATES, Pools, Question
from millrace_training.profiles.rule import Claims
from millrace_training.profiles.texts import ItemText
from millrace_training.repository import POPULAR_CANDIDATES
from millrace_training.serving import NOT_RETURNED, ExportedRetriever, Row
from millrace_training.vocabulary import FIRST_ITEM, Vocabulary
from millrace_training.windows import Sequences

_BATCH = 64


@dataclass(frozen=True)
class Profile:
    """What a user's profile gives to a list.

    Attributes:
        claims: keywords with weights.
        vector: float32 [384] of its text; zeros without one.
    """

    claims: Claims
    vector: Vectors


@dataclass(frozen=True)
class Retrieved:
    """The base's candidates for one list: item numbers and scores, best first."""

    items: NDArray[np.int64]
    scores: NDArray[np.float64]
    excluded: NDArray[np.int64]


class Catalogue:
    """Items in the order of a vocabulary, numbered from 0, with texts, vectors and popularity."""

    def __init__(
        self,
        vocabulary: Vocabulary,
        described: Mapping[str, ItemText],
        allowed: NDArray[np.bool_],
        popular: Mapping[str, int],
        encoder: Encoder,
        liked: LikeMinded,
    ) -> None:
        """Index the texts and encode them.

        Args:
            vocabulary: the bundle's.
            described: texts by item id.
            allowed: bool [vocabulary.size]; what may be recommended.
            popular: events by item id in the training range.
            encoder: of the texts.
            liked: by those who say something of themselves, in the training range.
        """
        self._liked = liked
        self.texts = texts.in_order(described, vocabulary.ids, allowed[FIRST_ITEM:].tolist())
        self.index = KeywordIndex(self.texts)
        self.vectors = encoder.encode([text.sentence() for text in self.texts])
        counts = np.array([popular.get(item, 0) for item in vocabulary.ids])
        self._counts = counts
        self.places = np.empty(len(counts), dtype=np.int64)
        self.places[np.argsort(-counts, kind="stable")] = np.arange(len(counts))
        self._brought = np.array([float(text.described) for text in self.texts])

    def with_vectors(self, vectors: Vectors) -> Catalogue:
        """The same items with other vectors, float32 [items, 384]; an item without a text keeps zeros."""
        other = copy.copy(self)
        other.vectors = np.where(self._brought[:, None] > 0, vectors, np.float32(0))
        return other

    def popular(self) -> Retrieved:
        """The most popular items for somebody who has seen none, by the logarithm of their counts."""
        best = np.argsort(self.places)[:POPULAR_CANDIDATES]
        return Retrieved(best, np.log1p(self._counts[best].astype(np.float64)), np.zeros(0, dtype=np.int64))

    def like_minded(self, claims: Claims) -> Retrieved:
        """What those like who say the same, for somebody who has seen nothing."""
        scores = self._liked.scores(self.index.attributes(claims)).astype(np.float64)
        known = np.flatnonzero(self._counts > 0)
        best = known[np.lexsort((self.places[known], -scores[known]))[:CANDIDATES]]
        return Retrieved(best, scores[best], np.zeros(0, dtype=np.int64))

    def pools(self, asked: Sequence[tuple[int, Retrieved, Profile | None]]) -> Pools:
        """Gather the candidates of all sources: target, what was retrieved, and the profile, for each list."""
        return Pools(self._questions(asked), self.places, self._brought)

    def _questions(self, asked: Sequence[tuple[int, Retrieved, Profile | None]]) -> Iterator[Question]:
        for target, retrieved, profile in asked:
            keywords = self.index.scores(profile.claims) if profile is not None and profile.claims else None
            cosines = self.vectors @ profile.vector if profile is not None and profile.vector.any() else None
            yield Question(
                target,
                retrieved.items,
                retrieved.scores,
                retrieved.excluded,
                keywords,
                None if cosines is None else cosines.astype(np.float64),
            )


def retrieve(session: ExportedRetriever, rows: Sequence[Row]) -> list[Retrieved]:
    """What the graph returns for each row."""
    found: list[Retrieved] = []
    for start in range(0, len(rows), _BATCH):
        part = rows[start : start + _BATCH]
        candidates, scores = session.retrieve(part)
        for row, items, values in zip(part, candidates, scores, strict=True):
            kept = values > NOT_RETURNED
            found.append(
                Retrieved(
                    items[kept].astype(np.int64) - FIRST_ITEM,
                    values[kept].astype(np.float64),
                    np.array(row.exclude, dtype=np.int64) - FIRST_ITEM,
                )
            )
    return found


def rows(sequences: Sequences, expected: Sequence[Target]) -> list[Row]:
    """The requests that the targets' histories make."""
    return [evaluation.row(sequences, target.history) for target in expected]
