"""BSARec's parts against the paper's formulas."""

import pytest
import torch

from millrace_training.data.histories import Histories
from millrace_training.neural import bsarec
from millrace_training.neural.bsarec import BsaRec, BsaRecSettings
from millrace_training.neural.cross_entropy import linear_cross_entropy
from millrace_training.neural.lessons import padded

SMALL = BsaRecSettings(dimensions=16, max_history=8, dropout=0.1, initial_std=0.1)


@pytest.mark.parametrize(("length", "cutoff"), [(50, 5), (50, 3), (8, 1), (7, 4), (6, 99)])
def test_the_low_pass_is_a_fourier_transform_without_high_frequencies(length: int, cutoff: int) -> None:
    x = torch.randn(3, length, 4)
    spectrum = torch.fft.rfft(x, dim=1)
    spectrum[:, cutoff // 2 + 1 :] = 0

    expected = torch.fft.irfft(spectrum, n=length, dim=1)

    torch.testing.assert_close(bsarec.low_pass(length, cutoff) @ x, expected, atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("rows", [1, 64, 150])
def test_cross_entropy_in_slices_is_cross_entropy(rows: int) -> None:
    torch.manual_seed(1)
    hidden, items = torch.randn(rows, 8, requires_grad=True), torch.randn(30, 8, requires_grad=True)
    targets = torch.randint(0, 30, (rows,))
    plain = torch.nn.functional.cross_entropy(hidden @ items.T, targets, reduction="sum")
    expected = torch.autograd.grad(plain / 7, (hidden, items))

    sliced = linear_cross_entropy(hidden, items, targets)
    found = torch.autograd.grad(sliced / 7, (hidden, items))

    torch.testing.assert_close(sliced, plain)
    torch.testing.assert_close(found, expected)


def test_what_is_in_front_of_a_history_does_not_matter() -> None:
    torch.manual_seed(2)
    model = BsaRec(SMALL, item_count=9).eval()
    alone = model(*padded(Histories.of([[3, 1, 4]], 9), 8))
    beside_a_longer_one = model(*padded(Histories.of([[3, 1, 4], list(range(8))], 9), 8))[:1]

    torch.testing.assert_close(alone, beside_a_longer_one)
