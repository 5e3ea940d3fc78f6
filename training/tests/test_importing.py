"""Importers: what is read, what is left out and counted, what is refused; and the form on disk."""

import gzip
import json
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow
import pytest
from pyarrow import parquet

from millrace_training.data import dataset, importing, mapping
from millrace_training.data.dataset import CleaningStep, DataSet
from millrace_training.errors import TrainingError

SHOP = {
    "name": "shop",
    "file": "shop.csv",
    "format": "csv",
    "columns": {"user": "customer", "item": "code", "time": "at"},
    "time": "%Y-%m-%d %H:%M",
    "leave_out": [
        {"name": "guests", "column": "customer", "is": "empty"},
        {"name": "cancellations", "column": "invoice", "matches": "C"},
        {"name": "charges", "column": "code", "lacks": "[0-9]"},
        {"name": "gifts", "column": "price", "at_most": 0},
    ],
}
SALES = """invoice,code,at,price,customer
1,10,2026-01-02 08:00,1.5,ann
1,11,2026-01-02 08:00,1.5,ann
2,10,2026-01-01 09:00,1.5,bob
C3,10,2026-01-03 10:00,1.5,ann
C3,POST,2026-01-03 10:00,1.5,
4,POST,2026-01-03 10:00,1.5,bob
5,12,2026-01-01 07:00,0,ann
6,13,2026-01-01 07:00,2.5,ann
"""


def imported(folder: Path, declared: dict[str, Any], content: str | bytes) -> DataSet:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / declared["file"]
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return importing.import_data(folder, mapping.parse(declared))


def readable(data: DataSet) -> dict[str, list[str]]:
    return {user: [data.item_ids[item] for item in data.histories[n]] for n, user in enumerate(data.user_ids)}


def test_rows_go_by_time_and_then_by_their_place_in_the_file(tmp_path: Path) -> None:
    data = imported(tmp_path, SHOP, SALES)

    assert readable(data) == {"ann": ["13", "10", "11"], "bob": ["10"]}
    assert data.histories.times_s is not None
    assert data.histories.times_s[0] == datetime(2026, 1, 1, 7, tzinfo=timezone.utc).timestamp()
    # Numbers go by first appearance in the file, not by time.
    assert data.item_ids == ("10", "11", "13")


def test_what_is_left_out_is_counted_once_for_the_first_rule_that_applies(tmp_path: Path) -> None:
    data = imported(tmp_path, SHOP, SALES)

    assert data.cleaning == (
        CleaningStep("guests", 1),
        CleaningStep("cancellations", 1),
        CleaningStep("charges", 1),
        CleaningStep("gifts", 1),
    )
    assert data.summary() == (
        "shop: 2 users, 3 items, 4 events, 1 guests left out, 1 cancellations left out, "
        "1 charges left out, 1 gifts left out"
    )


def test_a_compressed_file_is_the_same(tmp_path: Path) -> None:
    data = imported(tmp_path, {**SHOP, "file": "shop.csv.gz"}, gzip.compress(SALES.encode()))

    assert readable(data) == {"ann": ["13", "10", "11"], "bob": ["10"]}


def test_a_line_per_user_is_in_order_and_has_no_times(tmp_path: Path) -> None:
    declared = {"name": "lists", "file": "sequences.txt", "format": "sequences"}

    data = imported(tmp_path, declared, "7 30 20 30\n9 20\n")

    assert readable(data) == {"7": ["30", "20", "30"], "9": ["20"]}
    assert data.histories.times_s is None


RECORDS = [
    {"who": "a", "what": 5, "ms": 2_000},
    {"who": "a", "what": 6, "ms": 1_999},
    {"who": None, "what": 6, "ms": 1},
]
EVENTS = {
    "name": "events",
    "file": "events",
    "columns": {"user": "who", "item": "what", "time": "ms"},
    "time": "milliseconds",
    "leave_out": [{"name": "nobody", "column": "who", "is": "empty"}],
}


def test_json_lines(tmp_path: Path) -> None:
    lines = "".join(json.dumps(record) + "\n" for record in RECORDS)

    data = imported(tmp_path, {**EVENTS, "format": "jsonl"}, lines)

    assert readable(data) == {"a": ["6", "5"]}
    assert data.histories.times_s is not None
    assert data.histories.times_s.tolist() == [1, 2]


