"""The decoder in PyTorch, whose upper layers can learn through adapters."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from millrace_training.errors import TrainingError
from millrace_training.language_model import blocks
from millrace_training.language_model.adapters import AdaptedMatrix, AdapterSettings, FrozenMatrix
from millrace_training.language_model.checkpoint import Architecture, Checkpoint, Layer
from millrace_training.language_model.decoder import rotation
from millrace_training.language_model.packing import ContinuationRow

MATRICES = ("query", "key", "value", "attention_output", "gate", "up", "down")
"""Of a layer, as :class:`Layer` names them."""


class TunableDecoder(nn.Module):
    """Holds all weights in FP32; only adapters are parameters.

    A row is computed in two parts, so that the lower part, which never changes, can be kept. Without adapters, that is
    the embedding of its tokens.

    Attributes:
        embedding: FP32 ``[vocabulary, width]``.
    """

    embedding: Tensor
    output_norm: Tensor
    cosine: Tensor
    sine: Tensor

    def __init__(self, model: Checkpoint, settings: AdapterSettings | None, seed: int) -> None:
        """Take a model's published weights.

        Args:
            model: the weights.
            settings: of the adapters; None for a model that learns nothing itself.
            seed: of the adapters' random halves.

        Raises:
            TrainingError: the model has fewer layers than are to learn.
        """
        super().__init__()
        sizes = model.architecture
        if settings is not None and not 1 <= settings.layers <= sizes.layers:
            raise TrainingError(f"--layers {settings.layers}: the model has {sizes.layers}; choose from 1 to that")
        random = torch.Generator().manual_seed(seed)
        self._first = 0 if settings is None else sizes.layers - settings.layers
        self.layers = nn.ModuleList(
            _TunableLayer(layer, sizes, settings if number >= self._first else None, random)
            for number, layer in enumerate(model.layers)
        )
        cosine, sine = rotation(sizes)
        for name, values in (
            ("embedding", model.embedding.values()),
            ("output_norm", model.output_norm),
            ("cosine", cosine),
            ("sine", sine),
        ):
            self.register_buffer(name, torch.from_numpy(values), persistent=False)
        self._epsilon = sizes.epsilon

    @torch.no_grad()
    def lower(self, row: ContinuationRow) -> Tensor:
        """The hidden state FP32 ``[tokens, width]`` below the layers that learn."""
        hidden = self.embedding[self._on_device(row.row.tokens)]
        return self._through(hidden, row, 0, self._first)

    def scores(self, row: ContinuationRow, lower: Tensor) -> Tensor:
        """Log-probability of each continuation, FP32 ``[continuations]``, in nats: a mean over its tokens.

        Args:
            row: prompts and continuations.
            lower: what :meth:`lower` gave for it, or with other vectors in some tokens' places.
        """
        hidden = self._through(lower, row, self._first, len(self.layers))
        asked = _normed(hidden[self._on_device(row.asked)], self.output_norm, self._epsilon)
        logits = asked @ self.embedding.T
        place, wanted, owner = (self._on_device(each) for each in (row.place, row.wanted, row.owner))
        # Not log_softmax: that would keep a second matrix as large as the vocabulary for the gradient.
        found = logits[place, wanted] - torch.logsumexp(logits, dim=-1)[place]
        sums = torch.zeros(row.count, device=found.device).index_add(0, owner, found)
        return sums / torch.bincount(owner, minlength=row.count)

    def merged(self, model: Checkpoint) -> Checkpoint:
        """The model with what was learned inside its matrices, those that changed quantised to 8 bits.

        Args:
            model: the weights that this was made from.
        """
        layers = list(model.layers)
        for number in range(self._first, len(layers)):
            changed = {
                name: blocks.of_values(getattr(self.layers[number], name).merged().cpu().numpy()) for name in MATRICES
            }
            layers[number] = replace(layers[number], **changed)  # type: ignore[arg-type]  # norms are not among them
        return replace(model, layers=tuple(layers))

    def _through(self, hidden: Tensor, row: ContinuationRow, first: int, end: int) -> Tensor:
        positions = self._on_device(row.row.positions)
        rotated_by = self.cosine[positions], self.sine[positions]
        visible = torch.from_numpy(row.row.visible).to(hidden.device)
        for number in range(first, end):
            hidden = self.layers[number](hidden, rotated_by, visible)
        return hidden

    def _on_device(self, values: np.ndarray[tuple[int, ...], np.dtype[np.int64]]) -> Tensor:
        return torch.from_numpy(values).to(self.embedding.device)


class _TunableLayer(nn.Module):
    attention_norm: Tensor
    feed_forward_norm: Tensor
    query: FrozenMatrix
    key: FrozenMatrix
    value: FrozenMatrix
    attention_output: FrozenMatrix
    gate: FrozenMatrix
    up: FrozenMatrix
    down: FrozenMatrix

    def __init__(
        self, layer: Layer, sizes: Architecture, settings: AdapterSettings | None, random: torch.Generator
    ) -> None:
        super().__init__()
        self._sizes = sizes
        for name in MATRICES:
            weight = torch.from_numpy(getattr(layer, name).values())
            matrix = FrozenMatrix(weight) if settings is None else AdaptedMatrix(weight, settings, random)
            self.add_module(name, matrix)
        self.register_buffer("attention_norm", torch.from_numpy(layer.attention_norm), persistent=False)
        self.register_buffer("feed_forward_norm", torch.from_numpy(layer.feed_forward_norm), persistent=False)

    def forward(self, hidden: Tensor, rotated_by: tuple[Tensor, Tensor], visible: Tensor) -> Tensor:
        hidden = hidden + self._attention(
            _normed(hidden, self.attention_norm, self._sizes.epsilon), rotated_by, visible
        )
        normed = _normed(hidden, self.feed_forward_norm, self._sizes.epsilon)
        down: Tensor = self.down(functional.silu(self.gate(normed)) * self.up(normed))
        return hidden + down

    def _attention(self, normed: Tensor, rotated_by: tuple[Tensor, Tensor], visible: Tensor) -> Tensor:
        sizes, count = self._sizes, len(normed)
        query = _rotated(self.query(normed).view(count, sizes.heads, -1).transpose(0, 1), rotated_by)
        key = _rotated(self.key(normed).view(count, sizes.key_value_heads, -1).transpose(0, 1), rotated_by)
        value = self.value(normed).view(count, sizes.key_value_heads, -1).transpose(0, 1)
        shared = sizes.heads // sizes.key_value_heads
        attended = functional.scaled_dot_product_attention(
            query, key.repeat_interleave(shared, 0), value.repeat_interleave(shared, 0), attn_mask=visible
        )
        projected: Tensor = self.attention_output(attended.transpose(0, 1).reshape(count, -1))
        return projected


def _normed(hidden: Tensor, weight: Tensor, epsilon: float) -> Tensor:
    return hidden * torch.rsqrt(hidden.pow(2).mean(-1, keepdim=True) + epsilon) * weight


def _rotated(split: Tensor, rotated_by: tuple[Tensor, Tensor]) -> Tensor:
    first, second = split.chunk(2, dim=-1)
    cosine, sine = rotated_by
    return torch.cat([first * cosine - second * sine, second * cosine + first * sine], dim=-1)
