"""The whole command on a small stream with a known pattern: it learns, publishes, and continues."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from conftest import TINY, patterned_events, write_data
from millrace_training import parity, training
from millrace_training.errors import TrainingError
from millrace_training.repository import ModelRepository
from millrace_training.training import TrainingJob
from millrace_training.vocabulary import Vocabulary


def job(folder: Path, until: str = "80%", seed: int = 1) -> TrainingJob:
    return TrainingJob(folder / "data", until, folder / "models", TINY, seed, command=["train"])


@pytest.fixture
def ring(tmp_path: Path) -> Path:
    write_data(tmp_path / "data", patterned_events(users=40, events=20, items=40, seed=5))
    return tmp_path


def manifest(folder: Path, version: int) -> dict:
    return json.loads((folder / "models" / "recommender" / str(version) / "bundle.json").read_text())


def test_it_learns_a_pattern_that_popularity_cannot_see(ring: Path) -> None:
    said: list[str] = []

    assert training.run(job(ring), said.append) == 1

    measured = manifest(ring, 1)["metrics"]
    assert measured["targets"] == 160
    assert measured["test"]["sasrec_tiny"]["ndcg_at_10"] > 0.9
    assert measured["test"]["markov"]["hit_rate_at_10"] > 0.9
    assert measured["test"]["popular"]["hit_rate_at_10"] < 0.5
    assert any("sasrec_tiny" in line for line in said)


def test_the_same_seed_gives_the_same_model(ring: Path) -> None:
    training.run(job(ring), lambda _: None)
    first = manifest(ring, 1)["files"]["retriever.onnx"]["sha256"]

    # The second version starts from the first one's vocabulary, which holds the same items in the same order.
    training.run(job(ring), lambda _: None)
    training.run(job(ring, seed=2), lambda _: None)

    assert manifest(ring, 2)["files"]["retriever.onnx"]["sha256"] == first
    assert manifest(ring, 3)["files"]["retriever.onnx"]["sha256"] != first


def test_a_later_version_keeps_the_indices_and_masks_what_is_gone(ring: Path) -> None:
    training.run(job(ring), lambda _: None)
    before = ModelRepository(ring / "models").vocabulary()
    others = [(user, f"n{item}", rating, time) for user, item, rating, time in patterned_events(30, 12, 20, 6)]
    write_data(ring / "data", others)

    training.run(job(ring), lambda _: None)

    after = ModelRepository(ring / "models").vocabulary()
    assert after.ids[: len(before.ids)] == before.ids
    assert {each[:2] for each in after.ids[len(before.ids) :]} == {"ni"}
    popular = (ring / "models/recommender/2/popular.tsv").read_text()
    assert not any(line.startswith("i") for line in popular.splitlines())
    assert manifest(ring, 2)["metrics"]["test"]["sasrec_tiny"]["hit_rate_at_10"] > 0.5


def test_everything_may_be_trained_on(ring: Path) -> None:
    said: list[str] = []

    training.run(job(ring, until="100%"), said.append)

    assert "test" not in manifest(ring, 1)["metrics"]
    assert any("nothing to evaluate on" in line for line in said)


def test_a_failed_parity_check_publishes_nothing(ring: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parity, "TOLERANCE", 0.0)

    with pytest.raises(TrainingError, match="nothing was published"):
        training.run(job(ring), lambda _: None)

    assert not (ring / "models").exists()


def test_a_worse_model_takes_the_place_of_a_better_one_only_if_told_to(ring: Path) -> None:
    training.run(job(ring), lambda _: None)
    untrained = replace(job(ring), recipe=replace(TINY, max_epochs=1, learning_rate=1e-6))

    with pytest.raises(TrainingError, match=r"below version 1's .* accepted is 5.0%; nothing was published"):
        training.run(untrained, lambda _: None)
    assert ModelRepository(ring / "models").latest() == 1
    assert not (ring / "models" / "retriever" / "2").exists()

    assert training.run(replace(untrained, max_drop=1.0), lambda _: None) == 2
    good, bad = manifest(ring, 1)["metrics"], manifest(ring, 2)["metrics"]
    assert bad["replaces"] == {"version": 1, **good["test"]["sasrec_tiny"]}
    assert bad["test"]["sasrec_tiny"]["ndcg_at_10"] < good["test"]["sasrec_tiny"]["ndcg_at_10"] / 2


def test_users_with_one_event_are_no_obstacle(tmp_path: Path) -> None:
    rows = patterned_events(users=20, events=12, items=15, seed=5)
    rows += [(f"once{number}", "i1", 3, 1_000_000 + number) for number in range(30)]
    write_data(tmp_path / "data", rows)

    assert training.run(job(tmp_path), lambda _: None) == 1


def test_too_few_events_are_named(ring: Path) -> None:
    with pytest.raises(TrainingError, match="only 8 events lie before it"):
        training.run(job(ring, until="1%"), lambda _: None)


def test_the_vocabulary_goes_by_first_appearance(ring: Path) -> None:
    training.run(job(ring), lambda _: None)

    events = sorted(patterned_events(users=40, events=20, items=40, seed=5), key=lambda row: row[3])
    expected = dict.fromkeys(item for _, item, _, _ in events[:640])
    assert ModelRepository(ring / "models").vocabulary() == Vocabulary(tuple(expected))
