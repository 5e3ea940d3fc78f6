"""SDIM and DARE against what their papers promise."""

import math
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.nn import functional

from conftest import ring
from millrace_training.data.histories import Histories
from millrace_training.errors import TrainingError
from millrace_training.neural.dare import Dare, DareSettings
from millrace_training.neural.lessons import Lesson, Windows, padded
from millrace_training.neural.model import NextItemModel
from millrace_training.neural.sdim import RememberedWindows, Sdim, SdimSettings, sampled_attention, signatures
from millrace_training.neural.trainer import NeuralScorer, Trainer, TrainerSettings
from millrace_training.protocols import ranking, splits

ITEMS = 12
SDIM = SdimSettings(
    dimensions=16, heads=2, max_history=4, dropout=0.1, initial_std=0.1, remembered=20, hashes=12, width=2
)
DARE = DareSettings(dimensions=16, heads=2, max_history=8, dropout=0.1, initial_std=0.1, attention_dimensions=8)


def sdim(gate: float) -> Sdim:
    torch.manual_seed(2)
    model = Sdim(SDIM, ITEMS).eval()
    with torch.no_grad():
        model.gate.fill_(gate)
        model.interest.weight.copy_(torch.randn(16, 16))
    return model


def dare() -> Dare:
    torch.manual_seed(2)
    return Dare(DARE, ITEMS).eval()


def vectors(*shape: int) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(5))


@pytest.mark.parametrize(
    ("kind", "settings", "lesson"), [(Sdim, SDIM, RememberedWindows), (Dare, DARE, Windows)], ids=["SDIM", "DARE"]
)
def test_it_learns_what_follows_what(kind: Any, settings: Any, lesson: Any) -> None:
    split = splits.leave_one_out(ring())
    torch.manual_seed(1)
    model: NextItemModel = kind(settings, ITEMS)
    taught: Lesson = lesson(model, split.train)
    training = TrainerSettings(batch_size=16, learning_rate=5e-3, max_epochs=40)

    Trainer(model, taught, training, seed=1).run(split.validation)

    ranks = ranking.rank(NeuralScorer(model), split.test).ranks
    assert np.mean(ranks == 1) > 0.8


def test_sampled_attention_tends_to_a_kernel_of_the_angle_as_signatures_get_more() -> None:
    query, events, width = vectors(1, 1, 8), vectors(1, 9, 8), 3
    angles = torch.arccos(functional.cosine_similarity(query, events, dim=-1))
    exact = ((1 - angles / math.pi) ** width) @ events[0]

    def error(count: int) -> float:
        planes = torch.randn(count, width, 8, generator=torch.Generator().manual_seed(count))
        sampled = sampled_attention(
            signatures(query, planes), signatures(events, planes), events, torch.ones(1, 1, 9, dtype=torch.bool)
        )
        return float((sampled[0] - exact).norm() / exact.norm())

    few, many = np.mean([error(count) for count in range(4, 12)]), error(20_000)
    assert many < 0.05
    assert many < few / 5


def test_a_signature_has_a_bit_for_every_plane() -> None:
    planes = torch.tensor([[[1.0, 0.0], [0.0, 1.0]], [[-1.0, 0.0], [0.0, -1.0]]])

    found = signatures(torch.tensor([[2.0, 3.0], [-2.0, 3.0], [-2.0, -3.0], [2.0, -3.0]]), planes)

    assert found.tolist() == [[3, 0], [2, 1], [0, 3], [1, 2]]


def test_only_events_that_share_a_signature_are_taken_and_by_how_many_they_share() -> None:
    asking = torch.tensor([[[1, 2, 3, 4]]])
    answering = torch.tensor([[[1, 2, 0, 0], [0, 0, 0, 0], [2, 1, 4, 3], [1, 2, 3, 4]]])
    visible = torch.ones(1, 1, 4, dtype=torch.bool)

    assert sampled_attention(asking, answering, torch.eye(4)[None], visible).tolist() == [[[0.5, 0.0, 0.0, 1.0]]]


def test_a_new_model_is_the_sasrec_inside_it() -> None:
    model, indices = Sdim(SDIM, ITEMS).eval(), torch.tensor([[5, 6, 7, 3, 1, 4]])

    torch.testing.assert_close(model(indices), model.recent(indices[:, -4:]))
    assert model.interest.weight.std() > 0.05


def test_what_attention_no_longer_sees_is_remembered() -> None:
    older, others = torch.tensor([[5, 6, 7, 3, 1, 4, 2]]), torch.tensor([[8, 9, 10, 3, 1, 4, 2]])

    torch.testing.assert_close(sdim(gate=0.0)(older), sdim(gate=0.0)(others))
    assert not torch.allclose(sdim(gate=1.0)(older), sdim(gate=1.0)(others))


def test_remembering_has_no_order() -> None:
    model = sdim(gate=1.0)

    torch.testing.assert_close(
        model(torch.tensor([[5, 6, 7, 3, 1, 4, 2]])), model(torch.tensor([[7, 5, 6, 3, 1, 4, 2]]))
    )


def test_padding_contributes_nothing() -> None:
    model, together = sdim(gate=1.0), Histories.of([[3, 1, 4], list(range(9)), []], ITEMS)
    beside_longer = model(*padded(together, model.max_history))
    nothing = model.recent(padded(together, model.max_history)[0][:, -4:])[2:]
    with torch.no_grad():
        model.recent.items.weight[0] = 100.0

    alone = model(*padded(Histories.of([[3, 1, 4]], ITEMS), model.max_history))

    torch.testing.assert_close(alone, beside_longer[:1])
    torch.testing.assert_close(beside_longer[2:], nothing)


