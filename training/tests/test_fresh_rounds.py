"""Rounds that go on from a version: what is learned, what is kept, when nothing is published."""

import json
import os
import shutil
import signal
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest

from conftest import TINY, patterned_events, random_model, write_data
from millrace_training import evaluation, interactions, retriever, training
from millrace_training.errors import TrainingError
from millrace_training.fresh import interruption, repeating, training_round, warm_start
from millrace_training.fresh.carrying import Published
from millrace_training.fresh.collecting import Collected
from millrace_training.fresh.durations import Every, seconds
from millrace_training.fresh.repeating import Repetition
from millrace_training.fresh.training_round import Outcome, Round, RoundSettings
from millrace_training.interactions import Interactions
from millrace_training.ranking import job
from millrace_training.ranking.bundle import RankedBundle
from millrace_training.ranking.fitting import FitSettings
from millrace_training.repository import ModelRepository
from millrace_training.serving import NOT_RETURNED, ExportedRetriever
from millrace_training.training import TrainingJob
from millrace_training.vocabulary import UNKNOWN, Vocabulary
from millrace_training.windows import Sequences

WALK = patterned_events(users=40, events=36, items=40, seed=5)
OLD = WALK[: 40 * 20]
NEW = [
    (user, item.replace("i", "n") if int(item[1:]) % 4 == 0 else item, rating, time)
    for user, item, rating, time in WALK[40 * 20 :]
]
"""The ring goes on, with every fourth item replaced by a new one."""


def read(folder: Path, rows: list) -> Interactions:
    return interactions.read(write_data(folder, rows)).by_time()


