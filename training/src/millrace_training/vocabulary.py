"""Item ids and their indices inside the models.

Index 0 is padding, 1 the start of a history, 2 an unknown item; line n (from 0) of ``vocabulary.txt`` is the
item with index n + 3. The file only ever grows: a later version keeps every earlier line, so that a model
may start from the weights of its predecessor, and a removed item is masked rather than taken out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from millrace_training.errors import TrainingError

PADDING = 0
START = 1
UNKNOWN = 2
FIRST_ITEM = 3


@dataclass(frozen=True)
class Vocabulary:
    """Item ids in the order of their indices.

    Attributes:
        ids: distinct, not empty, without line breaks.
    """

    ids: tuple[str, ...]
    _index: dict[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Check the ids and number them."""
        for position, each in enumerate(self.ids):
            if not each or each.splitlines() != [each]:
                raise TrainingError(f"item id {each!r} (number {position}) is empty or holds a line break")
        object.__setattr__(self, "_index", {each: FIRST_ITEM + n for n, each in enumerate(self.ids)})
        if len(self._index) != len(self.ids):
            raise TrainingError("the vocabulary names an item twice; every line must be a different id")

    @property
    def size(self) -> int:
        """Number of indices, the three special ones included."""
        return FIRST_ITEM + len(self.ids)

    def index(self, item_id: str) -> int:
        """The item's index, or ``UNKNOWN``."""
        return self._index.get(item_id, UNKNOWN)

    def indices(self, item_ids: Sequence[str]) -> list[int]:
        """The index of each item."""
        return [self.index(each) for each in item_ids]

    def extended(self, item_ids: Iterable[str]) -> Vocabulary:
        """This vocabulary with the ids that it lacks appended in the order given."""
        return Vocabulary(tuple(dict.fromkeys((*self.ids, *item_ids))))

    def to_bytes(self) -> bytes:
        """The content of ``vocabulary.txt``: one id per line, UTF-8."""
        return "".join(f"{each}\n" for each in self.ids).encode("utf-8")

    @staticmethod
    def read(path: Path) -> Vocabulary:
        """Read ``vocabulary.txt``."""
        try:
            content = path.read_bytes().decode("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise TrainingError(
                f"{path} can't be read ({error}); restore it, or remove its version folder or choose another --models"
            ) from error
        return Vocabulary(tuple(content.split("\n")[:-1]))
