from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch

import tiny_language_model as tiny
from millrace_training.errors import TrainingError
from millrace_training.knowledge.prompts import Messages
from millrace_training.language_model import checkpoint, conversion, gguf
from millrace_training.language_model.chat import ChatTokens
from millrace_training.language_model.converted import Converted
from millrace_training.language_model.soft_prompt import item_vectors
from millrace_training.language_model.tunable import TunableDecoder
from millrace_training.progress import unseen
from millrace_training.reranking import served_parity, soft_prompt_job
from millrace_training.reranking.asking import MOST_SOFT_HISTORY, Instruction, Rerank
from millrace_training.reranking.soft_lists import SoftList, SoftPromptLists
from millrace_training.reranking.tuning import Tuner, TuningSettings
from millrace_training.reranking.tuning_lists import TuningList
from tiny_soft_prompt import SIZES, encoder

TITLES = ("Alien", "Heat", "Big", "Babe", "Fargo", "Speed")


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> gguf.GgufFile:
    return gguf.read(tiny.write(tmp_path_factory.mktemp("tiny") / "tiny.gguf"))


@pytest.fixture(scope="module")
def model(file: gguf.GgufFile) -> checkpoint.Checkpoint:
    return checkpoint.read(file)


def lists(file: gguf.GgufFile, count: int, seed: int = 1) -> list[SoftList]:
    """Who had a title before chooses the one after it, which the model cannot know."""
    random, chat, found = np.random.default_rng(seed), ChatTokens(file.metadata), []
    for _ in range(count):
        at = int(random.integers(len(TITLES)))
        chosen = TITLES[(at + 1) % len(TITLES)]
        others = [title for title in TITLES if title != chosen][:3]
        history = (TITLES[int(random.integers(len(TITLES)))], TITLES[at])
        found.append(SoftList.of(TuningList(0, history, (), (chosen, *others)), chat, SIZES.tokens))
    return found


def test_soft_tokens_begin_as_means_of_items() -> None:
    items = torch.randn(4, tiny.WIDTH)
    soft = encoder()(items)

    # A mean is inside what it is made of, coordinate by coordinate.
    assert soft.shape == (3, tiny.WIDTH)
    assert (soft <= items.max(0).values + 1e-6).all()
    assert (soft >= items.min(0).values - 1e-6).all()
    assert not torch.allclose(soft[0], soft[1], atol=1e-3)


def test_the_order_of_a_history_counts() -> None:
    items = torch.randn(4, tiny.WIDTH)

    assert not torch.allclose(encoder()(items), encoder()(items.flip(0)), atol=1e-3)


@pytest.mark.parametrize("count", [1, 2, 5])
def test_the_graph_computes_the_same(count: int) -> None:
    made, items = encoder(learned=True), torch.randn(count, tiny.WIDTH, generator=torch.Generator().manual_seed(2))
    file = made.file()
    session = onnxruntime.InferenceSession(file.graph, providers=["CPUExecutionProvider"])
    found = session.run(None, {"items": items.numpy()})[0]

    assert (file.tokens, file.history) == (3, 5)
    # Both in FP32, sums in another order.
    np.testing.assert_allclose(found, made(items).detach().numpy(), atol=1e-5)


def test_the_same_weights_give_the_same_bytes() -> None:
    assert encoder().file() == encoder().file()
    assert encoder().file() != encoder(learned=True).file()


def test_an_item_is_the_mean_of_its_titles_tokens() -> None:
    embedding = torch.arange(12.0).reshape(4, 3)

    assert item_vectors(embedding, [(0, 2), (3,)]).tolist() == [[3, 4, 5], [9, 10, 11]]


def test_soft_tokens_stand_before_the_prompt(file: gguf.GgufFile, model: checkpoint.Checkpoint) -> None:
    """With an encoder that only gives the vectors of known tokens, a list scores as with these tokens."""
    chat, decoder, made = ChatTokens(file.metadata), TunableDecoder(model, None, seed=1), encoder()
    chosen = lists(file, 1)[0]
    with torch.no_grad():
        soft = made(item_vectors(decoder.embedding, chosen.history))
        made.offset += decoder.embedding[torch.tensor([80, 81, 82])] - soft
    row = chosen.person
    row.row.tokens[:3] = [80, 81, 82]
    said = decoder.scores(row, decoder.lower(row)) - decoder.scores(chosen.nobody, decoder.lower(chosen.nobody))

    gains = SoftPromptLists(decoder, made, [chosen]).gains(0)
    np.testing.assert_allclose(gains.detach().numpy(), said.numpy(), atol=1e-5)
    assert len(row.row.tokens) > len(chat.conversation([]))


