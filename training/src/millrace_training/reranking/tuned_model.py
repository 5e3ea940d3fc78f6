"""Write a tuned model for the model server, and check that what is served scores as what was tuned does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from millrace_training.errors import TrainingError
from millrace_training.language_model import conversion
from millrace_training.language_model.checkpoint import Checkpoint
from millrace_training.language_model.conversion import Origin
from millrace_training.language_model.converted import Converted
from millrace_training.language_model.packing import ContinuationRow
from millrace_training.language_model.tunable import TunableDecoder
from millrace_training.reranking import listwise

BITS = 8
"""Of a tuned model's matrices; 4 would round away what was learned."""

MOST_DIFFERENCE = 0.15
"""Mean difference in nats per token, of what a candidate gains, that 8 bits may cost."""


@dataclass(frozen=True)
class Parity:
    """Gains of candidates by the tuned model in FP32, and by the one that is served.

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


def write(
    decoder: TunableDecoder,
    base: Checkpoint,
    metadata: Mapping[str, Any],
    origin: Origin,
    tuned: Mapping[str, Any],
    out: Path,
) -> None:
    """Merge the adapters into the model that they were learned on, and write the folder.

    Args:
        decoder: tuned.
        base: the weights it was made from.
        metadata: of the file that they came in.
        origin: the name to serve it by, and where the weights came from.
        tuned: for the manifest.
        out: a folder that does not exist.
    """
    conversion.write(metadata, decoder.merged(base), origin, out, BITS, tuned)


@torch.no_grad()
def compare(decoder: TunableDecoder, base: Checkpoint, folder: Path, rows: Sequence[ContinuationRow]) -> Parity:
    """Score lists by both.

    Args:
        decoder: in FP32.
        base: the weights it was made from.
        folder: of the converted model.
        rows: the lists, at least one.
    """
    converted = Converted(folder / conversion.VERSION_FOLDER, base.architecture)
    differences, correlations, same = [], [], 0
    for row in rows:
        expected = listwise.gains(decoder.scores(row, decoder.lower(row))).cpu().numpy()
        actual = listwise.gains(torch.from_numpy(_scores(converted, row))).numpy()
        differences.append(float(np.abs(expected - actual).mean()))
        correlations.append(float(np.corrcoef(expected, actual)[0, 1]))
        same += int(expected.argmax() == actual.argmax())
    return Parity(
        len(rows),
        round(float(np.mean(differences)), 4),
        round(float(np.mean(correlations)), 4),
        round(same / len(rows), 4),
    )


def check(parity: Parity) -> dict[str, Any]:
    """The comparison for the record.

    Raises:
        TrainingError: the two differ by more than rounding to 8 bits explains.
    """
    if parity.mean_difference > MOST_DIFFERENCE:
        raise TrainingError(
            f"the converted model's gains differ from the tuned one's by {parity.mean_difference} nats per token, "
            f"{MOST_DIFFERENCE} at most are what 8 bits cost: this is a fault of the export"
        )
    return asdict(parity)


def _scores(converted: Converted, row: ContinuationRow) -> NDArray[np.float32]:
    logits = torch.from_numpy(converted.packed(row.row, row.asked)).log_softmax(-1).numpy()
    found = logits[row.place, row.wanted]
    sums = np.bincount(row.owner, found, row.count)
    return (sums / np.bincount(row.owner, minlength=row.count)).astype(np.float32)
