"""Trains a FiBiNET on one split and predicts the likes of the users that it has not seen."""

from __future__ import annotations

import copy
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from millrace_training.knowledge.area import area
from millrace_training.knowledge.fibinet import Fibinet, FibinetSettings, Knowledge, Rows
from millrace_training.knowledge.preference_rows import PreferenceRows

_RATE = 1e-3
_DECAY = 1e-5

Numbers = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class TrainingSettings:
    """How it is trained.

    Attributes:
        batch: rows of a step.
        epochs: at most.
        patience: epochs without a better AUC on the validation users after which training ends.
    """

    batch: int = 1024
    epochs: int = 8
    patience: int = 1


def fitted(
    data: PreferenceRows,
    traits: torch.Tensor,
    knowledge: Knowledge | None,
    train: Numbers,
    validation: Numbers,
    seed: int,
    settings: TrainingSettings | None = None,
) -> Fibinet:
    """Train, and keep the weights of the epoch with the best AUC on the validation rows.

    Args:
        data: all rows.
        traits: of the items, see :class:`Fibinet`.
        knowledge: None for the plain backbone.
        train: row numbers.
        validation: row numbers of other users.
        seed: decides everything random.
        settings: the defaults if None.
    """
    how = settings if settings is not None else TrainingSettings()
    torch.manual_seed(seed)
    random = np.random.default_rng(seed)
    model = Fibinet(FibinetSettings(), traits, knowledge)
    optimiser = torch.optim.AdamW(model.parameters(), lr=_RATE, weight_decay=_DECAY)
    best, waited, kept = 0.0, 0, copy.deepcopy(model.state_dict())
    for _ in range(how.epochs):
        model.train()
        order = random.permutation(train)
        for start in range(0, len(order), how.batch):
            chosen = order[start : start + how.batch]
            optimiser.zero_grad()
            model.loss(_rows(data, chosen), torch.from_numpy(data.liked[chosen])).backward()  # type: ignore[no-untyped-call]
            optimiser.step()
        found = area(predict(model, data, validation), data.liked[validation] > 0)
        if found > best:
            best, waited, kept = found, 0, copy.deepcopy(model.state_dict())
        else:
            waited += 1
            if waited == how.patience:
                break
    model.load_state_dict(kept)
    return model


@torch.no_grad()
def predict(model: Fibinet, data: PreferenceRows, chosen: Numbers) -> Floats:
    """Logits of some rows, float64 [len(chosen)]."""
    model.eval()
    parts = [model(_rows(data, chosen[start : start + 4096])).numpy() for start in range(0, len(chosen), 4096)]
    return np.concatenate(parts).astype(np.float64)


def _rows(data: PreferenceRows, chosen: Numbers) -> Rows:
    return Rows(
        torch.from_numpy(data.user[chosen]),
        torch.from_numpy(data.item[chosen]),
        torch.from_numpy(data.history_item[chosen]),
        torch.from_numpy(data.history_value[chosen]),
    )
