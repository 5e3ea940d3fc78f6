"""Lists that a model's adapters learn from."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from torch import Tensor

from millrace_training.language_model.packing import ContinuationRow
from millrace_training.language_model.tunable import TunableDecoder
from millrace_training.reranking import listwise

KEPT_BYTES = 4 << 30
"""Memory for hidden states, by default."""


class AdapterLists:
    """Rows, and what the layers below the adapters make of them, kept as far as memory is allowed.

    Attributes:
        tokens: of all rows.
    """

    def __init__(self, decoder: TunableDecoder, rows: Sequence[ContinuationRow], kept_bytes: int = KEPT_BYTES) -> None:
        """Take lists.

        Args:
            decoder: with adapters, on its device.
            rows: a list each; half the continuations follow the person's prompt, half nobody's.
            kept_bytes: memory for hidden states below the layers that learn, which are computed once per list.
        """
        self._decoder, self._rows, self._left = decoder, rows, kept_bytes
        self._kept: dict[int, Tensor] = {}
        self.tokens = sum(len(each.row.tokens) for each in rows)

    def __len__(self) -> int:
        """How many."""
        return len(self._rows)

    def tokens_of(self, number: int) -> int:
        """Of a row."""
        return len(self._rows[number].row.tokens)

    def loss(self, number: int) -> Tensor:
        """Of a list, in nats."""
        row = self._rows[number]
        return listwise.loss(listwise.gains(self._decoder.scores(row, self._lower(number))))

    def digest(self) -> str:
        """Of all rows."""
        return digest(self._rows)

    def _lower(self, number: int) -> Tensor:
        known = self._kept.get(number)
        if known is not None:
            return known.to(self._decoder.embedding.device)
        lower = self._decoder.lower(self._rows[number])
        size = lower.numel() * lower.element_size()
        if size <= self._left:
            self._kept[number] = lower.cpu()
            self._left -= size
        return lower


def digest(rows: Sequence[ContinuationRow]) -> str:
    """The same for the same rows."""
    found = hashlib.sha256()
    for each in rows:
        found.update(each.row.tokens.tobytes() + each.wanted.tobytes() + b"|")
    return found.hexdigest()
