"""The command ``quantise``."""

from __future__ import annotations

import argparse
from pathlib import Path

from millrace_training import arguments


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare it."""
    command = commands.add_parser(
        "quantise",
        help="measure what 8-bit and 16-bit numbers would do to the latest version",
        description="Compare the latest published version with the same graph in int8, for CPUs, and in fp16, for "
        "GPUs: size, accuracy on the events after a cut, time on a CPU. Changes nothing that is published.",
    )
    arguments.add_models(command)
    command.add_argument("--data", type=Path, required=True, metavar="FOLDER", help="folder with the events")
    arguments.add_until(command)
    command.add_argument(
        "--to", type=Path, metavar="DIR", help="also write DIR/fp32, DIR/int8 and DIR/fp16, a repository to serve each"
    )
    command.set_defaults(run=_run_quantise)


def _run_quantise(options: argparse.Namespace) -> None:
    from millrace_training import quantisation

    print(quantisation.table(quantisation.measure(options.models, options.data, options.until, to=options.to)))
