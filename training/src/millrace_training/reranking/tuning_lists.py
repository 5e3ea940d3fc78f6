"""Lists to tune on, as serving would have made them before the cut.

A retriever that knows only the events before an origin gives the candidates of the events between the origin and the
cut: the version's own has learned these, and would know the targets. The newest quarter of these events validates.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from millrace_training import evaluation
from millrace_training.errors import TrainingError
from millrace_training.evaluation import Target
from millrace_training.language_model.chat import ChatTokens
from millrace_training.language_model.packing import ContinuationRow, continuations
from millrace_training.ranking.replay import Fold, Stream
from millrace_training.reranking.asking import Instruction, messages
from millrace_training.reranking.wording import Wording
from millrace_training.serving import NOT_RETURNED
from millrace_training.vocabulary import FIRST_ITEM

CANDIDATES = 50
"""Best ones of the retriever from which the others of a list are drawn."""

_VALIDATING = 4
_BATCH = 64


@dataclass(frozen=True)
class ListPlan:
    """How many lists of which size.

    Attributes:
        learned: lists to learn from.
        validated: lists that choose when to stop.
        others: candidates beside the chosen one, drawn from the retriever's best 50.
        history: newest titles of a prompt.
        seed: decides which events, and which other candidates.
    """

    learned: int = 400
    validated: int = 80
    others: int = 11
    history: int = 20
    seed: int = 1


@dataclass(frozen=True)
class TuningList:
    """One list.

    Attributes:
        position: of the target in the stream.
        history: titles, oldest first.
        keywords: of the profile.
        candidates: titles, the chosen one first.
    """

    position: int
    history: tuple[str, ...]
    keywords: tuple[str, ...]
    candidates: tuple[str, ...]

    def row(self, chat: ChatTokens) -> ContinuationRow:
        """The candidates after the person's prompt and after nobody's, in one row."""
        titles = [chat.text(title) for title in self.candidates]
        person = messages(Instruction.RECOMMEND, self.history, self.keywords, ())
        nobody = messages(Instruction.RECOMMEND, (), (), ())
        return continuations([(chat.conversation(each), titles) for each in (person, nobody)])


def build(stream: Stream, fold: Fold, wording: Wording, plan: ListPlan) -> tuple[list[TuningList], list[TuningList]]:
    """Lists to learn from, and lists that validate, from later events.

    Only events whose item is among the retriever's best make lists: of the others a reranker cannot learn an order.

    Raises:
        TrainingError: too few events make lists.
    """
    expected = list(evaluation.targets(stream.events[: fold.end], fold.origin))
    middle = fold.end - (fold.end - fold.origin) // _VALIDATING
    earlier = [target for target in expected if target.position < middle]
    later = expected[len(earlier) :]
    random = np.random.default_rng(plan.seed)
    found = []
    for part, count in ((earlier, plan.learned), (later, plan.validated)):
        lists = []
        for each in _lists(stream, fold, wording, plan, [part[n] for n in random.permutation(len(part))], random):
            lists.append(each)
            if len(lists) == count:
                break
        if not lists:
            raise TrainingError(
                f"none of the {len(part)} events from {fold.origin} on has its item among the best {CANDIDATES}: "
                "there is nothing to tune on"
            )
        found.append(lists)
    return found[0], found[1]


def _lists(
    stream: Stream,
    fold: Fold,
    wording: Wording,
    plan: ListPlan,
    targets: Sequence[Target],
    random: np.random.Generator,
) -> Iterator[TuningList]:
    for start in range(0, len(targets), _BATCH):
        part = targets[start : start + _BATCH]
        indices, scores = fold.retriever.retrieve([evaluation.row(stream.sequences, each.history) for each in part])
        for target, best, values in zip(part, indices[:, :CANDIDATES], scores[:, :CANDIDATES], strict=True):
            wanted = stream.sequences.item_index[target.position]
            titles = [wording.title(stream.vocabulary.ids[index - FIRST_ITEM]) for index in best[values > NOT_RETURNED]]
            if wanted < FIRST_ITEM or wanted not in best[values > NOT_RETURNED]:
                continue
            chosen = wording.title(stream.vocabulary.ids[wanted - FIRST_ITEM])
            others = sorted({title for title in titles if title != chosen})
            if len(others) < plan.others:
                continue
            drawn = random.choice(len(others), plan.others, replace=False)
            yield TuningList(
                target.position,
                tuple(wording.history(target.history, plan.history)),
                tuple(wording.keywords(target.history)),
                (chosen, *(others[number] for number in drawn)),
            )
