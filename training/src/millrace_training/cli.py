"""Command line: ``python -m millrace_training COMMAND ...``.

Each command imports what it needs when it runs, so that ``data`` works on a bare Python while ``train``
needs the packages in ``requirements.txt``.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from millrace_training.benchmark import command as benchmark
from millrace_training.commands import quantise, train
from millrace_training.data import command as data
from millrace_training.errors import TrainingError
from millrace_training.knowledge import command as knowledge
from millrace_training.language_model import command as language_model
from millrace_training.profiles import command as profiles
from millrace_training.ranking import command as ranking
from millrace_training.reranking import command as reranking

_INTERRUPTED = 130

_COMMANDS = (train, profiles, data, benchmark, quantise, language_model, knowledge, ranking, reranking)
"""In the order in which ``--help`` shows them."""


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
    for module in _COMMANDS:
        module.add(commands)
    return parser
