"""What the commands' arguments have in common: their types, and how a package that is not there is told."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from millrace_training.errors import TrainingError


@contextmanager
def packages() -> Iterator[None]:
    """Around imports of a command that needs more than a bare Python.

    Raises:
        TrainingError: a package is missing; the message says where it comes from.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        raise TrainingError(
            f"the package {error.name!r} is missing; install training/requirements.txt into this Python with pip"
        ) from error


def positive(text: str) -> int:
    """A whole number of at least 1."""
    return _at_least(1, text)


def not_negative(text: str) -> int:
    """A whole number of at least 0."""
    return _at_least(0, text)


def _at_least(least: int, text: str) -> int:
    if not text.isdecimal() or int(text) < least:
        raise argparse.ArgumentTypeError(f"{text!r}: must be a whole number of at least {least}")
    return int(text)


def share(text: str) -> float:
    """A share in percent, as a number from 0 to 1."""
    number = text.removesuffix("%")
    if not text.endswith("%") or not number.replace(".", "", 1).isdecimal() or float(number) > 100:
        raise argparse.ArgumentTypeError(f"{text!r}: must be a share from 0% to 100%, such as 5%")
    return float(number) / 100


def add_models(command: argparse.ArgumentParser) -> None:
    """``--models``, the repository."""
    command.add_argument("--models", type=Path, default=Path("models"), metavar="DIR", help="default: models")


def add_until(command: argparse.ArgumentParser) -> None:
    """``--until``, the cut behind which is measured."""
    command.add_argument("--until", required=True, metavar="CUT", help="measure on what lies after, as in train")


def add_threads(command: argparse.ArgumentParser) -> None:
    """``--threads``, of a command that computes."""
    command.add_argument("--threads", type=positive, default=1, metavar="N", help="CPU threads (default: 1)")


def add_machine(command: argparse.ArgumentParser) -> None:
    """``--device`` and ``--threads``, of a command that trains."""
    command.add_argument(
        "--device",
        default="auto",
        metavar="NAME",
        help="cpu, cuda, or another of PyTorch's (default: a GPU where there is one, else the CPU)",
    )
    add_threads(command)


def add_precision(command: argparse.ArgumentParser) -> None:
    """``--precision``, of a command that trains with it."""
    command.add_argument(
        "--precision",
        choices=["fp32", "bf16"],
        default="fp32",
        help="bf16 computes products in bfloat16 while training, which GPUs do several times as fast; what is "
        "measured is computed in fp32 (default: fp32)",
    )


def machine_as_written(options: argparse.Namespace) -> list[str]:
    """The options of :func:`add_machine` and :func:`add_precision`, for a command that shall give the same again."""
    written = ["--threads", str(options.threads)]
    written += [] if options.device == "auto" else ["--device", options.device]
    return written if options.precision == "fp32" else [*written, "--precision", options.precision]


def add_results(command: argparse.ArgumentParser) -> None:
    """``--results``, the folder for a result file."""
    command.add_argument("--results", type=Path, default=Path("results"), metavar="DIR", help="default: results")
