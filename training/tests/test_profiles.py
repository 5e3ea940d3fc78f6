"""Profiles beside the retriever: texts, keywords, the rule, fusion, written profiles, bundles."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from conftest import TINY, patterned_events, stream, write_data
from millrace_training import fitting, interactions, retriever
from millrace_training.benchmark import report
from millrace_training.errors import TrainingError
from millrace_training.profiles import describing, effect, sources, statements, texts, weights, written
from millrace_training.profiles.encoder import Vectors
from millrace_training.profiles.keywords import KeywordIndex, words
from millrace_training.profiles.pools import CANDIDATES, POPULAR, Pools, Question, Weights
from millrace_training.profiles.rule import Event, RuleProfiles, sentence
from millrace_training.profiles.texts import ItemText
from millrace_training.protocols.measures import interval_over
from millrace_training.repository import Bundle, ModelRepository, Sources
from millrace_training.vocabulary import FIRST_ITEM, Vocabulary

SERVER = Path(__file__).parents[2] / "model-server/src/test/resources/io/millrace/server/sources"


@pytest.fixture
def examples() -> dict:
    return json.loads((SERVER / "keyword-examples.json").read_text(encoding="utf-8"))


def test_keywords_score_items_as_the_server_does(examples: dict) -> None:
    index = KeywordIndex([ItemText(item["title"], tuple(item["attributes"])) for item in examples["items"]])

    for example in examples["keywords"]:
        assert index.scores([(example["keyword"], 1.0)]) == pytest.approx(example["scores"], abs=2e-6)
    assert (index.scores([("crime", -0.5)]) <= 0).all()


def test_texts_are_cut_into_the_same_words(examples: dict) -> None:
    for example in examples["words"]:
        assert words(example["text"]) == example["words"]


def test_item_texts_are_read_with_every_other_column_as_attributes(tmp_path: Path) -> None:
    assert texts.read(tmp_path) == {}
    (tmp_path / "items.tsv").write_text("item\ttitle\tyear\tgenres\n1\tHeat\t1995\tAction|Crime\n2\tUnknown\t\t\n")

    read = texts.read(tmp_path)

    assert read == {"1": ItemText("Heat", ("1995", "Action", "Crime")), "2": ItemText("Unknown")}
    assert read["1"].sentence() == "Heat. 1995, Action, Crime"
    assert texts.to_bytes([read["1"], ItemText(), ItemText("a\tb|c")]) == b"Heat\t1995|Action|Crime\n\t\na b c\t\n"
    (tmp_path / "items.tsv").write_text("item\tname\n")
    with pytest.raises(TrainingError, match="column 'title' is missing"):
        texts.read(tmp_path)
    (tmp_path / "items.tsv").write_text("item\ttitle\n1\n")
    with pytest.raises(TrainingError, match=r"items.tsv:2: 1 columns, expected 2"):
        texts.read(tmp_path)


CATALOGUE = {
    "a": ItemText("A", ("Drama", "1995")),
    "b": ItemText("B", ("Drama", "War")),
    "c": ItemText("C", ("Comedy",)),
    "d": ItemText("D", ("Horror",)),
}
RULE = RuleProfiles(CATALOGUE, {"a": 1, "b": 1, "c": 4, "d": 4})


def test_the_rule_names_what_is_met_more_often_than_everywhere() -> None:
    claims = RULE.claims([Event("a", 5.0), Event("b", 4.0), Event("d", 1.0), Event("d", 2.0), Event("c", 3.0)])

    assert [text for text, weight in claims if weight > 0] == ["Drama", "War"]
    assert [text for text, weight in claims if weight < 0] == ["Horror"]
    assert all(0 < abs(weight) < 1 for _, weight in claims)
    assert sentence(claims) == "Drama, War"
    assert RULE.claims([]) == ()
    assert RULE.claims([Event("nobody's", None)]) == ()


def test_statements_are_made_from_the_earlier_likes_of_new_users() -> None:
    events = [("old", "a", 0)] + [("old", "b", 5)] * 4
    events += [("new", item, 10 + at) for at, item in enumerate("abcd")] + [("few", "a", 20)]

    cases = statements.cases(stream(events), 1, RULE)

    assert [case.user for case in cases] == [1]
    assert cases[0].claims == (("Drama", 1.0), ("War", 1.0))
    assert cases[0].targets == (7, 8)
    assert cases[0].text() == "I like Drama. I like War."


def naive_rank(question: Question, popularity: np.ndarray, described: np.ndarray, chosen: Weights) -> float:
    def scaled(scores: np.ndarray | None, centre: bool) -> np.ndarray:
        if scores is None or scores.std() < 1e-9:
            return np.zeros(len(popularity))
        return (scores - (scores.mean() if centre else 0)) / scores.std()

    zs = (question.scores - question.scores.mean()) / question.scores.std()
    retrieved = np.full(len(popularity), zs[-1])
    retrieved[question.candidates] = zs
    pool = set(question.candidates.tolist())
    fused = retrieved
    for scores, weight, centre in (
        (question.keywords, chosen.keywords, False),
        (question.cosines, chosen.profile, True),
    ):
        source = scaled(scores, centre)
        fused = fused + weight * source
        may = [i for i in range(len(source)) if source[i] > 0 and described[i] and i not in question.excluded]
        best = sorted(may, key=lambda i: (-source[i], popularity[i]))
        pool |= set(best[:CANDIDATES]) if weight > 0 else set()
    order = sorted(pool, key=lambda i: (-round(fused[i], 9), popularity[i]))
    return order.index(question.target) + 1 if question.target in order else np.inf


def test_ranks_are_those_of_a_naive_fusion() -> None:
    random = np.random.default_rng(4)
    items = 150
    popularity = random.permutation(items)
    described = random.random(items) > 0.1
    questions = []
    for number in range(40):
        excluded = random.choice(items, 5, replace=False)
        free = np.setdiff1d(np.arange(items), excluded)
        candidates = random.choice(free, 20, replace=False)
        questions.append(
            Question(
                int(random.choice(items)) if number else -2,
                candidates,
                np.sort(random.normal(size=20))[::-1],
                excluded,
                np.where(random.random(items) < 0.5, random.integers(-2, 4, items), 0).astype(float)
                if number % 3
                else None,
                random.normal(size=items) if number % 4 else None,
            )
        )
    pools = Pools(questions, popularity, described.astype(float))
    for chosen in (Weights(), Weights(0.5, 0), Weights(0, 1), Weights(0.3, 0.7)):
        expected = [naive_rank(each, popularity, described, chosen) for each in questions]
        assert pools.ranks(chosen).tolist() == expected


def test_weights_that_harm_are_off_and_weights_that_do_not_are_on() -> None:
    def pools(target: int) -> Pools:
        keywords = np.zeros(30)
        keywords[20] = 1.0
        question = Question(target, np.arange(10), np.linspace(3, 0, 10), np.zeros(0, dtype=int), keywords, None)
        return Pools([question] * 4, np.arange(30), np.ones(30))

    everyone = np.ones(4, dtype=bool)
    assert weights.best(pools(20), everyone).keywords == max(weights.GRID)
    assert weights.best(pools(0), everyone).keywords < max(weights.GRID)
    assert weights.best(pools(0), ~everyone) == Weights()
    fusion = weights.as_json([(0, Weights(1, 0)), (5, Weights(0.1, 0.2))])
    assert weights.of_length(fusion, 4) == Weights(1, 0)
    assert weights.of_length(fusion, 5) == Weights(0.1, 0.2)


def test_the_base_of_lists_for_nobody_is_written_and_read() -> None:
    fusion = weights.as_json([(0, Weights(0.1, 0.2, POPULAR)), (1, Weights(0.3, 0))])
    assert [step.get("base") for step in fusion["steps"]] == ["popular", None]
    assert weights.of_length(fusion, 0) == Weights(0.1, 0.2, POPULAR)
    assert weights.of_length(fusion, 1) == Weights(0.3, 0)


def test_written_profiles_are_read_with_what_they_were_written_from(tmp_path: Path) -> None:
    vector = np.arange(384).astype("<f2")
    record = {
        "userId": "u",
        "version": 2,
        "interests": [{"text": "Drama", "weight": 0.5, "evidence": ["e"]}],
        "dislikes": [{"text": "War", "weight": 0.75, "evidence": ["f"]}],
        "model": "m",
        "eventCount": 7,
        "vector": {"bytes": vector.tobytes().decode("latin-1")},
    }
    file = tmp_path / "profiles.jsonl"
    file.write_text("\n".join(json.dumps(each) for each in (record, {**record, "eventCount": 3, "vector": None})))

    versions = written.read(file)["u"]

    assert [each.events for each in versions] == [3, 7]
    assert versions[0].claims == (("War", -0.75), ("Drama", 0.5))
    assert versions[0].vector is None
    assert versions[1].vector == pytest.approx(vector.astype(np.float32))
    for broken, said in (({**record, "eventCount": 0}, "eventCount is 0"), ({"userId": "u"}, "not a user profile")):
        file.write_text(json.dumps(broken))
        with pytest.raises(TrainingError, match=said):
            written.read(file)


def published(folder: Path, content: bytes) -> dict:
    fusion = weights.as_json([(0, Weights(1, 0.5, POPULAR))])
    ModelRepository(folder).publish(
        Bundle(
            retriever=b"graph",
            vocabulary=Vocabulary(("1", "2", "3")),
            popular={"1": 2, "2": 1},
            max_history=100,
            training={},
            metrics={},
            parity={},
            sources=Sources(content, np.ones((3, 384), dtype=np.float32), "all-MiniLM-L6-v2", fusion),
        )
    )
    return json.loads((folder / "recommender/1/bundle.json").read_text())


def test_a_bundle_holds_vectors_weights_and_texts_where_they_may_be_there(tmp_path: Path) -> None:
    manifest = published(tmp_path / "with", b"Heat\tCrime\n\t\n\t\n")

    assert manifest["files"]["item-vectors.f16"]["bytes"] == 3 * 384 * 2
    assert manifest["fusion"]["steps"] == [{"from_events": 0, "keywords": 1, "profile": 0.5, "base": "popular"}]
    assert manifest["sources"] == {"popular": {"quota": 30}}
    assert manifest["text_encoder"] == "all-MiniLM-L6-v2"
    assert (tmp_path / "with/recommender/1/items.tsv").read_bytes() == b"Heat\tCrime\n\t\n\t\n"
    assert "items.tsv" not in published(tmp_path / "without", b"")["files"]


def test_texts_are_added_to_a_copy_for_items_that_may_be_recommended(tmp_path: Path) -> None:
    published(tmp_path / "models", b"")
    data = tmp_path / "data"
    data.mkdir()
    with pytest.raises(TrainingError, match=r"has no items.tsv"):
        describing.describe(tmp_path / "models", data, tmp_path / "copy")
    (data / "items.tsv").write_text("item\ttitle\tgenre\n1\tHeat\tCrime\n3\tMasked\tWar\n")

    describing.describe(tmp_path / "models", data, tmp_path / "copy")

    bundle = tmp_path / "copy/recommender/1"
    assert (bundle / "items.tsv").read_bytes() == b"Heat\tCrime\n\t\n\t\n"
    manifest = json.loads((bundle / "bundle.json").read_text())
    for name, entry in manifest["files"].items():
        assert hashlib.sha256((bundle / name).read_bytes()).hexdigest() == entry["sha256"]
    assert (tmp_path / "copy/recommender/config.pbtxt").is_file()
    assert (tmp_path / "copy/retriever/1/model.onnx").read_bytes() == b"graph"
    with pytest.raises(TrainingError, match="exists already"):
        describing.describe(tmp_path / "models", data, tmp_path / "copy")


def test_an_interval_takes_the_cases_of_a_user_together() -> None:
    values = np.array([1.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0])
    together = interval_over(values, np.array([0, 0, 0, 0, 1, 1, 1, 1]))
    apart = interval_over(values, np.arange(8))

    assert together == [0.0, 1.0]
    assert apart[1] - apart[0] < 1.0


def test_the_effect_of_profiles_is_a_section_of_the_page() -> None:
    row = {
        "name": "rule: both, weights as chosen",
        "hit_rate_at_10": 0.2,
        "ndcg_at_10": 0.113,
        "change": 0.001,
        "change_95": [-0.002, 0.004],
        "cold_ndcg_at_10": 0.23,
        "cold_change": -0.01,
        "cold_change_95": [-0.02, 0.0],
    }
    result = {
        "kind": "profile-effect",
        "dataset": "shop",
        "command": "python -m millrace_training profile-effect",
        "fusion": weights.as_json([(0, Weights(1, 0.5))]),
        "targets": 1000,
        "cold_targets": 10,
        "users": 7,
        "rows": [row],
        "near_cold": {
            "users": 3,
            "targets": 30,
            "rows": [{"name": "popular", "ndcg_at_10": 0.05, "change": 0.0, "change_95": [0.0, 0.0]}],
        },
    }

    page = report.tables([result])

    assert "## shop, profiles" in page
    assert "from 0 events: keywords 1, vector 0.5" in page
    assert "| .2000 | .1130 | +.0010 | -.0020 to +.0040 | .2300 | -.0100 | -.0200 to +.0000 |" in page
    assert "| popular | .0500 | +.0000 |" in page


class Letters:
    """An encoder of tests: counts letters."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        vectors = np.zeros((len(texts), 384), dtype=np.float32)
        for row, text in enumerate(texts):
            for letter in text.lower():
                vectors[row, ord(letter) % 384] += 1
            vectors[row] /= max(1.0, float(np.linalg.norm(vectors[row])))
        return vectors


