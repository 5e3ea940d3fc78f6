"""PALR's two instructions, filled for a user, and what a title is worth after them.

F. Yang et al., *PALR: Personalization Aware LLMs for Recommendation* (arXiv 2305.07622): the history, at most 20
titles; the profile's keywords; and, for "Recommend_Retrieval", the candidates. Their model writes titles, and may write
some that do not exist. Here the candidates are scored: a title's likelihood after the prompt, less its likelihood
after the same prompt without a person in it, for some titles are likely after anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from millrace_training.knowledge import prompts
from millrace_training.reranking.likelihood import Likelihoods

MOST_HISTORY = 20
MOST_SOFT_HISTORY = 100

_NOTHING = "nothing yet"
_AT_ONCE = 200


class Instruction(Enum):
    """The instructions; values are names of prompts."""

    RECOMMEND = "recommend-1"
    RECOMMEND_RETRIEVAL = "recommend-retrieval-1"
    RECOMMEND_SOFT = "recommend-soft-1"
    """Without titles: the history stands before it as soft tokens, which the model server makes."""


class Rerank:
    """One instruction, asked of one model."""

    def __init__(self, model: Likelihoods, instruction: Instruction, titles: Sequence[str]) -> None:
        """Find out how likely titles are anyway, where that is the same for every list.

        Args:
            model: tells likelihoods.
            instruction: which.
            titles: all that may be candidates.
        """
        self._model, self._instruction = model, instruction
        self._priors: dict[str, float] = {}
        if instruction is not Instruction.RECOMMEND_RETRIEVAL:
            distinct, nobody = sorted(set(titles)), messages(Instruction.RECOMMEND, (), (), ())
            for start in range(0, len(distinct), _AT_ONCE):
                part = distinct[start : start + _AT_ONCE]
                self._priors.update(zip(part, model.after(nobody, part), strict=True))

    def scores(self, history: Sequence[str], keywords: Sequence[str], candidates: Sequence[str]) -> NDArray[np.float64]:
        """What each candidate gains by the person: nats per token, float64 [candidates].

        Args:
            history: titles, oldest first; the newest 20 are used, as soft tokens 100.
            keywords: of the profile; may be empty.
            candidates: titles, best first.
        """
        if self._instruction is Instruction.RECOMMEND_SOFT:
            if not history:
                return np.zeros(len(candidates))
            person = messages(self._instruction, (), keywords, ())
            likely = self._model.after(person, candidates, history[-MOST_SOFT_HISTORY:])
        else:
            person = messages(self._instruction, history[-MOST_HISTORY:], keywords, candidates)
            likely = self._model.after(person, candidates)
        if self._instruction is not Instruction.RECOMMEND_RETRIEVAL:
            anyway = [self._priors[title] for title in candidates]
        else:
            anyway = self._model.after(messages(self._instruction, (), (), candidates), candidates)
        return np.array(likely, dtype=np.float64) - np.array(anyway, dtype=np.float64)


def messages(
    instruction: Instruction, history: Sequence[str], keywords: Sequence[str], candidates: Sequence[str]
) -> prompts.Messages:
    """An instruction filled for a person; for nobody without a history and keywords.

    Args:
        instruction: which.
        history: titles, oldest first; not of "Recommend" with soft tokens.
        keywords: of the profile.
        candidates: titles, for "Recommend_Retrieval".
    """
    values = {"keywords": f"They like {', '.join(keywords)}." if keywords else ""}
    if instruction is not Instruction.RECOMMEND_SOFT:
        values["history"] = "; ".join(history) if history else _NOTHING
    if instruction is Instruction.RECOMMEND_RETRIEVAL:
        values["candidates"] = "; ".join(candidates)
    return prompts.messages(instruction.value, values)
