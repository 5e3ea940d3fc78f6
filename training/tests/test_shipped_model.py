"""The model in ``models/`` is whole, loads, and does what its manifest says."""

import hashlib
import json
import os
from pathlib import Path

import numpy as np
import pytest

from millrace_training import evaluation, interactions, triton
from millrace_training.repository import ModelRepository, feature_schema
from millrace_training.serving import NOT_RETURNED, ExportedRetriever, Row
from millrace_training.windows import Sequences

MODELS = ModelRepository(Path(__file__).parents[2] / "models")
DATA = os.environ.get("MILLRACE_ML_100K")


@pytest.fixture
def folder() -> Path:
    version = MODELS.latest()
    assert version is not None
    return MODELS.folder(version)


@pytest.fixture
def manifest(folder: Path) -> dict:
    return json.loads((folder / "bundle.json").read_text())


@pytest.fixture
def session(folder: Path) -> ExportedRetriever:
    return ExportedRetriever((folder / "retriever.onnx").read_bytes())


def test_its_files_have_the_recorded_checksums(folder: Path, manifest: dict) -> None:
    assert set(manifest["files"]) == {each.name for each in folder.iterdir()} - {"bundle.json"}
    for name, entry in manifest["files"].items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == entry["sha256"]


def test_it_is_made_for_the_current_features_and_configurations(manifest: dict) -> None:
    assert manifest["feature_schema"] == feature_schema()
    assert (MODELS.root / "recommender/config.pbtxt").read_text() == triton.recommender_config()
    assert (MODELS.root / "retriever/config.pbtxt").read_text() == triton.retriever_config()


def test_the_raw_model_is_the_same_graph(folder: Path) -> None:
    raw = MODELS.root / "retriever" / folder.name / "model.onnx"

    assert raw.read_bytes() == (folder / "retriever.onnx").read_bytes()


def test_it_fills_a_list_for_somebody_new(session: ExportedRetriever) -> None:
    candidates, scores = session.retrieve([Row()])

    assert (scores > NOT_RETURNED).all()
    assert len(set(candidates[0].tolist())) == 100


def test_it_beats_every_counting_method_by_its_own_record(manifest: dict) -> None:
    recorded = dict(manifest["metrics"]["test"])
    model = recorded.pop("sasrec_demo")

    assert model["hit_rate_at_10"] >= 2 * recorded["popular"]["hit_rate_at_10"]
    assert all(model["ndcg_at_10"] > other["ndcg_at_10"] for other in recorded.values())


if DATA:

    def test_it_reproduces_its_recorded_metrics(session: ExportedRetriever, manifest: dict) -> None:
        stream = interactions.read(Path(DATA)).by_time()
        cut = manifest["training"]["events"]
        expected = list(evaluation.targets(stream, cut))

        ranks = evaluation.rank_exported(session, Sequences.of(stream, MODELS.vocabulary()), expected, lambda _: None)

        recorded = manifest["metrics"]["test"]["sasrec_demo"]
        # Another processor adds in another order, which may swap near ties: a few ranks in 19,808.
        assert len(ranks) == manifest["metrics"]["targets"]
        assert evaluation.summary(ranks) == pytest.approx(recorded, abs=5e-4)
        assert np.all(ranks >= 1)
