"""The converted model that people get, through OpenAI's client: that it says what is true.

Collected only with MILLRACE_LANGUAGE_MODEL, the folder that `language-model --out` wrote.
"""

import os
from collections.abc import Iterator

import pytest
from openai import OpenAI
from serving import MODELS, running_server

NAME = "smollm2-135m-instruct"


@pytest.fixture(scope="module")
def real() -> Iterator[OpenAI]:
    options = [f"--language-model={os.environ['MILLRACE_LANGUAGE_MODEL']}"]
    with running_server(MODELS, *options, "--language-model-context=512") as server:
        made = OpenAI(base_url=f"http://{server.http}/v1", api_key="none", max_retries=0)
        yield made
        made.close()


def test_it_knows_a_capital(real: OpenAI) -> None:
    answer = real.completions.create(
        model=NAME, prompt="The capital of France is", temperature=0, max_tokens=4
    )
    assert answer.choices[0].text.startswith(" Paris")


def test_it_tells_likely_from_unlikely(real: OpenAI) -> None:
    scores = real.post(
        "/score",
        cast_to=object,
        body={
            "model": NAME,
            "prompt": "The capital of France is",
            "continuations": [" bananas", " Paris", " the city of bananas"],
        },
    )
    assert isinstance(scores, dict)
    found = [score["log_probability"] for score in scores["data"]]
    assert found[1] == max(found)
