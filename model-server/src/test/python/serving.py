"""Starts the model server that tests of public clients call.

Needs a JDK on the PATH (or JAVA, its full name) and in CLASSPATH the model server with all it
needs; `./millrace test` brings both.
"""

import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

MODELS = Path(__file__).parents[1] / "resources/models"
READY = re.compile(r"millrace-model-server ready grpc=(\S+) http=(\S+) metrics=(\S+)")
WAIT_SECONDS = 60


@dataclass
class Server:
    grpc: str
    http: str
    metrics: str


@contextmanager
def running_server(models: Path, *options: str) -> Iterator[Server]:
    """Serves a repository on free ports for as long as the context lasts."""
    process = subprocess.Popen(
        [
            os.environ.get("JAVA", "java"),
            "-Xmx256m",
            "io.millrace.server.ModelServer",
            "--model-repository",
            str(models),
            "--grpc-port=0",
            "--http-port=0",
            "--metrics-port=0",
            "--stop-with-parent",
            *options,
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    ready = READY.match(line)
    try:
        assert ready, f"instead of its addresses the server said {line!r}"
        yield Server(*ready.groups())
    finally:
        process.terminate()
        process.wait(WAIT_SECONDS)
        assert process.returncode == 0
