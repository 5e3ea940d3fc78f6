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
    _add_data(commands)
    return parser


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
