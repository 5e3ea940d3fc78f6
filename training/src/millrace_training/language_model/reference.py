"""The published model computed in FP32 by PyTorch: what a converted one is measured against."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from millrace_training.language_model.blocks import Blocks
from millrace_training.language_model.checkpoint import Checkpoint, Layer
from millrace_training.language_model.decoder import rotation


class Reference:
    """Holds all weights in FP32: 540 MB for the default model."""

    def __init__(self, model: Checkpoint) -> None:
        """Take a model's published weights."""
        self._sizes = model.architecture
        self._embedding = _tensor(model.embedding)
        self._output_norm = torch.from_numpy(model.output_norm)
        self._layers = [_Weights(layer) for layer in model.layers]
        self._cosine, self._sine = (torch.from_numpy(table) for table in rotation(model.architecture))

    @torch.no_grad()
    def logits(self, tokens: list[int]) -> Tensor:
        """Logits FP32 ``[tokens, vocabulary]`` after every token of a text."""
        hidden = self._embedding[torch.tensor(tokens)]
        for layer in self._layers:
            hidden = hidden + self._attention(layer, self._norm(hidden, layer.attention_norm))
            normed = self._norm(hidden, layer.feed_forward_norm)
            gated = functional.silu(normed @ layer.gate.T) * (normed @ layer.up.T)
            hidden = hidden + gated @ layer.down.T
        return self._norm(hidden, self._output_norm) @ self._embedding.T

    def _norm(self, hidden: Tensor, weight: Tensor) -> Tensor:
        return hidden * torch.rsqrt(hidden.pow(2).mean(-1, keepdim=True) + self._sizes.epsilon) * weight

    def _attention(self, layer: _Weights, normed: Tensor) -> Tensor:
        sizes = self._sizes
        query = self._rotated(normed @ layer.query.T, sizes.heads)
        key = self._rotated(normed @ layer.key.T, sizes.key_value_heads)
        value = (normed @ layer.value.T).view(len(normed), sizes.key_value_heads, -1).transpose(0, 1)
        shared = sizes.heads // sizes.key_value_heads
        attended = functional.scaled_dot_product_attention(
            query, key.repeat_interleave(shared, 0), value.repeat_interleave(shared, 0), is_causal=True
        )
        return attended.transpose(0, 1).reshape(len(normed), -1) @ layer.output.T

    def _rotated(self, flat: Tensor, heads: int) -> Tensor:
        split = flat.view(len(flat), heads, -1).transpose(0, 1)
        first, second = split.chunk(2, dim=-1)
        cosine, sine = self._cosine[: len(flat)], self._sine[: len(flat)]
        return torch.cat([first * cosine - second * sine, second * cosine + first * sine], dim=-1)


class _Weights:
    def __init__(self, layer: Layer) -> None:
        self.attention_norm = torch.from_numpy(layer.attention_norm)
        self.query, self.key, self.value = _tensor(layer.query), _tensor(layer.key), _tensor(layer.value)
        self.output = _tensor(layer.attention_output)
        self.feed_forward_norm = torch.from_numpy(layer.feed_forward_norm)
        self.gate, self.up, self.down = _tensor(layer.gate), _tensor(layer.up), _tensor(layer.down)


def _tensor(matrix: Blocks) -> Tensor:
    return torch.from_numpy(matrix.values())
