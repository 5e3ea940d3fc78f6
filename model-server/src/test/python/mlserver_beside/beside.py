"""A real MLServer beside us, with the ONNX file of one model.

    python beside.py MODELS [MODEL]

serves a model (`retriever` unless said otherwise) of a repository in Triton's layout, prints the
addresses that it listens on, and stops when standard input ends. Needs what requirements.txt here
says.
"""

import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event

HERE = Path(__file__).parent.absolute()
START_SECONDS = 60
TRIES_A_SECOND = 10
INSTANCES = 2


def settings(http: int, grpc: int) -> dict:
    """One process, and nothing that costs and is not asked for: neither log nor metrics."""
    return {
        "host": "127.0.0.1",
        "http_port": http,
        "grpc_port": grpc,
        "debug": False,
        "parallel_workers": 0,
        "metrics_endpoint": None,
    }


def model_settings(folder: Path) -> dict:
    """What a configuration in Triton's format says, for the runtime."""
    config = (folder / "config.pbtxt").read_text()
    version = max(int(each.name) for each in folder.iterdir() if each.name.isdigit())
    inputs = re.findall(r'\{ name: "(\w+)"([^}]*)\}', config)
    return {
        "name": folder.name,
        "implementation": "onnx_runtime.RaggedOnnx",
        "parameters": {
            "extra": {
                "file": str(folder.absolute() / str(version) / "model.onnx"),
                "instances": INSTANCES,
                "max_rows": int(re.search(r"max_batch_size: (\d+)", config)[1]),
                "ragged": [name for name, rest in inputs if "allow_ragged_batch: true" in rest],
                "ends": dict(re.findall(r'target_name: "(\w+)".*source_input: "(\w+)"', config)),
            }
        },
    }


def free_port() -> int:
    with socket.socket() as each:
        each.bind(("127.0.0.1", 0))
        return each.getsockname()[1]


def is_ready(http: int, model: str) -> bool:
    url = f"http://127.0.0.1:{http}/v2/models/{model}/ready"
    try:
        with urllib.request.urlopen(url) as answer:
            return answer.status == 200
    except OSError:
        return False


@contextmanager
def running(model: Path) -> Iterator[str]:
    """Serves the model of a folder for as long as the context lasts; gives the addresses."""
    http, grpc = free_port(), free_port()
    with tempfile.TemporaryDirectory() as work:
        folder = Path(work) / model.name
        folder.mkdir()
        (folder / "settings.json").write_text(json.dumps(settings(http, grpc)))
        (folder / "model-settings.json").write_text(json.dumps(model_settings(model)))
        log = folder / "log"
        with log.open("w") as output:
            process = subprocess.Popen(
                [str(Path(sys.executable).with_name("mlserver")), "start", str(folder)],
                env={**os.environ, "PYTHONPATH": str(HERE)},
                stdout=output,
                stderr=output,
            )
        try:
            pause = Event()
            for _ in range(START_SECONDS * TRIES_A_SECOND):
                if process.poll() is not None or is_ready(http, model.name):
                    break
                pause.wait(1 / TRIES_A_SECOND)
            if not is_ready(http, model.name):
                raise RuntimeError(f"MLServer did not start:\n{log.read_text()}")
            yield f"grpc=127.0.0.1:{grpc} http=127.0.0.1:{http}"
        finally:
            process.terminate()
            process.wait(START_SECONDS)


if __name__ == "__main__":
    name = sys.argv[2] if len(sys.argv) > 2 else "retriever"
    with running(Path(sys.argv[1]) / name) as addresses:
        print(addresses, flush=True)
        sys.stdin.read()