def test_what_a_version_holds_is_chosen_and_built_from_the_data(tmp_path: Path) -> None:
    write_data(tmp_path, patterned_events(users=30, events=12, items=20, seed=5))
    past = interactions.read(tmp_path).by_time()
    vocabulary = Vocabulary(past.item_ids)
    fitted = fitting.fit(past, vocabulary, TINY, 1)
    allowed = np.ones(vocabulary.size, dtype=bool)
    allowed[FIRST_ITEM] = False
    job = sources.SourcesJob(tmp_path, TINY, 1, with_texts=True, load=Letters)
    said: list[str] = []

    assert sources.build(job, past, vocabulary, allowed, fitted, said.append) is None
    lines = [f"{item}\tTitle {item}\t{'Drama' if number % 2 else 'War'}" for number, item in enumerate(past.item_ids)]
    (tmp_path / "items.tsv").write_text("\n".join(["item\ttitle\tgenre", *lines]) + "\n")
    built = sources.build(job, past, vocabulary, allowed, fitted, said.append)

    assert built is not None
    assert built.texts.splitlines()[0] == b"\t"
    assert built.texts.splitlines()[1] == f"Title {past.item_ids[1]}\tDrama".encode()
    assert built.vectors.shape == (20, 384)
    assert not built.vectors[0].any()
    assert [step["from_events"] for step in built.fusion["steps"]] == [0, 1]
    assert "chosen by validation" in said[-1]
    assert fitted.held_out == int(len(past) * 0.9)
    assert all(target.position >= fitted.held_out for target in fitted.expected)


