from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from chat_server import serving
from millrace_training.errors import TrainingError
from millrace_training.knowledge.prompts import Messages
from millrace_training.reranking import fusion
from millrace_training.reranking.asking import Instruction, Rerank
from millrace_training.reranking.fusion import ScoredList
from millrace_training.reranking.likelihood import ScoreEndpoint


class Likes:
    """Holds every title as likely as it is long, and more so where the prompt names it."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def after(self, messages: Messages, continuations: Sequence[str]) -> list[float]:
        prompt = messages[-1]["content"]
        self.asked.append(prompt)
        return [float(len(text)) + (7 if text in prompt else 0) for text in continuations]


def test_what_a_title_is_worth_anyway_is_taken_off() -> None:
    rerank = Rerank(Likes(), Instruction.RECOMMEND, ["Alien", "Heat", "Toy Story"])

    assert rerank.scores(["Alien"], [], ["Toy Story", "Alien"]).tolist() == [0, 7]


def test_the_prior_is_asked_once_for_all_lists() -> None:
    model = Likes()
    rerank = Rerank(model, Instruction.RECOMMEND, ["Alien", "Heat"])
    for _ in range(3):
        rerank.scores(["Alien"], [], ["Heat"])

    assert len(model.asked) == 4


def test_the_prompt_has_the_newest_20_titles_and_the_keywords() -> None:
    model = Likes()
    titles = [f"<{number}>" for number in range(25)]
    Rerank(model, Instruction.RECOMMEND, titles).scores(titles, ["Crime", "War"], ["<1>"])

    assert "<5>; <6>" in model.asked[-1]
    assert "<4>" not in model.asked[-1]
    assert "They like Crime, War." in model.asked[-1]


def test_the_other_instruction_names_the_candidates_and_its_prior_too() -> None:
    model = Likes()
    Rerank(model, Instruction.RECOMMEND_RETRIEVAL, []).scores(["Alien"], [], ["Heat", "Speed"])

    assert len(model.asked) == 2
    assert all("Heat; Speed" in prompt for prompt in model.asked)


def scored(target: int, model: Sequence[float], user: int = 0, length: int = 50) -> ScoredList:
    return ScoredList(user, length, target, np.arange(len(model), 0, -1.0), np.array(model, dtype=np.float64))


def test_no_weight_is_the_retrievers_order_and_a_large_one_the_models() -> None:
    lists = [scored(2, [0, 0, 5, 1]), scored(-1, [0, 1, 2, 3])]

    assert fusion.ranks(lists, 0).tolist() == [3, np.inf]
    assert fusion.ranks(lists, 1e6).tolist() == [1, np.inf]


def test_a_model_that_says_nothing_changes_nothing() -> None:
    assert fusion.ranks([scored(1, [2, 2, 2])], 1e6).tolist() == [2]


def test_only_groups_that_surely_gained_are_on() -> None:
    good = [scored(4, [0, 0, 0, 0, 9, 0], user) for user in range(30)]
    bad = [scored(0, [0, 0, 0, 0, 9, 0], user, 5) for user in range(30)]

    decisions = fusion.decide([*good, *bad])

    assert [decision.on for decision in decisions] == [False, True, False]
    assert decisions[2].lists == 0
    assert fusion.apply(bad, decisions).tolist() == [1.0] * 30
    assert fusion.apply(good, decisions).max() < 5


def test_one_lucky_user_turns_nothing_on() -> None:
    lists = [scored(4, [0, 0, 0, 0, 9, 0], 0), *(scored(0, [0, 0, 0, 0, 9, 0], user) for user in range(1, 9))]

    assert not any(decision.on for decision in fusion.decide(lists))


def answer(values: Sequence[Sequence[float]]) -> dict[str, object]:
    return {
        "data": [{"index": number, "token_log_probabilities": list(tokens)} for number, tokens in enumerate(values)][
            ::-1
        ]
    }


def test_scores_are_means_over_tokens_and_kept(tmp_path: Path) -> None:
    file = tmp_path / "scores.jsonl"
    prompt = [{"role": "user", "content": "hi"}]
    with serving(lambda *_: (200, answer([[-1, -3], [-4]]))) as asked:
        first = ScoreEndpoint(asked.url, "small", file).after(prompt, ["a b", "c"])
        again = ScoreEndpoint(asked.url, "small", file)
        second = again.after(prompt, ["a b", "c"])

    assert first == second == [-2.0, -4.0]
    assert len(asked.bodies) == 1
    assert again.seconds == []


def test_an_endpoint_that_refuses_is_an_error(tmp_path: Path) -> None:
    with serving(lambda *_: (400, "no such model")) as asked, pytest.raises(TrainingError, match="no such model"):
        ScoreEndpoint(asked.url, "small", tmp_path / "scores.jsonl").after([], ["a"])


def test_a_file_of_something_else_is_named(tmp_path: Path) -> None:
    file = tmp_path / "scores.jsonl"
    file.write_text("[]\n")
    with pytest.raises(TrainingError, match=r"scores\.jsonl:1"):
        ScoreEndpoint("http://127.0.0.1:1/v1", "small", file)
