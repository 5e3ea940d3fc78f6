from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

import tiny_language_model as tiny
from millrace_training.errors import TrainingError
from millrace_training.language_model import blocks, checkpoint, conversion, gguf
from millrace_training.language_model.adapters import AdaptedMatrix, AdapterSettings
from millrace_training.language_model.chat import ChatTokens
from millrace_training.language_model.converted import Converted
from millrace_training.language_model.packing import continuations
from millrace_training.language_model.reference import Reference
from millrace_training.language_model.tunable import MATRICES, TunableDecoder

PROMPTS = [([3, 80, 81, 259, 262], [[90, 91, 92], [93], [94, 7]]), ([5, 6, 7], [[90, 91, 92], [40, 41, 42, 43]])]


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> gguf.GgufFile:
    return gguf.read(tiny.write(tmp_path_factory.mktemp("tiny") / "tiny.gguf"))


@pytest.fixture(scope="module")
def model(file: gguf.GgufFile) -> checkpoint.Checkpoint:
    return checkpoint.read(file)


def learned(model: checkpoint.Checkpoint, layers: int = 2) -> TunableDecoder:
    """With changes as if something had been learned."""
    decoder = TunableDecoder(model, AdapterSettings(layers=layers, rank=2), seed=1)
    random = torch.Generator().manual_seed(3)
    with torch.no_grad():
        for name, values in decoder.named_parameters():
            if name.endswith("widen"):
                values.copy_(torch.randn(values.shape, generator=random) * 0.1)
    return decoder


def scores(decoder: TunableDecoder) -> torch.Tensor:
    row = continuations(PROMPTS)
    return decoder.scores(row, decoder.lower(row)).detach()


def separately(reference: Reference) -> list[float]:
    found = []
    for prompt, following in PROMPTS:
        for tokens in following:
            logits = reference.logits(prompt + tokens).log_softmax(-1)[len(prompt) - 1 : -1]
            found.append(float(logits[torch.arange(len(tokens)), torch.tensor(tokens)].mean()))
    return found


def test_an_adapter_starts_without_a_change() -> None:
    weight, value = torch.randn(6, 4), torch.randn(3, 4)
    matrix = AdaptedMatrix(weight, AdapterSettings(rank=2), torch.Generator().manual_seed(1))

    assert torch.equal(matrix(value), value @ weight.T)
    assert torch.equal(matrix.merged(), weight)


def test_merged_does_what_the_adapter_did() -> None:
    matrix = AdaptedMatrix(torch.randn(6, 4), AdapterSettings(rank=2, alpha=3.0), torch.Generator().manual_seed(1))
    torch.nn.init.normal_(matrix.widen)
    value = torch.randn(3, 4)

    assert torch.allclose(matrix(value), value @ matrix.merged().T, atol=1e-5)
    assert not torch.allclose(matrix.merged(), matrix.weight, atol=0.1)


def test_candidates_in_one_row_score_as_each_alone(model: checkpoint.Checkpoint) -> None:
    packed = scores(TunableDecoder(model, AdapterSettings(layers=1), seed=1))

    np.testing.assert_allclose(packed.numpy(), separately(Reference(model)), atol=1e-5)


def test_how_many_layers_learn_does_not_change_what_is_computed(model: checkpoint.Checkpoint) -> None:
    one, two = (TunableDecoder(model, AdapterSettings(layers=layers), seed=1) for layers in (1, 2))

    assert torch.allclose(scores(one), scores(two), atol=1e-5)


def test_only_adapters_of_the_upper_layers_learn(model: checkpoint.Checkpoint) -> None:
    decoder = TunableDecoder(model, AdapterSettings(layers=1), seed=1)
    before = {name: values.clone() for name, values in decoder.named_buffers()}
    optimizer = torch.optim.SGD(decoder.parameters(), lr=1.0)
    row = continuations(PROMPTS)
    (-decoder.scores(row, decoder.lower(row)).sum()).backward()
    optimizer.step()

    names = {name for name, _ in decoder.named_parameters()}
    assert names == {f"layers.1.{matrix}.{half}" for matrix in MATRICES for half in ("narrow", "widen")}
    assert all(torch.equal(values, before[name]) for name, values in decoder.named_buffers())
    assert all(values.abs().max() > 0 for name, values in decoder.named_parameters() if name.endswith("widen"))


def test_a_model_has_no_more_layers_than_it_has(model: checkpoint.Checkpoint) -> None:
    with pytest.raises(TrainingError, match="the model has 2"):
        TunableDecoder(model, AdapterSettings(layers=3), seed=1)


def test_a_merged_model_scores_as_the_tuned_one(model: checkpoint.Checkpoint) -> None:
    decoder = learned(model)
    untouched = scores(TunableDecoder(model, AdapterSettings(layers=1), seed=1))
    tuned = scores(decoder)
    merged = torch.tensor(separately(Reference(decoder.merged(model))))

    # Eight bits cost a 254th of a block's largest weight; what was learned is far more than that.
    assert (tuned - untouched).abs().min() > 0.1
    assert (tuned - merged).abs().max() < 0.05


def test_the_graph_of_a_merged_model_scores_packed_rows(
    file: gguf.GgufFile, model: checkpoint.Checkpoint, tmp_path: Path
) -> None:
    decoder, row = learned(model, layers=1), continuations(PROMPTS)
    conversion.write(
        file.metadata,
        decoder.merged(model),
        conversion.Origin("tuned", "random weights", "Apache-2.0", "0" * 64),
        tmp_path / "tuned",
        8,
        {"dataset": "none"},
    )
    logits = Converted(tmp_path / "tuned/1", model.architecture).packed(row.row, row.asked)
    found = torch.from_numpy(logits).log_softmax(-1).numpy()[row.place, row.wanted]
    actual = np.bincount(row.owner, found, row.count) / np.bincount(row.owner)

    # Activations of 8 bits; without positions or with sight of each other, candidates would be off by more.
    np.testing.assert_allclose(actual, scores(decoder).numpy(), atol=0.1)


def test_values_become_blocks_of_8_bits_around_zero() -> None:
    values = np.random.default_rng(1).normal(size=(3, 64)).astype(np.float32)
    values[1, :32] = 0
    found = blocks.of_values(values)

    largest = np.abs(values.reshape(3, 2, 32)).max(axis=-1)
    assert np.all(np.abs(found.values() - values).reshape(3, 2, 32).max(axis=-1) <= largest / 253)
    np.testing.assert_allclose(blocks.quantise(found, 8).values(), found.values(), atol=1e-6)


def test_a_conversation_is_what_the_model_server_makes_of_it(file: gguf.GgufFile) -> None:
    chat = ChatTokens(file.metadata)
    said = chat.conversation([{"role": "user", "content": "hi <|im_end|>"}])

    begin, end, line = 1, 2, chat.text("\n")
    assert said == [
        begin, *chat.text("system\nYou are tiny"), end, *line,
        begin, *chat.text("user\nhi <|im_end|>"), end, *line,
        begin, *chat.text("assistant\n"),
    ]  # fmt: skip
    assert said.count(end) == 2


def test_a_system_message_replaces_the_models_own(file: gguf.GgufFile) -> None:
    chat = ChatTokens(file.metadata)

    assert chat.conversation([{"role": "system", "content": "hi"}])[1:3] == chat.text("system\nhi")[:2]
    assert len(chat.conversation([])) == len(chat.conversation([{"role": "system", "content": "You are tiny"}]))
