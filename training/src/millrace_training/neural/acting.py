"""SASRec that is told what was done to each item, not only which one it was.

W.-C. Kang and J. McAuley's model of :mod:`millrace_training.neural.sasrec` reads items alone. Where the data say more,
each event's action (its type, and the level of its value: five stars, a purchase) has an embedding of its own, which
is added to that of the item, as the behaviour embeddings are of multi-behaviour models. The action of what comes next
is no input and is not predicted.
"""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor, nn

from millrace_training.data.histories import MOST_ACTIONS
from millrace_training.errors import TrainingError
from millrace_training.neural.sasrec import SasRec, SasRecSettings


@dataclass(frozen=True)
class ActingSasRecSettings(SasRecSettings):
    """SASRec's settings."""


class ActingSasRec(SasRec):
    """The model.

    Attributes:
        actions: by number; all 0 at first, so that training begins with SASRec.
    """

    def __init__(self, settings: ActingSasRecSettings, item_count: int) -> None:
        """Create the weights from torch's current random state."""
        super().__init__(settings, item_count)
        self.actions = nn.Embedding(1 + MOST_ACTIONS, settings.dimensions)
        nn.init.zeros_(self.actions.weight)

    def embedded(self, indices: Tensor, actions: Tensor | None) -> Tensor:
        """Item, position and action, [B, L] to [B, L, D].

        Raises:
            TrainingError: the data don't say what was done.
        """
        if actions is None:
            raise TrainingError(
                "these data don't say what was done; declare a column for 'type' or 'value' in their mapping"
            )
        embedded: Tensor = super().embedded(indices, actions) + self.actions(actions)
        return embedded
