"""A Kafka topic as what training needs of it: where its partitions begin and end, and the records between."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import confluent_kafka
from confluent_kafka import OFFSET_INVALID, Consumer, KafkaError, KafkaException, TopicPartition

from millrace_training.errors import TrainingError

Spans = Mapping[int, tuple[int, int]]
"""By partition, the first offset and the one behind the last."""

_TIMEOUT_S = 15.0
_BATCH = 1_000
_BATCH_TIMEOUT_S = 0.1
"""How long a batch may take to fill: the last one of a reading never does."""

_PATIENCE_S = 60.0
_NAME = re.compile(r"[A-Za-z0-9._-]{1,249}")


@dataclass(frozen=True)
class Record:
    """One record.

    Attributes:
        partition: where it lies.
        offset: likewise.
        timestamp_ms: when it was published; negative where the broker does not know.
        value: its bytes; None for a tombstone.
        key: its key's bytes; None without one.
    """

    partition: int
    offset: int
    timestamp_ms: int
    value: bytes | None
    key: bytes | None = None


class Log(Protocol):
    """A topic."""

    def spans(self) -> Spans:
        """What there is now, every partition named, even an empty one; nothing for a topic that is not there."""
        ...

    def records(self, spans: Spans) -> Iterator[Record]:
        """The committed records in these spans, each partition's in its order."""
        ...


class KafkaLog:
    """A topic of a Kafka cluster, read by nobody else's group and without committing anything."""

    def __init__(
        self,
        bootstrap_servers: str,
        topic: str,
        properties: Mapping[str, str] | None = None,
        clock: Callable[[], float] = time.monotonic,
        timeout_s: float = _TIMEOUT_S,
        option: str = "--topic",
    ) -> None:
        """Connect lazily.

        Args:
            bootstrap_servers: ``host:port,...``.
            topic: its name.
            properties: of librdkafka, for TLS, SASL and the like.
            clock: seconds that only grow.
            timeout_s: how long a broker may take to say what there is.
            option: who named the topic, for messages.

        Raises:
            TrainingError: no topic can have that name, or librdkafka refuses a property.
        """
        if not _NAME.fullmatch(topic):
            raise TrainingError(
                f"{option} {topic!r}: no topic can have that name; give 1 to 249 letters, digits, dots, underscores "
                "and hyphens"
            )
        self._address = bootstrap_servers
        self._topic = topic
        self._clock = clock
        self._timeout_s = timeout_s
        settings: dict[str, Any] = {
            "group.id": "millrace-training",
            "log_level": 0,
            **(properties or {}),
            "bootstrap.servers": bootstrap_servers,
            "enable.auto.commit": False,
            "enable.partition.eof": True,
            "isolation.level": "read_committed",
            "auto.offset.reset": "earliest",
        }
        try:
            self._consumer = Consumer(settings)
        except KafkaException as error:
            raise TrainingError(f"--kafka-config: librdkafka refuses it ({_said(error)})") from error

    def spans(self) -> Spans:
        """What there is now.

        Raises:
            TrainingError: no broker can be reached, or they do not say.
        """
        try:
            described = self._consumer.list_topics(self._topic, timeout=self._timeout_s).topics[self._topic]
            if described.error is not None:
                if described.error.code() == KafkaError.UNKNOWN_TOPIC_OR_PART:
                    return {}
                # A topic that this client may not see can hold something: wishes to be forgotten, say.
                raise KafkaException(described.error)
            return {
                partition: self._consumer.get_watermark_offsets(
                    TopicPartition(self._topic, partition), timeout=self._timeout_s, cached=False
                )
                for partition in sorted(described.partitions)
            }
        except KafkaException as error:
            raise self._unreachable(error) from error

    def records(self, spans: Spans) -> Iterator[Record]:
        """Read up to the ends and no further.

        Raises:
            TrainingError: the broker is gone, or gives nothing for a minute.
        """
        left = {partition: end for partition, (start, end) in spans.items() if start < end}
        if not left:
            return
        try:
            self._consumer.assign([TopicPartition(self._topic, partition, spans[partition][0]) for partition in left])
            yield from self._consumed(left)
        except KafkaException as error:
            raise self._unreachable(error) from error
        finally:
            self._consumer.unassign()

    def _consumed(self, left: dict[int, int]) -> Iterator[Record]:
        heard_s = self._clock()
        while left:
            messages = self._consumer.consume(_BATCH, timeout=_BATCH_TIMEOUT_S)
            if messages:
                heard_s = self._clock()
            elif self._clock() - heard_s > _PATIENCE_S:
                raise TrainingError(
                    f"--from-kafka {self._address}: no record of {self._topic} for {_PATIENCE_S:.0f} s, with "
                    f"{len(left)} partitions unread; check the brokers"
                )
            for message in messages:
                yield from self._taken(message, left)
            for partition in [each for each in left if self._position(each) >= left[each]]:
                del left[partition]

    def _taken(self, message: confluent_kafka.Message, left: dict[int, int]) -> Iterator[Record]:
        error = message.error()
        partition, offset = message.partition(), message.offset()
        if error is not None and error.code() != KafkaError._PARTITION_EOF:
            raise KafkaException(error)
        if partition is None or offset is None or partition not in left:
            return
        if error is not None:
            del left[partition]
        elif offset < left[partition]:
            kind, timestamp_ms = message.timestamp()
            known = kind != confluent_kafka.TIMESTAMP_NOT_AVAILABLE
            yield Record(partition, offset, timestamp_ms if known else -1, message.value(), message.key())

    def _position(self, partition: int) -> int:
        position = self._consumer.position([TopicPartition(self._topic, partition)])[0].offset
        return position if position != OFFSET_INVALID else -1

    def close(self) -> None:
        """Leave the cluster."""
        self._consumer.close()

    def _unreachable(self, error: KafkaException) -> TrainingError:
        return TrainingError(
            f"--from-kafka {self._address}: {self._topic} can't be read ({_said(error)}); check address and "
            "brokers, and that this client may read there"
        )


def _said(error: KafkaException) -> str:
    reason = error.args[0]
    return str(reason.str()) if isinstance(reason, KafkaError) else str(reason)


def read_properties(path: Path) -> dict[str, str]:
    """A file of librdkafka's settings, ``key=value`` lines; those that begin with # say nothing.

    Raises:
        TrainingError: it can't be read, or a line is no setting.
    """
    properties = {}
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise TrainingError(f"--kafka-config {path}: can't be read ({error})") from error
    for number, line in enumerate(lines, start=1):
        if line.strip() and not line.lstrip().startswith("#"):
            key, equals, value = line.partition("=")
            if not equals or not key.strip():
                raise TrainingError(f"--kafka-config {path}:{number}: not key=value, such as security.protocol=ssl")
            properties[key.strip()] = value.strip()
    return properties
