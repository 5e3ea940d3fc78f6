"""What the catalogue and a language model say about items now: two compacted topics, read on and on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import TypeVar

from millrace_training.fresh import item_records
from millrace_training.fresh.decoding import RecordDecoder, UnusableError
from millrace_training.fresh.item_records import CatalogueItem
from millrace_training.fresh.log import Log, Record
from millrace_training.fresh.reading import Reading
from millrace_training.profiles.texts import ItemText

_Said = TypeVar("_Said")


class ItemTopics:
    """The newest text of every item, in memory: about 500 bytes for each, and its knowledge.

    A topic that is not there says nothing, and a record that can't be used is counted and passed over.
    """

    def __init__(self, decoder: RecordDecoder, items: Log, knowledge: Log | None = None) -> None:
        """Nothing is read yet.

        Args:
            decoder: for records of both topics.
            items: the catalogue.
            knowledge: what was written about items; None to do without.
        """
        self._decoder = decoder
        self._items = Reading(items)
        self._knowledge = None if knowledge is None else Reading(knowledge)
        self._catalogue: dict[str, CatalogueItem] = {}
        self._written: dict[str, str] = {}
        self._unusable: Counter[str] = Counter()

    def text(self, item: str) -> ItemText | None:
        """Title and attributes of an item; None for one that is not in the catalogue."""
        said = self._catalogue.get(item)
        return None if said is None else said.text

    def changed(self, since_s: int) -> dict[str, int]:
        """When the items changed that may be recommended, have a text, and changed from ``since_s`` on.

        Raises:
            TrainingError: broker or registry can't be asked.
        """
        self.read()
        return {
            item: said.changed_s
            for item, said in self._catalogue.items()
            if said.available and said.text.described and said.changed_s >= since_s
        }

    @property
    def written(self) -> Mapping[str, str]:
        """What a language model wrote, by item id."""
        return self._written

    @property
    def unusable(self) -> Mapping[str, int]:
        """Records that were passed over, by reason."""
        return dict(sorted(self._unusable.items()))

    def read(self) -> None:
        """Read up to the present ends.

        Raises:
            TrainingError: broker or registry can't be asked; what was read until then is kept.
        """
        self._items.read(lambda record: self._take(record, self._catalogue, item_records.item))
        if self._knowledge is not None:
            self._knowledge.read(lambda record: self._take(record, self._written, item_records.knowledge))

    def _take(self, record: Record, known: dict[str, _Said], says: Callable[[RecordDecoder, Record], _Said]) -> None:
        try:
            item = item_records.subject(record)
            if record.value is None:
                known.pop(item, None)
            else:
                known[item] = says(self._decoder, record)
        except UnusableError as reason:
            self._unusable[str(reason)] += 1
