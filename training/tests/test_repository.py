"""Publishing: numbered, checksummed, append-only, all or nothing."""

import hashlib
import json
from pathlib import Path

import pytest

from millrace_training import atomic, repository
from millrace_training.errors import TrainingError
from millrace_training.repository import Bundle, ModelRepository, feature_schema
from millrace_training.vocabulary import Vocabulary


def bundle(*ids: str) -> Bundle:
    return Bundle(
        retriever=b"graph",
        vocabulary=Vocabulary(ids),
        popular={"b": 2, "a": 2, "c": 5},
        max_history=100,
        training={"seed": 1},
        metrics={"targets": 0},
        parity={"rows": 1},
    )


def everything(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def test_a_version_holds_both_models_and_a_manifest_with_checksums(tmp_path: Path) -> None:
    assert ModelRepository(tmp_path).publish(bundle("a", "b")) == 1

    assert everything(tmp_path) == [
        "recommender",
        "recommender/1",
        "recommender/1/bundle.json",
        "recommender/1/popular.tsv",
        "recommender/1/retriever.onnx",
        "recommender/1/vocabulary.txt",
        "recommender/config.pbtxt",
        "retriever",
        "retriever/1",
        "retriever/1/model.onnx",
        "retriever/config.pbtxt",
    ]
    manifest = json.loads((tmp_path / "recommender/1/bundle.json").read_text())
    assert manifest["format"] == 1
    assert manifest["index"] == {"padding": 0, "start": 1, "unknown": 2, "first_item": 3}
    assert (manifest["max_history"], manifest["k"]) == (100, 100)
    for name, entry in manifest["files"].items():
        content = (tmp_path / "recommender/1" / name).read_bytes()
        assert entry == {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}


def test_popular_items_go_by_count_then_by_id(tmp_path: Path) -> None:
    ModelRepository(tmp_path).publish(bundle("a"))

    assert (tmp_path / "recommender/1/popular.tsv").read_text() == "c\t5\na\t2\nb\t2\n"


def test_the_next_number_is_above_both_models_highest(tmp_path: Path) -> None:
    models = ModelRepository(tmp_path)
    models.publish(bundle("a"))
    (tmp_path / "retriever" / "7").mkdir()

    assert models.publish(bundle("a", "b")) == 8
    assert models.latest() == 8
    assert models.vocabulary() == Vocabulary(("a", "b"))


def test_a_failure_in_the_middle_shows_no_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    models = ModelRepository(tmp_path)
    models.publish(bundle("a"))
    before = everything(tmp_path / "recommender")

    def full_disk(*_: object) -> dict[str, object]:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(repository, "_manifest", full_disk)
    with pytest.raises(TrainingError, match="disk full"):
        models.publish(bundle("a", "b"))

    assert everything(tmp_path / "recommender") == before
    assert models.latest() == 1


def test_a_failure_before_the_first_rename_leaves_no_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(atomic, "_flush", interrupted)
    with pytest.raises(KeyboardInterrupt):
        ModelRepository(tmp_path).publish(bundle("a"))

    assert everything(tmp_path) == ["retriever", "retriever/config.pbtxt"]


def test_the_feature_schema_is_hashed_over_its_exact_bytes() -> None:
    content = (Path(repository.__file__).parent / "feature_schema.json").read_bytes()

    assert feature_schema() == hashlib.sha256(content).digest()[:8].hex()


def test_the_feature_schema_is_the_one_of_the_contracts() -> None:
    contracts = Path(__file__).parents[2] / "schemas/src/main/resources/io/millrace/schemas/feature-schema.json"

    assert (Path(repository.__file__).parent / "feature_schema.json").read_bytes() == contracts.read_bytes()


def test_configurations_name_every_tensor_of_the_contract(tmp_path: Path) -> None:
    ModelRepository(tmp_path).publish(bundle("a"))

    raw = (tmp_path / "retriever/config.pbtxt").read_text()
    assert 'platform: "onnxruntime_onnx"' in raw
    assert raw.count("allow_ragged_batch: true") == 4
    assert raw.count("kind: BATCH_ACCUMULATED_ELEMENT_COUNT") == 2
    strings = (tmp_path / "recommender/config.pbtxt").read_text()
    assert 'backend: "millrace"' in strings
    assert strings.count("optional: true") == 9
    for text in (raw, strings):
        assert text.count("{") == text.count("}")
        assert text.count("[") == text.count("]")


def numbers(root: Path) -> dict[str, list[str]]:
    """Every folder of each model, hidden ones included."""
    return {
        model.name: sorted(each.name for each in model.iterdir() if each.is_dir()) for model in sorted(root.iterdir())
    }


def test_versions_below_a_number_are_removed_from_both_models(tmp_path: Path) -> None:
    models = ModelRepository(tmp_path)
    for _ in range(4):
        models.publish(bundle("a"))
    (tmp_path / "recommender" / "notes").mkdir()

    assert models.remove_below(3) == [1, 2]
    assert models.versions() == [3, 4]
    assert numbers(tmp_path) == {"recommender": ["3", "4", "notes"], "retriever": ["3", "4"]}
    assert models.remove_below(3) == []


def test_what_a_killed_removal_left_of_one_model_goes_with_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    models = ModelRepository(tmp_path)
    for _ in range(3):
        models.publish(bundle("a"))
    remove = atomic.remove_folder

    def killed(folder: Path) -> None:
        if folder.parent.name == "retriever":
            raise KeyboardInterrupt
        remove(folder)

    with monkeypatch.context() as patched:
        patched.setattr(atomic, "remove_folder", killed)
        with pytest.raises(KeyboardInterrupt):
            models.remove_below(2)
    assert numbers(tmp_path) == {"recommender": ["2", "3"], "retriever": ["1", "2", "3"]}

    assert models.remove_below(2) == [1]
    assert numbers(tmp_path) == {"recommender": ["2", "3"], "retriever": ["2", "3"]}


def test_a_publication_leaves_the_version_policy_as_it_is(tmp_path: Path) -> None:
    models = ModelRepository(tmp_path)
    models.publish(bundle("a"))
    path = tmp_path / "recommender" / "config.pbtxt"
    shipped = path.read_text()
    path.write_text(
        "# version_policy { all { } }\n" + shipped + "version_policy: { specific { versions: [ 1 ] } } # pin\n"
    )

    models.publish(bundle("a"))
    models.publish(bundle("a"))

    assert path.read_text() == shipped + "version_policy: { specific { versions: [ 1 ] } }\n"
    assert (tmp_path / "retriever" / "config.pbtxt").read_text().count("version_policy") == 0


@pytest.mark.parametrize(
    ("policy", "left"),
    [
        ("version_policy { specific { versions: [ 1, 3 ] } }", [1, 3, 5]),
        ("version_policy { specific { versions: 2 } }", [2, 5]),
        ("version_policy { latest { num_versions: 3 } }", [3, 4, 5]),
        ("version_policy { latest { } }", [5]),
        ("version_policy { all { } }", [5]),
        ("version_policy { specific { versions: [ 1 ] }", [5]),
    ],
)
def test_what_the_version_policy_serves_is_not_removed(tmp_path: Path, policy: str, left: list[int]) -> None:
    models = ModelRepository(tmp_path)
    for _ in range(5):
        models.publish(bundle("a"))
    with (tmp_path / "recommender" / "config.pbtxt").open("a") as configuration:
        configuration.write(policy + "\n")

    models.remove_below(5)

    assert models.versions() == left
    assert numbers(tmp_path)["retriever"] == [str(version) for version in left]
