"""The tokenizer and the chat template, out of a GGUF file's metadata, in the forms that other tools read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from millrace_training.errors import TrainingError

_NORMAL, _CONTROL = 1, 3
_BEGIN, _END = "<|im_start|>", "<|im_end|>"


def document(metadata: Mapping[str, Any]) -> bytes:
    """``tokenizer.json`` as Hugging Face's tokenizers read it.

    Raises:
        TrainingError: the tokenizer is of a kind whose rules of splitting are not known here.
    """
    kind = (metadata.get("tokenizer.ggml.model"), metadata.get("tokenizer.ggml.pre"))
    if kind != ("gpt2", "smollm"):
        raise TrainingError(f"the tokenizer is {kind}; only byte pairs split as SmolLM does are supported")
    tokens, types = metadata["tokenizer.ggml.tokens"], metadata["tokenizer.ggml.token_type"]
    strange = set(types) - {_NORMAL, _CONTROL}
    if strange:
        raise TrainingError(f"tokens of type {sorted(strange)}; only normal and control tokens are supported")
    added = [_added(number, token) for number, token in enumerate(tokens) if types[number] == _CONTROL]
    content = {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": added,
        "normalizer": None,
        "pre_tokenizer": {
            "type": "Sequence",
            "pretokenizers": [{"type": "Digits", "individual_digits": True}, _byte_level()],
        },
        "post_processor": None,
        "decoder": _byte_level(),
        "model": {
            "type": "BPE",
            "dropout": None,
            "unk_token": None,
            "continuing_subword_prefix": None,
            "end_of_word_suffix": None,
            "fuse_unk": False,
            "byte_fallback": False,
            "vocab": {token: number for number, token in enumerate(tokens)},
            "merges": [merge.split(" ") for merge in metadata["tokenizer.ggml.merges"]],
        },
    }
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def chat(metadata: Mapping[str, Any]) -> dict[str, Any]:
    """What the chat template comes to: the tokens around a message, and the system's message if there is none.

    Raises:
        TrainingError: the template is not the one known here. A template is a program, and none of a file's is run.
    """
    template = metadata.get("tokenizer.chat_template", "")
    before, _, rest = template.partition("system\n")
    system, _, after = rest.partition(_END)
    loop = "{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}{{ '" + _BEGIN
    messages = (
        "\n' }}{% endif %}{{'" + _BEGIN + "' + message['role'] + '\n' + message['content'] + '" + _END + "' + '\n'}}"
        "{% endfor %}{% if add_generation_prompt %}{{ '" + _BEGIN + "assistant\n' }}{% endif %}"
    )
    if before != loop or after.strip() != messages.strip():
        raise TrainingError("the chat template is not ChatML with a default system message; only that is supported")
    return {"begin": _token(metadata, _BEGIN), "end": _token(metadata, _END), "system": system}


def _token(metadata: Mapping[str, Any], token: str) -> int:
    tokens: list[str] = metadata["tokenizer.ggml.tokens"]
    return tokens.index(token)


def _added(number: int, token: str) -> dict[str, Any]:
    flags = dict.fromkeys(("single_word", "lstrip", "rstrip", "normalized"), False)
    return {"id": number, "content": token, **flags, "special": True}


def _byte_level() -> dict[str, Any]:
    return {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}
