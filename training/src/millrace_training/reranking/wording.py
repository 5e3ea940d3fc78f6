"""A stream's users in words: titles of what they had, and keywords of a profile made by the rule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from millrace_training.interactions import Interactions
from millrace_training.profiles.rule import Event, RuleProfiles
from millrace_training.profiles.texts import ItemText
from millrace_training.reranking.asking import MOST_HISTORY

_MOST_KEYWORDS = 5


class Wording:
    """What prompts say of users and items."""

    def __init__(self, described: Mapping[str, ItemText], stream: Interactions, known: int) -> None:
        """Count how common attributes are.

        Args:
            described: texts by item id.
            stream: the events, in time order.
            known: how many of them may be known.
        """
        self._described, self._stream = described, stream
        self._rule = RuleProfiles(described, Counter(stream.item_ids[item] for item in stream.item[:known].tolist()))

    def title(self, item: str) -> str:
        """Of an item id; an item without one is called by its id."""
        text = self._described.get(item)
        return text.title if text is not None and text.title else item

    def history(self, positions: Sequence[int], most: int = MOST_HISTORY) -> list[str]:
        """Titles of the newest events at these positions of the stream, oldest first."""
        return [self.title(self._stream.item_ids[self._stream.item[at]]) for at in positions[-most:]]

    def keywords(self, positions: Sequence[int]) -> list[str]:
        """Attributes that the user likes, the weightiest first, at most 5."""
        stream = self._stream
        value = stream.value
        events = [
            Event(stream.item_ids[stream.item[at]], None if value is None else float(value[at])) for at in positions
        ]
        return [text for text, weight in self._rule.claims(events) if weight > 0][:_MOST_KEYWORDS]
