"""What tuning learns: that of a list's candidates the chosen one gains most by the person.

PALR maximises the likelihood of the target's title. The reranker does not use that: it compares candidates by what each
title gains over a prompt without a person. So the loss is the cross-entropy of a softmax over these gains.
"""

from __future__ import annotations

import torch
from torch import Tensor

TARGET = 0
"""Place of the chosen item among a list's candidates."""


def gains(log_probabilities: Tensor) -> Tensor:
    """Nats per token that each candidate gains by the person: ``[candidates]``.

    Args:
        log_probabilities: ``[2 * candidates]``: after the person's prompt, then after nobody's, in the same order.
    """
    person, nobody = log_probabilities.chunk(2)
    return person - nobody


def loss(values: Tensor) -> Tensor:
    """Cross-entropy of the chosen candidate in nats, of a list's :func:`gains`."""
    return -torch.log_softmax(values, dim=0)[TARGET]
