"""Texts that share a beginning, packed into one row, so that the beginning is computed once.

A row is a forest of segments: a token sees its own segment up to itself and all of its ancestors', and its position
counts from the beginning of its root, as if the path from the root to it were a text of its own. The model server packs
continuations after a prompt in the same way (``ScoreTask``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

ROOT = -1
"""Parent of a segment that begins a text."""


@dataclass(frozen=True)
class Segment:
    """Consecutive tokens, which may be none, and the number of the segment that they follow."""

    parent: int
    tokens: Sequence[int]


@dataclass(frozen=True)
class PackedRow:
    """Segments one after another.

    Attributes:
        tokens: int64 [T].
        positions: int64 [T], from the beginning of each token's text.
        visible: bool [T, T]; whether the token of a row may look at that of a column.
    """

    tokens: NDArray[np.int64]
    positions: NDArray[np.int64]
    visible: NDArray[np.bool_]


def pack(segments: Sequence[Segment]) -> PackedRow:
    """Pack segments, each of which comes after its parent."""
    length = sum(len(segment.tokens) for segment in segments)
    visible = np.zeros((length, length), dtype=np.bool_)
    positions = np.zeros(length, dtype=np.int64)
    spans: list[tuple[int, int, int]] = []
    at = 0
    for number, segment in enumerate(segments):
        if not ROOT <= segment.parent < number:
            raise ValueError(f"segment {number} follows {segment.parent}, which is not before it")
        end = at + len(segment.tokens)
        begin, ancestor = 0, segment.parent
        if ancestor != ROOT:
            begin = spans[ancestor][2]
        while ancestor != ROOT:
            visible[at:end, spans[ancestor][0] : spans[ancestor][1]] = True
            ancestor = segments[ancestor].parent
        visible[at:end, at:end] = np.tri(end - at, dtype=np.bool_)
        positions[at:end] = np.arange(begin, begin + end - at)
        spans.append((at, end, begin + end - at))
        at = end
    tokens = [token for segment in segments for token in segment.tokens]
    return PackedRow(np.array(tokens, dtype=np.int64), positions, visible)


@dataclass(frozen=True)
class ContinuationRow:
    """A row of prompts with continuations, and what is to be read off it.

    The last token of a continuation is not in the row, as nothing is asked after it.

    Attributes:
        row: the packed segments.
        asked: int64 [N], distinct places in the row after which tokens' probabilities are asked.
        place: int64 [M], for every token of every continuation the index into ``asked``.
        wanted: int64 [M], the token.
        owner: int64 [M], number of its continuation, counted over all prompts.
        count: continuations in all.
    """

    row: PackedRow
    asked: NDArray[np.int64]
    place: NDArray[np.int64]
    wanted: NDArray[np.int64]
    owner: NDArray[np.int64]
    count: int


def continuations(prompts: Sequence[tuple[Sequence[int], Sequence[Sequence[int]]]]) -> ContinuationRow:
    """Pack prompts, each with its continuations.

    Args:
        prompts: tokens of a prompt, at least one, and of what may follow it, at least one token each.
    """
    segments: list[Segment] = []
    after: list[int] = []
    wanted: list[int] = []
    owner: list[int] = []
    at = count = 0
    for prompt, following in prompts:
        root = len(segments)
        segments.append(Segment(ROOT, prompt))
        at += len(prompt)
        last = at - 1
        for tokens in following:
            inner = len(tokens) - 1
            segments.append(Segment(root, tokens[:-1]))
            after += [last, *range(at, at + inner)]
            wanted += tokens
            owner += [count] * len(tokens)
            at, count = at + inner, count + 1
    asked, place = np.unique(np.array(after, dtype=np.int64), return_inverse=True)
    return ContinuationRow(
        pack(segments),
        asked,
        place.astype(np.int64),
        np.array(wanted, dtype=np.int64),
        np.array(owner, dtype=np.int64),
        count,
    )
