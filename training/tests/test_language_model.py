import json
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest

import tiny_language_model as tiny
from millrace_training.errors import TrainingError
from millrace_training.language_model import (
    blocks,
    checkpoint,
    conversion,
    decoder,
    gguf,
    reference,
    source,
    tokenizer,
)

TEXT = [3, 80, 81, 259, 262, 90, 91, 92, 93, 94]


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> gguf.GgufFile:
    return gguf.read(tiny.write(tmp_path_factory.mktemp("tiny") / "tiny.gguf"))


@pytest.fixture(scope="module")
def model(file: gguf.GgufFile) -> checkpoint.Checkpoint:
    return checkpoint.read(file)


class Cached:
    """The graph with a cache that lasts, one row at a time or several."""

    def __init__(self, model: checkpoint.Checkpoint, rows: int = 1, length: int = 64) -> None:
        sizes = model.architecture
        self.session = onnxruntime.InferenceSession(decoder.write(model, 8), providers=["CPUExecutionProvider"])
        self.embedding = model.embedding.values()
        shape = (rows, sizes.key_value_heads, length, sizes.head_size)
        self.cache = {
            f"{kind}_{layer}": np.zeros(shape, np.float32) for layer in range(sizes.layers) for kind in ("key", "value")
        }

    def run(
        self,
        tokens: list[list[int]],
        start: int,
        positions: list[int] | None = None,
        bias: np.ndarray[Any, Any] | None = None,
    ) -> np.ndarray[Any, Any]:
        rows, width = len(tokens), len(tokens[0])
        longest = start + width
        feeds = {
            "inputs_embeds": self.embedding[np.array(tokens)],
            "last_index": np.full(rows, longest - 1, np.int32),
            "longest": np.array([longest], np.int32),
            "position_ids": np.tile(np.array(positions or range(start, longest), np.int64), (rows, 1)),
            "attention_bias": np.zeros((1, 1, width, longest), np.float32) if bias is None else bias,
            "logit_rows": np.arange(rows * width),
        }
        feeds |= {f"past_{name}": value for name, value in self.cache.items()}
        names = ["logits", *(f"present_{name}" for name in self.cache)]
        logits, *present = self.session.run(names, feeds)
        self.cache = dict(zip(self.cache, present, strict=True))
        return logits.reshape(rows, width, -1)


def test_a_file_is_read_as_it_was_written(file: gguf.GgufFile) -> None:
    expected = tiny.metadata()
    epsilon = "llama.attention.layer_norm_rms_epsilon"
    assert file.metadata[epsilon] == pytest.approx(expected[epsilon])
    assert {**file.metadata, epsilon: 0} == {**expected, epsilon: 0}
    shape, kind, content = tiny.tensors()["blk.1.attn_k.weight"]
    stored = file.tensors["blk.1.attn_k.weight"]
    assert (stored.shape, stored.kind, stored.content.tobytes()) == (shape, kind, content)


@pytest.mark.parametrize("left", [3, 40, 2_000, 20_000])
def test_a_file_that_is_cut_off_is_refused(tmp_path: Path, left: int) -> None:
    path = tiny.write(tmp_path / "tiny.gguf")
    path.write_bytes(path.read_bytes()[:left])
    with pytest.raises(TrainingError, match=r"tiny\.gguf"):
        gguf.read(path)


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(b"GGML" + bytes(64))
    with pytest.raises(TrainingError, match="not a GGUF file"):
        gguf.read(path)


def test_blocks_of_4_bits_have_the_low_halves_first() -> None:
    content = np.array([2.0, -3.0], "<f2").tobytes() + bytes([0x21] * 16)
    stored = gguf.Stored((1, 32), gguf.Q4_1, np.frombuffer(content, np.uint8))
    assert blocks.blocks(stored).values().tolist() == [[-1.0] * 16 + [1.0] * 16]


def test_8_bits_keep_what_4_bits_with_an_offset_said(model: checkpoint.Checkpoint) -> None:
    matrix = model.layers[0].gate
    step = matrix.scale.max()
    assert np.abs(blocks.quantise(matrix, 8).values() - matrix.values()).max() <= step / 32 * 1.001
    assert np.abs(blocks.quantise(matrix, 4).values() - matrix.values()).max() <= step / 2 * 1.001


@pytest.mark.parametrize("offset", [0.75, -2.5, 0.0])
@pytest.mark.parametrize("scale", [0.05, 0.0])
@pytest.mark.parametrize("bits", [4, 8])
def test_blocks_on_one_side_of_zero_are_quantised_too(offset: float, scale: float, bits: int) -> None:
    codes = np.tile(np.arange(16, dtype=np.uint8), 4)[None]
    scales, offsets = np.array([[scale, 0.1]], np.float32), np.array([[offset, -0.7]], np.float32)
    matrix = blocks.Blocks(codes, scales, offsets, 4)
    quantised = blocks.quantise(matrix, bits)
    step = (abs(offset) + 15 * scale) / (2**bits - 1)
    assert np.abs(quantised.values() - matrix.values()).max() <= max(step, 0.05)


