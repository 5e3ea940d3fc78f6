"""Lists that an encoder of soft prompts learns from, with the language model frozen."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from millrace_training.language_model.chat import ChatTokens
from millrace_training.language_model.packing import ContinuationRow, continuations
from millrace_training.language_model.soft_prompt import SoftPromptEncoder, item_vectors
from millrace_training.language_model.tunable import TunableDecoder
from millrace_training.reranking import listwise
from millrace_training.reranking.adapter_lists import digest
from millrace_training.reranking.asking import Instruction, messages
from millrace_training.reranking.tuning_lists import TuningList

_PLACEHOLDER = 0
"""Token that keeps the place of a soft one; its own vector is never used."""


@dataclass(frozen=True)
class SoftList:
    """One list.

    Attributes:
        history: tokens of each title, oldest first.
        person: the candidates after soft tokens' places and the rest of the person's prompt.
        nobody: the candidates after nobody's prompt.
    """

    history: tuple[tuple[int, ...], ...]
    person: ContinuationRow
    nobody: ContinuationRow

    @staticmethod
    def of(chosen: TuningList, chat: ChatTokens, tokens: int) -> SoftList:
        """A list whose history, which has items, becomes so many soft tokens."""
        titles = [chat.text(title) for title in chosen.candidates]
        person = chat.conversation(messages(Instruction.RECOMMEND_SOFT, (), chosen.keywords, ()))
        nobody = chat.conversation(messages(Instruction.RECOMMEND, (), (), ()))
        return SoftList(
            tuple(tuple(chat.text(title)) for title in chosen.history),
            continuations([([_PLACEHOLDER] * tokens + person, titles)]),
            continuations([(nobody, titles)]),
        )


class SoftPromptLists:
    """Lists, and what a language model makes of them behind the encoder's soft tokens.

    Attributes:
        tokens: of all rows that are computed again and again.
    """

    def __init__(self, decoder: TunableDecoder, encoder: SoftPromptEncoder, lists: Sequence[SoftList]) -> None:
        """Take lists.

        Args:
            decoder: without adapters, on its device.
            encoder: on the same one.
            lists: at least one.
        """
        self._decoder, self._encoder, self._lists = decoder, encoder, lists
        self._priors: dict[int, Tensor] = {}
        self.tokens = sum(self.tokens_of(number) for number in range(len(lists)))

    def __len__(self) -> int:
        """How many."""
        return len(self._lists)

    def tokens_of(self, number: int) -> int:
        """Of the person's row; nobody's is computed once."""
        return len(self._lists[number].person.row.tokens)

    def gains(self, number: int) -> Tensor:
        """Nats per token that each candidate of a list gains by the person, FP32 ``[candidates]``."""
        chosen = self._lists[number]
        soft = self._encoder(item_vectors(self._decoder.embedding, chosen.history))
        told = self._decoder.lower(chosen.person)
        person = self._decoder.scores(chosen.person, torch.cat([soft, told[len(soft) :]]))
        return person - self._prior(number)

    def loss(self, number: int) -> Tensor:
        """Of a list, in nats."""
        return listwise.loss(self.gains(number))

    def digest(self) -> str:
        """Of all lists."""
        found = hashlib.sha256(digest([each.person for each in self._lists]).encode())
        for each in self._lists:
            found.update(json.dumps(each.history).encode())
        return found.hexdigest()

    @torch.no_grad()
    def _prior(self, number: int) -> Tensor:
        if number not in self._priors:
            nobody = self._lists[number].nobody
            self._priors[number] = self._decoder.scores(nobody, self._decoder.lower(nobody))
        return self._priors[number]