def test_learning_compresses_what_the_model_did_not_know(file: gguf.GgufFile, model: checkpoint.Checkpoint) -> None:
    decoder, made = TunableDecoder(model, None, seed=1), encoder()
    learned, validated = (
        SoftPromptLists(decoder, made, lists(file, count, seed)) for count, seed in ((64, 1), (12, 2))
    )
    run = Tuner(made, learned, validated, TuningSettings(3e-2, 2, 8, max_steps=60, validate_every=20), seed=1)
    run.run(unseen)

    assert run.curve.losses[0] > 0.8 * math.log(4)
    assert min(run.curve.losses) < 0.6 * math.log(4)
    assert not list(decoder.parameters())


def test_a_digest_tells_histories_apart(file: gguf.GgufFile, model: checkpoint.Checkpoint) -> None:
    decoder, chosen = TunableDecoder(model, None, seed=1), lists(file, 1)[0]
    other = SoftList(chosen.history[::-1], chosen.person, chosen.nobody)

    one, two = (SoftPromptLists(decoder, encoder(), [each]).digest() for each in (chosen, other))
    assert one != two


def test_what_is_served_scores_as_what_was_learned(
    file: gguf.GgufFile, model: checkpoint.Checkpoint, tmp_path: Path
) -> None:
    made, decoder = encoder(learned=True), TunableDecoder(model, None, seed=1)
    origin = conversion.Origin("soft", "random weights", "Apache-2.0", "0" * 64)
    conversion.write(file.metadata, model, origin, tmp_path / "soft", 8, {"dataset": "none"}, made.file())
    version = tmp_path / "soft/1"
    parity = soft_prompt_job.compare(decoder, made, Converted(version, model.architecture), version, lists(file, 6))

    served_parity.check(parity)
    assert parity.mean_difference < 0.02
    assert '"soft_prompt": {\n    "tokens": 3,\n    "history": 5\n  }' in (version / "language_model.json").read_text()


class Remembers:
    """Holds every title as likely as how often the history has it."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, list[str]]] = []

    def after(self, messages: Messages, continuations: Sequence[str], history: Sequence[str] = ()) -> list[float]:
        self.asked.append((messages[-1]["content"], list(history)))
        return [float(list(history).count(text)) for text in continuations]


def test_the_history_is_sent_beside_a_prompt_without_titles() -> None:
    endpoint = Remembers()
    rerank = Rerank(endpoint, Instruction.RECOMMEND_SOFT, TITLES)
    history = [TITLES[number % 2] for number in range(MOST_SOFT_HISTORY + 3)]

    assert rerank.scores(history, ["War"], ["Heat", "Big"]).tolist() == [50, 0]
    assert "nothing yet" in endpoint.asked[0][0]
    assert endpoint.asked[1] == ("They like War.\nWhich item do they choose next?", history[-MOST_SOFT_HISTORY:])


def test_nobody_is_asked_about_a_person_without_a_history() -> None:
    endpoint = Remembers()
    rerank = Rerank(endpoint, Instruction.RECOMMEND_SOFT, TITLES)

    assert rerank.scores([], ["War"], ["Heat", "Big"]).tolist() == [0, 0]
    assert len(endpoint.asked) == 1


def test_lists_without_a_history_are_left_out() -> None:
    whole, empty = TuningList(0, ("Alien",), (), ("Heat",)), TuningList(1, (), (), ("Heat",))
    found = soft_prompt_job.with_history(soft_prompt_job.SourcedLists([whole, empty], [whole], {}))

    assert found.learned == [whole]
    with pytest.raises(TrainingError, match="nothing to compress"):
        soft_prompt_job.with_history(soft_prompt_job.SourcedLists([whole], [empty], {}))
