"""The commands ``data`` and ``import``."""

from __future__ import annotations

import argparse
from pathlib import Path


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare them."""
    _add_data(commands)
    _add_import(commands)


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


def _add_import(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = commands.add_parser(
        "import",
        help="import events into the columnar form",
        description="Read a source as its mapping says, leave out and count what its rules name, and write the "
        "memory-mapped form that benchmarks open.",
    )
    command.add_argument("--data", type=Path, required=True, metavar="FOLDER", help="folder with the source file")
    command.add_argument(
        "--mapping", required=True, metavar="NAME", help="a mapping that ships with Millrace, or a .json file"
    )
    command.add_argument("--to", type=Path, required=True, metavar="DIR", help="new folder for the columns")
    command.set_defaults(run=_run_import)


def _run_import(options: argparse.Namespace) -> None:
    from millrace_training.data import importing, mapping

    data = importing.import_data(options.data, mapping.load(options.mapping))
    data.write(options.to)
    print(data.summary())
