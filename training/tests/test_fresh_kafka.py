"""The topic's reader over Kafka's protocol, against a broker in this process, and whole rounds behind it."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import confluent_kafka
import numpy as np
import pytest
from confluent_kafka import KafkaError

from conftest import TINY, patterned_events
from millrace_training import cli, recipes
from millrace_training.errors import TrainingError
from millrace_training.fresh import decoding, log
from millrace_training.fresh.collecting import Collection
from millrace_training.fresh.decoding import RecordDecoder
from millrace_training.fresh.log import KafkaLog, Record
from millrace_training.fresh.registry import SchemaRegistry
from millrace_training.profiles import encoder
from millrace_training.repository import TEXTS, VECTORS, ModelRepository
from mock_cluster import MockCluster, registry
from topic_records import NOW_MS, erasure, interaction, item, knowledge

Open = Callable[..., KafkaLog]


@pytest.fixture(scope="module")
def cluster() -> Iterator[MockCluster]:
    cluster = MockCluster()
    yield cluster
    cluster.close()


@pytest.fixture(scope="module")
def registry_url() -> Iterator[str]:
    with registry() as url:
        yield url


@pytest.fixture
def topic(cluster: MockCluster, request: pytest.FixtureRequest) -> str:
    """An empty topic of the test's own, with four partitions."""
    assert cluster.make(request.node.name) == [0, 1, 2, 3]
    return str(request.node.name)


@pytest.fixture
def opened(cluster: MockCluster) -> Iterator[Open]:
    """Opens logs, and closes them afterwards."""
    logs = []

    def open_log(topic: str, address: str | None = None, **settings: object) -> KafkaLog:
        logs.append(KafkaLog(address or cluster.address, topic, **settings))
        return logs[-1]

    yield open_log
    for each in logs:
        each.close()


def values(count: int, start: int = 0) -> list[bytes]:
    return [str(number).encode() for number in range(start, start + count)]


def by_partition(records: list[Record]) -> dict[int, list[tuple[int, bytes | None]]]:
    found: dict[int, list[tuple[int, bytes | None]]] = {}
    for each in records:
        found.setdefault(each.partition, []).append((each.offset, each.value))
    return found


def test_every_partition_is_read_from_its_beginning_to_its_end(cluster: MockCluster, topic: str, opened: Open) -> None:
    cluster.publish(topic, 0, values(2_500))
    cluster.publish(topic, 2, [b"alone"], time_ms=NOW_MS + 5)
    cluster.publish(topic, 3, [b"before", None])
    reader = opened(topic)

    spans = reader.spans()
    records = list(reader.records(spans))

    assert spans == {0: (0, 2_500), 1: (0, 0), 2: (0, 1), 3: (0, 2)}
    assert by_partition(records) == {
        0: list(enumerate(values(2_500))),
        2: [(0, b"alone")],
        3: [(0, b"before"), (1, None)],
    }
    assert {each.timestamp_ms for each in records if each.partition == 2} == {NOW_MS + 5}


def test_what_comes_while_it_reads_is_left_for_the_next_reading(cluster: MockCluster, topic: str, opened: Open) -> None:
    for partition in range(4):
        cluster.publish(topic, partition, values(5))
    reader = opened(topic)
    spans = reader.spans()
    cluster.publish(topic, 0, values(3, 5))
    records = []
    for record in reader.records(spans):
        if not records:
            cluster.publish(topic, 1, values(3, 5))
        records.append(record)

    assert by_partition(records) == {partition: list(enumerate(values(5))) for partition in range(4)}
    grown = reader.spans()
    assert grown == {0: (0, 8), 1: (0, 8), 2: (0, 5), 3: (0, 5)}
    rest = {partition: (spans[partition][1], end) for partition, (_, end) in grown.items()}
    assert by_partition(list(reader.records(rest))) == {
        partition: list(enumerate(values(8)))[5:] for partition in (0, 1)
    }


def test_a_span_is_read_wherever_it_lies_however_often(cluster: MockCluster, topic: str, opened: Open) -> None:
    cluster.publish(topic, 1, values(9))
    reader = opened(topic)

    for start, end in [(0, 9), (3, 5), (0, 9), (8, 9), (0, 1)]:
        found = by_partition(list(reader.records({1: (start, end)})))
        assert found == {1: list(enumerate(values(9)))[start:end]}
    assert list(reader.records({1: (9, 9)})) == []
    assert list(reader.records({})) == []


