"""The system as people run it: commands of the launcher, each a process of its own, and a training beside them.

`./millrace test` brings what they need: both halves built, and a Python with training's packages.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from millrace_training.fresh.decoding import RecordDecoder
from millrace_training.fresh.log import KafkaLog
from millrace_training.fresh.registry import SchemaRegistry

HOME = Path(__file__).parents[4]

_MODEL_SERVER = re.compile(r"millrace-model-server ready grpc=(?P<grpc>\S+) http=(?P<http>\S+)")
_PLATFORM = re.compile(r"\nKafka +(?P<kafka>\S+)\nschema registry +(?P<registry>\S+)\n(.*\n)*Flink dashboard +\S+\n")
_LIMIT_S = 180.0
_PAUSE_S = 0.2

Found = TypeVar("Found")


def eventually(what: str, look: Callable[[], Found], enough: Callable[[Found], bool]) -> Found:
    """Look again and again until there is enough to be seen."""
    until_s = time.monotonic() + _LIMIT_S
    while not enough(found := look()):
        assert time.monotonic() < until_s, f"{what}: not within {_LIMIT_S:.0f} s, but {found}"
        threading.Event().wait(_PAUSE_S)
    return found


class Launcher:
    """`./millrace`, with a cache folder and logs of a test's own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._environment = {**os.environ, "XDG_CACHE_HOME": str(folder / "cache")}

    def run(self, *arguments: str) -> str:
        """Run a command that ends, and give what it prints."""
        done = subprocess.run(
            [HOME / "millrace", *arguments], env=self._environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{arguments}: {done.stdout}{done.stderr}"
        return done.stdout

    @contextmanager
    def running(self, ready: re.Pattern[str], *arguments: str) -> Iterator[re.Match[str]]:
        """Start a command that goes on, and stop it; gives what it says when it is ready."""
        log = self._folder / f"{arguments[0]}.log"
        with log.open("w") as output:
            process = subprocess.Popen(
                [HOME / "millrace", *arguments],
                env=self._environment,
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        try:
            eventually(
                f"{arguments[0]} is ready",
                lambda: log.read_text(),
                lambda said: bool(ready.search(said)) or process.poll() is not None,
            )
            found = ready.search(log.read_text())
            assert found, f"{arguments[0]} ended: {log.read_text()}"
            yield found
        finally:
            process.terminate()
            process.wait(_LIMIT_S)


@dataclass(frozen=True)
class System:
    """A running system.

    Attributes:
        launcher: whose commands reach it.
        models: the repository that its model server polls.
        kafka: the brokers.
        registry: base of the registry's common API.
        model_server: HTTP address of the model server.
        folder: for files of its own.
    """

    launcher: Launcher
    models: Path
    kafka: str
    registry: str
    model_server: str
    folder: Path

    def publish(self, events: Iterable[Mapping[str, object]]) -> None:
        """Publish interactions, with the Java publisher."""
        file = self.folder / "events.jsonl"
        file.write_text("".join(f"{json.dumps(event)}\n" for event in events))
        self.launcher.run("publish", "--file", str(file))

    def lists(self, expected: int) -> list[Mapping[str, Any]]:
        """The recommendations so far, once there are so many."""
        log = KafkaLog(self.kafka, "recommendations")
        eventually("lists", lambda: sum(end - start for start, end in log.spans().values()), lambda n: n >= expected)
        decoder = RecordDecoder(SchemaRegistry(self.registry).schema)
        found = [decoder.decode(record.value) for record in log.records(log.spans())]
        log.close()
        return found

    def train(self, *options: str) -> str:
        """One round on the events in Kafka; gives what it prints."""
        where = ["--from-kafka", self.kafka, "--registry", self.registry, "--models", str(self.models)]
        done = subprocess.run(
            [sys.executable, "-m", "millrace_training", "train", *where, *options],
            env={**os.environ, "PYTHONPATH": str(HOME / "training" / "src"), "OMP_NUM_THREADS": "1"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@contextmanager
def running_system(folder: Path, models: Path) -> Iterator[System]:
    """Broker, registry and Flink with the recommendation job, and a model server beside them.

    Args:
        folder: for logs and caches.
        models: repository in which new versions are found.
    """
    launcher = Launcher(folder)
    repository = ("--model-repository", str(models), "--model-control-mode", "poll", "--repository-poll", "1s")
    anywhere = ("--grpc-port=0", "--http-port=0", "--metrics-port=-1", "--stop-with-parent")
    with launcher.running(_MODEL_SERVER, "model-server", *repository, *anywhere) as server:
        # With less patience, a lower rung would only mean that the machine is busy.
        patient = "-Dmillrace.recommend.deadline=20s"
        serve = ("serve", "--models", str(models), "--model-server", server["grpc"], patient)
        with launcher.running(_PLATFORM, *serve) as platform:
            address = f"http://{server['http']}"
            yield System(launcher, models, platform["kafka"], platform["registry"], address, folder)
