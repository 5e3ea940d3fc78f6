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
    _add_item_knowledge(commands)


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
    _add_answers(command)
    command.add_argument("--llm", metavar="URL", help="endpoint with OpenAI's chat interface, up to /v1")
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


def _add_item_knowledge(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = commands.add_parser(
        "item-knowledge",
        help="measure what a language model's knowledge of items does to lists",
        description="Replay the events after a cut with text vectors of titles and attributes alone, with what a "
        "language model answered about each item behind them, and as a control with what it answered about another: "
        "in the source text, in a ranker, beside profiles, and as the likeness that keeps lists varied. The command "
        "knowledge with --llm asks.",
    )
    arguments.add_models(command)
    _add_common(command)
    arguments.add_until(command)
    _add_answers(command)
    command.add_argument(
        "--work", type=Path, metavar="DIR", help="folder for the folds' retrievers, from which a run goes on"
    )
    command.add_argument(
        "--folds",
        type=int,
        choices=range(2, 7),
        default=2,
        metavar="N",
        help="cuts of the past that rankers are learned from, as in rank (default: 2)",
    )
    command.add_argument(
        "--seeds", type=arguments.positive, default=3, metavar="N", help="rankers of each kind (default: 3)"
    )
    command.set_defaults(run=_run_item_knowledge)


def _run_item_knowledge(options: argparse.Namespace) -> None:
    with arguments.packages():
        from millrace_training.knowledge import item_effect
        from millrace_training.profiles.encoder import TextEncoder
    item_effect.run(
        item_effect.ItemEffectJob(
            options.models,
            options.data,
            options.until,
            options.answers,
            options.llm_model,
            options.work,
            options.folds,
            options.seeds,
            lambda: TextEncoder(options.text_encoder, options.threads),
            options.threads,
            options.results,
        )
    )


def _add_answers(command: argparse.ArgumentParser) -> None:
    command.add_argument("--answers", type=Path, required=True, metavar="FILE", help="answers, kept as JSON lines")
    command.add_argument(
        "--llm-model", default=_EMBEDDED, metavar="NAME", help=f"whose answers are used (default: {_EMBEDDED})"
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
