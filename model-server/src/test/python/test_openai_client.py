"""OpenAI's own Python client, unmodified, against the embedded language model.

The model is a tiny one of random weights: what it says means nothing, and how it is asked is all.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import openai
import pytest
from openai import OpenAI
from serving import MODELS, running_server

TINY = Path(__file__).parents[1] / "resources/language-model"
QUESTION = [{"role": "user", "content": "Which films do I like?"}]


@pytest.fixture(scope="module")
def client() -> Iterator[OpenAI]:
    with running_server(MODELS, f"--language-model={TINY}") as server:
        made = OpenAI(base_url=f"http://{server.http}/v1", api_key="none", max_retries=0)
        yield made
        made.close()


def test_models_are_listed(client: OpenAI) -> None:
    assert [model.id for model in client.models.list()] == ["tiny"]
    assert client.models.retrieve("tiny").owned_by == "millrace"


def test_a_conversation_is_answered(client: OpenAI) -> None:
    answer = client.chat.completions.create(
        model="tiny", messages=QUESTION, max_tokens=12, temperature=0, logprobs=True, top_logprobs=3
    )
    assert answer.choices[0].message.role == "assistant"
    assert answer.choices[0].finish_reason in ("length", "stop")
    assert answer.usage is not None
    assert answer.usage.completion_tokens <= 12
    logprobs = answer.choices[0].logprobs
    assert logprobs is not None
    assert logprobs.content is not None
    assert len(logprobs.content[0].top_logprobs) == 3


def test_a_stream_says_the_same(client: OpenAI) -> None:
    whole = client.chat.completions.create(
        model="tiny", messages=QUESTION, max_tokens=20, temperature=0
    )
    stream = client.chat.completions.create(
        model="tiny",
        messages=QUESTION,
        max_tokens=20,
        temperature=0,
        stream=True,
        stream_options={"include_usage": True},
    )
    chunks = list(stream)
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    assert text == whole.choices[0].message.content
    assert chunks[-1].usage == whole.usage or chunks[-1].usage is not None


def test_a_stream_may_be_left_early(client: OpenAI) -> None:
    with client.chat.completions.create(model="tiny", messages=QUESTION, stream=True) as stream:
        next(iter(stream))
    assert client.models.list().data


def test_texts_are_completed(client: OpenAI) -> None:
    answer = client.completions.create(
        model="tiny", prompt="I like", max_tokens=9, seed=3, logprobs=2
    )
    assert answer.object == "text_completion"
    assert answer.choices[0].logprobs is not None
    streamed = client.completions.create(
        model="tiny", prompt="I like", max_tokens=9, seed=3, stream=True
    )
    assert "".join(chunk.choices[0].text for chunk in streamed) == answer.choices[0].text


def test_answers_keep_to_a_schema(client: OpenAI) -> None:
    schema = {
        "type": "object",
        "properties": {"genre": {"enum": ["Drama", "Comedy"]}, "sure": {"type": "boolean"}},
        "required": ["genre", "sure"],
        "additionalProperties": False,
    }
    answer = client.chat.completions.create(
        model="tiny",
        messages=QUESTION,
        response_format={
            "type": "json_schema",
            "json_schema": {"name": "taste", "schema": schema, "strict": True},
        },
    )
    found = json.loads(answer.choices[0].message.content or "")
    assert found["genre"] in ("Drama", "Comedy")
    assert isinstance(found["sure"], bool)


def test_answers_keep_to_a_choice(client: OpenAI) -> None:
    choices = ["Drama", "Film-Noir"]
    answer = client.chat.completions.create(
        model="tiny", messages=QUESTION, extra_body={"guided_choice": choices}
    )
    assert answer.choices[0].message.content in choices


def test_errors_are_the_clients_own(client: OpenAI) -> None:
    with pytest.raises(openai.NotFoundError) as missing:
        client.chat.completions.create(model="large", messages=QUESTION)
    assert missing.value.code == "model_not_found"
    with pytest.raises(openai.BadRequestError) as long:
        client.completions.create(model="tiny", prompt="word " * 2_000)
    assert long.value.code == "context_length_exceeded"
    with pytest.raises(openai.BadRequestError) as unknown:
        client.chat.completions.create(model="tiny", messages=QUESTION, n=3)
    assert unknown.value.param == "n"


def test_texts_are_scored(client: OpenAI) -> None:
    scores = client.post(
        "/score",
        cast_to=object,
        body={"model": "tiny", "prompt": "I like", "continuations": [" the", " a"]},
    )
    assert isinstance(scores, dict)
    assert [score["log_probability"] < 0 for score in scores["data"]] == [True, True]
