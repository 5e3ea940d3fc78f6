"""From the topic to the events that a file would give."""

import json
import urllib.error
import urllib.request
from email.message import Message
from pathlib import Path

import numpy as np
import pytest

from millrace_training.errors import TrainingError
from millrace_training.fresh import decoding, log
from millrace_training.fresh.collecting import Collection
from millrace_training.fresh.decoding import RecordDecoder, UnusableError
from millrace_training.fresh.log import Record
from millrace_training.fresh.registry import SchemaRegistry, UnknownSchemaError
from millrace_training.interactions import EventType
from topic_records import NOW_MS, SCHEMAS, TopicInMemory, erasure, framed, interaction, schema

DECODER = RecordDecoder(schema)
DAY_MS = 86_400_000


def collection(topic: TopicInMemory, **settings: object) -> Collection:
    return Collection(topic, DECODER, **settings)


def read(topic: TopicInMemory, **settings: object):
    reading = collection(topic, **settings)
    reading.read()
    return reading.collected()


def told(events) -> list[tuple[str, str, int]]:
    names = zip(events.user.tolist(), events.item.tolist(), events.time_s.tolist(), strict=True)
    return [(events.user_ids[user], events.item_ids[item], time) for user, item, time in names]


def test_events_of_all_partitions_come_in_the_order_of_their_times() -> None:
    topic = TopicInMemory()
    topic.add(0, interaction("a", "u1", "i1", 5_000), interaction("b", "u1", "i2", 9_500))
    topic.add(1, interaction("c", "u2", "i3", 1_000), interaction("d", "u2", "i1", 9_200))

    found = read(topic)

    assert told(found.events) == [("u2", "i3", 1), ("u1", "i1", 5), ("u2", "i1", 9), ("u1", "i2", 9)]
    assert found.events.user_ids == ("u2", "u1")
    assert found.events.value is None
    assert found.as_dict("t") == {"topic": "t", "offsets": {"0": [0, 2], "1": [0, 2]}, "left_out": {}}


def test_types_and_values_are_those_of_a_file() -> None:
    topic = TopicInMemory()
    topic.add(0, interaction("a", "u", "i", 1, type="RATE", value=4.0), interaction("b", "u", "j", 2, type="PURCHASE"))

    events = read(topic).events

    assert events.event_type.tolist() == [EventType.RATE, EventType.PURCHASE]
    assert events.value is not None
    assert events.value[0] == 4.0
    assert np.isnan(events.value[1])


def test_the_same_event_again_is_counted_and_left_out_and_another_users_id_is_not_the_same() -> None:
    topic = TopicInMemory()
    topic.add(0, interaction("a", "u", "i", 1), interaction("a", "u", "i", 1), interaction("a", "v", "i", 1))

    found = read(topic)

    assert len(found.events) == 2
    assert found.left_out == {"duplicate": 1}


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (None, decoding.MALFORMED),
        (b"", decoding.MALFORMED),
        (b"no Avro at all", decoding.MALFORMED),
        (b"\0\0\0\0\1", decoding.MALFORMED),
        (interaction("a", "u", "i", 1)[:-3], decoding.MALFORMED),
        (interaction("a", "u", "i", 1) + b"x", decoding.MALFORMED),
        (b"\0\0\0\0\x7f" + b"x" * 9, decoding.UNKNOWN_SCHEMA),
        (interaction("", "u", "i", 1), decoding.IMPOSSIBLE),
        (interaction("a", "u" * 257, "i", 1), decoding.IMPOSSIBLE),
        (interaction("a", "u", None, 1), decoding.IMPOSSIBLE),
        (interaction("a", "u", "i\nj", 1), decoding.IMPOSSIBLE),
        (interaction("a", "u", "i", -1), decoding.IMPOSSIBLE),
        (interaction("a", "u", "i", 1, value=float("nan")), decoding.IMPOSSIBLE),
        (interaction("a", "u", "i", NOW_MS + decoding.SKEW_MS + 1), decoding.FUTURE),
        (interaction("a", "u", None, 1, type="PREFERENCE_STATEMENT"), decoding.STATEMENT),
    ],
)
def test_what_cannot_be_used_is_counted_by_its_reason(value: bytes | None, reason: str) -> None:
    topic = TopicInMemory()
    topic.add(0, value, interaction("good", "u", "i", 1))

    found = read(topic)

    assert len(found.events) == 1
    assert found.left_out == {reason: 1}


def test_a_type_that_is_not_known_is_unknown() -> None:
    newer = json.loads(json.dumps(SCHEMAS[1]))
    kinds = next(each for each in newer["fields"] if each["name"] == "type")
    kinds["type"]["symbols"].append("SHARE")
    value = framed(1, {**_fields(), "type": "VIEW"})
    decoder = RecordDecoder({1: newer}.__getitem__)
    other = bytearray(value)
    # The enum's index is the byte behind the item: the newest symbol is the ninth.
    other[other.index(b"\x02", 5 + len(b"\x02a\x02u\x02\x02i"))] = 18

    assert decoder.event(Record(0, 0, NOW_MS, bytes(other))).event_type == EventType.UNKNOWN


def _fields() -> dict:
    return {
        "eventId": "a",
        "userId": "u",
        "itemId": "i",
        "value": None,
        "eventTime": 1,
        "context": {},
        "statement": None,
        "recommendationId": None,
    }


