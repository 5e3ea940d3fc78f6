"""What a model is trained on, and how exactly its products are computed."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from millrace_training.errors import TrainingError

AUTO = "auto"
"""A GPU where PyTorch has one, else the CPU."""

PRECISIONS = ("fp32", "bf16")
"""Precisions by name; with ``bf16`` products are computed in bfloat16, weights, norms and losses in float32."""

_CPU = torch.device("cpu")


@dataclass(frozen=True)
class Machine:
    """A device of PyTorch and how it is used.

    Attributes:
        device: where models and batches are.
        precision: one of :data:`PRECISIONS`, of training; what is measured is always computed in fp32.
        threads: of the CPU; another number rounds differently.
    """

    device: torch.device = _CPU
    precision: str = PRECISIONS[0]
    threads: int = 1

    @staticmethod
    def named(device: str = AUTO, precision: str = PRECISIONS[0], threads: int = 1) -> Machine:
        """Find a device by its name: ``auto``, ``cpu``, ``cuda``, ``cuda:1``.

        Raises:
            TrainingError: it can't be used, or not in this precision.
        """
        found = _device("cuda" if torch.cuda.is_available() else "cpu") if device == AUTO else _device(device)
        if precision not in PRECISIONS:
            raise TrainingError(f"--precision {precision}: unknown; known are {', '.join(PRECISIONS)}")
        if precision == "bf16" and found.type == "cuda" and not torch.cuda.is_bf16_supported():
            raise TrainingError(f"--precision bf16: {found} doesn't compute in it; leave it out")
        return Machine(found, precision, threads)

    def claim(self) -> None:
        """Let PyTorch use that many threads."""
        torch.set_num_threads(self.threads)

    def arithmetic(self) -> torch.autocast:
        """Around a training step's forward pass: the precision."""
        return torch.autocast(self.device.type, torch.bfloat16, enabled=self.precision == "bf16")


ONE_CORE = Machine()
"""A thread of the CPU, in fp32."""


def _device(name: str) -> torch.device:
    try:
        found = torch.device(name)
        torch.zeros(1, device=found)
    except (RuntimeError, AssertionError) as error:
        raise TrainingError(f"--device {name}: can't be used ({str(error).splitlines()[0]})") from error
    return found
