"""A Kafka broker of this process, and a schema registry beside it: both speak over real sockets."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from confluent_kafka import Message, Producer

from topic_records import NOW_MS, SCHEMAS

_TIMEOUT_S = 30.0


class MockCluster:
    """The broker that librdkafka carries for tests: as long as the client lives whose setting starts it."""

    def __init__(self) -> None:
        self._client = Producer({"test.mock.num.brokers": 1, "bootstrap.servers": "", "log_level": 0})
        (broker,) = self._client.list_topics(timeout=_TIMEOUT_S).brokers.values()
        self.address = f"{broker.host}:{broker.port}"

    def make(self, topic: str) -> list[int]:
        """A topic as a producer's question makes it; gives its partitions."""
        return sorted(self._client.list_topics(topic, timeout=_TIMEOUT_S).topics[topic].partitions)

    def publish(self, topic: str, partition: int, values: Iterable[bytes | None], time_ms: int = NOW_MS) -> None:
        """Append to a partition, and see that it was taken."""
        self._append([(None, value) for value in values], topic, partition, time_ms)

    def put(self, topic: str, key: str, value: bytes | None) -> None:
        """Append a record with a key to the first partition, and see that it was taken."""
        self._append([(key, value)], topic, 0, NOW_MS)

    def _append(
        self, records: Iterable[tuple[str | None, bytes | None]], topic: str, partition: int, time_ms: int
    ) -> None:
        lost: list[object] = []

        def delivered(error: object, _: Message) -> None:
            if error is not None:
                lost.append(error)

        for key, value in records:
            self._client.produce(topic, value, key, partition=partition, timestamp=time_ms, on_delivery=delivered)
        assert self._client.flush(_TIMEOUT_S) == 0
        assert not lost

    def close(self) -> None:
        """The broker is gone."""
        self._client.close()


@contextmanager
def registry() -> Iterator[str]:
    """The common API's one question that training asks; gives its base."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            number = self.path.removeprefix("/api/schemas/ids/")
            known = SCHEMAS.get(int(number)) if number.isdecimal() else None
            body = json.dumps({"schema": json.dumps(known)} if known else {"error_code": 40403}).encode()
            self.send_response(200 if known else 404)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/api"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
