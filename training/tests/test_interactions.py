"""Import, order and cut: the same events whatever the layout, and one clear line for what can't be read."""

from pathlib import Path

import pytest

from millrace_training import interactions
from millrace_training.errors import TrainingError
from millrace_training.interactions import EventType, Interactions

OWN = "user\titem\trating\ttimestamp\n"
ROWS = "a\tx\t3\t20\nb\ty\t4\t10\na\tz\t5\t20\nb\tx\t1\t20\n"


def read(folder: Path, name: str, content: str) -> Interactions:
    (folder / name).write_text(content)
    return interactions.read(folder)


def triples(events: Interactions) -> list[tuple[str, str, int]]:
    return [
        (events.user_ids[user], events.item_ids[item], int(seconds))
        for user, item, seconds in zip(events.user, events.item, events.time_s, strict=True)
    ]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("interactions.tsv", OWN + ROWS),
        ("ml-100k.inter", "user_id:token\titem_id:token\trating:float\ttimestamp:float\n" + ROWS),
        ("u.data", ROWS),
    ],
)
def test_every_layout_gives_the_same_events(tmp_path: Path, name: str, content: str) -> None:
    events = read(tmp_path, name, content)

    assert triples(events) == [("a", "x", 20), ("b", "y", 10), ("a", "z", 20), ("b", "x", 20)]
    assert events.event_type.tolist() == [EventType.RATE] * 4


def test_events_of_one_second_keep_the_order_of_the_file(tmp_path: Path) -> None:
    events = read(tmp_path, "u.data", ROWS).by_time()

    assert triples(events) == [("b", "y", 10), ("a", "x", 20), ("a", "z", 20), ("b", "x", 20)]


def test_ties_by_item_compare_numbers_as_numbers(tmp_path: Path) -> None:
    events = read(tmp_path, "u.data", "a\t10\t3\t5\na\t9\t3\t5\nb\t100\t3\t4\n").by_time("item")

    assert [item for _, item, _ in triples(events)] == ["100", "9", "10"]


def test_event_types_are_read_by_name(tmp_path: Path) -> None:
    events = read(tmp_path, "interactions.tsv", "user\titem\ttimestamp\ttype\na\tx\t1\tview\na\ty\t2\tPURCHASE\n")

    assert events.event_type.tolist() == [EventType.VIEW, EventType.PURCHASE]


def test_without_ratings_or_types_the_type_is_unknown(tmp_path: Path) -> None:
    events = read(tmp_path, "interactions.tsv", "user\titem\ttimestamp\na\tx\t1\n")

    assert events.event_type.tolist() == [EventType.UNKNOWN]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("user\titem\tprice\ttimestamp\na\tx\t1\t2\n", "unknown column 'price'; known are item"),
        ("user\titem\trating\na\tx\t1\n", "column 'timestamp' is missing"),
        ("", "column 'user' is missing"),
        (OWN, "no events"),
        (OWN + "a\tx\t3\n", r"interactions\.tsv:2: 3 columns, expected 4"),
        (OWN + "a\tx\t3\tnoon\n", r"interactions\.tsv:2: timestamp 'noon' is not a number"),
        (OWN + "a\tx\t3\t1700000000000\n", r"timestamp 1700000000000 is not between .* not milliseconds"),
        ("user\tuser_id\titem\ttimestamp\n", "column 'user' is there twice"),
        (OWN + "a\tx\t3\t1\n\tx\t3\t1\n", r"interactions\.tsv:3: empty user id"),
        ("user\titem\ttimestamp\ttype\na\tx\t1\tbuy\n", "unknown event type 'buy'; known are unknown, view"),
    ],
)
def test_what_cannot_be_read_is_one_clear_line(tmp_path: Path, content: str, message: str) -> None:
    with pytest.raises(TrainingError, match=message) as failure:
        read(tmp_path, "interactions.tsv", content)

    assert "\n" not in str(failure.value)


def test_bytes_that_are_no_text_are_named(tmp_path: Path) -> None:
    (tmp_path / "u.data").write_bytes(b"a\tcaf\xe9\t3\t1\n")

    with pytest.raises(TrainingError, match=r"u\.data: can't be read as tab-separated UTF-8 text"):
        interactions.read(tmp_path)


def test_a_missing_folder_and_an_empty_one_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="not a folder"):
        interactions.read(tmp_path / "none")
    with pytest.raises(TrainingError, match="found neither"):
        interactions.read(tmp_path)


@pytest.mark.parametrize(
    ("until", "expected"),
    [("50%", 2), ("100%", 4), ("20", 1), ("20.5", 4), ("1970-01-01T00:00:20Z", 1), ("1970-01-01T01:00:21+01:00", 4)],
)
def test_the_cut_is_a_share_or_a_time(tmp_path: Path, until: str, expected: int) -> None:
    assert interactions.cut(read(tmp_path, "u.data", ROWS).by_time(), until) == expected


@pytest.mark.parametrize("until", ["10", "0%", "101%", "half%", "tomorrow", "1960-01-01"])
def test_a_cut_that_makes_no_sense_names_the_option(tmp_path: Path, until: str) -> None:
    with pytest.raises(TrainingError, match=f"--until {until}"):
        interactions.cut(read(tmp_path, "u.data", ROWS).by_time(), until)
