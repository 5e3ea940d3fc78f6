"""How often two items share a user: the matrix that item-kNN and EASE start from."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from millrace_training.data.histories import Histories
from millrace_training.errors import TrainingError

MOST_ITEMS = 32_768
"""Largest catalogue whose dense item-item matrix is made: 4 GiB in fp32."""


def gram(histories: Histories) -> NDArray[np.float32]:
    """XᵀX of the binary user-item matrix X: float32 [item_count, item_count], users per item on the diagonal.

    Raises:
        TrainingError: the catalogue is larger than :data:`MOST_ITEMS`.
    """
    if histories.item_count > MOST_ITEMS:
        raise TrainingError(
            f"{histories.item_count:,} items: a dense item-item matrix is made for at most {MOST_ITEMS:,}; "
            "leave item-kNN and EASE out of this recipe"
        )
    together = np.zeros((histories.item_count, histories.item_count), dtype=np.float32)
    for user in range(len(histories)):
        items = np.unique(histories[user])
        # Every pair of a user occurs once, so the indices are distinct and plain addition is safe.
        together[np.ix_(items, items)] += 1
    return together
