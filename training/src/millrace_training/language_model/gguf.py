"""Reads GGUF, the single-file format that quantised language models are published in.

Only what conversion needs: metadata, and tensors as FP32, Q8_0 or Q4_1. Values are checked against the file's
size before they are believed, so that a damaged file is an error and never a wrong model.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from millrace_training.errors import TrainingError

F32, Q4_1, Q8_0 = 0, 3, 8
BLOCK = 32
"""Values that share a scale in Q4_1 and Q8_0."""

_BLOCK_BYTES = {Q4_1: 20, Q8_0: 34}
_MAGIC = b"GGUF"
_VERSION = 3
_ALIGNMENT = 32
_STRING, _ARRAY = 8, 9
_SCALARS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}


@dataclass(frozen=True)
class Stored:
    """One tensor as it is in the file.

    Attributes:
        shape: the outermost dimension first, as NumPy has it.
        kind: ``F32``, ``Q4_1`` or ``Q8_0``.
        content: its bytes.
    """

    shape: tuple[int, ...]
    kind: int
    content: NDArray[np.uint8]


@dataclass(frozen=True)
class GgufFile:
    """Metadata by key, and tensors by name."""

    metadata: Mapping[str, Any]
    tensors: Mapping[str, Stored]


def read(path: Path) -> GgufFile:
    """Read a file; tensors stay on disk until they are used.

    Raises:
        TrainingError: it is not GGUF version 3, it is cut off, or a tensor has a form that is not supported.
    """
    try:
        content = np.memmap(path, dtype=np.uint8, mode="r")
    except (OSError, ValueError) as error:
        raise TrainingError(f"{path} cannot be read: {error}") from error
    try:
        return _Reader(content).read()
    except (struct.error, IndexError, UnicodeDecodeError) as error:
        raise TrainingError(f"{path} is cut off or damaged ({error}); fetch it again") from error
    except TrainingError as error:
        raise TrainingError(f"{path}: {error}") from error


class _Reader:
    def __init__(self, content: NDArray[np.uint8]) -> None:
        self._content = content
        self._at = 0

    def read(self) -> GgufFile:
        if bytes(self._content[:4]) != _MAGIC:
            raise TrainingError("not a GGUF file")
        self._at = 4
        version, tensors, keys = self._scalar("I"), self._scalar("Q"), self._scalar("Q")
        if version != _VERSION:
            raise TrainingError(f"GGUF version {version}; only version {_VERSION} is supported")
        metadata = {self._string(): self._value(self._scalar("I")) for _ in range(keys)}
        heads = [self._head() for _ in range(tensors)]
        alignment = metadata.get("general.alignment", _ALIGNMENT)
        start = -(-self._at // alignment) * alignment
        return GgufFile(metadata, {name: self._stored(shape, kind, start + at) for name, shape, kind, at in heads})

    def _head(self) -> tuple[str, tuple[int, ...], int, int]:
        name = self._string()
        shape = tuple(self._scalar("Q") for _ in range(self._scalar("I")))[::-1]
        return name, shape, self._scalar("I"), self._scalar("Q")

    def _stored(self, shape: tuple[int, ...], kind: int, start: int) -> Stored:
        values = int(np.prod(shape, dtype=np.int64))
        if kind == F32:
            size = 4 * values
        elif kind in _BLOCK_BYTES and shape[-1] % BLOCK == 0:
            size = values // BLOCK * _BLOCK_BYTES[kind]
        else:
            raise TrainingError(f"a tensor of type {kind} and shape {shape}; supported are F32, Q4_1 and Q8_0")
        if start + size > self._content.size:
            raise IndexError(f"{start + size} bytes expected, {self._content.size} there")
        return Stored(shape, kind, self._content[start : start + size])

    def _scalar(self, kind: str) -> Any:
        (value,) = struct.unpack_from(f"<{kind}", self._content.data, self._at)
        self._at += struct.calcsize(f"<{kind}")
        return value

    def _string(self) -> str:
        length = self._scalar("Q")
        if self._at + length > self._content.size:
            raise IndexError(f"a text of {length} bytes")
        self._at += length
        return bytes(self._content[self._at - length : self._at]).decode("utf-8")

    def _value(self, kind: int) -> Any:
        if kind == _STRING:
            return self._string()
        if kind == _ARRAY:
            inner, length = self._scalar("I"), self._scalar("Q")
            return [self._value(inner) for _ in range(length)]
        if kind not in _SCALARS:
            raise TrainingError(f"a metadata value of unknown type {kind}")
        return self._scalar(_SCALARS[kind])