def test_the_effect_is_measured_with_profiles_of_a_rule_and_with_written_ones(tmp_path: Path) -> None:
    events = patterned_events(users=30, events=12, items=20, seed=5)
    late = [(f"v{user}", item, 5, when + 50_000) for user, item, _, when in events[:100]]
    write_data(tmp_path / "data", events + late)
    lines = [f"i{number}\tTitle {number}\t{'Drama' if number % 3 else 'War'}" for number in range(20)]
    (tmp_path / "data/items.tsv").write_text("\n".join(["item\ttitle\tgenre", *lines]) + "\n")
    past = interactions.read(tmp_path / "data").by_time()[:360]
    vocabulary = Vocabulary(past.item_ids)
    fitted = fitting.fit(past, vocabulary, TINY, 1)
    allowed = np.ones(vocabulary.size, dtype=bool)
    allowed[:FIRST_ITEM] = False
    built = sources.build(
        sources.SourcesJob(tmp_path / "data", TINY, 1, with_texts=True, load=Letters),
        past,
        vocabulary,
        allowed,
        fitted,
        lambda _: None,
    )
    ModelRepository(tmp_path / "models").publish(
        Bundle(
            retriever=retriever.export(fitted.model, TINY, allowed),
            vocabulary=vocabulary,
            popular=sources.counts(past),
            max_history=TINY.max_history,
            training={},
            metrics={},
            parity={},
            sources=built,
        )
    )
    record = {
        "userId": "vu1",
        "interests": [{"text": "War", "weight": 1.0}],
        "dislikes": [],
        "model": "m",
        "eventCount": 2,
    }
    (tmp_path / "written.jsonl").write_text(json.dumps(record))
    until = str(int(past.time_s[-1]) + 1)
    job = effect.EffectJob(
        tmp_path / "models", tmp_path / "data", until, tmp_path / "written.jsonl", Letters, 1, tmp_path / "results"
    )

    result = json.loads(effect.run(job, lambda _: None).read_text())

    rows = {row["name"]: row for row in result["rows"]}
    assert rows["retriever"]["change"] == 0
    assert {"rule: both, weights as chosen", "rule: other users' profiles, as chosen"} <= set(rows)
    assert "retriever, 2 targets with a written profile" in rows
    assert rows["language model: vector alone"]["cold_ndcg_at_10"] is not None
    assert {row["name"] for row in result["near_cold"]["rows"]} >= {"popular", "BM25 over title and attributes"}
    assert "## data, profiles" in report.tables([result])