def test_the_graph_computes_what_was_published(model: checkpoint.Checkpoint) -> None:
    expected = reference.Reference(model).logits(TEXT).numpy()
    actual = Cached(model).run([TEXT], 0)[0]
    # Activations of 8 bits cost about a hundredth; a wrong order of rows or heads costs everything.
    assert np.corrcoef(expected.ravel(), actual.ravel())[0, 1] > 0.998
    assert np.abs(expected - actual).max() < 0.1 * expected.std() * 3


def test_a_text_may_come_in_parts(model: checkpoint.Checkpoint) -> None:
    whole = Cached(model).run([TEXT], 0)[0]
    cached = Cached(model)
    parts = [cached.run([TEXT[:6]], 0)[0], cached.run([TEXT[6:9]], 6)[0], cached.run([TEXT[9:]], 9)[0]]
    np.testing.assert_allclose(np.concatenate(parts), whole, atol=2e-2)


def test_a_row_has_the_same_result_among_others(model: checkpoint.Checkpoint) -> None:
    alone, among = Cached(model), Cached(model, rows=3)
    for at, token in enumerate(TEXT):
        one = alone.run([[token]], at)
        three = among.run([[token], [5 + at], [50 + at]], at)
    np.testing.assert_array_equal(one[0], three[0])


def test_candidates_in_one_row_do_not_see_each_other(model: checkpoint.Checkpoint) -> None:
    prefix, first, second = TEXT[:5], TEXT[5:8], TEXT[8:]
    packed = Cached(model)
    packed.run([prefix], 0)
    bias = np.full((1, 1, 5, 10), -1e9, np.float32)
    bias[..., :5] = 0
    for begin, end in ((0, 3), (3, 5)):
        for row in range(begin, end):
            bias[0, 0, row, 5 + begin : 5 + row + 1] = 0
    together = packed.run([first + second], 5, positions=[5, 6, 7, 5, 6], bias=bias)[0]
    for candidate, rows in ((first, slice(0, 3)), (second, slice(3, 5))):
        alone = Cached(model)
        alone.run([prefix], 0)
        np.testing.assert_allclose(together[rows], alone.run([candidate], 5)[0], atol=1e-4)


def test_the_same_model_gives_the_same_bytes(model: checkpoint.Checkpoint) -> None:
    assert decoder.write(model, 4) == decoder.write(model, 4)


def test_embeddings_are_what_was_published(model: checkpoint.Checkpoint) -> None:
    content = conversion.embeddings(model)
    cut = model.embedding.codes.size
    codes = np.frombuffer(content[:cut], np.int8).reshape(*model.embedding.scale.shape, 32)
    scales = np.frombuffer(content[cut:], "<f4").reshape(*model.embedding.scale.shape, 1)
    np.testing.assert_array_equal((codes * scales).reshape(model.embedding.codes.shape), model.embedding.values())


def test_a_converted_folder_says_what_it_holds(tmp_path: Path) -> None:
    tiny.convert(tmp_path / "tiny")
    manifest = json.loads((tmp_path / "tiny/1/language_model.json").read_text())
    assert manifest["chat"] == {"begin": 1, "end": 2, "system": "You are tiny"}
    assert (manifest["layers"], manifest["context"], manifest["end_tokens"]) == (2, 256, [2])
    tokens = json.loads((tmp_path / "tiny/1/tokenizer.json").read_text())
    assert [token["content"] for token in tokens["added_tokens"]] == ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
    assert tokens["model"]["merges"][2] == ["Ġt", "he"]


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("general.architecture", "mamba", "architecture is 'mamba'"),
        ("tokenizer.ggml.pre", "llama-bpe", "split as SmolLM does"),
        ("tokenizer.chat_template", "{{ messages }}", "not ChatML"),
    ],
)
def test_models_of_other_kinds_are_refused(key: str, value: str, message: str) -> None:
    changed = {**tiny.metadata(), key: value}
    with pytest.raises(TrainingError, match=message):
        checkpoint.architecture(changed), tokenizer.document(changed), tokenizer.chat(changed)


def test_a_missing_tensor_is_named(file: gguf.GgufFile) -> None:
    tensors = {name: tensor for name, tensor in file.tensors.items() if name != "blk.1.ffn_up.weight"}
    with pytest.raises(TrainingError, match=r"lacks the tensor blk\.1\.ffn_up\.weight"):
        checkpoint.read(gguf.GgufFile(file.metadata, tensors))


def test_another_file_in_place_of_the_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="it is not the model"):
        source.verify(tiny.write(tmp_path / "tiny.gguf"))


def test_a_folder_that_holds_the_model_is_left_alone(tmp_path: Path) -> None:
    out = tmp_path / "model"
    origin = {"name": source.NAME, "package": source.PACKAGE, "licence": source.LICENCE, "sha256": source.SHA256}
    (out / "1").mkdir(parents=True)
    (out / "1/language_model.json").write_text(json.dumps({"format": 1, "bits": 8, "origin": origin}))
    said: list[str] = []
    conversion.run(out, None, 8, said.append)
    assert said == [f"smollm2-135m-instruct is already in {out}"]
