"""The command ``report``."""

from __future__ import annotations

import argparse
from pathlib import Path


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare it."""
    command = commands.add_parser(
        "report",
        help="write the tables of result files into a page",
        description="Replace the generated part of a Markdown page by the tables of all result files in a folder.",
    )
    command.add_argument("--results", type=Path, required=True, metavar="DIR", help="folder with result files")
    command.add_argument("--into", type=Path, required=True, metavar="FILE", help="page with the two markers")
    command.set_defaults(run=_run_report)


def _run_report(options: argparse.Namespace) -> None:
    from millrace_training.benchmark import report

    report.write(options.results, options.into)
