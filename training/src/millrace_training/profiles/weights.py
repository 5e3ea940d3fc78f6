"""Choose how much the sources count, on validation events that neither model nor profiles have seen.

The graph of a published model was fitted to the validation events as well, so the choice is made with the run
that chose the epochs. Of all weightings that are as good as the best one, within a hundredth, the one that lets
the profile count most is taken: what it brings can be explained, and where it harms it is off.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from millrace_training.evaluation import Target
from millrace_training.interactions import Interactions
from millrace_training.profiles import statements
from millrace_training.profiles.catalogue import Catalogue, Profile, retrieve, rows
from millrace_training.profiles.encoder import Encoder
from millrace_training.profiles.pools import CANDIDATES, LIKE_MINDED, POPULAR, RETRIEVER, Pools, Weights
from millrace_training.profiles.rule import Claims, Event, RuleProfiles, sentence
from millrace_training.protocols.measures import gains
from millrace_training.serving import ExportedRetriever, Row
from millrace_training.vocabulary import FIRST_ITEM
from millrace_training.windows import Sequences

GRID = (0.0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0, 2.0)
"""Weights that are tried for each source."""

COLD_BELOW = 5
"""Users with fewer events have weights of their own where the validation events have enough of them."""

_TOLERANCE = 0.01
_LEAST_TARGETS = 500

AT = 10


def history(stream: Interactions, positions: Sequence[int]) -> list[Event]:
    """What the rule looks at."""
    values = [None] * len(positions) if stream.value is None else [float(stream.value[each]) for each in positions]
    return [
        Event(stream.item_ids[stream.item[position]], None if value is None or np.isnan(value) else value)
        for position, value in zip(positions, values, strict=True)
    ]


def with_vectors(claims: Sequence[Claims], encoder: Encoder) -> list[Profile]:
    """Profiles of claims: the vector is that of their interests."""
    vectors = encoder.encode([sentence(each) for each in claims])
    return [Profile(each, vector) for each, vector in zip(claims, vectors, strict=True)]


def item_numbers(sequences: Sequences, positions: Sequence[int]) -> list[int]:
    """The items at positions of the stream, numbered from 0; below 0 for one that the vocabulary lacks."""
    return [int(sequences.item_index[each]) - FIRST_ITEM for each in positions]


def choose(
    stream: Interactions,
    sequences: Sequences,
    held_out: int,
    expected: Sequence[Target],
    session: ExportedRetriever,
    catalogue: Catalogue,
    rule: RuleProfiles,
    encoder: Encoder,
) -> dict[str, Any]:
    """Weights by length of history, as ``bundle.json`` has them under ``fusion``.

    For users without any event the base is chosen too: a retriever that learned what follows events may say less of
    them than what is popular does, or what those like who say the same of themselves.

    Args:
        stream: the training events.
        sequences: theirs.
        held_out: position of the first validation event.
        expected: validation targets.
        session: a graph that has not seen the validation events.
        catalogue: of the events before them.
        rule: learned from the events before them.
        encoder: of texts.
    """
    profiles = with_vectors([rule.claims(history(stream, target.history)) for target in expected], encoder)
    wanted = item_numbers(sequences, [target.position for target in expected])
    found = retrieve(session, rows(sequences, expected))
    pools = catalogue.pools(list(zip(wanted, found, profiles, strict=True)))
    lengths = np.array([len(target.history) for target in expected])
    steps = [(0, _alone(stream, sequences, held_out, session, catalogue, rule, encoder))]
    cold = lengths < COLD_BELOW
    if min(cold.sum(), (~cold).sum()) < _LEAST_TARGETS:
        steps.append((1, best(pools, np.ones(len(expected), dtype=np.bool_))))
    else:
        steps += [(1, best(pools, cold)), (COLD_BELOW, best(pools, ~cold))]
    return as_json(steps)


def _alone(
    stream: Interactions,
    sequences: Sequences,
    held_out: int,
    session: ExportedRetriever,
    catalogue: Catalogue,
    rule: RuleProfiles,
    encoder: Encoder,
) -> Weights:
    cases = statements.cases(stream, held_out, rule)
    if not cases:
        return Weights()
    profiles = with_vectors([case.claims for case in cases], encoder)
    wanted = [item_numbers(sequences, case.targets) for case in cases]
    empty, popular = retrieve(session, [Row()])[0], catalogue.popular()
    brought = {
        RETRIEVER: [empty] * len(cases),
        POPULAR: [popular] * len(cases),
        LIKE_MINDED: [catalogue.like_minded(case.claims) for case in cases],
    }
    reached: dict[Weights, float] = {}
    for base, found in brought.items():
        rows_of = zip(wanted, found, profiles, strict=True)
        asked = [(item, own, profile) for items, own, profile in rows_of for item in items]
        reached.update(_reached(catalogue.pools(asked), np.ones(len(asked), dtype=np.bool_), base))
    return _most_personal(reached)


def best(pools: Pools, group: NDArray[np.bool_]) -> Weights:
    """Of the weightings that are as good as the best one the one that lets the profile count most."""
    return _most_personal(_reached(pools, group, RETRIEVER)) if group.any() else Weights()


def _reached(pools: Pools, group: NDArray[np.bool_], base: str) -> dict[Weights, float]:
    """NDCG@10 of every weighting beside a base."""
    tried = [Weights(keywords, profile, base) for keywords in GRID for profile in GRID]
    return {each: float(gains(pools.ranks(each), AT)[group].mean()) for each in tried}


def _most_personal(reached: Mapping[Weights, float]) -> Weights:
    enough = max(reached.values()) * (1 - _TOLERANCE)
    good = [weights for weights, gain in reached.items() if gain >= enough]
    return max(good, key=lambda each: (each.keywords + each.profile, reached[each], each.keywords))


def as_json(steps: Sequence[tuple[int, Weights]]) -> dict[str, Any]:
    """As ``bundle.json`` has them."""
    return {
        "candidates": CANDIDATES,
        "steps": [
            {
                "from_events": events,
                "keywords": weights.keywords,
                "profile": weights.profile,
                **({} if weights.base == RETRIEVER else {"base": weights.base}),
            }
            for events, weights in steps
        ],
    }


def of_length(fusion: Mapping[str, Any], events: int) -> Weights:
    """The weights that a bundle has for histories of a length."""
    step = [each for each in fusion["steps"] if each["from_events"] <= events][-1]
    return Weights(step["keywords"], step["profile"], step.get("base", RETRIEVER))
