"""What written knowledge of items is worth: vectors with it, and the whole measurement on a small stream."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from conftest import TINY, patterned_events, write_data
from millrace_training import training
from millrace_training.errors import TrainingError
from millrace_training.knowledge import item_effect, item_vectors, wording
from millrace_training.knowledge.endpoint import Answers, Question
from millrace_training.knowledge.item_effect import ItemEffectJob
from millrace_training.profiles.encoder import Vectors
from millrace_training.profiles.texts import ItemText
from millrace_training.training import TrainingJob

ITEMS = 40
TEXTS = {f"i{number}": ItemText(f"Nr. {number}", ("thing",)) for number in range(ITEMS)}


class Neighbourhoods:
    """An encoder of tests: of a text with "district N" its place on a ring, of any other always the same."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        vectors = np.zeros((len(texts), 384), dtype=np.float32)
        for row, text in enumerate(texts):
            _, said, district = text.partition("district ")
            angle = 2 * np.pi * int(district) / ITEMS if said else 0.0
            vectors[row, :3] = np.cos(angle), np.sin(angle), 0 if said else 1
            vectors[row] /= np.linalg.norm(vectors[row]) if text else np.inf
        return vectors


class Knows:
    """A language model of tests that knows where each item is."""

    model = "small"

    def answer(self, question: Question) -> str:
        number = question.messages[-1]["content"].split("Nr. ")[1].split(".")[0]
        return f"It is in district {number}"


def answered(file: Path) -> Answers:
    answers = Answers(file)
    _, items = wording.questions([], list(TEXTS), TEXTS)
    answers.ask(Knows(), [each for each in items if each is not None], 1, lambda _: None)
    return answers


def test_the_control_has_every_answer_once_and_nobodys_own(tmp_path: Path) -> None:
    ids = [*TEXTS, "unknown"]

    vectors = item_vectors.encoded(ids, TEXTS, answered(tmp_path / "answers"), "small", Neighbourhoods())

    plain, known, control = vectors.kinds.values()
    assert vectors.answered == ITEMS
    assert np.unique(plain[:ITEMS], axis=0).shape == (1, 384)
    assert np.unique(known[:ITEMS], axis=0).shape == (ITEMS, 384)
    np.testing.assert_array_equal(np.unique(control, axis=0), np.unique(known, axis=0))
    assert (control[:ITEMS] != known[:ITEMS]).any(axis=1).all()
    assert not any(each[ITEMS].any() for each in vectors.kinds.values())


def test_answers_of_another_model_are_none(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="no answers of large"):
        item_vectors.encoded(list(TEXTS), TEXTS, answered(tmp_path / "answers"), "large", Neighbourhoods())


@pytest.fixture(scope="module")
def job(tmp_path_factory: pytest.TempPathFactory) -> ItemEffectJob:
    """A version trained on a walk around a ring, and answers that say where on the ring an item is."""
    folder = tmp_path_factory.mktemp("item-knowledge")
    data = write_data(folder / "ring", patterned_events(users=40, events=20, items=ITEMS, seed=5))
    lines = [f"{item}\t{text.title}\t{text.attributes[0]}" for item, text in TEXTS.items()]
    training.run(TrainingJob(data, "80%", folder / "models", TINY, command=["train"]), lambda _: None)
    (data / "items.tsv").write_text("\n".join(["item\ttitle\tkind", *lines]) + "\n")
    answered(folder / "answers")
    return ItemEffectJob(
        folder / "models",
        data,
        "80%",
        folder / "answers",
        "small",
        None,
        2,
        1,
        Neighbourhoods,
        1,
        folder / "results",
        TINY,
    )


def test_knowledge_that_says_what_is_close_brings_it_and_other_items_knowledge_does_not(job: ItemEffectJob) -> None:
    result = json.loads(item_effect.run(job, lambda _: None).read_text())

    for part in ("newest fold", "test"):
        found = {row["name"]: row for row in result["text_source"][part] if row["group"] == "all"}
        plain, known, control = (found[name] for name in (item_vectors.PLAIN, *list(found)[1:]))
        assert plain["ndcg_at_10_change_95"] == [0.0, 0.0]
        assert known["ndcg_at_10_change_95"][0] > 0.1
        assert known["ndcg_at_10"] > control["ndcg_at_10"] + 0.1
        assert [row["name"] for row in result["ranker"][part] if row["group"] == "all"] == list(found)
    assert result["answered_items"] == ITEMS
    assert [row["name"] for row in result["profiles"]["rows"]] == ["retriever", *found]
    assert set(result["profiles"]["fusion"]) == set(found)
    varied = {row["name"]: row for row in result["diversity"]}
    strengths = [row["strength"] for row in varied[item_vectors.WITH_KNOWLEDGE]["newest fold"]]
    assert all(row["strength"] in strengths for row in varied.values())


def test_a_cut_that_the_version_was_not_trained_with_is_refused(job: ItemEffectJob) -> None:
    with pytest.raises(TrainingError, match="cut that it was trained with"):
        item_effect.run(replace(job, until="70%"), lambda _: None)
