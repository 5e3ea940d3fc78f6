"""Check that what is served scores as what was learned does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from millrace_training.errors import TrainingError
from millrace_training.language_model.converted import Converted
from millrace_training.language_model.packing import ContinuationRow

BITS = 8
"""Of a learned model's matrices; 4 would round away what was learned."""

MOST_DIFFERENCE = 0.15
"""Mean difference in nats per token, of what a candidate gains, that 8 bits may cost."""


Gains = NDArray[np.float32]


@dataclass(frozen=True)
class Parity:
    """Gains of candidates by the learned model in FP32, and by the one that is served.

    Attributes:
        lists: compared.
        mean_difference: of a candidate, in nats per token, without sign.
        correlation: mean over lists, of the candidates of each.
        same_best: share of lists whose best candidate is the same.
    """

    lists: int
    mean_difference: float
    correlation: float
    same_best: float


def compare(expected: Sequence[Gains], actual: Sequence[Gains]) -> Parity:
    """Compare lists' gains.

    Args:
        expected: of each list, FP32 ``[candidates]``, by the model in FP32; at least one list.
        actual: of the same lists, by the one that is served.
    """
    pairs = list(zip(expected, actual, strict=True))
    return Parity(
        len(pairs),
        round(float(np.mean([np.abs(one - other).mean() for one, other in pairs])), 4),
        round(float(np.mean([np.corrcoef(one, other)[0, 1] for one, other in pairs])), 4),
        round(float(np.mean([one.argmax() == other.argmax() for one, other in pairs])), 4),
    )


def check(parity: Parity) -> dict[str, Any]:
    """The comparison for the record.

    Raises:
        TrainingError: the two differ by more than rounding to 8 bits explains.
    """
    if parity.mean_difference > MOST_DIFFERENCE:
        raise TrainingError(
            f"the converted model's gains differ from the learned one's by {parity.mean_difference} nats per token, "
            f"{MOST_DIFFERENCE} at most are what 8 bits cost: this is a fault of the export"
        )
    return asdict(parity)


def served_scores(converted: Converted, row: ContinuationRow, soft: Gains | None = None) -> Tensor:
    """What is served makes of a row: log-probabilities FP32 ``[continuations]``, means over their tokens.

    Args:
        converted: what is served.
        row: prompts and continuations.
        soft: FP32 ``[soft tokens, width]`` in the places of the row's first tokens; None for none.
    """
    logits = torch.from_numpy(converted.packed(row.row, row.asked, soft)).log_softmax(-1).numpy()
    found = logits[row.place, row.wanted]
    sums = np.bincount(row.owner, found, row.count)
    return torch.from_numpy((sums / np.bincount(row.owner, minlength=row.count)).astype(np.float32))
