"""The commands ``report`` and ``training-speed``."""

from __future__ import annotations

import argparse
from pathlib import Path

from millrace_training import arguments


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare them."""
    _add_report(commands)
    _add_speed(commands)


def _add_report(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = commands.add_parser(
        "report",
        help="write the tables of result files into a page",
        description="Replace the generated part of a Markdown page by the tables of all result files in a folder.",
    )
    command.add_argument("--results", type=Path, required=True, metavar="DIR", help="folder with result files")
    command.add_argument("--into", type=Path, required=True, metavar="FILE", help="page with the two markers")
    command.set_defaults(run=_run_report)


def _add_speed(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = commands.add_parser(
        "training-speed",
        help="compare how fast a recipe's SASRec is trained with eager PyTorch",
        description="Train the SASRec of a benchmark recipe here and in eager PyTorch, in turns, and print targets per "
        "second and the ratios of the same turns.",
    )
    command.add_argument(
        "--recipe", required=True, metavar="NAME", help="a benchmark with a SASRec and full cross-entropy"
    )
    command.add_argument("--data", type=Path, required=True, metavar="FOLDER", help="its data, as in train")
    for name, default, meaning in (("turns", 7, "measured turns of each"), ("steps", 8, "steps of a turn")):
        command.add_argument(
            f"--{name}", type=arguments.positive, default=default, metavar="N", help=f"{meaning} (default: {default})"
        )
    arguments.add_machine(command)
    arguments.add_precision(command)
    command.add_argument("--report", type=Path, metavar="FILE", help="write the figures as JSON, too")
    command.set_defaults(run=_run_speed)


def _run_report(options: argparse.Namespace) -> None:
    from millrace_training.benchmark import report

    report.write(options.results, options.into)


def _run_speed(options: argparse.Namespace) -> None:
    with arguments.packages():
        from millrace_training.benchmark import training_speed
        from millrace_training.machine import Machine

    machine = Machine.named(options.device, options.precision, options.threads)
    asked = training_speed.SpeedCommand(options.recipe, options.data, options.turns, options.steps, machine)
    training_speed.run(asked, options.report)
