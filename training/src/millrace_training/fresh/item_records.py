"""Records of the topics that say something about items, as texts.

What the jobs leave out is left out here, too: titles are cut at 160 characters, values at 64, and of an item 16 values
count, in the order of their attributes' names.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from millrace_training.fresh.decoding import IMPOSSIBLE, MALFORMED, RecordDecoder, UnusableError, checked_id
from millrace_training.fresh.log import Record
from millrace_training.profiles.texts import ItemText

_MAX_TITLE = 160
_MAX_VALUE = 64
_MAX_VALUES = 16
_MAX_KNOWLEDGE = 2_000
"""Characters of what is known of an item; the text encoder reads about half of them."""


def subject(record: Record) -> str:
    """The id of the item that a record of a compacted topic is about.

    Raises:
        UnusableError: its key is none.
    """
    try:
        return checked_id((record.key or b"").decode("utf-8"))
    except UnicodeDecodeError as error:
        raise UnusableError(MALFORMED) from error


@dataclass(frozen=True)
class CatalogueItem:
    """What the catalogue says of an item.

    Attributes:
        text: its title and attributes.
        available: whether it may be recommended.
        changed_s: when it was said, in seconds since the epoch.
    """

    text: ItemText
    available: bool
    changed_s: int


def item(decoder: RecordDecoder, record: Record) -> CatalogueItem:
    """What a record of the catalogue says.

    Raises:
        UnusableError: it is no item.
    """
    fields = decoder.decode(record.value)
    title, attributes = fields.get("title"), fields.get("attributes", {})
    available, changed_ms = fields.get("available", True), fields.get("updatedAt", 0)
    if not isinstance(title, str) or not isinstance(attributes, dict) or not isinstance(changed_ms, int):
        raise UnusableError(IMPOSSIBLE)
    values = [value for _, each in sorted(attributes.items()) for value in _texts(each)]
    kept = [value[:_MAX_VALUE].strip() for value in values][:_MAX_VALUES]
    text = ItemText(title.strip()[:_MAX_TITLE].strip(), tuple(kept))
    return CatalogueItem(text, bool(available), changed_ms // 1_000)


def knowledge(decoder: RecordDecoder, record: Record) -> str:
    """What a language model wrote about an item, in one text.

    Raises:
        UnusableError: it is no such record.
    """
    texts = decoder.decode(record.value).get("texts")
    if not isinstance(texts, list) or not all(isinstance(each, dict) for each in texts):
        raise UnusableError(IMPOSSIBLE)
    return " ".join(_texts([each.get("text") for each in texts]))[:_MAX_KNOWLEDGE]


def _texts(values: Any) -> list[str]:
    if not isinstance(values, list) or not all(isinstance(each, str) for each in values):
        raise UnusableError(IMPOSSIBLE)
    return [each.strip() for each in values if each.strip()]