@pytest.fixture(scope="module")
def ranked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A version with a ranker, made of the old events."""
    folder = tmp_path_factory.mktemp("fresh")
    write_data(folder / "data", OLD)
    training.run(TrainingJob(folder / "data", "100%", folder / "models", TINY, command=["train"]), lambda _: None)
    settings = FitSettings(epochs=1, negatives=8)
    job.run(
        job.RankJob(folder / "models", folder / "data", "100%", "rank", TINY, folder / "work", fit=settings),
        lambda _: None,
    )
    return folder


@pytest.fixture
def models(ranked: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModelRepository:
    monkeypatch.setattr(training_round, "RECIPES", {"tiny": TINY})
    return ModelRepository(Path(shutil.copytree(ranked / "models", tmp_path / "models")))


def round_on(models: ModelRepository, events: Interactions, **settings: object) -> Round:
    collected = Collected(events, {0: (3, 3 + len(events))}, {"duplicate": 2})
    return Round(RoundSettings(models, epochs=6, learning_rate=5e-3, **settings), collected, "interactions")


def manifest(models: ModelRepository, version: int) -> dict:
    return json.loads((models.folder(version) / "bundle.json").read_text())


def without_ranker(models: ModelRepository) -> None:
    described = manifest(models, 1)
    for name in ("ranker", "sources"):
        del described[name]
    (models.folder(1) / "bundle.json").write_text(json.dumps(described))


def test_a_round_learns_what_is_new_and_keeps_the_ranker(models: ModelRepository, tmp_path: Path) -> None:
    events = read(tmp_path / "data", OLD + NEW)

    outcome = round_on(models, events).run()

    assert (outcome.result, outcome.version) == ("published", 2)
    assert outcome.figures["new"] == len(NEW)
    assert outcome.figures["ndcg_at_10"] > 1.2 * outcome.figures["replaced_ndcg_at_10"]
    before, after = manifest(models, 1), manifest(models, 2)
    assert after["training"]["starts_from"] == 1
    assert after["training"]["kafka"] == {
        "topic": "interactions",
        "offsets": {"0": [3, 3 + len(events)]},
        "left_out": {"duplicate": 2},
    }
    assert set(after["files"]) == set(before["files"])
    assert (after["ranker"], after["sources"]) == (before["ranker"], before["sources"])
    assert {"popular", "transitions5", "sasrec_tiny", "ranked"} == set(after["metrics"]["test"])
    old_lines = (models.folder(1) / "vocabulary.txt").read_text().splitlines()
    new_lines = (models.folder(2) / "vocabulary.txt").read_text().splitlines()
    assert new_lines[: len(old_lines)] == old_lines
    assert len(new_lines) == len(old_lines) + 10
    assert RankedBundle.read(models.folder(2)).catalogue.tables["transitions"].items == len(new_lines)


def test_a_new_item_is_to_the_ranker_one_that_it_does_not_know(models: ModelRepository, tmp_path: Path) -> None:
    round_on(models, read(tmp_path / "data", OLD + NEW)).run()

    before = onnx.load(models.folder(1) / "ranker.onnx")
    after = {
        each.name: onnx.numpy_helper.to_array(each)
        for each in onnx.load(models.folder(2) / "ranker.onnx").graph.initializer
    }
    grown = 0
    for each in before.graph.initializer:
        table, wider = onnx.numpy_helper.to_array(each), after[each.name]
        if table.shape != wider.shape:
            grown += 1
            np.testing.assert_array_equal(wider[: len(table)], table)
            np.testing.assert_array_equal(wider[len(table) :], np.repeat(table[UNKNOWN : UNKNOWN + 1], 10, axis=0))
    # A ranker without attention looks nothing up by item.
    assert grown in (0, 2)


def test_a_version_that_would_be_worse_is_not_published(models: ModelRepository, tmp_path: Path) -> None:
    without_ranker(models)
    ruined = RoundSettings(models, epochs=2, learning_rate=0.9)

    outcome = Round(ruined, Collected(read(tmp_path / "data", WALK), {}, {}), "interactions").run()

    assert outcome.result == "refused"
    assert "nothing was published" in outcome.detail
    assert models.latest() == 1
    assert [each.name for each in (models.root / "recommender").iterdir() if each.is_dir()] == ["1"]


def test_nothing_new_is_no_round(models: ModelRepository, tmp_path: Path) -> None:
    outcome = round_on(models, read(tmp_path / "data", OLD)).run()

    assert (outcome.result, outcome.version) == ("skipped", None)
    assert outcome.detail == "nothing newer than version 1"


def test_without_users_known_before_there_is_nothing_to_evaluate_on(models: ModelRepository, tmp_path: Path) -> None:
    strangers = [(f"s{number}", "i1", 3, 2_000_000 + number) for number in range(150)]

    outcome = round_on(models, read(tmp_path / "data", OLD + strangers)).run()

    assert outcome.result == "skipped"
    assert outcome.detail.startswith("0 events to evaluate on")


def test_a_version_without_a_ranker_stays_without_one(models: ModelRepository, tmp_path: Path) -> None:
    without_ranker(models)

    outcome = round_on(models, read(tmp_path / "data", OLD + NEW)).run()

    assert outcome.result == "published"
    assert set(manifest(models, 2)["files"]) == {"retriever.onnx", "vocabulary.txt", "popular.tsv"}


def test_texts_and_vectors_grow_with_the_vocabulary(models: ModelRepository, tmp_path: Path) -> None:
    folder, count = models.folder(1), len(models.vocabulary().ids)
    described = manifest(models, 1)
    (folder / "items.tsv").write_text("title\tattribute\n" * count)
    (folder / "item-vectors.f16").write_bytes(np.ones((count, 384), dtype="<f2").tobytes())
    described["files"] |= {"items.tsv": {}, "item-vectors.f16": {}}
    described |= {"fusion": {"steps": []}, "text_encoder": "words"}
    (folder / "bundle.json").write_text(json.dumps(described))

    assert round_on(models, read(tmp_path / "data", OLD + NEW)).run().version == 2

    lines = (models.folder(2) / "items.tsv").read_text().split("\n")
    assert lines[count - 1 : count + 1] == ["title\tattribute", "\t"]
    vectors = np.frombuffer((models.folder(2) / "item-vectors.f16").read_bytes(), dtype="<f2").reshape(-1, 384)
    assert len(vectors) == len(lines) - 1 == count + 10
    assert not vectors[count:].any()
    assert manifest(models, 2)["fusion"] == {"steps": []}


def asking_for_new_items(models: ModelRepository, days: float = 2) -> None:
    """A version that has vectors and asks for new items, of which it knows i1."""
    described = manifest(models, 1)
    described["sources"]["fresh"] = {"quota": 5, "events": 5, "decay": 0.9, "days": days, "file": "fresh.tsv"}
    (models.folder(1) / "bundle.json").write_text(json.dumps(described))
    newest_s = read_until(models)
    (models.folder(1) / "fresh.tsv").write_text(f"i1\t{newest_s}\ni2\t1\n")


def read_until(models: ModelRepository) -> int:
    return Published.read(models.folder(1)).until_s


def test_what_nobody_has_met_is_new_in_the_next_version(models: ModelRepository, tmp_path: Path) -> None:
    asking_for_new_items(models)
    events = read(tmp_path / "data", OLD + NEW)
    newest_s = int(events.time_s[-1])
    asked = []

    def changed(since_s: int) -> dict[str, int]:
        asked.append(since_s)
        return {"i1": newest_s, "unmet": newest_s + 99, "older": newest_s - 5}

    collected = Collected(events, {0: (0, len(events))}, {})
    settings = RoundSettings(models, epochs=2, learning_rate=5e-3)
    outcome = Round(settings, collected, "interactions", changed=changed).run()

    assert outcome.version == 2
    assert asked == [newest_s - 2 * 86_400]
    ids = (models.folder(2) / "vocabulary.txt").read_text().splitlines()
    assert ids[-2:] == ["unmet", "older"]
    since = dict(line.split("\t") for line in (models.folder(2) / "fresh.tsv").read_text().splitlines())
    came = [item for item in ids if item.startswith("n")]
    assert set(since) == {"i1", "unmet", "older", *came}
    assert (since["unmet"], since["older"]) == (str(newest_s), str(newest_s - 5))
    assert "fresh.tsv" in manifest(models, 2)["files"]
    # The retriever never returns what it has learned nothing of.
    session = ExportedRetriever((models.folder(2) / "retriever.onnx").read_bytes())
    found, scores = session.retrieve([evaluation.row(Sequences.of(events, Vocabulary(tuple(ids))), range(5))])
    assert not np.isin(found[scores > NOT_RETURNED], [len(ids) + 1, len(ids) + 2]).any()


def test_a_version_that_does_not_ask_for_new_items_has_none(models: ModelRepository, tmp_path: Path) -> None:
    collected = Collected(read(tmp_path / "data", OLD + NEW), {0: (0, 1)}, {})
    settings = RoundSettings(models, epochs=2, learning_rate=5e-3)

    Round(settings, collected, "interactions", changed=lambda _: {"unmet": 2**40}).run()

    assert "unmet" not in (models.folder(2) / "vocabulary.txt").read_text()
    assert "fresh.tsv" not in manifest(models, 2)["files"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"feature_schema": "0"}, "made for other features"),
        ({"training": {"recipe": "huge"}}, "recipe huge, which is not known"),
        ({"training": {"recipe": "tiny", "until": "yesterday"}}, "is 'yesterday' and no time"),
    ],
)
def test_a_version_that_cannot_be_gone_on_from_is_named(
    models: ModelRepository, tmp_path: Path, change: dict, message: str
) -> None:
    (models.folder(1) / "bundle.json").write_text(json.dumps({**manifest(models, 1), **change}))

    with pytest.raises(TrainingError, match=message):
        round_on(models, read(tmp_path / "data", OLD + NEW))


def test_an_empty_repository_has_nothing_to_go_on_from(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="has no version to go on from"):
        round_on(ModelRepository(tmp_path / "none"), read(tmp_path / "data", OLD))


def test_weights_come_back_from_the_graph(tmp_path: Path) -> None:
    model = random_model(TINY, size=153)
    allowed = np.ones(model.size, dtype=np.bool_)
    graph = retriever.export(model, TINY, allowed)

    again = retriever.export(warm_start.read(graph, TINY, 160, 153, seed=1).eval(), TINY, np.ones(160, dtype=np.bool_))

    events = read(tmp_path / "data", OLD)
    sequences = Sequences.of(events, Vocabulary(events.item_ids))
    profile = np.linspace(-0.05, 0.05, 384, dtype=np.float32)
    rows = [
        replace(evaluation.row(sequences, target.history), profile=profile)
        for target in evaluation.targets(events, 500)
    ]
    first, second = (ExportedRetriever(each) for each in (graph, again))
    scores = _by_item(*first.retrieve(rows)), _by_item(*second.retrieve(rows))
    shared = [known.keys() & found.keys() for known, found in zip(*scores, strict=True)]
    # Items that only the second has may take places from some.
    assert min(len(each) for each in shared) >= 90
    for known, found, both in zip(*scores, shared, strict=True):
        assert max(abs(known[item] - found[item]) for item in both) < 2e-3


def _by_item(candidates: np.ndarray, scores: np.ndarray) -> list[dict[int, float]]:
    return [dict(zip(*row, strict=True)) for row in zip(candidates.tolist(), scores.tolist(), strict=True)]


def test_a_graph_of_another_size_is_refused() -> None:
    graph = retriever.export(random_model(TINY, 120), TINY, np.ones(120, dtype=np.bool_))
    with pytest.raises(TrainingError, match="it is 16 wide, the recipe 32"):
        warm_start.read(graph, replace(TINY, dimensions=32), 120, 120, 1)
    with pytest.raises(TrainingError, match="more than the recipe's 1 layers"):
        warm_start.read(graph, replace(TINY, layers=1), 120, 120, 1)
    with pytest.raises(TrainingError, match="can't be read"):
        warm_start.read(b"x", TINY, 120, 120, 1)


class Scripted:
    """Rounds that do what a script says, and a clock that only they move."""

    def __init__(self, *script: Outcome | Exception, waiting: list[int] | None = None) -> None:
        self.script = list(script)
        self.waits = waiting or []
        self.now_s = 0.0
        self.said: list[str] = []
        self.stop = threading.Event()

    def run(self) -> Outcome:
        self.now_s += 7.0
        step = self.script.pop(0)
        if not self.script:
            self.stop.set()
        if isinstance(step, Exception):
            raise step
        return step

    def waiting(self) -> int:
        return self.waits.pop(0)

    def repetition(self, every: Every, as_json: bool = False) -> Repetition:
        return Repetition(every, self.waiting, self.run, self.said.append, as_json, lambda: self.now_s, self.stop)


PUBLISHED = Outcome("published", "NDCG@10 .1", 4, {"events": 1_000, "new": 20})


def test_every_round_has_a_line_whatever_becomes_of_it() -> None:
    script = Scripted(TrainingError("no broker"), ValueError("odd"), Outcome("skipped", "nothing", None, {}), PUBLISHED)

    script.repetition(Every(seconds=0.001)).go()

    assert script.said == [
        "round 1 · failed · no broker · 7.0 s",
        "round 2 · failed · ValueError: odd · 7.0 s",
        "round 3 · skipped · nothing · 7.0 s",
        "round 4 · version 4 published · NDCG@10 .1 · 1,000 events, 20 new · 7.0 s",
    ]


def test_lines_are_json_for_whoever_asks() -> None:
    script = Scripted(PUBLISHED)

    script.repetition(Every(seconds=0.001), as_json=True).go()

    assert [json.loads(line) for line in script.said] == [
        {
            "round": 1,
            "result": "published",
            "version": 4,
            "seconds": 7.0,
            "detail": "NDCG@10 .1",
            "events": 1_000,
            "new": 20,
        }
    ]


def test_a_count_waits_for_so_many_events() -> None:
    script = Scripted(PUBLISHED, PUBLISHED, waiting=[3, 1_999, 2_000, 0, 2_500])
    repetition = script.repetition(Every(events=2_000))
    repetition.stop.wait = lambda _=None: False  # type: ignore[method-assign]

    repetition.go()

    assert repetition.rounds == 2
    assert script.waits == []


@pytest.mark.parametrize(("text", "expected"), [("90s", 90), ("10m", 600), ("1.5h", 5_400), ("30d", 2_592_000)])
def test_times_are_read(text: str, expected: float) -> None:
    assert seconds(text) == expected
    assert Every.parse(text) == Every(seconds=expected)


@pytest.mark.parametrize("text", ["", "0", "0m", "-3", "5w", "m", "1e3"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="must be"):
        Every.parse(text)


def test_a_number_is_a_count_of_events() -> None:
    assert Every.parse("2000") == Every(events=2_000)


def test_two_trainings_do_not_share_a_repository(tmp_path: Path) -> None:
    with (
        repeating.alone(tmp_path / "models"),
        pytest.raises(TrainingError, match="another training"),
        repeating.alone(tmp_path / "models"),
    ):
        pass
    with repeating.alone(tmp_path / "models"):
        pass


def test_termination_interrupts_and_waits_for_what_must_be_whole() -> None:
    done = []
    with pytest.raises(KeyboardInterrupt), interruption.interrupted_by_termination():
        with interruption.undisturbed():
            os.kill(os.getpid(), signal.SIGTERM)
            done.append("whole")
        done.append("after")
    assert done == ["whole"]
