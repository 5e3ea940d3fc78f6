"""Conversations as tokens, exactly as the model server makes them (``ChatTemplate`` there)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tokenizers import Tokenizer

from millrace_training.language_model import tokenizer


class ChatTokens:
    """A model's tokenizer and the control tokens of its conversations."""

    def __init__(self, metadata: Mapping[str, Any]) -> None:
        """Take both out of a GGUF file's metadata.

        Raises:
            TrainingError: they are of a kind that is not known here.
        """
        self._tokenizer = Tokenizer.from_str(tokenizer.document(metadata).decode())
        # What is said is never read as a control token.
        self._tokenizer.encode_special_tokens = True
        self._chat = tokenizer.chat(metadata)

    def text(self, text: str) -> list[int]:
        """Tokens of a text."""
        tokens: list[int] = self._tokenizer.encode(text, add_special_tokens=False).ids
        return tokens

    def conversation(self, messages: Sequence[Mapping[str, str]]) -> list[int]:
        """The tokens after which the assistant's answer follows; ``role`` and ``content`` of each message."""
        said = list(messages)
        if not said or said[0]["role"] != "system":
            said.insert(0, {"role": "system", "content": self._chat["system"]})
        begin, end = self._chat["begin"], self._chat["end"]
        tokens: list[int] = []
        for message in said:
            tokens += [begin, *self.text(f"{message['role']}\n{message['content']}"), end, *self.text("\n")]
        return [*tokens, begin, *self.text("assistant\n")]
