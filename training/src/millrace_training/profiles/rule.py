"""Profiles by a rule, of the shape that a language model writes: what a user likes and does not, with weights.

They are made from a user's events up to a point and the attributes of their items, so that weights can be
chosen on profiles of many users, which a language model would take days to write. An attribute is an interest
where it is met more often among the liked items than everywhere, a dislike likewise among the disliked ones.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from millrace_training.profiles.texts import ItemText

Claims = tuple[tuple[str, float], ...]
"""Texts with weights, the weightiest first; negative for a dislike."""

MOST_INTERESTS = 5
MOST_DISLIKES = 3

_LEAST_LIFT = 1.2
_PRIOR = 2.0
_LEAST_DISLIKED = 2
_LIKED = 3.5
_DISLIKED = 2.5


@dataclass(frozen=True)
class Event:
    """An item of a user's history.

    Attributes:
        item: its id.
        value: stars from 1 to 5; None for a type without a value, which counts as a like.
    """

    item: str
    value: float | None


class RuleProfiles:
    """The rule over a catalogue."""

    def __init__(self, texts: Mapping[str, ItemText], events_by_item: Mapping[str, int]) -> None:
        """Learn how common each attribute is.

        Args:
            texts: of the items.
            events_by_item: how often each was met in training.
        """
        self._attributes = {item: _named(text) for item, text in texts.items()}
        counts: Counter[str] = Counter()
        for item, events in events_by_item.items():
            for attribute in self._attributes.get(item, ()):
                counts[attribute] += events
        total = max(1, sum(events_by_item.values()))
        self._share = {attribute: count / total for attribute, count in counts.items()}

    def claims(self, history: Sequence[Event]) -> Claims:
        """What the events bear out."""
        liked = [event.item for event in history if event.value is None or event.value >= _LIKED]
        disliked = [event.item for event in history if event.value is not None and event.value < _DISLIKED]
        interests = self._lifted(liked, 1)[:MOST_INTERESTS]
        named = {attribute for attribute, _ in interests}
        dislikes = [each for each in self._lifted(disliked, _LEAST_DISLIKED) if each[0] not in named]
        claims = [*interests, *((attribute, -weight) for attribute, weight in dislikes[:MOST_DISLIKES])]
        return tuple(sorted(claims, key=lambda claim: -abs(claim[1])))

    def _lifted(self, items: Sequence[str], least: int) -> list[tuple[str, float]]:
        counts = Counter(attribute for item in items for attribute in self._attributes.get(item, ()))
        found = []
        for attribute, count in counts.items():
            share = self._share.get(attribute, 0.0)
            lift = (count + _PRIOR * share) / ((len(items) + _PRIOR) * share) if share else 0.0
            if count >= least and lift >= _LEAST_LIFT:
                found.append((attribute, round(1 - 1 / lift, 4)))
        return sorted(found, key=lambda each: (-each[1], each[0]))


def sentence(claims: Claims) -> str:
    """What the text encoder gets: the interests; a dislike in it would bring what it names."""
    return ", ".join(text for text, weight in claims if weight > 0)


def _named(text: ItemText) -> tuple[str, ...]:
    """Attributes that say something in words; a year does not."""
    return tuple(value for value in text.attributes if not value.isdecimal())
