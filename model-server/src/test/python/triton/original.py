"""The original beside us: a real Triton, out of the wheel `nvidia-pytriton`, without a GPU.

    python original.py MODELS

serves the ONNX models of a repository in Triton's layout through its Python backend, prints the
ports that it listens on, and stops when standard input ends. Needs what requirements.txt here says.
"""

import os
import re
import shutil
import socket
import subprocess
import sys
import sysconfig
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event

SITE = Path(sysconfig.get_path("purelib")).absolute()
TRITON = SITE / "pytriton/tritonserver"
START_SECONDS = 60
TRIES_A_SECOND = 10


@dataclass
class Original:
    grpc: str
    http: str
    metrics: str


def translate(models: Path, target: Path, instances: int) -> None:
    """The same models and configuration, with the Python backend for `onnxruntime`."""
    source = Path(__file__).with_name("onnx_graph.py").read_text()
    # The backend's own Python starts without the packages of this one.
    find_packages = f"import sys\n\nsys.path.append({str(SITE)!r})\n"
    for config in models.glob("*/config.pbtxt"):
        text = config.read_text()
        if 'backend: "millrace"' in text:
            continue
        folder = target / config.parent.name
        shutil.copytree(config.parent, folder)
        text = re.sub(r'(platform|backend): "onnxruntime\w*"', 'backend: "python"', text)
        text += f"instance_group {{ count: {instances} kind: KIND_CPU }}\n"
        (folder / "config.pbtxt").write_text(text)
        for version in folder.iterdir():
            if version.is_dir() and version.name.isdigit():
                (version / "model.py").write_text(find_packages + source)


def backend(target: Path) -> None:
    """The Python backend in the one folder that the server looks for it in."""
    shutil.copytree(TRITON / "backends/python", target / "python")
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    stubs = TRITON / "python_backend_stubs" / version
    shutil.copytree(stubs, target / "python", dirs_exist_ok=True)


def free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def is_ready(http: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{http}/v2/health/ready") as answer:
            return answer.status == 200
    except OSError:
        return False


def errors(log: Path) -> str:
    lines = log.read_text().splitlines()
    return "\n".join(line for line in lines if line.startswith(("E", "error"))) or "\n".join(lines)


@contextmanager
def running_original(models: Path, *options: str, instances: int = 2) -> Iterator[Original]:
    """Serves the ONNX models of a repository for as long as the context lasts."""
    grpc, http, metrics = free_ports(3)
    with tempfile.TemporaryDirectory() as work:
        folder = Path(work)
        translate(models, folder / "models", instances)
        backend(folder / "backends")
        libraries = [str(SITE / "nvidia_pytriton.libs"), sysconfig.get_config_var("LIBDIR")]
        with (folder / "log").open("w") as log:
            process = subprocess.Popen(
                [
                    str(TRITON / "bin/tritonserver"),
                    f"--model-repository={folder / 'models'}",
                    f"--backend-directory={folder / 'backends'}",
                    "--http-address=127.0.0.1",
                    "--grpc-address=127.0.0.1",
                    f"--grpc-port={grpc}",
                    f"--http-port={http}",
                    f"--metrics-port={metrics}",
                    "--allow-gpu-metrics=false",
                    *options,
                ],
                env={**os.environ, "LD_LIBRARY_PATH": ":".join(libraries)},
                stdout=log,
                stderr=log,
            )
        try:
            pause = Event()
            for _ in range(START_SECONDS * TRIES_A_SECOND):
                if process.poll() is not None or is_ready(http):
                    break
                pause.wait(1 / TRIES_A_SECOND)
            if not is_ready(http):
                raise RuntimeError(f"Triton did not start:\n{errors(folder / 'log')}")
            yield Original(*(f"127.0.0.1:{port}" for port in (grpc, http, metrics)))
        finally:
            process.terminate()
            process.wait(START_SECONDS)


if __name__ == "__main__":
    with running_original(Path(sys.argv[1])) as server:
        print(f"grpc={server.grpc} http={server.http} metrics={server.metrics}", flush=True)
        sys.stdin.read()
