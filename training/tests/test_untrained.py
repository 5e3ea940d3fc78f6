"""An untrained repository for measurements: whole, seeded, of the size asked for."""

from dataclasses import replace
from pathlib import Path

import onnx
import pytest

from millrace_training import untrained
from millrace_training.recipes import RECIPES
from millrace_training.repository import ModelRepository
from millrace_training.vocabulary import Vocabulary

SMALL = replace(RECIPES["demo"], dimensions=8, layers=1, max_history=4)
ITEMS = Vocabulary(tuple(f"item-{n}" for n in range(120)))


def graph(root: Path, seed: int) -> bytes:
    version = untrained.publish(ITEMS, SMALL, seed, ModelRepository(root))
    return (ModelRepository(root).folder(version) / "retriever.onnx").read_bytes()


def test_the_same_seed_gives_the_same_graph_and_another_one_another(tmp_path: Path) -> None:
    first = graph(tmp_path / "a", 1)
    assert graph(tmp_path / "b", 1) == first
    assert graph(tmp_path / "c", 2) != first
    onnx.checker.check_model(onnx.load_from_string(first))


def test_the_command_takes_the_items_of_another_repository(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    graph(tmp_path / "like", 1)
    arguments = ["--like", str(tmp_path / "like"), "--to", str(tmp_path / "to"), "--dimensions", "8", "--layers", "1"]
    assert untrained.main(arguments) == 0
    assert ModelRepository(tmp_path / "to").vocabulary() == ITEMS
    assert "8 wide, 1 layers, untrained" in capsys.readouterr().out


def test_a_repository_without_items_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert untrained.main(["--like", str(tmp_path), "--to", str(tmp_path / "to")]) == 1
    assert f"--like {tmp_path} has no recommender" in capsys.readouterr().err
