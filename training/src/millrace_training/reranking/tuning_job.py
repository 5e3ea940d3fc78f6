"""The ``rerank-tune`` command: from events to a folder that the model server serves."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import torch

from millrace_training.errors import TrainingError
from millrace_training.language_model import checkpoint, conversion, gguf, source
from millrace_training.language_model.adapters import AdapterSettings
from millrace_training.language_model.chat import ChatTokens
from millrace_training.language_model.conversion import Origin
from millrace_training.language_model.converted import Converted
from millrace_training.language_model.packing import ContinuationRow
from millrace_training.language_model.tunable import TunableDecoder
from millrace_training.machine import Machine
from millrace_training.reranking import list_source, listwise, served_parity
from millrace_training.reranking.adapter_lists import AdapterLists
from millrace_training.reranking.asking import Instruction
from millrace_training.reranking.list_source import ListSource
from millrace_training.reranking.served_parity import Parity
from millrace_training.reranking.tuning import Tuner, TuningSettings

NAME = "smollm2-135m-reranker"
"""That callers ask the tuned model by, unless another one is chosen."""

_COMPARED = 8


@dataclass(frozen=True)
class TuningJob:
    """What to tune, on what, and where to write it.

    Attributes:
        source: of the lists; its ``work`` has the checkpoint, too, from which an interrupted run goes on.
        out: folder for the tuned model.
        origin: the language model's package or GGUF file; None fetches it.
        name: that callers ask the tuned model by.
        adapters: what learns.
        settings: of tuning.
        seed: of the adapters and the order.
        device: as :meth:`Machine.named` finds it.
        threads: of PyTorch on the CPU.
    """

    source: ListSource
    out: Path
    origin: Path | None = None
    name: str = NAME
    adapters: AdapterSettings = field(default_factory=AdapterSettings)
    settings: TuningSettings = field(default_factory=TuningSettings)
    seed: int = 1
    device: str = "cpu"
    threads: int = 1


def run(job: TuningJob, say: Callable[[str], None] = print) -> None:
    """Make lists, tune, export, compare.

    Raises:
        TrainingError: something is missing, nothing was learned, or the export scores otherwise than the model.
    """
    if job.out.exists():
        raise TrainingError(f"--out {job.out} exists already and is never overwritten; choose another folder")
    machine = Machine.named(job.device, threads=job.threads)
    machine.claim()
    lists = list_source.build(job.source, say)
    with tempfile.TemporaryDirectory(prefix="millrace-rerank-tune-") as scratch:
        file = gguf.read(source.locate(job.origin, Path(scratch)))
        base, chat = checkpoint.read(file), ChatTokens(file.metadata)
        decoder = TunableDecoder(base, job.adapters, job.seed).to(machine.device)
        rows = [[each.row(chat) for each in part] for part in (lists.learned, lists.validated)]
        say(f"{len(rows[0])} lists to learn from, {len(rows[1])} that validate, on {machine.device}")
        learned, validated = (AdapterLists(decoder, part) for part in rows)
        tuner = Tuner(decoder, learned, validated, job.settings, job.seed, job.source.work / f"{job.name}.pt")
        tuner.run()
        curve = tuner.curve
        if curve.best_step == 0:
            raise TrainingError("validation was best before tuning: nothing was learned, and nothing is written")
        say(f"best after {curve.best_step} of {tuner.step} steps: {curve.losses[0]:.4f} to {min(curve.losses):.4f}")
        tuned = {
            **lists.about,
            "prompt": Instruction.RECOMMEND.value,
            "lists": asdict(job.source.plan),
            "adapters": asdict(job.adapters),
            "settings": asdict(job.settings),
            "seed": job.seed,
            "device": str(machine.device),
            "validation": {"steps": curve.steps, "losses": [round(each, 4) for each in curve.losses]},
            "best_step": curve.best_step,
        }
        origin = Origin(job.name, source.PACKAGE, source.LICENCE, source.SHA256)
        with tempfile.TemporaryDirectory(prefix=".tmp-", dir=_made(job.out.parent)) as beside:
            draft = Path(beside) / "model"
            conversion.write(file.metadata, decoder.merged(base), origin, draft, served_parity.BITS, tuned)
            converted = Converted(draft / conversion.VERSION_FOLDER, base.architecture)
            parity = served_parity.check(_compared(decoder, converted, rows[1][:_COMPARED]))
            draft.replace(job.out)
    say(f"served against tuned: {json.dumps(parity)}")
    say(f"{job.name} is in {job.out}: ./millrace model-server --language-model {job.out}")


@torch.no_grad()
def _compared(decoder: TunableDecoder, converted: Converted, rows: Sequence[ContinuationRow]) -> Parity:
    expected = [listwise.gains(decoder.scores(row, decoder.lower(row))).cpu().numpy() for row in rows]
    return served_parity.compare(
        expected, [listwise.gains(served_parity.served_scores(converted, row)).numpy() for row in rows]
    )


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder
