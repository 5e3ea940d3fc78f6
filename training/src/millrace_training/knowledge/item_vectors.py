"""Items' text vectors with and without what a language model knows of them, and with what it knows of other items."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from millrace_training.errors import TrainingError
from millrace_training.knowledge import wording
from millrace_training.knowledge.endpoint import Answers
from millrace_training.profiles.encoder import Encoder, Vectors
from millrace_training.profiles.texts import ItemText

PLAIN = "titles and attributes"
WITH_KNOWLEDGE = "with written knowledge"
SHUFFLED = "control: with other items' knowledge"

_SEED = 1


@dataclass(frozen=True)
class ItemVectors:
    """The same items in three ways.

    Attributes:
        kinds: float32 [items, 384] of length one or zeros, by name, :data:`PLAIN` first.
        answered: how many items a language model has answered about.
    """

    kinds: Mapping[str, Vectors]
    answered: int


def encoded(
    item_ids: Sequence[str], described: Mapping[str, ItemText], answers: Answers, model: str, encoder: Encoder
) -> ItemVectors:
    """Encode titles and attributes alone, with each item's answer behind them, and with another item's.

    Args:
        item_ids: in the order of the vectors.
        described: texts by item id; an item that is not there has zeros.
        answers: of a language model.
        model: whose.
        encoder: of the texts.

    Raises:
        TrainingError: fewer than two items have an answer.
    """
    plain = [described[item].sentence() if item in described else "" for item in item_ids]
    own = wording.of_items(item_ids, described, answers, model)
    answered = [number for number, answer in enumerate(own) if answer]
    if len(answered) < 2:
        raise TrainingError(
            f"--answers: no answers of {model} about the items; ask with the command knowledge and --llm"
        )
    others = list(own)
    drawn = np.random.default_rng(_SEED).permutation(answered)
    # Each gets the next one's in a random circle: nobody keeps its own.
    for number, other in zip(drawn, np.roll(drawn, 1), strict=True):
        others[number] = own[other]
    worded = {
        PLAIN: plain,
        WITH_KNOWLEDGE: [wording.with_answer(*each) for each in zip(plain, own, strict=True)],
        SHUFFLED: [wording.with_answer(*each) for each in zip(plain, others, strict=True)],
    }
    return ItemVectors({name: encoder.encode(each) for name, each in worded.items()}, len(answered))
