"""The whole rank command on a small stream: it completes a version, leaves the retriever alone, and measures."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from conftest import TINY, patterned_events, write_data
from millrace_training import cli, training
from millrace_training.benchmark import report
from millrace_training.errors import TrainingError
from millrace_training.ranking import dumps, job, measuring
from millrace_training.ranking.bundle import RankedBundle
from millrace_training.ranking.features import taken
from millrace_training.ranking.fitting import FitSettings
from millrace_training.ranking.job import RankJob
from millrace_training.training import TrainingJob


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ranked")
    write_data(folder / "data", patterned_events(users=40, events=20, items=40, seed=5))
    training.run(TrainingJob(folder / "data", "80%", folder / "models", TINY, command=["train"]), lambda _: None)
    return folder


def rank(folder: Path, until: str = "80%") -> RankJob:
    return RankJob(
        folder / "models", folder / "data", until, "rank", TINY, folder / "work", fit=FitSettings(epochs=1, negatives=8)
    )


def test_a_version_gets_a_ranker_and_keeps_its_retriever(trained: Path) -> None:
    version = trained / "models" / "recommender" / "1"
    before = (version / "retriever.onnx").read_bytes()

    ranked = job.run(rank(trained), lambda _: None)

    manifest = json.loads((version / "bundle.json").read_text())
    assert (version / "retriever.onnx").read_bytes() == before
    assert manifest["ranker"]["features"] == list(taken(manifest["sources"]))
    stars = manifest["ranker"]["training"]["rating"]
    beaten = stars["rating head"]["rmse"] >= stars["item mean"]["rmse"]
    assert manifest["ranker"].get("rating") == (None if beaten else {"least": 1, "most": 5})
    assert set(manifest["sources"]) == {"transitions", "cooccurrence", "popular", "popular_now", "rising"}
    assert {"ranker.onnx", "transitions.neighbours", "cooccurrence.neighbours"} <= set(manifest["files"])
    read = RankedBundle.read(version)
    assert read.catalogue.tables["transitions"].to_bytes() == ranked.catalogue.tables["transitions"].to_bytes()

    path = measuring.run(ranked, "ring", "SASRec", "rank", trained / "results", lambda _: None)
    result = json.loads(path.read_text())
    assert result["targets"] == 160
    assert result["union_recall"] >= result["sources"]["retriever"]
    assert "ring, ranker" in report.tables([result])


def test_a_version_gets_the_sources_that_are_asked_for(trained: Path) -> None:
    ranked = job.run(replace(rank(trained), also=("multi_interest",)), lambda _: None)

    version = trained / "models" / "recommender" / "1"
    manifest = json.loads((version / "bundle.json").read_text())
    assert manifest["sources"]["multi_interest"]["file"] == "multi_interest.neighbours"
    assert {"multi_interest", "multi_interest_place"} <= set(manifest["ranker"]["features"])
    assert manifest["ranker"]["training"]["sources"]["union"] > 0
    table = RankedBundle.read(version).catalogue.tables["multi_interest"]
    assert table.to_bytes() == ranked.catalogue.tables["multi_interest"].to_bytes()
    assert table.neighbours.tolist() != ranked.catalogue.tables["transitions"].neighbours.tolist()


def test_a_cut_that_the_retriever_was_not_trained_with_is_refused(trained: Path) -> None:
    with pytest.raises(TrainingError, match="same ones"):
        job.run(rank(trained, "70%"), lambda _: None)


def test_an_empty_repository_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="has no version"):
        job.run(rank(tmp_path), lambda _: None)


_MODELS = Path(__file__).parents[2] / "model-server" / "src" / "test" / "resources" / "ranked-models"


def dumped() -> list[dict]:
    golden = json.loads((_MODELS / "ranker-features-golden.json").read_text(encoding="utf-8"))
    return [
        {
            "items": row["item_id"],
            "event_types": row["event_type"],
            "ages_s": row["age_s"],
            "exclude": row["exclude_id"],
            "popular": list(zip(row["popular_id"], row["popular_count"], strict=True)),
            "profile": row["profile"],
            "features": golden["features"],
            "candidates": [{"id": each["id"], "values": each["values"]} for each in row["candidates"]],
        }
        for row in golden["rows"]
    ]


def write(path: Path, lists: list[dict]) -> Path:
    path.write_text("".join(json.dumps(each) + "\n" for each in lists))
    return path


def test_a_dump_of_right_features_passes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path / "dump", dumped())

    assert cli.main(["feature-parity", "--models", str(_MODELS), "--dump", str(path)]) == 0
    assert "values of 20 lists compared" in capsys.readouterr().out


def test_one_wrong_value_is_found(tmp_path: Path) -> None:
    lists = dumped()
    lists[5]["candidates"][2]["values"][lists[5]["features"].index("text")] += 0.01

    with pytest.raises(TrainingError, match="differ"):
        dumps.check(_MODELS, write(tmp_path / "dump", lists), lambda _: None)


@pytest.mark.parametrize("content", ["", "{}\n", "nothing\n", "[1]\n"])
def test_what_is_no_dump_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "dump"
    path.write_text(content)

    with pytest.raises(TrainingError, match="dump"):
        dumps.check(_MODELS, path, lambda _: None)
