"""Schemas by their ids, from any registry with the common API."""

from __future__ import annotations

import base64
import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from typing import Any

from millrace_training.errors import TrainingError

Schema = Any
"""An Avro schema as JSON reads it."""

_TIMEOUT_S = 10.0


class UnknownSchemaError(Exception):
    """The registry answers, and has no schema with an id."""


class SchemaRegistry:
    """Asks a registry once for each id."""

    def __init__(self, url: str, fetch: Callable[[urllib.request.Request], bytes] | None = None) -> None:
        """Refer to a registry; nothing is asked yet.

        Args:
            url: base of the common API, such as ``http://127.0.0.1:8081/apis/ccompat/v7``; ``user:password@`` before
                the host is sent as basic authentication.
            fetch: gives the body of the answer to a request; the network by default.

        Raises:
            TrainingError: it is not an http or https address.
        """
        parts = urllib.parse.urlsplit(url.strip().rstrip("/"))
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise TrainingError(
                f"--registry {url}: not an http or https address; expected something like "
                "http://127.0.0.1:8081/apis/ccompat/v7"
            )
        user, at, host = parts.netloc.rpartition("@")
        self._url = parts._replace(netloc=host).geturl()
        self._headers = {"Accept": "application/vnd.schemaregistry.v1+json, application/json"}
        if at:
            token = base64.b64encode(urllib.parse.unquote(user).encode("utf-8")).decode("ascii")
            self._headers["Authorization"] = f"Basic {token}"
        self._fetch = fetch or _over_the_network
        self._known: dict[int, Schema] = {}

    def schema(self, number: int) -> Schema:
        """The schema with that id.

        Raises:
            UnknownSchemaError: there is none.
            TrainingError: the registry can't be asked.
        """
        if number not in self._known:
            self._known[number] = self._asked(number)
        return self._known[number]

    def _asked(self, number: int) -> Schema:
        address = f"{self._url}/schemas/ids/{number}"
        try:
            answer = json.loads(self._fetch(urllib.request.Request(address, headers=self._headers)))
            return json.loads(answer["schema"])
        except urllib.error.HTTPError as error:
            error.close()
            if error.code == 404:
                raise UnknownSchemaError(number) from error
            raise TrainingError(f"the schema registry answers {error.code} to {address}; check --registry") from error
        except OSError as error:
            raise TrainingError(f"the schema registry can't be reached at {self._url} ({error}); check it") from error
        except (ValueError, KeyError, TypeError) as error:
            raise TrainingError(f"{address} answers with no schema; check that --registry is the common API") from error


def _over_the_network(request: urllib.request.Request) -> bytes:
    with urllib.request.urlopen(request, timeout=_TIMEOUT_S) as answer:
        content: bytes = answer.read()
    return content
