"""What 8-bit weights would do to a published retriever: how much smaller, how much faster, how much worse.

Weights of matrix products and the embedding table become int8 with one scale per output channel; activations are
rounded to 8 bits as they come, with a scale of their own in every call ("dynamic"). Norms, softmax, biases and masks
stay in fp32. Nothing is published: this measures whether it would be worth it.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnxruntime.quantization import QuantType, quantize_dynamic

from millrace_training import evaluation, interactions
from millrace_training.errors import TrainingError
from millrace_training.evaluation import Target
from millrace_training.progress import Progress
from millrace_training.repository import ModelRepository
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
        name: ``fp32`` or ``int8``.
        size_bytes: of the file.
        measured: accuracy on the targets.
        milliseconds: processor time for 1,000 lists in batches of 64, the median of five passes, one thread.
        same_top_10: share of these lists whose ten best items are those of fp32, in the same order.
    """

    name: str
    size_bytes: int
    measured: dict[str, float]
    milliseconds: float
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
    models: Path, data: Path, until: str, ties: str = "file", clock: Callable[[], float] = time.process_time
) -> list[Variant]:
    """Compare the latest version with its 8-bit variant on the events after a cut.

    Args:
        models: model repository.
        data: folder with the events.
        until: the cut; the version should not have been trained on what lies after it.
        ties: order of events of the same second, ``file`` or ``item``.
        clock: seconds of processor time.

    Raises:
        TrainingError: there is no version, or no event after the cut whose user has an earlier one.
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
    for name, content in (("fp32", graph), ("int8", quantised(graph))):
        session = ExportedRetriever(content)
        with Progress(f"evaluating {name}", len(expected), "targets") as line:
            ranks = evaluation.rank_exported(session, sequences, expected, lambda done: line.advance(done))
        milliseconds, best = _timed(session, sequences, sample, clock)
        reference = best if reference is None else reference
        same = float(np.mean((best == reference).all(axis=1)))
        variants.append(Variant(name, len(content), evaluation.summary(ranks), milliseconds, same))
    return variants


def table(variants: Sequence[Variant]) -> str:
    """A line per variant."""
    lines = ["          bytes   HR@10  NDCG@10  recall@100  same top 10  core-ms for 1,000 lists"]
    lines += [
        f"{each.name}  {each.size_bytes:>9,}  {each.measured['hit_rate_at_10']:.4f}   {each.measured['ndcg_at_10']:.4f}"
        f"      {each.measured['recall_at_100']:.4f}       {each.same_top_10:6.1%}  {each.milliseconds:23.0f}"
        for each in variants
    ]
    return "\n".join(lines)


def _sample(expected: Sequence[Target]) -> list[Target]:
    """Up to 1,000 targets spread over the stream, those with short histories first."""
    spread = np.linspace(0, len(expected) - 1, min(_LISTS, len(expected)), dtype=np.int64)
    return sorted((expected[number] for number in spread), key=lambda target: len(target.history))


def _timed(
    session: ExportedRetriever, sequences: Sequences, sample: Sequence[Target], clock: Callable[[], float]
) -> tuple[float, NDArray[np.int32]]:
    """Milliseconds per 1,000 lists, and the ten best candidates of each row of the sample."""
    rows = [evaluation.row(sequences, target.history) for target in sample]
    laid_out = [feeds(rows[start : start + _BATCH]) for start in range(0, len(rows), _BATCH)]
    best = np.concatenate([session.run(batch)[0][:, :_LENGTH] for batch in laid_out])
    passes = []
    for _ in range(_PASSES):
        started = clock()
        for batch in laid_out:
            session.run(batch)
        passes.append(clock() - started)
    return statistics.median(passes) * 1_000 * _LISTS / len(sample), best
