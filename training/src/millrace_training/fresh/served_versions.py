"""Which versions model servers serve: what a repository may not lose, however many came after them."""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import Path

from millrace_training.errors import TrainingError
from millrace_training.repository import RECOMMENDER, RETRIEVER

OPTION = "--model-server"

_TIMEOUT_S = 10.0
_READY = "READY"


class ModelServer:
    """Asks one model server, by the repository extension of the Open Inference Protocol over HTTP."""

    def __init__(
        self, url: str, token_file: Path | None = None, fetch: Callable[[urllib.request.Request], bytes] | None = None
    ) -> None:
        """Refer to a server; nothing is asked yet.

        Args:
            url: its address, such as ``http://127.0.0.1:8000``.
            token_file: holds the bearer token that it wants; read each time, as it may be replaced.
            fetch: gives the body of the answer to a request; the network by default.

        Raises:
            TrainingError: it is not an http or https address.
        """
        parts = urllib.parse.urlsplit(url.strip().rstrip("/"))
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise TrainingError(
                f"{OPTION} {url}: not an http or https address; expected something like http://127.0.0.1:8000"
            )
        self._url = parts.geturl()
        self._token_file = token_file
        self._fetch = fetch or _over_the_network

    def versions(self) -> set[int]:
        """What it answers with now, of the recommender and of the retriever; empty if of neither.

        Raises:
            TrainingError: it can't be asked, or its answer is no index.
        """
        address = f"{self._url}/v2/repository/index"
        request = urllib.request.Request(address, data=b'{"ready": true}', headers=self._headers(), method="POST")
        try:
            entries = json.loads(self._fetch(request))
            return {
                int(entry["version"])
                for entry in entries
                if entry["name"] in (RECOMMENDER, RETRIEVER) and entry["state"] == _READY
            }
        except urllib.error.HTTPError as error:
            error.close()
            raise TrainingError(f"{OPTION} {self._url} answers {error.code} to {address}") from error
        except OSError as error:
            raise TrainingError(f"{OPTION} {self._url} can't be reached ({error})") from error
        except (ValueError, KeyError, TypeError) as error:
            raise TrainingError(f"{OPTION}: {address} answers with no index of a repository") from error

    def _headers(self) -> dict[str, str]:
        headers = {"Accept": "application/json", "Content-Type": "application/json"}
        if self._token_file is not None:
            headers["Authorization"] = f"Bearer {_token(self._token_file)}"
        return headers


def by_any(servers: Sequence[ModelServer]) -> set[int]:
    """What at least one of them serves.

    Raises:
        TrainingError: one of them doesn't say.
    """
    return set().union(*(server.versions() for server in servers))


def _token(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise TrainingError(f"{OPTION}-token-file {file}: can't be read ({error.strerror})") from error


def _over_the_network(request: urllib.request.Request) -> bytes:
    with urllib.request.urlopen(request, timeout=_TIMEOUT_S) as answer:
        content: bytes = answer.read()
    return content
