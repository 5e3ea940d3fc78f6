"""A topic in memory, and records as other clients write them."""

from __future__ import annotations

import io
import json
import struct
from collections.abc import Iterator
from pathlib import Path

import fastavro

from millrace_training.errors import TrainingError
from millrace_training.fresh.log import Record, Spans
from millrace_training.fresh.registry import UnknownSchemaError

AVRO = Path(__file__).parents[2] / "schemas" / "src" / "main" / "avro"
INTERACTION = json.loads((AVRO / "interaction.avsc").read_text("utf-8"))
ERASURE = json.loads((AVRO / "erasure.avsc").read_text("utf-8"))
ITEM = json.loads((AVRO / "item.avsc").read_text("utf-8"))
KNOWLEDGE = json.loads((AVRO / "item-knowledge.avsc").read_text("utf-8"))
SCHEMAS = {1: INTERACTION, 2: ERASURE, 3: ITEM, 4: KNOWLEDGE}
NOW_MS = 1_790_000_000_000


def schema(number: int) -> object:
    if number not in SCHEMAS:
        raise UnknownSchemaError(number)
    return SCHEMAS[number]


def framed(number: int, fields: dict) -> bytes:
    out = io.BytesIO()
    fastavro.schemaless_writer(out, fastavro.parse_schema(SCHEMAS[number]), fields)
    return struct.pack(">bI", 0, number) + out.getvalue()


def interaction(event_id: str, user: str, item: str | None, time_ms: int, **fields: object) -> bytes:
    given = {"eventId": event_id, "userId": user, "itemId": item, "type": "VIEW", "value": None, "eventTime": time_ms}
    return framed(1, {**given, "context": {}, "statement": None, "recommendationId": None, **fields})


def erasure(user: str, time_ms: int) -> bytes:
    return framed(2, {"erasureId": "e", "userId": user, "requestedAt": time_ms})


def item(item_id: str, title: str, available: bool = True, **attributes: list[str]) -> bytes:
    fields = {"itemId": item_id, "title": title, "attributes": attributes}
    return framed(3, {**fields, "available": available, "updatedAt": NOW_MS})


def knowledge(item_id: str, *texts: str) -> bytes:
    written = [{"family": "basic", "text": text} for text in texts]
    return framed(
        4,
        {
            "itemId": item_id,
            "itemVersion": "v",
            "updatedAt": NOW_MS,
            "texts": written,
            "model": "m",
            "promptVersion": "basic/1",
        },
    )


class TopicInMemory:
    """Two partitions that grow; can be told to fail after a number of records."""

    def __init__(self) -> None:
        self.partitions: dict[int, list[bytes | None]] = {0: [], 1: []}
        self.keys: dict[tuple[int, int], bytes] = {}
        self.asked: list[Spans] = []
        self.fail_after: int | None = None

    def add(self, partition: int, *values: bytes | None) -> None:
        self.partitions[partition].extend(values)

    def put(self, key: bytes, value: bytes | None, partition: int = 0) -> None:
        self.keys[partition, len(self.partitions[partition])] = key
        self.add(partition, value)

    def spans(self) -> Spans:
        return {partition: (0, len(values)) for partition, values in self.partitions.items()}

    def records(self, spans: Spans) -> Iterator[Record]:
        self.asked.append(dict(spans))
        given = 0
        for partition, (start, end) in spans.items():
            for offset in range(start, end):
                if given == self.fail_after:
                    raise TrainingError("the broker is gone")
                given += 1
                yield Record(
                    partition,
                    offset,
                    NOW_MS,
                    self.partitions[partition][offset],
                    self.keys.get((partition, offset)),
                )
