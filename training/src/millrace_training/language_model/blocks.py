"""Block-quantised weights: as they are published, and as ONNX Runtime's ``MatMulNBits`` takes them.

Q4_1 keeps for 32 values a scale and an offset, both floats. ``MatMulNBits`` is fast only with an integer zero
point, so a block's offset has to be a whole number of steps. With 4 bits that shifts a block by up to half a step,
which is as much as quantisation itself cost; with 8 bits, sixteen times finer, the codes are kept as they are (times
16) and the shift is a 32nd of the published step. What each costs is measured in ``quality``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from millrace_training.language_model.gguf import BLOCK, F32, Q4_1, Stored

_FINER = 16
"""Steps of 8 bits in one step of 4."""

_ZERO, _LARGEST = 128, 127
"""Code of zero, and the largest distance from it, of 8 bits around zero."""


@dataclass(frozen=True)
class Blocks:
    """A matrix whose value is ``scale * code + offset``.

    Attributes:
        codes: UINT8 ``[rows, columns]``, 0 to ``2 ** bits - 1``.
        scale: FP32 ``[rows, columns / 32]``.
        offset: FP32, the same shape.
        bits: 4 or 8.
    """

    codes: NDArray[np.uint8]
    scale: NDArray[np.float32]
    offset: NDArray[np.float32]
    bits: int

    def values(self) -> NDArray[np.float32]:
        """The matrix in FP32."""
        rows, columns = self.codes.shape
        blocks = self.codes.reshape(rows, columns // BLOCK, BLOCK).astype(np.float32)
        return (blocks * self.scale[..., None] + self.offset[..., None]).reshape(rows, columns)

    def rows(self, order: NDArray[np.int64]) -> Blocks:
        """The same matrix with its rows in another order."""
        return Blocks(self.codes[order], self.scale[order], self.offset[order], self.bits)


@dataclass(frozen=True)
class Quantised:
    """A matrix whose value is ``scale * (code - zero)``; fields as in ``Blocks``, ``zero`` UINT8."""

    codes: NDArray[np.uint8]
    scale: NDArray[np.float32]
    zero: NDArray[np.uint8]
    bits: int

    def values(self) -> NDArray[np.float32]:
        """The matrix in FP32."""
        rows, columns = self.codes.shape
        blocks = self.codes.reshape(rows, columns // BLOCK, BLOCK).astype(np.float32)
        return ((blocks - self.zero[..., None].astype(np.float32)) * self.scale[..., None]).reshape(rows, columns)

    def packed(self) -> tuple[NDArray[np.uint8], NDArray[np.float32], NDArray[np.uint8]]:
        """Codes ``[rows, blocks, bytes]``, scales and zero points as ``MatMulNBits`` takes them."""
        rows, columns = self.codes.shape
        codes = self.codes.reshape(rows, columns // BLOCK, BLOCK)
        zero = self.zero
        if self.bits == 4:
            codes = _nibbles(codes)
            zero = _nibbles(np.pad(zero, ((0, 0), (0, zero.shape[1] % 2))))
        return codes, self.scale, zero


def stack(matrices: list[Quantised]) -> Quantised:
    """Matrices with equal columns, one below the other."""
    return Quantised(
        np.concatenate([matrix.codes for matrix in matrices]),
        np.concatenate([matrix.scale for matrix in matrices]),
        np.concatenate([matrix.zero for matrix in matrices]),
        matrices[0].bits,
    )


def plain(stored: Stored) -> NDArray[np.float32]:
    """The values of an FP32 tensor."""
    assert stored.kind == F32
    return np.frombuffer(stored.content.tobytes(), dtype="<f4").reshape(stored.shape).astype(np.float32)


def blocks(stored: Stored) -> Blocks:
    """The blocks of a Q4_1 or Q8_0 matrix."""
    rows, columns = stored.shape
    if stored.kind == Q4_1:
        raw = stored.content.reshape(rows, columns // BLOCK, 20)
        packed = raw[..., 4:]
        # The low halves of the bytes are the first 16 values, the high halves the others.
        codes = np.concatenate([packed & np.uint8(0x0F), packed >> np.uint8(4)], axis=-1)
        return Blocks(codes.reshape(rows, columns), _half(raw[..., 0:2]), _half(raw[..., 2:4]), 4)
    raw = stored.content.reshape(rows, columns // BLOCK, 34)
    scale = _half(raw[..., 0:2])
    codes = raw[..., 2:] ^ np.uint8(0x80)  # From signed to unsigned, 128 higher.
    return Blocks(codes.reshape(rows, columns), scale, np.float32(-_ZERO) * scale, 8)


def of_values(values: NDArray[np.float32]) -> Blocks:
    """Blocks of 8 bits around zero for a matrix that has none, as one that was tuned.

    Args:
        values: FP32 ``[rows, columns]``, columns a multiple of 32; each is at most a 254th of its block's largest off.
    """
    rows, columns = values.shape
    split = values.reshape(rows, columns // BLOCK, BLOCK)
    largest = np.abs(split).max(axis=-1)
    scale = np.where(largest > 0, largest / np.float32(_LARGEST), np.float32(1)).astype(np.float32)
    codes = (np.rint(split / scale[..., None]) + _ZERO).astype(np.uint8)
    return Blocks(codes.reshape(rows, columns), scale, np.float32(-_ZERO) * scale, 8)


def quantise(matrix: Blocks, bits: int) -> Quantised:
    """Bring a matrix to integer zero points.

    Args:
        matrix: as published.
        bits: 4 keeps the codes and rounds the offset; 8 keeps them 16 times finer. A matrix of 8 bits stays as it is.
    """
    if matrix.bits == 8:
        return Quantised(matrix.codes, matrix.scale, np.full(matrix.scale.shape, _ZERO, np.uint8), 8)
    levels = 2**bits - 1
    finer = _FINER if bits == 8 else 1
    scale = matrix.scale / np.float32(finer)
    with np.errstate(divide="ignore", invalid="ignore"):
        exact = -matrix.offset / scale
    fits = (scale > 0) & (np.rint(exact) >= 0) & (np.rint(exact) <= levels)
    zero = np.where(fits, np.rint(np.nan_to_num(exact)), 0)
    codes = matrix.codes.astype(np.uint16) * finer
    result = Quantised(codes.astype(np.uint8), scale, np.clip(zero, 0, levels).astype(np.uint8), bits)
    return result if fits.all() else _with_others(result, matrix, fits)


def _with_others(result: Quantised, matrix: Blocks, fits: NDArray[np.bool_]) -> Quantised:
    """Blocks that do not reach across zero are quantised afresh, over a range that does."""
    levels = 2**result.bits - 1
    row, block = np.nonzero(~fits)
    values = matrix.values().reshape(*matrix.scale.shape, BLOCK)[row, block]
    low, high = np.minimum(values.min(axis=1), 0), np.maximum(values.max(axis=1), 0)
    scale = np.where(high > low, (high - low) / np.float32(levels), np.float32(1)).astype(np.float32)
    zero = np.rint(-low / scale)
    fresh = np.clip(np.rint(values / scale[:, None]) + zero[:, None], 0, levels).astype(np.uint8)
    codes, scales, zeros = result.codes.copy(), result.scale.copy(), result.zero.copy()
    codes.reshape(*matrix.scale.shape, BLOCK)[row, block] = fresh
    scales[row, block], zeros[row, block] = scale, zero.astype(np.uint8)
    return Quantised(codes, scales, zeros, result.bits)


def _nibbles(values: NDArray[np.uint8]) -> NDArray[np.uint8]:
    packed: NDArray[np.uint8] = values[..., 0::2] | (values[..., 1::2] << np.uint8(4))
    return packed


def _half(raw: NDArray[np.uint8]) -> NDArray[np.float32]:
    return np.ascontiguousarray(raw).view("<f2")[..., 0].astype(np.float32)