def test_parquet(tmp_path: Path) -> None:
    parquet.write_table(pyarrow.Table.from_pylist(RECORDS), tmp_path / "events")

    data = importing.import_data(tmp_path, mapping.parse({**EVENTS, "format": "parquet"}))

    assert readable(data) == {"a": ["6", "5"]}
    assert data.cleaning == (CleaningStep("nobody", 1),)


def test_parquet_timestamps_are_seconds(tmp_path: Path) -> None:
    records = [{"who": "a", "what": "x", "ms": datetime(2026, 1, 1, tzinfo=timezone.utc)}]
    parquet.write_table(pyarrow.Table.from_pylist(records), tmp_path / "events")

    data = importing.import_data(tmp_path, mapping.parse({**EVENTS, "format": "parquet", "time": "seconds"}))

    assert data.histories.times_s is not None
    assert data.histories.times_s.tolist() == [1_767_225_600]


ACTED = {
    "name": "acted",
    "file": "acted.csv",
    "format": "csv",
    "columns": {"user": "u", "item": "i", "time": "t", "type": "kind", "value": "stars"},
    "levels": [2, 4.5],
}
ACTIONS = """u,i,t,kind,stars
a,1,30,rate,5
a,2,10,view,
b,1,20,rate,4.4
b,2,10,rate,4.5
b,3,30,rate,1
"""


def test_what_was_done_is_a_type_and_a_level(tmp_path: Path) -> None:
    data = imported(tmp_path, ACTED, ACTIONS)

    assert readable(data) == {"a": ["2", "1"], "b": ["2", "1", "3"]}
    assert data.histories.actions is not None
    done = [data.actions[number - 1] for number in data.histories.actions.tolist()]
    assert done == ["view", "rate from 4.5", "rate from 4.5", "rate from 2", "rate below 2"]

    data.write(tmp_path / "columns")
    back = dataset.read(tmp_path / "columns")
    assert back.actions == data.actions
    assert back.histories.actions is not None
    assert back.histories.actions.tolist() == data.histories.actions.tolist()


def test_a_folder_of_format_1_is_still_read(tmp_path: Path) -> None:
    data = imported(tmp_path, SHOP, SALES)
    data.write(tmp_path / "columns")
    manifest = json.loads((tmp_path / "columns" / "manifest.json").read_text())
    del manifest["actions"]
    (tmp_path / "columns" / "manifest.json").write_text(json.dumps({**manifest, "format": 1}))

    back = dataset.read(tmp_path / "columns")

    assert readable(back) == readable(data)
    assert (back.actions, back.histories.actions) == ((), None)


def test_more_actions_than_can_be_told_apart_are_refused(tmp_path: Path) -> None:
    levels = list(range(200))
    rows = "".join(f"a,{value},{value},rate,{value}\n" for value in levels)

    with pytest.raises(TrainingError, match=r"200 different actions, 127 are possible; declare fewer levels"):
        imported(tmp_path, {**ACTED, "levels": levels}, "u,i,t,kind,stars\n" + rows)


