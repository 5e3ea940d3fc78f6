"""What narrower numbers would do to a published retriever: how much smaller, how much faster, how much worse.

int8, for CPUs: weights of matrix products and the embedding table have one scale per output channel; activations are
rounded to 8 bits as they come, with a scale of their own in every call ("dynamic"). Norms, softmax, biases and masks
stay in fp32. fp16, for GPUs, is :mod:`millrace_training.half_precision`; only its lists are measured here. The models
that are published stay as they are: each variant can be written to a repository of its own, to be served and measured.
"""

from __future__ import annotations

import json
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnxruntime.quantization import QuantType, quantize_dynamic

from millrace_training import atomic, evaluation, interactions
from millrace_training.errors import TrainingError
from millrace_training.evaluation import Target
from millrace_training.half_precision import halved
from millrace_training.progress import Progress
from millrace_training.repository import ModelRepository, promise
from millrace_training.serving import ExportedRetriever, feeds
from millrace_training.windows import Sequences

_LISTS = 1_000
_LENGTH = 10
_BATCH = 64
_PASSES = 5


@dataclass(frozen=True)
class Variant:
    """One graph, measured.

    Attributes:
        name: ``fp32``, ``int8`` or ``fp16``.
        size_bytes: of the file.
        measured: accuracy on the targets.
        milliseconds: processor time for 1,000 lists in batches of 64, the median of five passes, one thread; None for
            fp16, which a CPU only imitates.
        same_top_10: share of these lists whose ten best items are those of fp32, in the same order.
    """

    name: str
    size_bytes: int
    measured: dict[str, float]
    milliseconds: float | None
    same_top_10: float


def quantised(graph: bytes) -> bytes:
    """The graph with 8-bit weights."""
    model = onnx.load_model_from_string(graph)
    # Our writer leaves nothing for the quantiser's own clean-up to do, which it otherwise recommends in a warning.
    onnx.helper.set_model_props(model, {"onnx.quant.pre_process": "onnxruntime.quant"})
    _untie(model.graph)
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "int8.onnx"
        quantize_dynamic(model, target, per_channel=True, weight_type=QuantType.QInt8)
        return target.read_bytes()


def _untie(graph: onnx.GraphProto) -> None:
    """Give the product with all items a table of its own: the quantiser turns it round, for look-ups as well."""
    for node in graph.node:
        if node.op_type == "Gemm" and any(each.name == "transB" and each.i for each in node.attribute):
            table = next(each for each in graph.initializer if each.name == node.input[1])
            own = graph.initializer.add()
            own.CopyFrom(table)
            own.name = node.input[1] = f"{table.name}.product"


def measure(
    models: Path,
    data: Path,
    until: str,
    ties: str = "file",
    clock: Callable[[], float] = time.process_time,
    to: Path | None = None,
) -> list[Variant]:
    """Compare the latest version with its 8-bit and 16-bit variants on the events after a cut.

    Args:
        models: model repository.
        data: folder with the events.
        until: the cut; the version should not have been trained on what lies after it.
        ties: order of events of the same second, ``file`` or ``item``.
        clock: seconds of processor time.
        to: where to write a repository for each variant, in a folder of its name; none by default.

    Raises:
        TrainingError: there is no version, no event after the cut whose user has an earlier one, or a repository where
            one is to be written.
    """
    repository = ModelRepository(models)
    version = repository.latest()
    if version is None:
        raise TrainingError(f"--models {models}: no version in it; train one first")
    stream = interactions.read(data).by_time(ties)
    expected = list(evaluation.targets(stream, interactions.cut(stream, until)))
    if not expected:
        raise TrainingError(f"--until {until}: nothing to measure on lies after it; choose an earlier cut")
    sequences = Sequences.of(stream, repository.vocabulary())
    try:
        graph = (repository.folder(version) / "retriever.onnx").read_bytes()
    except OSError as error:
        raise TrainingError(f"{error.filename} can't be read ({error.strerror}); restore it") from error
    sample = _sample(expected)
    variants: list[Variant] = []
    reference: NDArray[np.int32] | None = None
    for name, content in (("fp32", graph), ("int8", quantised(graph)), ("fp16", halved(graph))):
        if to is not None:
            _write(repository, version, content, to / name)
        session = ExportedRetriever(content)
        with Progress(f"evaluating {name}", len(expected), "targets") as line:
            ranks = evaluation.rank_exported(session, sequences, expected, lambda done: line.advance(done))
        laid_out = _laid_out(sequences, sample)
        best = np.concatenate([session.run(batch)[0][:, :_LENGTH] for batch in laid_out])
        milliseconds = None if name == "fp16" else _timed(session, laid_out, clock) * _LISTS / len(sample)
        reference = best if reference is None else reference
        same = float(np.mean((best == reference).all(axis=1)))
        variants.append(Variant(name, len(content), evaluation.summary(ranks), milliseconds, same))
    return variants


def table(variants: Sequence[Variant]) -> str:
    """A line per variant."""
    lines = ["          bytes   HR@10  NDCG@10  recall@100  same top 10  core-ms for 1,000 lists"]
    lines += [
        f"{each.name}  {each.size_bytes:>9,}  {each.measured['hit_rate_at_10']:.4f}   {each.measured['ndcg_at_10']:.4f}"
        f"      {each.measured['recall_at_100']:.4f}       {each.same_top_10:6.1%}  {_time(each):>23}"
        for each in variants
    ]
    return "\n".join(lines)


def _time(variant: Variant) -> str:
    return "a GPU's" if variant.milliseconds is None else f"{variant.milliseconds:.0f}"


def _sample(expected: Sequence[Target]) -> list[Target]:
    """Up to 1,000 targets spread over the stream, those with short histories first."""
    spread = np.linspace(0, len(expected) - 1, min(_LISTS, len(expected)), dtype=np.int64)
    return sorted((expected[number] for number in spread), key=lambda target: len(target.history))


def _laid_out(sequences: Sequences, sample: Sequence[Target]) -> list[dict[str, NDArray[Any]]]:
    rows = [evaluation.row(sequences, target.history) for target in sample]
    return [feeds(rows[start : start + _BATCH]) for start in range(0, len(rows), _BATCH)]


def _timed(
    session: ExportedRetriever, laid_out: Sequence[dict[str, NDArray[Any]]], clock: Callable[[], float]
) -> float:
    """Milliseconds for all batches."""
    passes = []
    for _ in range(_PASSES):
        started = clock()
        for batch in laid_out:
            session.run(batch)
        passes.append(clock() - started)
    return statistics.median(passes) * 1_000


def _write(repository: ModelRepository, version: int, graph: bytes, to: Path) -> None:
    """A copy of a version, with another graph."""
    with atomic.new_folder(to) as folder:
        for model, file in (("recommender", "retriever.onnx"), ("retriever", "model.onnx")):
            source = repository.root / model
            shutil.copytree(source / str(version), folder / model / str(version))
            shutil.copy(source / "config.pbtxt", folder / model)
            (folder / model / str(version) / file).write_bytes(graph)
        manifest = folder / "recommender" / str(version) / "bundle.json"
        bundle = json.loads(manifest.read_text(encoding="utf-8"))
        bundle["files"]["retriever.onnx"] = promise(graph)
        manifest.write_text(json.dumps(bundle, indent=2) + "\n", encoding="utf-8")
