"""Command line: ``python -m millrace_training COMMAND ...``.

Each command imports what it needs when it runs, so that ``data`` works on a bare Python while ``train``
needs the packages in ``requirements.txt``.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from millrace_training.errors import TrainingError

_INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status: 0 done, 1 failed, 2 wrong usage, 130 interrupted."""
    options = _parser().parse_args(arguments)
    try:
        run = options.run
        run(options)
    except TrainingError as error:
        print(f"millrace-training: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("millrace-training: interrupted; nothing half-written was left behind", file=sys.stderr)
        return _INTERRUPTED
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m millrace_training",
        description="Import events, train a retriever, evaluate it, export it, publish it.",
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add_train(commands)
    _add_data(commands)
    return parser


def _add_train(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    train = commands.add_parser(
        "train",
        help="train a retriever and publish it as a new version",
        description="Train a retriever on the events before a cut, evaluate it on those after it beside counting "
        "baselines, export it to ONNX, check the export, and publish a new version in a model repository.",
    )
    train.add_argument("--data", type=Path, required=True, metavar="FOLDER", help="folder with the events")
    train.add_argument(
        "--until",
        required=True,
        metavar="CUT",
        help="train on what lies before: a share of the events (80%%), an ISO time, or epoch seconds",
    )
    train.add_argument(
        "--models", type=Path, default=Path("models"), metavar="DIR", help="repository (default: models)"
    )
    train.add_argument("--recipe", default="demo", metavar="NAME", help="sizes and settings (default: demo)")
    train.add_argument(
        "--seed", type=_not_negative, default=1, metavar="N", help="decides everything random (default: 1)"
    )
    train.add_argument("--threads", type=_positive, default=1, metavar="N", help="CPU threads (default: 1)")
    train.add_argument(
        "--ties",
        choices=["file", "item"],
        default="file",
        help="order of events of the same second: as in the file (default), or by item id to compare with figures "
        "measured that way",
    )
    train.set_defaults(run=_run_train)


def _run_train(options: argparse.Namespace) -> None:
    try:
        from millrace_training import training
    except ModuleNotFoundError as error:
        raise TrainingError(
            f"the package {error.name!r} is missing; install training/requirements.txt into this Python with pip"
        ) from error
    from millrace_training.recipes import RECIPES

    if options.recipe not in RECIPES:
        raise TrainingError(f"--recipe {options.recipe}: unknown; known are {', '.join(RECIPES)}")
    training.run(
        training.TrainingJob(
            data=options.data,
            until=options.until,
            models=options.models,
            recipe=RECIPES[options.recipe],
            seed=options.seed,
            threads=options.threads,
            ties=options.ties,
            command=_command(options),
        )
    )


def _command(options: argparse.Namespace) -> list[str]:
    """The command that gives the same model again, without the folders of one machine."""
    command = ["./millrace", "train", "--data", options.data.name, "--until", options.until]
    command += ["--recipe", options.recipe, "--seed", str(options.seed), "--threads", str(options.threads)]
    return command if options.ties == "file" else [*command, "--ties", options.ties]


def _positive(text: str) -> int:
    return _at_least(1, text)


def _not_negative(text: str) -> int:
    return _at_least(0, text)


def _at_least(least: int, text: str) -> int:
    if not text.isdecimal() or int(text) < least:
        raise argparse.ArgumentTypeError(f"{text!r}: must be a whole number of at least {least}")
    return int(text)


def _add_data(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    data = commands.add_parser(
        "data",
        help="fetch a public data set",
        description="Fetch a public data set, normalise it and verify its checksums. A complete folder is left alone.",
    )
    data.add_argument("name", choices=["ml-100k"], help="the data set")
    data.add_argument("--to", type=Path, required=True, metavar="DIR", help="folder for the canonical files")
    data.add_argument(
        "--from",
        dest="origin",
        type=Path,
        metavar="PATH",
        help="take it from this folder or zip archive (either published layout) instead of the network",
    )
    data.set_defaults(run=_run_data)


def _run_data(options: argparse.Namespace) -> None:
    from millrace_training import movielens

    origin: Path | None = options.origin
    sources = [movielens.folder(origin)] if origin else [movielens.publisher(), movielens.package()]
    movielens.fetch(options.to, sources)
