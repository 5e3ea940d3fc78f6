"""Items that are new to a stream: those that were met first not long ago, and those that nobody has met yet.

A version with the source ``fresh`` lists its new items. The next one goes on from that list: it adds the items whose
first events came since, and those of the catalogue that changed lately and have no events; what is older than the
version's ``days`` is new no more. So an item is recommended before anybody has met it, from the next version on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from millrace_training.fresh.carrying import Published
from millrace_training.interactions import Interactions
from millrace_training.ranking import new_items
from millrace_training.ranking.new_items import DAY_S, Since
from millrace_training.ranking.sources import FRESH_DAYS
from millrace_training.vocabulary import Vocabulary

MOST_UNMET = 1_000
"""Items without events that one version takes in at most, the newest of the catalogue."""

Changed = Callable[[int], Since]
"""Items of the catalogue that have a text and changed from a second since the epoch on; see :class:`ItemTopics`."""


def nothing(_: int) -> Since:
    """What a catalogue that nobody reads says."""
    return {}


@dataclass(frozen=True)
class Arrivals:
    """What is new to a version that goes on from another one.

    Attributes:
        file: name in the bundle; None for a version that does not ask for new items.
        since: what is new, by item.
        unmet: items that neither the version before nor the events have, and that the new version takes in.
    """

    file: str | None = None
    since: Since = field(default_factory=dict)
    unmet: tuple[str, ...] = ()

    @staticmethod
    def of(published: Published, events: Interactions, changed: Changed) -> Arrivals:
        """Look for them.

        Args:
            published: the version before.
            events: all that the new version is trained on, in time order.
            changed: asks the catalogue.

        Raises:
            TrainingError: the version's list can't be read.
        """
        settings: dict[str, Any] | None = published.manifest.get("sources", {}).get("fresh")
        if settings is None or not len(events):
            return Arrivals()
        newest = int(events.time_s[-1])
        oldest = newest - int(float(settings.get("days", FRESH_DAYS)) * DAY_S)
        name = str(settings["file"])
        since = new_items.of_bytes(published.content(name), str(published.folder / name))
        known = set(published.vocabulary.ids)
        first = np.full(len(events.item_ids), newest, dtype=np.int64)
        first[events.item[::-1]] = events.time_s[::-1]
        since.update(
            {item: int(time_s) for item, time_s in zip(events.item_ids, first, strict=True) if item not in known}
        )
        known.update(events.item_ids)
        asked = sorted(((time_s, item) for item, time_s in changed(oldest).items() if item not in known), reverse=True)
        unmet = asked[:MOST_UNMET]
        # A catalogue may be younger than the events of a replayed past.
        since.update({item: min(time_s, newest) for time_s, item in unmet})
        kept = {item: time_s for item, time_s in since.items() if time_s > oldest}
        return Arrivals(name, kept, tuple(item for _, item in unmet))

    def marked(self, vocabulary: Vocabulary, until_s: int) -> NDArray[np.bool_]:
        """Which items of a vocabulary were new and known at a time: bool [items]."""
        return new_items.marked({item: time_s for item, time_s in self.since.items() if time_s <= until_s}, vocabulary)

    def files(self) -> dict[str, bytes]:
        """The bundle's file."""
        return {} if self.file is None else {self.file: new_items.to_bytes(self.since)}
