"""``train --from-kafka``: its options, and what they start."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from millrace_training import arguments
from millrace_training.errors import TrainingError
from millrace_training.fresh import option_values

if TYPE_CHECKING:
    from millrace_training.fresh.training_round import Outcome
    from millrace_training.interactions import Interactions

TOPIC = "interactions"
ERASURES = "erasures"
ITEMS = "items"
KNOWLEDGE = "item-knowledge"

NONE = "none"
"""Instead of a topic's name: do without."""

FIRST_UNTIL = "90%"
"""Of the topic's events, what a first version is trained on; the rest evaluates it."""

First = Callable[["Interactions", Mapping[str, Any], Callable[[str], None]], int]
"""Trains a first version: events in time order, where they come from, and what hears of it."""

OPTIONS = (
    "registry",
    "topic",
    "erasures",
    "items",
    "item_knowledge",
    "kafka_config",
    "window",
    "every",
    "epochs",
    "learning_rate",
    "from_scratch",
    "keep",
    "model_server",
    "model_server_token_file",
    "json",
    "stop_with_parent",
)
"""Those that only mean something beside ``--from-kafka``."""


def add(train: argparse.ArgumentParser) -> None:
    """Declare the options."""
    group = train.add_argument_group("to train on the events in Kafka")
    group.add_argument(
        "--from-kafka",
        metavar="HOST:PORT",
        help="read the interactions topic of these brokers, up to its present end, instead of --data. Goes on from the "
        "current version's weights; the first version, or one --from-scratch, is trained as from a file",
    )
    group.add_argument(
        "--registry", metavar="URL", help="schema registry: base of its common API; required with --from-kafka"
    )
    group.add_argument("--topic", metavar="NAME", help="the events (default: interactions)")
    group.add_argument(
        "--erasures",
        metavar="NAME",
        help="wishes to be forgotten: events of these users up to that time are left out (default: erasures, "
        "where there is one)",
    )
    group.add_argument(
        "--items",
        metavar="NAME",
        help="the catalogue: items that came after the current version's training get their titles, attributes and "
        "vectors from it (default: items, where there is one; none: new items stay without)",
    )
    group.add_argument(
        "--item-knowledge",
        metavar="NAME",
        help="what a language model wrote about items: added to the text that a new item's vector is made of "
        "(default: item-knowledge, where there is one; none: do without)",
    )
    group.add_argument(
        "--kafka-config", type=Path, metavar="FILE", help="further settings of librdkafka, key=value lines: TLS, SASL"
    )
    group.add_argument(
        "--window",
        type=option_values.duration,
        metavar="TIME",
        help="only events at most so much older than the newest, such as 30d (default: all)",
    )
    group.add_argument(
        "--every",
        type=option_values.every,
        metavar="TIME|N",
        help="again and again: so much time after the last start (10m, 2h), or after so many new events (2000). One "
        "line for each round; Ctrl-C or SIGTERM ends it",
    )
    group.add_argument(
        "--epochs",
        type=option_values.epochs,
        metavar="N",
        help="passes over the events when going on from a version (default: 2)",
    )
    group.add_argument(
        "--learning-rate",
        type=option_values.rate,
        metavar="X",
        help="its peak when going on from a version (default: 0.001)",
    )
    group.add_argument(
        "--from-scratch",
        action="store_const",
        const=True,
        help="begin with random weights; without ranker and tables, which rank adds",
    )
    group.add_argument(
        "--keep",
        type=option_values.keep,
        metavar="N",
        help="newest versions that stay in the repository once one is published, that one among them; older ones are "
        f"removed (default: {option_values.KEEP}, at least {option_values.LEAST_KEPT})",
    )
    group.add_argument(
        "--model-server",
        action="append",
        metavar="URL",
        help="HTTP address of a model server that serves the repository, once for each: what it serves is never "
        "removed, however many versions came after it (default: none is asked)",
    )
    group.add_argument(
        "--model-server-token-file",
        type=Path,
        metavar="FILE",
        help="bearer token to send there (default: none is sent)",
    )
    group.add_argument("--json", action="store_const", const=True, help="with --every, each round as a line of JSON")
    group.add_argument("--stop-with-parent", action="store_const", const=True, help=argparse.SUPPRESS)


def check(options: argparse.Namespace) -> None:
    """Refuse what makes no sense beside ``--from-kafka``."""
    if options.registry is None:
        options.refuse("--registry is required with --from-kafka, such as http://127.0.0.1:8081/apis/ccompat/v7")
    if options.ties is not None:
        options.refuse("--ties has no meaning with --from-kafka: events of the same time keep the topic's order")
    if options.ranker:
        options.refuse("--ranker needs --data; with --from-kafka the current version's ranker is carried over")
    if options.model_server is None and options.model_server_token_file is not None:
        options.refuse("--model-server-token-file has no meaning without --model-server")
    if options.every is None and options.json:
        options.refuse("--json has no meaning without --every")
    if options.every is not None and options.from_scratch:
        options.refuse("--from-scratch has no meaning with --every: rounds go on from the current version")


def written(options: argparse.Namespace) -> list[str]:
    """The command without addresses and folders of one place, for the bundle."""
    command = ["./millrace", "train", "--from-kafka", "HOST:PORT", "--registry", "URL"]
    command += [] if options.topic is None else ["--topic", options.topic]
    command += [] if options.items is None else ["--items", options.items]
    command += [] if options.item_knowledge is None else ["--item-knowledge", options.item_knowledge]
    command += ["--no-texts"] if options.no_texts else []
    command += [] if options.window is None else ["--window", f"{options.window:.0f}s"]
    command += [] if options.epochs is None else ["--epochs", str(options.epochs)]
    command += [] if options.learning_rate is None else ["--learning-rate", str(options.learning_rate)]
    command += [] if options.seed is None else ["--seed", str(options.seed)]
    return [*command, *arguments.machine_as_written(options)]


