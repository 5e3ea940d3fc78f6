"""Users of whom nothing is known but what they say that they like: statements made from held-out likes by a rule."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from millrace_training.interactions import Interactions
from millrace_training.profiles.rule import Claims, Event, RuleProfiles

LEAST_LIKES = 4
"""A user with fewer likes has too few for both halves."""

MOST_STATEMENTS = 3

_LIKED = 3.5


@dataclass(frozen=True)
class Case:
    """One new user.

    Attributes:
        user: number in the stream.
        claims: what the statements say, each with weight 1.
        targets: positions of the likes that the statements were not made from.
    """

    user: int
    claims: Claims
    targets: tuple[int, ...]

    def text(self) -> str:
        """The statements as words."""
        return " ".join(f"I like {text}." for text, _ in self.claims)


def are_likes(values: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which ratings, in stars, praise their items."""
    return values >= _LIKED


def cases(stream: Interactions, start: int, rule: RuleProfiles) -> list[Case]:
    """Users whose first event is at ``start`` or later.

    The statements name what the earlier half of a user's likes have in common; the later half are the targets.
    """
    positions: defaultdict[int, list[int]] = defaultdict(list)
    for position, user in enumerate(stream.user.tolist()):
        positions[user].append(position)
    found = []
    for user, own in positions.items():
        likes = [each for each in own if stream.value is None or are_likes(stream.value[each])]
        if own[0] < start or len(likes) < LEAST_LIKES:
            continue
        half = len(likes) // 2
        events = [Event(stream.item_ids[stream.item[each]], None) for each in likes[:half]]
        claims = tuple((text, 1.0) for text, weight in rule.claims(events)[:MOST_STATEMENTS] if weight > 0)
        if claims:
            found.append(Case(user, claims, tuple(likes[half:])))
    return found
