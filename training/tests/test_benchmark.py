"""Benchmarks end to end on small data: they learn, choose on validation, and record what the page is made of."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from millrace_training import cli
from millrace_training.baselines.popularity import Popular
from millrace_training.baselines.transitions import Transitions
from millrace_training.benchmark import candidates, cost, recipe, recipe_names, report, running
from millrace_training.benchmark.candidates import Blended, BlendPart, Counted
from millrace_training.benchmark.running import BenchmarkJob
from millrace_training.benchmark.trained import Circumstances
from millrace_training.data import importing, mapping
from millrace_training.data.histories import Histories
from millrace_training.errors import TrainingError
from millrace_training.knowledge import augmentation, item_effect
from millrace_training.neural.trainer import Trainer
from millrace_training.profiles import tables as profile_tables
from millrace_training.protocols import measures, ranking, splits
from millrace_training.ranking import report as ranker_report

TRAINING = Path(__file__).parents[1]

NEURAL = {
    "kind": "BSARec",
    "dimensions": 16,
    "max_history": 8,
    "dropout": 0.1,
    "initial_std": 0.1,
    "training": {"batch_size": 64, "learning_rate": 0.005, "max_epochs": 8},
}
SMOKE: dict[str, Any] = {
    "dataset": "amazon-beauty",
    "protocol": "leave-one-out",
    "filter_seen": True,
    "seeds": [1, 2],
    "methods": {"popular": {"kind": "popular"}, "BSARec": NEURAL},
}


@pytest.fixture
def walks(tmp_path: Path) -> Path:
    """A source in which everybody walks the same ring of items from a place of their own."""
    starts = np.random.default_rng(3).integers(0, 15, 80).tolist()
    lines = [f"{user} " + " ".join(str((start + step) % 15) for step in range(9)) for user, start in enumerate(starts)]
    (tmp_path / "sequences.txt").write_text("\n".join(lines) + "\n")
    return tmp_path


def run(folder: Path, declared: dict[str, Any], work: Path | None = None) -> dict[str, dict[str, Any]]:
    files = running.run(BenchmarkJob(recipe.parse("smoke", declared), folder, folder / "results", work), lambda _: None)
    return {path.name: json.loads(path.read_text()) for path in files}


def test_a_smoke_recipe_learns_what_popularity_cannot_see(walks: Path) -> None:
    results = run(walks, SMOKE)

    popular, neural = results["smoke.popular.json"], results["smoke.bsarec.json"]
    assert neural["test"]["ndcg_at_10"]["mean"] > 0.9
    assert popular["test"]["ndcg_at_10"]["mean"] < 0.7
    assert (popular["seeds"], neural["seeds"]) == ([], [1, 2])
    assert [chosen["epochs"] > 0 for chosen in neural["chosen"]] == [True, True]


def test_a_result_says_what_was_measured_and_how_to_repeat_it(walks: Path) -> None:
    result = run(walks, {**SMOKE, "methods": {"popular": {"kind": "popular"}}})["smoke.popular.json"]

    assert (result["dataset"], result["protocol"], result["recipe"]) == ("amazon-beauty", "leave-one-out", "smoke")
    assert result["command"] == "./millrace train --recipe smoke --data amazon-beauty --results training/results"
    assert result["data"]["events"] == 720
    assert result["trained_on_events"] == 560
    assert result["cases"] == {"validation": 80, "test": 80}
    low, high = result["interval_95"]["ndcg_at_10"]
    assert low < result["test"]["ndcg_at_10"]["mean"] < high
    assert sum(group["cases"] for name, group in result["groups"].items() if name.startswith("user")) == 80
    assert sum(group["cases"] for name, group in result["groups"].items() if name.startswith("item")) == 80


def test_models_that_learn_differently_run_by_the_same_recipe(walks: Path) -> None:
    sasrec = {**NEURAL, "kind": "SASRec", "objective": "sampled", "negatives": 8}

    result = run(walks, {**SMOKE, "seeds": [1], "methods": {"SASRec": sasrec}})["smoke.sasrec.json"]

    assert result["test"]["ndcg_at_10"]["mean"] > 0.7
    assert result["settings"]["objective"] == "sampled"


def test_the_same_recipe_gives_the_same_results(walks: Path) -> None:
    assert run(walks, SMOKE) == run(walks, SMOKE)


def test_a_finished_training_is_not_repeated(walks: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    work = walks / "work"
    first = run(walks, SMOKE, work)
    monkeypatch.setattr(Trainer, "_train_epoch", None)

    assert run(walks, SMOKE, work) == first


def test_imported_data_give_the_same_results(walks: Path) -> None:
    declared = {**SMOKE, "methods": {"Markov": {"kind": "transitions", "depth": 1}}}
    importing.import_data(walks, mapping.load("amazon-beauty")).write(walks / "columns")

    from_columns = run(walks / "columns", declared)

    assert from_columns == run(walks, declared)


def test_a_refit_learns_the_validation_items(walks: Path) -> None:
    declared = {**SMOKE, "protocol": "leave-one-out, refit", "seeds": [1]}

    results = run(walks, declared)

    assert {result["trained_on_events"] for result in results.values()} == {640}
    assert results["smoke.bsarec.json"]["test"]["ndcg_at_10"]["mean"] > 0.9


def test_validation_chooses_the_weights_of_a_blend() -> None:
    starts = np.random.default_rng(5).integers(0, 9, 50).tolist()
    split = splits.leave_one_out(Histories.of([[(s + n) % 9 for n in range(6)] for s in starts], 9))
    # Popularity is drowned in noise here; only transitions know.
    blend = Blended(
        [BlendPart(Counted(Popular()), [1.0]), BlendPart(Counted(Transitions(1)), [0.0, 100.0], logarithm=True)], True
    )

    chosen = blend.choose(split)

    assert chosen == {"weights": [1.0, 100.0], "combinations_tried": 2}
    assert measures.accuracy(ranking.rank(blend, split.test).ranks)["hit_rate_at_1"] == 1.0
    assert not blend.random


def test_validation_chooses_what_interests_count(walks: Path) -> None:
    interests = {"kind": "interests", "of": NEURAL, "clusters": 3, "neighbours": 5, "smoothing": [0.5]}
    alone, beside = (
        run(walks, {**SMOKE, "seeds": [1], "methods": {"x": {**interests, "shares": shares}}})["smoke.x.json"]
        for shares in ([0.0], [0.0, 1.0])
    )
    plain = run(walks, {**SMOKE, "seeds": [1]})["smoke.bsarec.json"]

    assert alone["test"] == plain["test"]
    assert beside["chosen"][0]["combinations_tried"] == 2
    assert beside["validation"]["ndcg_at_10"]["mean"] >= plain["validation"]["ndcg_at_10"]["mean"]


def test_every_shipped_recipe_is_one() -> None:
    loaded = [recipe.load(name) for name in recipe_names()]

    assert len(loaded) > 5
    assert all(each.methods for each in loaded)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"colour": 1}, "'colour' is unknown"),
        ({"dataset": "netflix"}, "dataset 'netflix' is unknown; known are amazon-beauty"),
        ({"protocol": "sampled"}, "protocol 'sampled' is unknown; known are leave-one-out"),
        ({"seeds": []}, "at least one seed"),
        ({"methods": {"x": {"kind": "oracle"}}}, "recipe smoke, x: method 'oracle' is unknown; known are popular"),
        ({"methods": {"x": {"kind": "EASE"}}}, "recipe smoke, x: method 'EASE': wrong settings"),
        ({"methods": {"x": {**NEURAL, "depth": 3}}}, "recipe smoke, x: method 'BSARec': wrong settings"),
        ({"methods": {"x": {"kind": "SASRec", "objective": "hinge"}}}, "recipe smoke, x: objective 'hinge' is unknown"),
        ({"methods": {"x": {"kind": "blend"}}}, "recipe smoke, x: method 'blend': wrong settings"),
        (
            {"methods": {"x": {"kind": "interests", "of": NEURAL}}},
            "recipe smoke, x: method 'interests': wrong settings",
        ),
    ],
)
def test_a_wrong_recipe_is_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(TrainingError, match=message):
        recipe.parse("smoke", {**SMOKE, **change})
    with pytest.raises(TrainingError, match="'seeds' is missing"):
        recipe.parse("smoke", {key: value for key, value in SMOKE.items() if key != "seeds"})


def test_a_model_is_trained_before_it_is_asked() -> None:
    with pytest.raises(TrainingError, match="trained before it is asked"):
        candidates.build(NEURAL, Circumstances()).scores(Histories.of([], 9))


def page(folder: Path, text: str = f"# Quality\n\n{report.BEGIN}\nold\n{report.END}\n\nAfter.\n") -> Path:
    path = folder / "quality.md"
    path.write_text(text)
    return path


def test_the_page_shows_results_beside_published_figures(walks: Path) -> None:
    run(walks, {**SMOKE, "seeds": [1]})
    path = page(walks)

    assert cli.main(["report", "--results", str(walks / "results"), "--into", str(path)]) == 0

    text = path.read_text()
    assert text.startswith(f"# Quality\n\n{report.BEGIN}\n")
    assert text.endswith(f"{report.END}\n\nAfter.\n")
    assert "old" not in text
    assert "| *published:* BSARec, the authors' log, one seed | .1008 | .0611 |" in text
    assert text.index("| popular |") < text.index("| BSARec |")
    assert "- `./millrace train --recipe smoke --data amazon-beauty --results training/results`" in text
    assert "![Validation NDCG@10 by epoch](images/learning-amazon-beauty-leave-one-out.svg)" in text
    picture = (walks / "images" / "learning-amazon-beauty-leave-one-out.svg").read_text()
    assert ">BSARec</text>" in picture
    assert ">popular</text>" not in picture


def test_the_page_shows_how_far_seeds_lie_apart(walks: Path) -> None:
    result = run(walks, {**SMOKE, "methods": {"popular": {"kind": "popular"}}})["smoke.popular.json"]
    result["test"]["hit_rate_at_10"] = measures.over_seeds([{"it": 0.2}, {"it": 0.3}, {"it": 0.4}])["it"]
    result["test"]["ndcg_at_10"] = measures.over_seeds([{"it": 0.1}])["it"]
    result["seeds"] = [1, 2, 3]

    (row,) = [line for line in report.tables([result]).splitlines() if line.startswith("| popular | .3000")]

    assert row.startswith("| popular | .3000 ± .1000 | .1000 | ")
    assert row.endswith(" | 3 |")


def test_the_committed_page_is_made_of_the_committed_results() -> None:
    results, committed = TRAINING / "results", TRAINING.parent / "docs" / "quality.md"

    assert f"{report.BEGIN}\n{report.tables(report.read(results))}{report.END}" in committed.read_text()
    for name, picture in report.pictures(report.read(results)).items():
        assert (committed.parent / report.PICTURES / name).read_text() == picture


def test_the_page_and_its_picture_say_the_same_of_what_serving_costs() -> None:
    page = (TRAINING.parent / "docs" / "quality.md").read_text().replace("**", "")
    (costs,) = [each for each in report.read(TRAINING / "results") if each.get("kind") == cost.KIND]
    drawn = cost.picture(costs)

    assert f"]({report.PICTURES}/{cost.file_name(costs)})" in page
    assert costs["rows"]
    for row in costs["rows"]:
        measured = row["ndcg_at_10"] is not None
        hit, gain = (
            (f"{row[name]:.4f}"[1:] if measured else "not measured") for name in ("hit_rate_at_10", "ndcg_at_10")
        )
        assert f"| {row['name']} | {hit} | {gain} | {row['ms']} |" in page
        assert (f">{row['name']}</text>" in drawn) == measured


def test_every_committed_result_is_of_the_recipe_that_it_names() -> None:
    others = (profile_tables.KIND, ranker_report.KIND, cost.KIND, item_effect.KIND, augmentation.KIND)
    results = [each for each in report.read(TRAINING / "results") if each.get("kind") not in others]
    assert results
    for result in results:
        of_recipe = recipe.load(result["recipe"])
        recorded_as = {"temporal": "temporal, newest 20%"}.get(of_recipe.protocol, of_recipe.protocol)
        assert (result["dataset"], result["protocol"]) == (of_recipe.dataset, recorded_as)
        assert result["settings"] == of_recipe.methods[result["method"]]
        assert result["seeds"] in ([], list(of_recipe.seeds))


def test_a_page_without_markers_or_results_is_refused(walks: Path) -> None:
    run(walks, {**SMOKE, "methods": {"popular": {"kind": "popular"}}})

    with pytest.raises(TrainingError, match="are missing; put them"):
        report.write(walks / "results", page(walks, "# Quality\n"))
    with pytest.raises(TrainingError, match="can't be read"):
        report.write(walks / "results", walks / "none.md")
    with pytest.raises(TrainingError, match="no result files"):
        report.write(walks / "nothing", page(walks))
    (walks / "results" / "torn.json").write_text("{")
    with pytest.raises(TrainingError, match=r"torn.json: not a result file"):
        report.write(walks / "results", page(walks))


def test_the_commands_import_and_run(walks: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    columns, results = walks / "columns", walks / "results"
    loaded = recipe.parse("ml-1m-baselines", {**SMOKE, "methods": {"popular": {"kind": "popular"}}})
    monkeypatch.setattr(recipe, "load", lambda _: loaded)

    imported = ["import", "--data", str(walks), "--mapping", "amazon-beauty", "--to", str(columns)]
    trained = ["train", "--recipe", "ml-1m-baselines", "--data", str(columns), "--results", str(results)]

    assert (cli.main(imported), cli.main(trained)) == (0, 0)
    assert [path.name for path in results.iterdir()] == ["ml-1m-baselines.popular.json"]