def test_while_training_a_position_remembers_what_was_before_it_and_nothing_later() -> None:
    model = sdim(gate=1.0)
    history = torch.tensor([[5, 6, 7, 3, 1, 4, 2]])
    states = model.states(history[:, -3:], history)

    other = torch.tensor([[5, 6, 7, 3, 1, 9, 8]])
    torch.testing.assert_close(model.states(other[:, -3:], other)[:, :1], states[:, :1])
    older = torch.tensor([[5, 6, 8, 3, 1, 4, 2]])
    assert not torch.isclose(model.states(older[:, -3:], older), states).all(dim=2).any()
    torch.testing.assert_close(states[:, -1], model.reminded(model.recent(history[:, -3:])[:, None], history)[:, 0])


def test_a_window_is_learned_behind_its_own_user_s_past() -> None:
    model = sdim(gate=1.0)
    given: list[tuple[list[list[int]], list[list[int]]]] = []
    states = model.states

    def watched(window: Tensor, history: Tensor) -> Tensor:
        given.append((window.tolist(), history.tolist()))
        return states(window, history)

    model.states = watched  # type: ignore[method-assign]
    lesson = RememberedWindows(model, Histories.of([[0, 1, 2], [3, 4, 5, 6, 7, 8, 9]], ITEMS))

    _, targets = lesson.loss(np.array([[0, 2], [7, 9]]))

    assert given == [([[1, 2], [8, 9]], [[0, 0, 0, 0, 1, 2], [4, 5, 6, 7, 8, 9]])]
    assert targets == 4


def test_the_gate_learns_though_it_begins_closed() -> None:
    model = sdim(gate=0.0)

    loss, _ = RememberedWindows(model, ring()).loss(np.array([[0, 4]]))
    loss.backward()  # type: ignore[no-untyped-call]

    assert model.gate.grad is not None
    assert model.gate.grad.abs().min() > 0
    assert not model.planes.requires_grad


def test_where_dare_looks_does_not_follow_from_representations() -> None:
    model, indices = dare(), torch.tensor([[3, 1, 4, 2]])

    def looked() -> list[Tensor]:
        kept: list[Tensor] = []
        handles = [
            layer.looking.register_forward_hook(lambda _, __, weights: kept.append(weights)) for layer in model.layers
        ]
        model.states(indices)
        for handle in handles:
            handle.remove()
        return kept

    before = looked()
    for weights in before:
        model.zero_grad()
        weights[..., -1, 0].sum().backward(retain_graph=True)  # type: ignore[no-untyped-call]
        assert model.items.weight.grad is None
        assert model.positions.weight.grad is None
        assert model.attending.weight.grad is not None
        assert model.attending.weight.grad[torch.tensor([3, 1, 4, 2])].abs().sum() > 0
    with torch.no_grad():
        model.items.weight.add_(1.0)
    after = looked()

    assert len(before) == DARE.layers
    for one, other in zip(before, after, strict=True):
        torch.testing.assert_close(one, other)


def test_what_dare_says_reaches_the_embeddings_of_attention_by_where_it_looks_alone() -> None:
    model = dare()

    def gradients(*indices: int) -> tuple[Tensor | None, Tensor]:
        model.zero_grad()
        model.loss(model(torch.tensor([indices])), torch.tensor([5])).backward()  # type: ignore[no-untyped-call]
        assert model.items.weight.grad is not None
        return model.attending.weight.grad, model.items.weight.grad[torch.tensor(indices)]

    # Whoever has one event to look at looks at that one, whatever the embeddings are.
    of_one, _ = gradients(3)
    of_several, _ = gradients(3, 1, 4, 2)
    for layer in model.layers:
        layer.looking.register_forward_hook(lambda _, __, weights: weights.detach())
    where_it_looks_is_given, represented = gradients(3, 1, 4, 2)

    assert of_one is not None
    assert of_one.abs().max() < 1e-9
    assert of_several is not None
    assert of_several.abs().max() > 1e-6
    assert where_it_looks_is_given is None
    assert (represented.abs().sum(dim=1) > 0).all()


def test_dare_sees_nothing_later_and_no_padding() -> None:
    model = dare()
    one, other = model.states(torch.tensor([[3, 1, 4, 2]])), model.states(torch.tensor([[3, 1, 9, 5]]))

    torch.testing.assert_close(one[:, :2], other[:, :2])
    assert not torch.allclose(one[:, 2:], other[:, 2:])
    torch.testing.assert_close(model.states(torch.tensor([[0, 0, 3, 1]]))[:, 2:], model.states(torch.tensor([[3, 1]])))


@pytest.mark.parametrize(
    ("kind", "change", "message"),
    [
        (SdimSettings, {"remembered": 100}, "remembered 100 is less than max_history 200"),
        (SdimSettings, {"hashes": 10}, "10 hashes make no signatures of 3"),
        (SdimSettings, {"width": 0}, "48 hashes make no signatures of 0"),
        (DareSettings, {"heads": 2, "attention_dimensions": 31}, "2 heads don't divide 31"),
    ],
)
def test_wrong_settings_are_refused(kind: Any, change: dict[str, int], message: str) -> None:
    with pytest.raises(TrainingError, match=message):
        kind(**change)
