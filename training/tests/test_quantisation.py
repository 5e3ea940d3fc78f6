"""Narrower numbers: smaller, close to the original, measured on the same targets, and there to be served."""

import json
from pathlib import Path

import numpy as np
import onnx
import pytest

from conftest import TINY, patterned_events, random_model, write_data
from millrace_training import cli, retriever
from millrace_training.half_precision import halved
from millrace_training.quantisation import measure, quantised
from millrace_training.repository import Bundle, ModelRepository, promise
from millrace_training.serving import NOT_RETURNED, ExportedRetriever, Row
from millrace_training.vocabulary import Vocabulary

ITEMS = 150


@pytest.fixture
def graph() -> bytes:
    size = Vocabulary(tuple(str(number) for number in range(ITEMS))).size
    return retriever.export(random_model(TINY, size), TINY, np.ones(size, dtype=np.bool_))


@pytest.fixture
def folder(tmp_path: Path, graph: bytes) -> Path:
    vocabulary = Vocabulary(tuple(f"i{number}" for number in range(ITEMS)))
    ModelRepository(tmp_path / "models").publish(Bundle(graph, vocabulary, {"i1": 1}, TINY.max_history, {}, {}, {}))
    write_data(tmp_path / "data", patterned_events(20, 12, 40, 5))
    return tmp_path


def test_it_is_smaller_and_scores_nearly_the_same(graph: bytes) -> None:
    rows = [Row(), Row([5, 9, 30], [1, 1, 1], [200, 100, 0], [5])]
    small = quantised(graph)

    candidates, scores = ExportedRetriever(small).retrieve(rows)
    expected_candidates, expected = ExportedRetriever(graph).retrieve(rows)

    assert len(small) < len(graph)
    assert scores[:, 0] == pytest.approx(expected[:, 0], rel=0.1)
    shared = [
        len(set(found[:20]) & set(wanted[:20])) for found, wanted in zip(candidates, expected_candidates, strict=True)
    ]
    assert min(shared) >= 12


def test_all_are_measured_on_the_same_targets(folder: Path) -> None:
    ticks = iter(range(1_000))

    plain, small, half = measure(folder / "models", folder / "data", "80%", clock=lambda: next(ticks) * 0.048)

    assert (plain.name, small.name, half.name) == ("fp32", "int8", "fp16")
    assert plain.same_top_10 == 1.0
    assert 0 <= small.same_top_10 <= 1
    # 48 lists in 48 ms.
    assert [plain.milliseconds, small.milliseconds] == pytest.approx([1_000, 1_000])
    assert half.milliseconds is None
    assert plain.measured.keys() == small.measured.keys() == half.measured.keys()
    assert ModelRepository(folder / "models").latest() == 1


def test_half_precision_is_half_the_size_and_scores_almost_the_same(graph: bytes) -> None:
    a_year_s = 365 * 86_400
    rows = [Row(), Row([5, 9, 30], [1, 1, 1], [a_year_s, 100, 0], [5])]
    half = halved(graph)

    candidates, scores = ExportedRetriever(half).retrieve(rows)
    expected_candidates, expected = ExportedRetriever(graph).retrieve(rows)

    weights = {each.name: each.data_type for each in onnx.load_model_from_string(half).graph.initializer}
    assert weights["items.half"] == onnx.TensorProto.FLOAT16
    assert "items" not in weights
    assert len(half) < 0.7 * len(graph)
    assert scores[:, 0] == pytest.approx(expected[:, 0], rel=0.01)
    # What may not be returned keeps a score that no fp16 has.
    assert 5 not in candidates[1][scores[1] > NOT_RETURNED]
    shared = [
        len(set(found[:20]) & set(wanted[:20])) for found, wanted in zip(candidates, expected_candidates, strict=True)
    ]
    assert min(shared) >= 18


def test_each_is_written_to_a_repository_of_its_own(folder: Path) -> None:
    measure(folder / "models", folder / "data", "80%", to=folder / "variants")

    sizes = {}
    for name in ("fp32", "int8", "fp16"):
        written = ModelRepository(folder / "variants" / name)
        assert written.latest() == 1
        assert written.vocabulary() == ModelRepository(folder / "models").vocabulary()
        graph = (written.folder(1) / "retriever.onnx").read_bytes()
        assert (written.root / "retriever/1/model.onnx").read_bytes() == graph
        bundle = json.loads((written.folder(1) / "bundle.json").read_text())
        assert bundle["files"]["retriever.onnx"] == promise(graph)
        assert (written.root / "recommender/config.pbtxt").exists()
        sizes[name] = len(graph)
    assert sizes["int8"] < sizes["fp16"] < sizes["fp32"]


def test_the_command_prints_a_table(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["quantise", "--models", str(folder / "models"), "--data", str(folder / "data"), "--until"]

    assert cli.main([*arguments, "80%"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == ["bytes", "fp32", "int8", "fp16"]
    assert cli.main([*arguments, "100%"]) == 1
    assert "nothing to measure on lies after it" in capsys.readouterr().err
    assert cli.main([*arguments[:1], "--models", str(folder / "none"), *arguments[3:], "80%"]) == 1
    assert "no version in it; train one first" in capsys.readouterr().err
