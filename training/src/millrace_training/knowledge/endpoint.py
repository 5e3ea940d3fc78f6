"""Asks any endpoint with OpenAI's chat interface, several questions at a time, and keeps every answer in a file.

An answer's identity is the whole request, with the model's name: what was answered once is not asked again, an
interrupted run goes on where it was, and another wording is another question.
"""

from __future__ import annotations

import hashlib
import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from millrace_training.errors import TrainingError
from millrace_training.knowledge.prompts import Messages

_BUSY = (429, 503)
_ATTEMPTS = 6
_FIRST_PAUSE_S = 1.0
_TIMEOUT_S = 600.0
_PATH = "/chat/completions"


@dataclass(frozen=True)
class Question:
    """What is asked.

    Attributes:
        messages: the chat so far.
        max_tokens: of the answer.
        schema: JSON Schema of the answer; None for plain text.
    """

    messages: Messages
    max_tokens: int
    schema: Mapping[str, Any] | None = None

    def request(self, model: str) -> dict[str, Any]:
        """The body of the request, without anything random in it."""
        body = {"model": model, "messages": self.messages, "max_tokens": self.max_tokens, "temperature": 0}
        if self.schema is not None:
            form = {"name": "answer", "strict": True, "schema": self.schema}
            body["response_format"] = {"type": "json_schema", "json_schema": form}
        return body

    def identity(self, model: str) -> str:
        """SHA-256 of the request."""
        return hashlib.sha256(json.dumps(self.request(model), sort_keys=True).encode("utf-8")).hexdigest()


class Chat(Protocol):
    """Whoever answers."""

    @property
    def model(self) -> str:
        """Its name."""
        ...

    def answer(self, question: Question) -> str:
        """The text of the answer."""
        ...


class Endpoint:
    """A chat endpoint over HTTP."""

    def __init__(
        self, url: str, model: str, key: str | None = None, pause: Callable[[float], None] = time.sleep
    ) -> None:
        """Remember whom to ask.

        Args:
            url: up to and with ``/v1``.
            model: its name there.
            key: sent as a bearer's; None for none.
            pause: waits so many seconds before another attempt when the endpoint is busy.
        """
        self._url, self._model, self._key, self._pause = url.rstrip("/") + _PATH, model, key, pause

    @property
    def model(self) -> str:
        """The model's name."""
        return self._model

    def answer(self, question: Question) -> str:
        """Ask; a busy endpoint is asked again, 6 times at most.

        Raises:
            TrainingError: it can't be reached, refuses, stays busy, or says nothing that can be read.
        """
        headers = {"Content-Type": "application/json"}
        if self._key is not None:
            headers["Authorization"] = f"Bearer {self._key}"
        body = json.dumps(question.request(self._model)).encode("utf-8")
        for attempt in range(_ATTEMPTS):
            try:
                with urllib.request.urlopen(
                    urllib.request.Request(self._url, body, headers), timeout=_TIMEOUT_S
                ) as response:
                    return str(json.load(response)["choices"][0]["message"]["content"])
            except urllib.error.HTTPError as error:
                if error.code not in _BUSY or attempt == _ATTEMPTS - 1:
                    said = error.read(500).decode("utf-8", "replace")
                    raise TrainingError(f"--llm {self._url}: answered {error.code}: {said}") from error
                self._pause(_FIRST_PAUSE_S * 2**attempt)
            except (OSError, ValueError, LookupError, TypeError) as error:
                raise TrainingError(f"--llm {self._url}: no answer that can be read ({error!r})") from error
        raise AssertionError("the last attempt either returns or raises")


class Answers:
    """Answers by question, in a file of JSON lines that only grows."""

    def __init__(self, file: Path) -> None:
        """Read what is there.

        Raises:
            TrainingError: the file can't be read or holds something else. A last line that was cut off is dropped.
        """
        self._file = file
        self._known: dict[str, str] = {}
        lines = file.read_text(encoding="utf-8").split("\n") if file.is_file() else [""]
        for number, line in enumerate(lines[:-1], start=1):
            try:
                record = json.loads(line)
                self._known[record["question"]] = record["text"]
            except (ValueError, KeyError, TypeError) as error:
                raise TrainingError(f"--answers {file}:{number}: not an answer ({error!r}); remove the line") from error
        if lines[-1]:
            whole = "".join(line + "\n" for line in lines[:-1])
            file.write_text(whole, encoding="utf-8")

    def known(self, questions: Sequence[Question], model: str) -> list[str | None]:
        """Each question's answer; None where it has not been asked."""
        return [self._known.get(question.identity(model)) for question in questions]

    def ask(self, chat: Chat, questions: Sequence[Question], at_once: int, say: Callable[[str], None]) -> None:
        """Ask what is not known yet; each answer is in the file as soon as it is there.

        Args:
            chat: whom.
            questions: in the order in which they are asked.
            at_once: most that are on their way.
            say: told now and then how far it is.

        Raises:
            TrainingError: as :meth:`Chat.answer`; questions that were on their way are still kept.
        """
        missing = {
            question.identity(chat.model): question
            for question in questions
            if question.identity(chat.model) not in self._known
        }
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with self._file.open("a", encoding="utf-8") as file, ThreadPoolExecutor(at_once) as threads:
            waiting = {threads.submit(chat.answer, question): key for key, question in missing.items()}
            try:
                for number, done in enumerate(as_completed(waiting), start=1):
                    key, text = waiting[done], done.result()
                    self._known[key] = text
                    file.write(json.dumps({"question": key, "model": chat.model, "text": text}) + "\n")
                    file.flush()
                    if number % 100 == 0 or number == len(missing):
                        say(f"{number} of {len(missing)} answers")
            finally:
                for each in waiting:
                    each.cancel()
