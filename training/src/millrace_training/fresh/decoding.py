"""Records of the interactions topic as events, or the reason why one can't be used.

What is refused here is refused by the recommendation job, too: ids of 1 to 256 characters, finite values, times since
1970 and not after the record's own by more than the skew.
"""

from __future__ import annotations

import io
import math
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import fastavro

from millrace_training.fresh.log import Record
from millrace_training.fresh.registry import Schema, UnknownSchemaError
from millrace_training.interactions import EventType

MALFORMED = "malformed bytes"
UNKNOWN_SCHEMA = "unknown schema"
IMPOSSIBLE = "impossible value"
FUTURE = "time in the future"
STATEMENT = "statement without an item"

SKEW_MS = 300_000
"""How far an event may lie after the moment at which it was published: the job's default."""

_MAX_ID = 256
_FRAME = struct.Struct(">bI")


class UnusableError(Exception):
    """A record that is no event; the message is the reason under which it is counted."""


@dataclass(frozen=True)
class Event:
    """What training wants to know.

    Attributes:
        event_id: unique for a user.
        user: id.
        item: id.
        event_type: code of :class:`EventType`.
        value: stars, an amount; NaN without.
        time_ms: when it happened.
    """

    event_id: str
    user: str
    item: str
    event_type: int
    value: float
    time_ms: int


class RecordDecoder:
    """Avro in the registry's framing: a zero byte, the schema's id in 4 bytes, the value as its writer had it."""

    def __init__(self, schema: Callable[[int], Schema]) -> None:
        """Look writers' schemas up in a registry.

        Args:
            schema: gives the schema with an id, or raises :class:`UnknownSchemaError`.
        """
        self._schema = schema
        self._parsed: dict[int, Any] = {}

    def decode(self, value: bytes | None) -> Mapping[str, Any]:
        """The fields of a record's value; times stay numbers.

        Raises:
            UnusableError: it is not in that form.
        """
        if value is None or len(value) <= _FRAME.size or value[0] != 0:
            raise UnusableError(MALFORMED)
        number = _FRAME.unpack_from(value)[1]
        try:
            if number not in self._parsed:
                self._parsed[number] = fastavro.parse_schema(_without_logical_types(self._schema(number)))
            stream = io.BytesIO(value)
            stream.seek(_FRAME.size)
            fields = fastavro.schemaless_reader(stream, self._parsed[number], None)
        except UnknownSchemaError as error:
            raise UnusableError(UNKNOWN_SCHEMA) from error
        except (
            fastavro.schema.SchemaParseException,
            fastavro.schema.UnknownType,
            ValueError,
            IndexError,
            KeyError,
            EOFError,
            StopIteration,
            TypeError,
            OverflowError,
            MemoryError,
        ) as error:
            raise UnusableError(MALFORMED) from error
        if not isinstance(fields, dict) or stream.read(1):
            raise UnusableError(MALFORMED)
        return fields

    def event(self, record: Record) -> Event:
        """The record as an event.

        Raises:
            UnusableError: it is none.
        """
        fields = self.decode(record.value)
        kind = fields.get("type")
        if kind == "PREFERENCE_STATEMENT" and fields.get("itemId") is None:
            raise UnusableError(STATEMENT)
        value = fields.get("value")
        number = math.nan if value is None else value
        if not isinstance(number, float) or (value is not None and not math.isfinite(number)):
            raise UnusableError(IMPOSSIBLE)
        return Event(
            checked_id(fields.get("eventId")),
            checked_id(fields.get("userId")),
            checked_id(fields.get("itemId")),
            EventType.__members__.get(str(kind), EventType.UNKNOWN),
            number,
            _time(fields.get("eventTime"), record),
        )

    def erasure(self, record: Record) -> tuple[str, int]:
        """The record as a user's wish to be forgotten: whose, and up to which time in milliseconds.

        Raises:
            UnusableError: it is none.
        """
        fields = self.decode(record.value)
        return checked_id(fields.get("userId")), _time(fields.get("requestedAt"), record)


def checked_id(value: object) -> str:
    """An id as every job takes it.

    Raises:
        UnusableError: it is none.
    """
    if not isinstance(value, str) or not 1 <= len(value) <= _MAX_ID or value.splitlines() != [value]:
        raise UnusableError(IMPOSSIBLE)
    return value


def _time(value: object, record: Record) -> int:
    if not isinstance(value, int) or value < 0:
        raise UnusableError(IMPOSSIBLE)
    if value - SKEW_MS > record.timestamp_ms >= 0:
        raise UnusableError(FUTURE)
    return value


def _without_logical_types(schema: Schema) -> Schema:
    """Times as numbers: making dates of them would cost more than everything else."""
    if isinstance(schema, dict):
        return {key: _without_logical_types(value) for key, value in schema.items() if key != "logicalType"}
    if isinstance(schema, list):
        return [_without_logical_types(each) for each in schema]
    return schema
