"""8-bit weights: smaller, close to the original, and measured on the same targets."""

from pathlib import Path

import numpy as np
import pytest

from conftest import TINY, patterned_events, random_model, write_data
from millrace_training import cli, retriever
from millrace_training.quantisation import measure, quantised
from millrace_training.repository import Bundle, ModelRepository
from millrace_training.serving import ExportedRetriever, Row
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


def test_both_are_measured_on_the_same_targets(folder: Path) -> None:
    ticks = iter(range(1_000))

    plain, small = measure(folder / "models", folder / "data", "80%", clock=lambda: next(ticks) * 0.048)

    assert (plain.name, small.name) == ("fp32", "int8")
    assert plain.same_top_10 == 1.0
    assert 0 <= small.same_top_10 <= 1
    # 48 lists in 48 ms.
    assert [plain.milliseconds, small.milliseconds] == pytest.approx([1_000, 1_000])
    assert plain.measured.keys() == small.measured.keys()
    assert ModelRepository(folder / "models").latest() == 1


def test_the_command_prints_a_table(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["quantise", "--models", str(folder / "models"), "--data", str(folder / "data"), "--until"]

    assert cli.main([*arguments, "80%"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == ["bytes", "fp32", "int8"]
    assert cli.main([*arguments, "100%"]) == 1
    assert "nothing to measure on lies after it" in capsys.readouterr().err
    assert cli.main([*arguments[:1], "--models", str(folder / "none"), *arguments[3:], "80%"]) == 1
    assert "no version in it; train one first" in capsys.readouterr().err