def run(options: argparse.Namespace, command: list[str], first: First) -> None:
    """Read, then train once, or every so often.

    Args:
        options: of the command line.
        command: how it was started, for the bundle.
        first: trains the first version.
    """
    from millrace_training import progress
    from millrace_training.fresh import arriving, interruption, repeating, retention, served_versions
    from millrace_training.fresh.collecting import Collection
    from millrace_training.fresh.decoding import RecordDecoder
    from millrace_training.fresh.describing import Describer, carried
    from millrace_training.fresh.item_topics import ItemTopics
    from millrace_training.fresh.log import KafkaLog, read_properties
    from millrace_training.fresh.registry import SchemaRegistry
    from millrace_training.fresh.served_versions import ModelServer
    from millrace_training.fresh.training_round import EPOCHS, LEARNING_RATE, Outcome, Round, RoundSettings
    from millrace_training.profiles.encoder import TextEncoder
    from millrace_training.repository import ModelRepository

    topic = options.topic or TOPIC
    repository = ModelRepository(options.models or Path("models"))
    servers = [ModelServer(url, options.model_server_token_file) for url in options.model_server or ()]
    decoder = RecordDecoder(SchemaRegistry(options.registry).schema)
    properties = read_properties(options.kafka_config) if options.kafka_config else {}
    settings = RoundSettings(
        repository,
        options.epochs or EPOCHS,
        options.learning_rate or LEARNING_RATE,
        1 if options.seed is None else options.seed,
        options.threads,
        command=command,
        device=options.device,
        precision=options.precision,
        **({} if options.max_drop is None else {"max_drop": options.max_drop}),
    )
    with ExitStack() as open_now:
        open_now.enter_context(interruption.interrupted_by_termination())
        open_now.enter_context(repeating.alone(repository.root))

        def opened(option: str, name: str) -> KafkaLog:
            log = KafkaLog(options.from_kafka, name, properties, option=option)
            open_now.callback(log.close)
            return log

        log = opened("--topic", topic)
        erasures = opened("--erasures", options.erasures or ERASURES)
        items = opened("--items", options.items or ITEMS) if options.items != NONE else None
        knowledge = (
            opened("--item-knowledge", options.item_knowledge or KNOWLEDGE) if options.item_knowledge != NONE else None
        )
        collection = Collection(log, decoder, options.window, erasures)
        topics = ItemTopics(decoder, items, knowledge) if items else None
        describe = (
            Describer(topics, lambda: TextEncoder(options.text_encoder, options.threads), not options.no_texts)
            if topics
            else carried
        )
        changed = topics.changed if topics else arriving.nothing

        def trained(lines: Callable[..., progress.Progress], say: Callable[[str], None]) -> Outcome:
            # Without a name it's the usual topic, which nobody has to have.
            for option, name, named in (
                ("--erasures", options.erasures, erasures),
                ("--items", options.items, items),
                ("--item-knowledge", options.item_knowledge, knowledge),
            ):
                if name is not None and named is not None and not named.spans():
                    raise _missing(option, name, options.from_kafka)
            collection.read()
            collected = collection.collected()
            if not len(collected.events):
                raise _nothing_to_use(topic, options, collected.left_out, bool(log.spans()))
            if repository.latest() is None or options.from_scratch:
                origin = {"dataset": topic, "kafka": collected.as_dict(topic)}
                version = first(collected.events, origin, say)
                return Outcome(
                    "published", "trained from scratch", version, {"events": len(collected.events), "new": 0}
                )
            return Round(settings, collected, topic, lines, describe, changed).run()

        def one(lines: Callable[..., progress.Progress], say: Callable[[str], None]) -> Outcome:
            return retention.retained(
                trained(lines, say),
                repository,
                options.keep or option_values.KEEP,
                lambda: served_versions.by_any(servers),
            )

        if options.stop_with_parent:
            interruption.end_with(sys.stdin.buffer)
        if options.every is None:
            _once(one(progress.Progress, print))
            return
        repetition = repeating.Repetition(
            options.every,
            collection.waiting,
            lambda: one(progress.unseen, lambda _: None),
            lambda line: print(line, flush=True),
            bool(options.json),
        )
        try:
            repetition.go()
        except KeyboardInterrupt:
            # One more of them must not break off what is cleaned up now.
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            print(f"stopped after {repetition.rounds} rounds; nothing half-written was left behind", file=sys.stderr)


def _nothing_to_use(
    topic: str, options: argparse.Namespace, left_out: Mapping[str, int], is_there: bool
) -> TrainingError:
    if left_out:
        reasons = ", ".join(f"{count:,} {reason}" for reason, count in left_out.items())
        return TrainingError(
            f"--topic {topic}: holds no events that can be used, but {reasons}; check that these are interactions, "
            f"and that --registry {options.registry} has their schemas"
        )
    if is_there:
        return TrainingError(f"--topic {topic}: is empty; publish events to it first")
    return _missing("--topic", topic, options.from_kafka)


def _missing(option: str, topic: str, address: str) -> TrainingError:
    return TrainingError(f"{option} {topic}: there is no such topic at {address}; check its name, or make it first")


def _once(outcome: Outcome) -> None:
    if outcome.result == "refused":
        raise TrainingError(outcome.detail)
    what = outcome.result if outcome.version is None else f"published version {outcome.version}"
    print(f"{what}: {outcome.detail}")
