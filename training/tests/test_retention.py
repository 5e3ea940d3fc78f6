"""Versions that are old enough go, what is served and what is new stays."""

import shutil
from pathlib import Path

import pytest

from millrace_training import atomic
from millrace_training.errors import TrainingError
from millrace_training.fresh.retention import retained
from millrace_training.fresh.training_round import Outcome
from millrace_training.repository import Bundle, ModelRepository
from millrace_training.vocabulary import Vocabulary


def published(folder: Path, count: int) -> tuple[ModelRepository, Outcome]:
    """A repository with so many versions, and what became of the round that published the newest."""
    models = ModelRepository(folder)
    for _ in range(count):
        models.publish(Bundle(b"graph", Vocabulary(("a",)), {"a": 1}, 100, {}, {}, {}))
    return models, Outcome("published", "NDCG@10 .1", models.latest(), {"new": 5})


def test_what_is_older_than_the_newest_goes_and_is_named(tmp_path: Path) -> None:
    models, outcome = published(tmp_path, 5)

    after = retained(outcome, models, keep=2)

    assert models.versions() == [4, 5]
    assert after == Outcome("published", "NDCG@10 .1; versions 1, 2 and 3 removed", 5, {"new": 5, "removed": [1, 2, 3]})
    assert sorted(path.name for path in (tmp_path / "retriever").iterdir()) == ["4", "5", "config.pbtxt"]


def test_one_version_too_many_is_one_that_goes(tmp_path: Path) -> None:
    models, outcome = published(tmp_path, 4)

    assert retained(outcome, models, keep=3).detail == "NDCG@10 .1; version 1 removed"
    assert models.versions() == [2, 3, 4]


def test_as_many_as_are_kept_lose_none(tmp_path: Path) -> None:
    models, outcome = published(tmp_path, 3)

    assert retained(outcome, models, keep=3) is outcome
    assert models.versions() == [1, 2, 3]


@pytest.mark.parametrize("result", ["refused", "skipped"])
def test_a_round_that_publishes_nothing_removes_nothing(tmp_path: Path, result: str) -> None:
    models, _ = published(tmp_path, 5)
    outcome = Outcome(result, "why", None, {})

    assert retained(outcome, models, keep=2) is outcome
    assert models.versions() == [1, 2, 3, 4, 5]


def test_numbers_that_are_missing_do_not_count(tmp_path: Path) -> None:
    models, outcome = published(tmp_path, 5)
    for model in ("recommender", "retriever"):
        shutil.rmtree(tmp_path / model / "4")

    retained(outcome, models, keep=2)

    assert models.versions() == [3, 5]


def test_a_version_that_cannot_be_removed_is_said_and_does_not_undo_the_round(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    models, outcome = published(tmp_path, 4)

    def refused(folder: Path) -> None:
        raise TrainingError(f"cannot remove {folder.name} (Permission denied)")

    monkeypatch.setattr(atomic, "remove_folder", refused)

    after = retained(outcome, models, keep=2)

    assert (after.result, after.version) == ("published", 4)
    assert after.detail == "NDCG@10 .1; old versions stay: cannot remove 1 (Permission denied)"
    assert models.versions() == [1, 2, 3, 4]


def test_a_version_that_is_pinned_stays_and_is_not_said_to_go(tmp_path: Path) -> None:
    models, outcome = published(tmp_path, 3)
    with (tmp_path / "recommender" / "config.pbtxt").open("a") as configuration:
        configuration.write("version_policy { specific { versions: [ 1 ] } }\n")

    assert retained(outcome, models, keep=2) is outcome
    assert models.versions() == [1, 2, 3]


def test_what_is_served_stays_however_many_versions_were_refused_since(tmp_path: Path) -> None:
    models, outcome = published(tmp_path, 6)

    after = retained(outcome, models, keep=2, served=lambda: {2})

    assert models.versions() == [2, 5, 6]
    assert after.figures["removed"] == [1, 3, 4]
    assert sorted(path.name for path in (tmp_path / "retriever").iterdir()) == ["2", "5", "6", "config.pbtxt"]


def test_nothing_goes_while_it_cannot_be_known_what_is_served(tmp_path: Path) -> None:
    models, outcome = published(tmp_path, 4)

    def unknown() -> set[int]:
        raise TrainingError("--model-server http://server can't be reached (refused)")

    after = retained(outcome, models, keep=2, served=unknown)

    assert (after.result, after.version) == ("published", 4)
    assert after.detail == "NDCG@10 .1; old versions stay: --model-server http://server can't be reached (refused)"
    assert models.versions() == [1, 2, 3, 4]


def test_servers_are_not_asked_while_nothing_is_old_enough(tmp_path: Path) -> None:
    models, outcome = published(tmp_path, 2)

    def unasked() -> set[int]:
        raise AssertionError("asked")

    assert retained(outcome, models, keep=2, served=unasked) is outcome
