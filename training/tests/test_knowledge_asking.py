from __future__ import annotations

import json
from pathlib import Path

import pytest

from chat_server import saying, serving
from millrace_training.errors import TrainingError
from millrace_training.knowledge import asking, prompts
from millrace_training.knowledge.endpoint import Answers, Endpoint, Question
from millrace_training.profiles.rule import Event
from millrace_training.profiles.texts import ItemText

TEXTS = {
    "a": ItemText("Alien", ("1979", "Horror", "Sci-Fi")),
    "b": ItemText("Grease", ("1978", "Musical")),
    "c": ItemText("Heat", ("1995", "Crime")),
}
HELLO = Question([{"role": "user", "content": "hello"}], 5)


def test_a_question_shows_what_was_liked_and_offers_its_traits_alone() -> None:
    question = asking.preference([Event("a", 5.0), Event("b", 1.0), Event("c", 3.0)], TEXTS)

    assert question is not None
    shown = question.messages[1]["content"]
    assert shown.index("Alien. 1979, Horror, Sci-Fi") < shown.index("Grease")
    assert "Heat" not in shown
    assert question.schema is not None
    properties = question.schema["properties"]
    assert properties["likes"]["items"] == {"enum": ["Horror", "Sci-Fi"]}
    assert properties["avoids"]["items"] == {"enum": ["Musical"]}


def test_only_the_newest_are_shown() -> None:
    texts = {str(n): ItemText(f"Film <{n}>", (f"trait {n}",)) for n in range(20)}

    question = asking.preference([Event(str(n), 5.0) for n in range(20)], texts)

    assert question is not None
    shown = question.messages[1]["content"]
    assert "Film <19>" in shown
    assert f"Film <{19 - asking.MOST_LIKED_SHOWN}>" not in shown


def test_nothing_is_asked_about_somebody_who_liked_nothing() -> None:
    assert asking.preference([Event("b", 1.0)], TEXTS) is None


def test_claims_are_each_once_and_what_is_both_is_neither() -> None:
    answer = json.dumps({"likes": ["Horror", "Horror", "Crime"], "avoids": ["Crime", "Musical"]})

    assert asking.claims(answer) == (("Horror",), ("Musical",))


@pytest.mark.parametrize("answer", ["", "I like films", "[1]", '{"likes": 3}', '{"likes": [4, null]}'])
def test_an_answer_that_is_no_claim_claims_nothing(answer: str) -> None:
    assert asking.claims(answer) == ((), ())


def test_a_prompt_wants_its_places_filled_exactly_and_looks_into_no_value() -> None:
    assert "{{item}}" in prompts.messages("item-1", {"item": "a {{item}} of its own"})[1]["content"]
    with pytest.raises(TrainingError, match=r"wants \['item'\]"):
        prompts.messages("item-1", {})
    with pytest.raises(TrainingError, match="no prompt"):
        prompts.messages("nothing-1", {})


def test_the_request_is_what_openai_compatible_endpoints_take() -> None:
    question = Question(HELLO.messages, 7, {"type": "object"})
    with serving(lambda path, _: (200, saying(path))) as asked:
        answer = Endpoint(asked.url + "/", "small", "secret").answer(question)

    assert answer == "/v1/chat/completions"
    assert asked.keys == ["Bearer secret"]
    body = asked.bodies[0]
    assert (body["model"], body["max_tokens"], body["temperature"]) == ("small", 7, 0)
    assert body["response_format"]["json_schema"]["schema"] == {"type": "object"}


def test_a_busy_endpoint_is_asked_again_with_growing_pauses() -> None:
    statuses, pauses = iter([429, 503, 200]), list[float]()
    with serving(lambda *_: (next(statuses), saying("now"))) as asked:
        assert Endpoint(asked.url, "small", pause=pauses.append).answer(HELLO) == "now"

    assert pauses == [1.0, 2.0]


def test_one_that_stays_busy_or_refuses_is_an_error_that_says_what_it_said() -> None:
    with serving(lambda *_: (429, "full")) as asked:
        with pytest.raises(TrainingError, match="answered 429"):
            Endpoint(asked.url, "small", pause=lambda _: None).answer(HELLO)
        assert len(asked.bodies) == 6
    with serving(lambda *_: (400, "bad model")) as asked, pytest.raises(TrainingError, match="bad model"):
        Endpoint(asked.url, "small").answer(HELLO)


def test_an_answer_without_text_is_an_error() -> None:
    with serving(lambda *_: (200, {"choices": []})) as asked, pytest.raises(TrainingError, match="can be read"):
        Endpoint(asked.url, "small").answer(HELLO)


class Parrot:
    model = "parrot"

    def __init__(self) -> None:
        self.asked = 0

    def answer(self, question: Question) -> str:
        self.asked += 1
        return question.messages[0]["content"]


def test_what_was_answered_is_not_asked_again_and_the_model_is_part_of_the_question(tmp_path: Path) -> None:
    parrot, file = Parrot(), tmp_path / "answers.jsonl"
    Answers(file).ask(parrot, [HELLO, HELLO], 2, lambda _: None)
    again = Answers(file)
    again.ask(parrot, [HELLO], 2, lambda _: None)

    assert parrot.asked == 1
    assert again.known([HELLO], "parrot") == ["hello"]
    assert again.known([HELLO], "another") == [None]


def test_a_line_that_was_cut_off_is_dropped_and_a_strange_one_is_named(tmp_path: Path) -> None:
    file = tmp_path / "answers.jsonl"
    Answers(file).ask(Parrot(), [HELLO], 1, lambda _: None)
    whole = file.read_text()
    file.write_text(whole + '{"question": "ab')

    assert Answers(file).known([HELLO], "parrot") == ["hello"]
    assert file.read_text() == whole

    file.write_text("nonsense\n")
    with pytest.raises(TrainingError, match=":1: not an answer"):
        Answers(file)
