"""Compresses a person's history to a few vectors that stand before a prompt like tokens.

S. Doddapaneni et al., *User Embedding Model for Personalized Language Prompting* (arXiv 2401.04858): a small module
makes of a long history a few soft prompts, so that a prompt stays short however long the history is. The paper trains
it with its language model and reads items through a sentence encoder. Here the language model is frozen, and an item is
the mean of the model's own embeddings of its title's tokens, so that serving needs no other encoder. Each soft token
begins as a mean of the items, weighted by attention: a vector of a kind that the language model knows.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from millrace_training import __version__
from millrace_training.graph import FLOAT, GraphWriter
from millrace_training.language_model.conversion import SoftPromptFile


@dataclass(frozen=True)
class SoftPromptSettings:
    """Sizes of the encoder.

    Attributes:
        tokens: soft tokens that a history becomes.
        history: most items of it, the newest.
        inner: width of the attention and of the change on top of it.
    """

    tokens: int = 8
    history: int = 100
    inner: int = 64


class SoftPromptEncoder(nn.Module):
    """Attention of learned queries over a history's items, and a learned change of what it finds.

    Attributes:
        settings: its sizes.
    """

    def __init__(self, width: int, settings: SoftPromptSettings, seed: int) -> None:
        """Start with soft tokens that are means of items.

        Args:
            width: of the language model.
            settings: sizes.
            seed: of what starts at random.
        """
        super().__init__()
        self.settings = settings
        random = torch.Generator().manual_seed(seed)

        def drawn(*shape: int) -> nn.Parameter:
            return nn.Parameter(torch.randn(*shape, generator=random) / math.sqrt(shape[-1]))

        inner = settings.inner
        self.query = drawn(settings.tokens, inner)
        self.key = nn.Parameter(drawn(inner, width).detach().T.contiguous())
        self.recency = drawn(settings.history, inner)
        self.narrow = nn.Parameter(drawn(inner, width).detach().T.contiguous())
        self.widen = nn.Parameter(torch.zeros(inner, width))
        self.offset = nn.Parameter(torch.zeros(settings.tokens, width))

    def forward(self, items: Tensor) -> Tensor:
        """Soft tokens FP32 ``[tokens, width]``.

        Args:
            items: FP32 ``[items, width]``, oldest first, at least one and at most ``history``.
        """
        keys = items @ self.key + self.recency[-len(items) :]
        weights = torch.softmax(self.query @ keys.T, dim=-1)
        found = weights @ items
        return found + torch.tanh(found @ self.narrow) @ self.widen + self.offset

    def file(self) -> SoftPromptFile:
        """The same for the model server; the same weights give the same bytes."""
        graph, settings = GraphWriter(), self.settings
        width = self.key.shape[0]

        def weight(name: str) -> str:
            return graph.weight(name, getattr(self, name).detach().cpu().numpy())

        items = graph.input("items", FLOAT, ["items", width])
        count = graph.op("Shape", items, start=0, end=1)
        newest = graph.op(
            "Slice", weight("recency"), graph.op("Neg", count), graph.integers(settings.history), graph.integers(0)
        )
        keys = graph.op("Add", graph.op("MatMul", items, weight("key")), newest)
        scores = graph.op("MatMul", weight("query"), graph.op("Transpose", keys, perm=[1, 0]))
        found = graph.op("MatMul", graph.op("Softmax", scores, axis=-1), items)
        narrow = graph.op("Tanh", graph.op("MatMul", found, weight("narrow")))
        changed = graph.op("Add", found, graph.op("MatMul", narrow, weight("widen")))
        soft = graph.op("Add", changed, weight("offset"))
        graph.output("soft_prompt", soft, FLOAT, [settings.tokens, width])
        return SoftPromptFile(graph.model("soft_prompt", __version__), settings.tokens, settings.history)


def item_vectors(embedding: Tensor, titles: Sequence[Sequence[int]]) -> Tensor:
    """What stands for items, FP32 ``[items, width]``: means over their titles' tokens, as the model server makes them.

    Args:
        embedding: FP32 ``[vocabulary, width]``.
        titles: tokens of each, at least one.
    """
    return torch.stack([embedding[torch.tensor(tokens, device=embedding.device)].mean(0) for tokens in titles])
