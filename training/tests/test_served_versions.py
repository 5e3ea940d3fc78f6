"""What a model server says that it serves, over real HTTP, and answers that say nothing."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from millrace_training.errors import TrainingError
from millrace_training.fresh import served_versions
from millrace_training.fresh.served_versions import ModelServer


class IndexServer:
    """Answers the index as a test says, and keeps what it was asked."""

    def __init__(self) -> None:
        """Listen on a free port."""
        self.status = 200
        self.body = b"[]"
        self.asked: list[tuple[str, object, str | None]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                outer.asked.append((self.path, sent, self.headers["Authorization"]))
                self.send_response(outer.status)
                self.send_header("Content-Length", str(len(outer.body)))
                self.end_headers()
                self.wfile.write(outer.body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def holds(self, *entries: tuple[str, str, str]) -> None:
        """The index from now on: name, version and state."""
        self.body = json.dumps(
            [{"name": name, "version": version, "state": state, "reason": ""} for name, version, state in entries]
        ).encode()

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def server() -> Iterator[IndexServer]:
    server = IndexServer()
    yield server
    server.close()


def test_what_is_ready_of_the_published_models_is_served(server: IndexServer) -> None:
    server.holds(
        ("recommender", "3", "READY"),
        ("recommender", "7", "UNAVAILABLE"),
        ("retriever", "4", "READY"),
        ("affine", "9", "READY"),
    )

    assert ModelServer(f"{server.url}/").versions() == {3, 4}
    assert server.asked == [("/v2/repository/index", {"ready": True}, None)]


def test_a_token_is_read_anew_for_each_question(server: IndexServer, tmp_path: Path) -> None:
    token = tmp_path / "token"
    asking = ModelServer(server.url, token)
    for text in ("first\n", "second\n"):
        token.write_text(text)
        asking.versions()

    assert [authorization for _, _, authorization in server.asked] == ["Bearer first", "Bearer second"]


def test_several_servers_serve_what_any_of_them_does(server: IndexServer) -> None:
    server.holds(("recommender", "3", "READY"))
    other = IndexServer()
    other.holds(("recommender", "5", "READY"))

    assert served_versions.by_any([ModelServer(server.url), ModelServer(other.url)]) == {3, 5}
    other.close()
    with pytest.raises(TrainingError, match=f"{other.url} can't be reached"):
        served_versions.by_any([ModelServer(server.url), ModelServer(other.url)])
    assert served_versions.by_any([]) == set()


@pytest.mark.parametrize("body", [b"<html>", b'{"error": "no"}', b'[{"name": "recommender"}]', b"7"])
def test_an_answer_that_is_no_index_is_not_taken_for_serving_nothing(server: IndexServer, body: bytes) -> None:
    server.body = body

    with pytest.raises(TrainingError, match="answers with no index of a repository"):
        ModelServer(server.url).versions()


def test_a_refusal_is_named(server: IndexServer) -> None:
    server.status = 401

    with pytest.raises(TrainingError, match=rf"--model-server {server.url} answers 401"):
        ModelServer(server.url).versions()


def test_a_server_that_is_not_there_is_named() -> None:
    with socket.socket() as bound:
        # Nobody listens, and nobody else gets the port.
        bound.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{bound.getsockname()[1]}"

        with pytest.raises(TrainingError, match=rf"--model-server {url} can't be reached"):
            ModelServer(url).versions()


def test_a_token_that_cannot_be_read_is_named(server: IndexServer, tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match=r"--model-server-token-file .*none: can't be read \(No such file"):
        ModelServer(server.url, tmp_path / "none").versions()


@pytest.mark.parametrize("url", ["127.0.0.1:8000", "grpc://127.0.0.1:8001", "http://"])
def test_only_addresses_that_can_be_asked_are_taken(url: str) -> None:
    with pytest.raises(TrainingError, match="not an http or https address"):
        ModelServer(url)
