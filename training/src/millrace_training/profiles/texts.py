"""What items are called and what is known of them: a data folder's ``items.tsv``, and a bundle's."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from millrace_training.errors import TrainingError

FILE = "items.tsv"
"""In a data folder a table with a header, in a bundle a line for each item of the vocabulary."""

_SEPARATORS = str.maketrans({"\t": " ", "\n": " ", "\r": " ", "|": " "})


@dataclass(frozen=True)
class ItemText:
    """The text of one item; nothing for an item that may not be brought by its text.

    Attributes:
        title: its name.
        attributes: values such as a genre or a maker.
    """

    title: str = ""
    attributes: tuple[str, ...] = ()

    @property
    def described(self) -> bool:
        """Whether anything is known."""
        return bool(self.title or self.attributes)

    def sentence(self) -> str:
        """What the text encoder gets: the title and the attributes."""
        return ". ".join(part for part in (self.title, ", ".join(self.attributes)) if part)


def read(folder: Path) -> dict[str, ItemText]:
    """Texts by item id; empty when the folder has no ``items.tsv``.

    The columns ``item`` and ``title`` are required; every other one holds attributes, joined by ``|``.

    Raises:
        TrainingError: it is no such table.
    """
    path = folder / FILE
    if not path.is_file():
        return {}
    texts: dict[str, ItemText] = {}
    try:
        with path.open(encoding="utf-8", newline="") as file:
            lines = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
            names = next(lines, [])
            for name in ("item", "title"):
                if name not in names:
                    raise TrainingError(f"{path}: column {name!r} is missing; required are item, title")
            for number, row in enumerate(lines, start=2):
                if len(row) != len(names):
                    raise TrainingError(f"{path}:{number}: {len(row)} columns, expected {len(names)}")
                cells = dict(zip(names, row, strict=True))
                item, title = cells.pop("item"), cells.pop("title")
                values = (value for cell in cells.values() for value in cell.split("|"))
                texts[item] = ItemText(title.strip(), tuple(value.strip() for value in values if value.strip()))
    except (UnicodeDecodeError, csv.Error, OSError) as error:
        raise TrainingError(f"{path}: can't be read as tab-separated UTF-8 text ({error})") from error
    return texts


def to_bytes(texts: Sequence[ItemText]) -> bytes:
    """A bundle's ``items.tsv``: title, tab, attributes joined by ``|``, a line for each item."""
    lines = (
        text.title.translate(_SEPARATORS) + "\t" + "|".join(each.translate(_SEPARATORS) for each in text.attributes)
        for text in texts
    )
    return "".join(line + "\n" for line in lines).encode("utf-8")


def of_bytes(content: bytes) -> list[ItemText]:
    """A bundle's ``items.tsv`` read again.

    Raises:
        TrainingError: it is none.
    """
    texts = []
    try:
        # The newline alone ends a line: titles may hold what other programs take for one.
        for line in content.decode("utf-8").split("\n")[:-1]:
            title, attributes = line.split("\t")
            texts.append(ItemText(title, tuple(attributes.split("|")) if attributes else ()))
    except ValueError as error:
        raise TrainingError(f"a version's {FILE} can't be read ({error}); restore it") from error
    return texts


def in_order(texts: Mapping[str, ItemText], items: Sequence[str], allowed: Sequence[bool]) -> list[ItemText]:
    """Texts in the order of a vocabulary; empty for items that may not be recommended."""
    return [texts.get(item, ItemText()) if may else ItemText() for item, may in zip(items, allowed, strict=True)]
