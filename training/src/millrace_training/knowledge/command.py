"""Commands about what a language model knows and likes. Each imports what it needs when it runs."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from millrace_training import arguments
from millrace_training.errors import TrainingError

_EMBEDDED = "smollm2-135m-instruct"


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add them to the command line."""
    _add_ratings(commands)
    _add_knowledge(commands)


def _add_ratings(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = commands.add_parser(
        "ratings",
        help="measure predictors of ratings by time",
        description="Predict the ratings after a cut: item mean, biases, matrix factorisation (needs "
        "scikit-surprise), and a head that reads sequences and texts.",
    )
    _add_common(command)
    arguments.add_until(command)
    command.add_argument("--seeds", type=arguments.positive, default=3, metavar="N", help="runs (default: 3)")
    command.add_argument(
        "--epochs",
        type=arguments.positive,
        metavar="N",
        help="of the head (default: chosen on the newest tenth before the cut)",
    )
    command.add_argument("--blind", action="store_true", help="also measure the head with past ratings unknown")
    command.set_defaults(run=_run_ratings)


def _run_ratings(options: argparse.Namespace) -> None:
    with arguments.packages():
        from millrace_training.knowledge import rating_comparison
        from millrace_training.profiles.encoder import TextEncoder
    rating_comparison.run(
        rating_comparison.RatingJob(
            options.data,
            options.until,
            lambda: TextEncoder(options.text_encoder, options.threads),
            options.seeds,
            options.epochs,
            options.blind,
            options.threads,
            options.results,
        )
    )


def _add_knowledge(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = commands.add_parser(
        "knowledge",
        help="measure what a language model's knowledge adds to a ranker",
        description="In KAR's protocol: predict likes of users that were not trained on, with and without vectors of "
        "what a language model says of users and items, and with shuffled ones. With --llm what is not in --answers "
        "is asked first.",
    )
    _add_common(command)
    command.add_argument("--answers", type=Path, required=True, metavar="FILE", help="answers, kept as JSON lines")
    command.add_argument("--llm", metavar="URL", help="endpoint with OpenAI's chat interface, up to /v1")
    command.add_argument(
        "--llm-model", default=_EMBEDDED, metavar="NAME", help=f"whose answers are used (default: {_EMBEDDED})"
    )
    command.add_argument(
        "--key-variable", metavar="NAME", help="environment variable that holds the endpoint's key (default: no key)"
    )
    command.add_argument(
        "--at-once", type=arguments.positive, default=8, metavar="N", help="questions at once (default: 8)"
    )
    command.add_argument(
        "--items",
        type=arguments.positive,
        default=1_000_000,
        metavar="N",
        help="ask about the N most rated items (default: all)",
    )
    command.add_argument(
        "--splits", type=arguments.positive, default=10, metavar="N", help="of the users, 10 at most (default: 10)"
    )
    command.set_defaults(run=_run_knowledge)


def _run_knowledge(options: argparse.Namespace) -> None:
    with arguments.packages():
        from millrace_training.knowledge import augmentation
        from millrace_training.knowledge.endpoint import Endpoint
        from millrace_training.profiles.encoder import TextEncoder
    key = _key(options.key_variable)
    augmentation.run(
        augmentation.AugmentationJob(
            options.data,
            options.answers,
            options.llm_model,
            None if options.llm is None else Endpoint(options.llm, options.llm_model, key),
            options.at_once,
            options.items,
            min(options.splits, augmentation.FOLDS),
            lambda: TextEncoder(options.text_encoder, options.threads),
            options.threads,
            options.results,
        )
    )


def _key(variable: str | None) -> str | None:
    if variable is None:
        return None
    key = os.environ.get(variable)
    if not key:
        raise TrainingError(f"--key-variable {variable}: is not set; export it, or leave the option out")
    return key


def _add_common(command: argparse.ArgumentParser) -> None:
    command.add_argument("--data", type=Path, required=True, metavar="FOLDER", help="ratings and items.tsv")
    command.add_argument("--text-encoder", type=Path, metavar="JAR", help="as in train")
    arguments.add_threads(command)
    arguments.add_results(command)
