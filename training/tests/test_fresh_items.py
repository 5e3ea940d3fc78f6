"""Items that are newer than a version's training: their texts and vectors out of the topics."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from millrace_training.errors import TrainingError
from millrace_training.fresh import decoding
from millrace_training.fresh.carrying import Published
from millrace_training.fresh.decoding import RecordDecoder
from millrace_training.fresh.describing import SECTION, Describer, Description, carried
from millrace_training.fresh.item_topics import ItemTopics
from millrace_training.profiles import texts
from millrace_training.profiles.texts import ItemText
from millrace_training.repository import TEXTS, VECTORS
from millrace_training.vocabulary import Vocabulary
from topic_records import NOW_MS, TopicInMemory, item, knowledge, schema

OLD = Vocabulary(("a", "b", "c"))
NEW = Vocabulary(("a", "b", "c", "d", "e"))


class Lengths:
    """A text's vector points where its length says, modulo 384."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def encode(self, sentences: Sequence[str]) -> np.ndarray:
        self.asked += sentences
        vectors = np.zeros((len(sentences), 384), dtype=np.float32)
        vectors[np.arange(len(sentences)), [len(each) % 384 for each in sentences]] = 1
        return vectors


class Topics:
    """Both topics in memory, and who describes out of them."""

    def __init__(self, with_texts: bool = True) -> None:
        self.items, self.written, self.encoder = TopicInMemory(), TopicInMemory(), Lengths()
        topics = ItemTopics(RecordDecoder(schema), self.items, self.written)
        self.describe = Describer(topics, lambda: self.encoder, with_texts)

    def item(self, number: str, title: str, **attributes: list[str]) -> None:
        self.items.put(number.encode(), item(number, title, **attributes))


@pytest.fixture
def topics() -> Topics:
    return Topics()


def published(
    folder: Path, lines: list[ItemText] | None, vocabulary: Vocabulary = OLD, **training: object
) -> Published:
    """A version whose first item has a vector that no text gives."""
    vectors = np.zeros((len(OLD.ids), 384), dtype="<f2")
    vectors[0, 383] = 1
    (folder / VECTORS).write_bytes(vectors.tobytes())
    if lines is not None:
        (folder / TEXTS).write_bytes(texts.to_bytes(lines))
    files = {name: {} for name in (TEXTS, VECTORS) if (folder / name).exists()}
    manifest = {"files": files, "text_encoder": "all-MiniLM-L6-v2", "training": {}}
    return Published(7, folder, manifest, OLD, b"")


def direction(described: Description, row: int) -> int | None:
    assert described.halves is not None
    found = np.flatnonzero(described.halves[row])
    return int(found[0]) if len(found) else None


def test_a_new_item_with_events_has_its_words_and_a_vector(topics: Topics, tmp_path: Path) -> None:
    topics.item("d", "Dune", genre=["Sci-Fi", "War"], country=["US"])
    topics.item("e", "Nobody saw it")

    described = topics.describe(published(tmp_path, None), NEW, {"a", "d"})

    assert described.lines is not None
    assert list(described.lines) == [*[ItemText()] * 3, ItemText("Dune", ("US", "Sci-Fi", "War")), ItemText()]
    assert topics.encoder.asked == ["Dune. US, Sci-Fi, War"]
    assert direction(described, 3) == len("Dune. US, Sci-Fi, War")
    assert direction(described, 4) is None
    assert described.figures == {"learned_with": 3, "described": 1, "vectors": 1, "with_knowledge": 0}
    assert described.shown() == "; 1 items described from the catalogue"


def test_a_vector_that_the_ranker_learned_with_stays(topics: Topics, tmp_path: Path) -> None:
    topics.item("a", "Another title")
    version = published(tmp_path, [ItemText("A", ("x",)), ItemText(), ItemText()])

    described = topics.describe(version, NEW, {"a"})

    assert described.lines is not None
    assert described.lines[0] == ItemText("A", ("x",))
    assert direction(described, 0) == 383
    assert topics.encoder.asked == []


def test_a_version_without_words_gets_them_and_keeps_its_vectors(topics: Topics, tmp_path: Path) -> None:
    topics.item("a", "A")

    described = topics.describe(published(tmp_path, None), NEW, {"a"})

    assert described.lines is not None
    assert described.lines[0] == ItemText("A")
    assert direction(described, 0) == 383
    assert (described.figures["described"], described.figures["vectors"]) == (1, 0)


def test_an_old_item_that_had_no_text_is_described_like_a_new_one(topics: Topics, tmp_path: Path) -> None:
    topics.item("b", "Late title")

    described = topics.describe(published(tmp_path, None), NEW, {"b"})

    assert direction(described, 1) == len("Late title")


def test_what_is_known_of_an_item_is_a_part_of_its_vector_but_not_of_its_words(topics: Topics, tmp_path: Path) -> None:
    topics.item("d", "Dune")
    topics.written.put(b"d", knowledge("d", "Sand.", " Worms. ", ""))

    described = topics.describe(published(tmp_path, None), NEW, {"d"})

    assert topics.encoder.asked == ["Dune. Sand. Worms."]
    assert described.lines is not None
    assert described.lines[3] == ItemText("Dune")
    assert described.figures["with_knowledge"] == 1
    assert described.shown() == "; 1 items described from the catalogue, 1 with knowledge"


