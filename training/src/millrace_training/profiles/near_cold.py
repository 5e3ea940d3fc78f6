"""Lists from preference statements alone, beside popular items and beside BM25 over the same texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import bm25s
import numpy as np
from numpy.typing import NDArray

from millrace_training.interactions import Interactions
from millrace_training.profiles import statements, weights
from millrace_training.profiles.catalogue import Catalogue, Profile, Retrieved, retrieve
from millrace_training.profiles.encoder import Encoder
from millrace_training.profiles.keywords import words
from millrace_training.profiles.pools import BASES, LIKE_MINDED, POPULAR, RETRIEVER, Pools, Weights
from millrace_training.profiles.rule import RuleProfiles
from millrace_training.protocols.measures import gains, interval_over
from millrace_training.serving import ExportedRetriever, Row
from millrace_training.vocabulary import Vocabulary
from millrace_training.windows import Sequences

_AT = 10
_NAMES = {RETRIEVER: "the retriever", **BASES}

Values = NDArray[np.float64]


def measure(
    stream: Interactions,
    cut: int,
    vocabulary: Vocabulary,
    session: ExportedRetriever,
    catalogue: Catalogue,
    rule: RuleProfiles,
    encoder: Encoder,
    fusion: Mapping[str, Any],
) -> dict[str, Any]:
    """NDCG@10 over the later likes of users who are new after the cut; each like is a case."""
    cases = statements.cases(stream, cut, rule)
    if not cases:
        return {"users": 0, "targets": 0, "rows": []}
    sequences = Sequences.of(stream, vocabulary)
    users = np.array([case.user for case in cases for _ in case.targets])
    wanted = [weights.item_numbers(sequences, case.targets) for case in cases]
    profiles = weights.with_vectors([case.claims for case in cases], encoder)
    empty = retrieve(session, [Row()])[0]
    pools = {
        RETRIEVER: _pools(catalogue, wanted, profiles, [empty] * len(cases)),
        POPULAR: _pools(catalogue, wanted, profiles, [catalogue.popular()] * len(cases)),
        LIKE_MINDED: _pools(catalogue, wanted, profiles, [catalogue.like_minded(case.claims) for case in cases]),
    }
    liked = _pools(catalogue, wanted, profiles, [catalogue.like_minded(())] * len(cases))
    chosen = weights.of_length(fusion, 0)
    own = pools[chosen.base]
    popular = _ranks([-catalogue.places.astype(np.float64)] * len(cases), wanted, catalogue)
    ranks = {
        "popular": popular,
        "BM25 over title and attributes": _ranks(_bm25(cases, catalogue), wanted, catalogue),
        "popular by likes alone": liked.ranks(Weights()),
        "retriever, no history": pools[RETRIEVER].ranks(Weights()),
        "keywords and vector, as chosen": own.ranks(chosen),
        **{
            f"the same beside {name}": pools[base].ranks(chosen) for base, name in _NAMES.items() if base != chosen.base
        },
        "as chosen, without keywords and vector": own.ranks(Weights()),
        "keywords alone": own.ranks(Weights(1, 0), retriever=0),
        "vector alone": own.ranks(Weights(0, 1), retriever=0),
    }
    base = gains(popular, _AT)
    return {
        "users": len(cases),
        "targets": len(popular),
        "rows": [_row(name, gains(each, _AT), base, users) for name, each in ranks.items()],
    }


def _pools(catalogue: Catalogue, wanted: list[list[int]], profiles: list[Profile], found: Sequence[Retrieved]) -> Pools:
    return catalogue.pools(
        [(item, own, profile) for items, own, profile in zip(wanted, found, profiles, strict=True) for item in items]
    )


def _bm25(cases: list[statements.Case], catalogue: Catalogue) -> list[Values]:
    index = bm25s.BM25()
    index.index([words(text.sentence()) or ["-"] for text in catalogue.texts], show_progress=False)
    return [index.get_scores(words(case.text())).astype(np.float64) for case in cases]


def _ranks(scores: list[Values], wanted: list[list[int]], catalogue: Catalogue) -> Values:
    """Full ranking of the described items; of equal scores the more popular item is first."""
    described = np.array([text.described for text in catalogue.texts])
    found = []
    for values, items in zip(scores, wanted, strict=True):
        for item in items:
            if item < 0 or not described[item]:
                found.append(np.inf)
                continue
            tied = (values == values[item]) & (catalogue.places < catalogue.places[item])
            found.append(1.0 + (((values > values[item]) | tied) & described).sum())
    return np.array(found)


def _row(name: str, gained: Values, base: Values, users: NDArray[np.int64]) -> dict[str, Any]:
    return {
        "name": name,
        "ndcg_at_10": round(float(gained.mean()), 5),
        "change": round(float((gained - base).mean()), 5),
        "change_95": interval_over(gained - base, users),
    }
