"""Dropout with cheap random numbers drops what it says, and follows from torch's random state alone."""

import pytest
import torch

from millrace_training.errors import TrainingError
from millrace_training.neural.dropout import Dropout


@pytest.mark.parametrize("share", [0.1, 0.2, 0.5])
def test_the_share_is_dropped_and_the_rest_is_scaled_up(share: float) -> None:
    torch.manual_seed(1)

    dropped = Dropout(share)(torch.ones(1001, 999))

    assert dropped.unique().tolist() == pytest.approx([0.0, 1 / (1 - share)])
    # Four standard deviations of a million draws.
    assert (dropped == 0).float().mean().item() == pytest.approx(share, abs=4 * (share * (1 - share)) ** 0.5 / 1000)


def test_neighbours_are_dropped_independently() -> None:
    torch.manual_seed(1)

    kept = (Dropout(0.5)(torch.ones(1_000_000)) > 0).float()

    for distance in (1, 2, 3, 4, 8):
        assert (kept[distance:] * kept[:-distance]).mean().item() == pytest.approx(0.25, abs=0.002)


def test_the_same_state_drops_the_same_and_the_next_call_others() -> None:
    x, dropout = torch.ones(64, 64), Dropout(0.3)
    torch.manual_seed(5)
    first, second = dropout(x), dropout(x)
    torch.manual_seed(5)

    assert torch.equal(dropout(x), first)
    assert not torch.equal(first, second)


def test_what_was_dropped_has_no_gradient_and_the_rest_is_scaled() -> None:
    torch.manual_seed(2)
    x = torch.randn(30, 7, requires_grad=True)

    dropped = Dropout(0.4)(x)
    dropped.sum().backward()

    assert x.grad is not None
    torch.testing.assert_close(x.grad * x, dropped)


@pytest.mark.parametrize("dropout", [Dropout(0.5).eval(), Dropout(0.0)])
def test_nothing_is_dropped_while_it_is_asked_or_when_the_share_is_0(dropout: Dropout) -> None:
    x = torch.randn(5, 3)

    assert dropout(x) is x


def test_the_type_stays() -> None:
    assert Dropout(0.5)(torch.ones(8, dtype=torch.bfloat16)).dtype == torch.bfloat16


@pytest.mark.parametrize("share", [-0.1, 1.0, float("nan")])
def test_a_share_that_is_none_is_refused(share: float) -> None:
    with pytest.raises(TrainingError, match=r"dropout .*: must be at least 0 and below 1"):
        Dropout(share)
