"""How likely a language model holds titles after a prompt: the model server's ``/v1/score``, with answers kept.

The server computes a prompt once for all of its continuations.
"""

from __future__ import annotations

import hashlib
import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

from millrace_training.errors import TrainingError
from millrace_training.knowledge.prompts import Messages

_TIMEOUT_S = 600.0


class Likelihoods(Protocol):
    """Whoever tells likelihoods."""

    def after(self, messages: Messages, continuations: Sequence[str], history: Sequence[str] = ()) -> list[float]:
        """Log-probability of each continuation in nats, a mean over its tokens, so that long titles do not lose.

        Args:
            messages: the prompt.
            continuations: what may follow it.
            history: titles that stand before the prompt as soft tokens, oldest first; none for a prompt of text alone.
        """
        ...


class ScoreEndpoint:
    """A model server over HTTP.

    Attributes:
        seconds: how long each request took that was not answered from the file, in order.
    """

    def __init__(self, url: str, model: str, kept: Path, clock: Callable[[], float] = time.monotonic) -> None:
        """Read what was answered before.

        Args:
            url: up to and with ``/v1``.
            model: its name there.
            kept: file of JSON lines that only grows.
            clock: seconds.

        Raises:
            TrainingError: the file holds something else.
        """
        self._url, self._model, self._kept, self._clock = url.rstrip("/") + "/score", model, kept, clock
        self._known: dict[str, list[float]] = {}
        self.seconds: list[float] = []
        lines = kept.read_text(encoding="utf-8").splitlines() if kept.is_file() else []
        for number, line in enumerate(lines, start=1):
            try:
                record = json.loads(line)
                self._known[record["request"]] = record["scores"]
            except (ValueError, KeyError, TypeError) as error:
                raise TrainingError(f"--scores {kept}:{number}: no scores ({error!r}); remove the line") from error

    def after(self, messages: Messages, continuations: Sequence[str], history: Sequence[str] = ()) -> list[float]:
        """Ask, unless it was answered before.

        Raises:
            TrainingError: the endpoint can't be reached, refuses, or says nothing that can be read.
        """
        asked = {"model": self._model, "messages": messages, "continuations": list(continuations)}
        body = json.dumps({**asked, "history": list(history)} if history else asked)
        identity = hashlib.sha256(body.encode("utf-8")).hexdigest()
        if identity not in self._known:
            started = self._clock()
            self._known[identity] = self._asked(body.encode("utf-8"))
            self.seconds.append(self._clock() - started)
            self._kept.parent.mkdir(parents=True, exist_ok=True)
            with self._kept.open("a", encoding="utf-8") as file:
                file.write(json.dumps({"request": identity, "scores": self._known[identity]}) + "\n")
        return self._known[identity]

    def _asked(self, body: bytes) -> list[float]:
        request = urllib.request.Request(self._url, body, {"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=_TIMEOUT_S) as response:
                data: list[dict[str, Any]] = json.load(response)["data"]
            ordered = sorted(data, key=lambda each: int(each["index"]))
            tokens = [each["token_log_probabilities"] for each in ordered]
            return [round(sum(each) / len(each), 4) for each in tokens]
        except urllib.error.HTTPError as error:
            said = error.read(500).decode("utf-8", "replace")
            raise TrainingError(f"--llm {self._url}: answered {error.code}: {said}") from error
        except (OSError, ValueError, LookupError, TypeError, ZeroDivisionError) as error:
            raise TrainingError(f"--llm {self._url}: no scores that can be read ({error!r})") from error