def test_the_window_goes_back_from_the_newest_event_and_numbers_only_what_is_in_it() -> None:
    topic = TopicInMemory()
    topic.add(0, interaction("a", "old", "gone", 1_000), interaction("b", "u", "i", 10 * DAY_MS))
    topic.add(1, interaction("c", "v", "j", 8 * DAY_MS))

    found = read(topic, window_s=2 * 86_400.0)

    assert told(found.events) == [("v", "j", 8 * 86_400), ("u", "i", 10 * 86_400)]
    assert found.events.item_ids == ("j", "i")
    assert found.left_out == {"before the window": 1}


def test_who_asked_to_be_forgotten_is() -> None:
    topic, wishes = TopicInMemory(), TopicInMemory()
    topic.add(0, interaction("a", "u", "i", 5_000), interaction("b", "u", "j", 5_001), interaction("c", "v", "i", 1))
    wishes.add(0, b"no wish", erasure("u", 4_000), erasure("u", 5_000), erasure("u", 4_500), erasure("nobody", 1))

    found = read(topic, erasures=wishes)

    assert told(found.events) == [("v", "i", 0), ("u", "j", 5)]
    assert found.left_out == {"erased": 1}


def test_the_next_reading_takes_only_what_has_come_since() -> None:
    topic = TopicInMemory()
    topic.add(0, interaction("a", "u", "i", 1_000))
    reading = collection(topic)
    reading.read()
    topic.add(0, interaction("a", "u", "i", 1_000), interaction("b", "u", "j", 2_000))
    topic.add(1, interaction("c", "v", "k", 500))

    assert reading.waiting() == 3
    reading.read()

    assert reading.waiting() == 0
    assert topic.asked == [{0: (0, 1)}, {0: (1, 3), 1: (0, 1)}]
    assert told(reading.collected().events) == [("v", "k", 0), ("u", "i", 1), ("u", "j", 2)]
    assert reading.collected().spans == {0: (0, 3), 1: (0, 1)}


def test_a_reading_that_broke_off_goes_on_where_it_was() -> None:
    topic = TopicInMemory()
    topic.add(0, *(interaction(str(number), "u", "i", number) for number in range(5)))
    topic.fail_after = 3
    reading = collection(topic)
    with pytest.raises(TrainingError, match="gone"):
        reading.read()
    topic.fail_after = None

    reading.read()

    assert topic.asked[-1] == {0: (3, 5)}
    assert len(reading.collected().events) == 5
    assert reading.collected().left_out == {}


def test_a_topic_that_was_made_anew_is_read_from_its_beginning() -> None:
    topic = TopicInMemory()
    topic.add(0, *(interaction(str(number), "u", "i", number) for number in range(3)))
    reading = collection(topic)
    reading.read()
    topic.partitions[0] = [interaction("new", "u", "j", 9_000)]

    reading.read()

    assert told(reading.collected().events)[-1] == ("u", "j", 9)


def test_an_empty_topic_gives_nothing() -> None:
    found = read(TopicInMemory())

    assert len(found.events) == 0
    assert found.left_out == {}


def test_the_registry_is_asked_once_for_each_id_and_by_whom_it_is_told() -> None:
    asked: list[urllib.request.Request] = []

    def fetch(request: urllib.request.Request) -> bytes:
        asked.append(request)
        return json.dumps({"schema": '"string"'}).encode()

    registry = SchemaRegistry("http://me:se%40cret@registry:8081/api/", fetch)

    assert registry.schema(7) == "string"
    assert registry.schema(7) == "string"
    assert [each.full_url for each in asked] == ["http://registry:8081/api/schemas/ids/7"]
    assert asked[0].get_header("Authorization") == "Basic bWU6c2VAY3JldA=="


def _failing(error: Exception):
    def fetch(request: urllib.request.Request) -> bytes:
        raise error

    return fetch


def test_a_registry_that_answers_badly_is_told_apart_from_one_without_the_schema() -> None:
    missing = urllib.error.HTTPError("u", 404, "no", Message(), None)
    broken = urllib.error.HTTPError("u", 500, "no", Message(), None)

    with pytest.raises(UnknownSchemaError):
        SchemaRegistry("http://r", _failing(missing)).schema(1)
    with pytest.raises(TrainingError, match="answers 500"):
        SchemaRegistry("http://r", _failing(broken)).schema(1)
    with pytest.raises(TrainingError, match="can't be reached at http://r"):
        SchemaRegistry("http://r", _failing(ConnectionRefusedError("refused"))).schema(1)
    with pytest.raises(TrainingError, match="no schema"):
        SchemaRegistry("http://r", lambda _: b"<html>").schema(1)
    with pytest.raises(TrainingError, match="not an http or https address"):
        SchemaRegistry("registry:8081")


def test_a_record_is_refused_while_the_registry_does_not_know_its_schema() -> None:
    with pytest.raises(UnusableError, match="unknown schema"):
        DECODER.decode(b"\0\0\0\0\x63" + b"x")


def test_settings_of_the_client_come_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "client.properties"
    path.write_text("# mine\n\nsecurity.protocol = SSL\nssl.ca.location=/ca=1.pem\n")

    assert log.read_properties(path) == {"security.protocol": "SSL", "ssl.ca.location": "/ca=1.pem"}
    path.write_text("nonsense\n")
    with pytest.raises(TrainingError, match=r"client\.properties:1: not key=value"):
        log.read_properties(path)
    with pytest.raises(TrainingError, match="can't be read"):
        log.read_properties(tmp_path / "none")
