"""Several interests of a user at once: what goes with each of them, in proportion to what it counts.

A. El-Kishky, T. Markovich, K. Leung, F. Portman and A. Haghighi, *kNN-Embed: Locally Smoothed Embedding Mixtures For
Multi-interest Candidate Retrieval*, 2022: one place in a space finds near duplicates around it, so a user is a mixture
of interests, each of which asks for its own neighbours and is given room by its weight. What differs from the paper:
an interest is not a cluster of the catalogue but grows out of the user's own events. From the newest event back, one
joins the interest whose neighbours it is among, or begins a new one. So there is nothing to cluster when a model is
trained, and a server needs no more than the table of neighbours.

With s_c the sum of decay^j times the neighbours' weights over the events j of interest c, and w_c the sum of decay^j,

    score(i) = sum over c of  w_c / sum(w)  ·  s_c(i) / sum(s_c),

a share of 1 over the catalogue. The user's other interests are not smoothed with those of similar users.
"""

from __future__ import annotations

import numpy as np

from millrace_training.ranking.requests import NONE, Batch, Values
from millrace_training.ranking.tables import NeighbourTable


def mixture(batch: Batch, table: NeighbourTable, events: int, decay: float, interests: int) -> Values:
    """Each item's share of what the interests of a row ask for: float32 [B, items]; zeros without a known event.

    Args:
        batch: the rows B.
        table: whose neighbours an interest asks for; an event without any says nothing.
        events: newest events that count; an unknown item counts as one.
        decay: what an event counts beside the one after it.
        interests: most interests of a row, at least 1; what would be one more says nothing.
    """
    rows = np.arange(len(batch))
    scores = np.zeros((interests, len(batch), table.items + 1), dtype=np.float32)
    weights = np.zeros((interests, len(batch)))
    begun = np.zeros(len(batch), dtype=np.int64)
    speaks = np.append(table.neighbours[:, 0] != NONE, False)
    for j in range(min(events, batch.history.shape[1])):
        newest = batch.history[:, j]
        told = scores[:, rows, newest]
        likely = told.argmax(axis=0)
        joins = told[likely, rows] > 0
        own = np.where(joins, likely, begun)
        counts = speaks[newest] & (own < interests)
        begun += counts & ~joins
        row, interest, item = rows[counts], own[counts], newest[counts]
        found = table.neighbours[item]
        # A neighbour occurs once in a row of the table, so adding in place loses nothing; padding adds 0.
        scores[interest[:, None], row[:, None], found] += np.float32(decay**j) * table.weights[item].astype(np.float32)
        weights[interest, row] += decay**j
    sums = scores[:, :, :-1].sum(axis=2, dtype=np.float64)
    shares = weights / np.maximum(weights.sum(axis=0), 1e-12) / np.where(sums > 0, sums, 1)
    mixed: Values = np.einsum("cb,cbi->bi", shares.astype(np.float32), scores[:, :, :-1])
    return mixed
