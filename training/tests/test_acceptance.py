"""The current version, asked what its successor is asked."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from conftest import TINY, patterned_events, random_model, write_data
from millrace_training import acceptance, evaluation, interactions, retriever
from millrace_training.acceptance import Current
from millrace_training.errors import TrainingError
from millrace_training.evaluation import Target
from millrace_training.interactions import Interactions
from millrace_training.repository import Bundle, ModelRepository
from millrace_training.vocabulary import Vocabulary


@pytest.fixture
def models(tmp_path: Path) -> ModelRepository:
    """One version that knows half of the items."""
    vocabulary = Vocabulary(tuple(f"i{number}" for number in range(20)))
    graph = retriever.export(random_model(TINY, vocabulary.size), TINY, np.ones(vocabulary.size, dtype=np.bool_))
    repository = ModelRepository(tmp_path / "models")
    repository.publish(Bundle(graph, vocabulary, {"i1": 1}, TINY.max_history, {}, {}, {}))
    return repository


@pytest.fixture
def stream(tmp_path: Path) -> Interactions:
    return interactions.read(write_data(tmp_path / "data", patterned_events(10, 12, 40, 5))).by_time()


def targets(stream: Interactions) -> list[Target]:
    return list(evaluation.targets(stream, 60))


def test_it_answers_with_its_own_graph_and_vocabulary(models: ModelRepository, stream: Interactions) -> None:
    current = acceptance.current(models, stream, targets(stream))

    assert current is not None
    assert current.version == 1
    known = np.mean([int(stream.item_ids[stream.item[each.position]][1:]) < 20 for each in targets(stream)])
    # All items fit into its list of 100, so it ranks exactly those that it knows.
    assert 0 < known < 1
    assert current.measured["recall_at_100"] == pytest.approx(known, abs=1e-5)
    assert current.as_dict() == {"version": 1, **current.measured}


def test_there_is_nothing_to_compare_with(models: ModelRepository, stream: Interactions, tmp_path: Path) -> None:
    assert acceptance.current(ModelRepository(tmp_path / "empty"), stream, targets(stream)) is None
    assert acceptance.current(models, stream, []) is None


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda folder: (folder / "bundle.json").write_text("{"), "can't be read"),
        (lambda folder: (folder / "bundle.json").write_text("{}"), "version 1 was made for other features"),
        (lambda folder: (folder / "retriever.onnx").unlink(), "can't be read"),
        (lambda folder: (folder / "retriever.onnx").write_bytes(b"x"), "can't be loaded"),
    ],
)
def test_a_version_that_cannot_be_asked_is_named(
    models: ModelRepository, stream: Interactions, damage: Callable[[Path], object], message: str
) -> None:
    damage(models.folder(1))

    with pytest.raises(TrainingError, match=message):
        acceptance.current(models, stream, targets(stream))


def test_falling_short_by_the_bound_is_accepted_and_by_more_is_not() -> None:
    current = Current(3, {"ndcg_at_10": 0.2})

    current.check({"ndcg_at_10": 0.19}, max_drop=0.05)
    with pytest.raises(TrainingError, match=r"0\.1898 is 5\.1% below version 3's 0\.2000 .* accepted is 5\.0%"):
        current.check({"ndcg_at_10": 0.1898}, max_drop=0.05)


def test_anything_replaces_a_version_that_never_hits() -> None:
    Current(3, {"ndcg_at_10": 0.0}).check({"ndcg_at_10": 0.0}, max_drop=0.0)
