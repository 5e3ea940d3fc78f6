from __future__ import annotations

import pytest
import torch

from millrace_training.errors import TrainingError
from millrace_training.knowledge.adaptor import AdaptorSettings, HybridExpertAdaptor

SMALL = AdaptorSettings(inputs=6, hidden=5, outputs=4, shared=2, dedicated=3)


def adaptor(settings: AdaptorSettings = SMALL) -> HybridExpertAdaptor:
    torch.manual_seed(1)
    return HybridExpertAdaptor(settings)


def test_the_default_sizes_are_those_of_the_paper() -> None:
    user, items = adaptor(AdaptorSettings())(torch.randn(7, 384), torch.randn(7, 50, 384))

    assert user.shape == (7, 32)
    assert items.shape == (7, 50, 32)
    assert HybridExpertAdaptor().shared[0].first.out_features == 128


def test_an_adapted_vector_is_the_gates_mixture_of_its_experts() -> None:
    model, vector = adaptor(), torch.randn(6)

    weights = torch.softmax(model.item_gate(vector), dim=-1)
    expected = sum(
        weight * expert(vector) for weight, expert in zip(weights, [*model.shared, *model.for_item], strict=True)
    )

    torch.testing.assert_close(model.item(vector), expected)


@pytest.mark.parametrize(("experts", "user_moves", "item_moves"), [("shared", True, True), ("for_item", False, True)])
def test_shared_experts_serve_both_sides_and_dedicated_ones_their_own(
    experts: str, user_moves: bool, item_moves: bool
) -> None:
    model, user, item = adaptor(), torch.randn(2, 6), torch.randn(2, 6)
    before = model(user, item)

    with torch.no_grad():
        getattr(model, experts)[0].second.bias.add_(1)
    after = model(user, item)

    assert bool((before[0] != after[0]).any()) == user_moves
    assert bool((before[1] != after[1]).any()) == item_moves


def test_rows_do_not_depend_on_their_company() -> None:
    model, items = adaptor(), torch.randn(3, 5, 6)

    torch.testing.assert_close(model.item(items)[1, 2], model.item(items[1, 2]))


def test_every_weight_learns() -> None:
    model = adaptor()
    user, item = model(torch.randn(8, 6), torch.randn(8, 6))

    (user * item).sum().backward()

    assert all(weight.grad is not None and bool(weight.grad.abs().sum() > 0) for weight in model.parameters())


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"shared": 0, "dedicated": 0}, "one of either"),
        ({"hidden": 0}, "above 0"),
        ({"dropout": 1.0}, "below 1"),
    ],
)
def test_impossible_sizes_are_named(settings: dict[str, float], message: str) -> None:
    with pytest.raises(TrainingError, match=message):
        AdaptorSettings(**settings)  # type: ignore[arg-type]