@pytest.mark.parametrize(
    ("declared", "content", "message"),
    [
        (ACTED, ACTIONS + "a,1,40,rate,many\n", r"acted.csv:7: could not convert string to float: 'many'"),
        (ACTED, "u,i,t,kind\na,1,1,view\n", r"acted.csv:2: no column 'stars'"),
        ({**ACTED, "levels": [4, 2]}, ACTIONS, r"levels \[4.0, 2.0\]: must be ascending"),
        ({**ACTED, "levels": []}, ACTIONS, "levels: they and the column of the 'value' are declared together"),
        (SHOP, "invoice,code,at,customer\n1,10,2026-01-02 08:00,ann\n", r"shop.csv:2: no column 'price'"),
        (SHOP, SALES + "7,10,yesterday,1,ann\n", r"shop.csv:10: time data 'yesterday' does not match"),
        (SHOP, SALES + "7,10,2026-01-02 08:00,cheap,ann\n", r"shop.csv:10: could not convert string to float: 'cheap'"),
        (SHOP, SALES + "7,10\n", r"shop.csv:10: as many cells"),
        (SHOP, SALES.splitlines()[0], "no events are left"),
        (SHOP, b"\xff\xfe", "can't be read as csv"),
        ({**SHOP, "leave_out": []}, SALES, r"shop.csv:6: user id in column 'customer' is empty"),
        ({**SHOP, "file": "shop.csv.gz"}, SALES, "can't be read as csv"),
        ({**EVENTS, "format": "jsonl"}, "[1]\n", r"events:1: not a JSON object"),
        ({**EVENTS, "format": "jsonl"}, "{\n", r"events:1: not a JSON object"),
        ({**EVENTS, "format": "parquet"}, "PAR1", "can't be read as parquet"),
        ({"name": "s", "file": "s", "format": "sequences"}, "1 2\n1 3\n", r"s:2: user '1' has a second line"),
        ({"name": "s", "file": "s", "format": "sequences"}, "1 2\n\n", r"s:2: an empty line"),
    ],
)
def test_what_can_not_be_read_is_named(
    tmp_path: Path, declared: dict[str, Any], content: str | bytes, message: str
) -> None:
    with pytest.raises(TrainingError, match=message):
        imported(tmp_path, declared, content)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match=r"shop.csv: no such file; the mapping 'shop' expects it"):
        importing.import_data(tmp_path, mapping.parse(SHOP))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"colour": 1}, "'colour' is unknown"),
        ({"format": "xml"}, "format 'xml' is unknown"),
        ({"name": None}, "'name' is missing"),
        ({"columns": {"user": "customer"}}, "'item' is missing"),
        ({"columns": {"user": "a", "item": "b", "when": "c"}}, "'when' is unknown"),
        ({"leave_out": [{"name": "x", "column": "y"}]}, "needs 'name', 'column' and one of"),
        ({"leave_out": [{"name": "x", "column": "y", "is": "", "at_most": 1}]}, "needs 'name', 'column' and one of"),
    ],
)
def test_a_wrong_mapping_is_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(TrainingError, match=message):
        mapping.parse({**SHOP, **change})


def test_every_shipped_mapping_is_one() -> None:
    assert [mapping.load(name).name for name in mapping.shipped()] == mapping.shipped()
    assert {"ml-1m", "ml-100k", "amazon-beauty", "amazon-sports", "online-retail"} <= set(mapping.shipped())


def test_unknown_mappings_list_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match=r"known are amazon-beauty, .*or pass a file that ends in \.json"):
        mapping.load("netflix")
    (tmp_path / "mine.json").write_text("[]")
    with pytest.raises(TrainingError, match=r"mine.json: not a mapping"):
        mapping.load(str(tmp_path / "mine.json"))
    with pytest.raises(TrainingError, match=r"none.json: can't be read"):
        mapping.load(str(tmp_path / "none.json"))


def test_the_form_on_disk_is_the_same_twice_and_reads_back(tmp_path: Path) -> None:
    data = imported(tmp_path / "source", SHOP, SALES)
    data.write(tmp_path / "first")
    imported(tmp_path / "source", SHOP, SALES).write(tmp_path / "second")

    names = sorted(path.name for path in (tmp_path / "first").iterdir())
    assert names == ["item_ids.txt", "items.npy", "manifest.json", "offsets.npy", "times_s.npy", "user_ids.txt"]
    for name in names:
        assert (tmp_path / "first" / name).read_bytes() == (tmp_path / "second" / name).read_bytes()
    back = dataset.read(tmp_path / "first")
    assert readable(back) == readable(data)
    assert (back.cleaning, back.source_sha256) == (data.cleaning, data.source_sha256)
    assert isinstance(back.histories.items, np.memmap)


def test_a_folder_is_never_overwritten(tmp_path: Path) -> None:
    data = imported(tmp_path / "source", SHOP, SALES)
    data.write(tmp_path / "there")

    with pytest.raises(TrainingError, match="exists already"):
        data.write(tmp_path / "there")


def test_a_newer_format_or_a_damaged_folder_is_refused(tmp_path: Path) -> None:
    imported(tmp_path / "source", SHOP, SALES).write(tmp_path / "there")
    manifest = tmp_path / "there" / "manifest.json"
    whole = json.loads(manifest.read_text())

    manifest.write_text(json.dumps({**whole, "format": dataset.FORMAT + 1}))
    with pytest.raises(TrainingError, match="is newer than"):
        dataset.read(tmp_path / "there")
    manifest.write_text(json.dumps({**whole, "items": 2}))
    with pytest.raises(TrainingError, match="outside 0 to 1"):
        dataset.read(tmp_path / "there")
    manifest.write_text("{}")
    with pytest.raises(TrainingError, match="import it again"):
        dataset.read(tmp_path / "there")
