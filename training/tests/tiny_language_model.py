"""A language model of random weights in the form that real ones are published in: small, and the same every time.

Run as a program with a folder's name, it converts the model into that folder, with an encoder of soft prompts, and
writes beside it what such a prompt scores, as the model server's tests have both.
"""

from __future__ import annotations

import struct
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from millrace_training.language_model import conversion, gguf

LAYERS, WIDTH, INNER, HEADS, KEY_VALUE_HEADS, CONTEXT = 2, 64, 96, 4, 2, 256
NAME = "tiny"
TEMPLATE = (
    "{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}{{ '<|im_start|>system\n"
    "You are tiny<|im_end|>\n' }}{% endif %}{{'<|im_start|>' + message['role'] + '\n' + message['content'] + "
    "'<|im_end|>' + '\n'}}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)
_SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
_MERGES = ["Ġ t", "h e", "Ġt he", "i n", "Ġ a", "o n", "r e", "e r", "l i", "li k", "lik e"]


def byte_tokens() -> list[str]:
    """How byte-level vocabularies spell each byte."""
    visible = [*range(33, 127), *range(161, 173), *range(174, 256)]
    hidden = iter(range(256, 512))
    return [chr(byte if byte in visible else next(hidden)) for byte in range(256)]


def metadata() -> dict[str, Any]:
    """As the file has it."""
    tokens = _SPECIAL + byte_tokens() + [merge.replace(" ", "") for merge in _MERGES]
    return {
        "general.architecture": "llama",
        "llama.block_count": LAYERS,
        "llama.context_length": CONTEXT,
        "llama.embedding_length": WIDTH,
        "llama.feed_forward_length": INNER,
        "llama.attention.head_count": HEADS,
        "llama.attention.head_count_kv": KEY_VALUE_HEADS,
        "llama.rope.freq_base": 10000.0,
        "llama.attention.layer_norm_rms_epsilon": 1e-5,
        "tokenizer.ggml.model": "gpt2",
        "tokenizer.ggml.pre": "smollm",
        "tokenizer.ggml.tokens": tokens,
        "tokenizer.ggml.token_type": [3 if token in _SPECIAL else 1 for token in tokens],
        "tokenizer.ggml.merges": _MERGES,
        "tokenizer.ggml.eos_token_id": 2,
        "tokenizer.chat_template": TEMPLATE,
    }


def tensors() -> dict[str, tuple[tuple[int, ...], int, bytes]]:
    """Shape, kind and content by name."""
    random = np.random.RandomState(7)
    narrow = WIDTH // HEADS * KEY_VALUE_HEADS
    found = {
        "token_embd.weight": ((len(metadata()["tokenizer.ggml.tokens"]), WIDTH), gguf.Q8_0),
        "output_norm.weight": ((WIDTH,), gguf.F32),
    }
    for layer in range(LAYERS):
        for name, shape in (
            ("attn_q", (WIDTH, WIDTH)), ("attn_k", (narrow, WIDTH)), ("attn_v", (narrow, WIDTH)),
            ("attn_output", (WIDTH, WIDTH)), ("ffn_gate", (INNER, WIDTH)), ("ffn_up", (INNER, WIDTH)),
            ("ffn_down", (WIDTH, INNER)),
        ):  # fmt: skip
            found[f"blk.{layer}.{name}.weight"] = (shape, gguf.Q4_1)
        for name in ("attn_norm", "ffn_norm"):
            found[f"blk.{layer}.{name}.weight"] = ((WIDTH,), gguf.F32)
    return {name: (shape, kind, _content(random, shape, kind)) for name, (shape, kind) in found.items()}


def _content(random: np.random.RandomState, shape: tuple[int, ...], kind: int) -> bytes:
    if kind == gguf.F32:
        return (1 + random.randn(*shape) * 0.1).astype("<f4").tobytes()
    blocks = int(np.prod(shape)) // gguf.BLOCK
    spread = random.uniform(0.02, 0.05, blocks)
    if kind == gguf.Q8_0:
        scale = (spread / 20).astype("<f2").view(np.uint8).reshape(blocks, 2)
        codes = random.randint(-127, 128, (blocks, 32)).astype(np.int8).view(np.uint8)
        return np.concatenate([scale, codes], axis=1).tobytes()
    scale = spread.astype("<f2").view(np.uint8).reshape(blocks, 2)
    offset = (-spread * random.uniform(6, 9, blocks)).astype("<f2").view(np.uint8).reshape(blocks, 2)
    codes = random.randint(0, 256, (blocks, 16)).astype(np.uint8)
    return np.concatenate([scale, offset, codes], axis=1).tobytes()


def write(path: Path) -> Path:
    """Write the file."""
    heads, body = b"", b""
    found = tensors()
    for name, (shape, kind, content) in found.items():
        heads += _string(name) + struct.pack("<I", len(shape))
        heads += b"".join(struct.pack("<Q", size) for size in reversed(shape)) + struct.pack("<IQ", kind, len(body))
        body += content + bytes(-len(content) % 32)
    keys = metadata()
    start = b"GGUF" + struct.pack("<IQQ", 3, len(found), len(keys))
    start += b"".join(_string(key) + _value(value) for key, value in keys.items()) + heads
    path.write_bytes(start + bytes(-len(start) % 32) + body)
    return path


def _string(text: str) -> bytes:
    return struct.pack("<Q", len(text.encode())) + text.encode()


def _value(value: Any) -> bytes:
    if isinstance(value, str):
        return struct.pack("<I", 8) + _string(value)
    if isinstance(value, float):
        return struct.pack("<If", 6, value)
    if isinstance(value, int):
        return struct.pack("<II", 4, value)
    typed = [_value(entry) for entry in value]
    return struct.pack("<I", 9) + typed[0][:4] + struct.pack("<Q", len(typed)) + b"".join(one[4:] for one in typed)


def convert(out: Path, bits: int = 8, soft_prompt: conversion.SoftPromptFile | None = None) -> None:
    """Convert the model into a new folder."""
    with tempfile.TemporaryDirectory() as scratch:
        file = gguf.read(write(Path(scratch) / "tiny.gguf"))
        conversion.convert(
            file, conversion.Origin(NAME, "random weights", "Apache-2.0", "0" * 64), out, bits, soft_prompt
        )


if __name__ == "__main__":
    import tiny_soft_prompt

    folder = Path(sys.argv[1])
    convert(folder, soft_prompt=tiny_soft_prompt.encoder(learned=True).file())
    tiny_soft_prompt.write_expected(folder, folder.parent / f"{folder.name}-soft-scores.json")