def test_a_reading_that_is_given_up_leaves_nothing_to_the_next(cluster: MockCluster, topic: str, opened: Open) -> None:
    for partition in range(4):
        cluster.publish(topic, partition, values(50))
    reader = opened(topic)
    given_up = reader.records(reader.spans())
    next(given_up)
    given_up.close()  # type: ignore[attr-defined]

    assert by_partition(list(reader.records({2: (10, 12)}))) == {2: [(10, b"10"), (11, b"11")]}


def test_nothing_is_committed(cluster: MockCluster, topic: str) -> None:
    cluster.publish(topic, 0, values(3))
    reader = KafkaLog(cluster.address, topic)
    assert len(list(reader.records(reader.spans()))) == 3
    reader.close()

    other = confluent_kafka.Consumer({"bootstrap.servers": cluster.address, "group.id": "millrace-training"})
    (committed,) = other.committed([confluent_kafka.TopicPartition(topic, 0)], timeout=30)
    other.close()

    assert committed.offset == confluent_kafka.OFFSET_INVALID


def test_a_topic_that_is_not_there_has_no_partitions_and_is_not_made(cluster: MockCluster, opened: Open) -> None:
    assert opened("nowhere").spans() == {}
    assert opened("nowhere").spans() == {}


def test_a_topic_that_may_not_be_seen_is_not_taken_for_one_that_is_not_there(
    topic: str, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Refused(confluent_kafka.Consumer):
        def list_topics(self, *args: object, **settings: object) -> object:
            found = super().list_topics(*args, **settings)
            found.topics[topic].error = KafkaError(KafkaError.TOPIC_AUTHORIZATION_FAILED)
            return found

    monkeypatch.setattr(log, "Consumer", Refused)

    with pytest.raises(TrainingError, match=rf"{topic} can't be read \(.*[Aa]uthorization failed\); check .* may read"):
        opened(topic).spans()


@pytest.mark.parametrize("name", ["", "a topic", "x" * 250, "t/1"])
def test_a_name_that_no_topic_can_have_is_refused(opened: Open, name: str) -> None:
    with pytest.raises(TrainingError, match=r"--topic .*: no topic can have that name; give 1 to 249"):
        opened(name)


def test_settings_that_the_client_does_not_know_are_refused(opened: Open) -> None:
    with pytest.raises(TrainingError, match=r"--kafka-config: librdkafka refuses it \(.*security\.protokoll"):
        opened("t", properties={"security.protokoll": "ssl"})


def test_settings_do_not_replace_what_reading_depends_on(cluster: MockCluster, topic: str, opened: Open) -> None:
    cluster.publish(topic, 0, values(3))
    reader = opened(topic, properties={"enable.partition.eof": "false", "bootstrap.servers": "127.0.0.1:1"})

    assert len(list(reader.records(reader.spans()))) == 3


def test_brokers_that_cannot_be_reached_are_named_with_what_to_do(opened: Open) -> None:
    with socket.socket() as bound:
        # Nobody listens, and nobody else gets the port.
        bound.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{bound.getsockname()[1]}"
        reader = opened("t", address, timeout_s=0.2)

        with pytest.raises(TrainingError, match=rf"--from-kafka {address}: t can't be read \(.*\); check address and"):
            reader.spans()


def test_a_reading_ends_when_the_brokers_give_nothing_any_more(opened: Open) -> None:
    own = MockCluster()
    own.make("t")
    own.publish("t", 1, values(3))
    ticks = iter(range(0, 300, 10))
    reader = opened("t", own.address, clock=lambda: float(next(ticks)))
    spans = reader.spans()
    own.close()

    with pytest.raises(
        TrainingError, match=rf"{own.address}: no record of t for 60 s, with 1 partitions unread; check"
    ):
        list(reader.records(spans))


def test_rounds_collect_what_is_new_and_count_what_is_none(
    cluster: MockCluster, registry_url: str, topic: str, opened: Open
) -> None:
    wishes = f"{topic}.wishes"
    cluster.make(wishes)
    cluster.publish(topic, 0, [interaction("a", "u", "i", 1_000), b"no Avro at all", None])
    cluster.publish(topic, 3, [interaction("b", "v", "j", 2_000), b"\0\0\0\0\x63" + b"x" * 9])
    decoder = RecordDecoder(SchemaRegistry(registry_url).schema)
    collection = Collection(opened(topic), decoder, erasures=opened(wishes))

    assert collection.waiting() == 5
    collection.read()
    first = collection.collected()

    assert first.events.item_ids == ("i", "j")
    assert first.spans == {0: (0, 3), 3: (0, 2)}
    assert first.left_out == {decoding.MALFORMED: 2, decoding.UNKNOWN_SCHEMA: 1}

    cluster.publish(topic, 0, [interaction("c", "v", "k", 3_000)])
    cluster.publish(topic, 1, [interaction("a", "u", "i", 1_000), interaction("d", "w", "i", NOW_MS + 300_001)])
    cluster.publish(wishes, 2, [erasure("u", 1_000)])

    assert collection.waiting() == 3
    collection.read()
    second = collection.collected()

    assert collection.waiting() == 0
    assert second.events.item_ids == ("j", "k")
    assert second.spans == {0: (0, 4), 1: (0, 2), 3: (0, 2)}
    assert second.left_out == {
        decoding.MALFORMED: 2,
        decoding.UNKNOWN_SCHEMA: 1,
        decoding.FUTURE: 1,
        "duplicate": 1,
        "erased": 1,
    }


@pytest.fixture
def train(
    cluster: MockCluster, registry_url: str, topic: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., int]:
    """The command on the test's topic."""
    monkeypatch.setitem(recipes.RECIPES, TINY.name, TINY)  # type: ignore[arg-type]
    monkeypatch.chdir(tmp_path)

    def run(*more: str) -> int:
        where = ["--from-kafka", cluster.address, "--registry", registry_url, "--topic", topic]
        return cli.main(["train", "--recipe", TINY.name, "--models", "models", *where, *more])

    return run


def test_a_first_version_and_one_that_goes_on_from_it(
    cluster: MockCluster, topic: str, train: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def publish(rows: list[tuple[str, str, int, int]]) -> None:
        for partition in range(4):
            cluster.publish(
                topic,
                partition,
                [
                    interaction(f"{user}-{seconds}", user, item, seconds * 1000)
                    for user, item, _, seconds in rows
                    if int(user[1:]) % 4 == partition
                ],
            )

    rows = patterned_events(users=20, events=18, items=12, seed=5)
    publish(rows[:200])
    cluster.publish(topic, 1, [b"no Avro at all"])

    assert train() == 0, capsys.readouterr().err
    publish(rows[200:])
    assert train("--max-drop", "90%") == 0, capsys.readouterr().err

    first, second = (
        json.loads((tmp_path / "models" / "recommender" / version / "bundle.json").read_text())["training"]
        for version in ("1", "2")
    )
    assert first["kafka"] == {
        "topic": topic,
        "offsets": {"0": [0, 50], "1": [0, 51], "2": [0, 50], "3": [0, 50]},
        "left_out": {decoding.MALFORMED: 1},
    }
    assert (second["starts_from"], second["events"]) == (1, 360)
    assert second["kafka"] == {
        "topic": topic,
        "offsets": {"0": [0, 90], "1": [0, 91], "2": [0, 90], "3": [0, 90]},
        "left_out": {decoding.MALFORMED: 1},
    }
    assert train("--from-scratch", "--max-drop", "90%", "--keep", "2") == 0, capsys.readouterr().err
    said = capsys.readouterr().out
    assert "published version 1: trained from scratch" in said
    assert "published version 2: NDCG@10" in said
    assert "published version 3: trained from scratch; version 1 removed" in said
    assert ModelRepository(tmp_path / "models").versions() == [2, 3]


def with_vectors(version: Path) -> None:
    """Make it a version that was trained with texts, all of whose items have the same vector."""
    count = len((version / "vocabulary.txt").read_text().splitlines())
    (version / VECTORS).write_bytes(np.full((count, 384), 0.05, dtype="<f2").tobytes())
    manifest = json.loads((version / "bundle.json").read_text())
    manifest["files"][VECTORS] = {}
    manifest["text_encoder"] = "all-MiniLM-L6-v2"
    (version / "bundle.json").write_text(json.dumps(manifest))


def test_new_items_are_described_by_the_catalogue_and_what_is_known_of_them(
    cluster: MockCluster,
    topic: str,
    train: Callable[..., int],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    class Encoder:
        def __init__(self, package: Path | None, threads: int) -> None:
            assert (package, threads) == (Path("encoder.jar"), 1)

        def encode(self, sentences: list[str]) -> np.ndarray:
            assert sentences == ["New one. Drama. It is about rain."]
            return np.eye(1, 384, dtype=np.float32)

    monkeypatch.setattr(encoder, "TextEncoder", Encoder)
    catalogue, written = f"{topic}.items", f"{topic}.knowledge"
    cluster.make(catalogue)
    cluster.make(written)
    rows = patterned_events(users=20, events=18, items=12, seed=5)
    events = [interaction(f"{user}-{seconds}", user, item, seconds * 1000) for user, item, _, seconds in rows]
    cluster.publish(topic, 0, events[:200])
    assert train() == 0, capsys.readouterr().err
    with_vectors(tmp_path / "models" / "recommender" / "1")
    cluster.publish(topic, 0, [*events[200:], interaction("n", "u1", "new", (rows[-1][3] + 1) * 1000)])
    cluster.put(catalogue, "new", item("new", "New one", genre=["Drama"]))
    cluster.put(catalogue, "unseen", item("unseen", "Nobody knows it"))
    cluster.put(written, "new", knowledge("new", "It is about rain."))

    topics = ["--items", catalogue, "--item-knowledge", written, "--text-encoder", "encoder.jar"]
    assert train("--max-drop", "90%", *topics) == 0, capsys.readouterr().err

    version = tmp_path / "models" / "recommender" / "2"
    row = (version / "vocabulary.txt").read_text().splitlines().index("new")
    assert (version / TEXTS).read_text().splitlines()[row] == "New one\tDrama"
    vectors = np.frombuffer((version / VECTORS).read_bytes(), dtype="<f2").reshape(-1, 384)
    np.testing.assert_array_equal(vectors[row], np.eye(1, 384)[0])
    assert (vectors[:row] == np.float16(0.05)).all()
    training = json.loads((version / "bundle.json").read_text())["training"]
    assert training["item_texts"] == {"learned_with": row, "described": 1, "vectors": 1, "with_knowledge": 1}
    assert "; 1 items described from the catalogue, 1 with knowledge" in capsys.readouterr().out


def test_a_topic_of_items_that_was_named_has_to_be_there(
    cluster: MockCluster, topic: str, train: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    cluster.publish(topic, 0, [interaction("a", "u", "i", 1_000)])

    for option in ("--items", "--item-knowledge"):
        assert train(option, "nowhere") == 1
        assert f"{option} nowhere: there is no such topic at {cluster.address}; check" in capsys.readouterr().err
        assert train(option, "no where") == 1
        assert f"{option} 'no where': no topic can have that name" in capsys.readouterr().err
        assert train(option, "none") == 1
        assert "no event lies before it" in capsys.readouterr().err


def test_a_topic_without_events_is_named_with_what_to_do(
    cluster: MockCluster, topic: str, train: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert train() == 1
    assert f"--topic {topic}: is empty; publish events to it first" in capsys.readouterr().err

    assert train("--topic", "nowhere") == 1
    missing = f"--topic nowhere: there is no such topic at {cluster.address}; check its name, or make it first"
    assert missing in capsys.readouterr().err

    cluster.publish(topic, 0, [b"no Avro at all"])
    assert train() == 1
    said = capsys.readouterr().err
    assert f"--topic {topic}: holds no events that can be used, but 1 malformed bytes; check" in said
    assert "--registry http://127.0.0.1" in said


def test_wishes_to_be_forgotten_are_not_looked_for_in_vain(
    cluster: MockCluster, topic: str, train: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    cluster.publish(topic, 0, [interaction("a", "u", "i", 1_000)])

    assert train() == 1
    assert "no event lies before it" in capsys.readouterr().err
    assert train("--erasures", "nowhere") == 1
    missing = f"--erasures nowhere: there is no such topic at {cluster.address}; check its name, or make it first"
    assert missing in capsys.readouterr().err
