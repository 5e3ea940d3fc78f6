"""An encoder of soft prompts for the tiny language model, and what is to come of it in the model server."""

from __future__ import annotations

import json
from pathlib import Path

import onnxruntime
import torch

import tiny_language_model as tiny
from millrace_training.language_model import checkpoint, conversion
from millrace_training.language_model.chat import ChatTokens
from millrace_training.language_model.converted import Converted
from millrace_training.language_model.packing import continuations
from millrace_training.language_model.soft_prompt import SoftPromptEncoder, SoftPromptSettings
from millrace_training.reranking import served_parity

SIZES = SoftPromptSettings(tokens=3, history=5, inner=8)
HISTORY = ("Alien (1979)", "the Piano", "Heat")
PROMPT = [{"role": "user", "content": "I like the film"}]
CONTINUATIONS = ("Heat", "Alien (1979)", "a")


def encoder(learned: bool = False) -> SoftPromptEncoder:
    """As it starts, or with changes as if something had been learned."""
    made = SoftPromptEncoder(tiny.WIDTH, SIZES, seed=1)
    random = torch.Generator().manual_seed(7)
    with torch.no_grad():
        for values in made.parameters() if learned else ():
            values += torch.randn(values.shape, generator=random) * 0.1
    return made


def write_expected(folder: Path, file: Path) -> None:
    """Write, as JSON, what ``/v1/score`` of a converted model with an encoder is asked, and says."""
    version, chat = folder / conversion.VERSION_FOLDER, ChatTokens(tiny.metadata())
    converted = Converted(version, checkpoint.architecture(tiny.metadata()))
    session = onnxruntime.InferenceSession(version / conversion.SOFT_PROMPT, providers=["CPUExecutionProvider"])
    items = converted.item_vectors([chat.text(title) for title in HISTORY])
    soft = session.run(None, {"items": items})[0]
    titles = [chat.text(text) for text in CONTINUATIONS]
    row = continuations([([0] * SIZES.tokens + chat.conversation(PROMPT), titles)])
    scores = served_parity.served_scores(converted, row, soft)
    asked = {"model": tiny.NAME, "messages": PROMPT, "continuations": CONTINUATIONS, "history": HISTORY}
    means = [round(score, 6) for score in scores.tolist()]
    file.write_text(json.dumps({"request": asked, "mean_log_probabilities": means}, indent=2) + "\n")
