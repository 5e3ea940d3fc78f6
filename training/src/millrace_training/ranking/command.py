"""The commands ``rank``, ``rank-counted`` and ``feature-parity``."""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Sequence
from pathlib import Path

from millrace_training import arguments

OPTIONAL = ("multi_interest", "fresh")
"""Sources that are off by default."""


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare them."""
    rank = commands.add_parser(
        "rank",
        help="give the latest version candidate sources and a ranker",
        description="Learn a ranker from a replay of the events that the latest version's retriever was trained on, "
        "write it and the neighbour tables into that version's folder (the retriever stays as it is), and measure "
        "every stage on the events after the cut.",
    )
    arguments.add_models(rank)
    rank.add_argument("--data", type=Path, required=True, metavar="FOLDER", help="folder with the events")
    rank.add_argument("--until", required=True, metavar="CUT", help="the cut that the retriever was trained with")
    rank.add_argument("--seed", type=int, default=1, metavar="N", help="decides everything random (default: 1)")
    arguments.add_threads(rank)
    rank.add_argument(
        "--folds",
        type=int,
        choices=range(2, 7),
        default=4,
        metavar="N",
        help="cuts of the past to learn from, 2 to 6, a tenth of the events apart; the newest one chooses (default: 4)",
    )
    rank.add_argument(
        "--work", type=Path, metavar="DIR", help="folder for the folds' retrievers, from which a run goes on"
    )
    rank.add_argument(
        "--results", type=Path, metavar="DIR", help="folder for the result file (default: nothing is measured)"
    )
    _add_also(rank)
    rank.set_defaults(run=_run_rank)
    counted = commands.add_parser(
        "rank-counted",
        help="measure a ranker over first-order Markov counts on an imported data set",
        description="Learn a ranker over the candidates of first-order Markov counts and the other sources on the "
        "oldest 80 % of a data set with times, and measure it on the rest. Publishes nothing.",
    )
    counted.add_argument("--data", type=Path, required=True, metavar="FOLDER", help="folder with the source file")
    counted.add_argument("--mapping", required=True, metavar="NAME", help="as in import")
    counted.add_argument(
        "--share", type=float, default=0.25, metavar="X", help="share of the targets that are drawn (default: 0.25)"
    )
    arguments.add_threads(counted)
    _add_also(counted)
    arguments.add_results(counted)
    counted.set_defaults(run=_run_counted)
    parity = commands.add_parser(
        "feature-parity",
        help="compare the features of lists that a server answered with training's",
        description="Recompute the features of lists that a model server dumped, and print the largest difference of "
        "each feature. Exits with 1 where one is above 1e-4 of the value, or 1e-4 for values below 1.",
    )
    arguments.add_models(parity)
    parity.add_argument("--dump", type=Path, required=True, metavar="FILE", help="JSON lines, one for each list")
    parity.set_defaults(run=_run_parity)


def _add_also(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--with",
        dest="also",
        action="append",
        choices=OPTIONAL,
        default=[],
        metavar="SOURCE",
        help="a source that is off by default, to be asked, too; may be given more than once: " + ", ".join(OPTIONAL),
    )


def add_ranker(
    models: Path,
    data: Path,
    until: str,
    seed: int,
    threads: int,
    work: Path | None = None,
    results: Path | None = None,
    also: Sequence[str] = (),
    folds: int = 4,
) -> None:
    """Give the latest version a ranker; with a folder for results, measure it on the events after the cut."""
    with arguments.packages():
        from millrace_training.ranking import job, measuring
        from millrace_training.ranking.fitting import FitSettings
    command = ["python", "-m", "millrace_training", "rank", "--models", models.name]
    command += ["--data", data.name, "--until", until, "--seed", str(seed)]
    command += [] if folds == 4 else ["--folds", str(folds)]
    command += [part for name in also for part in ("--with", name)]
    shown = shlex.join(command)
    fit = FitSettings(seed=seed)
    asked = job.RankJob(models, data, until, shown, work=work, threads=threads, plan_count=folds, fit=fit, also=also)
    ranked = job.run(asked)
    if results is not None:
        measuring.run(ranked, data.name, "SASRec", f"{shown} --results results", results, print)


def _run_rank(options: argparse.Namespace) -> None:
    add_ranker(
        options.models,
        options.data,
        options.until,
        options.seed,
        options.threads,
        options.work,
        options.results,
        options.also,
        options.folds,
    )


def _run_counted(options: argparse.Namespace) -> None:
    from millrace_training.ranking import counted

    counted.run(options.data, options.mapping, options.share, options.results, options.threads, print, options.also)


def _run_parity(options: argparse.Namespace) -> None:
    from millrace_training.ranking import dumps

    dumps.check(options.models, options.dump, print)