def test_an_item_that_changes_is_described_anew_in_the_next_round(topics: Topics, tmp_path: Path) -> None:
    topics.item("d", "Dune")
    first = topics.describe(published(tmp_path, None), NEW, {"d"})
    for name, content in first.files().items():
        (tmp_path / name).write_bytes(content)
    manifest = {
        "files": first.files(),
        "text_encoder": "all-MiniLM-L6-v2",
        "training": {SECTION: dict(first.figures)},
    }
    topics.item("d", "Dune: Part One")
    topics.written.put(b"d", knowledge("d", "Sand."))

    second = topics.describe(Published(8, tmp_path, manifest, NEW, b""), NEW, {"d"})

    assert second.lines is not None
    assert second.lines[3] == ItemText("Dune: Part One")
    assert direction(second, 3) == len("Dune: Part One. Sand.")
    assert second.figures["learned_with"] == 3


def test_what_was_removed_from_a_topic_says_nothing(topics: Topics, tmp_path: Path) -> None:
    topics.item("d", "Dune")
    topics.written.put(b"d", knowledge("d", "Sand."))
    topics.written.put(b"d", None)
    topics.item("e", "Gone")
    topics.items.put(b"e", None)

    described = topics.describe(published(tmp_path, None), NEW, {"d", "e"})

    assert topics.encoder.asked == ["Dune"]
    assert direction(described, 4) is None


def test_without_texts_a_version_has_vectors_alone(tmp_path: Path) -> None:
    topics = Topics(with_texts=False)
    topics.item("d", "Dune")

    described = topics.describe(published(tmp_path, [ItemText("A")] * 3), NEW, {"d"})

    assert set(described.files()) == {VECTORS}
    assert direction(described, 3) == len("Dune")


def test_without_an_encoder_there_are_words_and_a_reason(topics: Topics, tmp_path: Path) -> None:
    asked = []

    def load() -> Lengths:
        asked.append(1)
        raise TrainingError("mvn is not there; pass --text-encoder")

    topics.describe = Describer(ItemTopics(RecordDecoder(schema), topics.items), load)
    topics.item("d", "Dune")
    for _ in range(2):
        described = topics.describe(published(tmp_path, None), NEW, {"d"})

    assert asked == [1]
    assert described.lines is not None
    assert described.lines[3] == ItemText("Dune")
    assert direction(described, 3) is None
    assert described.figures["vectors"] == 0
    assert described.shown().endswith(", without vectors (mvn is not there; pass --text-encoder)")


def test_vectors_of_another_encoder_are_not_mixed_with_ours(topics: Topics, tmp_path: Path) -> None:
    topics.item("d", "Dune")
    version = published(tmp_path, None)
    foreign = Published(7, tmp_path, {**version.manifest, "text_encoder": "other"}, OLD, b"")

    described = topics.describe(foreign, NEW, {"d"})

    assert topics.encoder.asked == []
    assert (
        described.figures["no_vectors_because"] == "version 7 has vectors of other, and all-MiniLM-L6-v2 makes others"
    )


def test_a_version_that_was_trained_without_texts_stays_without(topics: Topics, tmp_path: Path) -> None:
    topics.item("d", "Dune")

    described = topics.describe(Published(7, tmp_path, {"files": {}, "training": {}}, OLD, b""), NEW, {"d"})

    assert described == Description(None, None)
    assert described.files() == {}
    assert described.vectors is None


def test_what_is_no_item_is_counted_and_passed_over(topics: Topics, tmp_path: Path) -> None:
    topics.items.put(b"d", b"no Avro at all")
    topics.items.add(1, item("e", "no key"))
    topics.items.put(b"\xff", item("f", "no text as a key"))
    topics.item("d", "D" * 500, genre=["g" * 90] * 20)

    described = topics.describe(published(tmp_path, None), NEW, {"d", "e"})

    assert described.lines is not None
    assert described.lines[3] == ItemText("D" * 160, ("g" * 64,) * 16)
    assert described.figures["left_out"] == {decoding.IMPOSSIBLE: 1, decoding.MALFORMED: 2}


def test_what_a_version_said_is_carried_over_byte_by_byte(tmp_path: Path) -> None:
    version = published(tmp_path, [ItemText("A", ("x", "y")), ItemText("", ("z",)), ItemText("C\u2028c")])

    described = carried(version, NEW)

    assert described.files()[TEXTS] == (tmp_path / TEXTS).read_bytes() + b"\t\n" * 2
    assert described.files()[VECTORS] == (tmp_path / VECTORS).read_bytes() + bytes(2 * 384 * 2)
    assert described.figures == {}
    assert described.shown() == ""


@pytest.mark.parametrize("content", [b"no tab\n", b"a\tb\tc\n", b"\xff\t\n"])
def test_texts_that_cannot_be_read_are_named(tmp_path: Path, content: bytes) -> None:
    version = published(tmp_path, [ItemText()] * 3)
    (tmp_path / TEXTS).write_bytes(content)

    with pytest.raises(TrainingError, match=r"a version's items.tsv can't be read .*; restore it"):
        carried(version, NEW)


def test_files_that_do_not_fit_the_vocabulary_are_refused(tmp_path: Path) -> None:
    version = published(tmp_path, [ItemText()] * 2)

    with pytest.raises(TrainingError, match=r"items.tsv: has 2 items, vocabulary.txt beside it 3; restore it"):
        carried(version, NEW)


def test_the_catalogue_says_what_changed_lately_and_may_be_recommended(topics: Topics) -> None:
    topics.item("a", "Dune")
    topics.item("b", "Gone")
    topics.items.put(b"b", None)
    topics.item("c", "  ")
    topics.items.put(b"d", item("d", "Not now", available=False))
    known = ItemTopics(RecordDecoder(schema), topics.items)

    assert known.changed(NOW_MS // 1_000) == {"a": NOW_MS // 1_000}
    assert known.changed(NOW_MS // 1_000 + 1) == {}
